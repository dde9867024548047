import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { lineOf } from '#device-daemon/journal/index.ts';
import { benchCardPin } from '#simulators/wallet/wallet.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';

// The card's own PIN (社保卡密码): real pad, real chip. What counts is the PIN that the chip has in the end.

let kiosk: NodeKiosk;
const act = 'changeCardPin';
const next = '739164';
const chip = () => kiosk.bench.cardReader.cardPin('gen3-active');

beforeAll(async () => {
  kiosk = await startNodeKiosk();
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
});

async function withCard(): Promise<Person> {
  const person = await Person.arrives(kiosk);
  const document = await person.shows('resident');
  const cardEvidence = await person.inserts('gen3-active');
  await person.finds(document, { cardEvidence });
  return person;
}

test('is changed by who knows it; the bank PIN stays, and no digit is in the journal', async () => {
  const person = await withCard();
  const before = chip();
  expect(before?.digits).toBe(benchCardPin);
  expect(person.offer(act)).toMatchObject({ allowed: true, legs: ['social'], checks: [], staff: false, newPin: true });
  const { newPinEvidence } = await person.entersPins(act, [benchCardPin, next, next]);
  expect(await person.acts(act, { newPinEvidence })).toMatchObject({
    social: { state: 'done', status: 'normal' },
    financial: { state: 'notAsked' },
  });
  expect(chip()).toEqual({ ...before, digits: next });
  const { trail } = await person.leaves();
  expect(trail?.map(({ what }) => what)).toContain('acted');
  const journal = JSON.stringify(kiosk.entries());
  expect(kiosk.sentences(person.visitId)).toContain('The chip said of its PIN: right.');
  for (const pin of [benchCardPin, next]) expect(journal).not.toContain(pin);
  for (const host of [kiosk.bench.hosts.bankCore, kiosk.bench.hosts.cardManagement])
    expect(JSON.stringify(host.ledger())).not.toContain(act);
});

test('a wrong one costs one try and is said at once; the right one gives the tries back', async () => {
  const person = await withCard();
  const tries = chip()?.triesLeft ?? 0;
  expect(await person.entersPins(act, ['111222'])).toMatchObject({ errorCode: 'wrongPin', triesLeft: tries - 1 });
  expect(chip()).toEqual({ digits: benchCardPin, triesLeft: tries - 1 });
  const { newPinEvidence } = await person.entersPins(act, [benchCardPin, next, next]);
  expect(await person.acts(act, { newPinEvidence })).toMatchObject({ social: { state: 'done' } });
  expect(chip()).toEqual({ digits: next, triesLeft: tries });
  await person.leaves();
});

test('wrong to the end: it is locked, which only the counter mends', async () => {
  const person = await withCard();
  for (let left = chip()?.triesLeft ?? 0; left > 1; left -= 1)
    expect(await person.entersPins(act, ['111222'])).toMatchObject({ errorCode: 'wrongPin', triesLeft: left - 1 });
  expect(await person.entersPins(act, ['111222'])).toMatchObject({ errorCode: 'cardPinLocked' });
  expect(await person.entersPins(act, [benchCardPin])).toMatchObject({ errorCode: 'cardPinLocked' });
  expect(chip()).toEqual({ digits: benchCardPin, triesLeft: 0 });
  await person.leaves();
});

test('a new one that will not do is asked for once more, with the reason; the chip is not troubled with it', async () => {
  const person = await withCard();
  // The initial one of many cities, a run, the old one, the end of the holder's number, two that differ.
  const { newPinEvidence } = await person.entersPins(act, [
    benchCardPin,
    '888888',
    '345678',
    benchCardPin,
    next,
    '739165',
    next,
    next,
  ]);
  const rounds = person.page.events.filter(({ name }) => name === 'CardService.PinRoundEvent');
  expect(rounds.map(({ payload }) => payload)).toEqual([
    { round: 0 },
    { round: 1 },
    { round: 1, again: 'initialPin' },
    { round: 1, again: 'weakPin' },
    { round: 1, again: 'sameAsOld' },
    { round: 2 },
    { round: 1, again: 'pinsDiffer' },
    { round: 2 },
  ]);
  expect(await person.acts(act, { newPinEvidence })).toMatchObject({ social: { state: 'done' } });
  expect(chip()?.digits).toBe(next);
  await person.leaves();
});

test('five that will not do, and nothing is changed', async () => {
  const person = await withCard();
  const weak = ['888888', '345678', '111111', '123456', '654321'];
  expect(await person.entersPins(act, [benchCardPin, ...weak])).toMatchObject({ errorCode: 'newPinRefused' });
  expect(chip()?.digits).toBe(benchCardPin);
  await person.leaves();
});

test('what was entered is used once, for this act, and by nobody else', async () => {
  const person = await withCard();
  const { newPinEvidence } = await person.entersPins(act, [benchCardPin, next, next]);
  const { checkEvidence } = await person.passes('bankPin', 'changePin');
  expect(await person.acts('changePin', { checkEvidence, newPinEvidence })).toMatchObject({
    errorCode: 'evidenceMissing',
  });
  expect(await person.acts(act, { newPinEvidence })).toMatchObject({ social: { state: 'done' } });
  expect(await person.acts(act, { newPinEvidence })).toMatchObject({ errorCode: 'evidenceMissing' });
  await person.leaves();
});

test('the card is pulled between the last key and the yes: nothing is left of the digits, nothing is changed', async () => {
  const person = await withCard();
  const { newPinEvidence } = await person.entersPins(act, [benchCardPin, next, next]);
  await kiosk.bench.cardReader.remove();
  await person.page.event('SocialCard.CardRemovedEvent');
  await kiosk.bench.cardReader.insert('gen3-active');
  expect(await person.acts(act, { newPinEvidence })).toMatchObject({ errorCode: 'evidenceMissing' });
  expect(chip()?.digits).toBe(benchCardPin);
  await person.leaves();
});

test('the card is pulled while the chip works: nobody knows, it is said so, and a person is told what to do', async () => {
  const person = await withCard();
  const { newPinEvidence } = await person.entersPins(act, [benchCardPin, next, next]);
  // SELECT and its response, then CHANGE PIN.
  await kiosk.bench.cardReader.setFault('pullAtCommand', 3);
  expect(await person.acts(act, { newPinEvidence })).toMatchObject({ social: { state: 'notConfirmed' } });
  const [item] = kiosk.entries({ event: 'saga.unresolved' });
  expect(item?.fields).toMatchObject({ step: 'chip', why: 'nobodyToAsk', task: 'tryBothPins' });
  const told = (language: 'en' | 'zh-Hans'): string => (item === undefined ? '' : lineOf(item, language).sentence);
  const card = String(item?.fields['card']);
  expect(card).not.toBe('');
  expect(told('en')).toContain(
    `only the chip of card ${card} knows: change of the card PIN. The holder tries the new PIN first`,
  );
  expect(told('zh-Hans')).toContain(`卡 ${card} 的修改社保卡密码是否办成，只有芯片知道。请持卡人先试新密码`);
  await person.leaves();
});
