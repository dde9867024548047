import type { IdentityDocument } from './document.ts';
import { parseMrz } from './mrz.ts';
import { defaultMrzSettings, type MrzSettings } from './mrz-settings.ts';
import { check731 } from './numbers.ts';
import { today } from './people.fixture.ts';

/** Machine-readable lines of nobody, with their check digits (printer-pin-pad-mrz.md c.1, c.2). */

export const lines = (...texts: readonly string[]): Buffer[] => texts.map((text) => Buffer.from(text, 'latin1'));

export const check = (text: string): string => String.fromCharCode(check731(Buffer.from(text, 'latin1')) ?? 0);

const checked = (text: string): string => text + check(text);

export interface Person {
  readonly code: string;
  readonly issuer: string;
  readonly number: string;
  readonly name: string;
  readonly nationality: string;
  readonly birth: string;
  readonly sex: string;
  readonly expiry: string;
  readonly optional: string;
}

export const passport: Person = {
  code: 'P<',
  issuer: 'CHN',
  number: 'E00000000',
  name: 'SPECIMEN<<TEST<ONE',
  nationality: 'CHN',
  birth: '900101',
  sex: 'F',
  expiry: '351231',
  optional: '',
};

export function td3(other: Partial<Person> = {}): [string, string] {
  const { code, issuer, number, name, nationality, birth, sex, expiry, optional } = { ...passport, ...other };
  const extra = optional.padEnd(14, '<');
  const parts = [
    checked(number.padEnd(9, '<')),
    checked(birth),
    `${checked(expiry)}${extra}${optional === '' ? '<' : check(extra)}`,
  ] as const;
  const second = `${parts[0]}${nationality.padEnd(3, '<')}${parts[1]}${sex}${parts[2]}`;
  return [`${code}${issuer}${name}`.padEnd(44, '<'), second + check(parts.join(''))];
}

/** Number, and optional data with the rest of a number longer than nine. */
function numbered(number: string, optional: string, length: number): readonly [string, string] {
  if (number.length <= 9) return [checked(number.padEnd(9, '<')), optional.padEnd(length, '<')];
  return [`${number.slice(0, 9)}<`, `${number.slice(9)}${check(number)}`.padEnd(length, '<')];
}

export function td2(other: Partial<Person> = {}): [string, string] {
  const { code, issuer, number, name, nationality, birth, sex, expiry, optional } = { ...passport, ...other };
  const [start, extra] = numbered(number, optional, 7);
  const second = `${start}${nationality.padEnd(3, '<')}${checked(birth)}${sex}${checked(expiry)}${extra}`;
  return [`${code}${issuer}${name}`.padEnd(36, '<'), second + check(start + checked(birth) + checked(expiry) + extra)];
}

export function td1(other: Partial<Person> = {}): [string, string, string] {
  const person = { ...passport, code: 'C<', number: 'H00000000', ...other };
  const { code, issuer, number, name, nationality, birth, sex, expiry, optional } = person;
  const [start, extra] = numbered(number, optional, 15);
  const last = '<'.repeat(11);
  const second = `${checked(birth)}${sex}${checked(expiry)}${nationality.padEnd(3, '<')}${last}`;
  return [
    `${code}${issuer}${start}${extra}`,
    second + check(start + extra + checked(birth) + checked(expiry) + last),
    name.padEnd(30, '<'),
  ];
}

export function exitEntryPermit(other: Partial<Person> = {}): [string, string, string] {
  const person = { ...passport, code: 'CS', number: 'C00000000', ...other };
  const { code, number, name, birth, sex, expiry } = person;
  const parts = [checked(number), checked(expiry), checked(birth)];
  return [
    `${code}${parts.join('<')}<${check(parts.join(''))}`,
    `${'0'.repeat(12)}${name.padEnd(18, '<')}`,
    sex.padEnd(30, '<'),
  ];
}

/** A deployment that takes more cards than the default: the specimens of ICAO's card formats. */
export const withCards: MrzSettings = {
  ...defaultMrzSettings,
  documents: [
    ...defaultMrzSettings.documents,
    { kind: 'passport', format: 'TD1', codes: ['I<'], issuer: 'UTO' },
    { kind: 'passport', format: 'TD2', codes: ['I<'], issuer: 'UTO' },
    { kind: 'passport', format: 'TD2', codes: ['P*', 'ID'] },
  ],
};

export const parsed = (texts: readonly string[], settings = withCards, day = today) =>
  parseMrz(lines(...texts), { today: day, settings });

export function document(texts: readonly string[], settings = withCards, day = today): IdentityDocument {
  const result = parsed(texts, settings, day);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** With one character of one line replaced. */
export function with1(texts: readonly string[], line: number, at: number, character: string): string[] {
  return texts.map((text, index) => (index === line ? text.slice(0, at) + character + text.slice(at + 1) : text));
}
