import { describe, expect, test, vi } from 'vitest';
import { openChannel } from '../../transports/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { pinKey, rig, soon, testDelays } from './rig.fixture.ts';

// Whose port it is: another program's, another device's.

const pad = closing(rig);
const hex = (bytes: string): Buffer => Buffer.from(bytes.replaceAll(' ', ''), 'hex');

test('a port that another program holds: failed portBusy; freed: ready', async () => {
  const made = await pad();
  const other = await openChannel(made.emulator.line.address)(new AbortController().signal);
  if (!other.ok) throw new Error(other.error.detail);
  made.driver.start();
  await vi.waitUntil(() => made.driver.report().state === 'failed', { timeout: 20_000 });
  expect(made.driver.report().reason).toBe('portBusy');
  expect(await made.driver.clear(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  await other.value.close();
  await vi.waitUntil(() => ['ready', 'degraded'].includes(made.driver.report().state), { timeout: 20_000 });
  expect(await made.loadKey()).toEqual({ ok: true });
});

describe('another device on the port', () => {
  const others: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
    'a receipt printer': () => hex('12 00 10 00 00 00'),
    'an identity reader': () => hex('aa aa aa 96 69 00 04 00 00 80 84'),
    'a scanner that sends codes': () => Buffer.from('APPT:20270101A\r'),
    'a swipe reader': () => Buffer.from('\x02I<UTOD231458907<<<<<<<<<<<<<<<\r\x03'),
    'a plug that sends back what it is told': (bytes) => bytes,
    'one that accepts everything': () => hex('02 30 31 30 34 30 35 03'),
  };
  test.each(Object.entries(others))('%s: failed, no PIN is asked for, no key is sent', async (_what, answer) => {
    const made = await pad({ driver: { delays: { ...testDelays, replyMs: 80, resetMs: 80 } } });
    const { emulator, driver } = made;
    emulator.setFault('silent', true);
    const told: number[] = [];
    emulator.line.onReceive((bytes) => {
      told.push(...bytes);
      emulator.line.send(answer(bytes));
    });
    driver.start();
    await vi.waitUntil(() => driver.report().state === 'failed', { timeout: 20_000 });
    expect(['silent', 'garbled', 'outOfStep']).toContain(driver.report().reason);
    expect(await made.loadKey()).toMatchObject({ ok: false });
    expect(await (await made.begin()).entry).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(Buffer.from(told).toString('latin1')).not.toContain(pinKey.toString('hex').toUpperCase());
    // It is asked who it is and told to reset, never an account.
    expect(emulator.pad.heard.filter((command) => ![0x30, 0x31].includes(command))).toEqual([]);
  });
});
