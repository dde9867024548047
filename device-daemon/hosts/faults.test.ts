import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Result } from '#protocol/result.ts';
import { type HostFault, hostFaultKinds, parseHostFault } from '#simulators/hosts/index.ts';
import { type HostFailure, newIdempotencyKey, outcomeUnknown } from './index.ts';
import { good, type Inquiry, ledgerOf, type Rig, startRig, Terminal } from './rig.fixture.ts';

/** Whatever a host does wrong, the client says exactly what is known: done, not done, or unknown. The ledger is the judge. */

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

const inquire = ({ order, idempotencyKey }: Inquiry, more = {}) =>
  rig.bank.inquireBalance(order, { idempotencyKey, ...more });

interface Row {
  readonly fault: HostFault;
  readonly failure: HostFailure | undefined;
  /** What the ledger says of the act while the fault lasts. */
  readonly acts: readonly string[];
  readonly asked: 'done' | 'neverSeen';
}

const unreachable: HostFailure = { code: 'unavailable', reason: 'unreachable' };
const noAnswer: HostFailure = { code: 'noAnswer' };
const badAnswer = (why: 'signature' | 'size' | 'form'): HostFailure => ({ code: 'badAnswer', why });

const rows: readonly Row[] = [
  { fault: { kind: 'down', how: 'refuse' }, failure: unreachable, acts: [], asked: 'neverSeen' },
  { fault: { kind: 'down', how: 'reset' }, failure: unreachable, acts: [], asked: 'neverSeen' },
  { fault: { kind: 'expiredCertificate' }, failure: unreachable, acts: [], asked: 'neverSeen' },
  { fault: { kind: 'garbage' }, failure: badAnswer('signature'), acts: ['done'], asked: 'done' },
  { fault: { kind: 'wrongShape' }, failure: badAnswer('form'), acts: ['done'], asked: 'done' },
  { fault: { kind: 'oversize' }, failure: badAnswer('size'), acts: ['done'], asked: 'done' },
  { fault: { kind: 'staleAnswer' }, failure: badAnswer('signature'), acts: ['done'], asked: 'done' },
  { fault: { kind: 'badSignature' }, failure: badAnswer('signature'), acts: ['done'], asked: 'done' },
  { fault: { kind: 'actThenDrop' }, failure: noAnswer, acts: ['done'], asked: 'done' },
  { fault: { kind: 'halfAnswer' }, failure: noAnswer, acts: ['done'], asked: 'done' },
  { fault: { kind: 'answerTwice' }, failure: undefined, acts: ['done'], asked: 'done' },
  { fault: { kind: 'slow', ms: 0 }, failure: undefined, acts: ['done'], asked: 'done' },
  { fault: { kind: 'status', status: 500 }, failure: noAnswer, acts: ['rejected'], asked: 'neverSeen' },
  { fault: { kind: 'status', status: 503 }, failure: noAnswer, acts: ['rejected'], asked: 'neverSeen' },
  {
    fault: { kind: 'retryAfter', seconds: 60 },
    failure: { code: 'unavailable', reason: 'hostBusy', retryAfterSeconds: 60 },
    acts: ['rejected'],
    asked: 'neverSeen',
  },
  {
    fault: { kind: 'retryAfter', seconds: 0, times: 1 },
    failure: undefined,
    acts: ['rejected', 'done'],
    asked: 'done',
  },
  {
    fault: { kind: 'closed', seconds: 3600 },
    failure: { code: 'unavailable', reason: 'hostClosed', retryAfterSeconds: 3600 },
    acts: ['rejected'],
    asked: 'neverSeen',
  },
];

test('every fault a host can have is in the table', () => {
  expect(new Set(rows.map((row) => row.fault.kind))).toEqual(new Set(Object.keys(hostFaultKinds)));
});

