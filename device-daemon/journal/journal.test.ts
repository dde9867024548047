import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { eventManual, events, Journal, type JournalOptions, JournalReader, MachineKeys, sentenceOf } from './index.ts';

let folder: string;
let keyFolder: string;

/** Every entry is synced to the disk; these tests ask for thousands, so where there is a disk in memory it serves. */
const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

beforeEach(() => {
  folder = mkdtempSync(join(place, 'journal-'));
  keyFolder = mkdtempSync(join(place, 'keys-'));
});
afterEach(() => {
  for (const used of [folder, keyFolder]) rmSync(used, { recursive: true, force: true });
});

function open(more: Partial<JournalOptions> = {}): Journal {
  return Journal.open({ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9, ...more });
}

function fill(journal: Journal, count: number): void {
  for (let index = 0; index < count; index += 1) journal.record('pin.entered', { digits: index % 7 }, 'v1');
}

/** What a stranger does who has the file: the triggers are only for ourselves. */
function tamper(sql: string): void {
  const db = new Database(join(folder, 'journal.db'));
  const triggers = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").all() as { name: string }[];
  for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
  db.exec(sql);
  db.close();
}

test('entries survive a restart and the chain holds across it', () => {
  const first = open();
  fill(first, 5);
  first.close();
  const second = open();
  fill(second, 5);
  expect(second.verify()).toEqual({ checked: 10, fromSeq: 1 });
  expect(second.entries({ visit: 'v1' })).toHaveLength(10);
  second.close();
});

describe('verification names', () => {
  test.each([
    ['a changed byte', 'UPDATE entries SET body = \'{"digits":9}\' WHERE seq = 4', { what: 'changed entry', seq: 4 }],
    ['a changed hash', 'UPDATE entries SET hash = zeroblob(32) WHERE seq = 4', { what: 'changed entry', seq: 4 }],
    ['a missing segment', 'DELETE FROM entries WHERE seq BETWEEN 3 AND 5', { what: 'missing entries', seq: 3 }],
    ['a missing beginning', 'DELETE FROM entries WHERE seq < 3', { what: 'missing entries', seq: 2 }],
    ['a deleted tail after the last head', 'DELETE FROM entries WHERE seq > 9', { what: 'deleted tail', seq: 10 }],
    [
      'a deleted tail with its heads',
      'DELETE FROM entries WHERE seq > 5; DELETE FROM heads',
      { what: 'deleted tail', seq: 6 },
    ],
    ['an emptied journal', 'DELETE FROM entries; DELETE FROM heads', { what: 'replaced journal', seq: 1 }],
    [
      'a forged head',
      "UPDATE heads SET at = '2020-01-01T00:00:00.000Z' WHERE seq = 10",
      { what: 'false head', seq: 10 },
    ],
  ])('%s', (_name, sql, damage) => {
    const journal = open();
    fill(journal, 10);
    journal.signHead();
    fill(journal, 2);
    journal.close();
    tamper(sql);
    const reopened = open();
    expect(reopened.verify().damage).toEqual(damage);
    reopened.close();
  });

  test.each([
    ['with heads of its own', ''],
    ['without heads', 'DELETE FROM heads'],
  ])('a journal put in the place of this one, %s', (_name, sql) => {
    const other = mkdtempSync(join(place, 'other-'));
    const foreign = Journal.open({ dataFolder: other, keyFolder: other, keys: MachineKeys.open(other), maxBytes: 1e9 });
    fill(foreign, 20);
    foreign.close();
    const journal = open();
    fill(journal, 10);
    journal.close();
    copyFileSync(join(other, 'journal.db'), join(folder, 'journal.db'));
    rmSync(other, { recursive: true });
    tamper(sql);
    const reopened = open();
    expect(reopened.verify().damage).toEqual(
      sql === '' ? { what: 'false head', seq: 20 } : { what: 'replaced journal', seq: 10 },
    );
    reopened.close();
  });

  test('an older copy of this very journal', () => {
    const journal = open();
    fill(journal, 10);
    journal.close();
    copyFileSync(join(folder, 'journal.db'), join(folder, 'copy'));
    const later = open();
    fill(later, 5);
    later.close();
    copyFileSync(join(folder, 'copy'), join(folder, 'journal.db'));
    const reopened = open();
    expect(reopened.verify().damage).toEqual({ what: 'deleted tail', seq: 11 });
    expect(reopened.verify('lastHead').damage).toEqual({ what: 'deleted tail', seq: 11 });
    reopened.close();
  });

  test.each([
    [
      'a tail that was cut behind the last head',
      'DELETE FROM entries WHERE seq > 9',
      { what: 'missing entries', seq: 10 },
    ],
    [
      'the entry of the last head',
      'UPDATE entries SET hash = zeroblob(32) WHERE seq = 10',
      { what: 'changed entry', seq: 10 },
    ],
    ['an entry after it', "UPDATE entries SET visit = 'v2' WHERE seq = 11", { what: 'changed entry', seq: 11 }],
    [
      'a cut tail and its head',
      'DELETE FROM entries WHERE seq > 9; DELETE FROM heads WHERE seq > 5',
      { what: 'deleted tail', seq: 10 },
    ],
  ])('already at boot, from the last head on: %s', (_name, sql, damage) => {
    const journal = open({ headEvery: 5 });
    fill(journal, 12);
    tamper(sql);
    expect(journal.verify('lastHead').damage).toEqual(damage);
    journal.close();
  });

  test('a file that is no database, or no longer one: the daemon lives, and nothing begins', () => {
    const journal = open();
    fill(journal, 3);
    journal.close();
    writeFileSync(join(folder, 'journal.db'), 'not a database, and long enough to be looked at'.repeat(200));
    const reopened = open();
    expect(reopened.writable).toBe(false);
    expect(reopened.record('pin.entered', { digits: 1 })).toBe(false);
    expect(reopened.verify()).toEqual({ checked: 0, fromSeq: 1, damage: { what: 'unreadable file', seq: 1 } });
    reopened.close();
  });

  test('any byte of the file: it is named, or it changes nothing that was written', () => {
    const journal = open({ headEvery: 10 });
    fill(journal, 60);
    journal.close();
    const file = join(folder, 'journal.db');
    const whole = readFileSync(file);
    const reader = (): JournalReader => {
      const opened = JournalReader.openReadOnly({ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder) });
      if (opened === undefined) throw new Error('no journal');
      return opened;
    };
    const first = reader();
    const entries = first.entries({});
    first.close();
    let named = 0;
    let state = 1126;
    for (let round = 0; round < 400; round += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const at = (state >>> 4) % whole.length;
      const broken = Buffer.from(whole);
      broken.writeUInt8(broken.readUInt8(at) ^ (1 << (state & 7)), at);
      writeFileSync(file, broken);
      const again = reader();
      const { damage } = again.verify();
      if (damage !== undefined) named += 1;
      else expect(again.entries({}), `byte ${at}`).toEqual(entries);
      again.close();
    }
    expect(named).toBeGreaterThan(50);
  });
});

