import { afterEach, beforeEach, expect, test } from 'vitest';
import { delays } from './delays.ts';
import { Desk } from './desk.fixture.ts';
import type { Started, Word } from './engine.ts';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

const day = 24 * 60 * 60 * 1000;

function started(plan?: Parameters<Desk['begin']>[0], secrets?: Uint8Array): Started {
  const begun = desk.begin(plan, secrets);
  if (!begun.ok) throw new Error(begun.error);
  return begun.value;
}

/** The first word of each step, as soon as there is one. */
async function words({ firstWord }: Started): Promise<Record<string, string>> {
  let told: ReadonlyMap<string, Word> | undefined;
  void firstWord.then((all) => (told = all));
  for (let second = 0; told === undefined && second < 120; second += 1) await desk.clock.pass(1_000);
  return Object.fromEntries([...(told ?? [])].map(([step, { outcome }]) => [step, outcome]));
}

test('both legs are done: each intent is in the journal before its host sees anything', async () => {
  for (const host of Object.values(desk.hosts))
    host.onAct = (key) => expect(desk.sagaEntries().some(({ fields }) => fields['key'] === key)).toBe(true);
  expect(await words(started())).toEqual({ social: 'done', financial: 'done' });
  expect(desk.story()).toEqual([
    'began',
    'intent social',
    'intent financial',
    'result social done',
    'result financial done',
    'settled done',
  ]);
  expect(desk.sagas.openCount).toBe(0);
  expect(desk.journal.verify().damage).toBeUndefined();
});

test('the host acts and its answer is lost: it is asked, and does nothing twice', async () => {
  desk.hosts['social']?.faults.push('dropAfter');
  expect(await words(started())).toEqual({ social: 'done', financial: 'done' });
  expect(desk.hosts['social']?.ledger).toHaveLength(1);
});

test('the request is lost: a loss report goes out again under the same key', async () => {
  desk.hosts['social']?.faults.push('dropBefore');
  const seen: string[] = [];
  const { social } = desk.hosts;
  if (social) social.onAct = (key) => void seen.push(key);
  expect(await words(started())).toEqual({ social: 'done', financial: 'done' });
  expect(new Set(seen).size).toBe(1);
  expect(seen).toHaveLength(2);
  expect(social?.ledger).toHaveLength(1);
});

test('the request is lost: what is done once at most is not done, as soon as it can no longer arrive', async () => {
  desk.hosts['social']?.faults.push('dropBefore');
  expect(await words(started({ repeat: 'once' }))).toEqual({ social: 'pending', financial: 'done' });
  expect(desk.sagas.isOpen('social:C-1')).toBe(true);
  expect(desk.sagas.isOpen('financial:C-1')).toBe(false);
  await desk.clock.pass(2 * delays.neverSeenFinalMs);
  expect(desk.story()).toContain('result social notDone neverSeen');
  expect(desk.story().at(-1)).toBe('settled partly');
  expect(desk.hosts['social']?.ledger).toHaveLength(0);
});

test('a host that is down: a loss report is tried until it is done, each time under a key of its own', async () => {
  desk.hosts['social']?.faults.push(...Array.from({ length: 12 }, () => 'down' as const));
  expect(await words(started())).toEqual({ social: 'pending', financial: 'done' });
  await desk.clock.pass(60 * 60 * 1000);
  expect(desk.hosts['social']?.ledger).toHaveLength(1);
  const keys = desk.sagaEntries().flatMap(({ event, fields }) => (event === 'saga.intent' ? [fields['key']] : []));
  expect(new Set(keys).size).toBe(14);
  expect(desk.story().at(-1)).toBe('settled done');
});

test('a host that is down: what is done once at most was not done, and that is the word', async () => {
  desk.hosts['social']?.faults.push('down');
  expect(await words(started({ repeat: 'once' }))).toEqual({ social: 'notDone', financial: 'done' });
  expect(desk.story().at(-1)).toBe('settled partly');
});

test('a refusal is final', async () => {
  desk.hosts['financial']?.faults.push('refuse');
  expect(await words(started())).toEqual({ social: 'done', financial: 'refused' });
  expect(desk.story().at(-1)).toBe('settled partly');
});

