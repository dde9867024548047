import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Journal, JournalReader, MachineKeys } from './index.ts';

/** What only another process can show: death in the middle of a write, and a disk that really is full. */

const root = join(import.meta.dirname, '../..');
let folder: string;
let script: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'journal-process-'));
  // Below node_modules, so that the bundle finds its packages.
  const outDir = mkdtempSync(join(root, 'node_modules/.journal-test-'));
  script = join(outDir, 'writer.js');
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: {
      ssr: true,
      outDir,
      target: 'node20',
      rollupOptions: { input: { writer: join(import.meta.dirname, 'writer.fixture.ts') } },
    },
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
  rmSync(join(script, '..'), { recursive: true });
});

test('killed in the middle of writing, six times: the chain holds, nothing that was told is lost', async () => {
  const data = join(folder, 'killed');
  const keyFolder = join(folder, 'killed-keys');
  mkdirSync(data);
  let told = 0;
  for (let round = 0; round < 6; round += 1) {
    const writer = spawn(process.execPath, [script, 'endless', data, keyFolder], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = new Promise((resolve) => writer.once('exit', resolve));
    const lines: { seq?: number; damage?: unknown; from?: number }[] = [];
    for await (const line of createInterface(writer.stdout)) {
      // The last line of a killed process may be half of one.
      if (!line.endsWith('}')) continue;
      lines.push(JSON.parse(line) as (typeof lines)[number]);
      // Somewhere in the write after this one; each round somewhere else.
      if (lines.length === 3 + round * 4) writer.kill('SIGKILL');
    }
    await gone;
    const [start, ...writes] = lines;
    expect(start?.damage).toBeNull();
    expect(start?.from).toBeGreaterThanOrEqual(told);
    told = writes.at(-1)?.seq ?? 0;
  }
  const keys = MachineKeys.open(keyFolder);
  const journal = Journal.open({ dataFolder: data, keyFolder, keys, maxBytes: 1e9 });
  const { checked, damage } = journal.verify();
  expect(damage).toBeUndefined();
  expect(checked).toBeGreaterThanOrEqual(told);
  expect(told).toBeGreaterThan(50);
  expect(journal.record('pin.entered', { digits: 1 })).toBe(true);
  expect(journal.verify().damage).toBeUndefined();
  journal.close();
});

test('checked from another process while it is written: an entry that came meanwhile is no damage', async () => {
  const data = mkdtempSync(join(folder, 'written-'));
  const keyFolder = `${data}-keys`;
  const writer = spawn(process.execPath, [script, 'endless', data, keyFolder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => writer.once('exit', resolve));
  try {
    await new Promise((resolve) => writer.stdout.once('data', resolve));
    writer.stdout.resume();
    const keys = MachineKeys.open(keyFolder);
    const reader = JournalReader.openReadOnly({ dataFolder: data, keyFolder, keys });
    if (reader === undefined) throw new Error('no journal');
    // Every look walks all that is there, so a quick writer beside a slow reader allows for few, and a slow one needs more.
    const first = reader.verify().checked;
    let written = 0;
    for (let look = 0; look < 30 || written < 100; look += 1) {
      const { damage, checked } = reader.verify();
      expect(damage).toBeUndefined();
      written = checked - first;
      await new Promise(setImmediate);
    }
    reader.close();
  } finally {
    writer.kill('SIGKILL');
    await gone;
  }
});

/** A file system of 400 kB of its own; needs the right to mount one in a namespace of its own. */
const inSmallDisk = (command: readonly string[]): readonly string[] => [
  'unshare',
  '-rm',
  'sh',
  '-c',
  'mount -t tmpfs -o size=400k tmpfs "$0" && exec "$@"',
  ...command,
];
const mayMount =
  spawnSync('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'], { stdio: 'ignore' }).status === 0;

test.skipIf(!mayMount)('a disk that is really full: nothing is lost that was kept, and room is enough to go on', () => {
  const disk = join(folder, 'small');
  mkdirSync(disk);
  const [program = '', ...args] = inSmallDisk([
    disk,
    process.execPath,
    script,
    'small-disk',
    disk,
    join(folder, 'keys'),
  ]);
  const lines = execFileSync(program, args, { encoding: 'utf8' }).trim().split('\n');
  const [full, started, room] = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
  expect(full).toMatchObject({ step: 'full', free: 0, writable: false });
  expect(started).toEqual({ step: 'started on a full disk', writable: false, more: false, damage: null });
  expect(room).toMatchObject({ step: 'room again', record: true, damage: null });
  const kept = Array.from({ length: Number(full?.['kept']) }, () => 'pin.entered');
  expect(room?.['events']).toEqual([...kept, 'journal.gap', 'pin.entered']);
});
