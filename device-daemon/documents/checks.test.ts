import { describe, expect, test } from 'vitest';
import type { DocumentFinding } from './document.ts';
import { block, decoded, sound, today, with112, with731 } from './people.fixture.ts';

const found = (bytes: Uint8Array, day = today) => {
  const { refusals, warnings } = decoded(bytes, { today: day });
  return { refusals, warnings };
};

describe('validity', () => {
  const longTerm = (padding: string): Buffer => {
    const bytes = block('residentId');
    bytes.write(`长期${padding}`, 204, 'utf16le');
    return bytes;
  };
  test.each([
    ['blanks', ' '.repeat(6)],
    ['zeros', '\0'.repeat(6)],
    ['a blank and zeros', ` ${'\0'.repeat(5)}`],
  ])('长期, filled with %s', (_what, padding) => {
    const document = decoded(longTerm(padding), { today: '2099-01-01' });
    expect(document.validUntil).toBe('longTerm');
    expect(document.refusals).toEqual([]);
  });
  test('长期 and more is no validity; foreign permanent residents have no long term', () => {
    expect(found(longTerm('有效    ')).refusals).toEqual(['validityInvalid']);
    expect(found(block('permanentResident2017', { validUntil: '长期' })).refusals).toEqual(['validityInvalid']);
  });
  test('who overlooks that there is no last day finds it long past', () => {
    expect(decoded(block('residentId', { validUntil: '20400230' })).validUntil < today).toBe(true);
  });
  test.each([
    ['2019-12-31', ['notYetValid']],
    ['2020-01-01', []],
    ['2040-01-01', []],
    ['2040-01-02', ['expired']],
  ] as const)('on %s', (day, refusals) => {
    expect(found(block('residentId'), day).refusals).toEqual(refusals);
  });
  test('长期 begins too', () => {
    const bytes = block('residentId', { validUntil: '长期', validFrom: '20261127' });
    expect(found(bytes).refusals).toEqual(['notYetValid']);
  });
});

const wrongDigit = (number: string): string => number.slice(0, -1) + (number.endsWith('0') ? '1' : '0');

const contradictions: readonly (readonly [string, Buffer, readonly DocumentFinding[]])[] = [
  ['no name', block('residentId', { name: '' }), ['nameMissing']],
  ['neither name', block('permanentResident2023', { name: '', latinName: '' }), ['nameMissing']],
  ['no Chinese name', block('permanentResident2017', { name: '' }), []],
  ['no Latin name', block('permanentResident2023', { latinName: '' }), []],
  ['no number', block('residentId', { number: '' }), ['numberForm']],
  ['a permit without a number', block('residencePermit', { number: '' }), ['numberForm']],
  ['a 15-digit number', block('residentId', { number: '000000900101001' }), ['numberForm']],
  ['another card’s number', block('permanentResident2023', { number: sound.residentId.number }), ['numberForm']],
  ['resident, wrong digit', block('residentId', { number: wrongDigit(sound.residentId.number) }), ['numberCheckDigit']],
  [
    'permit, wrong digit',
    block('residencePermit', { number: wrongDigit(sound.residencePermit.number) }),
    ['numberCheckDigit'],
  ],
  [
    '2017, wrong digit',
    block('permanentResident2017', { number: wrongDigit(sound.permanentResident2017.number) }),
    ['numberCheckDigit'],
  ],
  [
    '2023, wrong digit',
    block('permanentResident2023', { number: wrongDigit(sound.permanentResident2023.number) }),
    ['numberCheckDigit'],
  ],
  ['a permit of no such place', block('residencePermit', { number: with112('84000019900101002') }), ['areaNotOfKind']],
  ['no birth', block('residentId', { birth: '' }), ['birthInvalid']],
  ['a birth on no day', block('residentId', { birth: '19900230' }), ['birthInvalid']],
  [
    'a birth to come',
    block('residentId', { birth: '20261127', number: with112('00000020261127001') }),
    ['birthInvalid'],
  ],
  ['another birth', block('residentId', { birth: '19900102' }), ['birthDiffersFromNumber']],
  ['another birth, 2017', block('permanentResident2017', { birth: '19900102' }), ['birthDiffersFromNumber']],
  ['another birth, 2023', block('permanentResident2023', { birth: '19900102' }), ['birthDiffersFromNumber']],
  ['another sex', block('residentId', { sex: '2' }), ['sexDiffersFromNumber']],
  ['another sex, permit', block('residencePermit', { sex: '1' }), ['sexDiffersFromNumber']],
  ['a sex that is not told', block('residentId', { sex: '9' }), []],
  ['a first day that is none', block('residentId', { validFrom: '20200230' }), ['validityInvalid']],
  ['no first day', block('residentId', { validFrom: '' }), ['validityInvalid']],
  ['a last day that is none', block('residentId', { validUntil: '2040' }), ['validityInvalid']],
  [
    'days the wrong way round',
    block('residentId', { validFrom: '20220101', validUntil: '20211231' }),
    ['validityInvalid', 'expired'],
  ],
  [
    'three at once',
    block('residentId', { sex: '2', birth: '19900102', validUntil: '20250101' }),
    ['birthDiffersFromNumber', 'sexDiffersFromNumber', 'expired'],
  ],
];
test.each(contradictions)('refused or not: %s', (_what, bytes, refusals) => {
  expect(found(bytes).refusals).toEqual(refusals);
});

test('who is not born yet is no minor', () => {
  expect(found(block('permanentResident2017', { birth: '20261127' })).warnings).toEqual([]);
});

describe('warnings never refuse', () => {
  test.each([
    ['an area that is none', block('residentId'), ['areaNotOfKind']],
    ['an area', block('residentId', { number: with112('32010019900101001') }), []],
    ['an area of a residence permit', block('residentId', { number: with112('81000019900101001') }), ['areaNotOfKind']],
    [
      'a permit’s area with more',
      block('residencePermit', { number: with112('81000119900101002') }),
      ['areaNotOfKind'],
    ],
  ] as const)('%s', (_what, bytes, warnings) => {
    expect(found(bytes)).toEqual({ refusals: [], warnings });
  });
  test.each([
    ['2026-01-01', []],
    ['2025-12-31', ['holderIsMinor']],
  ] as const)('born on 1 January 2010, on %s', (day, warnings) => {
    const bytes = block('permanentResident2017', { birth: '20100101', number: with731('UTO00001001010') });
    expect(found(bytes, day)).toEqual({ refusals: [], warnings });
  });
});
