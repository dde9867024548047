import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DocumentFinding } from './document.ts';
import {
  document,
  exitEntryPermit,
  lines,
  type Person,
  parsed,
  td1,
  td2,
  td3,
  with1,
  withCards,
} from './lines.fixture.ts';
import { parseMrz } from './mrz.ts';
import { latinNameOf } from './mrz-fields.ts';
import { defaultMrzSettings, type MrzSettings } from './mrz-settings.ts';
import { plain, today } from './people.fixture.ts';

const runs = { numRuns: 300, seed: 1126 };

const damaged = { ok: false, error: 'damaged' };
const incomplete = { ok: false, error: 'incomplete' };
const unknownKind = { ok: false, error: 'unknownKind' };

describe('specimens of the reference', () => {
  const specimen = {
    kind: 'passport',
    grade: 'ocr',
    latinName: 'ERIKSSON, ANNA MARIA',
    sex: 'female',
    nationality: 'UTO',
    birth: '19740812',
    validUntil: '2012-04-15',
    warnings: [],
    refusals: ['expired'],
  };
  test('TD3', () => {
    const texts = ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', 'L898902C36UTO7408122F1204159ZE184226B<<<<<10'];
    expect(plain(document(texts, defaultMrzSettings))).toEqual({ ...specimen, number: 'L898902C3' });
    expect(document(texts, defaultMrzSettings, '2012-04-15').refusals).toEqual([]);
  });
  test('TD1', () => {
    const texts = [
      'I<UTOD231458907<<<<<<<<<<<<<<<',
      '7408122F1204159UTO<<<<<<<<<<<6',
      'ERIKSSON<<ANNA<MARIA<<<<<<<<<<',
    ];
    expect(plain(document(texts))).toEqual({ ...specimen, number: 'D23145890' });
    expect(parsed(texts, defaultMrzSettings)).toEqual(unknownKind);
  });
  test('TD2', () => {
    const texts = ['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6'];
    expect(plain(document(texts))).toEqual({ ...specimen, number: 'D23145890' });
    expect(parsed(texts, defaultMrzSettings)).toEqual(unknownKind);
  });
  test('a Chinese passport, whose optional data are blank and their check 0', () => {
    const texts = ['P<CHNSPECIMEN<<TEST'.padEnd(44, '<'), 'E000000008CHN9001011F3512311<<<<<<<<<<<<<<02'];
    expect(plain(document(texts, defaultMrzSettings))).toEqual({
      kind: 'passport',
      grade: 'ocr',
      latinName: 'SPECIMEN, TEST',
      number: 'E00000000',
      sex: 'female',
      nationality: 'CHN',
      birth: '19900101',
      validUntil: '2035-12-31',
      warnings: [],
      refusals: [],
    });
  });
  test('the exit-entry permit', () => {
    const texts = ['CSC000000004<3512311<9001011<6', `${'0'.repeat(12)}SPECIMEN<<TEST<<<<`, 'M'.padEnd(30, '<')];
    const permit = {
      kind: 'exitEntryPermit',
      grade: 'ocr',
      latinName: 'SPECIMEN, TEST',
      number: 'C00000000',
      sex: 'male',
      birth: '19900101',
      validUntil: '2035-12-31',
      warnings: [],
      refusals: [],
    };
    expect(plain(document(texts, defaultMrzSettings))).toEqual(permit);
    const other = with1(texts, 0, 1, 'D');
    expect(plain(document(other, defaultMrzSettings))).toEqual(permit);
  });
});

