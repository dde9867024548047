import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { EvidenceRef } from '#protocol/generated/bank-core.ts';
import { err, ok } from '#protocol/result.ts';
import { benchPin, type HolderId, personOf, walletCard } from '#simulators/wallet/wallet.ts';
import { agreed, BankDesk, chipDocument, documentOf, key, printedDocument } from './acts.fixture.ts';
import { outcomeUnknown, type PinBlockOrder } from './index.ts';
import { good, hostNow, type Rig, startRig, Terminal } from './rig.fixture.ts';

/** Acts on the bank's side over HTTPS: real PIN blocks, evidence that the bank itself issued, its own transition table. */

let rig: Rig;
let terminal: Terminal;

beforeAll(async () => {
  rig = await startRig();
});
beforeEach(async () => {
  await rig.hosts.reset();
  terminal = await Terminal.signOn(rig.bank);
});
afterEach(() => expect(rig.violations).toEqual([]));
afterAll(() => rig.stop());

const refused = (reason: string, more: object = {}) => err({ code: 'refused', reason, safeToRetry: false, ...more });
const dayMs = 24 * 3_600_000;
const newPin = '902184';
const panOf = (id: Parameters<typeof walletCard>[0]): string => walletCard(id).financial?.pan ?? '';
const gen3 = panOf('gen3-active');
/** The province found the card genuine: the bank cannot ask, and believes the kiosk. */
const genuineCard: EvidenceRef = { kind: 'cardGenuine', grade: 'genuine', ref: 'A-province' };
/** What a change of the PIN takes besides the PIN. */
const shown: readonly EvidenceRef[] = [{ kind: 'document', grade: 'ocr' }, genuineCard];
const setStatus = (...args: Parameters<Rig['hosts']['bankCore']['domain']['setStatus']>) =>
  rig.hosts.bankCore.domain.setStatus(...args);

/** A code to the holder's phone, entered right on the pad. */
async function codeFor(
  desk: BankDesk,
  purpose: 'lossReport' | 'unfreeze' | 'activation' | 'pinReset',
): Promise<EvidenceRef> {
  const { codeRef } = good(await rig.bank.sendCode({ holderRef: desk.holderRef, purpose }, key()));
  const { code = '' } = rig.hosts.bankCore.domain.messages().at(-1) ?? {};
  const verified = good(await rig.bank.verifyCode(codeRef, terminal.pinBlock('0'.repeat(16), code), key()));
  expect(verified.verified).toBe(true);
  return { kind: 'oneTimeCode', ref: codeRef };
}

async function approvalFor(
  desk: BankDesk,
  service: Parameters<Rig['bank']['requestApproval']>[0]['service'],
): Promise<EvidenceRef> {
  const order = { service, visitRef: 'visit', holderRef: desk.holderRef };
  const { requestRef } = good(await rig.bank.requestApproval(order, key()));
  rig.hosts.bankCore.domain.approve();
  const { approvalRef = '' } = good(await rig.bank.approvalState(requestRef));
  return { kind: 'staffApproval', ref: approvalRef };
}

async function identityOf(id: HolderId): Promise<EvidenceRef> {
  const { checkRef } = good(await rig.bank.checkIdentity(documentOf(id), key()));
  return { kind: 'identityCheck', ref: checkRef };
}

const twice = (pan: string, first = newPin, second = first): { newPinBlocks: [PinBlockOrder, PinBlockOrder] } => ({
  newPinBlocks: [terminal.pinBlock(pan, first), terminal.pinBlock(pan, second)],
});

/** What the bank takes for this person's PIN now. */
async function pinIs(desk: BankDesk, pan: string, pin: string): Promise<boolean> {
  await desk.look();
  return (await desk.act('verifyPin', [], { pinBlock: terminal.pinBlock(pan, pin) })).ok;
}

