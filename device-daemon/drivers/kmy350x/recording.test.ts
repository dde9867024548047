import { expect, test, vi } from 'vitest';
import { benchKeys } from '#simulators/crypto/index.ts';
import { encipher, padCheckValue } from '#simulators/emulators/kmy350x/index.ts';
import type { PinPad } from '../../devices/pin-pad.ts';
import { replay } from '../../transports/recording/replay.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { recorded, recordingOf } from '../common/recorded.fixture.ts';
import { createKmy350x } from './index.ts';
import { pan, pinKey, rig, soon, testDelays } from './rig.fixture.ts';

// What was recorded at a pad is entered again without it.

const pad = closing(rig);

/** So long that the time-out byte of 35 is the greatest, whatever of it has passed. */
const entryMs = 600_000;
const master = benchKeys.terminalMaster['3des'];

/** A whole PIN, keys first: what the driver told of it. `press` is the hand. */
async function session(driver: PinPad, press: () => void): Promise<unknown> {
  await vi.waitUntil(() => ['ready', 'degraded'].includes(driver.report().state), { timeout: 20_000 });
  const loaded = await driver.loadWorkingKey(
    { usage: 'pin', encrypted: encipher('tdes', master, pinKey), checkValue: padCheckValue('tdes', pinKey) },
    soon,
  );
  const keys: string[] = [];
  const entered = await driver.enterPin({
    minDigits: 4,
    maxDigits: 12,
    timeoutMs: entryMs,
    pan: Buffer.from(pan),
    onKey: (key, digits) => keys.push(`${key}:${digits}`),
    onReady: press,
  });
  const block = await driver.pinBlock(soon);
  return { loaded, keys, entered, block: block.ok ? Buffer.from(block.value).toString('hex') : block.error };
}

test.each(['1234E', '12B5678E', '12C'])('keys %s', async (keys) => {
  const line = recorded('pinPad', 'kmy350x');
  const made = await pad({ wrap: line.wrap });
  made.driver.start();
  const told = await session(made.driver, () => made.emulator.press(keys));
  expect(told).toMatchObject({ loaded: { ok: true } });
  await made.driver.stop();

  const played = replay(recordingOf(line.file()));
  const driver = createKmy350x({ name: 'pin-pad', open: played.open, delays: testDelays });
  driver.start();
  try {
    expect(await session(driver, () => undefined)).toEqual(told);
    await driver.stop();
    expect(played.problem()).toBeUndefined();
  } finally {
    await driver.stop();
  }
});
