/**
 * The part of the daemon that keeps the books, in a process that is to die: `day-kiosk.js <setting as JSON>`. Journal, card
 * stock, sagas, host clients and the day-end are the daemon's own; cards and paper are the runner's.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpBankCore, HttpCardManagement, loadHostCredentials } from '#device-daemon/hosts/index.ts';
import { CardStock, DayBook, Journal, MachineKeys, type StockUnit } from '#device-daemon/journal/index.ts';
import { type CardActPlan, cardActTable, kindOf, Sagas } from '#device-daemon/sagas/index.ts';
import { DayEnd } from '#device-daemon/services/maintenance/index.ts';
import { cutNoteFile } from './contract.ts';
import type { DayJob, DaySaid, DaySetting, DayStep, Wish, World } from './day-contract.ts';
import { noteOf } from './power.ts';

const setting = JSON.parse(process.argv[2] ?? '{}') as DaySetting;
const { dataFolder, keyFolder, mutant } = setting;
const say = (said: DaySaid): void => void process.send?.(said);

let job: DayJob | undefined;
let passed = 0;
let entries = 0;

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may happen meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
};
function pass(): void {
  if (job?.dieAt === undefined) return;
  if (passed === job.dieAt) die();
  passed += 1;
}

// --- the journal, watched

type Entry = [event: string, fields: Record<string, unknown>, visit?: string];
const journalPrototype = Journal.prototype as unknown as { record: (...entry: Entry) => boolean };
const { record } = journalPrototype;
journalPrototype.record = function (this: unknown, ...entry: Entry): boolean {
  const [event, fields, visit] = entry;
  if (mutant === 'countsBeforeItKnows' && event === 'saga.result') return true;
  pass();
  const note = noteOf(setting);
  const kept = record.call(this, ...entry);
  if (mutant === 'countsBeforeItKnows' && event === 'saga.intent') {
    const { saga, step } = fields;
    record.call(this, 'saga.result', { saga, step, what: 'temporaryLoss', outcome: 'done' }, visit);
  }
  if (job?.dieAt === 'intent' && event === 'saga.intent') die();
  entries += 1;
  if (job?.cutAt === entries) {
    writeFileSync(join(dataFolder, cutNoteFile), JSON.stringify(note));
    die();
  }
  pass();
  return kept;
};

// --- the world: whatever is wished for has happened when it answers

let answer: (world: World) => void = () => {};
async function wish(wanted: Wish): Promise<World> {
  pass();
  const answered = new Promise<World>((resolve) => {
    answer = resolve;
  });
  say({ said: 'wish', ...wanted });
  const world = await answered;
  if (job?.dieAt === (wanted.wish === 'print' ? 'slip' : 'motion') && wanted.wish !== 'look') die();
  pass();
  return world;
}

// --- the daemon's own parts, at the pace of a test

const [hopper, bin] = ['unitDISP1', 'unitBIN1'] as const;
const units: readonly StockUnit[] = [
  { id: hopper, kind: 'dispense', capacity: 100_000 },
  { id: bin, kind: 'retain', capacity: 100_000 },
];
const credentials = loadHostCredentials(setting.credentialsFolder);
if (!credentials.ok) throw new Error(credentials.error.detail);
const shared = {
  terminalId: 'KIOSK001',
  credentials: credentials.value,
  deadlineMs: 800,
  probeMs: 600_000,
  circuit: { failures: 100_000, openMs: 1, maxOpenMs: 1 },
};
const cardManagement = new HttpCardManagement({ ...shared, url: setting.urls.cardManagement });
const bankCore = new HttpBankCore({ ...shared, url: setting.urls.bankCore });
const journal = Journal.open({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 });
const clock = {
  nowMs: () => performance.now(),
  date: () => new Date(),
  sleep: (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal }).catch(() => undefined),
  after: (ms: number, act: () => void) => {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};
const stock = new CardStock(journal, units);
const book = new DayBook(journal, 200);
const table = cardActTable({ cardManagement, bankCore });
const sagas = new Sagas({
  journal,
  clock,
  kinds: [kindOf(table)],
  delays: {
    quickAskMs: 10,
    quickAsks: 2,
    askDeadlineMs: 400,
    pausesMs: [20, 50, 100, 200],
    neverSeenFinalMs: 2_000,
    giveUpMs: 24 * 60 * 60 * 1000,
    triesBeforeGivingUp: 10,
    firstWordMs: 300,
    journalPauseMs: 20,
  },
});
const dayEnd = new DayEnd({
  ...{ book, journal, clock, sagas, units },
  drainMs: 100,
  hosts: { social: cardManagement, financial: bankCore },
  printer: {
    report: () => ({
      name: 'printer',
      class: 'receiptPrinter',
      driver: 'outside',
      state: 'ready',
      since: new Date(0).toISOString(),
      restarts: 0,
    }),
    capabilities: () => ({
      ...{ dotsPerLine: 576, charactersPerLine: 48, canCut: true, repertoire: 'gbk', model: undefined },
    }),
    async print() {
      await wish({ wish: 'print', day: book.day.last?.day ?? 0 });
      return { outcome: 'done' };
    },
  },
  place: { terminalId: 'KIOSK001', bankName: 'Bank', branchName: 'Branch' },
  onChange: () => undefined,
});
sagas.resume();
if (mutant === 'printsAgain' && book.day.step === 'signed') void dayEnd.print(false);
dayEnd.resume();

const by = { session: 'session', token: 'aaaa' };
const look = () => wish({ wish: 'look', day: book.day.day });

/** What two persons find is booked, before anything is added to it. */
async function countAnew(): Promise<World> {
  const world = await look();
  for (const [unit, cards] of [
    [hopper, world.hopper],
    [bin, world.bin],
  ] as const)
    if (stock.counts(unit).count !== cards) stock.counted(unit, 'corrected', cards, { session: by.session });
  return world;
}

