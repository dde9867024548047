import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeEach, describe, expect, test } from 'vitest';
import { eventManual, events, Journal, type JournalOptions, MachineKeys, sentenceOf } from './index.ts';

let folder: string;
let keyFolder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  keyFolder = mkdtempSync(join(tmpdir(), 'keys-'));
});

function open(more: Partial<JournalOptions> = {}): Journal {
  return Journal.open({ dataFolder: folder, keyFolder, keys: MachineKeys.open(keyFolder), maxBytes: 1e9, ...more });
}

function fill(journal: Journal, count: number): void {
  for (let index = 0; index < count; index += 1) journal.record('pin.entered', { digits: index % 7 }, 'v1');
}

function tamper(sql: string): void {
  const db = new Database(join(folder, 'journal.db'));
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

  test('a journal put in the place of this one', () => {
    const other = mkdtempSync(join(tmpdir(), 'other-'));
    const foreign = Journal.open({ dataFolder: other, keyFolder: other, keys: MachineKeys.open(other), maxBytes: 1e9 });
    fill(foreign, 20);
    foreign.close();
    const journal = open();
    fill(journal, 10);
    journal.close();
    copyFileSync(join(other, 'journal.db'), join(folder, 'journal.db'));
    tamper('DELETE FROM heads');
    const reopened = open();
    expect(reopened.verify().damage).toEqual({ what: 'replaced journal', seq: 10 });
    reopened.close();
  });
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
  const journal = open({ headEvery: 100, maxBytes: 200_000 });
  fill(journal, 2000);
  expect(journal.writable).toBe(false);
  expect(journal.entries({})).toHaveLength(2000);
  for (const head of journal.headsToSend().slice(0, 18)) journal.headTaken(head.seq);
  expect(journal.writable).toBe(true);
  expect(journal.entries({}).length).toBeLessThan(2000);
  expect(journal.verify().damage).toBeUndefined();
  expect(journal.entries({ event: 'journal.dropped' }).length).toBeGreaterThan(0);
  journal.close();
});

test('a disk that takes no more is a state: record says no and the journal recovers', () => {
  const journal = open();
  fill(journal, 3);
  const pages = new Database(join(folder, 'journal.db'));
  pages.exec('BEGIN IMMEDIATE'); // another writer holds the file: SQLite refuses as it does on a full disk
  expect(journal.record('pin.entered', { digits: 1 })).toBe(false);
  expect(journal.writable).toBe(false);
  pages.exec('ROLLBACK');
  pages.close();
  expect(journal.record('pin.entered', { digits: 1 })).toBe(true);
  expect(journal.writable).toBe(true);
  expect(journal.verify().damage).toBeUndefined();
  journal.close();
});

test('the daemon starts where no journal can be opened', () => {
  mkdirSync(join(folder, 'journal.db'));
  const journal = open();
  expect(journal.writable).toBe(false);
  expect(journal.record('pin.entered', { digits: 1 })).toBe(false);
  journal.close();
});

test('tokens join the same thing and nothing else', () => {
  const keys = MachineKeys.open(keyFolder);
  expect(keys.token('pan', Buffer.from('1'))).toBe(MachineKeys.open(keyFolder).token('pan', Buffer.from('1')));
  expect(keys.token('pan', Buffer.from('1'))).not.toBe(keys.token('card', Buffer.from('1')));
  expect(readdirSync(keyFolder).sort()).toEqual(['machine.key.pem', 'token.key']);
});

test('the event manual in docs is the catalogue', async () => {
  await expect(eventManual()).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/events.md'));
});

test('an event of another version is shown as it is', () => {
  expect(sentenceOf('future.event', { a: 1 })).toBe('future.event {"a":1}');
  for (const id of Object.keys(events)) expect(sentenceOf(id, {})).not.toBe('');
  rmSync(folder, { recursive: true });
});
