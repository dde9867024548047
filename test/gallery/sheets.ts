import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from '@playwright/test';
import type { Language } from '#protocol/generated/kiosk.ts';
import { stages } from './stages.ts';

interface SheetOptions {
  readonly out: string;
  readonly docs: string;
  readonly languages: readonly Language[];
}

const largestBytes = 1_500_000;
const columns = 11;
const width = 144;

/**
 * Two contact sheets per language: the way through a visit in portrait, then some of it in the other looks and panels;
 * and what is done with a card.
 * @returns what is wrong with them, one line each
 */
export async function drawSheets(browser: Browser, { out, docs, languages }: SheetOptions): Promise<string[]> {
  const faults: string[] = [];
  mkdirSync(docs, { recursive: true });
  const page = await browser.newPage({ viewport: { width: columns * (width + 12) + 12, height: 800 } });
  const picture = (path: string, height: number): string => {
    const data = readFileSync(join(out, path)).toString('base64');
    return `<img style="height:${height}px" src="data:image/jpeg;base64,${data}">`;
  };
  for (const language of languages) {
    const portrait = (ofActs: boolean): string[] =>
      stages
        .filter(({ sheet, state = '' }) => sheet && state.startsWith('cardAct:') === ofActs)
        .map(({ id }) => picture(`${language}/portrait/normal/${id}.jpg`, (width * 16) / 9));
    const others = [
      ...['home', 'enter-pin.typing', 'balance.visible'].map((id) => `${language}/portrait/elder/${id}.jpg`),
      ...['home', 'enter-pin.typing', 'balance.visible'].map((id) => `${language}/portrait/contrast/${id}.jpg`),
    ].map((path) => picture(path, (width * 16) / 9));
    const wide = [
      ...['attract', 'insert-card.dip', 'balance.visible'].map((id) => `${language}/landscape/normal/${id}.jpg`),
      ...['attract', 'balance.visible'].map((id) => `${language}/landscape-5x4/normal/${id}.jpg`),
    ].map((path) => picture(path, (width * 16) / 9));
    const sheets = {
      [`gallery-${language}.png`]: [...portrait(false), ...others, ...wide],
      [`gallery-acts-${language}.png`]: portrait(true),
    };
    for (const [name, pictures] of Object.entries(sheets)) {
      await page.setContent(
        `<style>body{margin:12px;background:#cfd4d6;display:flex;flex-wrap:wrap;gap:12px}
        img{border-radius:6px;display:block}</style>${pictures.join('')}`,
      );
      await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
      const file = join(docs, name);
      writeFileSync(file, await page.screenshot({ fullPage: true, type: 'png' }));
      const { size } = statSync(file);
      if (size > largestBytes) faults.push(`${file} has ${size} bytes, wants at most ${largestBytes}`);
    }
  }
  await page.close();
  return faults;
}
