import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventWords } from '#assets/maintenance/index.ts';
import type { StaffLanguage } from '#protocol/generated/kiosk.ts';
import {
  type EventFields,
  type EventId,
  events,
  fromChina,
  inChina,
  isTrouble,
  Journal,
  lineOf,
  MachineKeys,
} from './index.ts';
import { storyOf, textOf } from './story.ts';

let folder: string;
let journal: Journal;
let now: Date;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'story-'));
  now = new Date('2026-11-27T14:00:00+08:00');
  const place = { dataFolder: folder, keyFolder: folder, keys: MachineKeys.open(folder) };
  journal = Journal.open({ ...place, maxBytes: 1e9, now: () => now });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const at = (time: string): Date => {
  const date = fromChina('2026-11-27', time);
  if (date === undefined) throw new Error(`${time} is no time`);
  return date;
};
const iso = (time: string): string => at(time).toISOString();

function say<Id extends EventId>(time: string, event: Id, fields: EventFields<Id>, visit?: string): void {
  now = at(time);
  expect(journal.record(event, fields, visit)).toBe(true);
}

const begins = (time: string, visit: string, code: string): void =>
  say(time, 'visit.began', { case: code, language: 'zh-Hans' }, visit);
const ends = (time: string, visit: string, reason = 'completed'): void =>
  say(time, 'visit.ended', { reason, card: 'taken', seconds: 60 }, visit);

/** A day with a printer that fails in the second visit, and a machine that is cut off in the third. */
function day(): void {
  begins('14:30', 'visit-a', 'AAAA-0001');
  say('14:31', 'pin.notEntered', { why: 'pinCancelled' }, 'visit-a');
  ends('14:31', 'visit-a');
  say('14:31', 'host.state', { host: 'bankCore', state: 'down' });
  begins('14:32', 'visit-b', 'BBBB-0002');
  say('14:33', 'device.state', { device: 'printer', state: 'failed', why: 'paperOut' });
  say('14:33', 'journal.headSent', { headSeq: 4 });
  say('14:34', 'receipt.printed', { form: 'balance', outcome: 'notDone' }, 'visit-b');
  ends('14:35', 'visit-b', 'timeOut');
  say('14:36', 'saga.settled', { saga: 's', outcome: 'done' }, 'visit-b');
  begins('15:00', 'visit-c', 'AABB-0003');
  say('15:40', 'daemon.started', { version: '1', profile: 'bench', bootId: 'b' });
  say('15:40', 'daemon.uncleanStop', {});
  ends('15:41', 'visit-c', 'cutOff');
  begins('16:00', 'visit-d', 'DDDD-0004');
}

test('a visit is told with what befell the machine meanwhile, and with what its act came to later', () => {
  day();
  const told = (visit: string, language: StaffLanguage = 'en') =>
    storyOf(journal, visit).map((entry) => textOf(lineOf(entry, language)));
  expect(told('visit-b')).toEqual([
    '2026-11-27 14:32:00   A visit began (case BBBB-0002, language zh-Hans).',
    '2026-11-27 14:33:00 ! The printer is now failed: paperOut.',
    '2026-11-27 14:34:00 ! Receipt "balance": notDone.',
    '2026-11-27 14:35:00   The visit ended (timeOut) after 60 s; card: taken.',
    '2026-11-27 14:36:00   The act is settled: done.',
  ]);
  expect(told('visit-c')).toEqual([
    expect.stringContaining('A visit began'),
    expect.stringContaining('The kiosk software 1 started'),
    '2026-11-27 15:40:00 ! The kiosk software had been cut off before this start.\n                       → Look for a power cut or a crash shortly before.',
    expect.stringContaining('The visit ended (cutOff)'),
  ]);
  expect(told('nobody')).toEqual([]);
  expect(told('visit-b', 'zh-Hans')).toEqual([
    '2026-11-27 14:32:00   开始办理（编号 BBBB-0002，简体中文）。',
    '2026-11-27 14:33:00 ! 凭条打印机的状态变为故障：纸已用完。',
    '2026-11-27 14:34:00 ! 查询凭条：没有打印。',
    '2026-11-27 14:35:00   办理结束（客户没有操作），历时 60 秒；卡已取走。',
    '2026-11-27 14:36:00   业务了结：已办好。',
  ]);
  expect(told('visit-c', 'zh-Hans')[2]).toBe(
    '2026-11-27 15:40:00 ! 这次启动之前，终端软件曾意外中断。\n                       → 查看此前不久是否断电或崩溃。',
  );
});

