import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  type JournalEntry,
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

function say<Id extends EventId>(time: string, event: Id, fields: EventFields<Id>, visit?: string): void {
  now = at(time);
  expect(journal.record(event, fields, visit)).toBe(true);
}

const begins = (time: string, visit: string, code: string): void =>
  say(time, 'visit.began', { case: code, language: 'zh-Hans' }, visit);
const ends = (time: string, visit: string, reason = 'completed'): void =>
  say(time, 'visit.ended', { reason, card: 'taken', seconds: 60 }, visit);

const story = (visit: string): readonly JournalEntry[] => {
  const episode = journal.episodeOf(visit);
  return episode === undefined ? [] : storyOf(journal, episode);
};

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
    story(visit).map((entry) => textOf(lineOf(entry, language)));
  expect(told('visit-b')).toEqual([
    '2026-11-27 14:32:00   A visit began (case BBBB-0002, language zh-Hans).',
    '2026-11-27 14:33:00 ! The receipt printer is now failed: paperOut.',
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

test('trouble is what asks for staff, and what a person did not get', () => {
  day();
  const troubles = (visit: string) =>
    story(visit)
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
