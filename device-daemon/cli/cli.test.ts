/** `npx kiosk …` as a technician types it. */

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Journal, MachineKeys, writeBundle } from '../journal/index.ts';
import { configurationManual } from './config.ts';
import { configurationFile } from './configuration.ts';
import { runCli } from './index.ts';
import { timeOf } from './journal.ts';

let folder: string;
let said: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-'));
  said = [];
  const hear = (text: unknown) => {
    said.push(String(text));
    return true;
  };
  vi.spyOn(console, 'log').mockImplementation(hear);
  vi.spyOn(console, 'error').mockImplementation(hear);
  vi.spyOn(process.stdout, 'write').mockImplementation(hear);
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function configuration(settings: object): string {
  const file = join(folder, 'kiosk.json');
  writeFileSync(file, JSON.stringify(settings));
  return file;
}

const spoken = () => said.join('\n');

test('the configuration is the one that is named, the machine’s, or the bench’s', () => {
  const there =
    (...files: string[]) =>
    (file: string): boolean =>
      files.includes(file);
  const [machine, bench] = ['/etc/kiosk/kiosk.json', 'data/bench/kiosk.json'];
  expect(configurationFile('mine.json', there(machine, bench))).toBe('mine.json');
  expect(configurationFile(undefined, there(machine, bench))).toBe(machine);
  expect(configurationFile(undefined, there(bench))).toBe(bench);
  expect(configurationFile(undefined, there())).toBeUndefined();
});

describe('called wrongly', () => {
  test('without a command it says what there is', async () => {
    expect(await runCli([])).toBe(0);
    for (const command of [
      'config',
      'day-end',
      'device',
      'doctor',
      'events',
      'journal',
      'record',
      'stock',
      'unresolved',
    ])
      expect(spoken()).toContain(`  ${command}`);
  });

  test.each([['nonsense'], ['constructor']])('an unknown command "%s" is named', async (name) => {
    expect(await runCli([name])).toBe(2);
    expect(spoken()).toMatch(new RegExp(`^there is no command "${name}"`));
  });

  test('an unknown option is named, and how the command is called', async () => {
    expect(await runCli(['doctor', '--bogus'])).toBe(2);
    expect(spoken()).toMatch(/'--bogus'[\s\S]*Usage: npx kiosk doctor /);
  });

  test('--help tells of the command', async () => {
    expect(await runCli(['journal', '--help'])).toBe(0);
    expect(spoken()).toMatch(/^npx kiosk journal /);
  });
});

describe('config', () => {
  test('each setting comes with its value, its origin and its purpose', async () => {
    const file = configuration({ terminal: { hotline: '95588' } });
    expect(await runCli(['config', '--config', file])).toBe(0);
    expect(spoken()).toContain(`Configuration: ${file}`);
    expect(spoken()).toMatch(/terminal\.hotline = "95588" {2}\(file\)\n {4}telephone number .*; wants a text/);
    expect(spoken()).toMatch(/server\.port = 5846 {2}\(default\)/);
    expect(spoken()).toMatch(/visit\.inputSeconds = 60 s /);
  });

  test('a secret is not shown, only that it is set', async () => {
    const token = 'not-for-any-eye-0123456789-abcdef';
    await runCli(['config', '--config', configuration({ server: { deviceClientToken: token } })]);
    expect(spoken()).toContain('server.deviceClientToken = (set)');
    expect(spoken()).not.toContain(token);
  });

  test.each([['config'], ['doctor'], ['journal']])(
    'a mistake is one line naming key, value and expectation, for "%s" too',
    async (command) => {
      expect(await runCli([command, '--config', configuration({ server: { port: 'x' } })])).toBe(1);
      expect(said).toHaveLength(1);
      expect(said[0]).toMatch(/^(✗ )?server\.port: got "x", wants a whole number from 0 to 65535$/);
    },
  );

  test('what production refuses is said and counts as wrong', async () => {
    expect(await runCli(['config', '--config', configuration({ profile: 'production' })])).toBe(1);
    expect(spoken()).toContain('server.deviceClients: got none, production wants token or off');
  });

  test('the table of settings in docs is the schema', async () => {
    expect(await runCli(['config', '--manual'])).toBe(0);
    const file = join(import.meta.dirname, '../../docs/configuration.md');
    expect(readFileSync(file, 'utf8'), 'stale: npx kiosk config --manual > docs/configuration.md').toBe(spoken());
    expect(spoken()).toBe(configurationManual());
  });
});

