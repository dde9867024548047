import { expect, vi } from 'vitest';
import { runCli } from '#device-daemon/cli/index.ts';
import type { StaffLanguage, StoryLine } from '#protocol/generated/kiosk.ts';
import type { NodeKiosk } from './node-kiosk.ts';

/** What `npx kiosk journal …` prints in a shell of this language. */
export async function journalIn(
  kiosk: NodeKiosk,
  language: StaffLanguage,
  ...args: readonly string[]
): Promise<string> {
  vi.stubEnv('LC_ALL', language === 'en' ? 'C.UTF-8' : 'zh_CN.UTF-8');
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: unknown) => void said.push(String(line)));
  try {
    expect(await runCli(['journal', ...args, '--config', kiosk.bench.configFile])).toBe(0);
  } finally {
    log.mockRestore();
    vi.unstubAllEnvs();
  }
  return said.join('\n');
}

/** Lines of the wire as a shell prints them, without what is to be done set in. */
export const printed = (lines: readonly StoryLine[]): readonly string[] =>
  lines.flatMap(({ when, trouble, sentence, todo }) => [
    `${when} ${trouble ? '!' : ' '} ${sentence}`,
    ...(todo === undefined ? [] : [todo]),
  ]);

/** Lines of a shell, likewise: those under each of its headings. */
export function headed(text: string): readonly (readonly string[])[] {
  const found: string[][] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    const told = /^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [ !] | +→ )/.test(line);
    if (told) found.at(-1)?.push(line.replace(/^ +→ /, ''));
    else found.push([]);
  }
  return found;
}
