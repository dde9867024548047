import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { err } from '#protocol/result.ts';
import { encryptBlocks } from '#simulators/crypto/block.ts';
import { idNumber } from '#simulators/wallet/numbers.ts';
import { benchStaff } from '#simulators/wallet/staff.ts';
import { walletCard } from '#simulators/wallet/wallet.ts';
import { BankDesk, chipDocument, documentOf, key, numberOf } from './acts.fixture.ts';
import { outcomeUnknown, type StaffCardOrder, type StaffSignOnOrder } from './index.ts';
import { good, type Rig, startRig, Terminal } from './rig.fixture.ts';

/** What the bank itself says of a person: codes to the telephone on file, the citizen register, staff; and the PAN. */

let rig: Rig;
let terminal: Terminal;
let desk: BankDesk;

beforeAll(async () => {
  rig = await startRig();
});
beforeEach(async () => {
  await rig.hosts.reset();
  terminal = await Terminal.signOn(rig.bank);
  desk = await BankDesk.of(rig, 'jia');
});
afterEach(() => expect(rig.violations).toEqual([]));
afterAll(() => rig.stop());

const refused = (reason: string, more: object = {}) => err({ code: 'refused', reason, safeToRetry: false, ...more });
const minuteMs = 60_000;
const noAccount = '0'.repeat(16);
const later = (minutes: number): void => rig.hosts.setClockOffset(minutes * minuteMs);

describe('one-time codes', () => {
  const send = () => rig.bank.sendCode({ holderRef: desk.holderRef, purpose: 'lossReport' }, key());
  const newest = () => rig.hosts.bankCore.domain.messages().at(-1)?.code ?? '';
  const enter = (codeRef: string, code: string) =>
    rig.bank.verifyCode(codeRef, terminal.pinBlock(noAccount, code), key());
  /** Six digits that are not the code. */
  const wrong = (): string => newest().replace(/\d/, (digit) => String((Number(digit) + 1) % 10));

  test('go to the number on file, of which the kiosk is told only the mask', async () => {
    expect(good(await send())).toEqual({
      codeRef: expect.stringMatching(/^O-/),
      phoneMask: '120******01',
      expiresAt: '2026-11-24T08:05:00.000Z',
      resendAfterSeconds: 60,
    });
    expect(rig.hosts.bankCore.domain.messages()).toEqual([
      {
        at: '2026-11-24T08:00:00.000Z',
        to: '120******01',
        purpose: 'lossReport',
        code: expect.stringMatching(/^\d{6}$/),
      },
    ]);
    expect(JSON.stringify(rig.hosts.bankCore.ledger())).not.toContain(newest());
  });

  test('are entered on the pad: the right one once, a wrong one costs a try, the third is the last', async () => {
    const { codeRef } = good(await send());
    expect(good(await enter(codeRef, wrong()))).toEqual({ verified: false, triesLeft: 2 });
    expect(good(await enter(codeRef, newest()))).toEqual({ verified: true, triesLeft: 2 });
    expect(await enter(codeRef, newest())).toEqual(refused('codeOver'));
    later(1);
    const second = good(await send());
    for (const triesLeft of [2, 1, 0])
      expect(good(await enter(second.codeRef, wrong()))).toEqual({ verified: false, triesLeft });
    expect(await enter(second.codeRef, newest())).toEqual(refused('codeOver'));
  });

  test('under SM4 keys too', async () => {
    await terminal.signOnAgain(rig.bank, 'sm4');
    const { codeRef } = good(await send());
    expect(good(await enter(codeRef, newest()))).toMatchObject({ verified: true });
  });

  test('are over after five minutes, and when a newer one was sent', async () => {
    const first = good(await send());
    const code = newest();
    later(1);
    const second = good(await send());
    expect(await enter(first.codeRef, code)).toEqual(refused('codeOver'));
    later(6);
    expect((await enter(second.codeRef, newest())).ok).toBe(true);
    later(7);
    const third = good(await send());
    later(12.1);
    expect(await enter(third.codeRef, newest())).toEqual(refused('codeOver'));
  });

  test('one a minute, five an hour, whatever they are for (S-24); the bank says when to ask again', async () => {
    expect((await send()).ok).toBe(true);
    expect(await send()).toEqual(refused('limitReached', { retryAfterSeconds: 60 }));
    for (const minutes of [1, 2, 3]) {
      later(minutes);
      expect((await send()).ok).toBe(true);
    }
    later(4);
    const other = await rig.bank.sendCode({ holderRef: desk.holderRef, purpose: 'unfreeze' }, key());
    expect(other.ok).toBe(true);
    later(10);
    expect(await send()).toEqual(refused('limitReached', { retryAfterSeconds: 50 * 60 }));
    later(60);
    expect((await send()).ok).toBe(true);
    // Somebody else is not concerned.
    const { holderRef } = await BankDesk.of(rig, 'yi');
    expect((await rig.bank.sendCode({ holderRef, purpose: 'lossReport' }, key())).ok).toBe(true);
  });

  test('a number that was typed in proves itself and nobody', async () => {
    const order = { holderRef: desk.holderRef, purpose: 'phoneCheck' } as const;
    expect(await rig.bank.sendCode(order, key())).toEqual(refused('noPhone'));
    const { codeRef, phoneMask } = good(await rig.bank.sendCode({ ...order, phone: '12099999977' }, key()));
    expect(phoneMask).toBe('120******77');
    expect(good(await enter(codeRef, newest())).verified).toBe(true);
    expect(await desk.act('temporaryLoss', [chipDocument, { kind: 'oneTimeCode', ref: codeRef }])).toEqual(
      refused('evidenceMissing'),
    );
  });

  test('a block of another account or of older keys is none, and costs no try', async () => {
    const { codeRef } = good(await send());
    const pan = walletCard('gen3-active').financial?.pan ?? '';
    expect(await rig.bank.verifyCode(codeRef, terminal.pinBlock(pan, newest()), key())).toEqual(
      refused('pinBlockMalformed'),
    );
    const older = terminal.pinBlock(noAccount, newest());
    await terminal.signOnAgain(rig.bank);
    expect(await rig.bank.verifyCode(codeRef, older, key())).toEqual(refused('signOnRequired'));
    expect(good(await enter(codeRef, newest()))).toEqual({ verified: true, triesLeft: 3 });
  });

  test('an answer that got lost sent one message, and asking tells which', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'actThenDrop', operation: 'sendOneTimeCode', times: 1 });
    const intent = key();
    const lost = await rig.bank.sendCode({ holderRef: desk.holderRef, purpose: 'lossReport' }, intent);
    expect(!lost.ok && outcomeUnknown(lost.error)).toBe(true);
    const { answer } = good(await rig.bank.ask(intent.idempotencyKey));
    expect(rig.hosts.bankCore.domain.messages()).toHaveLength(1);
    expect(good(await enter((answer as { codeRef: string }).codeRef, newest())).verified).toBe(true);
  });

  test('of nobody', async () => {
    expect(await rig.bank.sendCode({ holderRef: 'P-unknown', purpose: 'lossReport' }, key())).toEqual(
      refused('notFound'),
    );
    expect(await enter('O-unknown', '000000')).toEqual(refused('notFound'));
  });
});

