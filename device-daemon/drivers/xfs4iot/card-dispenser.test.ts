import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startWire } from '#test/wire/harness.ts';
import type { MotionResult } from '../../devices/card-dispenser.ts';
import { CardStock, Journal, MachineKeys } from '../../journal/index.ts';
import { cardDispenserService } from '../../services/card-dispenser/index.ts';
import { type Rig, rig, until } from '../crt591/rig.fixture.ts';
import { cuttable } from './cuttable.fixture.ts';
import { XfsCardDispenser } from './index.ts';
import { type PeerOptions, ScriptedPeer, type Turn } from './peer.fixture.ts';

const delays = {
  answerMs: 10_000,
  slackMs: 10_000,
  actMs: 20_000,
  statusMs: 60_000,
  livenessMs: 60_000,
  reopenMs: 5,
  longestReopenMs: 20,
  settleMs: 10_000,
};
const soon = { timeoutMs: 20_000 };

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function driver(url: string, more: Partial<typeof delays> = {}): Promise<XfsCardDispenser> {
  const made = new XfsCardDispenser({
    name: 'cardDispenser',
    settings: { url, service: '' },
    delays: { ...delays, ...more },
  });
  cleanUps.push(() => made.stop());
  made.start();
  await until(() => ['ready', 'degraded'].includes(made.report().state));
  return made;
}
const ended = ({ outcome, reason, state }: MotionResult): string =>
  [outcome, reason, state.path].filter((word) => word !== undefined).join(' ');
const told = (made: XfsCardDispenser): string => [made.report().state, made.report().reason].filter(Boolean).join(' ');

describe('our own service, a card unit behind it', () => {
  let folder: string;
  let journal: Journal;
  let unit: Rig;
  let cable: Awaited<ReturnType<typeof cuttable>>;
  let wire: Awaited<ReturnType<typeof startWire>>;
  let stock: CardStock;
  let made: XfsCardDispenser;
  let visit = false;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'provider-'));
    const keyFolder = join(folder, 'keys');
    journal = Journal.open({ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 });
    stock = new CardStock(journal, [
      { id: 'unitDISP1', kind: 'dispense', capacity: 100 },
      { id: 'unitBIN1', kind: 'retain', capacity: 50 },
    ]);
    unit = await rig({ cards: 40, driver: { delays: { motionMs: 5_000 } } });
    await unit.up();
    cable = await cuttable();
    const options = { stock, journal, busy: () => visit, tests: () => true };
    wire = await startWire({
      services: [cardDispenserService(unit.dispenser, options)],
    });
    cable.to(wire.port);
  });
  afterAll(async () => {
    await cable.close();
    await wire.stop();
    await unit.close();
    journal.close();
    rmSync(folder, { recursive: true, force: true });
    expect(wire.faults).toEqual([]);
  });
  beforeEach(async () => {
    visit = false;
    const { emulator } = unit;
    emulator.setTimeScale(0);
    for (const { name, value, kind } of emulator.faults())
      if (value !== false && value !== 0) emulator.setFault(name, kind === 'switch' ? false : 0);
    emulator.pull();
    emulator.emptyBin();
    await unit.dispenser.init('leave', soon);
    await until(() => unit.dispenser.state().path === 'empty');
    stock.load('unitDISP1', hopper());
    stock.load('unitBIN1', 0);
    made = await driver(`${cable.url}/xfs4iot/v1.0`);
    await until(() => made.state().path === 'empty');
  });
  const hopper = () => unit.emulator.mechanics.at('hopper').length;
  const bin = () => unit.emulator.mechanics.at('bin').length;

  test('what it is', () => {
    expect(made.capabilities()).toMatchObject({ moves: 'answered', countsBin: true, hasChip: false });
    expect(made.state()).toEqual({ path: 'empty', hopper: 'ok', bin: 'ok' });
  });

  test('a card to the contacts, to the gate, to a person', async () => {
    expect(ended(await made.feedToRead(soon))).toBe('done atRead');
    expect(ended(await made.feedToRead(soon))).toBe('notDone pathOccupied atRead');
    expect(ended(await made.present(soon))).toBe('done atGate');
    const taken = made.waitForTaken(soon);
    unit.emulator.take();
    expect(await taken).toEqual({ ok: true, value: undefined });
    expect(ended(await made.present(soon))).toBe('notDone pathEmpty empty');
  });

  test('and back into the bin, which counts it', async () => {
    await made.feedToRead(soon);
    await made.present(soon);
    expect(ended(await made.capture(soon))).toBe('done empty');
    expect(await made.binCount(soon)).toEqual({ ok: true, value: 1 });
    expect([bin(), ended(await made.capture(soon))]).toEqual([1, 'notDone pathEmpty empty']);
  });

  test('a jam: where the card is nobody knows; the bin takes it', async () => {
    unit.emulator.setFault('jamFeed', 1);
    expect(ended(await made.feedToRead(soon))).toBe('unknown jammed inTransit');
    await until(() => told(made) !== 'ready');
    expect(ended(await made.feedToRead(soon))).toBe('notDone jammed inTransit');
    expect(ended(await made.capture(soon))).toBe('done empty');
  });

  test('an initialisation leaves the card, or brings it into the bin; to a person it goes by no reset', async () => {
    await made.feedToRead(soon);
    expect(ended(await made.init('leave', soon))).toBe('done atRead');
    expect(ended(await made.init('toGate', soon))).toBe('notDone refused atRead');
    expect(ended(await made.init('toBin', soon))).toBe('done empty');
    expect(bin()).toBe(1);
  });

  test('nothing moves while the provider serves a visitor, nor after a cancel', async () => {
    const before = hopper();
    visit = true;
    expect(ended(await made.feedToRead(soon))).toBe('notDone refused empty');
    visit = false;
    expect(ended(await made.feedToRead({ ...soon, signal: AbortSignal.abort() }))).toBe('notDone cancelled empty');
    expect(hopper()).toBe(before);
  });

  test('a hopper that is empty is told, and nothing is sent', async () => {
    unit.emulator.setFault('hopperEmpty', true);
    await unit.dispenser.look(soon);
    const { motions } = unit.emulator;
    expect(ended(await made.feedToRead(soon))).toBe('notDone hopperEmpty empty');
    expect(told(made)).toBe('degraded hopperEmpty');
    expect(unit.emulator.motions).toBe(motions);
  });

  test.each(['feedToRead', 'present', 'capture'] as const)(
    'the connection is cut while a card moves (%s): it is waited for on the next one, and known',
    async (motion) => {
      if (motion !== 'feedToRead') await made.feedToRead(soon);
      unit.emulator.setTimeScale(1);
      const { motions } = unit.emulator;
      const moving = made[motion](soon);
      await until(() => unit.emulator.motions > motions);
      cable.cut();
      const goal = { feedToRead: 'atRead', present: 'atGate', capture: 'empty' }[motion];
      expect(ended(await moving)).toBe(`done ${goal}`);
      expect(unit.emulator.motions).toBe(motions + 1);
    },
  );
});

