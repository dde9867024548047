import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { err, ok, type Result } from '#protocol/result.ts';
import type { MachineKeys } from '../keys.ts';
import { genesis, type JournalReader } from '../reader.ts';
import {
  type BundleProgress,
  bundleFormat,
  type Manifest,
  manifestBytes,
  manifestName,
  type Part,
  signatureName,
} from './manifest.ts';
import { blockBytes, paddingOf, tarHeader } from './tar.ts';
import { type BundleDamage, verifyBundle } from './verify.ts';

/** What a medium may do to whoever writes on it. */
export type BundleFault = 'full' | 'readOnly' | 'gone' | 'cancelled' | 'notWhole';

export interface BundleOptions {
  readonly terminal: string;
  readonly made: Date;
  /** Entries up to here; a head stands there. */
  readonly uptoSeq: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: BundleProgress) => void;
}

/** Entries that are read at a time; between two lots the daemon does its work. */
const lot = 500;
/** A stick that takes longer for some hundred kilobytes is no more: the kernel itself gives up a request after 30 s. */
const writeMs = 45_000;
/** All that is in the kernel's hands goes out at once at the end. */
const syncMs = 300_000;

/** Why what was just written cannot be read back. */
const unread: Readonly<Partial<Record<BundleDamage['what'], BundleFault>>> = {
  cancelled: 'cancelled',
  'cannot be read': 'gone',
};

class Late extends Error {}

async function within<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Late()), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function faultOf(error: unknown): BundleFault {
  if (error instanceof Late) return 'gone';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return 'full';
  if (['EROFS', 'EACCES', 'EPERM'].includes(code)) return 'readOnly';
  if (['ENOENT', 'EIO', 'ENODEV', 'ENXIO', 'ESTALE', 'ENOTCONN', 'ENOTDIR'].includes(code)) return 'gone';
  throw error;
}

/** One archive that grows at its end. */
class Archive {
  readonly #file: FileHandle;
  readonly #made: Date;
  #at = 0;

  constructor(file: FileHandle, made: Date) {
    this.#file = file;
    this.#made = made;
  }

  async #write(data: Buffer, at: number): Promise<void> {
    for (let written = 0; written < data.length; ) {
      const { bytesWritten } = await within(
        this.#file.write(data, written, data.length - written, at + written),
        writeMs,
      );
      written += bytesWritten;
    }
  }

  /** How long a member is, is known at its end: until then no header says that there is one. */
  async member(
    name: string,
    content: AsyncIterable<Buffer> | readonly Buffer[],
  ): Promise<{ bytes: number; sha256: string }> {
    const start = this.#at;
    const hash: Hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of content) {
      hash.update(chunk);
      await this.#write(chunk, start + blockBytes + bytes);
      bytes += chunk.length;
    }
    await this.#write(Buffer.alloc(paddingOf(bytes)), start + blockBytes + bytes);
    await this.#write(tarHeader(name, bytes, this.#made), start);
    this.#at = start + blockBytes + bytes + paddingOf(bytes);
    return { bytes, sha256: hash.digest('hex') };
  }

  async end(): Promise<void> {
    await this.#write(Buffer.alloc(2 * blockBytes), this.#at);
    await within(this.#file.sync(), syncMs);
  }
}

/**
 * Writes the journal as a bundle. Under its name it stands whole or not at all: it is written beside, read back, and only
 * then called so.
 */
export async function writeBundle(
  journal: JournalReader,
  keys: MachineKeys,
  path: string,
  options: BundleOptions,
): Promise<Result<Manifest, BundleFault>> {
  const beside = `${path}.part`;
  const { signal, onProgress } = options;
  let written: Result<Manifest, BundleFault>;
  try {
    // What an earlier attempt left.
    await within(rm(beside, { force: true }), writeMs);
    const file = await within(open(beside, 'wx', 0o400), writeMs);
    try {
      written = await fill(new Archive(file, options.made), journal, keys, options);
    } finally {
      await within(file.close(), syncMs);
    }
    if (written.ok) {
      const read = await verifyBundle(beside, { signal, ...(onProgress && { onProgress }) });
      if (read.ok) await within(named(beside, path), syncMs);
      else written = err(unread[read.error.what] ?? 'notWhole');
    }
  } catch (error) {
    written = err(faultOf(error));
  }
  // Where the medium is gone this finds nothing.
  if (!written.ok) await within(rm(beside, { force: true }), writeMs).catch(() => {});
  return written;
}

async function named(beside: string, path: string): Promise<void> {
  await rename(beside, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function fill(
  archive: Archive,
  journal: JournalReader,
  keys: MachineKeys,
  { terminal, made, uptoSeq, signal, onProgress }: BundleOptions,
): Promise<Result<Manifest, BundleFault>> {
  const heads = journal.heads().filter(({ seq }) => seq <= uptoSeq);
  const [first] = journal.rows(1, 1);
  const before =
    first === undefined || first.seq === 1 ? genesis : heads.find(({ seq }) => seq === first.seq - 1)?.hash;
  // Entries that are neither there nor dropped in order.
  if (first === undefined || before === undefined) return err('notWhole');
  const total = uptoSeq - first.seq + 1;
  let next = first.seq;
  async function* entries(): AsyncGenerator<Buffer> {
    while (next <= uptoSeq && !signal.aborted) {
      const rows = journal.rows(next, Math.min(lot, uptoSeq - next + 1));
      const last = rows.at(-1);
      if (last === undefined || last.seq !== next + rows.length - 1) return;
      next = last.seq + 1;
      yield Buffer.from(
        rows
          .map(
            ({ seq, at, event, visit, body, hash }) =>
              `${JSON.stringify([seq, at, event, visit, body, hash.toString('hex')])}\n`,
          )
          .join(''),
      );
      onProgress?.({ part: 'writing', done: next - (first?.seq ?? 1), total });
      await setImmediate();
    }
  }
  const lines = heads.map(
    ({ seq, hash, at, signature }) =>
      `${JSON.stringify([seq, hash.toString('hex'), at, signature.toString('base64')])}\n`,
  );
  const pem = keys.publicKey.export({ type: 'spki', format: 'pem' });
  const files: Manifest['files'] = {
    'entries.jsonl': await archive.member('entries.jsonl' satisfies Part, entries()),
    'heads.jsonl': await archive.member('heads.jsonl' satisfies Part, [Buffer.from(lines.join(''))]),
    'machine.pem': await archive.member('machine.pem' satisfies Part, [Buffer.from(pem)]),
  };
  if (signal.aborted) return err('cancelled');
  if (next <= uptoSeq) return err('notWhole');
  const manifest: Manifest = {
    format: bundleFormat,
    ...{ terminal, keyId: keys.keyId, made: made.toISOString() },
    ...{ fromSeq: first.seq, uptoSeq, before: before.toString('hex'), files },
  };
  const text = Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
  await archive.member(manifestName, [text]);
  await archive.member(signatureName, [Buffer.from(`${keys.sign(manifestBytes(text)).toString('base64')}\n`)]);
  await archive.end();
  return ok(manifest);
}
