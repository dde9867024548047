import type { Language } from '#protocol/generated/kiosk.ts';
import { benchCardPin } from '#simulators/wallet/wallet.ts';
import type { ScreenName } from '#state-machines/screens.ts';
import {
  activates,
  agrees,
  asksToFreeze,
  begins,
  bringsCard,
  choosesPin,
  doneAt,
  entersPins,
  freezes,
  newPin,
  picksPin,
} from './kit/acts.ts';
import { expect, type Person, test } from './kit/fixtures.ts';

// What the kiosk is for, as a cardholder does it, in each language: real browser, real daemon, real parts.

const words: Readonly<
  Record<Language, Readonly<Record<'frozen' | 'unfrozen' | 'activated' | 'changed' | 'ofCard', string>>>
> = {
  'zh-Hans': {
    frozen: '临时挂失',
    unfrozen: '解除挂失',
    activated: '开通银行账户',
    changed: '密码',
    ofCard: '修改社保卡密码',
  },
  'zh-Hant': {
    frozen: '臨時掛失',
    unfrozen: '解除掛失',
    activated: '開通銀行帳戶',
    changed: '密碼',
    ofCard: '修改社保卡密碼',
  },
  en: {
    frozen: 'temporar',
    unfrozen: 'lifting the loss report',
    activated: 'ctivat',
    changed: 'PIN',
    ofCard: "Changing the card's own",
  },
};
const languages = Object.keys(words) as readonly Language[];

async function slip(person: Person): Promise<string> {
  await person.touches('PRINT');
  await person.sees('print-result');
  return (await person.kiosk.bench.receipts()).map(({ text }) => text).join('\n');
}

for (const language of languages) {
  test(`a lost card is frozen, in ${language}`, async ({ person }) => {
    await begins(person, language, 'lossReport');
    await freezes(person);
    expect(person.touchesMade).toBeLessThanOrEqual(6);
    expect([await doneAt(person, 'card-management'), await doneAt(person, 'bank-core')]).toEqual([
      ['temporaryLoss'],
      ['temporaryLoss'],
    ]);
    const text = await slip(person);
    expect(text.toLowerCase()).toContain(words[language].frozen);
    expect(text).toContain('0.00');
    await person.leaves();
    await person.saysGoodbye();
    expect(person.kiosk.lastVisit()).toContain('The act is settled: done.');
  });

  test(`a card that turned up is unfrozen by its holder and by nobody else, in ${language}`, async ({ person }) => {
    const { bench, pin } = person.kiosk;
    await begins(person, language, 'lossReport');
    await freezes(person);
    await person.leaves();
    await person.saysGoodbye();

    // The finder has wallet, document and card, and neither PIN nor telephone.
    await begins(person, language, 'unfreeze');
    await bringsCard(person, 'resident', 'gen3-active');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', '111111');
    await person.reads(/2/);
    await person.taps('button[data-event=END]');
    await bench.remove();
    await person.saysGoodbye();
    expect(await doneAt(person, 'card-management')).toEqual(['temporaryLoss']);

    await begins(person, language, 'unfreeze');
    await bringsCard(person, 'resident', 'gen3-active');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', pin);
    await agrees(person, 'act-result');
    expect(await doneAt(person, 'card-management')).toEqual(['temporaryLoss', 'unfreeze']);
    expect(await doneAt(person, 'bank-core')).toEqual(['temporaryLoss', 'unfreeze']);
    expect((await slip(person)).toLowerCase()).toContain(words[language].unfrozen.toLowerCase());
    await person.leaves();
  });

  test(`a card is activated with a code and a new PIN, in ${language}`, async ({ person }) => {
    await begins(person, language, 'activation');
    await activates(person);
    expect(await doneAt(person, 'bank-core')).toEqual(['activate']);
    const text = await slip(person);
    expect(text.toLowerCase()).toContain(words[language].activated);
    expect(text).toContain('0.00');
    await person.leaves();
    await person.saysGoodbye();
    expect(person.kiosk.lastVisit()).toContain('The account was tried and works.');
  });

  test(`the card's own PIN is changed by who knows it, in ${language}`, async ({ person }) => {
    await begins(person, language, 'pin');
    await picksPin(person, 'changeCardPin');
    // The yes comes first: nothing is asked between the last key and the chip.
    await agrees(person, 'new-pin');
    const told = await entersPins(person, '264081', benchCardPin, newPin, newPin);
    expect(new Set(told).size).toBe(4);
    await agrees(person, 'act-result');
    const text = await slip(person);
    expect(text).toContain(words[language].ofCard);
    expect(text).not.toContain(newPin);
    expect([await doneAt(person, 'card-management'), await doneAt(person, 'bank-core')]).toEqual([[], []]);
    await person.leaves();
    await person.saysGoodbye();
    expect(person.kiosk.lastVisit()).toContain('The act is settled: done.');
  });

  test(`the bank PIN is changed by who knows it, in ${language}`, async ({ person }) => {
    const { pin } = person.kiosk;
    await begins(person, language, 'pin');
    await picksPin(person, 'changePin');
    await agrees(person, 'check-pin');
    await person.enters('check-pin', pin);
    await agrees(person, 'new-pin');
    await choosesPin(person);
    await agrees(person, 'act-result');
    expect(await doneAt(person, 'bank-core')).toEqual(['changePin']);
    const text = await slip(person);
    expect(text).toContain(words[language].changed);
    expect(text).not.toContain(newPin);
    await person.leaves();
  });
}

