import { deviceNames, pageWords, type Words } from '#assets/devices/index.ts';
import {
  actWords,
  countWords,
  legWords,
  refusalWords,
  storyWords,
  subjectWords,
  testReasonWords,
} from '#assets/maintenance/index.ts';
import type { FieldValue } from './events.ts';

/** A field of an entry: absent where another version of the software wrote it. */
type Field = FieldValue | undefined;
type Table = Readonly<Record<string, string | Words>>;

/** A code in Chinese, from the first table that has it; the code itself where none has. */
export function word(code: Field, ...tables: readonly Table[]): string {
  const key = String(code);
  const found = tables.find((table) => Object.hasOwn(table, key))?.[key] ?? key;
  return typeof found === 'string' ? found : found[0];
}

const refusals: Table = Object.fromEntries(Object.entries(refusalWords).map(([code, [what]]) => [code, what]));

/** `the PIN pad: keyMissing` names where it is, too. */
export const reason = (why: Field): string =>
  String(why)
    .split(': ')
    .map((part) => word(part, storyWords.reasons, refusals, testReasonWords))
    .join('：');

/** A reason at the end of a sentence, where there is one. */
export const because = (why: Field): string => (why === undefined ? '' : `：${reason(why)}`);

export const device = (name: Field): string => word(name, deviceNames);
export const state = (code: Field): string => word(code, pageWords);
/** A side of an act, or a step of it. */
export const side = (leg: Field): string => word(leg, legWords, storyWords.side);
export const unit = (id: Field): string => word(id, storyWords.unit);
export const counted = (why: Field): string => word(why, countWords, storyWords.stock);

/** An act of customers or of staff; `countCards unitDISP1` names what it is about, too. */
export function act(code: Field): string {
  const [name = '', ...about] = String(code).split(' ');
  return [word(name, actWords, storyWords.staffAct), ...about.map(unit)].join('');
}

/** `cardManagement`, `stick NAME`. */
export const copyTo = (to: Field): string => device(to).replace(/^stick /, 'U 盘 ');

/** Findings of a card or a document, between spaces. */
export const warnings = (codes: Field): string =>
  String(codes)
    .split(' ')
    .map((code) => word(code, storyWords.documentWarning, storyWords.cardWarning))
    .join('、');

const listed = (list: Field, told: (one: string) => string): string => String(list).split(', ').map(told).join('、');

/** `printer failed, clock off`. */
export const found = (list: Field): string =>
  listed(list, (one) => {
    const [subject, ...code] = one.split(' ');
    return [
      word(subject, deviceNames, subjectWords, storyWords.unit),
      ...code.map((of) => word(of, storyWords.selfTest)),
    ].join('');
  });

/** `acts:social.temporaryLoss 1, unread:financial`. */
export const points = (list: Field): string =>
  listed(list, (one) => {
    const [, kind, about = '', amount = ''] = /^(\w+):(\S+)( \S+)?$/.exec(one) ?? [];
    if (kind === undefined) return one;
    const what = about.split('.').map((part) => word(part, legWords, actWords, storyWords.unit));
    return `${word(kind, storyWords.point)}（${what.join(' · ')}${amount}）`;
  });
