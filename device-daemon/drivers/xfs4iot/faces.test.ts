import { afterEach, describe, expect, test } from 'vitest';
import { benchKeys } from '#simulators/crypto/index.ts';
import { decipher, encipher, padCheckValue } from '#simulators/emulators/kmy350x/index.ts';
import { startWire } from '#test/wire/harness.ts';
import type { Device } from '../../devices/device.ts';
import { pinPadService } from '../../services/pin-pad/index.ts';
import { pinKey, rig } from '../kmy350x/rig.fixture.ts';
import { XfsCardReader, XfsPinPad, XfsReceiptPrinter } from './index.ts';
import { type PeerOptions, ScriptedPeer } from './peer.fixture.ts';

// Each device against a provider that a test leads, for what a good one never does; and the PIN pad once against our own
// service and a pad of bytes.

const delays = {
  answerMs: 10_000,
  slackMs: 10_000,
  actMs: 10_000,
  statusMs: 60_000,
  livenessMs: 60_000,
  reopenMs: 5,
  longestReopenMs: 20,
  settleMs: 5_000,
};
const soon = { timeoutMs: 10_000 };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function serve(options: PeerOptions): Promise<ScriptedPeer> {
  const peer = await ScriptedPeer.start(options);
  cleanUps.push(() => peer.stop());
  return peer;
}

async function up<D extends Device>(device: D): Promise<D> {
  cleanUps.push(() => device.stop());
  device.start();
  await state(device, /^(ready|degraded)/);
  return device;
}
const state = (device: Device, wanted: RegExp) =>
  expect
    .poll(() => [device.report().state, device.report().reason].filter(Boolean).join(' '), { timeout: 10_000 })
    .toMatch(wanted);

