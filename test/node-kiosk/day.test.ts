import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { loadConfig } from '#device-daemon/config/index.ts';
import { Journal, MachineKeys } from '#device-daemon/journal/index.ts';
import { dispenseUnit } from '#device-daemon/services/card-dispenser/index.ts';
import { retainUnit } from '#device-daemon/services/card-reader/index.ts';
import type { CommandPayloads, DayReport } from '#protocol/generated/kiosk.ts';
import type { Bench } from '#simulators/bench/index.ts';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';
import type { StaffCardId } from '#simulators/wallet/staff.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { OperatorPage } from './page.ts';
import { signsOn, staffPins } from './sign-on.ts';
import { balance, beginWith, endVisit } from './steps.ts';

// The day that adds up: real visits at real hosts, two persons with two cards, a slip on paper. The motorised reader, since
// it keeps cards.

let kiosk: NodeKiosk;

/** What stands in the journal when the daemon starts, written at that time. */
function written(bench: Bench, write: (journal: Journal) => void, at = new Date()): Promise<void> {
  const loaded = loadConfig(bench.configFile);
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  const { dataFolder, keyFolder } = loaded.value.config.storage;
  for (const folder of [dataFolder, keyFolder]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keys = MachineKeys.open(keyFolder);
  const journal = Journal.open({ dataFolder, keyFolder, keys, maxBytes: 1e9, now: () => at });
  write(journal);
  journal.close();
  return Promise.resolve();
}

beforeAll(async () => {
  // It was opened the day before yesterday, and nobody has closed it since.
  kiosk = await startNodeKiosk({ cardReader: 'crt591', settings: { dayEnd: { cutOver: '18:00' } } }, (bench) =>
    written(bench, (journal) => journal.record('day.opened', { day: 1 }), new Date(Date.now() - 48 * 3_600_000)),
  );
});
afterAll(async () => {
  await kiosk.stop();
});
/** By force: whoever owned it has gone, and the session with them. */
const cardGone = () => {
  if (kiosk.bench.dispenser.state().path !== null) kiosk.bench.dispenser.pull();
};
afterEach(async () => {
  cardGone();
  await Promise.all([kiosk.bench.hosts.bankCore.faults.clear(), kiosk.bench.hosts.cardManagement.faults.clear()]);
});

const told = (event: string) => kiosk.entries({ event }).map(({ fields }) => fields);
const last = (event: string) => told(event).at(-1);

const signedOn = (card: StaffCardId = 'staff'): Promise<OperatorPage> => signsOn(kiosk, card);

/** The first card goes out, the second comes in with its PIN, and the first comes back. */
async function withSecond<T>(
  page: OperatorPage,
  card: StaffCardId,
  act: () => Promise<T>,
  first: StaffCardId = 'staff',
) {
  page.events.length = 0;
  const answer = act();
  await page.prompted('takeCard');
  await kiosk.bench.cardReader.remove();
  await page.prompted('secondCard');
  await kiosk.bench.cardReader.insert(card);
  await page.prompted('enterPin');
  kiosk.bench.pinPad.press(`${staffPins[card]}E`);
  await page.prompted('takeCard', 2);
  await kiosk.bench.cardReader.remove();
  await page.prompted('firstCard');
  await kiosk.bench.cardReader.insert(first);
  return answer;
}

const begin = async (page: OperatorPage): Promise<DayReport> => {
  const { day } = await page.call('Maintenance.BeginDayEnd');
  if (day === undefined) throw new Error('the day-end did not begin');
  return day;
};
const asBooked = ({ stock }: DayReport): CommandPayloads['Maintenance.CloseDay']['counts'] =>
  stock.map(({ unit, count }) => ({ unit, count }));
const said = ({ points }: DayReport, why: 'lookedInto' | 'carriedOver' = 'lookedInto') =>
  points.filter(({ wantsWord }) => wantsWord).map(({ id }) => ({ point: id, why }));
const close = (page: OperatorPage, day: DayReport, more: Partial<CommandPayloads['Maintenance.CloseDay']> = {}) =>
  page.call('Maintenance.CloseDay', { counts: asBooked(day), explanations: said(day), ...more });

const days = () => told('day.signed').length;
/** What the host did since it was last asked here. */
const done = (host: 'cardManagement' | 'bankCore', since: number): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { operation, act, result } of kiosk.bench.hosts[host].ledger().slice(since)) {
    const { action = '' } = (result ?? {}) as { action?: string };
    if (operation === 'actOnCard' && act === 'done' && action !== 'verifyPin')
      counts[action] = (counts[action] ?? 0) + 1;
  }
  return counts;
};
const books = () => ({
  cardManagement: kiosk.bench.hosts.cardManagement.ledger().length,
  bankCore: kiosk.bench.hosts.bankCore.ledger().length,
});

