import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { decipher, encipher, type PadFaultName, padFaults } from '#simulators/emulators/kmy350x/index.ts';
import { startBabbler } from '../common/babbler.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { pan, pinKey, type Rig, rig, soon } from './rig.fixture.ts';

// The emulator's faults over a real pseudo-terminal: what a person sees, what the driver says, and that it comes back.

const pad = closing(rig);
async function readyPad(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await pad(...options);
  await made.up();
  expect(await made.loadKey()).toEqual({ ok: true });
  made.rungs.length = 0;
  return made;
}

/** A whole PIN, from the first command to the block. */
async function wholePin({ emulator, begin, block }: Rig): Promise<string | object> {
  const { entry } = await begin();
  emulator.press('1234E');
  const entered = await entry;
  return entered.ok ? decrypted(await block()) : entered.error;
}
const decrypted = (block: string): string =>
  /^[0-9A-F]{16}$/.test(block)
    ? decipher('tdes', pinKey, Buffer.from(block, 'hex')).toString('hex').toUpperCase()
    : block;
const plainBlock = '0412AC89ABCDEF67';

/** As after a fault: up again by itself, keys as the host sends them, a PIN that works. */
async function worksAgain(made: Rig): Promise<void> {
  await vi.waitUntil(() => ['ready', 'degraded'].includes(made.driver.report().state), { timeout: 20_000 });
  if (!made.driver.hasKeys()) expect(await made.loadKey()).toEqual({ ok: true });
  expect(await wholePin(made)).toBe(plainBlock);
  expect(made.driver.report().state).toBe('ready');
}

/** What each fault is tried with below; a new fault of the emulator wants a row. */
const covered: Record<PadFaultName, string> = {
  silent: 'a pad that says nothing',
  slowMs: 'a pad that answers slowly',
  garbageBefore: 'noise on the line',
  garbageInside: 'noise on the line',
  wrongBcc: 'noise on the line',
  truncated: 'noise on the line',
  parameterError: 'refusals',
  duplicate: 'answers.test.ts',
  late: 'answers.test.ts',
  lateDuplicate: 'answers.test.ts',
  batteryLow: 'the battery',
  masterKeyLost: 'refusals',
  selfTest: 'the self-test',
};
test('no fault of the emulator goes untried', () => {
  expect(Object.keys(covered).sort()).toEqual(Object.keys(padFaults).sort());
});

describe('noise on the line', () => {
  test.each([
    ['garbageBefore', 6, []],
    ['garbageInside', 1, ['resend']],
    ['wrongBcc', 1, ['resend']],
    ['truncated', 1, ['resend']],
  ] as const)('%s in front of an account: nothing worse than %s times', async (fault, answers, rungs) => {
    const made = await readyPad();
    const { emulator } = made;
    // The answer to the version probe is whole; the one to the account is the first to suffer.
    const stop = afterCommand(made, 0x30, () => emulator.setFault(fault, answers));
    expect(await wholePin(made)).toBe(plainBlock);
    stop();
    expect(made.rungs).toEqual(rungs);
  });

  test.each(['garbageInside', 'wrongBcc', 'truncated'] as const)(
    '%s in the block itself: the block is lost, the person enters the PIN anew',
    async (fault) => {
      const made = await readyPad();
      const { emulator, begin, block } = made;
      const { entry } = await begin();
      emulator.press('1234E');
      await entry;
      emulator.setFault(fault, 1);
      expect(await block()).toBe('hardwareError');
      expect(emulator.pad.heard.filter((code) => code === 0x42)).toHaveLength(1);
      expect(await block()).toBe('noPin');
      await worksAgain(made);
    },
  );

  test('nothing but noise: the driver says garbled, and comes back when it stops', async () => {
    const made = await pad({ driver: { delays: { replyMs: 60, resetMs: 60 } } });
    const { emulator, driver } = made;
    emulator.setFault('cable.garbage', true);
    driver.start();
    await vi.waitUntil(() => driver.report().state === 'failed', { timeout: 20_000 });
    expect(['garbled', 'silent']).toContain(driver.report().reason);
    emulator.setFault('cable.garbage', false);
    await worksAgain(made);
  });

  test('a line that is never quiet: failed, and back when it stops', async () => {
    const babbler = await startBabbler(Buffer.from([0x55, 0xaa]));
    try {
      const made = await pad({
        driver: { delays: { quietMs: 100, replyMs: 150, resetMs: 150 } },
        wrap: (open) => babbler.over(open),
      });
      made.driver.start();
      await vi.waitUntil(() => made.driver.report().state === 'failed', { timeout: 20_000 });
      expect(made.driver.report().reason).toBe('silent');
      babbler.stop();
      await worksAgain(made);
    } finally {
      babbler.stop();
    }
  });

  test('noise between keys is no key', async () => {
    const { emulator, begin } = await readyPad();
    const { entry, keys } = await begin();
    emulator.press('12');
    emulator.line.send(Buffer.from([0xff, 0x31, 0x7f, 0x39]));
    emulator.press('34E');
    expect(await entry).toEqual({ ok: true, value: 4 });
    expect(keys).toEqual(['digit:1', 'digit:2', 'digit:3', 'digit:4', 'enter:4']);
  });

  test('a broken frame between keys hides none that come after it', async () => {
    const { emulator, begin } = await readyPad();
    const { entry, keys } = await begin();
    emulator.press('12');
    emulator.line.send(Buffer.from('\x0201FF\x03'));
    emulator.press('34E');
    expect(await entry).toEqual({ ok: true, value: 4 });
    expect(keys).toHaveLength(5);
  });
});

