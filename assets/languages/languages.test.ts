import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import interfaces from '#protocol/kiosk/interfaces.json' with { type: 'json' };
import { refusalWords } from '../maintenance/index.ts';
import { catalogues } from './all.ts';
import { type Entry, languages } from './index.ts';

const root = join(import.meta.dirname, '../..');
const reference = catalogues['zh-Hans'];
const keys = Object.keys(reference) as (keyof typeof reference)[];

const forms = (entry: Entry): readonly [string, string] => (typeof entry === 'string' ? [entry, entry] : entry);
const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{([a-zA-Z0-9]+)\}/g)].map((m) => m[1] ?? '').sort();

/** Source text of the touchscreen, without tests. */
function sources(): string {
  return readdirSync(join(root, 'kiosk-ui'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(root, 'kiosk-ui', name), 'utf8'))
    .join('\n');
}

describe.each(languages)('%s', (language) => {
  const catalogue = catalogues[language];

  test('has every sentence, and none that the others do not have', () => {
    expect(Object.keys(catalogue).sort()).toEqual([...keys].sort());
  });

  test.each(keys)('%s is filled, in writing and in speech, with the same values', (key) => {
    const [written, spoken] = forms(catalogue[key]);
    const expected = placeholders(forms(reference[key])[0]);
    expect(written.trim()).not.toBe('');
    expect(spoken.trim()).not.toBe('');
    expect(placeholders(written)).toEqual(expected);
    expect(placeholders(spoken)).toEqual(expected);
    expect(written.replace(/\{[a-zA-Z0-9]+\}/g, '')).not.toMatch(/[{}%]|TODO|undefined/);
  });
});

test('zh-Hans holds no traditional, zh-Hant no simplified writing', () => {
  const all = (language: 'zh-Hans' | 'zh-Hant'): string => Object.values(catalogues[language]).flat().join('');
  expect(all('zh-Hans')).not.toMatch(/[這個們來讀請碼錢關開還銀帳號發點機紙現聯險醫藥單續繼壓體繁簡]/);
  expect(all('zh-Hant')).not.toMatch(/[这个们来读请码钱关开还银帐号发点机纸现联险医药单续继压体简]/);
});

test('zh-Hant uses the words of Taiwan and Hong Kong', () => {
  const all = Object.values(catalogues['zh-Hant']).flat().join('');
  expect(all).not.toMatch(/屏幕|打印|柜台|櫃台|賬戶|網絡|信息|凭條|憑條|芯片|網點/);
});

test('every code the kiosk may answer has a sentence', () => {
  const codes = new Set<string>();
  for (const [name, schema] of Object.entries(interfaces.schemas.$defs)) {
    const properties = (schema as { properties?: Record<string, { enum?: string[] }> }).properties;
    const told = properties?.['errorCode']?.enum ?? [];
    // Staff have words of their own.
    if (name.startsWith('Maintenance.')) expect(Object.keys(refusalWords)).toEqual(expect.arrayContaining(told));
    else for (const code of told) codes.add(code);
  }
  expect(codes.size).toBeGreaterThan(20);
  for (const code of codes) expect(keys).toEqual(expect.arrayContaining([`error.${code}.what`, `error.${code}.now`]));
  for (const reason of interfaces.schemas.$defs.UnavailableReason.enum) expect(keys).toContain(`reason.${reason}`);
});

test('no sentence is left that no screen says', () => {
  const text = sources();
  const literals = new Set([...text.matchAll(/['"`]([a-zA-Z0-9]+(?:\.[a-zA-Z0-9]+)+)['"`]/g)].map((m) => m[1]));
  const patterns = [...text.matchAll(/`([a-zA-Z0-9.]+(?:\$\{[^`]*?\}[a-zA-Z0-9.]*)+)`/g)].map(
    (m) => new RegExp(`^${(m[1] ?? '').replaceAll('.', '\\.').replace(/\$\{.*?\}/g, '[a-zA-Z0-9]+')}$`),
  );
  const unused = keys.filter((key) => !literals.has(key) && !patterns.some((pattern) => pattern.test(key)));
  expect(unused).toEqual([]);
});