async function reportsLoss(document: WalletDocumentId, act: 'temporaryLoss' | 'formalLoss'): Promise<string> {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows(document));
  const { checkEvidence } = await person.passes('staff', act);
  expect(await person.acts(act, { checkEvidence })).toMatchObject({ social: { state: 'done' } });
  await person.leaves();
  return person.caseCode;
}

async function looksAround(): Promise<void> {
  await (await Person.arrives(kiosk)).leaves();
}

test('a day with ten visits closes with totals that are the hosts’ own; two persons sign, and the slip says so', async () => {
  const before = books();
  await reportsLoss('resident', 'temporaryLoss');
  await reportsLoss('resident', 'formalLoss');
  const sealed = await Person.arrives(kiosk);
  const document = await sealed.shows('resident-long-term');
  await sealed.finds(document, { cardEvidence: await sealed.inserts('gen3-sealed') });
  await sealed.acts('enableSocial');
  await sealed.leaves();
  await reportsLoss('resident-long-term', 'temporaryLoss');
  for (let each = 0; each < 5; each += 1) await looksAround();
  const page = await kiosk.page();
  await page.ready();
  const visit = await beginWith(kiosk, page, 'gen2');
  await balance(kiosk, page, visit);
  await endVisit(kiosk, page, visit);

  const staff = await signedOn();
  // Nothing is signed before it was compared.
  const { day: early } = await staff.call('Maintenance.GetDay');
  expect(early).toMatchObject({ day: 1, step: 'open', visits: 10 });
  // Ten people were served although it was due: it is something to do, everywhere, and was said once.
  const due = expect.stringMatching(/T10:00:00\.000Z$/);
  const health = async () => (await fetch(`${kiosk.daemon.url}healthz`)).json();
  const ready = async () => (await staff.call('Maintenance.GetReadiness')).readiness?.selfTest.items;
  expect(early).toMatchObject({ due });
  expect((await staff.state()).overview).toMatchObject({ dayDue: due });
  expect(await health()).toMatchObject({ dayDue: due });
  expect(await ready()).toContainEqual(expect.objectContaining({ subject: 'day', verdict: 'look', code: 'due' }));
  expect(told('day.due')).toEqual([{ day: 1, since: expect.stringMatching(/ 18:00$/) }]);
  expect(await staff.call('Maintenance.CloseDay', { counts: [], explanations: [] })).toMatchObject({
    errorCode: 'dayEndNotBegun',
  });
  const day = await begin(staff);
  expect(day).toMatchObject({ day: 1, step: 'compared', visits: 10, points: [] });
  for (const [leg, host] of [
    ['social', 'cardManagement'],
    ['financial', 'bankCore'],
  ] as const) {
    const acts = day.acts.filter((one) => one.leg === leg);
    for (const { journal, host: theirs } of acts) expect(journal).toBe(theirs);
    expect(Object.fromEntries(acts.map(({ act, journal }) => [act, journal]))).toEqual(done(host, before[host]));
  }
  const answer = await withSecond(staff, 'staff-holder', () => close(staff, day));
  expect(answer).toMatchObject({ slip: 'done', day: { day: 2, step: 'open', visits: 0, points: [] } });
  for (const cleared of [answer.day, (await staff.state()).overview, await health()]) {
    expect(cleared).not.toHaveProperty('due');
    expect(cleared).not.toHaveProperty('dayDue');
  }
  expect(await ready()).toContainEqual(expect.objectContaining({ subject: 'day', verdict: 'well', code: 'notDue' }));
  const { first, second } = last('day.signed') ?? {};
  expect(first).not.toBe(second);
  expect(last('staff.signedOn')).toMatchObject({ token: first });
  const slip = kiosk.bench.printer.receipts().at(-1)?.lines.join('\n') ?? '';
  expect(slip).toContain('日终凭条');
  expect(slip).toMatch(/服务人次\s+10/);
  expect(slip).toContain(String(second).slice(0, 4));
  expect(kiosk.verifyJournal().damage).toBeUndefined();
  cardGone();
  // And the next day is open.
  await (await kiosk.page()).ready();
});

