import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Journal, MachineKeys, verifyBundle, writeBundle } from '../index.ts';
import { blockBytes, readTarHeader, tarHeader } from './tar.ts';

let folder: string;
let keys: MachineKeys;
let journal: Journal;
const never = new AbortController().signal;
const made = new Date('2026-11-27T06:32:00Z');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  keys = MachineKeys.open(join(folder, 'keys'));
  journal = open();
});
afterEach(() => {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = (maxBytes = 1e9): Journal =>
  Journal.open({ dataFolder: folder, keyFolder: join(folder, 'keys'), keys, maxBytes, headEvery: 100 });

function say(entries: number): void {
  for (let entry = 0; entry < entries; entry += 1)
    journal.record('pin.entered', { digits: entry % 7 }, `visit-${entry % 9}`);
}

function write(path: string, signal = never) {
  const uptoSeq = journal.signHead()?.seq ?? 0;
  return writeBundle(journal, keys, path, { terminal: 'KIOSK001', made, uptoSeq, signal });
}

const check = (path: string) => verifyBundle(path, { signal: never });

test('the whole journal in one file: found whole, and any tar opens it', async () => {
  say(1234);
  const path = join(folder, 'journal.tar');
  expect((await write(path)).ok).toBe(true);
  expect(await check(path)).toMatchObject({
    value: { terminal: 'KIOSK001', keyId: keys.keyId, fromSeq: 1, uptoSeq: 1234, entries: 1234 },
  });
  const names = ['entries.jsonl', 'heads.jsonl', 'machine.pem', 'manifest.json', 'manifest.sig'];
  expect(execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trim().split('\n')).toEqual(names);
  const entries = execFileSync('tar', ['-xOf', path, 'entries.jsonl'], { encoding: 'utf8' }).trim().split('\n');
  expect(entries).toHaveLength(1234);
  expect(JSON.parse(entries[7] ?? '')).toEqual([
    8,
    expect.any(String),
    'pin.entered',
    'visit-7',
    '{"digits":0}',
    expect.stringMatching(/^[0-9a-f]{64}$/),
  ]);
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
});

test('what was dropped to make room is missing in order: the bundle begins after a signed head', async () => {
  say(3000);
  for (const head of journal.headsToSend()) journal.headTaken(head.seq);
  journal.close();
  journal = open(200_000);
  expect(journal.writable).toBe(true);
  const path = join(folder, 'journal.tar');
  expect((await write(path)).ok).toBe(true);
  const whole = await check(path);
  expect(whole.ok && whole.value.fromSeq).toBeGreaterThan(1);
});

describe('what was done to a bundle is named', () => {
  let path: string;
  let bytes: Buffer;
  const places = new Map<string, { at: number; size: number }>();
  const partOf = (name: string) => places.get(name) ?? { at: 0, size: 0 };

  beforeEach(async () => {
    path = join(folder, 'journal.tar');
    say(250);
    await write(path);
    bytes = readFileSync(path);
    for (let at = 0; ; ) {
      const header = readTarHeader(bytes.subarray(at, at + blockBytes));
      if (typeof header !== 'object') break;
      places.set(header.name, { at: at + blockBytes, size: header.size });
      at += blockBytes + Math.ceil(header.size / blockBytes) * blockBytes;
    }
    rmSync(path);
  });

  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(bytes);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const found = async (content: Buffer) => {
    writeFileSync(path, content);
    const result = await check(path);
    rmSync(path);
    return result.ok ? 'whole' : result.error;
  };

  test.each([
    ['entries.jsonl', 60, { what: 'changed entry', seq: 1 }],
    ['heads.jsonl', 20, { what: 'changed file', file: 'heads.jsonl' }],
    ['machine.pem', 40, undefined],
    ['manifest.json', 60, undefined],
    ['manifest.sig', 20, { what: 'false signature' }],
  ])('a bit of %s', async (name, offset, damage) => {
    const result = await found(flipped(partOf(name).at + offset));
    if (damage !== undefined) expect(result).toEqual(damage);
    else expect(result).toEqual({ what: expect.stringMatching(/^(no bundle|false signature)$/) });
  });

  test('a bit anywhere is found, but in what only fills a block', async () => {
    for (let at = 3; at < bytes.length - 2 * blockBytes; at += 997) {
      const filling = ![...places.values()].some((place) => at >= place.at - blockBytes && at < place.at + place.size);
      if (!filling) expect(await found(flipped(at)), `byte ${at}`).not.toBe('whole');
    }
  });

  test('an entry cut out, or exchanged with its neighbour', async () => {
    const { at, size } = partOf('entries.jsonl');
    const lines = bytes.toString('latin1', at, at + size).split('\n');
    const put = (changed: readonly string[]) => {
      const text = Buffer.from(changed.join('\n'), 'latin1');
      const rest = bytes.subarray(at + Math.ceil(size / blockBytes) * blockBytes);
      const filling = Buffer.alloc((blockBytes - (text.length % blockBytes)) % blockBytes);
      return Buffer.concat([tarHeader('entries.jsonl', text.length, made), text, filling, rest]);
    };
    expect(await found(put(lines.toSpliced(40, 1)))).toEqual({ what: 'missing entries', seq: 41 });
    expect(await found(put(lines.toSpliced(40, 2, lines[41] ?? '', lines[40] ?? '')))).toEqual({
      what: 'missing entries',
      seq: 41,
    });
    expect(await found(put([...lines.slice(0, 200), '']))).toEqual({ what: 'missing entries', seq: 201 });
  });

  test('cut short anywhere it is never whole', async () => {
    const sizes = [
      0,
      1,
      blockBytes,
      partOf('entries.jsonl').size,
      partOf('manifest.sig').at,
      partOf('manifest.sig').at + 8,
    ];
    for (const size of sizes) {
      const result = await found(bytes.subarray(0, size));
      expect(result, `${size} bytes`).toEqual(
        expect.objectContaining({ what: expect.stringMatching(/^(cut short|no bundle)$/) }),
      );
    }
  });

  test('signed by another machine: its key is another, and it cannot take this one’s name', async () => {
    const stranger = MachineKeys.open(join(folder, 'stranger'));
    const { at, size } = partOf('manifest.json');
    const text = bytes.toString('utf8', at, at + size).replace(keys.keyId, stranger.keyId);
    const copy = Buffer.from(bytes);
    copy.write(text, at);
    expect(await found(copy)).toEqual({ what: 'false signature' });
  });

  test('no file, a folder, something else', async () => {
    expect(await check(join(folder, 'nothing.tar'))).toEqual({ ok: false, error: { what: 'cannot be read' } });
    expect(await check(folder)).toEqual({ ok: false, error: { what: 'cannot be read' } });
    expect(await found(Buffer.from('something else'))).toEqual({ what: 'no bundle' });
  });
});

test('cancelled: nothing remains', async () => {
  say(2000);
  const path = join(folder, 'journal.tar');
  const stop = new AbortController();
  const uptoSeq = journal.signHead()?.seq ?? 0;
  const onProgress = () => stop.abort();
  const options = { terminal: 'KIOSK001', made, uptoSeq, signal: stop.signal, onProgress };
  expect(await writeBundle(journal, keys, path, options)).toEqual({ ok: false, error: 'cancelled' });
  expect(readdirSync(folder).filter((name) => name.startsWith('journal.tar'))).toEqual([]);
});

test('a journal with a hole is not exported as if it were whole', async () => {
  say(50);
  expect(
    await writeBundle(journal, keys, join(folder, 'j.tar'), { terminal: 'K', made, uptoSeq: 60, signal: never }),
  ).toEqual({
    ok: false,
    error: 'notWhole',
  });
});

const mounts = ((): boolean => {
  const point = mkdtempSync(join(tmpdir(), 'mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', point], { stdio: 'ignore' });
    execFileSync('umount', [point]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(point, { recursive: true });
  }
})();

// A file system of its own, which takes the right to mount.
describe.runIf(mounts)('a stick', () => {
  let stick: string;
  const mount = (...options: readonly string[]): void =>
    void execFileSync('mount', ['-t', 'tmpfs', '-o', ['size=256k', ...options].join(), 'tmpfs', stick]);

  beforeEach(() => {
    stick = join(folder, 'stick');
    mkdirSync(stick);
  });
  afterEach(() => {
    try {
      execFileSync('umount', ['-l', stick], { stdio: 'ignore' });
    } catch {
      // Pulled already.
    }
  });

  test('that takes it', async () => {
    mount();
    say(100);
    expect((await write(join(stick, 'journal.tar'))).ok).toBe(true);
    expect((await check(join(stick, 'journal.tar'))).ok).toBe(true);
  });

  test('that is full: said, and nothing of it remains', async () => {
    mount();
    say(3000);
    expect(await write(join(stick, 'journal.tar'))).toEqual({ ok: false, error: 'full' });
    expect(readdirSync(stick)).toEqual([]);
  });

  test('that may not be written', async () => {
    mount('ro');
    say(10);
    expect(await write(join(stick, 'journal.tar'))).toEqual({ ok: false, error: 'readOnly' });
  });

  test('that is pulled meanwhile: said, and what remains on it is not whole', async () => {
    mount();
    say(600);
    const path = join(stick, 'journal.tar');
    const uptoSeq = journal.signHead()?.seq ?? 0;
    let pulled = false;
    const onProgress = (): void => {
      if (!pulled) execFileSync('umount', ['-l', stick]);
      pulled = true;
    };
    const result = await writeBundle(journal, keys, path, { terminal: 'K', made, uptoSeq, signal: never, onProgress });
    expect(result).toEqual({ ok: false, error: 'gone' });
    expect(readdirSync(stick)).toEqual([]);
  });
});

test('half a bundle that a pulled stick kept is no bundle', async () => {
  say(600);
  const path = join(folder, 'journal.tar');
  await write(path);
  truncateSync(path, Math.floor(statSync(path).size / 2));
  const result = await check(path);
  expect(result.ok ? 'whole' : result.error.what).toBe('cut short');
});