test('the page is loaded anew at every screen of a loss report: the visit ends, nothing is filed, the next is clean', async ({
  person,
}) => {
  test.slow();
  const places: readonly (readonly [ScreenName, () => Promise<void>])[] = [
    ['for-whom', () => person.chooses('lossReport')],
    ['choose-document', () => person.taps('button[data-choice=self]')],
    ['check-pin', () => person.identifies('resident')],
    ['confirm-act', () => person.enters('check-pin', person.kiosk.pin)],
  ];
  for (const last of places.keys()) {
    for (const [screen, goes] of places.slice(0, last + 1)) {
      await goes();
      await person.sees(screen);
    }
    await person.page.reload();
    await person.sees('attract');
    expect(person.kiosk.lastVisit()).toMatch(/The visit ended \((pageReloaded|connectionLost)\)/);
  }
  expect(await doneAt(person, 'card-management')).toEqual([]);
  await person.chooses('lossReport');
  await freezes(person);
  await person.page.reload();
  await person.sees('attract');
  expect(await doneAt(person, 'card-management')).toEqual(['temporaryLoss']);
});

test('the machine dies while both sides are asked: after the start the report is filed, once', async ({ person }) => {
  const { bench } = person.kiosk;
  await person.chooses('lossReport');
  await asksToFreeze(person);
  for (const host of ['card-management', 'bank-core'] as const)
    await bench.hostFault(host, { kind: 'slow', ms: 600_000, operation: 'actOnCard', times: 1 });
  await person.touches('CONFIRM');
  await person.sees('acting');
  // Before that the screen promises nothing: a daemon that dies on the way to its first intent has begun nothing.
  for (const host of ['card-management', 'bank-core'] as const)
    await expect.poll(() => bench.hostFaults(host), { timeout: 30_000 }).toEqual([]);
  await person.kiosk.killDaemon();
  await person.sees('out-of-service', 'visit-ended', 'starting');
  for (const host of ['card-management', 'bank-core'] as const) await bench.hostFault(host, { clear: true });
  await person.kiosk.startDaemon();
  await expect
    .poll(async () => [await doneAt(person, 'card-management'), await doneAt(person, 'bank-core')], { timeout: 60_000 })
    .toEqual([['temporaryLoss'], ['temporaryLoss']]);
  // Nothing is left to a person; while something is open the command ends with 1.
  await expect(() => expect(person.kiosk.cli('unresolved')).toContain('nothing is open')).toPass({ timeout: 30_000 });
});
