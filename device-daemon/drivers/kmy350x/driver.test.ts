import { describe, expect, test, vi } from 'vitest';
import { benchKeys } from '#simulators/crypto/index.ts';
import { decipher, encipher, padCheckValue } from '#simulators/emulators/kmy350x/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { pan, pinKey, type Rig, rig, soon } from './rig.fixture.ts';
import { completeSettings } from './settings.ts';

const pad = closing(rig);
async function readyPad(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await pad(...options);
  await made.up();
  expect(await made.loadKey()).toEqual({ ok: true });
  expect(made.driver.report().state).toBe('ready');
  return made;
}

describe('published PIN blocks come out of the pad, enciphered under the working key', () => {
  test.each([
    ['tdes', '43219876543210987', '1234', '0412AC89ABCDEF67'],
    ['tdes', '9999990000000000017', '123456', '06123456FFFFFFFE'],
    ['sm4', '9999990000000000017', '123456', '06123456FFFFFFFFFFFFFFFFFFFFFFFE'],
  ] as const)('%s, number %s', async (algorithm, number, pin, plain) => {
    const cipher = { algorithm, cipherParameter: algorithm === 'sm4' ? 0x40 : 0x30 };
    const { driver, emulator, begin, block } = await readyPad({ model: cipher, driver: { settings: cipher } });
    expect(driver.capabilities().pinBlockFormats).toEqual([algorithm === 'sm4' ? 'sm4' : 'iso0']);
    const { entry, keys } = await begin({ pan: number });
    emulator.press(`${pin}E`);
    expect(await entry).toEqual({ ok: true, value: pin.length });
    expect(keys).toEqual([...[...pin].map((_, index) => `digit:${index + 1}`), `enter:${pin.length}`]);
    const enciphered = await block();
    expect(enciphered).toHaveLength(plain.length);
    expect(decipher(algorithm, pinKey, Buffer.from(enciphered, 'hex')).toString('hex').toUpperCase()).toBe(plain);
    expect(await block()).toBe('noPin');
    for (const forbidden of [0x32, 0x36, 0x37, 0x41]) expect(emulator.pad.heard).not.toContain(forbidden);
  });

  test('on a pad that joins the account at fetch, the number may come then', async () => {
    const { driver, emulator, begin } = await readyPad({
      model: { accountAt: 'fetch' },
      driver: { settings: { accountAt: 'fetch' } },
    });
    expect(driver.capabilities().accountAtFetch).toBe(true);
    const { entry } = await begin({ pan: '' });
    emulator.press('1234E');
    expect(await entry).toEqual({ ok: true, value: 4 });
    const block = await driver.pinBlock({ ...soon, pan: Buffer.from(pan) });
    expect(block.ok && decipher('tdes', pinKey, block.value).toString('hex').toUpperCase()).toBe('0412AC89ABCDEF67');
  });
});