describe('cards', () => {
  test('one is missing: nobody can sign, it is named; booked by two persons it stands on the slip', async () => {
    const staff = await signedOn();
    const load = { unit: dispenseUnit, count: 50, reason: 'loaded', found: 0 } as const;
    expect(await withSecond(staff, 'staff-holder', () => staff.call('Maintenance.CountCards', load))).toEqual({});
    const day = await begin(staff);
    const counts = asBooked(day).map((one) => (one.unit === dispenseUnit ? { ...one, count: 49 } : one));
    const before = days();
    const blocked = await close(staff, day, { counts });
    expect(blocked).toMatchObject({
      errorCode: 'countsDiffer',
      points: [{ kind: 'cardsShort', unit: dispenseUnit, amount: -1 }],
    });
    // Not even the second person was asked for.
    expect(staff.prompts().filter((prompt) => prompt === 'secondCard')).toHaveLength(1);
    expect(last('day.refused')).toMatchObject({ why: 'countsDiffer', points: `count:${dispenseUnit} -1` });
    expect(await close(staff, day, { counts: counts.slice(1) })).toMatchObject({ errorCode: 'countMissing' });

    const booked = { unit: dispenseUnit, count: 49, reason: 'corrected' } as const;
    expect(await withSecond(staff, 'staff-holder', () => staff.call('Maintenance.CountCards', booked))).toEqual({});
    const again = await begin(staff);
    expect(again.points).toMatchObject([{ kind: 'cardsMissing', unit: dispenseUnit, amount: 1, wantsWord: true }]);
    expect(await close(staff, again, { explanations: [] })).toMatchObject({ errorCode: 'unexplained' });
    expect(days()).toBe(before);
    expect(await withSecond(staff, 'staff-holder', () => close(staff, again))).toMatchObject({ slip: 'done' });
    const slip = kiosk.bench.printer.receipts().at(-1)?.lines.join('\n') ?? '';
    expect(slip).toMatch(/登记缺卡[\s\S]*\+1 核查中/);
    // It is of that day, and no other.
    const { day: next } = await staff.call('Maintenance.GetDay');
    expect(next?.stock).toContainEqual(
      expect.objectContaining({ unit: dispenseUnit, carried: 49, missing: 0, count: 49 }),
    );
  });

  test('one was missing before a load: it is named as missing, and the load is what was put in', async () => {
    const staff = await signedOn();
    // By the book there are 49, from the day before.
    const load = { unit: dispenseUnit, count: 58, reason: 'loaded', found: 48 } as const;
    expect(await withSecond(staff, 'staff-holder', () => staff.call('Maintenance.CountCards', load))).toEqual({});
    expect(told('stock.counted').slice(-2)).toMatchObject([
      { why: 'corrected', before: 49, count: 48 },
      { why: 'loaded', before: 48, count: 58 },
    ]);
    // Each has its two signatures.
    const [difference, loaded] = told('staff.countersigned').slice(-2);
    expect(difference).toEqual({ ...loaded, act: `countCards ${dispenseUnit}` });
    expect(loaded).toMatchObject({ act: `loadCards ${dispenseUnit}` });
    const day = await begin(staff);
    expect(day.points).toMatchObject([{ kind: 'cardsMissing', unit: dispenseUnit, amount: 1, wantsWord: true }]);
    expect(day.stock).toContainEqual(
      expect.objectContaining({ unit: dispenseUnit, carried: 49, missing: 1, loaded: 10, count: 58 }),
    );
    expect(await close(staff, day, { explanations: [] })).toMatchObject({ errorCode: 'unexplained' });
    expect(await withSecond(staff, 'staff-holder', () => close(staff, day))).toMatchObject({ slip: 'done' });
  });

  test('a card that was kept: listed, handed back against a document by who signed for it, once', async () => {
    const page = await kiosk.page();
    await page.ready();
    const visit = await beginWith(kiosk, page, 'gen3-active');
    await kiosk.bench.cardReader.setFault('gateBlocked', true);
    const { claim = '' } = await page.call('Visit.End', { visitId: visit.visitId, reason: 'completed' });
    await kiosk.bench.cardReader.setFault('gateBlocked', false);
    await page.until('the reader works again', () => page.service('balance')?.available === true);

    const staff = await signedOn();
    const { cards } = await staff.call('Maintenance.GetRetained');
    expect(cards?.[0]).toMatchObject({ claim, state: 'kept', why: 'notEjected' });
    const settle = (more: Omit<CommandPayloads['Maintenance.SettleRetained'], 'claim'>) =>
      staff.call('Maintenance.SettleRetained', { claim, ...more });
    expect(await settle({ how: 'destroyed' })).toEqual({ errorCode: 'tooEarly' });
    expect(await settle({ how: 'handedBack' })).toEqual({ errorCode: 'documentNotSeen' });
    expect(await settle({ how: 'handedBack', document: 'residentId' })).toEqual({});
    expect(await settle({ how: 'handedBack', document: 'residentId' })).toEqual({ errorCode: 'noSuchCard' });
    const { cards: after } = await staff.call('Maintenance.GetRetained');
    expect(after?.[0]).toMatchObject({ claim, state: 'handedBack', settled: { staff: expect.any(String) } });
    expect(last('retained.handedBack')).toMatchObject({ claim, document: 'residentId' });
    // What came into the bin is in the book of the day.
    const { day } = await staff.call('Maintenance.GetDay');
    expect(day?.stock).toContainEqual(expect.objectContaining({ unit: retainUnit, kept: 1 }));
  });
});

