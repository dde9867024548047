import { expect, test } from 'vitest';
import { documentOf, walletDocuments } from './documents.ts';
import { idNumber, pan, socialCardNumber } from './numbers.ts';
import {
  applications,
  bankAccounts,
  hostPeople,
  medicalAccounts,
  people,
  socialCardRecords,
  walletCards,
} from './wallet.ts';

test('numbers have the check digits of the published synthetic examples', () => {
  expect(idNumber('19900101', '001')).toBe('000000199001010018');
  expect(idNumber('19850315', '002')).toBe('000000198503150024');
  for (const number of ['A12345674', 'B00000019', 'NJ0000015', 'A00000011', 'Z99999997'])
    expect(socialCardNumber(number.slice(0, 8))).toBe(number);
  expect(pan('621721', 1)).toBe('6217214301000000016');
});

test('nobody in the wallet can be a real person', () => {
  for (const person of people) {
    expect(person.idNumber).toMatch(/^000000\d{8}\d{3}[\dX]$/);
    expect(person.idNumber.slice(6, 14)).toBe(person.birthDate);
    expect(Number(person.idNumber.charAt(16)) % 2 === 1).toBe(person.sex === 'male');
    expect(person.phone).toMatch(/^12\d{9}$/);
  }
  expect(new Set(people.map((person) => person.idNumber)).size).toBe(people.length);
});

test('every card has its own id, labels in three languages, and numbers of its own unless it is a copy', () => {
  expect(walletCards).toHaveLength(19);
  expect(new Set(walletCards.map((card) => card.id)).size).toBe(19);
  for (const card of walletCards) for (const label of Object.values(card.label)) expect(label).not.toBe('');
  const own = walletCards.filter((card) => card.id !== 'cloned');
  for (const numbers of [
    own.flatMap((card) => (card.social === undefined ? [] : [card.social.idCode])),
    own.flatMap((card) => (card.social === undefined ? [] : [card.social.cardNumber])),
    own.flatMap((card) => (card.financial === undefined ? [] : [card.financial.pan])),
  ])
    expect(new Set(numbers).size).toBe(numbers.length);
});

test('the hosts know every card but the copy and the mute one, and no account twice', () => {
  const known = new Set([
    ...socialCardRecords.map((record) => record.walletCard),
    ...bankAccounts.flatMap((account) => account.walletCard ?? []),
  ]);
  expect(walletCards.map((card) => card.id).filter((id) => !known.has(id))).toEqual(['cloned', 'mute']);
  expect(new Set(bankAccounts.map((account) => account.pan)).size).toBe(bankAccounts.length);
  expect(new Set(medicalAccounts.map((account) => account.holder)).size).toBe(medicalAccounts.length);
  expect(bankAccounts.filter((account) => account.holder === 'chou').map((account) => account.kind)).toEqual([
    'socialSecurity',
    'debit',
  ]);
  expect(bankAccounts.some((account) => account.walletCard === 'other-bank')).toBe(false);
});

test('nobody on the hosts’ files is on them twice, and no telephone is anybody’s', () => {
  expect(new Set(hostPeople.map((person) => person.number)).size).toBe(hostPeople.length);
  expect(new Set(hostPeople.map((person) => person.phone)).size).toBe(hostPeople.length);
  for (const person of hostPeople) expect(person.phone).toMatch(/^12\d{9}$/);
  const documents = hostPeople.flatMap((person) => person.documents.map(({ type, number }) => `${type} ${number}`));
  expect(new Set(documents).size).toBe(documents.length);
});

test('whoever comes with a sound document is on file under the number and a name that it bears', () => {
  const told = (id: Parameters<typeof documentOf>[0]): string => documentOf(id).secrets.join(' ').replaceAll('<', ' ');
  const owner = {
    'resident-minor': 'xiao',
    'resident-not-activated': 'yi',
    'resident-other-bank': 'zi',
    'resident-no-card': 'wei',
    'resident-five-cards': 'shen',
    'permit-hong-kong': 'gang',
    'permit-macao': 'ao',
    'permit-taiwan': 'tai',
    'foreign-2017': 'jane',
    'foreign-2023': 'jack',
  } as const;
  for (const [id, holder] of Object.entries(owner)) {
    const document = walletDocuments.find((one) => one.id === id)?.id ?? 'resident';
    const known = hostPeople.find((person) => person.id === holder)?.documents[0];
    expect(told(document), id).toContain(known?.number);
    expect(told(document), id).toContain(known?.names[0]);
  }
});

test('cards that only the hosts know have numbers of their own, and everybody but one has a card', () => {
  for (const numbers of [
    socialCardRecords.map((record) => record.cardNumber),
    socialCardRecords.map((record) => record.idCode),
    socialCardRecords.map((record) => record.pan),
  ])
    expect(new Set(numbers).size).toBe(numbers.length);
  const holders = new Set([...socialCardRecords, ...bankAccounts].map((record) => record.holder));
  expect(hostPeople.map((person) => person.id).filter((id) => !holders.has(id))).toEqual(['wei']);
  for (const { successor } of socialCardRecords)
    if (successor !== undefined) expect(socialCardRecords.map((record) => record.cardNumber)).toContain(successor);
  for (const { progress } of applications) expect(progress >= 0 && progress <= 12).toBe(true);
});