describe('a PIN entry', () => {
  test.each(['all', 'one'] as const)('clear removes %s, and the driver counts with the pad', async (clearRemoves) => {
    const { emulator, begin } = await readyPad({ model: { clearRemoves }, driver: { settings: { clearRemoves } } });
    const { entry, keys } = await begin();
    emulator.press('123B4567E');
    const digits = clearRemoves === 'all' ? 4 : 6;
    expect(await entry).toEqual({ ok: true, value: digits });
    expect(keys[3]).toBe(`clear:${digits - 4}`);
    expect(emulator.state().digits).toBe(digits);
  });

  test('too few digits: the entry starts over and the person sees it empty', async () => {
    const { emulator, begin } = await readyPad();
    const { entry, keys } = await begin();
    emulator.press('12E');
    await vi.waitUntil(() => keys.includes('clear:0') && emulator.state().mode === 'pin');
    emulator.press('123456E');
    expect(await entry).toEqual({ ok: true, value: 6 });
  });

  test('cancel on the pad, and nothing is held', async () => {
    const { emulator, begin, block } = await readyPad();
    const { entry } = await begin();
    emulator.press('12C');
    expect(await entry).toEqual({ ok: false, error: { code: 'cancelledOnPad' } });
    expect(await block()).toBe('noPin');
  });

  test("the pad's own time-out", async () => {
    const { emulator, begin } = await readyPad();
    const { entry } = await begin();
    emulator.press('12');
    emulator.expire();
    expect(await entry).toEqual({ ok: false, error: { code: 'entryTimeOut' } });
  });

  test("the driver's own deadline closes the keypad", async () => {
    const { emulator, begin } = await readyPad();
    const { entry } = await begin({ timeoutMs: 1_000 });
    expect(await entry).toEqual({ ok: false, error: { code: 'timeOut' } });
    expect(emulator.state().mode).toBe('closed');
  });

  test('a cancel from outside closes the keypad before it resolves', async () => {
    const { emulator, begin } = await readyPad();
    const abort = new AbortController();
    const { entry } = await begin({ signal: abort.signal });
    emulator.press('12');
    abort.abort();
    expect(await entry).toEqual({ ok: false, error: { code: 'cancelled' } });
    expect(emulator.state().mode).toBe('closed');
  });

  test('clear ends an entry that is open', async () => {
    const { driver, emulator, begin, block } = await readyPad();
    const { entry } = await begin();
    emulator.press('1234');
    expect(await driver.clear(soon)).toEqual({ ok: true });
    expect(await entry).toEqual({ ok: false, error: { code: 'cancelled' } });
    expect(emulator.state()).toMatchObject({ mode: 'closed', digits: 0 });
    expect(await block()).toBe('noPin');
  });

  test('a number that is none never reaches the pad', async () => {
    const { driver, emulator } = await readyPad();
    const before = emulator.pad.heard.length;
    const refused = await driver.enterPin({
      ...soon,
      minDigits: 4,
      maxDigits: 6,
      pan: Buffer.from('12'),
      onKey: () => {},
    });
    expect(refused).toEqual({ ok: false, error: { code: 'panNotUsable' } });
    expect(emulator.pad.heard.length).toBe(before);
  });
});

describe('keys', () => {
  test('none yet: the pad works, PINs do not', async () => {
    const { driver, begin, up } = await pad();
    await up();
    expect(driver.report()).toMatchObject({ state: 'degraded', reason: 'needsSignOn' });
    expect(await (await begin()).entry).toEqual({ ok: false, error: { code: 'keyMissing' } });
  });

  test('a check value that is not the host’s: refused, and the slot is not used', async () => {
    const { driver, begin } = await readyPad();
    const encrypted = encipher('tdes', benchKeys.terminalMaster['3des'], pinKey);
    const loaded = await driver.loadWorkingKey(
      { usage: 'pin', encrypted, checkValue: Buffer.from('000000', 'hex') },
      soon,
    );
    expect(loaded).toMatchObject({ ok: false, error: { code: 'keyRefused' } });
    expect(driver.hasKeys()).toBe(false);
    expect(await (await begin()).entry).toEqual({ ok: false, error: { code: 'keyMissing' } });
  });

  test.each([0, 2])('a check value of %i bytes proves nothing', async (length) => {
    const { driver } = await readyPad();
    const encrypted = encipher('tdes', benchKeys.terminalMaster['3des'], pinKey);
    const checkValue = padCheckValue('tdes', pinKey).subarray(0, length);
    expect((await driver.loadWorkingKey({ usage: 'pin', encrypted, checkValue }, soon)).ok).toBe(false);
    expect(driver.hasKeys()).toBe(false);
  });

  test('a single DES key is refused without asking the pad', async () => {
    const { driver } = await readyPad();
    const key = { usage: 'pin', encrypted: Buffer.alloc(8), checkValue: Buffer.alloc(4) } as const;
    expect(await driver.loadWorkingKey(key, soon)).toMatchObject({ ok: false, error: { code: 'keyRefused' } });
    expect(driver.hasKeys()).toBe(true);
  });

  test.each(Array.from({ length: 16 }, (_, slot) => slot))(
    'whatever slot the kiosk’s has (%i), no other key goes there',
    (slot) => {
      const { pinKeySlot, macKeySlot, clientKeySlot } = completeSettings({ pinKeySlot: slot });
      expect(pinKeySlot).toBe(slot);
      expect(new Set([pinKeySlot, macKeySlot, clientKeySlot]).size).toBe(3);
      for (const each of [macKeySlot, clientKeySlot]) expect(each >= 0 && each < 16).toBe(true);
    },
  );

  test('the ciphers are chosen before a key is loaded', async () => {
    const { emulator } = await readyPad();
    const { heard } = emulator.pad;
    expect(heard.slice(heard.lastIndexOf(0x33) - 2)).toEqual([0x46, 0x46, 0x33]);
  });

  test('master key lost: works, needs keys', async () => {
    const { driver, emulator, begin } = await readyPad();
    emulator.setFault('masterKeyLost', true);
    expect(await (await begin()).entry).toEqual({ ok: false, error: { code: 'keyMissing' } });
    expect(driver.report()).toMatchObject({ state: 'degraded', reason: 'needsKeys' });
    expect(driver.hasKeys()).toBe(false);
  });

  test('no master key at start: works, needs keys', async () => {
    const { driver, up, loadKey } = await pad({ masterKeys: new Map() });
    await up();
    expect(driver.report()).toMatchObject({ state: 'degraded', reason: 'needsKeys' });
    expect(await loadKey()).toEqual({ ok: false, error: { code: 'keyMissing' } });
  });
});