describe('a provider that a test leads', () => {
  const storage = (hopper: number, bin: number, level = 'ok') => ({
    storage: {
      unitA: {
        id: 'A',
        status: 'ok',
        card: { capabilities: { type: 'dispense' }, status: { count: hopper, replenishmentStatus: level } },
      },
      unitB: {
        id: 'B',
        status: 'ok',
        card: { capabilities: { type: 'retain' }, status: { count: bin, replenishmentStatus: 'ok' } },
      },
    },
  });
  const options: PeerOptions = {
    interfaces: { CardReader: ['CardReader.Move', 'CardReader.Reset'], Storage: ['Storage.GetStorage'] },
    capabilities: { cardReader: { type: 'motor', positions: { exit: true, transport: true } } },
    status: { common: { device: 'online' }, cardReader: { media: 'notPresent' } },
  };
  type Media = 'notPresent' | 'present' | 'entering' | 'jammed' | 'unknown';

  async function peerWith(media: Media, more: Partial<PeerOptions> = {}) {
    const peer = await ScriptedPeer.start({ ...options, ...more });
    cleanUps.push(() => peer.stop());
    peer.status = { common: { device: 'online' }, cardReader: { media } };
    const counts = { hopper: 10, bin: 0 };
    peer.scripts.set('Storage.GetStorage', ({ complete }) => complete(storage(counts.hopper, counts.bin)));
    peer.scripts.set('CardReader.Reset', ({ complete }) => complete());
    const now = (where: Media, hopper = counts.hopper, bin = counts.bin): void => {
      peer.status = { common: { device: 'online' }, cardReader: { media: where } };
      Object.assign(counts, { hopper, bin });
    };
    const moves = (script: (turn: Turn) => void) => peer.scripts.set('CardReader.Move', script);
    return { peer, now, moves };
  }
  type Peer = Awaited<ReturnType<typeof peerWith>>;
  type Motion = 'feedToRead' | 'present' | 'capture';

  const fails =
    (errorCode: string, then?: (peer: Peer) => void) =>
    (peer: Peer): void =>
      void peer.moves(({ complete }) => {
        then?.(peer);
        complete({ errorCode }, 'commandErrorCode');
      });
  const says =
    (code: string, then?: (peer: Peer) => void) =>
    (peer: Peer): void =>
      void peer.moves(({ complete }) => {
        then?.(peer);
        complete(undefined, code);
      });
  const vanishes =
    (then?: (peer: Peer) => void) =>
    (peer: Peer): void =>
      void peer.moves(() => {
        then?.(peer);
        peer.peer.drop();
      });

  test.each<[string, Media, Motion, (peer: Peer) => void, string]>([
    ['keeps its word', 'notPresent', 'feedToRead', says('success', ({ now }) => now('present')), 'done atRead'],
    [
      'says success, and its sensors see nothing',
      'notPresent',
      'feedToRead',
      says('success'),
      'unknown positionUnknown empty',
    ],
    [
      'says success, and the card stands still',
      'present',
      'present',
      says('success'),
      'unknown positionUnknown atRead',
    ],
    [
      'says success, and the card is stuck',
      'present',
      'present',
      says('success', ({ now }) => now('jammed')),
      'unknown jammed inTransit',
    ],
    [
      'says success, and the bin has counted none',
      'present',
      'capture',
      says('success', ({ now }) => now('notPresent')),
      'unknown counterDisagrees empty',
    ],
    [
      'says success, and the bin has it',
      'present',
      'present',
      says('success', ({ now }) => now('notPresent', 9, 1)),
      'notDone captured empty',
    ],
    [
      'says success, and a person was quicker',
      'present',
      'present',
      says('success', ({ now }) => now('notPresent', 9)),
      'done empty',
    ],
    ['fails before it began', 'notPresent', 'feedToRead', says('sequenceError'), 'notDone refused empty'],
    [
      'fails before it began, and yet a card is there',
      'notPresent',
      'feedToRead',
      says('sequenceError', ({ now }) => now('present')),
      'unknown refused atRead',
    ],
    ['has no card', 'notPresent', 'feedToRead', fails('noMedia'), 'notDone hopperEmpty empty'],
    ['jams', 'notPresent', 'feedToRead', fails('mediaJam', ({ now }) => now('jammed')), 'unknown jammed inTransit'],
    [
      'jams, with the card in place',
      'notPresent',
      'feedToRead',
      fails('mediaJam', ({ now }) => now('present')),
      'unknown jammed atRead',
    ],
    [
      'keeps the card instead',
      'present',
      'present',
      fails('mediaRetained', ({ now }) => now('notPresent', 9, 1)),
      'notDone captured empty',
    ],
    ['has a full bin', 'present', 'capture', fails('full'), 'notDone binFull atRead'],
    [
      'fails, and has the card in its bin',
      'present',
      'capture',
      says('hardwareError', ({ now }) => now('notPresent', 9, 1)),
      'done empty',
    ],
    [
      'finds the gate empty',
      'entering',
      'capture',
      fails('noMedia', ({ now }) => now('notPresent')),
      'unknown counterDisagrees empty',
    ],
    ['takes too long', 'present', 'present', says('timeOut'), 'notDone timeOut atRead'],
    [
      'fails blindly',
      'present',
      'present',
      says('hardwareError', ({ now }) => now('unknown')),
      'unknown mechanicalFault unknown',
    ],
    ['vanishes before it began', 'notPresent', 'feedToRead', vanishes(), 'notDone noAnswer empty'],
    [
      'vanishes, and comes back with the card in place',
      'notPresent',
      'feedToRead',
      vanishes(({ now }) => now('present')),
      'done atRead',
    ],
    [
      'vanishes, and comes back when the card was taken',
      'present',
      'present',
      vanishes(({ now }) => now('notPresent', 9)),
      'done empty',
    ],
    [
      'vanishes, and comes back without the card',
      'present',
      'present',
      vanishes(({ now }) => now('notPresent')),
      'unknown noAnswer empty',
    ],
    [
      'vanishes, and has fed and kept a card',
      'notPresent',
      'feedToRead',
      vanishes(({ now }) => now('notPresent', 9, 1)),
      'notDone captured empty',
    ],
    [
      'vanishes, and a card is missing',
      'notPresent',
      'feedToRead',
      vanishes(({ now }) => now('notPresent', 9)),
      'unknown counterDisagrees empty',
    ],
    [
      'vanishes, and has the card in its bin',
      'entering',
      'capture',
      vanishes(({ now }) => now('notPresent', 9, 1)),
      'done empty',
    ],
    [
      'vanishes, and knows nothing any more',
      'present',
      'capture',
      vanishes(({ now }) => now('unknown')),
      'unknown noAnswer unknown',
    ],
    [
      'is still at it when it is back',
      'notPresent',
      'feedToRead',
      (peer) => {
        peer.moves(() => peer.peer.drop());
        // Its queue: the Reset comes to its turn when the motion is over.
        peer.peer.scripts.set('CardReader.Reset', ({ complete }) => {
          peer.now('present');
          complete();
        });
      },
      'done atRead',
    ],
    [
      'answers another request',
      'notPresent',
      'feedToRead',
      (peer) =>
        peer.moves(({ say, requestId }) => {
          peer.now('present');
          say({
            header: {
              name: 'CardReader.Move',
              type: 'completion',
              version: '2.0',
              requestId: requestId + 1_000,
              completionCode: 'success',
            },
          });
        }),
      'done atRead',
    ],
    [
      'fails with a code of no list',
      'present',
      'present',
      fails('swallowed', ({ now }) => now('jammed')),
      'unknown noAnswer inTransit',
    ],
    [
      'tells of a place of no list',
      'present',
      'present',
      (peer) =>
        peer.moves(() => peer.peer.unsolicited('Common.StatusChangedEvent', { cardReader: { media: 'elsewhere' } })),
      'notDone noAnswer atRead',
    ],
  ])('that %s (%s, %s)', async (_what, media, motion, script, wanted) => {
    const peer = await peerWith(media);
    script(peer);
    const made = await driver(peer.peer.url);
    expect(ended(await made[motion](soon))).toBe(wanted);
    expect(peer.peer.count('CardReader.Move')).toBe(1);
  });

  test('that vanishes and cannot be heard to be through with it: a card that is where it was says nothing', async () => {
    const peer = await peerWith('notPresent', {
      interfaces: { CardReader: ['CardReader.Move'], Storage: ['Storage.GetStorage'] },
    });
    vanishes()(peer);
    const made = await driver(peer.peer.url);
    expect(ended(await made.feedToRead(soon))).toBe('unknown noAnswer empty');
  });

  test('that vanishes for good: unknown, and where the card is then known as soon as it is back', async () => {
    const { peer, moves } = await peerWith('notPresent');
    const { port } = peer;
    moves(() => void peer.stop());
    const made = await driver(peer.url, { settleMs: 50 });
    expect(ended(await made.feedToRead(soon))).toBe('unknown noAnswer unknown');
    const back = await ScriptedPeer.start({
      ...options,
      port,
      status: { common: { device: 'online' }, cardReader: { media: 'present' } },
    });
    cleanUps.push(() => back.stop());
    back.scripts.set('Storage.GetStorage', ({ complete }) => complete(storage(10, 0)));
    await until(() => made.state().path === 'atRead');
    expect(back.count('CardReader.Move')).toBe(0);
  });

  test('stopped in a motion: unknown at once', async () => {
    const { peer, moves } = await peerWith('notPresent');
    moves(() => {});
    const made = await driver(peer.url);
    const moving = made.feedToRead(soon);
    await until(() => peer.count('CardReader.Move') === 1);
    await made.stop();
    expect(ended(await moving)).toBe('unknown noAnswer unknown');
  });

  test('a card that was taken, by the event alone', async () => {
    const { peer, now } = await peerWith('entering');
    const made = await driver(peer.url);
    const taken = made.waitForTaken(soon);
    now('notPresent');
    peer.unsolicited('CardReader.MediaRemovedEvent');
    expect(await taken).toEqual({ ok: true, value: undefined });
  });

  test.each([
    ['hopperEmpty', { unitA: { card: { status: { replenishmentStatus: 'empty' } } } }],
    ['hopperLow', { unitA: { card: { status: { replenishmentStatus: 'low' } } } }],
    ['binFull', { unitB: { card: { status: { replenishmentStatus: 'full' } } } }],
  ])('%s, told by an event', async (reason, change) => {
    const { peer } = await peerWith('notPresent');
    const made = await driver(peer.url);
    expect(told(made)).toBe('ready');
    peer.unsolicited('Storage.StorageChangedEvent', change);
    await until(() => told(made) === `degraded ${reason}`);
  });

  test('a reader that dispenses nothing is no dispenser', async () => {
    const { peer } = await peerWith('notPresent');
    peer.scripts.set('Storage.GetStorage', ({ complete }) =>
      complete({ storage: { unitB: storage(1, 0).storage.unitB } }),
    );
    const made = new XfsCardDispenser({ name: 'cardDispenser', settings: { url: peer.url, service: '' }, delays });
    cleanUps.push(() => made.stop());
    made.start();
    await until(() => told(made) === 'failed unsuitable');
  });
});
