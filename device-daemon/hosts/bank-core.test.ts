import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { BalanceInquiry } from '#protocol/generated/bank-core.ts';
import { err } from '#protocol/result.ts';
import { buildCardFrom } from '#simulators/cards/index.ts';
import { benchKeys, checkValue, parseDe55 } from '#simulators/crypto/index.ts';
import { unwrapKey } from '#simulators/hosts/pin-block.ts';
import { personOf, type WalletCardId, walletCard, walletCards } from '#simulators/wallet/wallet.ts';
import type { Completion } from '../cards/index.ts';
import { newIdempotencyKey } from './index.ts';
import { good, hostNow, type Inquiry, ledgerOf, type Rig, startRig, Terminal } from './rig.fixture.ts';

/** The bank core over HTTPS: a real cryptogram of a simulated chip, a real PIN block, the issuer's judgement. */

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

const panOf = (id: WalletCardId): string => walletCard(id).financial?.pan ?? '';

async function ask({ order, idempotencyKey }: Inquiry): Promise<BalanceInquiry> {
  return good(await rig.bank.inquireBalance(order, { idempotencyKey }));
}

/** What the kiosk tells the card of the bank's answer. */
async function tellCard(inquiry: Inquiry, answer: BalanceInquiry): Promise<Completion> {
  const arc = Buffer.from(answer.arc, 'hex');
  const arpc = answer.arpc === undefined ? {} : { arpc: Buffer.from(answer.arpc, 'hex') };
  return good(await inquiry.online.complete({ arc, ...arpc }, { timeoutMs: 1_000 }));
}

describe('sign-on', () => {
  test.each([
    ['tdes', '3des', 8],
    ['sm4', 'sm4', 16],
  ] as const)('%s: keys that the pad can open and check', async (algorithm, cipher, digits) => {
    const answer = good(await rig.bank.signOn(algorithm));
    expect(answer).toMatchObject({ keyAlgorithm: algorithm, businessDate: '2026-11-24' });
    expect(answer.keys.map((key) => key.usage)).toEqual(['pin', 'mac']);
    for (const { encrypted, checkValue: told } of answer.keys) {
      const key = unwrapKey(cipher, benchKeys.terminalMaster[cipher], encrypted);
      expect(told.slice(0, 6)).toBe(checkValue(cipher, key));
      expect(told).toHaveLength(digits);
    }
  });

  test('a newer sign-on ends the older key: the bank asks for a sign-on, and no try is lost', async () => {
    const inquiry = await terminal.inquire('gen3-active');
    await terminal.signOnAgain(rig.bank);
    const result = await rig.bank.inquireBalance(inquiry.order, { idempotencyKey: inquiry.idempotencyKey });
    expect(result).toEqual(err({ code: 'refused', reason: 'signOnRequired', safeToRetry: false }));
    expect(await ask(await terminal.inquire('gen3-active'))).toMatchObject({ result: 'approved' });
  });
});

test('a reset of the bench is a new day at the bank, but no new sign-on for a kiosk that runs on', async () => {
  expect(await ask(await terminal.inquire('gen3-active', { pin: '000000' }))).toMatchObject({ triesLeft: 2 });
  await rig.hosts.bankCore.faults.set({ kind: 'closed', seconds: 60 });
  rig.hosts.setClockOffset(3_600_000);
  await rig.hosts.reset();
  expect(rig.hosts.bankCore.ledger()).toEqual([]);
  expect(rig.hosts.bankCore.faults.list()).toEqual([]);
  expect(rig.hosts.now()).toEqual(hostNow);
  expect(rig.hosts.bankCore.domain.account(panOf('gen3-active'))).toMatchObject({ tries_left: 3, last_atc: 0 });
  expect(await ask(await terminal.inquire('gen3-active'))).toMatchObject({ result: 'approved' });
});

