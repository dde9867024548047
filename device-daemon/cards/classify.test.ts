import { describe, expect, test } from 'vitest';
import { personOf, walletCard } from '#simulators/wallet/wallet.ts';
import { type CardWitnesses, classifyCard, compareHolders } from './classify.ts';
import { bankByCode, bankOf } from './index.ts';

/** domain.md 1c: which card is this, and may the witnesses be believed? */

const icbc = { generation: 'gen3', bankCode: 'icbc' } as const;
const citizen = '6222024301000000091';
const provincial = '6217214301000000016';
const abc = '6228484301000000107';
const nobody = '9999994301000000100';

const rows: readonly (readonly [string, CardWitnesses, string])[] = [
  // Chip version first.
  ['BRIEF-16: a first-generation citizen card', { chip: 'gen1', pan: citizen }, 'gen1 of icbc'],
  ['BRIEF-17: a second-generation provincial card', { chip: 'gen2', pan: provincial }, 'gen2 of icbc'],
  ['BRIEF-18: a third-generation card shares its BIN', { chip: 'gen3', pan: provincial }, 'gen3 of icbc'],
  ['a citizen card whose chip has no bank side', { chip: 'gen1' }, 'gen1 of nobody'],
  ['a third generation of another bank', { chip: 'gen3', pan: abc }, 'gen3 of abc'],
  ['of a bank the table does not know', { chip: 'gen3', pan: nobody }, 'gen3 of nobody'],
  ['without a bank side, the host names the bank', { chip: 'gen3', host: icbc }, 'gen3 of icbc'],
  ['all three agree', { chip: 'gen3', host: icbc, pan: provincial }, 'gen3 of icbc'],
  // Then the host record.
  ['a chip that does not open, known to the host', { chip: 'unread', host: icbc, pan: provincial }, 'gen3 of icbc'],
  ['the same without a bank side', { chip: 'unread', host: { generation: 'gen1', bankCode: 'icbc' } }, 'gen1 of icbc'],
  // Then the BIN.
  ['no social side and a debit BIN', { chip: 'absent', pan: citizen }, 'debit of icbc'],
  ['another bank’s debit card', { chip: 'absent', pan: abc }, 'debit of abc'],
  ['a card of nobody known', { chip: 'absent', pan: nobody }, 'debit of nobody'],
  // Then the picture question.
  ['unread, unknown, provincial BIN', { chip: 'unread', pan: provincial }, 'ask gen2 gen3 of icbc'],
  ['unread, unknown, the BIN of citizen and debit cards', { chip: 'unread', pan: citizen }, 'ask gen1 debit of icbc'],
  ['unread, unknown, another bank’s', { chip: 'unread', pan: abc }, 'ask gen2 gen3 debit of abc'],
  ['unread and nothing else', { chip: 'unread' }, 'ask gen2 gen3 debit of nobody'],
  // Disagreement is the end.
  ['the host says another generation', { chip: 'gen2', host: icbc, pan: provincial }, 'chip against host'],
  [
    'the host knows a social card where the chip has none',
    { chip: 'absent', host: icbc, pan: citizen },
    'chip against host',
  ],
  [
    'the host says another bank',
    { chip: 'gen3', host: { ...icbc, bankCode: 'abc' }, pan: provincial },
    'host against bin',
  ],
  ['a first generation with the provincial BIN', { chip: 'gen1', pan: provincial }, 'chip against bin'],
  ['a third generation with the debit BIN', { chip: 'gen3', pan: citizen }, 'chip against bin'],
  ['a second generation with the debit BIN', { chip: 'gen2', pan: citizen }, 'chip against bin'],
  ['unread, and host and BIN disagree', { chip: 'unread', host: icbc, pan: citizen }, 'host against bin'],
  ['no social side under a social BIN', { chip: 'absent', pan: provincial }, 'chip against bin'],
];

function told(witnesses: CardWitnesses): string {
  const result = classifyCard(witnesses);
  if (result.kind === 'disagreement') return result.between.join(' against ');
  const what = result.kind === 'known' ? result.class : `ask ${result.candidates.join(' ')}`;
  return `${what} of ${result.bank?.code ?? 'nobody'}`;
}

test.each(rows)('%s', (_name, witnesses, expected) => {
  expect(told(witnesses)).toBe(expected);
  // The first digits suffice, and bytes are as good as text.
  if (witnesses.pan !== undefined)
    expect(told({ ...witnesses, pan: Buffer.from(String(witnesses.pan).slice(0, 6)) })).toBe(expected);
});

describe('banks', () => {
  test('the longest BIN wins', () => {
    const [icbcBank] = [bankByCode('icbc')];
    if (icbcBank === undefined) throw new Error('no icbc');
    const table = [icbcBank, { ...icbcBank, code: 'longer', bins: [{ bin: '62172143', kind: 'debit' as const }] }];
    expect(bankOf(provincial, table)?.bank.code).toBe('longer');
    expect(bankOf('6217219900000000000', table)?.bank.code).toBe('icbc');
  });

  test('every bank has a name in each language, a hotline and a BIN of its own', () => {
    const bins = new Set<string>();
    for (const code of ['icbc', 'abc', 'boc', 'ccb', 'bocom', 'jsb']) {
      const bank = bankByCode(code);
      for (const name of Object.values(bank?.names ?? {})) expect(name).not.toBe('');
      expect(bank?.hotline).toMatch(/^95\d{3}$/);
      for (const { bin } of bank?.bins ?? []) {
        expect(bins.has(bin)).toBe(false);
        bins.add(bin);
      }
    }
    expect(bankByCode('none')).toBeUndefined();
  });
});

describe('do both halves belong to one person?', () => {
  const number = (text: string): Buffer => Buffer.from(text, 'latin1');
  const jia = personOf('jia').idNumber;
  const withX = '00000019900101001X';

  test.each([
    ['the same number', number(jia), { idNumber: number(jia), idType: 0 }, 'equal'],
    ['a check character in small', number(withX), { idNumber: number(withX.toLowerCase()), idType: 0 }, 'equal'],
    ['two people', number(jia), { idNumber: number(personOf('yi').idNumber), idType: 0 }, 'different'],
    ['a longer number', number(jia), { idNumber: number(`${jia}0`), idType: 0 }, 'different'],
    ['a shorter number', number(jia), { idNumber: number(jia.slice(1)), idType: 0 }, 'different'],
    ['no 9F61', number(jia), { idNumber: undefined, idType: 0 }, 'notCompared'],
    ['no 9F62', number(jia), { idNumber: number(jia), idType: undefined }, 'notCompared'],
    ['9F62 says a passport', number(jia), { idNumber: number('E12345678'), idType: 2 }, 'notCompared'],
    ['a social side that kept its number', undefined, { idNumber: number(jia), idType: 0 }, 'notCompared'],
    ['no bank side', number(jia), undefined, 'notCompared'],
  ] as const)('%s', (_name, social, bank, expected) => {
    expect(compareHolders(social, bank)).toBe(expected);
  });

  test('the wallet’s cards', () => {
    const compare = (id: 'gen3-active' | 'two-halves' | 'gen3-no-9f61') => {
      const { social, financial } = walletCard(id);
      const idNumber = financial?.holderIdNumber;
      return compareHolders(number(personOf(social?.holder ?? 'jia').idNumber), {
        idNumber: idNumber === undefined ? undefined : number(idNumber),
        idType: idNumber === undefined ? undefined : 0,
      });
    };
    expect([compare('gen3-active'), compare('two-halves'), compare('gen3-no-9f61')]).toEqual([
      'equal',
      'different',
      'notCompared',
    ]);
  });
});
