import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal, MachineKeys } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import type { Work } from './area.ts';
import { settling } from './settling.ts';

// A card that the kiosk kept: so long it waits for its holder, and it has one end.

const claim = '7K2M-04QX';
let folder: string;
let journal: Journal;
let now: Date;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'settling-'));
  const keyFolder = join(folder, 'keys');
  // A Friday.
  now = new Date('2026-11-27T08:00:00Z');
  const keys = MachineKeys.open(keyFolder);
  journal = Journal.open({ dataFolder: folder, keyFolder, keys, maxBytes: 1e9, now: () => now });
  journal.record('card.retained', { claim, why: 'notTaken', insertion: 1, last4: '0016' });
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true });
});

const area = () =>
  settling({
    journal,
    clock: { date: () => now } as Clock,
    sagas: { signOff: () => ({ ok: false, error: 'noSuchItem' }) },
    keepDays: 5,
  });
const work = { session: 'session', token: 'aaaabbbb', role: 'branchClerk' } as Work;
const destroy = async () => (await area()['Maintenance.SettleRetained']({ claim, how: 'destroyed' }, work)).payload;

test('five working days are a week here: on the day before it is too early, then it is destroyed, once', async () => {
  now = new Date('2026-12-04T07:59:00Z');
  expect(await destroy()).toEqual({ errorCode: 'tooEarly' });
  now = new Date('2026-12-04T08:00:00Z');
  expect(await destroy()).toBeUndefined();
  expect(await destroy()).toEqual({ errorCode: 'noSuchCard' });
  const { payload } = await area()['Maintenance.GetRetained']({}, work);
  expect(payload).toEqual({
    cards: [
      {
        ...{ claim, at: '2026-11-27T08:00:00.000Z', why: 'notTaken', last4: '0016', state: 'destroyed' },
        until: '2026-12-04T08:00:00.000Z',
        settled: { at: now.toISOString(), staff: 'aaaa' },
      },
    ],
  });
});