describe('card reader', () => {
  const dip: PeerOptions = {
    interfaces: { CardReader: ['CardReader.ReadRawData', 'CardReader.ChipIO', 'CardReader.ChipPower'] },
    capabilities: { cardReader: { type: 'dip', chipProtocols: { chipT0: true, chipT1: true } } },
    status: { common: { device: 'online' }, cardReader: { media: 'notPresent' } },
  };
  const motor: PeerOptions = {
    interfaces: {
      CardReader: [
        'CardReader.ReadRawData',
        'CardReader.ChipIO',
        'CardReader.ChipPower',
        'CardReader.Move',
        'CardReader.Reset',
      ],
      Storage: ['Storage.GetStorage'],
    },
    capabilities: { cardReader: { type: 'motor', chipProtocols: { chipT0: true } } },
    status: { common: { device: 'online' }, cardReader: { media: 'present' } },
  };
  const atr = Buffer.from('3b021450', 'hex');

  async function reader(options: PeerOptions) {
    const peer = await serve(options);
    peer.scripts.set('CardReader.ChipPower', ({ complete }) => complete({ chipData: atr.toString('base64') }));
    peer.scripts.set('CardReader.ReadRawData', () => {});
    peer.scripts.set('CardReader.Reset', ({ complete }) => complete());
    peer.scripts.set('Storage.GetStorage', ({ complete }) =>
      complete({ storage: { unitBIN7: { id: 'BIN7', card: { capabilities: { type: 'retain' } } } } }),
    );
    const made = await up(new XfsCardReader({ name: 'cardReader', settings: { url: peer.url, service: '' }, delays }));
    return { peer, made };
  }

  test('a card is accepted while somebody waits for one, and is known by its answer to reset', async () => {
    const { peer, made } = await reader(dip);
    peer.scripts.set('CardReader.ReadRawData', ({ event, complete }) => {
      event('CardReader.InsertCardEvent');
      peer.change({ cardReader: { media: 'present' } });
      complete();
    });
    expect(await made.waitForCard(soon)).toEqual({ ok: true, value: { number: 1, atr } });
    const accepted = peer.heard.find(({ header }) => header.name === 'CardReader.ReadRawData');
    expect(accepted?.payload).toEqual({});
  });

  test('a card dispenser is none, unless somebody names it', async () => {
    const peer = await serve(motor);
    peer.scripts.set('Storage.GetStorage', ({ complete }) =>
      complete({ storage: { unitDISP1: { id: 'D1', card: { capabilities: { type: 'dispense' } } } } }),
    );
    const reader = (service: string) => {
      const made = new XfsCardReader({ name: 'cardReader', settings: { url: peer.url, service }, delays });
      cleanUps.push(() => made.stop());
      made.start();
      return made;
    };
    await state(reader(''), /^failed unsuitable$/);
    await state(reader('Device'), /^ready$/);
  });

  test('a wait that is cancelled is taken back there', async () => {
    const { peer, made } = await reader(dip);
    const stop = new AbortController();
    const waiting = made.waitForCard({ ...soon, signal: stop.signal });
    await expect.poll(() => peer.count('CardReader.ReadRawData')).toBe(1);
    stop.abort();
    expect(await waiting).toEqual({ ok: false, error: { code: 'cancelled' } });
    await expect.poll(() => peer.count('Common.Cancel')).toBe(1);
  });

  test('a removal that comes before the status that says so ends the stay, and the old status begins none', async () => {
    const { peer, made } = await reader({ ...dip, status: { ...motor.status } });
    expect((await made.waitForCard(soon)).ok).toBe(true);
    const stays: (number | undefined)[] = [];
    made.onMedia((_media, insertion) => stays.push(insertion?.number));
    peer.status = dip.status;
    peer.unsolicited('CardReader.MediaRemovedEvent');
    peer.unsolicited('Common.StatusChangedEvent', { cardReader: { chipPower: 'noCard' } });
    await expect.poll(() => peer.count('Common.Status')).toBe(2);
    expect(await made.transmit(Buffer.from('00a40000', 'hex'), soon)).toEqual({
      ok: false,
      error: { code: 'cardRemoved' },
    });
    expect(stays.filter((number) => number !== undefined)).toEqual([]);
  });

  test('the protocol that chip and reader have agreed on is found without a command reaching the chip twice', async () => {
    const { peer, made } = await reader({ ...dip, status: motor.status });
    const reached: unknown[] = [];
    peer.scripts.set('CardReader.ChipIO', ({ payload, complete }) => {
      if (payload['chipProtocol'] === 'chipT0')
        return complete({ errorCode: 'protocolNotSupported' }, 'commandErrorCode');
      reached.push(payload['chipData']);
      complete({ chipProtocol: 'chipT1', chipData: Buffer.from('9000', 'hex').toString('base64') });
    });
    const answer = await made.transmit(Buffer.from('00a4000000', 'hex'), soon);
    expect(answer.ok && Buffer.from(answer.value).toString('hex')).toBe('9000');
    expect(reached).toEqual([Buffer.from('00a4000000', 'hex').toString('base64')]);
  });

  test.each([
    ['noMedia', 'cardRemoved'],
    ['invalidData', 'cardUnresponsive'],
    ['atrNotObtained', 'cardUnresponsive'],
    ['mediaJam', 'hardwareError'],
  ])('ChipIO %s is %s, once', async (errorCode, code) => {
    const { peer, made } = await reader({ ...dip, status: motor.status });
    peer.scripts.set('CardReader.ChipIO', ({ complete }) => complete({ errorCode }, 'commandErrorCode'));
    expect(await made.transmit(Buffer.from('00200000', 'hex'), soon)).toMatchObject({ ok: false, error: { code } });
    expect(peer.count('CardReader.ChipIO')).toBe(1);
  });

  test('a provider that dies in an exchange: not ready, sent once, and the next stay is another', async () => {
    const { peer, made } = await reader({ ...dip, status: motor.status });
    peer.scripts.set('CardReader.ChipIO', () => peer.drop());
    expect(await made.transmit(Buffer.from('00200000', 'hex'), soon)).toMatchObject({ error: { code: 'notReady' } });
    await state(made, /^ready/);
    expect(made.insertion()?.number).toBe(2);
    expect(peer.count('CardReader.ChipIO')).toBe(1);
  });

  describe('a motion', () => {
    const bin = async (peer: ScriptedPeer, made: XfsCardReader) => {
      await expect.poll(() => made.capabilities().canRetain).toBe(true);
      await expect.poll(() => peer.count('CardReader.ChipPower')).toBe(1);
    };

    test('is asked for from where the card is, into the unit that the provider has', async () => {
      const { peer, made } = await reader(motor);
      await bin(peer, made);
      peer.scripts.set('CardReader.Move', ({ payload, complete }) => {
        peer.change({ cardReader: { media: payload['to'] === 'exit' ? 'entering' : 'notPresent' } });
        complete();
      });
      expect(await made.move('gate', soon)).toMatchObject({ outcome: 'done', state: { path: 'atGate' } });
      const stay = made.insertion()?.number;
      expect(await made.move('bin', soon)).toMatchObject({ outcome: 'done', state: { path: 'empty' } });
      expect(made.kept()).toBe(stay);
      expect(
        peer.heard.filter(({ header }) => header.name === 'CardReader.Move').map(({ payload }) => payload),
      ).toEqual([
        { from: 'transport', to: 'exit' },
        { from: 'exit', to: 'unitBIN7' },
      ]);
      expect(await made.move('gate', soon)).toMatchObject({ outcome: 'notDone', reason: 'pathEmpty' });
    });

    test.each([
      ['gate', 'entering', 'done'],
      ['gate', 'present', 'notDone'],
      ['gate', 'unknown', 'unknown'],
      ['gate', 'jammed', 'unknown'],
      ['bin', 'notPresent', 'done'],
      ['bin', 'entering', 'unknown'],
    ] as const)(
      'to the %s whose answer is lost, found %s on return: %s, and never sent again',
      async (to, media, outcome) => {
        const { peer, made } = await reader(motor);
        await bin(peer, made);
        peer.scripts.set('CardReader.Move', () => {
          peer.status = { common: { device: 'online' }, cardReader: { media } };
          peer.drop();
        });
        expect(await made.move(to, soon)).toMatchObject({ outcome });
        expect(peer.count('CardReader.Move')).toBe(1);
      },
    );

    test.each([
      ['is still at it when it is back: waited for', true, 'done'],
      ['cannot be heard to be through with it: a card that is where it was says nothing', false, 'unknown'],
    ] as const)('whose answer is lost, of a provider that %s', async (_what, offersReset, outcome) => {
      const { CardReader, ...others } = motor.interfaces;
      const offered = CardReader?.filter((name) => offersReset || name !== 'CardReader.Reset') ?? [];
      const { peer, made } = await reader({ ...motor, interfaces: { ...others, CardReader: offered } });
      await bin(peer, made);
      peer.scripts.set('CardReader.Move', () => peer.drop());
      // Its queue: the Reset comes to its turn when the card stands at the gate.
      peer.scripts.set('CardReader.Reset', ({ complete }) => {
        peer.status = { common: { device: 'online' }, cardReader: { media: 'entering' } };
        complete();
      });
      expect(await made.move('gate', soon)).toMatchObject({ outcome });
      expect(peer.count('CardReader.Move')).toBe(1);
    });

    test('whose answer is lost is over before the next card is waited for', async () => {
      const { peer, made } = await reader(motor);
      await bin(peer, made);
      let waiting: ReturnType<typeof made.waitForCard> | undefined;
      made.onMedia((media) => {
        if (media === 'unknown') waiting ??= made.waitForCard({ timeoutMs: 60_000 });
      });
      peer.scripts.set('CardReader.Move', () => {
        peer.status = { common: { device: 'online' }, cardReader: { media: 'notPresent' } };
        peer.drop();
      });
      peer.heard.length = 0;
      await made.move('bin', soon);
      await expect.poll(() => peer.count('CardReader.ReadRawData')).toBe(1);
      const names = peer.heard.map(({ header }) => header.name);
      expect(names.indexOf('CardReader.Reset')).toBeLessThan(names.indexOf('CardReader.ReadRawData'));
      await made.stop();
      await waiting;
    });

    test('of a provider that does not come back is unknown', async () => {
      const { peer, made } = await reader(motor);
      await bin(peer, made);
      peer.scripts.set('CardReader.Move', () => void peer.stop());
      expect(await made.move('gate', { timeoutMs: 300 })).toMatchObject({ outcome: 'unknown', reason: 'noAnswer' });
    });

    test.each([
      ['sequenceError', undefined, 'notDone', 'refused'],
      ['commandErrorCode', 'full', 'notDone', 'binFull'],
      ['commandErrorCode', 'mediaRetained', 'done', 'captured'],
      ['commandErrorCode', 'mediaJam', 'notDone', 'jammed'],
      ['hardwareError', undefined, 'notDone', 'mechanicalFault'],
    ])('that ends %s %s, with the card where it was: %s', async (code, errorCode, outcome, reason) => {
      const { peer, made } = await reader(motor);
      await bin(peer, made);
      peer.scripts.set('CardReader.Move', ({ complete }) =>
        complete(errorCode === undefined ? undefined : { errorCode }, code),
      );
      expect(await made.move('bin', soon)).toMatchObject({ outcome, reason });
    });

    test('is none of a dip reader', async () => {
      const { peer, made } = await reader({ ...dip, status: motor.status });
      expect(await made.eject(soon)).toBe('notDone');
      expect(peer.count('CardReader.Move')).toBe(0);
    });
  });
});

