import { setTimeout as delay } from 'node:timers/promises';
import type { TestReason } from '#assets/maintenance/index.ts';
import type {
  CompletionPayloads,
  DeviceState,
  DeviceTest,
  EventPayloads,
  TestResult,
} from '#protocol/generated/kiosk.ts';
import { readStaffCard } from '../../cards/index.ts';
import { type Cabinet, cabinetLights } from '../../devices/cabinet.ts';
import type { CardDispenser } from '../../devices/card-dispenser.ts';
import type { CardReader } from '../../devices/card-reader.ts';
import type { CodeScanner } from '../../devices/code-scanner.ts';
import type { Device } from '../../devices/device.ts';
import type { IdentityReader } from '../../devices/identity-reader.ts';
import type { DataKey, PinPad } from '../../devices/pin-pad.ts';
import type { ReceiptPrinter } from '../../devices/receipt-printer.ts';
import type { Journal, JournalEntry } from '../../journal/index.ts';
import { apduTimeoutMs, CardSession } from '../kiosk/card-session.ts';
import type { Clock } from '../kiosk/clock.ts';
import { render, testFields } from '../receipts/index.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

export interface DeviceTestParts {
  readonly devices: readonly Device[];
  readonly journal: Journal;
  readonly clock: Clock;
  readonly terminalId: string;
}

/** Who tests, for the record, and where they are told what to do. */
export interface Tester {
  readonly session: string;
  readonly token: string;
  readonly signal: AbortSignal;
  prompt(prompt: EventPayloads['Maintenance.TestPromptEvent']): void;
}

/** Why it did not pass: a code of the device, of its reports, or of this list. Undefined: it passed. */
type Failed = string | undefined;
/** The same of one that does not come from a report: there are words for each. */
type Why = TestReason | undefined;

const personMs = 60_000;
const deviceMs = 20_000;
const printMs = 60_000;
/** The drivers' own tries, three starts in a row, after which they say what is wrong. */
const settleMs = 45_000;
/** What is asked all the time is asked again by then. */
const noticeMs = 5_000;
/** Long enough to see which one it is. */
const lightMs = 1_000;

/** Every key that has a number, and the one for mistakes; enter ends the test. */
const wantedKeys: readonly DataKey[] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'clear'];
const mostKeys = 60;

/** What can be tested of a device of a class. */
const testsOf = {
  cardReader: 'readCard',
  pinPad: 'pressKeys',
  receiptPrinter: 'printPage',
  identityReader: 'readDocument',
  codeScanner: 'scanCode',
  cardDispenser: 'look',
  cabinet: 'lookAtLights',
} as const satisfies Partial<Record<Device['class'], DeviceTest>>;

const testOf = (device: Device): DeviceTest | undefined =>
  Object.hasOwn(testsOf, device.class) ? testsOf[device.class as keyof typeof testsOf] : undefined;

/** One button for each device: does it what it is there for? Results are entries of the journal. */
export class DeviceTests {
  readonly #parts: DeviceTestParts;
  readonly #last = new Map<string, TestResult>();

  constructor(parts: DeviceTestParts) {
    this.#parts = parts;
    for (const entry of parts.journal.entries({ event: 'device.tested' })) {
      const result = resultOf(entry);
      this.#last.set(result.device, result);
    }
  }