describe('the network identity check', () => {
  const check = async (change: object = {}) => {
    const order = { ...documentOf('jia'), ...change };
    return good(await rig.bank.checkIdentity(order, key())).result;
  };

  test.each([
    ['the holder', 'match', {}],
    ['another name', 'nameDiffers', { name: Buffer.from('别人') }],
    ['a number that nobody has', 'unknownNumber', { documentNumber: Buffer.from(idNumber('19900101', '999')) }],
    ['a wrong check digit', 'documentInvalid', { documentNumber: Buffer.from('000000199001010019') }],
  ] as const)('%s: %s', async (_name, result, change) => {
    expect(await check(change)).toBe(result);
  });

  test('is an act: asked for by its key when the answer got lost', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'actThenDrop', operation: 'checkIdentity', times: 1 });
    const intent = key();
    const lost = await rig.bank.checkIdentity(documentOf('jia'), intent);
    expect(!lost.ok && outcomeUnknown(lost.error)).toBe(true);
    expect(good(await rig.bank.ask(intent.idempotencyKey))).toMatchObject({ answer: { result: 'match' } });
  });
});

describe('the word of the branch', () => {
  const ask = async () =>
    good(await rig.bank.requestApproval({ service: 'unfreeze', visitRef: 'visit', holderRef: desk.holderRef }, key()));
  const stateOf = async (requestRef: string) => good(await rig.bank.approvalState(requestRef));

  test('waits until somebody decides; an approval is good for five minutes', async () => {
    const { domain } = rig.hosts.bankCore;
    const { requestRef, expiresAt } = await ask();
    expect(expiresAt).toBe('2026-11-24T08:05:00.000Z');
    expect(await stateOf(requestRef)).toEqual({ state: 'waiting', expiresAt });
    expect(domain.waitingApprovals()).toEqual([{ act: 'unfreeze', since: '2026-11-24T08:00:00.000Z' }]);
    later(4);
    expect(domain.approve()).toBe(true);
    expect(domain.waitingApprovals()).toEqual([]);
    expect(await stateOf(requestRef)).toEqual({
      state: 'approved',
      approvalRef: expect.stringMatching(/^V-/),
      expiresAt: '2026-11-24T08:09:00.000Z',
    });
    later(9.1);
    expect(await stateOf(requestRef)).toEqual({ state: 'expired', expiresAt: '2026-11-24T08:09:00.000Z' });
  });

  test('the oldest is decided first; a refusal stays one; what nobody decided is over', async () => {
    const { domain } = rig.hosts.bankCore;
    const first = await ask();
    const second = await ask();
    later(1);
    const third = await ask();
    expect(domain.refuse()).toBe(true);
    expect((await stateOf(first.requestRef)).state).toBe('refused');
    later(5.5);
    expect((await stateOf(second.requestRef)).state).toBe('expired');
    expect(domain.approve()).toBe(true);
    expect((await stateOf(third.requestRef)).state).toBe('approved');
    expect([domain.approve(), domain.refuse()]).toEqual([false, false]);
    expect((await stateOf(first.requestRef)).state).toBe('refused');
  });

  test('of nobody', async () => {
    expect(await rig.bank.approvalState('Q-unknown')).toEqual(refused('notFound'));
    const nobody = { service: 'unfreeze', visitRef: 'visit', holderRef: 'P-unknown' } as const;
    expect(await rig.bank.requestApproval(nobody, key())).toEqual(refused('notFound'));
  });
});

