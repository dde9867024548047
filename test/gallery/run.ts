/**
 * `npm run gallery`: draws every stage in every language, panel and look in real Chromium, judges each with a ruler
 * (inspect.ts) and with axe, leaves the pictures in out/gallery/ and one contact sheet per language in docs/.
 *
 *   --only TEXT,TEXT   stages whose id contains one of them
 *   --language LANG    one language; --panel NAME, --look NAME likewise
 *   --no-pictures      only judges; --no-sheets leaves docs/ as it is; --sheets-only draws nothing anew
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './axe.ts';
import { languages, looks, panels, viewOf } from './looks.ts';
import { drawSheets } from './sheets.ts';
import { stages, statesWithoutStage } from './stages.ts';
import { openTheatre, Scene, type Theatre } from './theatre.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    language: { type: 'string' },
    panel: { type: 'string' },
    look: { type: 'string' },
    page: { type: 'string', default: 'node_modules/.cache/gallery/page' },
    'no-pictures': { type: 'boolean', default: false },
    'sheets-only': { type: 'boolean', default: false },
    'no-sheets': { type: 'boolean', default: false },
    out: { type: 'string', default: 'out/gallery' },
    docs: { type: 'string', default: 'docs' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
});

const chosen = <T>(all: readonly T[], name: (item: T) => string, wanted: string | undefined): readonly T[] =>
  wanted === undefined ? all : all.filter((item) => name(item) === wanted);
const shown = {
  languages: chosen(languages, (language) => language, values.language),
  panels: chosen(panels, ({ name }) => name, values.panel),
  looks: chosen(looks, ({ name }) => name, values.look),
  stages: stages.filter(({ id }) => values.only?.split(',').some((text) => id.includes(text)) ?? true),
};

/** Pictures at half size: what is cut or covered was measured, the eye needs no more. */
const pictureScale = 0.5;
/** Scenes that are played at the same time: one per core of the smallest machine. */
const scenesAtOnce = 2;

const faults: string[] = statesWithoutStage().map((state) => `no stage shows the state ${state}`);
let drawn = 0;
const spent = { show: 0, axe: 0, picture: 0 };
async function timed<T>(part: keyof typeof spent, act: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await act();
  spent[part] += performance.now() - from;
  return result;
}

async function play(theatre: Theatre, panel: (typeof panels)[number], look: (typeof looks)[number]): Promise<void> {
  const scene = await Scene.open(theatre, panel);
  const onStage = shown.stages.filter(({ screen }) => look.screens?.has(screen.name) ?? true);
  for (const language of shown.languages) {
    for (const stage of onStage) {
      const where = `${language}/${panel.name}/${look.name}/${stage.id}`;
      const found = await timed('show', () => scene.show(viewOf(stage, language, look), stage.replaced));
      faults.push(...found.map(({ rule, what }) => `${where}: ${rule}: ${what}`));
      if (
        language === shown.languages[0] &&
        panel === shown.panels[0] &&
        stage.sheet &&
        look.axe === true &&
        !values['no-pictures']
      ) {
        faults.push(...(await timed('axe', () => judge(scene.page))).map((what) => `${where}: axe: ${what}`));
      }
      if (!values['no-pictures']) {
        const file = join(values.out, `${where}.jpg`);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, await timed('picture', () => scene.picture(pictureScale)));
      }
      drawn += 1;
    }
  }
  faults.push(...scene.complaints.map((complaint) => `${panel.name}/${look.name}: ${complaint}`));
  await scene.close();
}

const started = performance.now();
if (!values['sheets-only']) rmSync(values.out, { recursive: true, force: true });
const theatre = await openTheatre(values.page, values.chromium);
try {
  const scenes = (values['sheets-only'] ? [] : shown.looks).flatMap((look) =>
    shown.panels.filter(({ name }) => look.panels?.has(name) ?? true).map((panel) => ({ panel, look })),
  );
  const players = Array.from({ length: scenesAtOnce }, async () => {
    for (let next = scenes.shift(); next !== undefined; next = scenes.shift()) {
      await play(theatre, next.panel, next.look);
    }
  });
  await Promise.all(players);
  if (!values['no-sheets'] && !values['no-pictures'] && values.only === undefined) {
    faults.push(
      ...(await drawSheets(theatre.browser, { out: values.out, docs: values.docs, languages: shown.languages })),
    );
  }
} finally {
  await theatre.close();
}

for (const fault of faults) console.error(fault);
console.log(spent);
const seconds = Math.round((performance.now() - started) / 1000);
console.log(`gallery: ${drawn} pictures of ${shown.stages.length} stages in ${seconds} s, ${faults.length} faults`);
if (faults.length > 0) process.exitCode = 1;