describe('who may', () => {
  test('a technician sees the day and signs nothing', async () => {
    const staff = await signedOn('staff-technician');
    expect(await staff.call('Maintenance.GetDay')).toHaveProperty('day');
    for (const name of ['Maintenance.BeginDayEnd', 'Maintenance.LeaveDayEnd', 'Maintenance.PrintDay'] as const)
      expect(await staff.call(name)).toEqual({ errorCode: 'notInThisRole' });
    expect(await staff.call('Maintenance.CloseDay', { counts: [], explanations: [] })).toEqual({
      errorCode: 'notInThisRole',
    });
    expect(await staff.call('Maintenance.SettleRetained', { claim: '7K2M-04QX', how: 'destroyed' })).toEqual({
      errorCode: 'notInThisRole',
    });
  });

  test.each([
    ['a technician', 'staff-technician', 'notInThisRole'],
    ['the same person', 'staff', 'samePerson'],
  ] as const)('%s is no second signature', async (_who, card, errorCode) => {
    const staff = await signedOn();
    const day = await begin(staff);
    const before = days();
    expect(await withSecond(staff, card, () => close(staff, day))).toEqual({ errorCode });
    expect(days()).toBe(before);
    expect(last('staff.refused')).toMatchObject({ why: errorCode });
    await staff.call('Maintenance.LeaveDayEnd');
  });
});