describe('the staff card', () => {
  const [staff] = benchStaff;
  const order = (change: Partial<StaffCardOrder> = {}): StaffCardOrder => {
    const challenge = randomBytes(16);
    return {
      staffNumber: staff?.number ?? '',
      challenge: challenge.toString('hex').toUpperCase(),
      response: encryptBlocks('sm4', staff?.key ?? Buffer.alloc(16), challenge)
        .toString('hex')
        .toUpperCase(),
      pinBlock: terminal.pinBlock(noAccount, staff?.pin ?? ''),
      service: 'formalLoss',
      visitRef: 'visit',
      holderRef: desk.holderRef,
      ...change,
    };
  };

  test('with its PIN approves one act for one holder', async () => {
    const { approvalRef, expiresAt } = good(await rig.bank.approveByStaffCard(order(), key()));
    expect(expiresAt).toBe('2026-11-24T08:05:00.000Z');
    const evidence = [
      { kind: 'document', grade: 'ocr' },
      { kind: 'staffApproval', ref: approvalRef },
    ] as const;
    const consents = [{ text: 'formalLoss-1', at: '2026-11-24T08:00:00Z', choice: 'agreed' as const }];
    expect(await desk.act('temporaryLoss', evidence)).toEqual(refused('evidenceMissing'));
    expect((await desk.act('formalLoss', evidence, { consents })).ok).toBe(true);
  });

  test('a copy, a challenge that was seen before, somebody unknown', async () => {
    const copy = { response: '0'.repeat(32) };
    expect(await rig.bank.approveByStaffCard(order(copy), key())).toEqual(refused('notGenuine'));
    const once = order();
    expect((await rig.bank.approveByStaffCard(once, key())).ok).toBe(true);
    expect(await rig.bank.approveByStaffCard(once, key())).toEqual(refused('notGenuine'));
    expect(await rig.bank.approveByStaffCard(order({ staffNumber: '999999' }), key())).toEqual(refused('unknownStaff'));
  });

  test('three wrong PINs and it is locked', async () => {
    const wrong = () => rig.bank.approveByStaffCard(order({ pinBlock: terminal.pinBlock(noAccount, '111111') }), key());
    expect(await wrong()).toEqual(refused('wrongPin', { triesLeft: 2 }));
    expect(await wrong()).toEqual(refused('wrongPin', { triesLeft: 1 }));
    expect(await wrong()).toEqual(refused('pinLocked', { triesLeft: 0 }));
    expect(await rig.bank.approveByStaffCard(order(), key())).toEqual(refused('pinLocked', { triesLeft: 0 }));
  });
});

