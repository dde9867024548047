import { afterEach, describe, expect, test, vi } from 'vitest';
import { validators } from '#protocol/generated/validators-xfs4iot.js';
import { benchKeys } from '#simulators/crypto/index.ts';
import { decipher, encipher, type KmyEmulator, padCheckValue } from '#simulators/emulators/kmy350x/index.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { Message, RawClient } from '#test/wire/raw-client.ts';
import type { PinPad } from '../../devices/pin-pad.ts';
import { pinKey, rig, soon } from '../../drivers/kmy350x/rig.fixture.ts';
import type { CustomerData } from './customer-data.ts';
import { pinPadService } from './index.ts';

// A standard client on a WebSocket, the service, the driver, a pseudo-terminal and a pad made of bytes.

const versions: Readonly<Record<string, string>> = {
  'KeyManagement.ImportKey': '3.0',
  'Crypto.Digest': '3.0',
  'KeyManagement.DeleteKey': '3.0',
  'KeyManagement.Initialization': '3.0',
  'Crypto.CryptoData': '3.0',
  'Crypto.GenerateAuthentication': '3.0',
  'Crypto.VerifyAuthentication': '3.0',
  'PinPad.PresentIDC': '3.0',
};

const encrypted = (usage: Uint8Array = pinKey): string =>
  encipher('tdes', benchKeys.terminalMaster['3des'], usage).toString('base64');
const kioskKey = {
  usage: 'pin',
  encrypted: Buffer.from(encrypted(), 'base64'),
  checkValue: padCheckValue('tdes', pinKey),
} as const;

interface Setup {
  readonly emulator: KmyEmulator;
  readonly driver: PinPad;
  readonly wire: RunningWire;
  readonly client: RawClient;
  visit: boolean;
  /** Sends a command; its number. */
  send(name: string, payload?: object, timeout?: number): number;
  /** The command's completion. */
  ask(name: string, payload?: object): Promise<Message>;
  close(): Promise<void>;
}

let setups: Setup[] = [];
afterEach(async () => {
  const used = setups;
  setups = [];
  await Promise.all(used.map((each) => each.close()));
  for (const { client, wire } of used) {
    expect(wire.faults).toEqual([]);
    for (const { header, payload } of client.messages) {
      const validate = validators[`${header.name}.${header.type}`];
      if (validate === undefined || payload === undefined) continue;
      expect([header.name, validate(payload) ? null : validate.errors]).toEqual([header.name, null]);
    }
  }
});

async function setUp(
  options: {
    readonly customerData?: CustomerData;
    readonly accountAt?: 'start' | 'fetch';
    readonly algorithm?: 'tdes' | 'sm4';
    readonly keys?: boolean;
  } = {},
): Promise<Setup> {
  const { customerData = 'pan', accountAt = 'fetch', algorithm = 'tdes', keys = true } = options;
  const cipher = { algorithm, cipherParameter: algorithm === 'sm4' ? 0x40 : 0x30, accountAt };
  const made = await rig({ model: cipher, driver: { settings: cipher, pinOnly: () => setup.visit } });
  const service = pinPadService(made.driver, { busy: () => setup.visit, customerData });
  const wire = await startWire({ services: [service] });
  await made.up();
  if (keys && algorithm === 'tdes') {
    expect(await made.driver.loadWorkingKey({ ...kioskKey, owner: 'client' }, soon)).toEqual({ ok: true });
  }
  const client = await wire.connect('/PinPad');
  let nextId = 1;
  const setup: Setup = {
    emulator: made.emulator,
    driver: made.driver,
    wire,
    client,
    visit: false,
    send(name, payload, timeout) {
      const id = nextId++;
      const version = versions[name] ?? '2.0';
      client.command(name, id, {
        version,
        ...(payload === undefined ? {} : { payload }),
        ...(timeout === undefined ? {} : { timeout }),
      });
      return id;
    },
    ask: (name, payload) => client.completion(setup.send(name, payload)),
    async close() {
      await wire.stop();
      await made.close();
    },
  };
  setups.push(setup);
  return setup;
}

const code = ({ header, payload }: Message): string =>
  [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' ');
const names = (client: RawClient): string[] => client.messages.map(({ header }) => `${header.name} ${header.type}`);

