import { describe, expect, test } from 'vitest';
import { advice } from '#assets/devices/advice.ts';
import { closedWords, countWords, visitEndWords } from '#assets/maintenance/index.ts';
import kioskInterfaces from '#protocol/kiosk/interfaces.json' with { type: 'json' };
import { charactersInUse, gb2312 } from '../../scripts/fonts.js';
import { reason } from './codes.zh-Hans.ts';
import { examples } from './examples.ts';
import { type EventId, events, type Fields, sentenceOf } from './index.ts';
import { chinese } from './sentences.zh-Hans.ts';

const ids = Object.keys(events) as readonly EventId[];
const english = (id: EventId, fields: Fields): string => sentenceOf(id, fields, 'en');
const inChinese = (id: EventId, fields: Fields): string => sentenceOf(id, fields, 'zh-Hans');

/** What is no word of a language: commands, and what is called by its letters. */
const known = /npx kiosk journal verify|\bU 盘|\b9f3a\b|1a2b|3c4d|7K2M-04QX/g;
const latin = (text: string): readonly string[] => text.replace(known, '').match(/[A-Za-z]+/g) ?? [];

describe('in Chinese', () => {
  test('no word of the English is left, in no sentence and in nothing that is to be done', () => {
    const told = ids.map((id) => `${id}: ${inChinese(id, examples[id])} ${chinese[id][0]}`);
    expect(told.filter((line) => latin(line.slice(line.indexOf(': '))).length > 0)).toEqual([]);
  });

  test('whatever asks a person for something asks them for it', () => {
    expect(ids.filter((id) => (events[id].todo === '') !== (chinese[id][0] === ''))).toEqual([]);
  });

  test.each(ids)('%s: what the English sentence shows is shown', (id) => {
    const fields: Fields = examples[id];
    const told = { english: english(id, fields), chinese: inChinese(id, fields) };
    for (const [name, value] of Object.entries(fields)) {
      const { [name]: _left, ...without } = fields;
      const marker = typeof value === 'boolean' ? !value : typeof value === 'number' ? 73_951 : 'Q7ZX';
      const marked = { ...fields, [name]: marker };
      for (const other of [without, marked])
        if (english(id, other) !== told.english) expect(inChinese(id, other), name).not.toBe(told.chinese);
      if (english(id, marked).includes(String(marker))) expect(inChinese(id, marked), name).toContain(String(marker));
    }
  });

  test('every reason that the wire or a driver knows has its words', () => {
    const reasons = new Set<string>();
    const collect = (value: unknown, name: string): void => {
      if (typeof value !== 'object' || value === null) return;
      const { enum: codes } = value as { readonly enum?: readonly string[] };
      if (/errorCode|[rR]eason$|Refusal$/.test(name)) for (const code of codes ?? []) reasons.add(code);
      for (const [key, member] of Object.entries(value)) collect(member, key);
    };
    collect(kioskInterfaces.schemas, '');
    for (const byReport of Object.values(advice))
      for (const report of Object.keys(byReport)) reasons.add(report.split(' ')[1] ?? 'notReady');
    // These say how a visit ended, why staff closed the kiosk, or what they counted.
    const elsewhere = Object.keys({ ...visitEndWords, ...closedWords, ...countWords });
    expect([...reasons].filter((code) => !elsewhere.includes(code) && reason(code) === code)).toEqual([]);
  });

  test('the page has a glyph for each character', () => {
    const [simplified] = charactersInUse().values();
    const drawn = new Set([...(simplified ?? []), ...gb2312()]);
    const said = ids.flatMap((id) => [...inChinese(id, examples[id]), ...chinese[id][0]]);
    expect([...new Set(said)].filter((character) => character > ' ' && !drawn.has(character))).toEqual([]);
  });
});