describe('kinds', () => {
  const kindOf = (texts: readonly string[]): string => {
    const result = parsed(texts, defaultMrzSettings);
    return result.ok ? result.value.kind : result.error;
  };
  test('by code, issuer and format', () => {
    expect(kindOf(td3({ code: 'PO' }))).toBe('passport');
    expect(kindOf(td3({ issuer: 'D<<', nationality: 'D' }))).toBe('passport');
    expect(kindOf(td1())).toBe('hkMacaoPermit');
    expect(kindOf(td1({ code: 'CR' }))).toBe('hkMacaoPermit');
    expect(kindOf(td1({ code: 'CT', number: '00000000' }))).toBe('taiwanPermit');
    expect(kindOf(exitEntryPermit())).toBe('exitEntryPermit');
  });
  test('everything else is unknown', () => {
    expect(kindOf(td3({ code: 'V<' }))).toBe('unknownKind');
    expect(kindOf(td3({ code: 'P0' }))).toBe('unknownKind');
    expect(kindOf(td1({ issuer: 'UTO' }))).toBe('unknownKind');
    expect(kindOf(td1({ code: 'CA' }))).toBe('unknownKind');
    expect(kindOf(td1({ code: 'P<' }))).toBe('unknownKind');
    expect(kindOf(td2())).toBe('unknownKind');
    // An ICAO card that has the permit's code by chance.
    expect(kindOf(td1({ code: 'CS' }))).toBe('unknownKind');
  });
  test('the codes that are not confirmed are settings', () => {
    const settings: MrzSettings = {
      ...defaultMrzSettings,
      documents: [{ kind: 'taiwanPermit', format: 'TD1', codes: ['TW'], issuer: 'CHN' }],
      exitEntryPermit: {
        ...defaultMrzSettings.exitEntryPermit,
        codes: ['W*', 'WW'],
        latinName: [2, 12, 18],
        sex: [1, 0],
      },
    };
    const mine = (texts: readonly string[]) => {
      const result = parsed(texts, settings);
      return result.ok ? result.value.kind : result.error;
    };
    expect(mine(td1({ code: 'TW', number: '00000000' }))).toBe('taiwanPermit');
    expect(mine(td1({ code: 'CT', number: '00000000' }))).toBe('unknownKind');
    const [first, second, third] = exitEntryPermit({ code: 'WW' });
    expect(plain(document([first, third, second], settings))).toMatchObject({
      kind: 'exitEntryPermit',
      latinName: 'SPECIMEN, TEST ONE',
      sex: 'female',
    });
  });
  test('a card whose number has another kind’s shape is refused', () => {
    expect(document(td1({ number: '00000000' })).refusals).toEqual(['numberForm']);
    expect(document(td1({ code: 'CT' })).refusals).toEqual(['numberForm']);
    expect(document(exitEntryPermit({ number: 'H00000000' })).refusals).toEqual(['numberForm']);
  });
});

describe('lines that are missing, too many or misread', () => {
  test('missing ones may still come', () => {
    expect(parsed([])).toEqual(incomplete);
    expect(parsed(td3().slice(0, 1))).toEqual(incomplete);
    expect(parsed(td1().slice(0, 1))).toEqual(incomplete);
    expect(parsed(td1().slice(0, 2))).toEqual(incomplete);
    expect(parsed(exitEntryPermit().slice(0, 2))).toEqual(incomplete);
    expect(parsed(['', ...td1().slice(1)])).toEqual(incomplete);
  });
  test('empty ones count for nothing', () => {
    expect(document(['', ...td3()]).refusals).toEqual([]);
  });
  test('too many, of another length, of several', () => {
    expect(parsed([...td3(), td3()[1]])).toEqual(damaged);
    expect(parsed([...td1(), td1()[2]])).toEqual(damaged);
    expect(parsed([td3()[0], td3()[1].slice(1)])).toEqual(damaged);
    expect(parsed([td3()[0].slice(1)])).toEqual(damaged);
    expect(parsed([td1()[0], td3()[1]])).toEqual(damaged);
    expect(parsed(['<'.repeat(9)])).toEqual(damaged);
  });
  test.each(['_', '?', ' ', 'a', '-', '\0', '\xff'])('a character %j anywhere', (character) => {
    for (const texts of [td1(), td2(), td3(), exitEntryPermit()])
      for (const [line, text] of texts.entries())
        for (let at = 0; at < text.length; at += 1) expect(parsed(with1(texts, line, at, character))).toEqual(damaged);
    expect(parsed([with1(td3(), 0, 7, character)[0] ?? ''])).toEqual(damaged);
  });
  test('letters where digits stand, digits where letters stand', () => {
    // Birth, expiry and all check places of the three forms, by c.1 and c.2 counted from 0.
    const digits: readonly (readonly [readonly string[], number, readonly number[]])[] = [
      [td3({ optional: 'A1' }), 1, [9, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 42, 43]],
      [td2({ code: 'P<' }), 1, [9, 13, 14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26, 27, 35]],
      [td1(), 1, [0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 29]],
      [td1(), 0, [14]],
      [exitEntryPermit(), 0, [11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29]],
    ];
    for (const [texts, line, places] of digits)
      for (const at of places) expect(parsed(with1(texts, line, at, 'O'))).toEqual(damaged);
    for (const at of [5, 20, 43]) expect(parsed(with1(td3(), 0, at, '0'))).toEqual(damaged);
    // The package would take this for a French identity card.
    for (const at of [5, 31, 35]) expect(parsed(with1(td2({ code: 'P<' }), 0, at, '0'))).toEqual(damaged);
    for (const at of [0, 29]) expect(parsed(with1(td1(), 2, at, '0'))).toEqual(damaged);
    expect(parsed(with1(td3(), 1, 10, '0'))).toEqual(damaged);
    expect(parsed(with1(td3(), 0, 2, '0'))).toEqual(damaged);
  });
});

