import { describe, expect, test } from 'vitest';
import { check, document, exitEntryPermit, parsed, td1, td2, td3, with1 } from './lines.fixture.ts';

const damaged = { ok: false, error: 'damaged' };

describe('check digits', () => {
  const digitsOf = (texts: readonly string[], line: number): readonly number[] =>
    [...(texts[line] ?? '')].flatMap((character, at) => (/\d/.test(character) ? [at] : []));
  test.each([
    ['TD3', td3({ optional: 'A1', number: 'E12345678' }), 1],
    ['TD2', td2({ code: 'P<', number: 'E12345678', optional: '12' }), 1],
    ['TD2, long number', td2({ code: 'P<', number: 'E12345678901' }), 1],
    ['TD1, line 1', td1({ number: 'H12345678', optional: '12' }), 0],
    ['TD1, line 2', td1({ number: 'H12345678' }), 1],
    ['TD1, long number', td1({ number: 'H1234567801' }), 0],
    ['exit-entry permit', exitEntryPermit({ number: 'C12345678' }), 0],
  ] as const)('%s: every other digit in every place is refused, and nothing else is told', (_what, texts, line) => {
    expect(document(texts).refusals).toEqual([]);
    const places = digitsOf(texts, line);
    expect(places.length).toBeGreaterThan(10);
    for (const at of places)
      for (let digit = 0; digit < 10; digit += 1) {
        if (String(digit) === texts[line]?.[at]) continue;
        const wrong = parsed(with1(texts, line, at, String(digit)));
        // Nothing but the code of a permit becomes another kind by it.
        if (wrong.ok) expect([wrong.value.refusals, wrong.value.warnings]).toEqual([['mrzCheckDigit'], []]);
        else expect(wrong).toEqual(damaged);
      }
  });
  test('a filler in a check place', () => {
    for (const at of [9, 19, 27, 42, 43])
      expect(document(with1(td3({ optional: 'A1' }), 1, at, '<')).refusals).toEqual(['mrzCheckDigit']);
    for (const at of [6, 14, 29]) expect(document(with1(td1(), 1, at, '<')).refusals).toEqual(['mrzCheckDigit']);
    for (const at of [11, 19, 27, 29])
      expect(document(with1(exitEntryPermit(), 0, at, '<')).refusals).toEqual(['mrzCheckDigit']);
  });
  test('the personal number may have none when it is blank', () => {
    expect(document(td3()).refusals).toEqual([]);
    expect(document(td3({ optional: '<' })).refusals).toEqual([]);
  });
});

describe('numbers longer than nine', () => {
  test('go on in the optional data', () => {
    expect(document(td1({ number: 'H0000000001' })).number.toString()).toBe('H0000000001');
    expect(document(td2({ code: 'P<', number: 'E12345678901' })).number.toString()).toBe('E12345678901');
  });
  test('up to its last character', () => {
    const td1Number = 'HA1234567890123456789AB';
    expect(document(td1({ number: td1Number })).number.toString()).toBe(td1Number);
    expect(document(td1({ number: td1Number })).refusals).toEqual([]);
    const td2Number = 'E12345678901234';
    expect(document(td2({ code: 'P<', number: td2Number })).number.toString()).toBe(td2Number);
    expect(document(td2({ code: 'P<', number: td2Number })).refusals).toEqual([]);
  });

  /** The second line's composite belongs to the first as it stands. */
  const recomposed = (first: string): string[] => {
    const [, second, third] = td1();
    const covered = first.slice(5) + second.slice(0, 7) + second.slice(8, 15) + second.slice(18, 29);
    return [first, second.slice(0, 29) + check(covered), third];
  };
  test('a check digit that counts the filler in is one too', () => {
    const counted = check('HA1234567<12');
    expect(counted).not.toBe(check('HA123456712'));
    const texts = recomposed(`C<CHNHA1234567<12${counted}`.padEnd(30, '<'));
    expect(document(texts).refusals).toEqual([]);
    expect(document(texts).number.toString()).toBe('HA123456712');
  });
  test.each([
    // All of these have the check digit 0 where the package looks for none.
    ['no rest, no check', 'C<CHNH00000001<'.padEnd(30, '<')],
    ['a check alone', `C<CHNH00000001<${check('H00000001')}`.padEnd(30, '<')],
    [
      'no filler and a wrong check',
      `C<CHNHA1234567<12345678901234${check('HA123456712345678901234') === '0' ? '1' : '0'}`,
    ],
    ['a letter for a check', 'C<CHNH00000001<12A'.padEnd(30, '<')],
  ])('%s', (_what, first) => {
    expect(document(recomposed(first)).refusals).toEqual(['mrzCheckDigit']);
  });
  test('no number of these ends in a check digit that is not there', () => {
    for (let number = 0; number < 200; number += 1) {
      const first = `C<CHNH${String(number).padStart(8, '0')}`.padEnd(30, '<');
      expect(document(recomposed(first)).refusals).toEqual(['mrzCheckDigit']);
    }
  });
});
