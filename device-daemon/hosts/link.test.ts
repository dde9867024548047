import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HostReport } from '#protocol/generated/kiosk.ts';
import { err, ok } from '#protocol/result.ts';
import { type HostClientOptions, HttpBankCore } from './index.ts';
import { ledgerOf, type Rig, startRig } from './rig.fixture.ts';

/** What a link tells of its host, and how it spares a person a second wait for a dead one. */

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
beforeEach(() => rig.hosts.reset());
afterEach(() => expect(rig.violations).toEqual([]));
afterAll(() => rig.stop());

const client = (more: Partial<HostClientOptions> = {}): HttpBankCore =>
  rig.another(new HttpBankCore(rig.clientOptions('bankCore', more)));
const unreachable = err({ code: 'unavailable', reason: 'unreachable' });

function until(link: HttpBankCore, state: HostReport['state']): Promise<void> {
  return new Promise((resolve) => {
    if (link.report().state === state) return resolve();
    const off = link.onReport((report) => {
      if (report.state !== state) return;
      off();
      resolve();
    });
    return undefined;
  });
}

describe('the circuit', () => {
  test('what became of an act is asked though the circuit is open, and the answer closes it', async () => {
    const link = client({ circuit: { failures: 1, openMs: 60_000, maxOpenMs: 60_000 } });
    await rig.hosts.bankCore.faults.set({ kind: 'garbage', times: 1 });
    expect(await link.signOn('tdes')).toEqual(err({ code: 'badAnswer', why: 'signature' }));
    expect(await link.signOn('tdes')).toMatchObject({ error: { reason: 'circuitOpen' } });
    expect(await link.ask('never-seen-before-0001')).toMatchObject({ value: { state: 'neverSeen' } });
    expect(await link.signOn('tdes')).toMatchObject({ ok: true });
  });

  test('opens after failures in a row; then calls are refused at once and nothing reaches the host', async () => {
    const link = client({ circuit: { failures: 2, openMs: 60_000, maxOpenMs: 60_000 } });
    await rig.hosts.bankCore.faults.set({ kind: 'garbage' });
    expect(await link.signOn('tdes')).toEqual(err({ code: 'badAnswer', why: 'signature' }));
    expect(link.report().state).toBe('down');
    expect(await link.signOn('tdes')).toEqual(err({ code: 'badAnswer', why: 'signature' }));
    await rig.hosts.bankCore.faults.clear();
    const lines = await ledgerOf(rig.hosts.bankCore, async () => {
      const result = await link.signOn('tdes');
      expect(result).toMatchObject({ ok: false, error: { code: 'unavailable', reason: 'circuitOpen' } });
      const seconds = result.ok || result.error.code !== 'unavailable' ? undefined : result.error.retryAfterSeconds;
      expect(seconds).toBeGreaterThan(50);
    });
    expect(lines).toEqual([]);
  });

  test('a trial that succeeds closes it', async () => {
    const link = client({ circuit: { failures: 1, openMs: 0, maxOpenMs: 0 } });
    await rig.hosts.bankCore.faults.set({ kind: 'down', how: 'reset' });
    expect(await link.signOn('tdes')).toEqual(unreachable);
    expect(link.report().state).toBe('down');
    expect(await link.signOn('tdes')).toEqual(unreachable);
    await rig.hosts.bankCore.faults.clear();
    expect((await link.signOn('tdes')).ok).toBe(true);
    expect(link.report().state).toBe('up');
  });

  test('the other leg does not notice', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'down', how: 'refuse' });
    const link = client({ circuit: { failures: 1, openMs: 60_000, maxOpenMs: 60_000 } });
    expect((await link.probe()).ok).toBe(false);
    expect(await rig.cards.probe()).toEqual(ok({ time: expect.any(String) }));
  });

  test('a refusal is the host’s word and opens nothing', async () => {
    const link = client({ circuit: { failures: 1, openMs: 60_000, maxOpenMs: 60_000 } });
    for (let count = 0; count < 3; count += 1) {
      const result = await link.identify({ kind: 'bankCard', pan: '6217214301000099996' });
      expect(result).toMatchObject({ ok: false, error: { code: 'refused', reason: 'noCard' } });
    }
    expect(link.report().state).toBe('up');
  });

  test('a cancelled call says nothing about the host', async () => {
    const link = client({ circuit: { failures: 1, openMs: 60_000, maxOpenMs: 60_000 } });
    expect((await link.probe()).ok).toBe(true);
    const aborting = new AbortController();
    const call = link.signOn('tdes', { signal: aborting.signal });
    aborting.abort();
    expect((await call).ok).toBe(false);
    expect(link.report().state).toBe('up');
    const before = await link.signOn('tdes', { signal: aborting.signal });
    expect(before).toEqual(err({ code: 'unavailable', reason: 'cancelled' }));
  });
});

describe('the report', () => {
  test('a link that looks after itself learns that the host is up, goes down with it, and comes back', async () => {
    const link = client({ probeMs: 20, circuit: { failures: 1, openMs: 20, maxOpenMs: 20 } });
    const reports: string[] = [];
    link.onReport((report) => reports.push(`${report.host} ${report.state}`));
    expect(link.report().state).toBe('unknown');
    link.start();
    await until(link, 'up');
    await rig.hosts.bankCore.faults.set({ kind: 'down', how: 'refuse' });
    await until(link, 'down');
    await rig.hosts.bankCore.faults.clear();
    await until(link, 'up');
    await link.stop();
    expect(reports).toEqual(['bankCore up', 'bankCore down', 'bankCore up']);
  });

  test('a closed host is down and says when it opens; then it is up again', async () => {
    const link = client();
    await rig.hosts.bankCore.faults.set({ kind: 'closed', seconds: 1800 });
    expect(await link.probe()).toEqual(err({ code: 'unavailable', reason: 'hostClosed', retryAfterSeconds: 1800 }));
    expect(link.report().state).toBe('down');
    expect(link.opensAt()?.getTime()).toBeGreaterThan(Date.now());
    await rig.hosts.bankCore.faults.clear();
    expect(await link.probe()).toEqual(ok({ time: expect.any(String) }));
    expect(link.report().state).toBe('up');
    expect(link.opensAt()).toBeUndefined();
  });

  test('a busy host is up', async () => {
    const link = client();
    await rig.hosts.bankCore.faults.set({ kind: 'retryAfter', seconds: 30 });
    expect(await link.signOn('tdes')).toEqual(err({ code: 'unavailable', reason: 'hostBusy', retryAfterSeconds: 30 }));
    expect(link.report().state).toBe('up');
  });
});
