import { describe, expect, test, vi } from 'vitest';
import { closing } from '../common/closing.fixture.ts';
import { readCode, type Suffix, suffixes } from './index.ts';
import { type Rig, rig, told } from './rig.fixture.ts';

// The driver and the emulator over a real pseudo-terminal: what a person sees, and that it comes back.

const scanner = closing(rig);
async function readyScanner(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await scanner(...options);
  await made.up();
  return made;
}

const on = '16540d';
const off = '16550d';
const heard = ({ emulator }: Rig): string => Buffer.from(emulator.heard).toString('hex');
const code = 'APPT:20270101A';

describe('every suffix and encoding', () => {
  test.each(Object.keys(suffixes) as Suffix[])('%s: in one piece, byte by byte, in both encodings', async (suffix) => {
    const made = await readyScanner({ suffix });
    expect(await made.scanCode(code)).toBe(`text ${code}`);
    expect(await made.scanCode('社保卡预约：朱镕', 'gb18030')).toBe('text 社保卡预约：朱镕');
    made.emulator.setFault('cable.byteDelayMs', 1);
    expect(await made.scanCode('社保卡预约：朱镕')).toBe('text 社保卡预约：朱镕');
  });

  test('a case code comes out as one', async () => {
    const made = await readyScanner();
    const { scan } = await made.listen();
    made.emulator.scan('7K2M-04QX');
    const result = await scan;
    expect(result.ok && readCode(result.value.text)).toEqual({ kind: 'caseCode', caseCode: '7K2M-04QX' });
  });

  test('without a trigger nothing is said to the scanner', async () => {
    const made = await readyScanner({ trigger: 'none' });
    expect(made.driver.capabilities()).toEqual({ triggered: false });
    expect(await made.scanCode(code)).toBe(`text ${code}`);
    expect(heard(made)).toBe('');
  });
});

describe('the trigger', () => {
  test('off when the port opens, on for a scan, off after it: exact bytes', async () => {
    const made = await readyScanner();
    expect(made.driver.capabilities()).toEqual({ triggered: true });
    await made.scanCode(code);
    await vi.waitUntil(() => heard(made).length === 18);
    expect(heard(made)).toBe(off + on + off);
  });

  test.each(['time-out', 'cancel', 'stop', 'text that is none'])('off after %s', async (end) => {
    const made = await readyScanner();
    const cancel = new AbortController();
    const { scan } = await made.listen({ timeoutMs: end === 'time-out' ? 500 : 20_000, signal: cancel.signal });
    if (end === 'cancel') cancel.abort();
    if (end === 'stop') await made.driver.stop();
    if (end === 'text that is none') made.emulator.scanBytes(Buffer.from([0xff, 0xff]));
    expect((await scan).ok).toBe(false);
    await vi.waitUntil(() => heard(made).endsWith(off) && !made.emulator.state().lit);
    expect(heard(made)).toBe(off + on + off);
  });

  test('a scan that waits longer than the scanner’s own time is switched on again', async () => {
    const made = await readyScanner({ driver: { delays: { retriggerMs: 50 } } });
    const { scan } = await made.listen();
    await vi.waitUntil(() => heard(made).startsWith(off + on + on));
    made.emulator.scan(code);
    expect(told(await scan)).toBe(`text ${code}`);
  });

  test('nobody scans: the light is out', async () => {
    const made = await readyScanner();
    expect(made.emulator.scan(code)).toBe(false);
  });
});

describe('scanned before', () => {
  test('a scanner that reads whatever is held before it: no answer to the scan that follows', async () => {
    const made = await readyScanner({ trigger: 'none' });
    made.emulator.scan('BEFORE');
    expect(told(await made.driver.scan({ timeoutMs: 800 }))).toBe('timeOut');
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });

  test('late, after the scan was cancelled: never the next one’s', async () => {
    const made = await readyScanner({ driver: { delays: { lateMs: 1_000 } } });
    made.emulator.setFault('lateMs', 100);
    const cancel = new AbortController();
    const first = await made.listen({ signal: cancel.signal });
    made.emulator.scan('LATE');
    cancel.abort();
    expect(told(await first.scan)).toBe('cancelled');
    const second = await made.listen();
    // It listens when that has passed, not before.
    expect(made.emulator.state().decoding).toBe(false);
    made.emulator.setFault('lateMs', 0);
    made.emulator.scan(code);
    expect(told(await second.scan)).toBe(`text ${code}`);
  });

  test('sent twice: read once', async () => {
    const made = await readyScanner();
    made.emulator.setFault('duplicate', 1);
    expect(await made.scanCode('TWICE')).toBe('text TWICE');
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });
});

describe('nothing comes', () => {
  test.each(['silent', 'cable.silent', 'cable.deaf', 'deafToTrigger'])('%s: the deadline ends it', async (fault) => {
    const made = await readyScanner();
    made.emulator.setFault(fault, true);
    const scan = made.driver.scan({ timeoutMs: 500 });
    expect(told(await scan)).toBe('timeOut');
    made.emulator.setFault(fault, false);
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });

  test('cancelled before it began', async () => {
    const made = await readyScanner();
    expect(told(await made.driver.scan({ timeoutMs: 5_000, signal: AbortSignal.abort() }))).toBe('cancelled');
  });
});