describe('a report', () => {
  test('for a few days, by the rule of the bank: fifteen, and it lifts by itself', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    expect(good(await desk.act('temporaryLoss', [printedDocument, await codeFor(desk, 'lossReport')]))).toEqual({
      cardRef: desk.card.cardRef,
      action: 'temporaryLoss',
      financialStatus: 'tempLost',
      revision: 1,
      businessNumber: expect.stringMatching(/^N-/),
      at: hostNow.toISOString(),
      temporaryUntil: '2026-12-09T08:00:00.000Z',
    });
    expect(await desk.look()).toMatchObject({ financialStatus: 'tempLost', revision: 1 });
    rig.hosts.setClockOffset(15 * dayMs);
    const card = await desk.look();
    expect(card).toMatchObject({ financialStatus: 'active', revision: 1 });
    expect(card).not.toHaveProperty('temporaryUntil');
  });

  test('for good, from a temporary one; and back with document, card and live check', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    setStatus(gen3, 'tempLost', new Date('2026-12-01T00:00:00Z'));
    await desk.look();
    const code = await codeFor(desk, 'lossReport');
    expect(await desk.act('formalLoss', [chipDocument, code])).toEqual(refused('consentMissing'));
    expect(good(await desk.act('formalLoss', [chipDocument, code], { consents: agreed }))).toMatchObject({
      financialStatus: 'lost',
      revision: 2,
    });
    await desk.look();
    rig.hosts.setClockOffset(60_000);
    const unfreeze = await codeFor(desk, 'unfreeze');
    expect(await desk.act('unfreeze', [chipDocument, unfreeze])).toEqual(refused('evidenceMissing'));
    expect(good(await desk.act('unfreeze', [chipDocument, genuineCard, unfreeze]))).toMatchObject({
      financialStatus: 'active',
      revision: 3,
    });
  });

  test('no way back once a replacement was requested', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    setStatus(gen3, 'lost');
    rig.hosts.bankCore.domain.requestReplacement(gen3);
    await desk.look();
    expect(await desk.act('unfreeze', [chipDocument, genuineCard, await codeFor(desk, 'unfreeze')])).toEqual(
      refused('replacementRequested'),
    );
  });

  test('what the state does not allow; a touched card; somebody else', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    expect(await desk.act('unfreeze', [])).toEqual(refused('statusForbids'));
    expect(await desk.act('activate', [])).toEqual(refused('statusForbids'));
    setStatus(gen3, 'active');
    expect(await desk.act('temporaryLoss', [])).toEqual(refused('stateChanged'));
    const { cardRef } = (await BankDesk.of(rig, 'ren')).card;
    expect(await rig.bank.act(cardRef, desk.order('temporaryLoss', []), key())).toEqual(refused('holderMismatch'));
    expect(await rig.bank.act('B-unknown', desk.order('temporaryLoss', []), key())).toEqual(refused('notFound'));
  });

  test('an answer that got lost is asked for, and nothing is done twice', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const order = desk.order('temporaryLoss', [chipDocument, await codeFor(desk, 'lossReport')]);
    await rig.hosts.bankCore.faults.set({ kind: 'actThenDrop', operation: 'actOnCard', times: 1 });
    const intent = key();
    const lost = await rig.bank.act(desk.card.cardRef, order, intent);
    expect(!lost.ok && outcomeUnknown(lost.error)).toBe(true);
    const { state, answer } = good(await rig.bank.ask(intent.idempotencyKey));
    expect([state, answer]).toMatchObject(['done', { financialStatus: 'tempLost', revision: 1 }]);
    expect(await rig.bank.act(desk.card.cardRef, order, intent)).toEqual(ok(answer));
    expect(await desk.look()).toMatchObject({ revision: 1 });
  });
});

