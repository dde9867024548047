import { describe, expect, test } from 'vitest';
import { openLine } from '#simulators/emulators/line/index.ts';
import { type ReaderFaultName, readerFaults } from '#simulators/emulators/sam-v/index.ts';
import { openChannel } from '../../transports/index.ts';
import { startBabbler } from '../common/babbler.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { commands, encodeRefusal, encodeReply, statuses } from './codec.ts';
import { encodeFrame } from './framer.ts';
import { createSamV } from './index.ts';
import { addressOf, chip, type Rig, raw, rig, soon, testDelays, until } from './rig.fixture.ts';

// The emulator's faults over a real pseudo-terminal: what a person gets, what the driver says, and that it comes back.

const reader = closing(rig);
async function readyReader(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await reader(...options);
  await made.up();
  return made;
}

const document = chip(1, { appendedAddress: addressOf(1) });

/** As after a fault: up again by itself, and the next document is read. */
async function worksAgain(made: Rig): Promise<void> {
  await until(() => made.driver.report().state === 'ready');
  const next = chip(77);
  made.emulator.place(next);
  expect(await made.readOf(next)).toBe('ok');
}

/** Where each fault is tried; a new fault of the emulator wants a row. */
const covered: Record<ReaderFaultName, string> = {
  silent: 'a reader that says nothing',
  powerOff: 'a reader that says nothing',
  slowMs: 'a reader that answers slowly',
  garbageBefore: 'damaged-answers.test.ts',
  garbageInside: 'damaged-answers.test.ts',
  garbageAfter: 'damaged-answers.test.ts',
  strayPreamble: 'damaged-answers.test.ts',
  doubledPreamble: 'damaged-answers.test.ts',
  wrongChecksum: 'damaged-answers.test.ts',
  truncated: 'damaged-answers.test.ts',
  duplicate: 'damaged-answers.test.ts',
  late: 'damaged-answers.test.ts',
  lateDuplicate: 'damaged-answers.test.ts',
  checksumError: 'status-words.test.ts',
  lengthError: 'status-words.test.ts',
  commandWrong: 'status-words.test.ts',
  notPermitted: 'status-words.test.ts',
  unrecognisedError: 'status-words.test.ts',
  selfTestFailed: 'status-words.test.ts',
  notAuthorised: 'status-words.test.ts',
  unknownStatus: 'status-words.test.ts',
  notFound: 'the edge of the field',
  selectFails: 'status-words.test.ts',
  samRefused: 'status-words.test.ts',
  notGenuine: 'status-words.test.ts',
  verificationFailed: 'status-words.test.ts',
  unknownCard: 'status-words.test.ts',
  readFails: 'status-words.test.ts',
  randomNumberFails: 'status-words.test.ts',
  addressFails: 'driver.test.ts',
};
test('no fault of the emulator goes untried', () => {
  expect(Object.keys(covered).sort()).toEqual(Object.keys(readerFaults).sort());
});

describe('the edge of the field', () => {
  test('found late', async () => {
    const made = await readyReader();
    made.emulator.place(document);
    made.emulator.setFault('notFound', 5);
    expect(await made.readOf(document)).toBe('ok');
    expect(made.hints).toEqual(['present', 'holdStill']);
  });
});

test('a reader that answers slowly is waited for', async () => {
  const made = await readyReader({ driver: { delays: { replyMs: 2_000, readMs: 2_000, addressMs: 2_000 } } });
  made.emulator.setFault('slowMs', 150);
  made.emulator.place(document);
  expect(await made.readOf(document)).toBe('ok');
  expect(made.rungs).toEqual([]);
});

test('byte by byte', async () => {
  const made = await readyReader({
    driver: { delays: { replyMs: 5_000, readMs: 30_000, addressMs: 5_000, gapMs: 3_000 } },
  });
  made.emulator.setFault('cable.byteDelayMs', 1);
  made.emulator.place(document);
  expect(await made.readOf(document)).toBe('ok');
  expect(made.rungs).toEqual([]);
});

