import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Episode,
  type EpisodeQuery,
  type EventFields,
  type EventId,
  fromChina,
  Journal,
  MachineKeys,
  storyOf,
} from './index.ts';

// What the journal's pages list: visits, sessions of staff, and what happened between them.

let folder: string;
let journal: Journal;
let now: Date;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'episodes-'));
  now = new Date('2026-11-27T14:00:00+08:00');
  const place = { dataFolder: folder, keyFolder: folder, keys: MachineKeys.open(folder) };
  journal = Journal.open({ ...place, maxBytes: 1e9, now: () => now });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

/** `14:32`, or `28 00:10` on another day of that November. */
function at(text: string): Date {
  const [time = '', day = '27'] = text.split(' ').toReversed();
  const date = fromChina(`2026-11-${day}`, time);
  if (date === undefined) throw new Error(`${text} is no time`);
  return date;
}
const iso = (time: string): string => at(time).toISOString();

function say<Id extends EventId>(time: string, event: Id, fields: EventFields<Id>, visit?: string): void {
  now = at(time);
  expect(journal.record(event, fields, visit)).toBe(true);
}

const begins = (time: string, visit: string, code: string): void =>
  say(time, 'visit.began', { case: code, language: 'zh-Hans' }, visit);
const ends = (time: string, visit: string, reason = 'completed'): void =>
  say(time, 'visit.ended', { reason, card: 'taken', seconds: 60 }, visit);
const printer = (time: string, state: string): void => say(time, 'device.state', { device: 'printer', state });

/** A printer that fails in the second visit, a machine that is cut off in the third, and staff who look after it. */
function day(): void {
  begins('14:30', 'visit-a', 'AAAA-0001');
  say('14:31', 'pin.notEntered', { why: 'pinCancelled' }, 'visit-a');
  ends('14:31', 'visit-a');
  say('14:31', 'host.state', { host: 'bankCore', state: 'down' });
  begins('14:32', 'visit-b', 'BBBB-0002');
  printer('14:33', 'failed');
  say('14:33', 'journal.headSent', { headSeq: 4 });
  say('14:34', 'receipt.printed', { form: 'balance', outcome: 'notDone' }, 'visit-b');
  ends('14:35', 'visit-b', 'timeOut');
  say('14:36', 'saga.settled', { saga: 's', outcome: 'done' }, 'visit-b');
  begins('15:00', 'visit-c', 'AABB-0003');
  say('15:40', 'daemon.started', { version: '1', profile: 'bench', bootId: 'b' });
  say('15:40', 'daemon.uncleanStop', {});
  ends('15:41', 'visit-c', 'cutOff');
  say('15:50', 'staff.signedOn', { token: 'abcd0123', role: 'technician', offline: false }, 'staff-a');
  printer('15:51', 'ready');
  say('15:55', 'staff.signedOff', { token: 'abcd0123', why: 'signedOff', seconds: 300 }, 'staff-a');
  say('15:56', 'ui.connected', { connection: 1 });
  begins('16:00', 'visit-d', 'DDDD-0004');
}

/** Short names, as they stand in the tables here. */
const nameOf = (episode: Episode): string =>
  episode.kind === 'between' ? `${episode.seq}–${episode.upto}` : episode.visit;
const found = (query: EpisodeQuery, limit = 100): readonly string[] => journal.episodes(query, limit).map(nameOf);