describe('balance inquiry', () => {
  test('a right card and PIN: the account, an ARPC that the card believes, and a TC', async () => {
    const inquiry = await terminal.inquire('gen3-active');
    const answer = await ask(inquiry);
    expect(answer).toEqual({
      result: 'approved',
      arc: '3030',
      arpc: expect.stringMatching(/^[0-9A-F]{16}$/),
      financialStatus: 'active',
      accounts: [
        {
          kind: 'socialSecurity',
          accountClass: 'I',
          panMasked: '621721*********0016',
          available: '6247.12',
          currency: 'CNY',
          dormant: false,
        },
      ],
    });
    expect(await tellCard(inquiry, answer)).toEqual({ cryptogramType: 'tc', issuerAuthentication: 'right' });
  });

  test('an SM4 card under TDES working keys: both accounts, apart, the presented one first', async () => {
    const inquiry = await terminal.inquire('gen3-second-account');
    const answer = await ask(inquiry);
    const accounts = answer.result === 'approved' ? answer.accounts : [];
    expect(accounts.map(({ kind, accountClass, available }) => [kind, accountClass, available])).toEqual([
      ['socialSecurity', 'I', '1024.00'],
      ['debit', 'II', '123.45'],
    ]);
    expect((await tellCard(inquiry, answer)).cryptogramType).toBe('tc');
  });

  test('SM4 working keys and PIN block', async () => {
    await terminal.signOnAgain(rig.bank, 'sm4');
    expect(await ask(await terminal.inquire('gen2'))).toMatchObject({ result: 'approved' });
    expect(await ask(await terminal.inquire('gen2', { pin: '111111' }))).toMatchObject({ reason: 'wrongPin' });
  });

  test('a dormant flag is told and refuses nobody', async () => {
    const answer = await ask(await terminal.inquire('gen3-dormant'));
    expect(answer).toMatchObject({ result: 'approved', accounts: [{ dormant: true, available: '0.03' }] });
  });

  test('wrong PINs are counted and lock the account; the right one before that fills the count again', async () => {
    const tries = async (pin?: string): Promise<readonly unknown[]> => {
      const inquiry = await terminal.inquire('gen3-long-name', pin === undefined ? {} : { pin });
      const answer = await ask(inquiry);
      const card = await tellCard(inquiry, answer);
      expect(card.issuerAuthentication).toBe('right');
      expect(card.cryptogramType).toBe(answer.result === 'approved' ? 'tc' : 'aac');
      return answer.result === 'approved' ? ['approved'] : [answer.reason, answer.triesLeft, answer.arc];
    };
    expect(await tries('000000')).toEqual(['wrongPin', 2, '3535']);
    expect(await tries('1234')).toEqual(['wrongPin', 1, '3535']);
    expect(await tries()).toEqual(['approved']);
    expect(await tries('000000')).toEqual(['wrongPin', 2, '3535']);
    expect(await tries('000000')).toEqual(['wrongPin', 1, '3535']);
    expect(await tries('000000')).toEqual(['pinLocked', 0, '3735']);
    expect(await tries()).toEqual(['pinLocked', 0, '3735']);
    expect(rig.hosts.bankCore.domain.account(panOf('gen3-long-name'))?.status).toBe('pinLocked');
  });

  test('tries are per day: on the next one there are three again', async () => {
    expect(await ask(await terminal.inquire('gen3-no-9f61', { pin: '000000' }))).toMatchObject({ triesLeft: 2 });
    rig.hosts.setClockOffset(24 * 3_600_000);
    expect(await ask(await terminal.inquire('gen3-no-9f61', { pin: '000000' }))).toMatchObject({ triesLeft: 2 });
  });

  test('a cryptogram shown again is refused, and so is one whose counter did not rise', async () => {
    const older = await terminal.inquire('gen3-gbk-name');
    const newer = await terminal.inquire('gen3-gbk-name');
    expect(await ask(newer)).toMatchObject({ result: 'approved' });
    for (const inquiry of [newer, older]) {
      const answer = await ask({ ...inquiry, idempotencyKey: newIdempotencyKey() });
      expect(answer).toEqual({ result: 'declined', reason: 'cryptogramRepeated', arc: '3035' });
    }
  });

  test('an unpredictable number that was seen before is refused even under a new counter', async () => {
    const unpredictableNumber = Buffer.from('CAFE0001', 'hex');
    expect(await ask(await terminal.inquire('gen2', { unpredictableNumber }))).toMatchObject({ result: 'approved' });
    const again = await ask(await terminal.inquire('gen2', { unpredictableNumber }));
    expect(again).toMatchObject({ reason: 'cryptogramRepeated' });
    expect(await ask(await terminal.inquire('gen2'))).toMatchObject({ result: 'approved' });
  });

  test.each(['wrong-cryptogram', 'cloned'] as const)('%s: not genuine, no ARPC, an AAC', async (id) => {
    const inquiry = await terminal.inquire(id);
    const answer = await ask(inquiry);
    expect(answer).toEqual({ result: 'declined', reason: 'cardNotGenuine', arc: '3035' });
    expect(await tellCard(inquiry, answer)).toEqual({ cryptogramType: 'aac', issuerAuthentication: 'notPerformed' });
  });

  test('a copy neither locks the PIN of the card it was made from nor moves its counter', async () => {
    await ask(await terminal.inquire('cloned', { pin: '000000' }));
    expect(rig.hosts.bankCore.domain.account(panOf('gen3-active'))).toMatchObject({ tries_left: 3, status: 'active' });
    expect(await ask(await terminal.inquire('gen3-active'))).toMatchObject({ result: 'approved' });
  });

  test('track 2 of another card is not believed', async () => {
    const inquiry = await terminal.inquire('gen2');
    const track2 = Buffer.from(`${panOf('gen3-active')}D3412220`);
    const answer = await ask({ ...inquiry, order: { ...inquiry.order, track2 } });
    expect(answer).toMatchObject({ reason: 'cardNotGenuine' });
  });

  test.each([
    ['gen3-not-activated', 'notActivated', '3537'],
    ['gen3-sealed', 'notActivated', '3537'],
    ['expired', 'cardExpired', '3534'],
  ] as const)('%s: %s', async (id, reason, arc) => {
    const inquiry = await terminal.inquire(id);
    const answer = await ask(inquiry);
    expect(answer).toMatchObject({ result: 'declined', reason, arc });
    expect(await tellCard(inquiry, answer)).toEqual({ cryptogramType: 'aac', issuerAuthentication: 'right' });
  });

  test.each([
    ['tempLost', 'cardLost'],
    ['lost', 'cardLost'],
    ['closed', 'cardClosed'],
    ['frozen', 'accountFrozen'],
    ['notOpened', 'notOpened'],
    ['openFailed', 'notOpened'],
  ] as const)('%s: %s, without looking at the PIN', async (status, reason) => {
    const { domain } = rig.hosts.bankCore;
    domain.setStatus(panOf('gen3-blocked'), status);
    const answer = await ask(await terminal.inquire('gen3-blocked', { pin: '000000' }));
    expect(answer).toMatchObject({ result: 'declined', reason, financialStatus: status });
    expect(answer).not.toHaveProperty('triesLeft');
    expect(domain.account(panOf('gen3-blocked'))?.tries_left).toBe(3);
  });

  test('a temporary report lifts by itself', async () => {
    const { domain } = rig.hosts.bankCore;
    domain.setStatus(panOf('gen3-key-blocked'), 'tempLost', new Date('2026-11-25T00:00:00Z'));
    expect(await ask(await terminal.inquire('gen3-key-blocked'))).toMatchObject({ reason: 'cardLost' });
    rig.hosts.setClockOffset(24 * 3_600_000);
    expect(await ask(await terminal.inquire('gen3-key-blocked'))).toMatchObject({ result: 'approved' });
  });

  test("another bank's card is not here; one of ours that has no account is not opened", async () => {
    expect(await ask(await terminal.inquire('other-bank'))).toEqual({
      result: 'declined',
      reason: 'notHere',
      arc: '3135',
    });
    const gen2 = walletCard('gen2');
    const unknown = buildCardFrom({
      ...gen2,
      financial: gen2.financial && { ...gen2.financial, pan: '6217214301000099996' },
    });
    expect(await ask(await terminal.inquire(unknown))).toMatchObject({ result: 'declined', reason: 'notOpened' });
  });

  test('what is no inquiry, no field 55 or no PIN block is refused, and costs no try', async () => {
    const refusal = async (order: Partial<Inquiry['order']>) => {
      const inquiry = await terminal.inquire('gen2', { pin: '000000' });
      const whole = { ...inquiry.order, ...order };
      return rig.bank.inquireBalance(whole, { idempotencyKey: inquiry.idempotencyKey });
    };
    const { de55 } = (await terminal.inquire('gen2')).order;
    const change = (tag: string): Buffer => {
      const bytes = Buffer.from(de55);
      const value = parseDe55(bytes)?.get(tag);
      const start = bytes.indexOf(Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from([value?.length ?? 0])]));
      bytes.writeUInt8(bytes.readUInt8(start + tag.length / 2 + 1) ^ 0x01, start + tag.length / 2 + 1);
      return bytes;
    };
    const malformed = err({ code: 'refused', reason: 'de55Malformed', safeToRetry: false });
    expect(await refusal({ de55: Buffer.from(de55.subarray(0, 140)) })).toEqual(malformed);
    expect(await refusal({ de55: change('9F27') })).toEqual(malformed);
    expect(await refusal({ de55: change('9C') })).toEqual(malformed);
    const strange = { ...terminal.pinBlock(panOf('gen3-active'), '246810'), block: Buffer.alloc(8, 7) };
    expect(await refusal({ pinBlock: strange })).toEqual(
      err({ code: 'refused', reason: 'pinBlockMalformed', safeToRetry: false }),
    );
    expect(rig.hosts.bankCore.domain.account(panOf('gen2'))?.tries_left).toBe(3);
  });
});

