import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { err, ok, type Result } from '#protocol/result.ts';
import { keyIdOf } from '../keys.ts';
import { genesis, hashOf, headBytes } from '../reader.ts';
import {
  type BundleProgress,
  bundleFormat,
  type Manifest,
  manifestBytes,
  manifestName,
  type Part,
  parts,
  signatureName,
} from './manifest.ts';
import { blockBytes, paddingOf, readTarHeader } from './tar.ts';

/** What is wrong with a bundle, by name; `seq`: at which entry, `file`: in which part. */
export interface BundleDamage {
  readonly what:
    | 'cannot be read'
    | 'no bundle'
    | 'cut short'
    | 'false signature'
    | 'changed file'
    | 'changed entry'
    | 'missing entries'
    | 'false head'
    | 'cancelled';
  readonly seq?: number;
  readonly file?: string;
}

/** A whole bundle: whose, and which entries. Whether the key is that kiosk's, whoever knows its key id sees. */
export type WholeBundle = Manifest & { readonly entries: number };

interface VerifyOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: BundleProgress) => void;
}

const chunkBytes = 1 << 20;
/** No part but the entries is longer; what says so is no bundle of ours. */
const smallBytes = 64 << 20;

/** Names the first damage. Nothing in the file is believed before its signature was checked but where its parts stand. */
export async function verifyBundle(path: string, options: VerifyOptions): Promise<Result<WholeBundle, BundleDamage>> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch {
    return err({ what: 'cannot be read' });
  }
  try {
    return await check(file, options);
  } catch (error) {
    // A medium that fails while it is read; anything else is a mistake of ours.
    if (!(error instanceof Error && 'errno' in error)) throw error;
    return err({ what: 'cannot be read' });
  } finally {
    await file.close();
  }
}

interface Place {
  readonly at: number;
  readonly size: number;
}

async function check(file: FileHandle, options: VerifyOptions): Promise<Result<WholeBundle, BundleDamage>> {
  const places = await membersOf(file);
  if (!places.ok) return places;
  const small = async (name: string): Promise<Buffer> => {
    const { at, size } = places.value.get(name) ?? { at: 0, size: 0 };
    const bytes = Buffer.alloc(size);
    await file.read(bytes, 0, size, at);
    return bytes;
  };
  const text = await small(manifestName);
  const key = publicKeyOf(await small('machine.pem'));
  const manifest = manifestOf(text);
  if (key === undefined || manifest === undefined) return err({ what: 'no bundle' });
  const signature = Buffer.from((await small(signatureName)).toString(), 'base64');
  if (manifest.keyId !== keyIdOf(key) || !verify(null, manifestBytes(text), key, signature))
    return err({ what: 'false signature' });
  for (const name of ['heads.jsonl', 'machine.pem'] as const) {
    const sha256 = createHash('sha256')
      .update(await small(name))
      .digest('hex');
    if (sha256 !== manifest.files[name].sha256) return err({ what: 'changed file', file: name });
  }
  const heads = headsOf((await small('heads.jsonl')).toString(), key);
  if (!heads.ok) return heads;
  const { before, fromSeq } = manifest;
  const anchor = fromSeq === 1 ? genesis.toString('hex') : heads.value.get(fromSeq - 1);
  if (before !== anchor) return err({ what: 'missing entries', seq: fromSeq - 1 });
  return chain(file, places.value.get('entries.jsonl') ?? { at: 0, size: 0 }, manifest, heads.value, options);
}

/** Where each part stands. */
async function membersOf(file: FileHandle): Promise<Result<ReadonlyMap<string, Place>, BundleDamage>> {
  const { size: length } = await file.stat();
  const places = new Map<string, Place>();
  for (let at = 0; ; ) {
    const block = Buffer.alloc(blockBytes);
    const { bytesRead } = await file.read(block, 0, blockBytes, at);
    const header = readTarHeader(block.subarray(0, bytesRead));
    if (header === 'end' && at > 0) break;
    if (header === undefined || header === 'end') return err({ what: at > 0 ? 'cut short' : 'no bundle' });
    const place = { at: at + blockBytes, size: header.size };
    if (place.at + place.size > length) return err({ what: 'cut short' });
    if (header.name !== 'entries.jsonl' && header.size > smallBytes) return err({ what: 'no bundle' });
    places.set(header.name, place);
    at = place.at + place.size + paddingOf(place.size);
  }
  const missing = [...parts, manifestName, signatureName].find((name) => !places.has(name));
  return missing === undefined ? ok(places) : err({ what: 'cut short', file: missing });
}