describe('names', () => {
  test.each([
    ['SPECIMEN<<TEST<ONE<<<<', 'SPECIMEN, TEST ONE'],
    ['SPECIMEN<<TEST', 'SPECIMEN, TEST'],
    ['SPECIMEN<<<<<<', 'SPECIMEN'],
    ['SPECIMEN', 'SPECIMEN'],
    ['VAN<DER<SPECIMEN<<TEST<<TWO', 'VAN DER SPECIMEN, TEST TWO'],
    ['<<SPECIMEN', 'SPECIMEN'],
    ['<<<<<<', ''],
    ['', ''],
    ['SPEC1MEN<<TEST', undefined],
  ])('%s', (field, name) => {
    expect(latinNameOf(Buffer.from(field))?.toString()).toBe(name);
  });
  test('a document without one is refused', () => {
    for (const texts of [td3({ name: '' }), td1({ name: '' }), exitEntryPermit({ name: '' })])
      expect(document(texts).refusals).toEqual(['nameMissing']);
    expect(document(exitEntryPermit({ name: '12' })).refusals).toEqual(['nameMissing']);
  });
});

describe('days', () => {
  const refused = (other: Partial<Person>, day = today): readonly DocumentFinding[] =>
    document(td3(other), withCards, day).refusals;
  test('expiry', () => {
    expect(refused({ expiry: '261126' })).toEqual([]);
    expect(refused({ expiry: '261125' })).toEqual(['expired']);
    expect(refused({ expiry: '991231' })).toEqual(['expired']);
    expect(refused({ expiry: '301301' })).toEqual(['validityInvalid']);
    expect(refused({ expiry: '<<<<<<' })).toEqual(['validityInvalid']);
  });
  test('birth', () => {
    expect(plain(document(td3({ birth: '261126' })))).toMatchObject({
      birth: '20261126',
      warnings: ['holderIsMinor'],
      refusals: [],
    });
    expect(plain(document(td3({ birth: '261127' })))).toMatchObject({ birth: '19261127', warnings: [] });
    expect(plain(document(td1({ birth: '101127' })))).toMatchObject({ birth: '20101127', warnings: ['holderIsMinor'] });
    expect(plain(document(td1({ birth: '101126' })))).toMatchObject({ birth: '20101126', warnings: [] });
    expect(refused({ birth: '900230' })).toEqual(['birthInvalid']);
    expect(refused({ birth: '90<<<<' })).toEqual(['birthInvalid']);
  });
  test.each([
    ['M', 'male'],
    ['F', 'female'],
    ['<', 'unknown'],
    ['X', 'unknown'],
  ])('sex %s', (sex, meaning) => {
    for (const texts of [td3({ sex }), td1({ sex }), td2({ code: 'P<', sex }), exitEntryPermit({ sex })])
      expect(document(texts)).toMatchObject({ sex: meaning, refusals: [] });
  });
});

test('a card of France’s own form is not read as one of ICAO’s, whatever the settings say', () => {
  expect(parsed(['IDFRASPECIMEN'.padEnd(36, '<'), '0'.repeat(36)])).toEqual(unknownKind);
});

test('a state that the package does not know is a state all the same', () => {
  expect(document(td3({ issuer: 'ZZZ', nationality: 'ZZZ' }))).toMatchObject({ nationality: 'ZZZ', refusals: [] });
});

test('wipe leaves nothing, and the caller’s lines alone', () => {
  for (const texts of [td3(), td1(), exitEntryPermit()]) {
    const given = lines(...texts);
    const result = parseMrz(given, { today });
    if (!result.ok) throw new Error(result.error);
    const buffers = Object.values(result.value).filter((value) => Buffer.isBuffer(value));
    expect(buffers).toHaveLength(3);
    expect(buffers.every((buffer) => buffer.every((byte) => byte !== 0))).toBe(true);
    result.value.wipe();
    expect(buffers.every((buffer) => buffer.every((byte) => byte === 0))).toBe(true);
    expect(given).toEqual(lines(...texts));
  }
});

test('what was written into lines is read from them, whoever it is', () => {
  const letters = (min: number, max: number) =>
    fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), minLength: min, maxLength: max });
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
  const day = fc
    .date({ min: new Date('1930-01-01'), max: new Date('2026-11-26'), noInvalidDate: true })
    .map((date) => date.toISOString().slice(0, 10));
  const person = fc.record({
    surname: letters(1, 8),
    given: letters(1, 8),
    number: digits(8),
    born: day,
    sex: fc.constantFrom('M', 'F'),
    nationality: letters(3, 3),
  });
  const forms = [
    [td3, 'E'],
    [td1, 'H'],
    [exitEntryPermit, 'C'],
  ] as const;
  fc.assert(
    fc.property(
      person,
      fc.constantFrom(...forms),
      ({ surname, given, number, born, sex, nationality }, [form, first]) => {
        const texts = form({
          name: `${surname}<<${given}`,
          number: first + number,
          birth: born.slice(2).replaceAll('-', ''),
          sex,
          nationality,
        });
        expect(plain(document(texts))).toMatchObject({
          latinName: `${surname}, ${given}`,
          number: first + number,
          birth: born.replaceAll('-', ''),
          sex: sex === 'M' ? 'male' : 'female',
          refusals: [],
        });
      },
    ),
    runs,
  );
});