const digitKeys = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
const key = (...terminating: string[]) =>
  Object.fromEntries(
    [...digitKeys, 'clear', 'enter', 'cancel'].map((name) => [name, { terminate: terminating.includes(name) }]),
  );
const pinEntry = { minLen: 4, maxLen: 12, autoEnd: false, activeKeys: key('enter', 'cancel') };
const block = (customerData: string | undefined, more: object = {}) => ({
  padding: 15,
  format: 'iso0',
  key: 'PinKey',
  cryptoMethod: 'ecb',
  ...(customerData === undefined ? {} : { customerData }),
  ...more,
});

/** A PIN typed as soon as the pad listens; the completion of PinEntry. */
async function enter({ emulator, client, send }: Setup, keys: string, payload: object = pinEntry): Promise<Message> {
  const before = client.messages.length;
  const id = send('Keyboard.PinEntry', payload);
  await client.until(
    () => client.messages.slice(before).some(({ header }) => header.name === 'Keyboard.EnterDataEvent'),
    'a pad that listens',
  );
  emulator.press(keys);
  return client.completion(id);
}

const plain = (completion: Message): string | undefined => {
  const { pinBlock } = (completion.payload ?? {}) as { pinBlock?: string };
  return pinBlock === undefined
    ? undefined
    : decipher('tdes', pinKey, Buffer.from(pinBlock, 'base64')).toString('hex').toUpperCase();
};

const importing = (more: object = {}) => ({
  key: 'PinKey',
  keyAttributes: { keyUsage: 'P0', algorithm: 'T', modeOfUse: 'E' },
  value: encrypted(),
  decryptKey: 'MasterKey',
  decryptMethod: 'ecb',
  verificationData: padCheckValue('tdes', pinKey).toString('base64'),
  verifyAttributes: { cryptoMethod: 'kcvZero' },
  ...more,
});

describe('what the pad is', () => {
  test('four interfaces and their commands, and no more', async () => {
    const { ask } = await setUp({ accountAt: 'start' });
    const { payload } = await ask('Common.Capabilities');
    const interfaces = payload?.['interfaces'] as { name: string; commands: object }[];
    expect(interfaces.map(({ name }) => name)).toEqual(['Common', 'Keyboard', 'PinPad', 'KeyManagement', 'Crypto']);
    expect(interfaces.slice(1).flatMap(({ commands }) => Object.keys(commands))).toEqual([
      'Keyboard.GetLayout',
      'Keyboard.DataEntry',
      'Keyboard.PinEntry',
      'Keyboard.Reset',
      'PinPad.GetPinBlock',
      'PinPad.SetPinBlockData',
      'PinPad.Reset',
      'KeyManagement.GetKeyDetail',
      'KeyManagement.ImportKey',
      'KeyManagement.Reset',
      'Crypto.GenerateRandom',
      'Crypto.Digest',
    ]);
    expect(payload).toMatchObject({
      common: { deviceInformation: [{ serialNumber: '0000000000350001' }] },
      pinPad: { pinFormats: { iso0: true, ansi: true }, setPinblockDataRequired: true },
      keyManagement: { keyAttributes: { P0: { T: { E: {} } } }, keyImportThroughParts: false },
      crypto: { emvHashAlgorithm: { sha1Digest: true, sha256Digest: true } },
    });
    expect(payload?.['crypto']).not.toHaveProperty('cryptoAttributes');
  });

  test.each([
    ['Crypto.CryptoData', { key: 'PinKey', data: 'AAAAAAAAAAA=', modeOfUse: 'D' }],
    ['Crypto.GenerateAuthentication', { key: 'PinKey', data: 'AAAAAAAAAAA=' }],
    ['Crypto.VerifyAuthentication', { key: 'PinKey', data: 'AAAAAAAAAAA=', verifyData: 'AAAAAAAAAAA=' }],
    ['KeyManagement.DeleteKey', { key: 'PinKey' }],
    ['KeyManagement.Initialization', {}],
    ['KeyManagement.GenerateKCV', { key: 'PinKey', keyCheckMode: 'zero' }],
    ['PinPad.LocalDES', {}],
    ['PinPad.PresentIDC', {}],
    ['PinPad.MaintainPin', {}],
    ['Keyboard.DefineLayout', {}],
    ['Keyboard.SecureKeyEntry', {}],
    ['PinPad.SetPinBlockData', {}],
  ])('%s is not offered by a pad that takes the number with the block, and reaches nothing', async (name, payload) => {
    const { ask, emulator } = await setUp();
    const heard = emulator.pad.heard.length;
    expect(code(await ask(name, payload))).toBe('unsupportedCommand');
    expect(emulator.pad.heard.length).toBe(heard);
  });

  test('an SM4 pad makes no block that the standard has a name for', async () => {
    const { ask } = await setUp({ algorithm: 'sm4' });
    const { payload } = await ask('Common.Capabilities');
    expect(payload).toMatchObject({ pinPad: { pinFormats: {} }, keyManagement: { keyCheckModes: {} } });
    expect(code(await ask('PinPad.GetPinBlock', block('9999990000000000017')))).toBe(
      'commandErrorCode formatNotSupported',
    );
    expect(code(await ask('KeyManagement.ImportKey', importing()))).toBe('commandErrorCode algorithmNotSupported');
  });

  test('its layout', async () => {
    const { ask } = await setUp();
    const { payload } = await ask('Keyboard.GetLayout');
    const { data, pin } = (payload?.['layout'] ?? {}) as Record<string, { keys: { key: string }[] }[]>;
    expect(data).toEqual(pin);
    expect(data?.[0]?.keys.map((each) => each.key).sort()).toEqual(Object.keys(key()).sort());
    expect(Object.keys((await ask('Keyboard.GetLayout', { entryMode: 'pin' })).payload?.['layout'] ?? {})).toEqual([
      'pin',
    ]);
    expect(code(await ask('Keyboard.GetLayout', { entryMode: 'secure' }))).toBe('commandErrorCode modeNotSupported');
  });
});