describe('evidence that the bank issued', () => {
  test.each([
    ['a code that nobody sent', async () => ({ kind: 'oneTimeCode', ref: 'O-unknown' })],
    ['a code for another act', (desk: BankDesk) => codeFor(desk, 'unfreeze')],
    ["another person's code", async () => codeFor(await BankDesk.of(rig, 'ren'), 'lossReport')],
    ['an approval of another act', (desk: BankDesk) => approvalFor(desk, 'unfreeze')],
    ["another person's approval", async () => approvalFor(await BankDesk.of(rig, 'ren'), 'temporaryLoss')],
    ['a PIN that nobody verified', async () => ({ kind: 'pinBlock', ref: 'N-unknown' })],
    ['a PIN without a word of where', async () => ({ kind: 'pinBlock' })],
  ] as const)('%s is none', async (_name, make) => {
    const desk = await BankDesk.of(rig, 'jia');
    const evidence = (await make(desk)) as EvidenceRef;
    expect(await desk.act('temporaryLoss', [chipDocument, evidence])).toEqual(refused('evidenceMissing'));
    expect(await desk.look()).toMatchObject({ financialStatus: 'active', revision: 0 });
  });

  test('a code that was sent and not entered is none', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const { codeRef } = good(await rig.bank.sendCode({ holderRef: desk.holderRef, purpose: 'lossReport' }, key()));
    const evidence = { kind: 'oneTimeCode', ref: codeRef } as const;
    expect(await desk.act('temporaryLoss', [chipDocument, evidence])).toEqual(refused('evidenceMissing'));
  });

  test('a PIN that was verified speaks for its holder, and leaves the revision alone', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const pinBlock = terminal.pinBlock(gen3, benchPin);
    const { businessNumber, triesLeft, revision } = good(await desk.act('verifyPin', [], { pinBlock }));
    expect([triesLeft, revision]).toEqual([3, 0]);
    const evidence = [chipDocument, { kind: 'pinBlock', ref: businessNumber }] as const;
    expect((await desk.act('temporaryLoss', evidence)).ok).toBe(true);
  });

  test('staff stand for a report on a document that was only printed', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const evidence = [printedDocument, await approvalFor(desk, 'formalLoss')];
    expect((await desk.act('formalLoss', evidence, { consents: agreed })).ok).toBe(true);
  });

  test('a report may come late, nothing else may', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const report = await codeFor(desk, 'lossReport');
    rig.hosts.setClockOffset(23 * 3_600_000);
    expect((await desk.act('temporaryLoss', [chipDocument, report])).ok).toBe(true);
    await desk.look();
    const unfreeze = [chipDocument, genuineCard, await codeFor(desk, 'unfreeze')];
    rig.hosts.setClockOffset(23 * 3_600_000 + 31 * 60_000);
    expect(await desk.act('unfreeze', unfreeze)).toEqual(refused('evidenceMissing'));
    const approval = await approvalFor(desk, 'unfreeze');
    rig.hosts.setClockOffset(23 * 3_600_000 + 37 * 60_000);
    expect(await desk.act('unfreeze', [chipDocument, genuineCard, approval])).toEqual(refused('evidenceMissing'));
  });
});