describe('an act', () => {
  test.each(rows)('$fault', async ({ fault, failure, acts, asked }) => {
    const inquiry = await terminal.inquire('gen3-active');
    await rig.hosts.bankCore.faults.set(fault);
    let result: Result<unknown, HostFailure> | undefined;
    const lines = await ledgerOf(rig.hosts.bankCore, async () => {
      result = await inquire(inquiry);
    });
    expect(lines.map((line) => line.act)).toEqual(acts);
    if (failure === undefined) expect(result).toMatchObject({ ok: true, value: { result: 'approved' } });
    else {
      expect(result).toEqual({ ok: false, error: failure });
      // Never "nothing happened" of an act that happened.
      if (acts.includes('done')) expect(outcomeUnknown(failure)).toBe(true);
    }

    await rig.hosts.bankCore.faults.clear();
    const report = good(await rig.bank.ask(inquiry.idempotencyKey));
    expect(report.state).toBe(asked);
    // The same intent again: the same answer, and nothing is done twice.
    const before = rig.hosts.bankCore.domain.account(inquiry.order.pan.toString());
    const again = await ledgerOf(rig.hosts.bankCore, async () => {
      const answer = good(await inquire(inquiry));
      expect(answer).toMatchObject({ result: 'approved' });
      if (report.state === 'done') expect(report.answer).toEqual(answer);
    });
    expect(again.map((line) => line.act)).toEqual([asked === 'done' ? 'repeated' : 'done']);
    if (asked === 'done') expect(rig.hosts.bankCore.domain.account(inquiry.order.pan.toString())).toEqual(before);
  });
});

describe('a look-up', () => {
  const look = () => rig.bank.identify({ kind: 'bankCard', pan: '6217214301000000016' });

  test.each(['actThenDrop', 'halfAnswer'] as const)('%s: is asked for again under the same key', async (kind) => {
    await rig.hosts.bankCore.faults.set({ kind, times: 2 });
    const lines = await ledgerOf(rig.hosts.bankCore, async () => expect((await look()).ok).toBe(true));
    expect(lines.map((line) => line.act)).toEqual(['done', 'repeated', 'repeated']);
    expect(new Set(lines.map((line) => line.idempotencyKey)).size).toBe(1);
  });

  test('an answer that cannot be believed is not asked for again: it would be no better', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'badSignature', times: 1 });
    const lines = await ledgerOf(rig.hosts.bankCore, async () =>
      expect(await look()).toEqual({ ok: false, error: badAnswer('signature') }),
    );
    expect(lines).toHaveLength(1);
  });

  test('three attempts are the end of it', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'status', status: 502 });
    const lines = await ledgerOf(rig.hosts.bankCore, async () =>
      expect(await look()).toEqual({ ok: false, error: noAnswer }),
    );
    expect(lines.map((line) => line.act)).toEqual(['rejected', 'rejected', 'rejected']);
  });

  test('a GET works alike', async () => {
    await rig.hosts.cardManagement.faults.set({ kind: 'actThenDrop', times: 1, operation: 'holderCards' });
    const result = await rig.cards.holderCards('H-unknown');
    expect(result).toMatchObject({ ok: false, error: { reason: 'notFound' } });
    expect(rig.hosts.cardManagement.ledger().map((line) => [line.act, line.fault])).toEqual([
      ['refused', 'actThenDrop'],
      ['refused', undefined],
    ]);
  });
});