describe('the published PIN blocks (b.4)', () => {
  const vectors = [
    { pan: '43219876543210987', pin: '1234', expected: '0412AC89ABCDEF67' },
    { pan: '9999990000000000017', pin: '123456', expected: '06123456FFFFFFFE' },
  ];
  const cut: Readonly<Record<CustomerData, (pan: string) => string>> = {
    pan: (pan) => pan,
    panWithoutCheckDigit: (pan) => pan.slice(0, -1),
    twelveDigits: (pan) => pan.slice(-13, -1),
  };
  const kinds = Object.keys(cut) as CustomerData[];

  test.each(kinds)('the peer sends %s with the block', async (kind) => {
    const setup = await setUp({ customerData: kind });
    for (const { pan, pin, expected } of vectors) {
      expect((await enter(setup, `${pin}E`)).payload).toEqual({ digits: pin.length, completion: 'enter' });
      expect(plain(await setup.ask('PinPad.GetPinBlock', block(cut[kind](pan))))).toBe(expected);
      expect(code(await setup.ask('PinPad.GetPinBlock', block(cut[kind](pan))))).toBe('commandErrorCode noPin');
    }
    expect(setup.emulator.pad.heard.filter((command) => command === 0x36 || command === 0x37)).toEqual([]);
  });

  test.each(kinds)('the peer sends %s before the entry', async (kind) => {
    const setup = await setUp({ customerData: kind, accountAt: 'start' });
    for (const { pan, pin, expected } of vectors) {
      expect(code(await setup.ask('PinPad.SetPinBlockData', block(cut[kind](pan))))).toBe('success');
      await enter(setup, `${pin}E`);
      expect(plain(await setup.ask('PinPad.GetPinBlock', block(undefined)))).toBe(expected);
    }
  });

  test.each([
    ['pan', '1234567'],
    ['pan', '12345678901234567890'],
    ['pan', '43219876543ABCDEF'],
    ['panWithoutCheckDigit', '123456'],
    ['twelveDigits', '9876543210987'],
    ['twelveDigits', '98765432109'],
  ] as const)('a peer that agreed on %s and sends "%s" is refused, and the PIN is still there', async (kind, sent) => {
    const setup = await setUp({ customerData: kind });
    await enter(setup, '1234E');
    const refused = await setup.ask('PinPad.GetPinBlock', block(sent));
    expect(code(refused)).toBe('invalidData');
    expect(JSON.stringify(refused)).not.toContain(sent);
    expect(plain(await setup.ask('PinPad.GetPinBlock', block(cut[kind]('43219876543210987'))))).toBe(
      '0412AC89ABCDEF67',
    );
  });

  test('ansi is iso0, for numbers long enough', async () => {
    const setup = await setUp();
    await enter(setup, '1234E');
    expect(code(await setup.ask('PinPad.GetPinBlock', block('123456789012', { format: 'ansi' })))).toBe('invalidData');
    expect(plain(await setup.ask('PinPad.GetPinBlock', block('43219876543210987', { format: 'ansi' })))).toBe(
      '0412AC89ABCDEF67',
    );
  });

  test('the number of the block is the number of the entry', async () => {
    const setup = await setUp({ accountAt: 'start' });
    const { ask } = setup;
    expect(code(await ask('Keyboard.PinEntry', pinEntry))).toBe('sequenceError');
    await ask('PinPad.SetPinBlockData', block('43219876543210987'));
    await enter(setup, '1234E');
    expect(code(await ask('PinPad.GetPinBlock', block('9999990000000000017')))).toBe('invalidData');
    expect(plain(await ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('0412AC89ABCDEF67');
    expect(code(await ask('Keyboard.PinEntry', pinEntry))).toBe('sequenceError');
  });
});

describe('a PIN key works in GetPinBlock and nowhere else', () => {
  test.each([
    ['another format', { format: 'iso3' }, 'commandErrorCode formatNotSupported'],
    ['no key', { key: undefined }, 'invalidData'],
    ['the master key', { key: 'MasterKey' }, 'commandErrorCode useViolation'],
    ['an unknown key', { key: 'Other' }, 'commandErrorCode keyNotFound'],
    ['another mode', { cryptoMethod: 'cbc' }, 'unsupportedData'],
    ['a second key', { secondEncKey: 'PinKey' }, 'unsupportedData'],
    ['data to mix in', { xorData: '00FF' }, 'unsupportedData'],
    ['no number', { customerData: undefined }, 'invalidData'],
  ])('%s', async (_what, more, expected) => {
    const setup = await setUp();
    await enter(setup, '1234E');
    const heard = setup.emulator.pad.heard.length;
    expect(code(await setup.ask('PinPad.GetPinBlock', block('43219876543210987', more)))).toBe(expected);
    expect(setup.emulator.pad.heard.length).toBe(heard);
    const illegal = setup.client.messages.filter(({ header }) => header.name === 'KeyManagement.IllegalKeyAccessEvent');
    const told = /useViolation|keyNotFound/.test(expected);
    expect(illegal.map(({ payload }) => payload)).toEqual(
      told ? [{ keyName: 'key' in more ? more.key : undefined, errorCode: expected.split(' ')[1] }] : [],
    );
  });

  test('no key yet: keyNoValue, and no entry begins', async () => {
    const { ask } = await setUp({ keys: false });
    expect(code(await ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('commandErrorCode keyNoValue');
    expect(code(await ask('Keyboard.PinEntry', pinEntry))).toBe('deviceNotReady');
  });
});

describe('what comes out while a PIN is entered', () => {
  test('a key event each, and never a digit', async () => {
    const setup = await setUp();
    await enter(setup, '90B8765E');
    await setup.ask('PinPad.GetPinBlock', block('43219876543210987'));
    const events = setup.client.messages.filter(({ header }) => header.name === 'Keyboard.KeyEvent');
    const digit = { completion: 'continue' };
    expect(events.map(({ payload }) => payload)).toEqual([
      digit,
      digit,
      { completion: 'continue', digit: 'clear' },
      digit,
      digit,
      digit,
      digit,
      { completion: 'enter', digit: 'enter' },
    ]);
    const said = JSON.stringify(setup.client.messages);
    for (const secret of ['8765', 'eight', 'seven', '43219876543210987', '987654321098', pinKey.toString('base64')]) {
      expect(said).not.toContain(secret);
    }
  });

  test('cancel on the pad', async () => {
    const setup = await setUp();
    expect(await enter(setup, '12C')).toMatchObject({
      header: { completionCode: 'success' },
      payload: { digits: 0, completion: 'cancel' },
    });
    expect(code(await setup.ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('commandErrorCode noPin');
  });

  test('too few digits: again from the first', async () => {
    const setup = await setUp();
    const entered = enter(setup, '12E', { ...pinEntry, minLen: 4 });
    await setup.client.until(
      () => setup.client.messages.filter(({ header }) => header.name === 'Keyboard.KeyEvent').length === 3,
      'the third key',
    );
    await vi.waitUntil(() => setup.emulator.state().mode === 'pin' && setup.emulator.state().digits === 0);
    setup.emulator.press('123456E');
    expect((await entered).payload).toEqual({ digits: 6, completion: 'enter' });
    expect(names(setup.client).filter((name) => name.startsWith('Keyboard.EnterDataEvent'))).toHaveLength(1);
  });

  test('the pad’s own time-out', async () => {
    const setup = await setUp();
    const { client, send, emulator } = setup;
    const id = send('Keyboard.PinEntry', pinEntry);
    await client.find('ready', ({ header }) => header.name === 'Keyboard.EnterDataEvent');
    emulator.expire();
    expect(code(await client.completion(id))).toBe('commandErrorCode entryTimeout');
  });

  test.each(['Keyboard.PinEntry', 'Keyboard.DataEntry'])('%s: the header’s time-out, and a cancel', async (name) => {
    const { client, send, emulator } = await setUp();
    const payload = name === 'Keyboard.PinEntry' ? pinEntry : { activeKeys: key('enter') };
    expect(code(await client.completion(send(name, payload, 300)))).toBe('timeOut');
    expect(emulator.state().mode).toBe('closed');
    const before = client.messages.length;
    const id = send(name, payload);
    await client.until(
      () => client.messages.slice(before).some(({ header }) => header.name === 'Keyboard.EnterDataEvent'),
      'ready',
    );
    emulator.press('12');
    send('Common.Cancel', { requestIds: [id] });
    expect(code(await client.completion(id))).toBe('canceled');
    expect(emulator.state().mode).toBe('closed');
  });

  test('the client leaves: the keypad is closed', async () => {
    const { client, send, emulator } = await setUp();
    send('Keyboard.PinEntry', pinEntry);
    await vi.waitUntil(() => emulator.state().mode === 'pin');
    client.socket.close();
    await vi.waitUntil(() => emulator.state().mode === 'closed');
  });

  test.each(['Keyboard.Reset', 'PinPad.Reset', 'KeyManagement.Reset'])(
    '%s forgets the PIN, not the key',
    async (name) => {
      const setup = await setUp();
      await enter(setup, '1234E');
      expect(code(await setup.ask(name))).toBe('success');
      expect(setup.emulator.state()).toMatchObject({ mode: 'closed', digits: 0 });
      expect(code(await setup.ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('commandErrorCode noPin');
      expect(setup.driver.hasKeys('client')).toBe(true);
    },
  );

  test.each([
    [{ ...pinEntry, activeKeys: {} }, 'commandErrorCode noActivekeys'],
    [{ ...pinEntry, activeKeys: undefined }, 'commandErrorCode noActivekeys'],
    [{ ...pinEntry, activeKeys: { fdk01: { terminate: true } } }, 'commandErrorCode keyNotSupported'],
    [{ ...pinEntry, activeKeys: key('cancel') }, 'commandErrorCode noTerminatekeys'],
    [{ ...pinEntry, minLen: 8, maxLen: 6 }, 'commandErrorCode minimumLength'],
    [{ ...pinEntry, minLen: 0, maxLen: 3 }, 'invalidData'],
    [{ ...pinEntry, maxLen: 13 }, 'invalidData'],
    [{ maxLen: 6, activeKeys: key('enter') }, 'invalidData'],
  ])('%j is %s', async (payload, expected) => {
    const { ask, emulator } = await setUp();
    const heard = emulator.pad.heard.length;
    expect(code(await ask('Keyboard.PinEntry', payload))).toBe(expected);
    expect(emulator.pad.heard.length).toBe(heard);
  });
});

describe('plain keys', () => {
  async function type(setup: Setup, keys: string, payload: object): Promise<Message> {
    const before = setup.client.messages.length;
    const id = setup.send('Keyboard.DataEntry', payload);
    await setup.client.until(
      () => setup.client.messages.slice(before).some(({ header }) => header.name === 'Keyboard.EnterDataEvent'),
      'a pad that listens',
    );
    setup.emulator.press(keys);
    return setup.client.completion(id);
  }
  const pressed = (completion: string, digit: string) => ({ completion, digit });

  test('until enter', async () => {
    const setup = await setUp();
    const pinKeys = [
      pressed('continue', 'one'),
      pressed('continue', 'clear'),
      pressed('continue', 'zero'),
      pressed('enter', 'enter'),
    ];
    const { payload } = await type(setup, '1B0E', { activeKeys: key('enter', 'cancel') });
    expect(payload).toEqual({ keys: 4, pinKeys, completion: 'enter' });
    const events = setup.client.messages.filter(({ header }) => header.name === 'Keyboard.KeyEvent');
    expect(events.map((event) => event.payload)).toEqual(pinKeys);
  });

  test('until as many as asked for', async () => {
    const { payload } = await type(await setUp(), '123', { maxLen: 3, autoEnd: true, activeKeys: key('enter') });
    expect(payload).toMatchObject({ keys: 3, completion: 'auto' });
  });

  test('more than asked for are dropped when a person ends it', async () => {
    const { payload } = await type(await setUp(), '12345C', { maxLen: 2, activeKeys: key('enter', 'cancel') });
    expect(payload).toEqual({
      keys: 3,
      pinKeys: [pressed('continue', 'one'), pressed('continue', 'two'), pressed('cancel', 'cancel')],
      completion: 'cancel',
    });
  });

  test('keys that are not active do nothing; a digit may end it', async () => {
    const { payload } = await type(await setUp(), '9E2', { activeKeys: { two: { terminate: true } } });
    expect(payload).toEqual({ keys: 1, pinKeys: [pressed('fk', 'two')], completion: 'fk' });
  });

  test.each([
    [{}, 'commandErrorCode noActivekeys'],
    [{ activeKeys: { zero: {}, fdk01: {} } }, 'commandErrorCode keyNotSupported'],
    [{ activeKeys: key('enter'), maxLen: -1 }, 'invalidData'],
  ])('%j is %s', async (payload, expected) => {
    expect(code(await (await setUp()).ask('Keyboard.DataEntry', payload))).toBe(expected);
  });

  test('not while a PIN is in the pad', async () => {
    const setup = await setUp();
    await enter(setup, '1234E');
    expect(code(await setup.ask('Keyboard.DataEntry', { activeKeys: key('enter') }))).toBe('sequenceError');
    await setup.ask('Keyboard.Reset');
    expect((await type(setup, 'E', { activeKeys: key('enter') })).payload).toMatchObject({ keys: 1 });
  });
});

describe('keys', () => {
  test('their state is told as it changes', async () => {
    const { ask, client, driver, emulator } = await setUp({ keys: false });
    const state = async () => (await ask('Common.Status')).payload?.['keyManagement'];
    const loaded = async (name: string) => {
      const { keyDetails } = (await ask('KeyManagement.GetKeyDetail', { keyName: name })).payload as {
        keyDetails: Record<string, { loaded: string }>;
      };
      return keyDetails[name]?.loaded;
    };
    expect(await state()).toEqual({ encryptionState: 'initialized' });
    expect([await loaded('MasterKey'), await loaded('PinKey')]).toEqual(['yes', 'no']);
    expect((await ask('KeyManagement.ImportKey', importing())).payload).toEqual({ keyLength: 128 });
    expect(await state()).toEqual({ encryptionState: 'ready' });
    expect(await loaded('PinKey')).toBe('yes');
    await client.find('ready', ({ header, payload }) => {
      return header.name === 'Common.StatusChangedEvent' && JSON.stringify(payload).includes('"ready"');
    });

    emulator.setFault('masterKeyLost', true);
    await driver.clear(soon);
    expect(await state()).toEqual({ encryptionState: 'notInitialized' });
    expect(await loaded('MasterKey')).toBe('no');
    await emulator.unplug();
    await client.find('noDevice', ({ payload }) => JSON.stringify(payload ?? {}).includes('"noDevice"'));
    expect((await ask('Common.Status')).payload).toEqual({
      common: { device: 'noDevice' },
      keyManagement: { encryptionState: 'notReady' },
    });
    expect([await loaded('MasterKey'), await loaded('PinKey')]).toEqual(['unknown', 'no']);
    expect(code(await ask('KeyManagement.ImportKey', importing()))).toBe('deviceNotReady');
  });

  test('all of them, or none of that name', async () => {
    const { ask } = await setUp();
    const { payload } = await ask('KeyManagement.GetKeyDetail');
    expect(payload).toEqual({
      keyDetails: {
        MasterKey: {
          loaded: 'yes',
          keyBlockInfo: { keyUsage: 'K0', algorithm: 'T', modeOfUse: 'D', exportability: 'N' },
        },
        PinKey: {
          loaded: 'yes',
          keyBlockInfo: { keyUsage: 'P0', algorithm: 'T', modeOfUse: 'E', exportability: 'N' },
        },
      },
    });
    for (const keyName of ['Other', 'toString', '__proto__']) {
      expect(code(await ask('KeyManagement.GetKeyDetail', { keyName }))).toBe('commandErrorCode keyNotFound');
    }
  });

  const p0 = { keyUsage: 'P0', algorithm: 'T', modeOfUse: 'E' };
  test.each([
    ['for something else than PINs', { keyAttributes: { ...p0, keyUsage: 'D0' } }, 'commandErrorCode useViolation'],
    ['for a MAC', { keyAttributes: { ...p0, keyUsage: 'M0' } }, 'commandErrorCode useViolation'],
    ['for another cipher', { keyAttributes: { ...p0, algorithm: 'A' } }, 'commandErrorCode algorithmNotSupported'],
    ['to decipher with', { keyAttributes: { ...p0, modeOfUse: 'B' } }, 'commandErrorCode modeNotSupported'],
    ['without its use', { keyAttributes: undefined }, 'invalidData'],
    ['in clear', { decryptKey: undefined }, 'commandErrorCode accessDenied'],
    ['under the PIN key', { decryptKey: 'PinKey' }, 'commandErrorCode useViolation'],
    ['under a key that is not there', { decryptKey: 'Other' }, 'commandErrorCode keyNotFound'],
    ['as the master key', { key: 'MasterKey' }, 'commandErrorCode accessDenied'],
    ['as a third', { key: 'Other' }, 'commandErrorCode noKeyRam'],
    ['in parts', { constructing: true }, 'unsupportedData'],
    ['in CBC', { decryptMethod: 'cbc' }, 'commandErrorCode cryptoMethodNotSupported'],
    ['signed', { verifyKey: 'Host' }, 'commandErrorCode signatureNotSupported'],
    [
      'with another check',
      { verifyAttributes: { cryptoMethod: 'kcvSelf' } },
      'commandErrorCode cryptoMethodNotSupported',
    ],
    ['without a check value', { verificationData: undefined }, 'invalidData'],
    ['with two bytes of it', { verificationData: 'AAA=' }, 'invalidData'],
    ['of eight bytes', { value: 'AAAAAAAAAAA=' }, 'commandErrorCode invalidKeyLength'],
    ['without a value', { value: undefined }, 'invalidData'],
  ])('a key %s is refused before the pad hears of it', async (_what, more, expected) => {
    const { ask, emulator, driver } = await setUp();
    const heard = emulator.pad.heard.length;
    expect(code(await ask('KeyManagement.ImportKey', importing(more)))).toBe(expected);
    expect(emulator.pad.heard.length).toBe(heard);
    expect(driver.hasKeys('client')).toBe(true);
  });

  test('a key that is not what its check value says is not used', async () => {
    const { ask, driver } = await setUp();
    const completion = await ask('KeyManagement.ImportKey', importing({ verificationData: 'AAAAAA==' }));
    expect(code(completion)).toBe('commandErrorCode invalidValue');
    expect(driver.hasKeys('client')).toBe(false);
    expect(code(await ask('Keyboard.PinEntry', pinEntry))).toBe('deviceNotReady');
  });

  test('no master key', async () => {
    const { ask, emulator } = await setUp();
    emulator.setFault('masterKeyLost', true);
    expect(code(await ask('KeyManagement.ImportKey', importing()))).toBe('commandErrorCode keyNoValue');
  });
});

describe('the kiosk’s own key', () => {
  test('stays what it was when a client imports another, and the other way round', async () => {
    const setup = await setUp();
    const { ask, driver, emulator } = setup;
    const bank = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex');
    const own = {
      ...kioskKey,
      encrypted: Buffer.from(encrypted(bank), 'base64'),
      checkValue: padCheckValue('tdes', bank),
    };
    expect((await driver.loadWorkingKey(own, soon)).ok).toBe(true);
    expect(code(await ask('KeyManagement.ImportKey', importing()))).toBe('success');

    const entered = await driver.enterPin({
      ...soon,
      pan: Buffer.alloc(0),
      minDigits: 4,
      maxDigits: 6,
      onKey: () => {},
      onReady: () => emulator.press('1234E'),
    });
    expect(entered).toEqual({ ok: true, value: 4 });
    const kiosks = await driver.pinBlock({ ...soon, pan: Buffer.from('43219876543210987') });
    expect(kiosks.ok && decipher('tdes', bank, kiosks.value).toString('hex').toUpperCase()).toBe('0412AC89ABCDEF67');

    await enter(setup, '1234E');
    expect(plain(await ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('0412AC89ABCDEF67');
    expect(driver.hasKeys()).toBe(true);
  });

  test('is no client’s', async () => {
    const { ask, driver } = await setUp({ keys: false });
    expect((await driver.loadWorkingKey(kioskKey, soon)).ok).toBe(true);
    expect(driver.report().state).toBe('ready');
    expect((await ask('Common.Status')).payload).toMatchObject({ keyManagement: { encryptionState: 'initialized' } });
    expect(code(await ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('commandErrorCode keyNoValue');
    expect(code(await ask('Keyboard.PinEntry', pinEntry))).toBe('deviceNotReady');
  });
});

describe('without a key', () => {
  test('random numbers', async () => {
    const { ask } = await setUp();
    const numbers = await Promise.all([1, 2, 3].map(() => ask('Crypto.GenerateRandom')));
    const values = numbers.map(({ payload }) => payload?.['randomNumber']);
    expect(new Set(values).size).toBe(3);
    for (const value of values) expect(Buffer.from(String(value), 'base64')).toHaveLength(16);
  });

  test.each([
    ['sha1', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['sha256', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('a digest with %s', async (hashAlgorithm, expected) => {
    const { ask } = await setUp();
    const { payload } = await ask('Crypto.Digest', { hashAlgorithm, data: Buffer.from('abc').toString('base64') });
    expect(Buffer.from(String(payload?.['digest']), 'base64').toString('hex')).toBe(expected);
    expect(code(await ask('Crypto.Digest', { hashAlgorithm }))).toBe('invalidData');
  });
});

describe('a visit', () => {
  test('has the pad for itself', async () => {
    const setup = await setUp();
    await enter(setup, '1234E');
    setup.visit = true;
    const heard = setup.emulator.pad.heard.length;
    for (const [name, payload] of [
      ['Keyboard.PinEntry', pinEntry],
      ['Keyboard.DataEntry', { activeKeys: key('enter') }],
      ['Keyboard.Reset', undefined],
      ['PinPad.GetPinBlock', block('43219876543210987')],
      ['PinPad.Reset', undefined],
      ['KeyManagement.ImportKey', importing()],
      ['KeyManagement.Reset', undefined],
    ] as const) {
      expect([name, code(await setup.ask(name, payload))]).toEqual([name, 'sequenceError']);
    }
    expect(setup.emulator.pad.heard.length).toBe(heard);
    setup.visit = false;
    expect(code(await setup.ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('commandErrorCode noPin');
  });

  test('a PIN that a visit left in the pad is no client’s', async () => {
    const setup = await setUp();
    expect((await setup.driver.loadWorkingKey(kioskKey, soon)).ok).toBe(true);
    const entered = setup.driver.enterPin({
      ...soon,
      pan: Buffer.alloc(0),
      minDigits: 6,
      maxDigits: 6,
      onKey: () => {},
      onReady: () => setup.emulator.press('123456E'),
    });
    expect(await entered).toEqual({ ok: true, value: 6 });
    const heard = setup.emulator.pad.heard.length;
    expect(code(await setup.ask('PinPad.GetPinBlock', block('43219876543210987')))).toBe('commandErrorCode noPin');
    expect(setup.emulator.pad.heard.length).toBe(heard);
  });

  test('the visitor’s first key ends a client’s entry and is not told', async () => {
    const setup = await setUp();
    const { client, send, emulator } = setup;
    const id = send('Keyboard.DataEntry', { activeKeys: key('enter') });
    await client.find('ready', ({ header }) => header.name === 'Keyboard.EnterDataEvent');
    setup.visit = true;
    emulator.press('9');
    const completion = await client.completion(id);
    expect(code(completion)).toBe('sequenceError');
    expect(names(client)).not.toContain('Keyboard.KeyEvent event');
  });
});
