import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCli } from '#device-daemon/cli/index.ts';
import type { CommandPayloads } from '#protocol/generated/kiosk.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { OperatorPage } from './page.ts';
import { signsOn, staffPins } from './sign-on.ts';

// Two persons take a signed copy of the journal away on a stick; the journal stays as it is (S-15, S-19, F8).

let kiosk: NodeKiosk;
let stick: string;

beforeAll(async () => {
  kiosk = await startNodeKiosk();
  stick = join(kiosk.folder, 'sticks/STICK');
  // A card that is in before the reader was first looked at would be a stranger's.
  await (await kiosk.page()).ready();
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
});
afterEach(async () => {
  await kiosk.bench.cardReader.remove();
});

const told = (event: string) => kiosk.entries({ event }).map(({ fields }) => fields);

/** The copy is asked for; the other card comes in, and the first again. */
async function exports(
  page: OperatorPage,
  other: 'staff' | 'staff-technician' = 'staff',
  to: CommandPayloads['Maintenance.ExportJournal'] = { stick: 'STICK' },
) {
  const answer = page.call('Maintenance.ExportJournal', to);
  await page.prompted('takeCard');
  await kiosk.bench.cardReader.remove();
  await page.prompted('secondCard');
  await kiosk.bench.cardReader.insert(other);
  await page.prompted('enterPin', 2);
  kiosk.bench.pinPad.press(`${staffPins[other]}E`);
  await page.prompted('takeCard', 2);
  await kiosk.bench.cardReader.remove();
  await page.prompted('firstCard');
  await kiosk.bench.cardReader.insert('staff-technician');
  return answer;
}

async function cli(...args: readonly string[]): Promise<string> {
  const said: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: unknown) => void said.push(String(line)));
  try {
    expect(await runCli(args)).toBe(0);
  } finally {
    log.mockRestore();
  }
  return said.join('\n');
}

test('F8: a copy is taken away by two persons, and every entry stays as it was', async () => {
  const page = await signsOn(kiosk);
  expect((await page.call('Maintenance.GetSticks')).sticks).toEqual([
    { name: 'STICK', freeMegabytes: expect.any(Number) },
  ]);
  const before = kiosk.entries();
  const { file = '', entries, uptoSeq } = await exports(page);
  expect(readdirSync(stick)).toEqual([file]);
  expect(file).toMatch(/^journal-KIOSK001-\d{8}-\d{6}\.tar$/);
  const progress = page.events.flatMap((event) =>
    event.name === 'Maintenance.ExportProgressEvent' ? [event.payload] : [],
  );
  expect(progress[0]).toMatchObject({ part: 'writing', total: uptoSeq });
  expect(await cli('journal', 'verify', join(stick, file))).toContain(
    `whole, ${entries} entries, number 1 to ${uptoSeq}`,
  );

  expect(kiosk.entries().slice(0, before.length)).toEqual(before);
  expect(kiosk.verifyJournal().damage).toBeUndefined();
  const { token, second } = told('staff.countersigned').at(-1) ?? {};
  expect(second).not.toBe(token);
  expect(told('journal.exported')).toEqual([{ to: 'stick STICK', file, entries, uptoSeq, token }]);
  // The first may go on.
  expect(await page.call('Maintenance.Stay')).toEqual({});
});

test('one person alone takes nothing away', async () => {
  const page = await signsOn(kiosk);
  const before = readdirSync(stick);
  expect(await exports(page, 'staff-technician')).toEqual({ errorCode: 'samePerson' });
  expect(readdirSync(stick)).toEqual(before);
  expect(told('staff.refused').at(-1)).toMatchObject({ act: 'exportJournal', why: 'samePerson' });
});

test.each(['NO-SUCH-STICK', '..', '.'])('"%s" is no stick, and nobody else’s card is asked for', async (name) => {
  const page = await signsOn(kiosk);
  expect(await page.call('Maintenance.ExportJournal', { stick: name })).toEqual({ errorCode: 'noSuchStick' });
  expect(page.prompts()).not.toContain('takeCard');
});

test('nobody who has not signed on', async () => {
  const page = await kiosk.operator();
  await vi.waitUntil(async () => !(await page.state()).occupied, { timeout: 20_000 });
  expect(await page.call('Maintenance.GetSticks')).toEqual({ errorCode: 'notSignedOn' });
  expect(await page.call('Maintenance.ExportJournal', { stick: 'STICK' })).toEqual({ errorCode: 'notSignedOn' });
});

describe('to card management', () => {
  const host = () => kiosk.bench.hosts.cardManagement;
  const copies = () => readdirSync(join(kiosk.folder, 'data')).filter((name) => name.includes('.tar'));

  test('in parts, one of which has its answer lost: there whole, and nothing of it remains on the disk', async () => {
    const page = await signsOn(kiosk);
    await host().faults.set({ kind: 'actThenDrop', operation: 'depositJournalPart', times: 1 });
    const before = host().domain.journalBundles().length;
    const { entries } = await exports(page, 'staff', {});
    const { terminal = '', bundle = '' } = host().domain.journalBundles().slice(before)[0] ?? {};
    const copy = join(kiosk.folder, 'received.tar');
    writeFileSync(copy, host().domain.journalBundle(terminal, bundle));
    expect(await cli('journal', 'verify', copy)).toContain(`whole, ${entries} entries`);
    expect(copies()).toEqual([]);
    expect(told('journal.exported').at(-1)).toMatchObject({ to: 'cardManagement', entries });
  });

  test('that takes nothing: said, journalled, and nothing remains', async () => {
    const page = await signsOn(kiosk);
    await host().faults.set({ kind: 'status', status: 503, operation: 'depositJournalPart' });
    expect(await exports(page, 'staff', {})).toEqual({ errorCode: 'notDelivered' });
    expect(copies()).toEqual([]);
    expect(told('journal.notExported').at(-1)).toMatchObject({ to: 'cardManagement', why: 'notDelivered' });
    expect(await page.call('Maintenance.Stay')).toEqual({});
  });
});

function mount(options: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', stick], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

for (const [what, option, errorCode] of [
  ['full', 'size=8k', 'stickFull'],
  ['read-only', 'ro', 'stickReadOnly'],
] as const) {
  test(`a stick that is ${what}: said by name, journalled, nothing left on it`, async ({ skip }) => {
    skip(!mount(option), 'a file system of its own takes the right to mount');
    try {
      const page = await signsOn(kiosk);
      expect(await exports(page)).toEqual({ errorCode });
      expect(readdirSync(stick)).toEqual([]);
      expect(told('journal.notExported').at(-1)).toMatchObject({ to: 'stick STICK', why: errorCode });
      expect(await page.call('Maintenance.Stay')).toEqual({});
    } finally {
      execFileSync('umount', [stick]);
    }
  });
}