  /** Each device that can be tested, how, and what came of it last. */
  list(): { device: string; test: DeviceTest; last?: TestResult }[] {
    return this.#parts.devices.flatMap((device) => {
      const test = testOf(device);
      const last = this.#last.get(device.name);
      return test === undefined
        ? []
        : [{ device: device.name, test, ...((last?.test === test || last?.test === 'feedCard') && { last }) }];
    });
  }

  readonly area: Area<'Maintenance.Test'> = {
    'Maintenance.Test': async ({ device }, { session, token, signal, context }) => {
      const result = await this.run(device, {
        ...{ session, token, signal },
        prompt: (prompt) => context.emit('Maintenance.TestPromptEvent', prompt),
      });
      return result === undefined
        ? commandError('noSuchTest')
        : success({ result } satisfies CompletionPayloads['Maintenance.Test']);
    },
  };

  /** Undefined: there is no such device, or nothing to test of it. */
  async run(name: string, tester: Tester): Promise<TestResult | undefined> {
    const device = this.#parts.devices.find((one) => one.name === name);
    const test = device && testOf(device);
    if (device === undefined || test === undefined) return undefined;
    return this.made(device, test, tester, () => this.#try(device, tester));
  }

  /** Keeps what came of a test that is made elsewhere. */
  async made(device: Device, test: DeviceTest, tester: Tester, run: () => Promise<Failed>): Promise<TestResult> {
    const { journal, clock } = this.#parts;
    const { name } = device;
    const beganMs = clock.nowMs();
    const why = (await unready(device, tester)) ?? (await closer(device, await run(), tester));
    const result: TestResult = {
      device: name,
      test,
      outcome: why === undefined ? 'passed' : 'failed',
      ...(why !== undefined && { reason: why }),
      at: clock.date().toISOString(),
      seconds: Math.round((clock.nowMs() - beganMs) / 1000),
      staff: tester.token.slice(0, 4),
    };
    this.#last.set(name, result);
    const { outcome, seconds } = result;
    journal.record(
      'device.tested',
      { device: name, test, outcome, seconds, token: tester.token, ...(why !== undefined && { why }) },
      tester.session,
    );
    return result;
  }

  async #try(device: Device, tester: Tester): Promise<Failed> {
    switch (device.class) {
      case 'cardReader':
        return readCard(device as CardReader, tester);
      case 'pinPad':
        return pressKeys(device as PinPad, tester);
      case 'receiptPrinter':
        return this.#printPage(device as ReceiptPrinter, tester);
      case 'identityReader':
        return readDocument(device as IdentityReader, tester);
      case 'codeScanner':
        return scanCode(device as CodeScanner, tester);
      case 'cardDispenser':
        return look(device as CardDispenser, this.#ownCardIn(device), tester);
      case 'cabinet':
        return shine(device as Cabinet, tester);
    }
  }

  /** In a unit of one path the card of whoever tests stands in it, and may. */
  #ownCardIn({ driver }: Device): boolean {
    const reader = this.#parts.devices.find((one): one is CardReader => one.class === 'cardReader');
    return reader !== undefined && reader.driver === driver && reader.insertion() !== undefined;
  }

  /** In both scripts, with every kind of line; whether it can be read only the person can tell. */
  async #printPage(printer: ReceiptPrinter, { prompt }: Tester): Promise<Failed> {
    const { clock, terminalId } = this.#parts;
    prompt({ prompt: 'lookAtPaper' });
    const { charactersPerLine, dotsPerLine, repertoire } = printer.capabilities();
    const fields = testFields(
      { terminalId, time: clock.date().toISOString(), printer: printer.driver },
      charactersPerLine,
    );
    const page = render('test', 'zh-Hans', fields, { charactersPerLine, dotsPerLine, repertoire });
    if (!page.ok) throw new Error(`test page: ${JSON.stringify(page.error)}`);
    // No signal: half a page helps nobody, and the job's own deadline ends it.
    const { outcome, reason } = await printer.print(page.value.bytes, { timeoutMs: printMs });
    return outcome === 'done' ? undefined : (reason ?? (outcome === 'unknown' ? 'notConfirmed' : 'notDone'));
  }
}

/** What its own report says against it. */
async function unready(device: Device, tester: Tester): Promise<Failed> {
  const met = await whileIn('starting', settleMs, device, tester);
  if (tester.signal.aborted) return 'cancelled';
  const { state, reason } = device.report();
  if (state === 'ready' || state === 'degraded') return undefined;
  if (state === 'starting') return met;
  return state === 'failed' && reason !== undefined ? reason : reportOf(device);
}

/**
 * Waits as long as it is in a state that is no verdict yet.
 * @returns what it said meanwhile; undefined where it was in another
 */
async function whileIn(wanted: DeviceState, ms: number, device: Device, { signal, prompt }: Tester): Promise<Failed> {
  if (device.report().state !== wanted) return undefined;
  prompt({ prompt: 'wait' });
  let met = reportOf(device);
  const over = new AbortController();
  const stop = device.onReport(({ state, reason }) => {
    if (state !== wanted) over.abort();
    else if (reason !== undefined) met = reportOf(device);
  });
  try {
    await delay(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) });
  } catch {
    // It is in another state, or whoever tests has gone.
  } finally {
    stop();
  }
  return met;
}

/** As the fault tables of the drivers name it: `absent`, `starting reopening`. */
function reportOf(device: Device): string {
  const { state, reason } = device.report();
  return reason === undefined ? state : `${state} ${reason}`;
}

/** These say that something is wrong; what, the device's report may say better. */
const vague: ReadonlySet<Failed> = new Set<Why>([
  ...(['notReady', 'hardwareError', 'timeOut', 'notConfirmed', 'notDone'] as const),
  ...(['nothingCame', 'noDocument', 'unreadable', 'notText'] as const),
]);

/** Of these its driver learns more with its next look. */
const faults: ReadonlySet<Failed> = new Set<Why>(['notReady', 'hardwareError', 'timeOut']);

async function closer(device: Device, why: Failed, tester: Tester): Promise<Failed> {
  if (!vague.has(why)) return why;
  if (faults.has(why)) await whileIn('ready', noticeMs, device, tester);
  const met = await whileIn('starting', settleMs, device, tester);
  const { state } = device.report();
  // One that came back by itself has said on the way what it was.
  return state === 'ready' || state === 'starting' ? (met ?? why) : reportOf(device);
}