describe('a reader that says nothing', () => {
  test.each(['silent', 'powerOff', 'cable.silent', 'cable.deaf'] as const)(
    '%s from the start: failed, and ready when it speaks',
    async (fault) => {
      const made = await reader({ driver: { delays: { replyMs: 60, resetMs: 60 } } });
      made.emulator.setFault(fault, true);
      made.driver.start();
      await until(() => made.driver.report().state === 'failed');
      expect(made.driver.report().reason).toBe('silent');
      expect(made.rungs.slice(0, 3)).toEqual(['reset', 'reopen', 'reset']);
      expect(made.rungs.at(-1)).toBe('giveUp');
      expect(await made.driver.probe(soon)).toMatchObject({ ok: false, error: { code: 'notReady', detail: 'silent' } });
      made.emulator.setFault(fault, false);
      await worksAgain(made);
    },
  );

  test.each(['readSamId', 'find', 'select', 'read', 'newestAddress'] as const)(
    'from %s on: every rung of the ladder, each of them told',
    async (step) => {
      const made = await readyReader({ driver: { delays: { replyMs: 80, resetMs: 80, readMs: 80, addressMs: 80 } } });
      const told: string[] = [];
      made.driver.onReport(({ state, reason, recovery }) => told.push(`${reason ?? state} ${recovery ?? ''}`));
      made.emulator.place(document);
      made.onCommand(step, () => made.emulator.setFault('silent', true));
      expect(await made.readOf(document)).toBe('notReady');
      expect(made.rungs).toEqual(['reset', 'reopen']);
      await until(() => made.driver.report().state === 'failed');
      expect(told.slice(0, 2)).toEqual(['resetting reset', 'reopening reopen']);
      expect(told.at(-1)).toBe('silent giveUp');
      expect(made.rungs.at(-1)).toBe('giveUp');
      made.emulator.setFault('silent', false);
      await worksAgain(made);
      expect(made.driver.report().recovery).toBeUndefined();
    },
  );

  test('until the reset: the read goes on by itself', async () => {
    const made = await readyReader({ driver: { delays: { replyMs: 80 } } });
    made.emulator.place(document);
    made.onCommand('select', () => made.emulator.setFault('silent', true));
    made.onCommand('reset', () => made.emulator.setFault('silent', false));
    expect(await made.readOf(document)).toBe('ok');
    expect(made.rungs).toEqual(['reset']);
    expect(made.driver.report()).toMatchObject({ state: 'ready', restarts: 0 });
  });
});

test('nothing but noise: the driver says garbled, and comes back when it stops', async () => {
  const made = await reader({ driver: { delays: { replyMs: 60, resetMs: 60 } } });
  made.emulator.setFault('cable.garbage', true);
  made.driver.start();
  await until(() => made.driver.report().state === 'failed');
  expect(made.driver.report().reason).toBe('garbled');
  made.emulator.setFault('cable.garbage', false);
  await worksAgain(made);
});

test.each([
  ['bytes', Buffer.from([0x55, 0xaa]), 'garbled'],
  ['frames', encodeFrame(encodeRefusal(statuses.noCard)), 'outOfStep'],
])('a line that is never quiet, %s without end: failed, and back when it stops', async (_what, noise, reason) => {
  const babbler = await startBabbler(noise);
  try {
    const made = await reader({
      driver: { delays: { quietMs: 100, replyMs: 150, resetMs: 150 } },
      wrap: (open) => babbler.over(open),
    });
    made.driver.start();
    await until(() => made.driver.report().state === 'failed');
    expect(made.driver.report().reason).toBe(reason);
    babbler.stop();
    await worksAgain(made);
  } finally {
    babbler.stop();
  }
});