describe('visits are found', () => {
  const found = (query: Parameters<Journal['visits']>[0], limit = 10) =>
    journal.visits(query, limit).map(({ visit }) => visit);

  test.each([
    ['the newest first', {}, ['visit-d', 'visit-c', 'visit-b', 'visit-a']],
    ['by a minute', { from: '14:32', to: '14:33' }, ['visit-b']],
    ['by a minute in which none began', { from: '14:34', to: '14:35' }, ['visit-b']],
    ['by a minute in which one was cut off', { from: '15:39', to: '15:40' }, ['visit-c']],
    ['by an hour', { from: '14:00', to: '15:00' }, ['visit-b', 'visit-a']],
    ['not before the first', { from: '13:00', to: '14:00' }, []],
    ['the one that is running', { from: '16:30', to: '16:31' }, ['visit-d']],
    ['by case code', { case: 'AABB-0003' }, ['visit-c']],
    ['by how the case code begins', { case: 'AA' }, ['visit-c', 'visit-a']],
    ['not by what is no pattern', { case: '%' }, []],
    ['by an event of the visit', { event: 'pin.notEntered' }, ['visit-a']],
    ['by an event of the machine', { event: 'daemon.uncleanStop' }, ['visit-c']],
    ['not by what happened between two', { event: 'host.state' }, []],
    ['by what its act came to after its end', { event: 'saga.settled' }, ['visit-b']],
    ['by device', { device: 'printer' }, ['visit-b']],
    ['by all of it', { device: 'printer', event: 'receipt.printed', from: '15:00', to: '16:00' }, []],
  ])(
    '%s',
    (_how, {
      from,
      to,
      ...query
    }: { from?: string; to?: string; case?: string; event?: string; device?: string }, visits) => {
      day();
      expect(found({ ...query, ...(from && { from: iso(from) }), ...(to && { to: iso(to) }) })).toEqual(visits);
    },
  );

  test('page by page, with how they ended', () => {
    day();
    const [d, c] = journal.visits({}, 2);
    expect(d).toEqual({ seq: 15, visit: 'visit-d', case: 'DDDD-0004', began: iso('16:00') });
    expect(c?.end).toEqual({ seq: 14, at: iso('15:41'), reason: 'cutOff', card: 'taken', seconds: 60 });
    expect(found({ before: c?.seq ?? 0 }, 1)).toEqual(['visit-b']);
  });
});

test('trouble is what asks for staff, and what a person did not get', () => {
  day();
  const troubles = (visit: string) =>
    storyOf(journal, visit)
      .filter(isTrouble)
      .map(({ event }) => event);
  expect(troubles('visit-a')).toEqual(['pin.notEntered']);
  expect(troubles('visit-b')).toEqual(['device.state', 'receipt.printed']);
  expect(troubles('visit-c')).toEqual(['daemon.uncleanStop']);
  expect(troubles('visit-d')).toEqual([]);
});

test('an entry of a catalogue that is not ours is shown as it is', () => {
  const entry = { seq: 1, at: '2026-11-27T06:32:00.000Z', event: 'later.event', visit: undefined, fields: { a: 1 } };
  expect(lineOf(entry, 'zh-Hans')).toEqual({
    ...{ seq: 1, event: 'later.event', level: 'info' },
    ...{ when: '2026-11-27 14:32:00', sentence: 'later.event {"a":1}', trouble: false },
  });
  expect(isTrouble(entry)).toBe(false);
});

test('China’s clocks, wherever the machine stands', () => {
  expect(inChina(new Date('2026-11-27T17:00:00Z'))).toBe('2026-11-28T01:00:00');
  expect(fromChina('2026-11-28', '01:00')).toEqual(new Date('2026-11-27T17:00:00Z'));
  expect(fromChina('2026-02-30', '10:00')).toBeUndefined();
  expect(fromChina('2026-02-28', '24:00')).toBeUndefined();
});

test('staff are offered only events that there are', () => {
  expect(Object.keys(eventWords).filter((event) => !Object.hasOwn(events, event))).toEqual([]);
});