describe('append-only', () => {
  test.each([
    ['an entry changed', "UPDATE entries SET body = '{}' WHERE seq = 2"],
    ['an entry changed in passing', "INSERT OR REPLACE INTO entries VALUES (2, 'x', 'x', NULL, '{}', x'00')"],
    ['an entry put far ahead', "INSERT INTO entries VALUES (99, 'x', 'x', NULL, '{}', x'00')"],
    ['the last entry deleted', 'DELETE FROM entries WHERE seq = 6'],
    ['all entries deleted', 'DELETE FROM entries'],
    ['a segment deleted that nobody has taken', 'DELETE FROM entries WHERE seq <= 4'],
    ['a head changed', "UPDATE heads SET at = '2020-01-01T00:00:00.000Z'"],
    ['a head deleted', 'DELETE FROM heads WHERE seq = 2'],
  ])('%s: the file itself refuses', (_name, sql) => {
    const journal = open({ headEvery: 2 });
    fill(journal, 6);
    journal.headTaken(2);
    const db = new Database(join(folder, 'journal.db'));
    expect(() => db.exec(sql)).toThrow(/append-only|follows the last|signed head stays/);
    db.exec('DELETE FROM entries WHERE seq <= 2');
    db.close();
    expect(journal.verify()).toEqual({ checked: 4, fromSeq: 3 });
    journal.close();
  });
});