describe('frames that nobody asked for', () => {
  const stranger = chip(66);
  const theirs = (): Buffer =>
    encodeFrame(
      encodeReply(commands.read, {
        textLength: 256,
        photoLength: 1024,
        text: Buffer.from(stranger.text),
        photo: Buffer.from(stranger.photo),
      }),
    );

  test('somebody’s document before the read begins: nobody’s', async () => {
    const made = await readyReader();
    made.emulator.line.send(theirs());
    made.emulator.place(document);
    expect(await made.readOf(document)).toBe('ok');
  });

  test.each(['readSamId', 'find', 'select', 'newestAddress'] as const)(
    'somebody’s document at %s: nobody’s',
    async (step) => {
      const made = await readyReader();
      made.emulator.place(document);
      made.onCommand(step, () => made.emulator.line.send(theirs()));
      expect(await made.readOf(document)).toBe('ok');
    },
  );

  test('somebody else’s document right behind the read: neither is believed', async () => {
    const made = await readyReader({ model: { rereads: true } });
    made.emulator.place(document);
    let sent = false;
    const send = made.emulator.line.send.bind(made.emulator.line);
    made.emulator.line.send = (bytes) => {
      send(bytes);
      if (sent || bytes.length !== 1295) return;
      sent = true;
      send(theirs());
    };
    expect(await made.readOf(document)).toBe('ok');
    expect(made.emulator.reader.heard.filter((name) => name === 'read')).toHaveLength(2);
  });
});

/** Something that answers everything the same, or gives back what it hears. */
const stranger = closing(async (answer: Uint8Array | undefined) => {
  const line = await openLine({ kind: 'pty' });
  line.onReceive((bytes) => line.send(answer ?? bytes));
  const driver = createSamV({
    name: 'identity-reader',
    open: openChannel(line.address),
    decode: raw,
    delays: { ...testDelays, replyMs: 60, resetMs: 60 },
  });
  return {
    driver,
    async close() {
      await driver.stop();
      await line.close();
    },
  };
});

describe('another device on the port', () => {
  test.each([
    ['a printer’s status bytes', Buffer.from([0x12, 0x16, 0x00]), 'garbled'],
    ['another reader’s frames', encodeFrame(encodeRefusal(statuses.commandWrong)), 'outOfStep'],
    ['an echo', undefined, 'outOfStep'],
  ])('%s: failed %s', async (_what, answer, reason) => {
    const { driver } = await stranger(answer);
    driver.start();
    await until(() => driver.report().state === 'failed');
    expect(driver.report().reason).toBe(reason);
    expect(await driver.read(soon)).toMatchObject({ ok: false, error: { code: 'notReady' } });
  });

  test('exchanged for another reader while it served: refused when its number is pinned', async () => {
    const serialNumber = '05.03-20991231-0001234567-0987654321';
    const made = await readyReader({ driver: { expectedSerialNumber: serialNumber } });
    const other = await reader({ model: { serialNumber: '05.03-20991231-0001234567-0000000001' } });
    made.emulator.line.onReceive(() => undefined);
    // The other one answers on the first one's line from now on.
    made.emulator.reader.receive = (bytes) => other.emulator.reader.receive(bytes);
    other.emulator.line.send = (bytes) => made.emulator.line.send(bytes);
    other.emulator.place(document);
    expect(await made.readOf(document)).toBe('notReady');
    await until(() => made.driver.report().state === 'failed');
    expect(made.driver.report().reason).toBe('otherDevice');
  });
});

test('a port that somebody else holds: says so, and takes it when it is free', async () => {
  const made = await reader();
  const holder = await openChannel(made.emulator.line.address)(new AbortController().signal);
  made.driver.start();
  await until(() => made.driver.report().state === 'failed');
  expect(made.driver.report().reason).toBe('portBusy');
  expect(await made.readOf(document)).toBe('notReady');
  if (holder.ok) await holder.value.close();
  await worksAgain(made);
});