/** The card of whoever tests is in: its chip is reset, and tells its number. */
async function readCard(reader: CardReader, { signal, prompt }: Tester): Promise<Why> {
  prompt({ prompt: 'wait' });
  const insertion = reader.insertion();
  if (insertion === undefined) return 'noCard';
  await reader.powerOff({ timeoutMs: deviceMs });
  const powered = await reader.powerOn('cold', { signal, timeoutMs: deviceMs });
  if (!powered.ok) {
    const { code } = powered.error;
    return code === 'noCard' && reader.media() === 'unknown' ? 'sensorsUnknown' : code;
  }
  const number = await readStaffCard(new CardSession(reader, insertion), { signal, timeoutMs: apduTimeoutMs });
  if (!number.ok) return number.error.code;
  number.value.fill(0);
  return undefined;
}

async function pressKeys(pad: PinPad, { signal, prompt }: Tester): Promise<Failed> {
  const missing = new Set(wantedKeys);
  const tell = (): void => prompt({ prompt: 'pressKeys', left: missing.size });
  const entered = await pad.enterData({
    signal,
    timeoutMs: personMs,
    maxKeys: mostKeys,
    onReady: tell,
    onKey: (key) => {
      if (missing.delete(key)) tell();
    },
  });
  if (!entered.ok) {
    const { code } = entered.error;
    const nobodyEnds = code === 'timeOut' || code === 'entryTimeOut';
    return nobodyEnds ? (missing.size === wantedKeys.length ? 'noKeys' : 'keysMissing') : code;
  }
  if (missing.size > 0) return 'keysMissing';
  // Without a key in it no PIN can be entered, though every button is felt.
  const { reason } = pad.report();
  return reason === 'needsKeys' || reason === 'needsSignOn' ? reportOf(pad) : undefined;
}

/** Nothing of it is kept. */
async function readDocument(reader: IdentityReader, { signal, prompt }: Tester): Promise<Why> {
  prompt({ prompt: reader.capabilities().reads === 'chip' ? 'placeDocument' : 'swipeDocument' });
  const read = await reader.read({ signal, timeoutMs: personMs });
  if (!read.ok) {
    const { code } = read.error;
    // What waits for a chip has looked and found none; what only talks has said nothing.
    return code !== 'timeOut' ? code : reader.capabilities().reads === 'chip' ? 'noDocument' : 'nothingCame';
  }
  read.value.wipe();
  return undefined;
}

async function scanCode(scanner: CodeScanner, { signal, prompt }: Tester): Promise<Why> {
  prompt({ prompt: 'scanCode' });
  const scanned = await scanner.scan({ signal, timeoutMs: personMs });
  if (!scanned.ok) return scanned.error.code === 'timeOut' ? 'nothingCame' : scanned.error.code;
  scanned.value.text.fill(0);
  return undefined;
}

/** Sensors, an empty path, cards to give and room to keep one; a card is moved only by two operators. */
async function look(dispenser: CardDispenser, ownCardIn: boolean, { signal, prompt }: Tester): Promise<Why> {
  prompt({ prompt: 'wait' });
  const seen = await dispenser.look({ signal, timeoutMs: deviceMs });
  if (!seen.ok) return seen.error.code;
  const { path, hopper, bin } = seen.value;
  if (path === 'unknown') return 'sensorsUnknown';
  if (path !== 'empty' && !(path === 'atRead' && ownCardIn)) return 'pathOccupied';
  if (hopper === 'empty') return 'hopperEmpty';
  return bin === 'full' ? 'binFull' : undefined;
}

/** One light after the other, as the person sees; whether they shone only the person can tell. */
async function shine(cabinet: Cabinet, { signal, prompt }: Tester): Promise<Failed> {
  prompt({ prompt: 'lookAtLights' });
  for (const light of cabinetLights.filter((one) => one in cabinet.capabilities().lights)) {
    const before = cabinet.light(light);
    const lit = await cabinet.setLight(light, 'continuous', { signal, timeoutMs: deviceMs });
    await delay(lightMs, undefined, { signal }).catch(() => undefined);
    await cabinet.setLight(light, before, { timeoutMs: deviceMs });
    if (!lit.ok) return lit.error.code;
  }
  // A contact that cannot be felt or an empty battery is told, though every light shone.
  return cabinet.report().state === 'degraded' ? reportOf(cabinet) : undefined;
}

const resultOf = ({ at, fields }: JournalEntry): TestResult => ({
  device: String(fields['device']),
  test: fields['test'] as DeviceTest,
  outcome: fields['outcome'] === 'passed' ? 'passed' : 'failed',
  ...(fields['why'] !== undefined && { reason: String(fields['why']) }),
  at,
  seconds: Number(fields['seconds']),
  staff: String(fields['token']).slice(0, 4),
});