test('somebody acted on the card just before: the person is told, nobody else has to look', async () => {
  desk.hosts['social']?.faults.push('overtaken');
  expect(await words(started())).toEqual({ social: 'refused', financial: 'done' });
  expect(desk.sagas.unresolved()).toEqual([]);
});

test('the branch acts while we try again: we stop, and a person has to look', async () => {
  desk.hosts['social']?.faults.push('down', 'down', 'overtaken');
  expect(await words(started())).toEqual({ social: 'pending', financial: 'done' });
  await desk.clock.pass(60_000);
  expect(desk.hosts['social']?.ledger).toHaveLength(0);
  expect(desk.story().at(-1)).toBe('settled unresolved');
  expect(desk.sagas.unresolved()).toMatchObject([
    { step: 'social', why: 'changedMeanwhile', caseCode: '7K2M-04QX', task: 'askCardManagement' },
  ]);
  await desk.crash();
  desk.start();
  expect(desk.sagas.unresolved()).toHaveLength(1);
});

test('no word for a day: a person has to look', async () => {
  const { social } = desk.hosts;
  if (social === undefined) throw new Error('no host');
  social.faults.push('dropAfter');
  social.reachable = false;
  expect(await words(started())).toEqual({ social: 'pending', financial: 'done' });
  await desk.clock.pass(day - 60_000);
  expect(desk.sagas.unresolved()).toEqual([]);
  await desk.clock.pass(10 * 60_000);
  expect(desk.sagas.unresolved()).toMatchObject([{ step: 'social', why: 'noWordFromHost' }]);
});

test.each([1, -1])('a clock that jumps %i day in the middle makes no act old, and none young', async (days) => {
  const { social } = desk.hosts;
  if (social === undefined) throw new Error('no host');
  social.faults.push('dropAfter');
  social.reachable = false;
  const saga = started();
  desk.clock.wallMs += days * day;
  expect(await words(saga)).toEqual({ social: 'pending', financial: 'done' });
  social.reachable = true;
  await desk.clock.pass(60_000);
  expect(desk.story().at(-1)).toBe('settled done');
  expect(social.ledger).toHaveLength(1);
});

test('after a power cut between intent and answer it is asked first', async () => {
  const { social } = desk.hosts;
  if (social === undefined) throw new Error('no host');
  social.faults.push('dropAfter');
  social.reachable = false;
  started();
  await desk.clock.pass(1_000);
  await desk.crash();
  social.reachable = true;
  desk.start();
  expect(desk.sagas.isOpen('social:C-1')).toBe(true);
  await desk.clock.pass(1_000);
  expect(desk.story().at(-1)).toBe('settled done');
  expect(social.ledger).toHaveLength(1);
});

test('after a power cut right behind the beginning a confirmed loss report is filed', async () => {
  // The process dies before its first intent.
  const { journal } = desk;
  const record = journal.record.bind(journal) as (...entry: unknown[]) => boolean;
  journal.record = (...entry: unknown[]) => entry[0] !== 'saga.intent' && record(...entry);
  started();
  await desk.crash();
  desk.start();
  await desk.clock.pass(1_000);
  expect(desk.story().at(-1)).toBe('settled done');
  expect(desk.hosts['social']?.ledger).toHaveLength(1);
});

test('after a power cut right behind the beginning nothing is opened behind a person’s back', async () => {
  const { journal } = desk;
  const record = journal.record.bind(journal) as (...entry: unknown[]) => boolean;
  journal.record = (...entry: unknown[]) =>
    entry[0] !== 'saga.intent' && entry[0] !== 'saga.result' && record(...entry);
  started({ repeat: 'once' });
  await desk.crash();
  desk.start();
  await desk.clock.pass(1_000);
  expect(desk.story()).toEqual([
    'began',
    'result social notDone interrupted',
    'result financial notDone interrupted',
    'settled notDone',
  ]);
  expect(desk.hosts['social']?.ledger).toEqual([]);
});

test('a second act on the same card has to wait; another card has not', async () => {
  desk.hosts['social']?.faults.push(...Array.from({ length: 9 }, () => 'down' as const));
  await words(started());
  expect(desk.begin()).toMatchObject({ ok: false, error: 'subjectBusy' });
  expect(desk.begin({ legs: ['financial'] }).ok).toBe(true);
  expect(desk.begin({ card: 'C-2' }).ok).toBe(true);
});