describe('receipt printer', () => {
  const printing: PeerOptions = {
    interfaces: { Printer: ['Printer.PrintRaw', 'Printer.ControlMedia'] },
    capabilities: { printer: { type: { receipt: true }, control: { eject: true, cut: true } } },
    status: { common: { device: 'online' }, printer: { paper: { upper: 'full' } } },
  };

  async function printer(options: Partial<PeerOptions> = {}) {
    const peer = await serve({ ...printing, ...options });
    for (const name of ['Printer.PrintRaw', 'Printer.ControlMedia'])
      peer.scripts.set(name, ({ complete }) => complete());
    const settings = { url: peer.url, service: '', dotsPerLine: 576, repertoire: 'gbk' } as const;
    const made = new XfsReceiptPrinter({ name: 'printer', settings, delays });
    cleanUps.push(() => made.stop());
    made.start();
    return { peer, made };
  }
  const slip = Buffer.from('slip\n');

  test('a slip is its bytes and an end', async () => {
    const { peer, made } = await printer();
    await state(made, /^ready/);
    expect(await made.print(slip, soon)).toEqual({ outcome: 'done' });
    expect(peer.heard.slice(-2).map(({ header, payload }) => [header.name, payload])).toEqual([
      ['Printer.PrintRaw', { inputData: 'no', data: slip.toString('base64') }],
      ['Printer.ControlMedia', { mediaControl: { move: 'eject', cut: true } }],
    ]);
  });

  test.each([
    ['Printer.PrintRaw', 'hardwareError', undefined, { outcome: 'unknown', reason: 'unrecoverableError' }],
    ['Printer.PrintRaw', 'commandErrorCode', 'paperOut', { outcome: 'notDone', reason: 'paperOut' }],
    ['Printer.PrintRaw', 'commandErrorCode', 'paperJammed', { outcome: 'notDone', reason: 'mechanicalError' }],
    ['Printer.PrintRaw', 'commandErrorCode', 'mediaRetained', { outcome: 'unknown', reason: 'mechanicalError' }],
    ['Printer.PrintRaw', 'deviceNotReady', undefined, { outcome: 'unknown', reason: 'offline' }],
    ['Printer.PrintRaw', 'sequenceError', undefined, { outcome: 'notDone' }],
    ['Printer.ControlMedia', 'commandErrorCode', 'paperJammed', { outcome: 'unknown', reason: 'mechanicalError' }],
    ['Printer.ControlMedia', 'sequenceError', undefined, { outcome: 'unknown' }],
  ])('%s that ends %s %s: %o, and is not sent again', async (name, code, errorCode, outcome) => {
    const { peer, made } = await printer();
    await state(made, /^ready/);
    peer.scripts.set(name, ({ complete }) => complete(errorCode === undefined ? undefined : { errorCode }, code));
    expect(await made.print(slip, soon)).toEqual(outcome);
    expect(peer.count(name)).toBe(1);
  });

  test.each<[string, (peer: ScriptedPeer) => void]>([
    [
      'was not printed to its end',
      (peer) =>
        peer.scripts.set('Printer.PrintRaw', ({ complete }) => complete({ errorCode: 'paperOut' }, 'commandErrorCode')),
    ],
    [
      'was not cut',
      (peer) => peer.scripts.set('Printer.ControlMedia', ({ complete }) => complete(undefined, 'hardwareError')),
    ],
  ])('a slip that %s is cut off before the next one', async (_what, fail) => {
    const { peer, made } = await printer();
    await state(made, /^ready/);
    const { scripts } = peer;
    const good = new Map(scripts);
    fail(peer);
    expect((await made.print(slip, soon)).outcome).not.toBe('done');
    for (const [name, script] of good) scripts.set(name, script);
    peer.heard.length = 0;
    expect(await made.print(slip, soon)).toEqual({ outcome: 'done' });
    expect(await made.print(slip, soon)).toEqual({ outcome: 'done' });
    const sent = peer.heard.map(({ header }) => header.name).filter((name) => name.startsWith('Printer.'));
    const [print, cut] = ['Printer.PrintRaw', 'Printer.ControlMedia'];
    expect(sent).toEqual([cut, print, cut, print, cut]);
  });

  test('what hangs from the roll at the start is cut off first; where that fails nothing is printed', async () => {
    const { peer, made } = await printer({
      status: { ...printing.status, printer: { media: 'present', paper: { upper: 'full' } } },
    });
    await state(made, /^ready/);
    peer.scripts.set('Printer.ControlMedia', ({ complete }) => complete(undefined, 'hardwareError'));
    expect(await made.print(slip, soon)).toEqual({ outcome: 'notDone', reason: 'unrecoverableError' });
    expect(peer.count('Printer.PrintRaw')).toBe(0);
  });

  test('a provider that dies with a slip in its hands: unknown, and it is never printed again by itself', async () => {
    const { peer, made } = await printer();
    await state(made, /^ready/);
    peer.scripts.set('Printer.PrintRaw', () => peer.drop());
    expect(await made.print(slip, soon)).toEqual({ outcome: 'unknown', reason: 'offline' });
    await state(made, /^ready/);
    expect(peer.count('Printer.PrintRaw')).toBe(1);
  });

  test.each([
    [{ printer: { paper: { upper: 'out' } } }, 'failed paperOut', 'paperOut'],
    [{ printer: { paper: { upper: 'full', lower: 'jammed' } } }, 'failed jammed', 'mechanicalError'],
    [{ common: { device: 'userError' } }, 'failed userNeeded', 'coverOpen'],
    [{ common: { device: 'offline' } }, 'failed deviceOffline', 'offline'],
  ] as const)('%o: %s, and not a byte is sent', async (status, report, reason) => {
    const { peer, made } = await printer({ status: { ...printing.status, ...status } });
    await state(made, new RegExp(`^${report}$`));
    expect(await made.print(slip, soon)).toEqual({ outcome: 'notDone', reason });
    expect(await made.check(soon)).toEqual({ ok: false, error: { code: reason } });
    expect(peer.count('Printer.PrintRaw')).toBe(0);
  });

  test('paper that runs low is told as it does', async () => {
    const { peer, made } = await printer();
    await state(made, /^ready/);
    peer.change({ printer: { paper: { upper: 'low' } } });
    await state(made, /^degraded paperLow$/);
    expect(made.paper()).toBe('low');
  });
});

