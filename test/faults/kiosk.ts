/**
 * The part of the daemon that acts, in a process that is to die: `kiosk.js <setting as JSON>`. Journal, host clients and
 * sagas are the daemon's own; only their first and last moments are watched from outside.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpBankCore, HttpCardManagement, loadHostCredentials } from '#device-daemon/hosts/index.ts';
import { Journal, MachineKeys } from '#device-daemon/journal/index.ts';
import { type CardActPlan, type CardActSecrets, cardActTable, kindOf, Sagas } from '#device-daemon/sagas/index.ts';
import { cutNoteFile, type Job, type Point, type Said, type Setting } from './contract.ts';
import { noteOf } from './power.ts';

const setting = JSON.parse(process.argv[2] ?? '{}') as Setting;
const { dataFolder, keyFolder, mutant } = setting;
const say = (said: Said): void => void process.send?.(said);

let job: Job | undefined;
let passed = 0;
let entries = 0;

const die = (): never => {
  process.kill(process.pid, 'SIGKILL');
  // The signal is on its way; nothing may happen meanwhile.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
};

function pass(_point: Point): void {
  if (job?.dieAt === undefined) return;
  if (passed === job.dieAt) die();
  passed += 1;
}

// --- the journal, watched

type Entry = [event: string, fields: Record<string, unknown>, visit?: string];
const journalPrototype = Journal.prototype as unknown as { record: (...entry: Entry) => boolean };
const { record } = journalPrototype;
/** Of the mutant: intents that were not written when they should have been. */
const late: Entry[] = [];

journalPrototype.record = function (this: unknown, ...entry: Entry): boolean {
  const [event] = entry;
  if (!event.startsWith('saga.')) return record.call(this, ...entry);
  if (mutant === 'intentAfterEffect' && event === 'saga.intent') {
    late.push(entry);
    return true;
  }
  if (mutant === 'resultBeforeEffect' && event === 'saga.result') return true;
  pass('recordBefore');
  const note = noteOf(setting);
  for (const held of late.splice(0)) record.call(this, ...held);
  const kept = record.call(this, ...entry);
  if (mutant === 'resultBeforeEffect' && event === 'saga.intent') {
    const [, { saga, step }, visit] = entry;
    const facts = JSON.stringify({ status: 'tempLost' });
    record.call(this, 'saga.result', { saga, step, outcome: 'done', facts }, visit);
  }
  entries += 1;
  if (job?.cutAt === entries) {
    writeFileSync(join(dataFolder, cutNoteFile), JSON.stringify(note));
    die();
  }
  pass('recordAfter');
  return kept;
};

// --- both hosts, watched

const patient = { failures: 100_000, openMs: 1, maxOpenMs: 1 };
const credentials = loadHostCredentials(setting.credentialsFolder);
if (!credentials.ok) throw new Error(credentials.error.detail);
const shared = {
  terminalId: 'KIOSK001',
  credentials: credentials.value,
  deadlineMs: 800,
  probeMs: 600_000,
  circuit: patient,
};
const cardManagement = new HttpCardManagement({ ...shared, url: setting.urls.cardManagement });
const bankCore = new HttpBankCore({ ...shared, url: setting.urls.bankCore });

for (const host of [cardManagement, bankCore]) {
  const act = host.act.bind(host) as (
    ref: string,
    order: object,
    options: { idempotencyKey: string },
  ) => Promise<unknown>;
  const ask = host.ask.bind(host) as (...asked: unknown[]) => Promise<unknown>;
  Object.assign(host, {
    async act(ref: string, order: object, options: { idempotencyKey: string }) {
      pass('actBefore');
      const key =
        mutant === 'retryWithoutAsking'
          ? `${Date.now()}${Math.random()}`.replaceAll('.', '').padEnd(20, '0')
          : options.idempotencyKey;
      const answer = await act(ref, order, { ...options, idempotencyKey: key });
      pass('actAfter');
      return answer;
    },
    async ask(...asked: unknown[]) {
      if (mutant === 'retryWithoutAsking') return { ok: true, value: { state: 'neverSeen' } };
      pass('askBefore');
      const answer = await ask(...asked);
      pass('askAfter');
      return answer;
    },
  });
}