function publicKeyOf(pem: Buffer): KeyObject | undefined {
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    return undefined;
  }
}

function manifestOf(text: Buffer): Manifest | undefined {
  try {
    const manifest = JSON.parse(text.toString()) as Manifest;
    const whole =
      manifest.format === bundleFormat &&
      parts.every((name: Part) => typeof manifest.files[name].sha256 === 'string') &&
      [manifest.fromSeq, manifest.uptoSeq].every(Number.isSafeInteger);
    return whole ? manifest : undefined;
  } catch {
    return undefined;
  }
}

function headsOf(text: string, key: KeyObject): Result<ReadonlyMap<number, string>, BundleDamage> {
  const heads = new Map<number, string>();
  for (const line of text.split('\n').slice(0, -1)) {
    const [seq, hash, at, signature] = JSON.parse(line) as [number, string, string, string];
    const bytes = headBytes(seq, Buffer.from(hash, 'hex'), at);
    if (!verify(null, bytes, key, Buffer.from(signature, 'base64'))) return err({ what: 'false head', seq });
    heads.set(seq, hash);
  }
  return ok(heads);
}

/** Every entry, one after the other, and the hash of all of them. */
async function chain(
  file: FileHandle,
  { at, size }: Place,
  manifest: Manifest,
  heads: ReadonlyMap<number, string>,
  { signal, onProgress }: VerifyOptions,
): Promise<Result<WholeBundle, BundleDamage>> {
  const { fromSeq, uptoSeq, files, before } = manifest;
  const sum = createHash('sha256');
  const chunk = Buffer.alloc(chunkBytes);
  let prev = Buffer.from(before, 'hex');
  let next = fromSeq;
  let rest: Buffer = Buffer.alloc(0);
  for (let done = 0; done < size; ) {
    const { bytesRead } = await file.read(chunk, 0, Math.min(chunkBytes, size - done), at + done);
    if (bytesRead === 0) return err({ what: 'cut short' });
    done += bytesRead;
    sum.update(chunk.subarray(0, bytesRead));
    const data = Buffer.concat([rest, chunk.subarray(0, bytesRead)]);
    const end = data.lastIndexOf('\n') + 1;
    rest = data.subarray(end);
    for (const line of data.toString('utf8', 0, end).split('\n').slice(0, -1)) {
      const entry = entryOf(line);
      if (entry === undefined) return err({ what: 'changed entry', seq: next });
      const { hash: told, ...row } = entry;
      if (row.seq !== next) return err({ what: 'missing entries', seq: next });
      const hash = hashOf(prev, row);
      const head = heads.get(row.seq);
      if (hash.toString('hex') !== told || (head !== undefined && head !== told))
        return err({ what: 'changed entry', seq: next });
      prev = Buffer.from(hash);
      next += 1;
    }
    onProgress?.({ part: 'checking', done: next - fromSeq, total: uptoSeq - fromSeq + 1 });
    await setImmediate();
    if (signal.aborted) return err({ what: 'cancelled' });
  }
  if (next !== uptoSeq + 1 || !heads.has(uptoSeq)) return err({ what: 'missing entries', seq: next });
  if (sum.digest('hex') !== files['entries.jsonl'].sha256) return err({ what: 'changed file', file: 'entries.jsonl' });
  return ok({ ...manifest, entries: next - fromSeq });
}

function entryOf(line: string) {
  try {
    const [seq, at, event, visit, body, hash] = JSON.parse(line) as [
      number,
      string,
      string,
      string | null,
      string,
      string,
    ];
    return { seq, at, event, visit, body, hash };
  } catch {
    return undefined;
  }
}