describe('PIN pad', () => {
  const padding: PeerOptions = {
    interfaces: {
      Keyboard: ['Keyboard.PinEntry', 'Keyboard.DataEntry'],
      PinPad: ['PinPad.GetPinBlock', 'PinPad.SetPinBlockData', 'PinPad.Reset'],
      KeyManagement: ['KeyManagement.ImportKey'],
    },
    capabilities: { pinPad: { pinFormats: { iso0: true }, setPinblockDataRequired: true } },
    status: { common: { device: 'online' }, keyManagement: { encryptionState: 'initialized' } },
  };
  const settings = {
    service: '',
    masterKey: 'MasterKey',
    pinKey: 'PinKey',
    clientPinKey: '',
    customerData: 'twelveDigits',
    accountAt: 'start',
  } as const;
  const workingKey = {
    usage: 'pin',
    encrypted: encipher('tdes', benchKeys.terminalMaster['3des'], pinKey),
    checkValue: padCheckValue('tdes', pinKey),
  } as const;
  const pan = () => Buffer.from('43219876543210987');
  const entry = { pan: pan(), minDigits: 4, maxDigits: 12, onKey: () => {}, ...soon };

  async function pad(more: { readonly pinOnly?: () => boolean } = {}) {
    const peer = await serve(padding);
    for (const name of ['KeyManagement.ImportKey', 'PinPad.SetPinBlockData', 'PinPad.Reset'])
      peer.scripts.set(name, ({ complete }) => complete());
    peer.scripts.set('Keyboard.PinEntry', ({ complete }) => complete({ digits: 4, completion: 'enter' }));
    peer.scripts.set('PinPad.GetPinBlock', ({ complete }) =>
      complete({ pinBlock: Buffer.alloc(8, 7).toString('base64') }),
    );
    const made = await up(new XfsPinPad({ name: 'pinPad', settings: { ...settings, url: peer.url }, delays, ...more }));
    expect(await made.loadWorkingKey(workingKey, soon)).toEqual({ ok: true });
    return { peer, made };
  }

  test('the published block (b.4) comes out of a pad of bytes behind our own service', async () => {
    const made = await rig({ model: { accountAt: 'start' } });
    const service = pinPadService(made.driver, { busy: () => false, customerData: 'twelveDigits' });
    const wire = await startWire({ services: [service] });
    cleanUps.push(async () => {
      await wire.stop();
      await made.close();
      expect(wire.faults).toEqual([]);
    });
    await made.up();
    const url = `ws://127.0.0.1:${wire.port}`;
    const ours = await up(new XfsPinPad({ name: 'pinPad', settings: { ...settings, url }, delays }));
    expect(await ours.loadWorkingKey(workingKey, soon)).toEqual({ ok: true });
    await state(ours, /^ready$/);
    const keys: string[] = [];
    const entered = ours.enterPin({
      ...entry,
      onKey: (key, digits) => keys.push(`${key}:${digits}`),
      onReady: () => made.emulator.press('12B1234E'),
    });
    expect(await entered).toEqual({ ok: true, value: 4 });
    expect(keys).toEqual(['digit:1', 'digit:2', 'clear:0', 'digit:1', 'digit:2', 'digit:3', 'digit:4', 'enter:4']);
    const block = await ours.pinBlock(soon);
    expect(block.ok && decipher('tdes', pinKey, block.value).toString('hex').toUpperCase()).toBe('0412AC89ABCDEF67');
    expect(await ours.pinBlock(soon)).toEqual({ ok: false, error: { code: 'noPin' } });
  });

  test('a provider that tells which digit was pressed is never spoken to again, and nobody learns the digit', async () => {
    const { peer, made } = await pad();
    const keys: string[] = [];
    peer.scripts.set('Keyboard.PinEntry', ({ event }) => {
      event('Keyboard.KeyEvent', { completion: 'continue' });
      event('Keyboard.KeyEvent', { completion: 'continue', digit: 'seven' });
    });
    const entered = await made.enterPin({
      ...entry,
      pan: pan(),
      onKey: (key, digits) => keys.push(`${key}:${digits}`),
    });
    expect(entered.ok).toBe(false);
    expect(keys).toEqual(['digit:1']);
    await state(made, /^failed pinRevealed$/);
    expect(JSON.stringify([entered, made.report()])).not.toContain('seven');
    const { connections } = peer;
    await new Promise((resolve) => setTimeout(resolve, 5 * delays.longestReopenMs));
    expect(peer.connections).toBe(connections);
  });

  test('a block that got lost on the way is not asked for again', async () => {
    const { peer, made } = await pad();
    expect(await made.enterPin({ ...entry, pan: pan() })).toEqual({ ok: true, value: 4 });
    peer.scripts.set('PinPad.GetPinBlock', () => peer.drop());
    expect(await made.pinBlock(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
    await state(made, /^degraded needsSignOn$/);
    expect(await made.pinBlock(soon)).toEqual({ ok: false, error: { code: 'noPin' } });
    expect(peer.count('PinPad.GetPinBlock')).toBe(1);
    expect(made.hasKeys()).toBe(false);
  });

  test.each(['success', 'hardwareError'])('a block is asked for once, also where that ended %s', async (code) => {
    const { peer, made } = await pad();
    expect(await made.enterPin({ ...entry, pan: pan() })).toEqual({ ok: true, value: 4 });
    peer.scripts.set('PinPad.GetPinBlock', ({ complete }) =>
      complete(code === 'success' ? { pinBlock: Buffer.alloc(8, 7).toString('base64') } : undefined, code),
    );
    expect((await made.pinBlock(soon)).ok).toBe(code === 'success');
    expect(await made.pinBlock(soon)).toEqual({ ok: false, error: { code: 'noPin' } });
    expect(peer.count('PinPad.GetPinBlock')).toBe(1);
  });

  test.each([
    ['cancel on the pad', { completion: 'cancel' }, 'success', 'cancelledOnPad'],
    ['too few digits', { completion: 'enter', digits: 3 }, 'success', 'noPin'],
    ['no end of the entry', { completion: 'continue' }, 'success', 'hardwareError'],
    ['nobody at the keys', { errorCode: 'entryTimeout' }, 'commandErrorCode', 'entryTimeOut'],
    ['no time left', undefined, 'timeOut', 'timeOut'],
  ])('%s', async (_what, payload, completionCode, code) => {
    const { peer, made } = await pad();
    peer.scripts.set('Keyboard.PinEntry', ({ complete }) => complete(payload, completionCode));
    expect(await made.enterPin({ ...entry, pan: pan() })).toMatchObject({ ok: false, error: { code } });
    expect(await made.pinBlock(soon)).toEqual({ ok: false, error: { code: 'noPin' } });
  });

  test.each([
    ['seven bytes', { pinBlock: Buffer.alloc(7).toString('base64') }],
    ['nothing', {}],
    ['no base64', { pinBlock: 'AAAAAAAAAA' }],
  ])('a block of %s is none', async (_what, payload) => {
    const { peer, made } = await pad();
    peer.scripts.set('PinPad.GetPinBlock', ({ complete }) => complete(payload));
    await made.enterPin({ ...entry, pan: pan() });
    const block = await made.pinBlock(soon);
    expect(block.ok).toBe(false);
  });

  test('a provider that has lost its key is one that needs a sign-on', async () => {
    const { peer, made } = await pad();
    peer.change({ keyManagement: { encryptionState: 'ready' } });
    await state(made, /^ready$/);
    peer.change({ keyManagement: { encryptionState: 'initialized' } });
    await state(made, /^degraded needsSignOn$/);
    expect(made.hasKeys()).toBe(false);
    expect(await made.enterPin({ ...entry, pan: pan() })).toEqual({ ok: false, error: { code: 'keyMissing' } });
  });

  test('plain keys end when a visit begins, and the key that came then is nobody’s', async () => {
    let visit = false;
    const { peer, made } = await pad({ pinOnly: () => visit });
    const keys: string[] = [];
    peer.scripts.set('Keyboard.DataEntry', ({ event }) => {
      event('Keyboard.KeyEvent', { completion: 'continue', digit: 'five' });
    });
    peer.scripts.set('Common.Cancel', ({ complete, say, payload }) => {
      complete();
      const [requestId] = payload['requestIds'] as number[];
      const header = { name: 'Keyboard.DataEntry', type: 'completion', requestId, version: '2.0' };
      say({ header: { ...header, completionCode: 'canceled' } });
    });
    const entered = made.enterData({
      ...soon,
      maxKeys: 4,
      onKey(key) {
        keys.push(key);
        visit = true;
        const { requestId } = peer.heard.findLast(({ header }) => header.name === 'Keyboard.DataEntry')?.header ?? {};
        const header = { name: 'Keyboard.KeyEvent', type: 'event', requestId, version: '2.0' };
        peer.shout({ header, payload: { completion: 'continue', digit: 'six' } });
      },
    });
    expect(await entered).toMatchObject({ ok: false, error: { code: 'notReady' } });
    expect(keys).toEqual(['5']);
    expect(await made.enterData({ ...soon, maxKeys: 4, onKey: () => {} })).toMatchObject({ ok: false });
    expect(peer.count('Keyboard.DataEntry')).toBe(1);
  });
});