describe('events', () => {
  test('the manual in docs is what the command prints', async () => {
    expect(await runCli(['events'])).toBe(0);
    const file = join(import.meta.dirname, '../../docs/events.md');
    expect(readFileSync(file, 'utf8'), 'stale: npx kiosk events > docs/events.md').toBe(spoken());
  });
});

describe('journal', () => {
  type Act = (journal: Journal) => boolean;

  const began =
    (visit: string, code: string): Act =>
    (journal) =>
      journal.record('visit.began', { case: code, language: 'en' }, visit);
  const ended =
    (visit: string): Act =>
    (journal) =>
      journal.record('visit.ended', { reason: 'completed', card: 'taken', seconds: 60 }, visit);

  /** A journal of one day; returns the configuration that names it. */
  function day(): string {
    const acts: [time: string, act: Act][] = [
      ['14:30:10', began('visit-a', 'CASE-AAAA')],
      ['14:31:00', (journal) => journal.record('pin.entered', { digits: 6 }, 'visit-a')],
      ['14:31:20', (journal) => journal.record('card.notTaken', { seconds: 60 }, 'visit-a')],
      ['14:31:50', ended('visit-a')],
      ['14:32:05', began('visit-b', 'CASE-BBBB')],
      ['14:33:00', ended('visit-b')],
      [
        '18:00:00',
        (journal) => journal.record('device.state', { device: 'printer', state: 'failed', why: 'paperOut' }),
      ],
    ];
    const storage = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
    mkdirSync(storage.dataFolder);
    vi.useFakeTimers({ toFake: ['Date'] });
    const journal = Journal.open({ ...storage, keys: MachineKeys.open(storage.keyFolder), maxBytes: 1e9 });
    for (const [time, act] of acts) {
      vi.setSystemTime(new Date(`2026-11-24T${time}+08:00`));
      expect(act(journal)).toBe(true);
    }
    journal.close();
    return configuration({ storage });
  }

  test.each(['visit-a', 'CASE-AAAA'])('a visit is told in sentences, found by %s', async (name) => {
    const config = day();
    expect(await runCli(['journal', '--visit', name, '--config', config])).toBe(0);
    expect(spoken()).toMatch(
      /Visit visit-a\n2026-11-24 14:30:10 {3}A visit began \(case CASE-AAAA, language en\)\.\n2026-11-24 14:31:00 {3}A PIN was entered on the pad\./,
    );
    expect(spoken()).not.toContain('CASE-BBBB');
  });

  test('what asks for a person stands out and says what to do', async () => {
    const config = day();
    await runCli(['journal', '--visit', 'visit-a', '--config', config]);
    expect(spoken()).toMatch(/14:31:20 ! The card was not taken for 60 s\.\n +→ Take the card out/);
  });

  test.each([
    ['2026-11-24 14:31', ['visit-a'], ['visit-b']],
    ['2026-11-24 14:32', ['visit-b'], ['visit-a']],
    ['2026-11-24 18:01', ['The receipt printer is now failed: paperOut.'], ['visit-a', 'visit-b']],
  ])('at %s: the visit that ran then, else what was said around it', async (at, there, notThere) => {
    const config = day();
    expect(await runCli(['journal', '--at', at, '--config', config])).toBe(0);
    for (const text of there) expect(spoken()).toContain(text);
    for (const text of notThere) expect(spoken()).not.toContain(text);
  });

  test('a bare time is the last time it was that late, also on the morning after', async () => {
    const config = day();
    vi.setSystemTime(new Date('2026-11-25T08:00:00+08:00'));
    expect(await runCli(['journal', '--at', '14:31', '--config', config])).toBe(0);
    expect(spoken()).toContain('Visit visit-a');
  });

  test('nothing happened then: it says so', async () => {
    const config = day();
    expect(await runCli(['journal', '--at', '2026-11-20 12:00', '--config', config])).toBe(0);
    expect(spoken()).toBe('the journal says nothing of that');
  });

  test('one kind of event', async () => {
    const config = day();
    expect(await runCli(['journal', '--event', 'device.state', '--config', config])).toBe(0);
    expect(said.filter((line) => line.trim() !== '')).toHaveLength(1);
    expect(await runCli(['journal', '--event', 'device.stat', '--config', config])).toBe(2);
    expect(spoken()).toContain('--event: got device.stat, wants an event of npx kiosk events');
  });

  test.each(['25:00', '14:61', 'noon', '2026-02-30 10:00'])('"%s" is no time, and it is said what is', async (at) => {
    expect(await runCli(['journal', '--at', at, '--config', '/nowhere'])).toBe(2);
    expect(spoken()).toBe(`--at: got ${at}, wants 14:32 or "2026-11-24 14:32"`);
  });

  test('an unknown visit is said to be unknown', async () => {
    const config = day();
    expect(await runCli(['journal', '--visit', 'CASE-ZZZZ', '--config', config])).toBe(1);
    expect(spoken()).toBe('no visit CASE-ZZZZ');
  });

  test('an id that begins with a dash is an id', async () => {
    const config = day();
    expect(await runCli(['journal', '--visit', '-Yz_0', '--config', config])).toBe(1);
    expect(spoken()).toBe('no visit -Yz_0');
    expect(await runCli(['journal', '--visit', '--config', config])).toBe(2);
  });

  test('a whole chain and a damaged one', async () => {
    const config = day();
    expect(await runCli(['journal', '--verify', '--config', config])).toBe(0);
    expect(spoken()).toMatch(/^whole: \d+ entries from number 1$/);
    const db = new Database(join(folder, 'data/journal.db'));
    const triggers = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all();
    for (const name of triggers) db.exec(`DROP TRIGGER ${String(name)}`);
    db.exec("UPDATE entries SET body = '{}' WHERE seq = 3");
    db.close();
    said = [];
    expect(await runCli(['journal', '--verify', '--config', config])).toBe(1);
    expect(spoken()).toMatch(/^damaged: changed entry at entry 3/);
  });

  test('an exported bundle is checked without a kiosk: whole, or what is wrong and where', async () => {
    const storage = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
    day();
    const keys = MachineKeys.open(storage.keyFolder);
    const journal = Journal.open({ ...storage, keys, maxBytes: 1e9 });
    const file = join(folder, 'bundle.tar');
    const made = new Date('2026-11-24T18:30:00+08:00');
    const options = { terminal: 'KIOSK001', made, uptoSeq: journal.lastSeq, signal: new AbortController().signal };
    expect((await writeBundle(journal, keys, file, options)).ok).toBe(true);
    journal.close();
    expect(await runCli(['journal', 'verify', file])).toBe(0);
    expect(spoken()).toMatch(/bundle\.tar: whole, 7 entries, number 1 to 7\nof KIOSK001, made at 2026-11-24 18:30:00/);
    expect(spoken()).toContain(keys.keyId);
    const bytes = readFileSync(file, 'latin1').replace('CASE-AAAA', 'CASE-AAAB');
    chmodSync(file, 0o600);
    writeFileSync(file, bytes, 'latin1');
    said = [];
    expect(await runCli(['journal', 'verify', file])).toBe(1);
    expect(spoken()).toBe(`${file}: changed entry at entry 1`);
    expect(await runCli(['journal', 'verify'])).toBe(2);
  });

  test('where nothing is, nothing is made: neither keys nor journal', async () => {
    const storage = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
    expect(await runCli(['journal', '--config', configuration({ storage })])).toBe(1);
    expect(spoken()).toContain(`${storage.keyFolder}: no machine keys here; is this the right configuration`);
    expect(() => readFileSync(storage.keyFolder)).toThrow(/ENOENT/);
    MachineKeys.open(storage.keyFolder);
    expect(await runCli(['journal', '--config', configuration({ storage })])).toBe(1);
    expect(spoken()).toContain(`${storage.dataFolder}: no journal here`);
  });

  test('a file that is no journal is one line, not a stack', async () => {
    const storage = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
    MachineKeys.open(storage.keyFolder);
    mkdirSync(storage.dataFolder);
    mkdirSync(join(storage.dataFolder, 'journal.db'));
    expect(await runCli(['journal', '--config', configuration({ storage })])).toBe(1);
    expect(said).toHaveLength(1);
    expect(spoken()).toContain('the journal cannot be opened');
  });
});

test('a time is that of clocks in China, and a day without an hour is no time', () => {
  const now = new Date('2026-11-24T14:32:30+08:00');
  expect(timeOf('14:32', now)).toEqual(new Date('2026-11-24T14:32:00+08:00'));
  expect(timeOf('14:33', now)).toEqual(new Date('2026-11-23T14:33:00+08:00'));
  expect(timeOf('0:05', now)).toEqual(new Date('2026-11-24T00:05:00+08:00'));
  expect(timeOf('2026-11-24T9:05', now)).toEqual(new Date('2026-11-24T09:05:00+08:00'));
  expect(timeOf('2026-11-24', now)).toBeUndefined();
});