describe('plain keys', () => {
  test('are reported and end on enter', async () => {
    const { driver, emulator } = await readyPad();
    const keys: string[] = [];
    const entry = driver.enterData({ ...soon, maxKeys: 8, onKey: (key) => keys.push(key) });
    await vi.waitUntil(() => emulator.state().mode === 'data');
    emulator.press('10B2E');
    expect(await entry).toEqual({ ok: true, value: ['1', '0', 'clear', '2', 'enter'] });
    expect(keys).toEqual(['1', '0', 'clear', '2', 'enter']);
    expect(emulator.state().mode).toBe('closed');
  });

  test('only active keys, and the one that ends it', async () => {
    const { driver, emulator } = await readyPad();
    const activeKeys = new Map([['1', { terminate: false }] as const, ['2', { terminate: true }] as const]);
    const entry = driver.enterData({ ...soon, maxKeys: 8, activeKeys, onKey: () => {} });
    await vi.waitUntil(() => emulator.state().mode === 'data');
    emulator.press('9E12');
    expect(await entry).toEqual({ ok: true, value: ['1', '2'] });
  });

  test('are refused while a visit may ask for a PIN, and while one is held', async () => {
    let visit = true;
    const { driver, emulator, begin } = await readyPad({ driver: { pinOnly: () => visit } });
    const data = () => driver.enterData({ ...soon, maxKeys: 1, onKey: () => {} });
    expect(await data()).toMatchObject({ ok: false, error: { code: 'notReady' } });
    visit = false;
    const { entry } = await begin();
    emulator.press('1234E');
    await entry;
    expect(await data()).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(emulator.pad.heard).not.toContain(0x45);
  });
});