describe('bad luck', () => {
  test('a host that cannot be reached is said so, on the slip too; its next reading makes up for it', async () => {
    const code = await reportsLoss('resident-long-term', 'formalLoss');
    expect(code).not.toBe('');
    await kiosk.bench.hosts.cardManagement.faults.set({ kind: 'status', status: 503, operation: 'dayTotals' });
    const staff = await signedOn();
    const day = await begin(staff);
    expect(day.points).toMatchObject([{ kind: 'hostUnread', leg: 'social', wantsWord: true }]);
    expect(await withSecond(staff, 'staff-holder', () => close(staff, day))).toHaveProperty('slip', 'done');
    expect(kiosk.bench.printer.receipts().at(-1)?.lines.join('\n')).toMatch(/主机未取得 社保[\s\S]*核查中/);
    await kiosk.bench.hosts.cardManagement.faults.clear();
    expect((await begin(staff)).points).toEqual([]);
    await staff.call('Maintenance.LeaveDayEnd');
  });

  test('while the day is being closed nobody is served, over the session’s end too, until it is closed or put off', async () => {
    const staff = await signedOn();
    await begin(staff);
    cardGone();
    const customer = await kiosk.page();
    await customer.until('nothing is offered', () => customer.service('balance')?.available === false);
    expect(await customer.call('Visit.Begin', { language: 'en' })).toEqual({ errorCode: 'outOfService' });
    const again = await signedOn('staff-holder');
    expect((await again.call('Maintenance.GetDay')).day?.step).toBe('compared');
    expect((await again.state()).overview).toHaveProperty('closingDay', true);
    expect(await again.call('Maintenance.LeaveDayEnd')).toEqual({});
    cardGone();
    await customer.ready();
  });

  test('the printer has no paper: the day is closed all the same, and the slip is printed when there is some', async () => {
    const staff = await signedOn();
    const day = await begin(staff);
    kiosk.bench.printer.setFault('paperOut', true);
    await vi.waitUntil(async () =>
      (await staff.state()).overview?.devices.some(({ name, reason }) => name === 'printer' && reason === 'paperOut'),
    );
    expect(await withSecond(staff, 'staff-holder', () => close(staff, day))).toMatchObject({
      slip: 'notDone',
      day: { last: { day: day.day, slip: 'notDone' } },
    });
    kiosk.bench.printer.setFault('paperOut', false);
    await vi.waitUntil(async () => (await staff.call('Maintenance.PrintDay')).slip === 'done', { timeout: 20_000 });
    expect(told('day.printed').at(-1)).toMatchObject({ day: day.day, outcome: 'done', copy: true });
  });
});

describe('an act that no saga could settle', () => {
  const saga = 'left-behind';
  let other: NodeKiosk;
  beforeAll(async () => {
    // Another version of the software began it and died: nobody here can see it through.
    other = await startNodeKiosk({}, (bench) =>
      written(bench, (journal) => {
        const fields = { saga, kind: 'fromTheFuture', what: 'formalLoss', case: '7K2M-04QX', plan: '{}' };
        journal.record('saga.began', fields, 'visit');
      }),
    );
  });
  afterAll(() => other.stop());

  test('is listed, is a point of the day, and is signed off once, by the branch, with what was found', async () => {
    const item = { saga, step: 'unknownAct', finding: 'notDone' } as const;
    const technicians = await signsOn(other, 'staff-technician');
    expect(await technicians.call('Maintenance.SettleUnresolved', item)).toEqual({ errorCode: 'notInThisRole' });
    await other.bench.cardReader.remove();
    const staff = await signsOn(other, 'staff');
    expect((await staff.state()).overview?.unresolved).toMatchObject([{ saga, act: 'formalLoss', step: 'unknownAct' }]);
    const { day } = await staff.call('Maintenance.GetDay');
    expect(day?.points).toMatchObject([{ kind: 'actUnresolved', cases: ['7K2M-04QX'], wantsWord: true }]);
    expect(await staff.call('Maintenance.SettleUnresolved', item)).toEqual({});
    expect(await staff.call('Maintenance.SettleUnresolved', item)).toEqual({ errorCode: 'noSuchItem' });
    expect((await staff.call('Maintenance.GetDay')).day?.points).toEqual([]);
    const [signature] = other.entries({ event: 'saga.signedOff' });
    expect(signature?.fields).toMatchObject({ saga, finding: 'notDone', token: expect.stringMatching(/^[0-9a-f]+$/) });
    // The visit tells it, too.
    expect(other.sentences('visit').join('\n')).toContain('staff found out that formalLoss was not done');
    await other.bench.cardReader.remove();
  });
});