test('secrets are wiped when every step has had its attempt, and when nothing could begin', async () => {
  const secret = Uint8Array.of(1, 2, 3);
  await words(started({ repeat: 'once' }, secret));
  expect(desk.wiped).toEqual([Uint8Array.of(0, 0, 0)]);
  desk.hosts['social']?.faults.push('dropBefore');
  started({ repeat: 'once' }, Uint8Array.of(4));
  await desk.clock.pass(5_000);
  expect(desk.begin({}, Uint8Array.of(5))).toMatchObject({ ok: false });
  expect(desk.wiped).toHaveLength(3);
  expect(desk.wiped.every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
});

test('a full disk: nothing is begun that cannot be written down, and nothing known is forgotten', async () => {
  desk.fillDisk();
  expect(desk.begin()).toMatchObject({ ok: false, error: 'journalUnavailable' });
  desk.room(100);
  const { social } = desk.hosts;
  // The disk fills up while the host is at it.
  if (social) social.onAct = () => desk.fillDisk();
  expect(await words(started({ legs: ['social'] }))).toEqual({ social: 'done' });
  expect(desk.story().at(-1)).toBe('intent social');
  desk.room(1000);
  await desk.clock.pass(5_000);
  expect(desk.story().slice(-2)).toEqual(['result social done', 'settled done']);
});

test('an act that this program does not know is a person’s', async () => {
  desk.journal.record('saga.began', { saga: 'S', kind: 'fromTheFuture', what: 'x', case: '7K2M-04QX', plan: '{}' });
  await desk.crash();
  desk.start();
  await desk.clock.pass(1_000);
  expect(desk.sagas.unresolved()).toMatchObject([{ saga: 'S', why: 'unknownAct' }]);
  expect(desk.story().at(-1)).toBe('settled unresolved');
});

test('a person finds out: the item leaves the list once and for good, and the act is settled', async () => {
  desk.hosts['social']?.faults.push('down', 'down', 'overtaken');
  const { id } = started();
  await desk.clock.pass(60_000);
  const item = { saga: id, step: 'social' };
  expect(desk.sagas.signOff({ ...item, step: 'financial' }, 'done', 'token')).toMatchObject({ error: 'noSuchItem' });
  expect(desk.sagas.signOff(item, 'notDone', 'token').ok).toBe(true);
  expect(desk.sagas.signOff(item, 'done', 'other')).toMatchObject({ error: 'noSuchItem' });
  expect(desk.sagas.unresolved()).toEqual([]);
  expect(desk.story().slice(-2)).toEqual(['signedOff social', 'settled signedOff']);
  expect(desk.journal.openSagaEntries()).toEqual([]);
  await desk.crash();
  desk.start();
  expect(desk.sagas.unresolved()).toEqual([]);
  expect(desk.sagas.signOff(item, 'done', 'other')).toMatchObject({ error: 'noSuchItem' });
});

test('signed off while the other side goes on: that side goes on, and the act is settled with it', async () => {
  desk.hosts['social']?.faults.push('down', 'down', 'overtaken');
  desk.hosts['financial']?.faults.push(...Array.from({ length: 12 }, () => 'down' as const));
  const { id } = started();
  await desk.clock.pass(20_000);
  expect(desk.sagas.signOff({ saga: id, step: 'social' }, 'done', 'token').ok).toBe(true);
  await desk.crash();
  desk.start();
  await desk.clock.pass(60 * 60 * 1000);
  expect(desk.hosts['social']?.ledger).toHaveLength(0);
  expect(desk.hosts['financial']?.ledger).toHaveLength(1);
  expect(desk.story().at(-1)).toBe('settled signedOff');
});

test('cut off between the signature and the settling: the next start settles it', async () => {
  desk.hosts['social']?.faults.push('down', 'down', 'overtaken');
  const { id } = started();
  await desk.clock.pass(60_000);
  const { journal } = desk;
  const record = journal.record.bind(journal) as (...entry: unknown[]) => boolean;
  journal.record = (...entry: unknown[]) => entry[0] !== 'saga.settled' && record(...entry);
  desk.sagas.signOff({ saga: id, step: 'social' }, 'done', 'token');
  await desk.crash();
  desk.start();
  expect(desk.story().at(-1)).toBe('settled signedOff');
  expect(desk.journal.openSagaEntries()).toEqual([]);
});