describe('in the background', () => {
  test('the whole chain is checked while the daemon writes and segments go', async () => {
    const journal = open({ headEvery: 100, maxBytes: 120_000 });
    fill(journal, 1_200);
    for (const head of journal.headsToSend()) journal.headTaken(head.seq);
    const running = journal.verifyInBackground(new AbortController().signal);
    // Between two lots: a drop in front of where the walk is, and new entries behind.
    await setImmediate();
    await setImmediate();
    expect(journal.writable).toBe(true);
    expect(journal.entries({}).length).toBeLessThan(1_200);
    fill(journal, 20);
    const result = await running;
    expect(result?.damage).toBeUndefined();
    expect(result?.checked).toBeGreaterThan(500);
    journal.close();
  });

  test('damage far back is found, and a cancelled check says nothing', async () => {
    const journal = open();
    fill(journal, 900);
    tamper("UPDATE entries SET body = '{}' WHERE seq = 700");
    const signal = new AbortController().signal;
    expect(await journal.verifyInBackground(signal)).toEqual({
      checked: 699,
      fromSeq: 1,
      damage: { what: 'changed entry', seq: 700 },
    });
    expect(await journal.verifyInBackground(AbortSignal.abort())).toBeUndefined();
    journal.close();
  });
});

test('a head is signed every 1,000 entries, and when the journal is closed', () => {
  const journal = open();
  fill(journal, 2_001);
  expect(journal.headsToSend().map((head) => head.seq)).toEqual([1000, 2000]);
  journal.close();
  const reopened = open();
  expect(reopened.headsToSend().map((head) => head.seq)).toEqual([1000, 2000, 2001]);
  const [first] = reopened.headsToSend();
  const keys = MachineKeys.open(keyFolder);
  const signed = `head|1000|${first?.hash.toString('hex')}|${first?.at}`;
  expect(keys.verify(Buffer.from(signed), first?.signature ?? Buffer.alloc(0))).toBe(true);
  // Once signed and taken it stays taken.
  reopened.headTaken(2001);
  expect(reopened.signHead()?.seq).toBe(2001);
  expect(reopened.headsToSend().map((head) => head.seq)).toEqual([1000, 2000]);
  reopened.close();
});

test('heads are signed at their interval and sent once', () => {
  const journal = open({ headEvery: 4 });
  fill(journal, 9);
  expect(journal.headsToSend().map((head) => head.seq)).toEqual([4, 8]);
  journal.headTaken(4);
  expect(journal.headsToSend().map((head) => head.seq)).toEqual([8]);
  expect(journal.verify('lastHead')).toEqual({ checked: 1, fromSeq: 9 });
  journal.close();
});

test('above its bound only acknowledged segments drop, leaving a signed anchor; without one nothing new may begin', () => {
  const journal = open({ headEvery: 100, maxBytes: 100_000 });
  fill(journal, 1_000);
  expect(journal.writable).toBe(false);
  expect(journal.entries({})).toHaveLength(1_000);
  for (const head of journal.headsToSend().slice(0, 8)) journal.headTaken(head.seq);
  expect(journal.writable).toBe(true);
  expect(journal.entries({}).length).toBeLessThan(1_000);
  expect(journal.verify().damage).toBeUndefined();
  const [dropped] = journal.entries({ event: 'journal.dropped' });
  expect(dropped?.fields['uptoSeq']).toBe(100);
  journal.close();
  const reopened = open();
  expect(reopened.verify().damage).toBeUndefined();
  reopened.close();
});

test('a disk that takes no more is a state: record says no, and later the journal tells of the gap', () => {
  const journal = open();
  fill(journal, 3);
  const pages = new Database(join(folder, 'journal.db'));
  pages.exec('BEGIN IMMEDIATE'); // another writer holds the file: SQLite refuses as it does on a full disk
  expect(journal.record('pin.entered', { digits: 1 })).toBe(false);
  expect(journal.record('pin.entered', { digits: 2 })).toBe(false);
  expect(journal.writable).toBe(false);
  expect(journal.signHead()).toBeUndefined();
  expect(() => journal.headTaken(1)).not.toThrow();
  pages.exec('ROLLBACK');
  pages.close();
  expect(journal.record('pin.entered', { digits: 3 })).toBe(true);
  expect(journal.writable).toBe(true);
  expect(journal.entries({}).slice(3)).toMatchObject([
    { event: 'journal.gap', fields: { lost: 2 } },
    { event: 'pin.entered', fields: { digits: 3 } },
  ]);
  expect(journal.verify().damage).toBeUndefined();
  journal.close();
});

test('a journal that was full becomes writable by itself: asking whether it is suffices', () => {
  const journal = open();
  fill(journal, 1);
  const pages = new Database(join(folder, 'journal.db'));
  pages.exec('BEGIN IMMEDIATE');
  expect(journal.record('pin.entered', { digits: 1 })).toBe(false);
  pages.exec('ROLLBACK');
  pages.close();
  expect(journal.writable).toBe(true);
  expect(journal.entries({}).map((entry) => entry.event)).toEqual(['pin.entered', 'journal.gap']);
  journal.close();
});