describe('identification', () => {
  const evidence = { kind: 'document', documentType: 'residentId', grade: 'chip' } as const;

  test('a document: every card of the holder, none of them presented', async () => {
    const chou = personOf('chou');
    const answer = good(await rig.bank.identify({ ...evidence, documentNumber: chou.idNumber, name: chou.name }));
    expect(answer).toMatchObject({ phoneMask: expect.stringMatching(/^120\*{6}\d\d$/) });
    expect(answer).not.toHaveProperty('presentedCardRef');
    expect(answer.cards.map((card) => [card.kind, card.accountClass, card.financialStatus])).toEqual([
      ['socialSecurity', 'I', 'active'],
      ['debit', 'II', 'active'],
    ]);
  });

  test('a card: which one it is', async () => {
    const answer = good(await rig.bank.identify({ kind: 'bankCard', pan: panOf('debit') }));
    expect(answer.cards.map((card) => card.cardRef)).toEqual([answer.presentedCardRef]);
  });

  test.each([
    ['somebody unknown', 'noSuchPerson', { ...evidence, documentNumber: '000000190001010011', name: '无此人' }],
    ['a wrong name', 'noSuchPerson', { ...evidence, documentNumber: personOf('jia').idNumber, name: '别人' }],
    ['an unknown card of ours', 'noCard', { kind: 'bankCard', pan: '6217214301000099996' }],
    ["another bank's card", 'notHere', { kind: 'bankCard', pan: panOf('other-bank') }],
  ] as const)('%s: %s', async (_name, reason, told) => {
    expect(await rig.bank.identify(told)).toEqual(err({ code: 'refused', reason, safeToRetry: false }));
  });
});

test('the ledger names what was asked and what became of it, and holds no number of a card', async () => {
  const inquiry = await terminal.inquire('gen2', { pin: '000000' });
  const lines = await ledgerOf(rig.hosts.bankCore, () => ask(inquiry));
  expect(lines).toMatchObject([
    {
      operation: 'inquireBalance',
      idempotencyKey: inquiry.idempotencyKey,
      act: 'done',
      result: { reason: 'wrongPin', triesLeft: 2 },
    },
  ]);
  const ledger = JSON.stringify(rig.hosts.bankCore.ledger());
  for (const { financial } of walletCards) if (financial !== undefined) expect(ledger).not.toContain(financial.pan);
  // Within a reference, which is random, sixteen digits in a row are chance.
  expect(ledger).not.toMatch(/\b\d{16,}\b/);
});
