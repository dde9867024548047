import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { decipher } from '#simulators/emulators/kmy350x/index.ts';
import { pinKey, type Rig, rig, soon } from './rig.fixture.ts';

// Answers of b.1 name no command. Whatever comes late, twice or unasked is never taken for another command's.

let made: Rig;
beforeAll(async () => {
  made = await rig();
  await made.up();
});
afterAll(() => made.close());

const plainBlock = '0412AC89ABCDEF67';
const decrypted = (block: string): string =>
  /^[0-9A-F]{16}$/.test(block)
    ? decipher('tdes', pinKey, Buffer.from(block, 'hex')).toString('hex').toUpperCase()
    : block;

/** A whole PIN: the block in clear, or the code of the fault that ended it. */
async function wholePin(): Promise<string> {
  const { entry } = await made.begin();
  made.emulator.press('1234E');
  const entered = await entry;
  return entered.ok ? decrypted(await made.block()) : entered.error.code;
}

/** Keys in the pad, as after a sign-on. */
async function signedOn(): Promise<void> {
  await vi.waitUntil(() => ['ready', 'degraded'].includes(made.driver.report().state), { timeout: 20_000 });
  if (!made.driver.hasKeys()) expect(await made.loadKey()).toEqual({ ok: true });
}

/** Sets the fault for the answer to the command that comes after `count` others. */
function faultAfter(count: number, fault: string): () => void {
  const from = made.emulator.pad.heard.length;
  let set = false;
  const consider = (): void => {
    if (set || made.emulator.pad.heard.length - from < count) return;
    set = true;
    made.emulator.setFault(fault, 1);
  };
  consider();
  made.emulator.line.onReceive(consider);
  return () => {
    set = true;
    made.emulator.setFault(fault, 0);
  };
}

// version, account, key, start, block: the commands of one PIN.
const commands = ['version', 'account', 'key', 'start', 'block'] as const;
describe.each(['duplicate', 'lateDuplicate', 'late'] as const)('%s', (fault) => {
  test.each(commands)('answer to the %s command', async (command) => {
    await signedOn();
    const stop = faultAfter(commands.indexOf(command), fault);
    const result = await wholePin();
    stop();
    if (fault === 'duplicate') expect(result).toBe(plainBlock);
    else expect([plainBlock, 'hardwareError']).toContain(result);
    // A block that comes late is given to nobody, and a late start may have opened what the driver closes.
    if (fault === 'late' && (command === 'block' || command === 'start')) expect(result).toBe('hardwareError');
    expect(made.emulator.state().mode).toBe('closed');
    await signedOn();
    expect(await wholePin()).toBe(plainBlock);
  });
});

describe('a frame that nobody asked for', () => {
  test.each([
    ['ok without data', '02 30 31 30 34 30 35 03'],
    ['a PIN block', '02 30 39 30 34 30 30 31 31 32 32 33 33 34 34 35 35 36 36 37 37 30 44 03'],
    ['a check value', '02 30 35 30 34 41 41 42 42 43 43 44 44 30 31 03'],
  ])('between two PINs, %s: dropped', async (_what, frame) => {
    await signedOn();
    made.emulator.line.send(Buffer.from(frame.replaceAll(' ', ''), 'hex'));
    expect(await wholePin()).toBe(plainBlock);
  });

  test.each([
    ['a PIN block', '02 30 39 30 34 30 30 31 31 32 32 33 33 34 34 35 35 36 36 37 37 30 44 03'],
    ['a refusal', '02 30 31 31 35 31 34 03'],
  ])('while a PIN is entered, %s: the entry is void', async (_what, frame) => {
    await signedOn();
    const { entry } = await made.begin();
    made.emulator.press('12');
    made.emulator.line.send(Buffer.from(frame.replaceAll(' ', ''), 'hex'));
    expect(await entry).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    expect(made.emulator.state().mode).toBe('closed');
    expect(await made.block()).toBe('noPin');
    expect(await wholePin()).toBe(plainBlock);
  });

  test('ST 80 while a PIN is entered is the pad’s time-out', async () => {
    await signedOn();
    const { entry } = await made.begin();
    made.emulator.line.send(Buffer.from('0230313830383103', 'hex'));
    expect(await entry).toEqual({ ok: false, error: { code: 'entryTimeOut' } });
  });

  test('while plain keys are entered: the entry is void', async () => {
    await signedOn();
    const entry = made.driver.enterData({ ...soon, maxKeys: 4, onKey: () => {} });
    await vi.waitUntil(() => made.emulator.state().mode === 'data');
    made.emulator.line.send(Buffer.from('0230313135313403', 'hex'));
    expect(await entry).toMatchObject({ ok: false, error: { code: 'hardwareError' } });
    expect(made.emulator.state().mode).toBe('closed');
  });
});