describe('digits in the clear', () => {
  const enterDigits = async (room: Buffer, keys: string, options: Parameters<typeof readyPad>[0] = {}) => {
    const made = await readyPad({ ...options, driver: { pinOnly: () => true, ...options?.driver } });
    const counts: number[] = [];
    const stop = new AbortController();
    const entry = made.driver.enterDigits?.({
      ...soon,
      signal: stop.signal,
      minDigits: 4,
      maxDigits: 6,
      into: room,
      onKey: (_key, digits) => counts.push(digits),
    });
    await vi.waitUntil(() => made.emulator.state().mode === 'data');
    made.emulator.press(keys);
    return { ...made, entry, counts, stop };
  };
  const zeroed = Buffer.alloc(8);

  test('go into the room that was given, in a visit too; the rest of it stays empty', async () => {
    const room = Buffer.alloc(8, 0x55);
    const { entry, counts, emulator } = await enterDigits(room, '12B90E3456789E');
    expect(await entry).toEqual({ ok: true, value: 6 });
    expect(room.toString('latin1')).toBe('345678\0\0');
    // Clear takes all; two digits are too few; the seventh is no more.
    expect(counts).toEqual([1, 2, 0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 6, 6]);
    expect(emulator.state().mode).toBe('closed');
  });

  test('one by one, where the clear key takes one', async () => {
    const room = Buffer.alloc(8);
    const { entry } = await enterDigits(room, '12B345E', { driver: { settings: { clearRemoves: 'one' } } });
    expect(await entry).toEqual({ ok: true, value: 4 });
    expect(room.toString('latin1')).toBe('1345\0\0\0\0');
  });

  test('nothing of them is left when the person stops, or the machine does', async () => {
    const rooms = [Buffer.alloc(8), Buffer.alloc(8)] as const;
    const { entry, driver, emulator } = await enterDigits(rooms[0], '123456C');
    expect(await entry).toEqual({ ok: false, error: { code: 'cancelledOnPad' } });
    const stop = new AbortController();
    let held = 0;
    const second = driver.enterDigits?.({
      ...soon,
      signal: stop.signal,
      minDigits: 4,
      maxDigits: 6,
      into: rooms[1],
      onKey: (_key, digits) => {
        held = digits;
      },
    });
    await vi.waitUntil(() => emulator.state().mode === 'data');
    emulator.press('1234');
    await vi.waitUntil(() => held === 4);
    stop.abort();
    expect(await second).toEqual({ ok: false, error: { code: 'cancelled' } });
    for (const room of rooms) expect(room).toEqual(zeroed);
    expect(emulator.state().mode).toBe('closed');
  });

  test('a cable pulled in the middle leaves nothing', async () => {
    const room = Buffer.alloc(8);
    const { entry, counts, emulator } = await enterDigits(room, '123');
    await vi.waitUntil(() => counts.length === 3);
    await emulator.unplug();
    expect(await entry).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(room).toEqual(zeroed);
  });
});

describe('a visit opens while somebody else waits for plain keys', () => {
  test('the visitor’s first key ends that entry and is told to nobody', async () => {
    let visit = false;
    const { driver, emulator } = await readyPad({ driver: { pinOnly: () => visit } });
    const keys: string[] = [];
    const entry = driver.enterData({ ...soon, maxKeys: 8, onKey: (key) => keys.push(key) });
    await vi.waitUntil(() => emulator.state().mode === 'data');
    emulator.press('7');
    await vi.waitUntil(() => keys.length === 1);
    visit = true;
    emulator.press('123456E');
    expect(await entry).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(keys).toEqual(['7']);
    expect(emulator.state().mode).toBe('closed');
  });

  test.each(['plain keys', 'a PIN'])('the visitor’s PIN does not wait for the one who waits for %s', async (what) => {
    let visit = false;
    const { driver, emulator, begin } = await readyPad({ driver: { pinOnly: () => visit } });
    const data = () => driver.enterData({ timeoutMs: 20_000, maxKeys: 8, onKey: () => {} });
    const theirs = what === 'a PIN' ? (await begin()).entry : data();
    await vi.waitUntil(() => emulator.state().mode !== 'closed');
    visit = true;
    let ready = false;
    const ours = driver.enterPin({
      timeoutMs: 20_000,
      pan: Buffer.from(pan),
      minDigits: 4,
      maxDigits: 6,
      onKey: () => {},
      onReady: () => {
        ready = true;
      },
    });
    expect(await theirs).toEqual({ ok: false, error: { code: 'cancelled' } });
    await vi.waitUntil(() => ready);
    emulator.press('1234E');
    expect(await ours).toEqual({ ok: true, value: 4 });
  });
});

describe('identity', () => {
  test('the serial number is known, and pinned', async () => {
    const { driver, up } = await pad({ driver: { expectedSerialNumber: '0000000000350001' } });
    await up();
    expect(driver.capabilities()).toMatchObject({ serialNumber: '0000000000350001', firmware: 'KMY350X-SIM V1.0' });
  });

  test('another pad is refused', async () => {
    const { driver } = await pad({ driver: { expectedSerialNumber: '1111111111111111' } });
    driver.start();
    await vi.waitUntil(() => driver.report().state === 'failed');
    expect(driver.report().reason).toBe('otherDevice');
    expect(await driver.clear(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  });
});