describe('what is looked for is found', () => {
  test.each([
    ['the newest first', {}, ['visit-d', 'staff-a', 'visit-c', 'visit-b', '4–4', 'visit-a']],
    ['by a minute', { from: '14:32', to: '14:33' }, ['visit-b']],
    ['by a minute in which none began', { from: '14:34', to: '14:35' }, ['visit-b']],
    ['by a minute in which one was cut off', { from: '15:39', to: '15:40' }, ['visit-c']],
    ['by a minute in which staff were there', { from: '15:52', to: '15:53' }, ['staff-a']],
    ['by a minute with nobody there', { from: '14:31', to: '14:32' }, ['4–4', 'visit-a']],
    ['by an hour', { from: '14:00', to: '15:00' }, ['visit-b', '4–4', 'visit-a']],
    ['not before the first', { from: '13:00', to: '14:00' }, []],
    ['the one that is running', { from: '16:30', to: '16:31' }, ['visit-d']],
    ['by case code', { case: 'AABB-0003' }, ['visit-c']],
    ['by how the case code begins', { case: 'AA' }, ['visit-c', 'visit-a']],
    ['not by what is no pattern', { case: '%' }, []],
    ['by an event of the visit', { event: 'pin.notEntered' }, ['visit-a']],
    ['by an event of the machine', { event: 'daemon.uncleanStop' }, ['visit-c']],
    ['by what happened between two', { event: 'host.state' }, ['4–4']],
    ['by what its act came to after its end', { event: 'saga.settled' }, ['visit-b']],
    ['by a session', { event: 'staff.signedOn' }, ['staff-a']],
    ['not by what nobody has to know', { event: 'ui.connected' }, []],
    ['by device', { device: 'printer' }, ['staff-a', 'visit-b']],
    ['by all of it', { device: 'printer', event: 'receipt.printed', from: '15:00', to: '16:00' }, []],
  ])('%s', (_how, { from, to, ...query }: EpisodeQuery, names) => {
    day();
    expect(found({ ...query, ...(from && { from: iso(from) }), ...(to && { to: iso(to) }) })).toEqual(names);
  });

  test('with what it was, and how it ended', () => {
    day();
    const [d, staff, c] = journal.episodes({}, 3);
    const span = { seq: 19, upto: 19, began: iso('16:00'), last: iso('16:00') };
    expect(d).toEqual({ kind: 'visit', ...span, visit: 'visit-d', case: 'DDDD-0004' });
    expect(staff).toMatchObject({
      kind: 'staff',
      who: { role: 'technician' },
      end: { why: 'signedOff', seconds: 300 },
    });
    expect(c).toMatchObject({ upto: 14, last: iso('15:41'), end: { reason: 'cutOff', card: 'taken', seconds: 60 } });
    expect(found({ before: c?.seq ?? 0 }, 1)).toEqual(['visit-b']);
  });

  test('a time with an offset is the same time', () => {
    day();
    expect(found({ from: '2026-11-27T14:32:00+08:00', to: '2026-11-27T14:33:00+08:00' })).toEqual(['visit-b']);
  });
});

describe('between', () => {
  test('days are cut at midnight in China, and each is found by its own hours', () => {
    printer('26 23:50', 'failed');
    printer('27 00:10', 'ready');
    printer('27 23:59', 'failed');
    printer('28 00:00', 'ready');
    expect(found({})).toEqual(['4–4', '2–3', '1–1']);
    expect(found({ from: iso('27 23:00'), to: iso('28 00:00') })).toEqual(['2–3']);
    // Nothing happened then, though it lies between two things that did.
    expect(found({ from: iso('27 12:00'), to: iso('27 13:00') })).toEqual([]);
    expect(found({ from: iso('27 00:00'), to: iso('27 01:00'), event: 'cabinet.opened' })).toEqual([]);
    expect(found({ from: iso('27 00:00'), to: iso('27 01:00'), device: 'printer' })).toEqual(['2–3']);
  });

  test('the device is looked for in that hour, not in the whole stretch', () => {
    printer('10:00', 'failed');
    say('11:30', 'host.state', { host: 'bankCore', state: 'down' });
    expect(found({ from: iso('11:00'), to: iso('12:00'), device: 'printer' })).toEqual([]);
    expect(found({ from: iso('11:00'), to: iso('12:00') })).toEqual(['1–2']);
  });

  test('what nobody has to know is no row, and no line of one', () => {
    say('10:00', 'ui.connected', { connection: 1 });
    expect(found({})).toEqual([]);
    printer('10:01', 'failed');
    say('10:02', 'host.signedOn', { host: 'bankCore', keyCheck: '00' });
    printer('10:03', 'ready');
    const [stretch] = journal.episodes({}, 1);
    expect(stretch).toMatchObject({ kind: 'between', seq: 2, upto: 4, entries: 2 });
    expect(stretch && storyOf(journal, stretch).map(({ seq }) => seq)).toEqual([2, 4]);
  });

  test('a clock that was set back loses nothing', () => {
    printer('28 10:00', 'failed');
    printer('27 10:00', 'ready');
    printer('28 10:01', 'failed');
    expect(found({})).toEqual(['3–3', '2–2', '1–1']);
    expect(found({ from: iso('28 10:00'), to: iso('28 11:00') })).toEqual(['3–3', '1–1']);
  });

  test('while staff are there it is told apart from what they do, and with it once they have gone', () => {
    say('10:00', 'staff.signedOn', { token: 'abcd', role: 'technician', offline: false }, 'staff-a');
    printer('10:01', 'absent');
    expect(found({})).toEqual(['2–2', 'staff-a']);
    say('10:02', 'staff.signedOff', { token: 'abcd', why: 'idle', seconds: 120 }, 'staff-a');
    expect(found({})).toEqual(['staff-a']);
    // A list that was drawn before leads there still.
    expect(journal.episodeAt(2)).toMatchObject({ kind: 'staff', seq: 1, upto: 3 });
  });

  test('somebody who was not let in is staff without a role', () => {
    say('10:00', 'staff.refused', { act: 'maintenance', by: 'card', why: 'notStaffCard' }, 'staff-x');
    expect(journal.episodes({}, 1)).toMatchObject([{ kind: 'staff', visit: 'staff-x' }]);
    expect(journal.episodes({}, 1)[0]).not.toHaveProperty('who');
  });
});