describe('activation', () => {
  const pan = panOf('gen3-not-activated');
  const everything = async (desk: BankDesk): Promise<EvidenceRef[]> => [
    chipDocument,
    genuineCard,
    await identityOf('yi'),
    await codeFor(desk, 'activation'),
  ];

  test('document, card, identity, a code to the number on file, and a new PIN entered twice', async () => {
    const desk = await BankDesk.of(rig, 'yi');
    const evidence = await everything(desk);
    expect(good(await desk.act('activate', evidence, { ...twice(pan), consents: agreed }))).toMatchObject({
      financialStatus: 'active',
      revision: 1,
    });
    expect(await pinIs(desk, pan, newPin)).toBe(true);
  });

  test.each(['document', 'cardGenuine', 'identityCheck', 'oneTimeCode'] as const)('not without %s', async (kind) => {
    const desk = await BankDesk.of(rig, 'yi');
    const evidence = (await everything(desk)).filter((one) => one.kind !== kind);
    expect(await desk.act('activate', evidence, { ...twice(pan), consents: agreed })).toEqual(
      refused('evidenceMissing'),
    );
    expect(await desk.look()).toMatchObject({ financialStatus: 'openedInactive', revision: 0 });
  });

  test('staff or a face will do in place of the code; a printed document will not, nor no consent, nor no PIN', async () => {
    const desk = await BankDesk.of(rig, 'yi');
    const base = [chipDocument, genuineCard, await identityOf('yi')];
    const order = { ...twice(pan), consents: agreed };
    const printed = [printedDocument, ...base.slice(1), await approvalFor(desk, 'activate')];
    expect(await desk.act('activate', printed, order)).toEqual(refused('evidenceMissing'));
    const face = [...base, { kind: 'face' as const }];
    expect(await desk.act('activate', face, twice(pan))).toEqual(refused('consentMissing'));
    expect(await desk.act('activate', face, { consents: agreed })).toEqual(refused('evidenceMissing'));
    expect((await desk.act('activate', face, order)).ok).toBe(true);
    setStatus(pan, 'openedInactive');
    await desk.look();
    expect((await desk.act('activate', [...base, await approvalFor(desk, 'activate')], order)).ok).toBe(true);
  });

  test('the identity that was checked must be the holder', async () => {
    const desk = await BankDesk.of(rig, 'yi');
    const others = (await everything(desk)).filter((one) => one.kind !== 'identityCheck');
    const attempt = async (identity: EvidenceRef) =>
      desk.act('activate', [...others, identity], { ...twice(pan), consents: agreed });
    expect(await attempt(await identityOf('jia'))).toEqual(refused('identityDiffers'));
    const wrongName = { ...documentOf('yi'), name: Buffer.from('别人') };
    const { checkRef, result } = good(await rig.bank.checkIdentity(wrongName, key()));
    expect(result).toBe('nameDiffers');
    expect(await attempt({ kind: 'identityCheck', ref: checkRef })).toEqual(refused('identityDiffers'));
  });

  test.each([
    ['two PINs that differ', 'pinsDiffer', ['902184', '902185']],
    ['one digit', 'weakPin', ['777777', '777777']],
    ['a run', 'weakPin', ['345678', '345678']],
    ['the birthday', 'weakPin', ['850315', '850315']],
    ['the end of the ID number', 'weakPin', ['150024', '150024']],
    ['five digits', 'weakPin', ['90218', '90218']],
  ] as const)('%s: %s', async (_name, reason, [first, second]) => {
    const desk = await BankDesk.of(rig, 'yi');
    expect(personOf('yi').idNumber.slice(-6)).toBe('150024');
    const evidence = await everything(desk);
    expect(await desk.act('activate', evidence, { ...twice(pan, first, second), consents: agreed })).toEqual(
      refused(reason),
    );
    expect(await desk.look()).toMatchObject({ financialStatus: 'openedInactive' });
  });

  test('a PIN block of another account, or of older keys', async () => {
    const desk = await BankDesk.of(rig, 'yi');
    const evidence = await everything(desk);
    const attempt = (blocks: object) => desk.act('activate', evidence, { ...blocks, consents: agreed });
    expect(await attempt(twice(gen3))).toEqual(refused('pinBlockMalformed'));
    const older = twice(pan);
    await terminal.signOnAgain(rig.bank);
    expect(await attempt(older)).toEqual(refused('signOnRequired'));
    expect((await attempt(twice(pan))).ok).toBe(true);
  });
});

