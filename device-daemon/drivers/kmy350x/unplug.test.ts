import { describe, expect, test, vi } from 'vitest';
import { decipher } from '#simulators/emulators/kmy350x/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { pinKey, type Rig, rig, soon, testDelays } from './rig.fixture.ts';

// The plug pulled in every state of driver and pad: what was asked for settles, the state says absent, and after the
// plug is back a PIN works again without anybody's help but the host's keys.

const pad = closing(rig);

type Outcome = { readonly ok: boolean; readonly error?: { readonly code: string } };
/** What was asked for and must settle when the plug is pulled; in an object, since a promise of a promise is one. */
interface Asked {
  readonly asked?: Promise<Outcome>;
}
/** Brings the pad into a state. */
type State = (made: Rig) => Promise<Asked>;

const loaded = async (made: Rig): Promise<void> => {
  await made.up();
  expect(await made.loadKey()).toEqual({ ok: true });
};
const entry = async (made: Rig, keys: string): Promise<Required<Asked>> => {
  await loaded(made);
  const begun = await made.begin();
  made.emulator.press(keys);
  await vi.waitUntil(() => begun.keys.length === keys.length);
  return { asked: begun.entry };
};
const held = async (made: Rig): Promise<void> => {
  expect(await (await entry(made, '1234E')).asked).toEqual({ ok: true, value: 4 });
};

const states: Readonly<Record<string, State>> = {
  'before it was opened': async () => ({}),
  'in the middle of the start': async (made) => {
    made.emulator.setFault('slowMs', 100);
    made.driver.start();
    await vi.waitUntil(() => made.emulator.pad.heard.length > 0);
    return {};
  },
  'without a working key': async (made) => {
    await made.up();
    return {};
  },
  'with a working key': async (made) => {
    await loaded(made);
    return {};
  },
  'while a key is loaded': async (made) => {
    await made.up();
    made.emulator.setFault('slowMs', 200);
    const loading = made.loadKey();
    await vi.waitUntil(() => made.emulator.pad.heard.at(-1) === 0x33);
    return { asked: loading };
  },
  'while a PIN is begun': async (made) => {
    await loaded(made);
    made.emulator.setFault('slowMs', 200);
    const asked = made.begin().then((begun) => begun.entry);
    await vi.waitUntil(() => made.emulator.pad.heard.at(-1) === 0x34);
    return { asked };
  },
  'before the first digit': (made) => entry(made, ''),
  'after two digits': (made) => entry(made, '12'),
  'after a clear': (made) => entry(made, '12B'),
  'with a PIN held': async (made) => {
    await held(made);
    return {};
  },
  'while the block is fetched': async (made) => {
    await held(made);
    made.emulator.setFault('slowMs', 200);
    const fetching = made.driver.pinBlock(soon);
    await vi.waitUntil(() => made.emulator.pad.heard.at(-1) === 0x42);
    return { asked: fetching };
  },
  'while plain keys are entered': async (made) => {
    await loaded(made);
    const keys: string[] = [];
    const data = made.driver.enterData({ ...soon, maxKeys: 8, onKey: (key) => keys.push(key) });
    await vi.waitUntil(() => made.emulator.state().mode === 'data');
    made.emulator.press('12');
    await vi.waitUntil(() => keys.length === 2);
    return { asked: data };
  },
  'while it is cleared': async (made) => {
    await loaded(made);
    made.emulator.setFault('slowMs', 200);
    const clearing = made.driver.clear(soon);
    await vi.waitUntil(() => made.emulator.pad.heard.at(-1) === 0x30);
    return { asked: clearing };
  },
  'while the driver waits for a silent pad': async (made) => {
    await loaded(made);
    made.emulator.setFault('silent', true);
    const clearing = made.driver.clear(soon);
    await vi.waitUntil(() => made.rungs.includes('reset'));
    return { asked: clearing };
  },
  'after the driver gave up': async (made) => {
    made.emulator.setFault('silent', true);
    made.driver.start();
    await vi.waitUntil(() => made.driver.report().state === 'failed', { timeout: 20_000 });
    return {};
  },
  'while the master key is missing': async (made) => {
    await loaded(made);
    made.emulator.setFault('masterKeyLost', true);
    await made.driver.clear(soon);
    return {};
  },
};