describe('a sign-on of staff', () => {
  const [clerk, , technician] = benchStaff;
  const order = ({ number, key: secret, pin } = technician, challenge = randomBytes(16)): StaffSignOnOrder => ({
    staffNumber: number,
    challenge: challenge.toString('hex').toUpperCase(),
    response: encryptBlocks('sm4', secret, challenge).toString('hex').toUpperCase(),
    pinBlock: terminal.pinBlock(noAccount, pin),
  });

  test('tells who it is, in what role, and until when', async () => {
    const { staffRef, role, expiresAt, offline } = good(await rig.bank.signStaffOn(order(), key()));
    expect({ role, expiresAt }).toEqual({ role: 'technician', expiresAt: '2026-11-24T20:00:00.000Z' });
    expect(good(await rig.bank.signStaffOn(order(), key())).staffRef).toBe(staffRef);
    expect(offline?.expiresAt).toBe('2026-11-27T08:00:00.000Z');
  });

  test('an answer for a day without the bank is what the card would say, and is not taken on line', async () => {
    const { offline } = good(await rig.bank.signStaffOn(order(), key()));
    expect(offline?.answers).toHaveLength(8);
    for (const { challenge, digest } of offline?.answers ?? []) {
      const said = encryptBlocks('sm4', technician.key, Buffer.from(challenge, 'hex'));
      expect(createHash('sha256').update(said).digest('hex').toUpperCase()).toBe(digest);
      const copied = order(technician, Buffer.from(challenge, 'hex'));
      expect(await rig.bank.signStaffOn(copied, key())).toEqual(refused('notGenuine'));
    }
  });

  test('the branch works on line alone', async () => {
    const { role, offline } = good(await rig.bank.signStaffOn(order(clerk), key()));
    expect({ role, offline }).toEqual({ role: 'branchClerk', offline: undefined });
  });

  test('counts wrong PINs together with approvals', async () => {
    const wrong = () => rig.bank.signStaffOn({ ...order(), pinBlock: terminal.pinBlock(noAccount, '111111') }, key());
    expect(await wrong()).toEqual(refused('wrongPin', { triesLeft: 2 }));
    expect(await wrong()).toEqual(refused('wrongPin', { triesLeft: 1 }));
    expect(await wrong()).toEqual(refused('pinLocked', { triesLeft: 0 }));
    expect(await rig.bank.signStaffOn(order(), key())).toEqual(refused('pinLocked', { triesLeft: 0 }));
  });
});

describe('the account number for a PIN block', () => {
  const pan = walletCard('gen3-active').financial?.pan ?? '';

  test('comes as bytes for its holder, and is kept in no answer and no ledger', async () => {
    const bytes = good(await rig.bank.pinEntry(desk.card.cardRef, desk.holderRef));
    expect(bytes).toBeInstanceOf(Buffer);
    expect(bytes.toString('latin1')).toBe(pan);
    expect(rig.hosts.bankCore.ledger().at(-1)).toMatchObject({ operation: 'pinEntry', act: 'done', result: null });
  });

  test("not for somebody else's card: nobody learns that there is one", async () => {
    const { holderRef } = await BankDesk.of(rig, 'yi');
    expect(await rig.bank.pinEntry(desk.card.cardRef, holderRef)).toEqual(refused('notFound'));
    expect(await rig.bank.pinEntry('B-unknown', desk.holderRef)).toEqual(refused('notFound'));
  });

  test('an answer of another form is no number', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'wrongShape', operation: 'pinEntry', times: 1 });
    expect(await rig.bank.pinEntry(desk.card.cardRef, desk.holderRef)).toEqual(err({ code: 'badAnswer', why: 'form' }));
  });

  test('a lost answer is asked for again by itself', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'actThenDrop', operation: 'pinEntry', times: 1 });
    expect(good(await rig.bank.pinEntry(desk.card.cardRef, desk.holderRef)).toString('latin1')).toBe(pan);
  });
});

test('cards by the reference, as the bench sees them too', async () => {
  const { cards } = good(await rig.bank.holderCards(desk.holderRef));
  expect(cards).toEqual([desk.card]);
  expect(rig.hosts.bankCore.domain.cardsOf(numberOf('jia'))).toEqual(cards);
  expect(await rig.bank.holderCards('P-unknown')).toEqual(refused('notFound'));
});