describe('a host that thinks', () => {
  const hour = 3_600_000;
  const held = async (inquiry: Inquiry): Promise<void> => {
    await rig.hosts.bankCore.faults.set({ kind: 'slow', ms: hour, operation: 'inquireBalance' });
    const aborting = new AbortController();
    const call = inquire(inquiry, { signal: aborting.signal });
    // Until the host has taken the request; then the kiosk's patience ends.
    while (good(await rig.bank.ask(inquiry.idempotencyKey)).state === 'neverSeen');
    aborting.abort();
    expect(await call).toEqual({ ok: false, error: noAnswer });
  };

  test('a deadline in the middle: unknown, in progress, and later done', async () => {
    const inquiry = await terminal.inquire('gen3-active', { pin: '000000' });
    await held(inquiry);
    expect(good(await rig.bank.ask(inquiry.idempotencyKey))).toEqual({ state: 'inProgress' });
    // The same intent meanwhile: neither done nor refused.
    expect(await inquire(inquiry)).toEqual({ ok: false, error: noAnswer });
    await rig.hosts.bankCore.faults.clear('slow');
    expect(good(await rig.bank.ask(inquiry.idempotencyKey))).toMatchObject({
      state: 'done',
      answer: { result: 'declined', reason: 'wrongPin', triesLeft: 2 },
    });
    expect(rig.hosts.bankCore.domain.account(inquiry.order.pan.toString())?.tries_left).toBe(2);
  });

  test('the call ends at its own deadline', async () => {
    const inquiry = await terminal.inquire('gen3-active');
    await rig.hosts.bankCore.faults.set({ kind: 'slow', ms: hour, operation: 'inquireBalance' });
    expect(await inquire(inquiry, { deadlineMs: 1_500 })).toEqual({ ok: false, error: noAnswer });
    expect(good(await rig.bank.ask(inquiry.idempotencyKey)).state).toBe('inProgress');
  });

  test('stopping the client settles what is in flight', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'slow', ms: hour, operation: 'inquireBalance' });
    const inquiry = await terminal.inquire('gen3-active');
    const { HttpBankCore } = await import('./index.ts');
    const client = rig.another(new HttpBankCore(rig.clientOptions('bankCore')));
    const call = client.inquireBalance(inquiry.order, { idempotencyKey: inquiry.idempotencyKey });
    while (good(await rig.bank.ask(inquiry.idempotencyKey)).state === 'neverSeen');
    await client.stop();
    expect(await call).toEqual({ ok: false, error: noAnswer });
    const after = await client.inquireBalance(inquiry.order, { idempotencyKey: newIdempotencyKey() });
    expect(after).toEqual({ ok: false, error: { code: 'unavailable', reason: 'cancelled' } });
  });
});

test('a refusal is remembered as one', async () => {
  const head = {
    segment: 0,
    hash: 'a'.repeat(64),
    signature: 'A'.repeat(24),
    keyId: 'key',
    at: '2026-11-24T08:00:00Z',
  };
  good(await rig.cards.reportJournalHead({ ...head, sequence: 2 }, { idempotencyKey: newIdempotencyKey() }));
  await rig.hosts.cardManagement.faults.set({ kind: 'actThenDrop', times: 1 });
  const idempotencyKey = newIdempotencyKey();
  expect(await rig.cards.reportJournalHead({ ...head, sequence: 1 }, { idempotencyKey })).toEqual({
    ok: false,
    error: noAnswer,
  });
  expect(good(await rig.cards.ask(idempotencyKey))).toMatchObject({
    state: 'refused',
    problem: { code: 'headOutOfOrder', status: 409 },
  });
});

test.each([
  ['a kind nobody knows', { kind: 'gargbage' }, /^kind: got "gargbage"/],
  ['no kind', {}, /^kind: got undefined/],
  ['a wrong parameter', { kind: 'slow', seconds: 1 }, /slow knows no seconds/],
  ['a parameter out of range', { kind: 'status', status: 200 }, /status: got 200, wants a whole number from 500/],
  ['a word that is none', { kind: 'down', how: 'slowly' }, /how: got "slowly", wants refuse \| reset/],
  ['times of what has no end', { kind: 'down', how: 'reset', times: 1 }, /until it is cleared/],
  ['a text for times', { kind: 'garbage', times: 'twice' }, /times: wants/],
])('by name: %s is told', (_name, json, line) => {
  expect(parseHostFault(json)).toEqual({ ok: false, error: expect.stringMatching(line) });
});