// --- the sagas, at the pace of a test

const journal = Journal.open({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9 });
const table = cardActTable({ cardManagement, bankCore });
const sagas = new Sagas({
  journal,
  clock: {
    nowMs: () => performance.now(),
    date: () => new Date(),
    sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  },
  kinds: [kindOf(table)],
  delays: {
    quickAskMs: 10,
    quickAsks: 2,
    askDeadlineMs: 400,
    pausesMs: [20, 50, 100, 200],
    // Above the deadline of a call and the host's longest thinking; on this machine nothing is longer on its way.
    neverSeenFinalMs: 2_000,
    giveUpMs: 24 * 60 * 60 * 1000,
    triesBeforeGivingUp: 10,
    firstWordMs: 1_000,
    journalPauseMs: 20,
  },
});
sagas.resume();

async function begin(next: Job): Promise<void> {
  const { act, documentNumber, name, legs, pins } = next;
  const order = {
    documentType: 'residentId' as const,
    documentNumber: Buffer.from(documentNumber),
    name: Buffer.from(name),
    grade: 'chip' as const,
  };
  const [province, bank] = await Promise.all([
    cardManagement.identifyDocument(order, { deadlineMs: 5_000 }),
    bankCore.identifyDocument(order, { deadlineMs: 5_000 }),
  ]);
  const social = province.ok ? province.value.cards[0] : undefined;
  const financial = bank.ok ? bank.value.cards[0] : undefined;
  if (!province.ok || !bank.ok || social === undefined || financial === undefined)
    return say({ said: 'notBegun', why: 'notIdentified' });
  const at = new Date().toISOString();
  const plan: CardActPlan = {
    act,
    ...(legs.includes('social') && {
      social: {
        cardRef: social.cardRef,
        holderRef: province.value.holderRef,
        expectedState: social.socialStatus,
        expectedRevision: social.revision,
      },
    }),
    ...(legs.includes('financial') && {
      financial: {
        cardRef: financial.cardRef,
        holderRef: bank.value.holderRef,
        expectedState: financial.financialStatus,
        expectedRevision: financial.revision,
      },
    }),
    evidence: [
      { kind: 'document', grade: 'chip' },
      { kind: 'cardGenuine', grade: 'genuine' },
      { kind: 'face', at },
    ],
    consents: [{ text: `${act}-1`, choice: 'agreed', at }],
  };
  const block = (hex: string) => ({
    format: 'iso0' as const,
    block: Buffer.from(hex, 'hex'),
    keySetId: pins?.keySetId ?? '',
  });
  const secrets: CardActSecrets | undefined = pins && {
    pinBlock: block(pins.blocks[0]),
    newPinBlocks: [block(pins.blocks[1]), block(pins.blocks[2])],
  };
  // From here on the points are counted.
  job = next;
  const begun = sagas.begin(table, plan, { visit: 'visit', caseCode: '7K2M-04QX', ...(secrets && { secrets }) });
  if (!begun.ok) return say({ said: 'notBegun', why: begun.error });
  say({ said: 'began', saga: begun.value.id });
  const words = await begun.value.firstWord;
  say({ said: 'word', words: Object.fromEntries([...words].map(([step, { outcome }]) => [step, outcome])) });
}

process.on('message', (next: Job | 'drain') => {
  if (next !== 'drain') return void begin(next);
  void (async () => {
    while (sagas.openCount > 0) await delay(10);
    await sagas.stop();
    journal.close();
    say({ said: 'drained' });
  })();
});
process.on('disconnect', () => process.exit(0));
say({ said: 'ready' });