describe('a pad that says nothing', () => {
  test.each(['silent', 'cable.silent', 'cable.deaf'])(
    '%s: resend, reset, reopen, give up; then back',
    async (fault) => {
      const made = await readyPad({ driver: { delays: { replyMs: 60, resetMs: 60 } } });
      const { emulator, driver } = made;
      emulator.setFault(fault, true);
      expect(await driver.clear(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
      expect(driver.hasKeys()).toBe(false);
      await vi.waitUntil(() => driver.report().state === 'failed', { timeout: 20_000 });
      expect(driver.report()).toMatchObject({ reason: 'silent', recovery: 'giveUp' });
      expect(made.rungs.slice(0, 2)).toEqual(['reset', 'reopen']);
      expect(made.rungs.filter((rung) => rung === 'giveUp')).toHaveLength(1);
      emulator.setFault(fault, false);
      await worksAgain(made);
      expect(driver.report().restarts).toBeGreaterThan(0);
      expect(driver.report().recovery).toBeUndefined();
    },
  );

  test('in the middle of a PIN the keys are dead: the deadline ends it', async () => {
    const { emulator, driver, begin } = await readyPad({ driver: { delays: { replyMs: 60, resetMs: 60 } } });
    const { entry, keys } = await begin({ timeoutMs: 500 });
    emulator.setFault('silent', true);
    emulator.press('1234E');
    expect(await entry).toEqual({ ok: false, error: { code: 'timeOut' } });
    expect(keys).toEqual([]);
    expect(await driver.clear(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  });

  test('one silence at the account is answered by a resend, one at the start of the entry is not', async () => {
    const made = await readyPad();
    const stop = afterCommand(made, 0x30, () => made.emulator.setFault('truncated', 1));
    expect(await wholePin(made)).toBe(plainBlock);
    stop();
    expect(made.rungs).toEqual(['resend']);
    const again = afterCommand(made, 0x43, () => made.emulator.setFault('truncated', 1));
    expect(await wholePin(made)).toMatchObject({ code: 'hardwareError' });
    again();
    expect(made.emulator.state().mode).toBe('closed');
    await worksAgain(made);
  });
});

describe('a pad that answers slowly', () => {
  test('within its time: as ever', async () => {
    const made = await readyPad();
    made.emulator.setFault('slowMs', 60);
    expect(await wholePin(made)).toBe(plainBlock);
    expect(made.rungs).toEqual([]);
  });

  test('one character after the other: as ever', async () => {
    const made = await readyPad();
    made.emulator.setFault('cable.byteDelayMs', 2);
    expect(await wholePin(made)).toBe(plainBlock);
    expect(made.rungs).toEqual([]);
  });

  test('later than its time: an error, never another command’s answer; then back', async () => {
    const made = await readyPad();
    const { emulator } = made;
    const slowMs = 400;
    emulator.setFault('slowMs', slowMs);
    expect(await wholePin(made)).toMatchObject({ code: expect.any(String) });
    emulator.setFault('slowMs', 0);
    // What it still had to say comes late, and spoils what it comes into.
    const results: (string | object)[] = [];
    await vi.waitUntil(
      async () => {
        if (!made.driver.hasKeys()) await made.loadKey();
        results.push(await wholePin(made));
        return results.at(-1) === plainBlock;
      },
      { timeout: 20_000, interval: 10 },
    );
    // Errors may be of any kind; a block may be no other.
    expect(results.filter((result) => typeof result === 'string' && result.length === 16)).toEqual([plainBlock]);
    // By now it has said all that it still had to say.
    await delay(slowMs);
    await worksAgain(made);
  });
});

describe('refusals', () => {
  test.each([
    ['the account', 0x30, 'hardwareError', 0],
    ['the key', 0x34, 'keyMissing', 0],
    ['the start', 0x43, 'hardwareError', 1],
  ] as const)('of %s', async (_what, after, code, closings) => {
    const made = await readyPad();
    const { emulator } = made;
    const before = emulator.pad.heard.filter((heard) => heard === 0x45).length;
    const stop = afterCommand(made, after, () => emulator.setFault('parameterError', 1));
    expect(await wholePin(made)).toMatchObject({ code });
    stop();
    expect(emulator.pad.heard.filter((heard) => heard === 0x45).length - before).toBe(closings);
    await worksAgain(made);
  });

  test('of the block: there is no PIN', async () => {
    const made = await readyPad();
    const { emulator, begin, block } = made;
    const { entry } = await begin();
    emulator.press('1234E');
    await entry;
    emulator.setFault('parameterError', 1);
    expect(await block()).toBe('noPin');
    await worksAgain(made);
  });

  test('of a working key: the slot is not used', async () => {
    const made = await readyPad();
    const { emulator, driver, loadKey } = made;
    let left = 2;
    const stop = afterCommand(made, 0x46, () => {
      left -= 1;
      if (left === 0) emulator.setFault('parameterError', 1);
    });
    expect(await loadKey()).toMatchObject({ ok: false, error: { code: 'keyRefused' } });
    stop();
    expect(driver.hasKeys()).toBe(false);
    expect(driver.report()).toMatchObject({ state: 'degraded', reason: 'needsSignOn' });
    await worksAgain(made);
  });

  test('the master key is lost between entry and block: no block, works, needs keys', async () => {
    const made = await readyPad();
    const { emulator, driver, begin, block } = made;
    const { entry } = await begin();
    emulator.press('1234E');
    await entry;
    emulator.setFault('masterKeyLost', true);
    expect(await block()).toBe('keyMissing');
    expect(driver.report()).toMatchObject({ state: 'degraded', reason: 'needsKeys' });
    emulator.setFault('masterKeyLost', false);
    expect(await driver.clear(soon)).toEqual({ ok: true });
    await worksAgain(made);
  });
});

describe('the battery', () => {
  test('low: works, says so, and no longer when it was changed', async () => {
    const made = await readyPad();
    const { emulator, driver } = made;
    emulator.setFault('batteryLow', true);
    expect(await wholePin(made)).toBe(plainBlock);
    expect(driver.report()).toMatchObject({ state: 'degraded', reason: 'batteryLow' });
    emulator.setFault('batteryLow', false);
    expect(await wholePin(made)).toBe(plainBlock);
    expect(driver.report().state).toBe('ready');
  });

  test('low or changed while nobody uses the pad: the next look at it says so', async () => {
    const { emulator, driver } = await readyPad({ driver: { delays: { idleProbeMs: 50 } } });
    for (const [on, report] of [
      [true, { state: 'degraded', reason: 'batteryLow' }],
      [false, { state: 'ready' }],
    ] as const) {
      emulator.setFault('batteryLow', on);
      await vi.waitUntil(() => driver.report().state === report.state, { timeout: 20_000 });
      expect(driver.report()).toMatchObject(report);
    }
  });
});

describe('the self-test', () => {
  test.each([0xf0, 0xf1, 0xf2, 0xf3, 0xf7])('fails with %i: no PIN on this pad', async (st) => {
    const { emulator, driver } = await pad();
    emulator.setFault('selfTest', st);
    driver.start();
    await vi.waitUntil(() => driver.report().state === 'failed', { timeout: 20_000 });
    expect(driver.report().reason).toBe('selfTest');
  });

  test.each([
    [0xf4, { ok: true }, 'ready'],
    [0xf5, { ok: true }, 'ready'],
    [0xf6, { ok: false, error: { code: 'keyMissing' } }, 'degraded'],
  ] as const)('fails with %i: the pad works', async (st, loaded, state) => {
    const made = await pad();
    made.emulator.setFault('selfTest', st);
    if (st === 0xf6) made.emulator.setFault('masterKeyLost', true);
    await made.up();
    expect(await made.loadKey()).toEqual(loaded);
    expect(made.driver.report().state).toBe(state);
  });
});

test('what the pad said of a key it was given in clear is never heard: such a key is not sent', async () => {
  const { driver, emulator } = await readyPad();
  const wrong = encipher('tdes', pinKey, pinKey);
  const loaded = await driver.loadWorkingKey({ usage: 'pin', encrypted: wrong, checkValue: Buffer.alloc(4) }, soon);
  expect(JSON.stringify(loaded)).not.toMatch(new RegExp(`${wrong.toString('hex')}|${pan}`, 'i'));
  expect(emulator.pad.heard).not.toContain(0x32);
});

/** Acts as soon as the pad has heard (and answered) this command: what is set then meets the next one. */
function afterCommand({ emulator }: Rig, code: number, act: () => void): () => void {
  let seen = emulator.pad.heard.length;
  let over = false;
  emulator.line.onReceive(() => {
    const fresh = emulator.pad.heard.slice(seen);
    seen = emulator.pad.heard.length;
    if (!over && fresh.includes(code)) act();
    if (fresh.includes(code) && code !== 0x46) over = true;
  });
  return () => {
    over = true;
  };
}
