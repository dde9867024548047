import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
import { Journal, MachineKeys, storyOf } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import type { Work } from './area.ts';
import { journalReading } from './journal-reading.ts';

// A link that comes and goes all day: the row is short, and what does not fit says where it stands.

let folder: string;
let journal: Journal;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reading-'));
  const place = { dataFolder: folder, keyFolder: folder, keys: MachineKeys.open(folder) };
  const now = () => new Date('2026-11-27T06:00:00Z');
  journal = Journal.open({ ...place, maxBytes: 1e9, now });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

test('a row of many entries is told up to a bound, with how many are left off', async () => {
  for (let time = 0; time < 310; time += 1)
    for (const state of ['down', 'up']) journal.record('host.state', { host: 'bankCore', state });
  const area = journalReading(journal, {} as Clock);
  const work = { signal: new AbortController().signal } as Work;
  const { payload: list } = await area['Maintenance.GetEpisodes']({ language: 'en' }, work);
  const { episodes } = list as CompletionPayloads['Maintenance.GetEpisodes'];
  expect(episodes).toMatchObject([
    {
      ...{ kind: 'between', seq: 1, entries: 620 },
      troubles: ['The link to bank core is down.'],
      others: ['The link to bank core is up.'],
    },
  ]);
  const { payload: told } = await area['Maintenance.GetStory']({ seq: 1, language: 'en' }, work);
  const { lines = [], leftOff } = told as CompletionPayloads['Maintenance.GetStory'];
  expect([lines.length, leftOff]).toEqual([500, 120]);
  const episode = journal.episodeAt(1);
  expect(lines.map(({ seq }) => seq)).toEqual(episode && storyOf(journal, episode, 500).map(({ seq }) => seq));
});