/** A journal of everything in any order; the same for the same number. */
function mixed(seed: number): void {
  let state = seed;
  const dice = (sides: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * sides);
  };
  let open: string | undefined;
  const ended: string[] = [];
  const record = <Id extends EventId>(event: Id, fields: EventFields<Id>, visit?: string): void => {
    now = new Date(now.getTime() + dice(40) * 60_000);
    expect(journal.record(event, fields, visit)).toBe(true);
  };
  for (let step = 0; step < 300; step += 1) {
    const id = `id-${seed}-${step}`;
    switch (dice(9)) {
      case 0:
        if (open === undefined) record('visit.began', { case: 'AAAA-0001', language: 'en' }, id);
        open ??= id;
        break;
      case 1:
        if (open === undefined) record('staff.signedOn', { token: 'abcd', role: 'technician', offline: false }, id);
        open ??= id;
        break;
      case 2:
        if (open === undefined) break;
        record('visit.ended', { reason: 'error', card: 'none', seconds: 1 }, open);
        ended.push(open);
        open = undefined;
        break;
      case 3:
        // Cut off, with no end that is ever told.
        open = undefined;
        break;
      case 4:
        // Later than its visit ended, or longer ago than the journal reaches.
        if (open !== undefined && ended.length === 0) break;
        record('saga.settled', { saga: 's', outcome: 'done' }, ended[dice(ended.length)] ?? `old-${seed}-${step}`);
        break;
      case 5:
        record('ui.connected', { connection: 1 });
        break;
      case 6:
        record('pin.entered', { digits: 6 }, open);
        break;
      default:
        record('device.state', { device: 'printer', state: 'failed' });
    }
  }
}

test('in the background it finds the same, and stops when nobody wants it any more', async () => {
  for (let seed = 0; seed < 12; seed += 1) mixed(seed);
  const query = { event: 'pin.entered' };
  const going = new AbortController();
  const all = journal.episodes({}, 10_000);
  expect(all.length).toBeGreaterThan(500);
  expect(await journal.episodesInBackground({}, 10_000, going.signal)).toEqual(all);
  expect(await journal.episodesInBackground(query, 30, going.signal)).toEqual(journal.episodes(query, 30));
  const stopped = journal.episodesInBackground({ event: 'mains.lost' }, 30, going.signal);
  going.abort();
  expect(await stopped).toBeUndefined();
});

test.each([1, 2, 3, 4, 5])('page by page nothing is lost and nothing comes twice (journal %i)', (seed) => {
  mixed(seed);
  const all = journal.episodes({}, 10_000);
  for (const size of [1, 3, 20]) {
    const pages: Episode[] = [];
    for (let page = journal.episodes({}, size); page.length > 0; ) {
      pages.push(...page);
      page = journal.episodes({ before: page.at(-1)?.seq ?? 0 }, size);
    }
    expect(pages).toEqual(all);
  }
  // Newest first, each once, and what is opened is what the list said.
  expect(all.map(({ seq }) => seq)).toEqual([...new Set(all.map(({ seq }) => seq))].sort((one, other) => other - one));
  for (const episode of all) expect(journal.episodeAt(episode.seq)).toEqual(episode);
  // Every entry is told in exactly one, but for what nobody has to know.
  const told = all.flatMap((episode) => storyOf(journal, episode).map(({ seq }) => seq));
  const worth = journal.entries({}).filter(({ event }) => event !== 'ui.connected');
  expect(told.sort((one, other) => one - other)).toEqual(worth.map(({ seq }) => seq));
  // By day it is the same.
  const days = Array.from({ length: 30 }, (_, index) => new Date(Date.parse(iso('27 00:00')) + index * 86_400_000));
  const byDay = days.flatMap((from) =>
    journal.episodes({ from: from.toISOString(), to: new Date(from.getTime() + 86_400_000).toISOString() }, 10_000),
  );
  const missing = all.filter((episode) => !byDay.some(({ seq }) => seq === episode.seq));
  expect(missing.map(nameOf)).toEqual([]);
});