describe('the answer to a command that was given up', () => {
  test.each(commands.slice(0, 4))('cancelled at the %s command: the next PIN is its own', async (command) => {
    await signedOn();
    const abort = new AbortController();
    // The pad answers this command only after the next one: by then the visitor has cancelled.
    const stop = faultAfter(commands.indexOf(command), 'late');
    const from = made.emulator.pad.heard.length;
    made.emulator.line.onReceive(() => {
      if (made.emulator.pad.heard.length - from === commands.indexOf(command) + 1) abort.abort();
    });
    const { entry } = await made.begin({ signal: abort.signal });
    expect(await entry).toEqual({ ok: false, error: { code: 'cancelled' } });
    stop();
    await signedOn();
    expect(await wholePin()).toBe(plainBlock);
  });

  test('a key whose loading was cancelled is not used, and the next one is', async () => {
    await signedOn();
    const abort = new AbortController();
    const from = made.emulator.pad.heard.length;
    const stop = faultAfter(3, 'late');
    made.emulator.line.onReceive(() => {
      if (made.emulator.pad.heard.length - from === 4) abort.abort();
    });
    const key = { usage: 'pin', encrypted: Buffer.alloc(16, 7), checkValue: Buffer.alloc(4) } as const;
    const loading = made.driver.loadWorkingKey(key, { ...soon, signal: abort.signal });
    expect(await loading).toEqual({ ok: false, error: { code: 'cancelled' } });
    stop();
    expect(made.driver.hasKeys()).toBe(false);
    await signedOn();
    expect(await wholePin()).toBe(plainBlock);
  });

  test('a block whose fetching was cancelled is gone', async () => {
    await signedOn();
    const { entry } = await made.begin();
    made.emulator.press('1234E');
    expect((await entry).ok).toBe(true);
    const abort = new AbortController();
    const stop = faultAfter(0, 'late');
    const from = made.emulator.pad.heard.length;
    made.emulator.line.onReceive(() => {
      if (made.emulator.pad.heard.length > from) abort.abort();
    });
    expect(await made.driver.pinBlock({ ...soon, signal: abort.signal })).toMatchObject({ ok: false });
    stop();
    expect(await made.block()).toBe('noPin');
    expect(await wholePin()).toBe(plainBlock);
  });
});

test('operations are one after the other, each with its own answer', async () => {
  await signedOn();
  const results = await Promise.all([
    made.loadKey(),
    made.driver.clear(soon),
    made.loadKey(),
    made.driver.pinBlock(soon),
    made.driver.clear(soon),
  ]);
  expect(results.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual(['ok', 'ok', 'ok', 'noPin', 'ok']);
});

test('a waiting operation can be cancelled, and times out, while another runs', async () => {
  await signedOn();
  const { entry } = await made.begin();
  const abort = new AbortController();
  const waiting = made.driver.loadWorkingKey(
    { usage: 'pin', encrypted: Buffer.alloc(16), checkValue: Buffer.alloc(4) },
    { ...soon, signal: abort.signal },
  );
  const late = made.driver.pinBlock({ timeoutMs: 50 });
  abort.abort();
  expect(await waiting).toEqual({ ok: false, error: { code: 'cancelled' } });
  expect(await late).toEqual({ ok: false, error: { code: 'timeOut' } });
  made.emulator.press('1234E');
  expect(await entry).toEqual({ ok: true, value: 4 });
  expect(decrypted(await made.block())).toBe(plainBlock);
});