async function comesBack(made: Rig): Promise<void> {
  for (const fault of ['silent', 'masterKeyLost']) made.emulator.setFault(fault, false);
  made.emulator.setFault('slowMs', 0);
  await made.emulator.replug();
  made.driver.start();
  await vi.waitUntil(() => ['ready', 'degraded'].includes(made.driver.report().state), { timeout: 20_000 });
  expect(made.driver.hasKeys()).toBe(false);
  expect(await made.block()).toBe('noPin');
  expect(await made.loadKey()).toEqual({ ok: true });
  const { entry: again } = await made.begin();
  made.emulator.press('1234E');
  expect(await again).toEqual({ ok: true, value: 4 });
  const block = Buffer.from(await made.block(), 'hex');
  expect(decipher('tdes', pinKey, block).toString('hex').toUpperCase()).toBe('0412AC89ABCDEF67');
  expect(made.driver.report().state).toBe('ready');
}

const absent = (made: Rig): Promise<boolean> =>
  vi.waitUntil(() => made.driver.report().state === 'absent', { timeout: 20_000 });

const quickSilence = { ...testDelays, replyMs: 400, resetMs: 400 };

describe('pulled', () => {
  test.each(Object.entries(states))('%s', async (_name, reach) => {
    const made = await pad({ driver: { delays: quickSilence } });
    const { asked } = await reach(made);
    await made.emulator.unplug();
    if (asked !== undefined) expect(await asked).toMatchObject({ ok: false, error: { code: 'notReady' } });
    await absent(made);
    expect(await made.driver.clear(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(made.driver.hasKeys()).toBe(false);
    await comesBack(made);
  });
});

describe('the plug comes out in the middle of a frame', () => {
  test.each(Array.from({ length: 21 }, (_, index) => index + 1).filter((bytes) => bytes % 4 === 1))(
    'of the pad, after %i bytes of the PIN block',
    async (bytes) => {
      const made = await pad();
      await held(made);
      made.emulator.setFault('cable.unplugAfterSent', bytes);
      expect(await made.driver.pinBlock(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
      await absent(made);
      await comesBack(made);
    },
  );

  test.each([1, 9, 20])('of the driver, after %i bytes of a working key', async (bytes) => {
    const made = await pad();
    await made.up();
    const heard = made.emulator.pad.heard.length;
    let set = false;
    made.emulator.line.onReceive(() => {
      // Version and both ciphers have gone through: the next bytes are the key's.
      if (set || made.emulator.pad.heard.length !== heard + 3) return;
      set = true;
      made.emulator.setFault('cable.unplugAfterReceived', bytes);
    });
    expect(await made.loadKey()).toMatchObject({ ok: false, error: { code: 'notReady' } });
    await absent(made);
    expect(made.emulator.pad.heard).not.toContain(0x33);
    await comesBack(made);
  });
});

describe('stop', () => {
  test.each(Object.entries(states))('%s: settles, and is absent', async (_name, reach) => {
    const made = await pad({ driver: { delays: quickSilence } });
    const { asked } = await reach(made);
    await made.driver.stop();
    if (asked !== undefined) expect(await asked).toMatchObject({ ok: false });
    expect(made.driver.report().state).toBe('absent');
    expect(await made.driver.clear(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
    await made.driver.stop();
  });
});

test('absent at start, plugged in later', async () => {
  const made = await pad();
  await made.emulator.unplug();
  made.driver.start();
  expect(made.driver.report().state).toBe('absent');
  expect(await (await made.begin()).entry).toMatchObject({ ok: false, error: { code: 'notReady' } });
  await comesBack(made);
});