describe('the PIN', () => {
  test('wrong ones count, with what is left; the last locks the card and raises its revision', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const wrong = () => desk.act('verifyPin', [], { pinBlock: terminal.pinBlock(gen3, '111111') });
    expect(await wrong()).toEqual(refused('wrongPin', { triesLeft: 2 }));
    expect(await wrong()).toEqual(refused('wrongPin', { triesLeft: 1 }));
    expect(await wrong()).toEqual(refused('pinLocked', { triesLeft: 0 }));
    expect(await desk.look()).toMatchObject({ financialStatus: 'pinLocked', revision: 1 });
    expect(await wrong()).toEqual(refused('pinLocked', { triesLeft: 0 }));
  });

  test('wrong ones never take a report away: the card stays lost', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    setStatus(gen3, 'lost');
    await desk.look();
    for (let tries = 0; tries < 4; tries += 1)
      await desk.act('verifyPin', [], { pinBlock: terminal.pinBlock(gen3, '111111') });
    expect(await desk.look()).toMatchObject({ financialStatus: 'lost', revision: 1 });
    const right = { pinBlock: terminal.pinBlock(gen3, benchPin) };
    expect(await desk.act('verifyPin', [], right)).toEqual(refused('pinLocked', { triesLeft: 0 }));
    rig.hosts.setClockOffset(dayMs);
    expect((await desk.act('verifyPin', [], right)).ok).toBe(true);
  });

  test('is changed by the old one and the new one twice', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const pinBlock = terminal.pinBlock(gen3, benchPin);
    expect(await desk.act('changePin', shown, twice(gen3))).toEqual(refused('evidenceMissing'));
    expect(await desk.act('changePin', shown, { pinBlock })).toEqual(refused('evidenceMissing'));
    expect(await desk.act('changePin', [], { pinBlock, ...twice(gen3) })).toEqual(refused('evidenceMissing'));
    const wrong = { pinBlock: terminal.pinBlock(gen3, '111111'), ...twice(gen3) };
    expect(await desk.act('changePin', shown, wrong)).toEqual(refused('wrongPin', { triesLeft: 2 }));
    expect(good(await desk.act('changePin', shown, { pinBlock, ...twice(gen3) }))).toMatchObject({
      financialStatus: 'active',
      revision: 1,
    });
    expect(await pinIs(desk, gen3, newPin)).toBe(true);
    expect(await pinIs(desk, gen3, benchPin)).toBe(false);
  });

  test('is reset with staff, document and card; the count of tries begins again', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    setStatus(gen3, 'pinLocked');
    await desk.look();
    const code = await codeFor(desk, 'pinReset');
    expect(await desk.act('resetPin', [chipDocument, genuineCard, code], twice(gen3))).toEqual(
      refused('evidenceMissing'),
    );
    const approval = await approvalFor(desk, 'resetPin');
    expect(good(await desk.act('resetPin', [chipDocument, genuineCard, approval], twice(gen3)))).toMatchObject({
      financialStatus: 'active',
      revision: 2,
    });
    expect(await pinIs(desk, gen3, newPin)).toBe(true);
  });

  test('reset and changed on one day takes staff (S-23)', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const approval = await approvalFor(desk, 'resetPin');
    expect((await desk.act('resetPin', [chipDocument, genuineCard, approval], twice(gen3))).ok).toBe(true);
    await desk.look();
    const change = { pinBlock: terminal.pinBlock(gen3, newPin), ...twice(gen3, '681037') };
    expect(await desk.act('changePin', shown, change)).toEqual(refused('evidenceMissing'));
    expect((await desk.act('changePin', [...shown, await approvalFor(desk, 'changePin')], change)).ok).toBe(true);
    rig.hosts.setClockOffset(dayMs);
    await desk.look();
    const nextDay = { pinBlock: terminal.pinBlock(gen3, '681037'), ...twice(gen3) };
    expect((await desk.act('changePin', shown, nextDay)).ok).toBe(true);
  });
});

describe('a chip that speaks along', () => {
  test('is answered when its cryptogram is right, and is not believed when it is not', async () => {
    const desk = await BankDesk.of(rig, 'jia');
    const { order } = await terminal.inquire('gen3-active');
    const code = await codeFor(desk, 'lossReport');
    const done = good(await desk.act('temporaryLoss', [chipDocument, code], { de55: order.de55 }));
    expect(done).toMatchObject({ arc: '3030', arpc: expect.stringMatching(/^[0-9A-F]{16}$/) });
    await desk.look();
    rig.hosts.setClockOffset(60_000);
    const evidence = [chipDocument, genuineCard, await codeFor(desk, 'unfreeze')];
    expect(await desk.act('unfreeze', evidence, { de55: order.de55 })).toEqual(refused('notGenuine'));
    const copy = await terminal.inquire('cloned');
    expect(await desk.act('unfreeze', evidence, { de55: copy.order.de55 })).toEqual(refused('notGenuine'));
    const strange = Buffer.alloc(40);
    expect(await desk.act('unfreeze', evidence, { de55: strange })).toEqual(refused('de55Malformed'));
  });
});

test('the ledger names card, act and business number, and holds no PIN, block or number of a card', async () => {
  const desk = await BankDesk.of(rig, 'jia');
  const pinBlock = terminal.pinBlock(gen3, benchPin);
  const { businessNumber } = good(await desk.act('changePin', shown, { pinBlock, ...twice(gen3) }));
  await rig.bank.pinEntry(desk.card.cardRef, desk.holderRef);
  const ledger = rig.hosts.bankCore.ledger();
  expect(ledger.find((line) => line.operation === 'actOnCard')).toMatchObject({
    about: { cardRef: desk.card.cardRef, action: 'changePin' },
    result: { businessNumber },
  });
  const told = JSON.stringify(ledger);
  for (const secret of [gen3, benchPin, newPin, Buffer.from(pinBlock.block).toString('hex').toUpperCase()])
    expect(told).not.toContain(secret);
});