async function closeDay(): Promise<void> {
  for (let round = 0; round < 4; round += 1) {
    const begun = await dayEnd.begin(by, new AbortController().signal);
    if (!begun.ok) return;
    const { hopper: inHopper, bin: inBin } = await look();
    const explanations = begun.value.points.map(({ id }) => ({ point: id, why: 'lookedInto' as const }));
    const counts = [
      { unit: hopper, count: mutant === 'signsWithoutCounting' ? (book.day.units[hopper]?.count ?? 0) : inHopper },
      { unit: bin, count: inBin },
    ];
    const checked = dayEnd.check(counts, explanations);
    if (checked.ok) return void (await dayEnd.sign(checked.value, by, 'bbbb'));
    dayEnd.refused(checked.error.code, checked.error.points, by);
    if (checked.error.code === 'countsDiffer') await countAnew();
  }
}

async function reportLoss({ documentNumber, name }: Extract<DayStep, { step: 'act' }>): Promise<void> {
  const order = {
    documentType: 'residentId' as const,
    documentNumber: Buffer.from(documentNumber),
    name: Buffer.from(name),
    grade: 'chip' as const,
  };
  const [province, bank] = await Promise.all([
    cardManagement.identifyDocument(order),
    bankCore.identifyDocument(order),
  ]);
  const social = province.ok ? province.value.cards[0] : undefined;
  const financial = bank.ok ? bank.value.cards[0] : undefined;
  if (!province.ok || !bank.ok || social === undefined || financial === undefined) return;
  const at = new Date().toISOString();
  const plan: CardActPlan = {
    act: 'temporaryLoss',
    social: {
      ...{ cardRef: social.cardRef, holderRef: province.value.holderRef },
      ...{ expectedState: social.socialStatus, expectedRevision: social.revision },
    },
    financial: {
      ...{ cardRef: financial.cardRef, holderRef: bank.value.holderRef },
      ...{ expectedState: financial.financialStatus, expectedRevision: financial.revision },
    },
    evidence: [
      { kind: 'document', grade: 'chip' },
      { kind: 'face', at },
    ],
    consents: [{ text: 'temporaryLoss-1', choice: 'agreed', at }],
  };
  const begun = sagas.begin(table, plan, { visit: 'visit', caseCode: '7K2M-04QX' });
  if (begun.ok) await begun.value.firstWord;
}

async function take(step: DayStep): Promise<void> {
  if (step.step === 'dayEnd') return closeDay();
  // While the day is being closed nobody is served; staff may still load cards.
  if (step.step === 'load') {
    const before = await countAnew();
    await wish({ wish: 'load', cards: step.cards });
    stock.counted(hopper, 'loaded', before.hopper + step.cards, { session: by.session });
    return;
  }
  if (dayEnd.stopped) return;
  if (step.step === 'act') return reportLoss(step);
  if (stock.counts(hopper).count === 0) return;
  await wish({ wish: step.step });
  if (step.step === 'give') stock.leftForTest(hopper);
  else {
    stock.leftForBin(hopper, { wasOut: false });
    stock.kept(bin);
  }
}

async function run(next: DayJob): Promise<void> {
  // From here on the points are counted.
  job = next;
  for (const step of next.steps) await take(step);
  if (next.peace !== true) return say({ said: 'over', why: 'done' });
  while (sagas.openCount > 0) await delay(10);
  await closeDay();
  await sagas.stop();
  journal.close();
  say({ said: 'over', why: 'peace' });
}

process.on('message', (message: DayJob | { readonly world: World }) => {
  if ('world' in message) answer(message.world);
  else void run(message);
});
process.on('disconnect', () => process.exit(0));
say({ said: 'ready', step: book.day.step });