test('the daemon starts where no journal can be opened, and has one when it can', async () => {
  const first = open();
  fill(first, 2);
  first.close();
  const file = join(folder, 'journal.db');
  copyFileSync(file, join(folder, 'aside'));
  rmSync(file);
  mkdirSync(file);
  const journal = open();
  expect(journal.writable).toBe(false);
  expect(journal.record('pin.entered', { digits: 1 })).toBe(false);
  expect(journal.verify()).toEqual({ checked: 0, fromSeq: 1 });
  expect(journal.headsToSend()).toEqual([]);
  rmSync(file, { recursive: true });
  copyFileSync(join(folder, 'aside'), file);
  await vi.waitUntil(() => journal.writable, { timeout: 20_000, interval: 50 });
  expect(journal.entries({}).map((entry) => entry.event)).toEqual(['pin.entered', 'pin.entered', 'journal.gap']);
  expect(journal.verify().damage).toBeUndefined();
  journal.close();
});

describe('the machine’s keys', () => {
  test('are whole or not there: what a full disk left of one is no key', () => {
    writeFileSync(join(keyFolder, 'machine.key.pem.new'), '');
    writeFileSync(join(keyFolder, 'token.key.new'), Buffer.alloc(7));
    const keys = MachineKeys.open(keyFolder);
    expect(MachineKeys.open(keyFolder).keyId).toBe(keys.keyId);
    expect(readdirSync(keyFolder).sort()).toEqual(['machine.key.pem', 'token.key']);
    expect(statSync(join(keyFolder, 'token.key')).mode & 0o777).toBe(0o600);
  });
});

test('tokens join the same thing and nothing else', () => {
  const keys = MachineKeys.open(keyFolder);
  expect(keys.token('pan', Buffer.from('1'))).toBe(MachineKeys.open(keyFolder).token('pan', Buffer.from('1')));
  expect(keys.token('pan', Buffer.from('1'))).not.toBe(keys.token('card', Buffer.from('1')));
});

test('what is still needed does not drop, however full the journal is', () => {
  const journal = open({ maxBytes: 60_000, headEvery: 100 });
  let needed = 150;
  journal.keepFrom(() => needed);
  while (journal.headsToSend().length < 4) journal.record('balance.asked', { stan: '000001' });
  for (const { seq } of journal.headsToSend()) journal.headTaken(seq);
  expect(journal.writable).toBe(false);
  const uptoSeqs = () => journal.entries({ event: 'journal.dropped' }).map(({ fields }) => fields['uptoSeq']);
  expect(uptoSeqs()).toEqual([100]);
  needed = Number.MAX_SAFE_INTEGER;
  expect(journal.writable).toBe(true);
  expect(uptoSeqs().slice(0, 2)).toEqual([100, 200]);
  journal.close();
});

test('of sagas only what is open, or left to a person, is taken up again', () => {
  const journal = open();
  const began = (saga: string) =>
    journal.record('saga.began', { saga, kind: 'k', what: 'w', case: '7K2M-04QX', plan: '{}' });
  for (const saga of ['open', 'settled', 'left']) began(saga);
  journal.record('saga.intent', { saga: 'open', step: 's', key: 'k1', attempt: 1 });
  journal.record('saga.settled', { saga: 'settled', outcome: 'partly' });
  journal.record('saga.settled', { saga: 'left', outcome: 'unresolved' });
  const taken = journal.openSagaEntries().map(({ event, fields }) => `${event} ${fields['saga']}`);
  expect(taken).toEqual(['saga.began open', 'saga.began left', 'saga.intent open', 'saga.settled left']);
  journal.close();
});

test.each([
  ['en', 'events.md'],
  ['zh-Hans', 'events.zh-Hans.md'],
] as const)('the event manual in docs is the catalogue, in %s', async (language, file) => {
  const manual = eventManual(language);
  await expect(manual).toMatchFileSnapshot(join(import.meta.dirname, '../../docs', file));
  // A cell more or less would shift all that is behind it.
  const [, ...bars] = new Set(
    manual.split('\n').flatMap((line) => (line.startsWith('|') ? [line.split('|').length] : [])),
  );
  expect(bars).toEqual([]);
});

test('an event of another version is shown as it is', () => {
  for (const language of ['en', 'zh-Hans'] as const) {
    expect(sentenceOf('future.event', { a: 1 }, language)).toBe('future.event {"a":1}');
    for (const id of Object.keys(events)) expect(sentenceOf(id, {}, language)).not.toBe('');
  }
});
