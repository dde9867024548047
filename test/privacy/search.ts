import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Pattern, patternsOf } from './encodings.ts';
import { isShort, type Secret, type SecretKind } from './secrets.ts';

/**
 * Looks for personal data in whatever a run left behind. Every value is sought in every encoding of `encodings.ts` at
 * once: a table of four-byte keys is looked up at each position, and only where it knows the key the pattern itself is
 * compared. Tens of megabytes take about a second.
 *
 * It cannot see through compression, except of files that are gzip as a whole: tables of LevelDB (IndexedDB, local
 * storage) are compressed, so a test reads these stores through the page as well.
 */
export interface Finding {
  readonly kind: SecretKind;
  readonly owner: string;
  readonly encoding: string;
  /** A file relative to the folder that was searched, or the name that the caller gave. */
  readonly where: string;
  /** In bytes. */
  readonly offset: number;
}

export interface FolderReport {
  readonly findings: readonly Finding[];
  /** Of everything that was looked at: a search of nothing finds nothing. */
  readonly files: number;
  readonly bytes: number;
}

const tableBits = 22;
const slotOf = (key: number): number => Math.imul(key, 0x9e3779b1) >>> (32 - tableBits);

interface Anchored {
  readonly pattern: Pattern;
  /** Where in the pattern its key stands. */
  readonly at: number;
}

export class SecretSearch {
  readonly #filter = new Uint8Array(2 ** (tableBits - 3));
  readonly #byKey = new Map<number, Anchored[]>();

  constructor(secrets: readonly Secret[]) {
    for (const pattern of secrets.flatMap(patternsOf)) {
      const at = bestKey(pattern.bytes);
      const key = pattern.bytes.readInt32BE(at);
      const others = this.#byKey.get(key) ?? [];
      others.push({ pattern, at });
      this.#byKey.set(key, others);
      const slot = slotOf(key);
      this.#filter[slot >> 3] = (this.#filter[slot >> 3] ?? 0) | (1 << (slot & 7));
    }
  }

  searchText(text: string, where: string): readonly Finding[] {
    return this.searchBuffer(Buffer.from(text, 'utf8'), where);
  }

  /** `pinsFrom`: before it a PIN is not looked for (see `searchHeapSnapshot`). */
  searchBuffer(bytes: Buffer, where: string, pinsFrom = 0): readonly Finding[] {
    const filter = this.#filter;
    const findings: Finding[] = [];
    let key = 0;
    for (let index = 0; index < bytes.length; index += 1) {
      key = (key << 8) | (bytes[index] as number);
      const slot = slotOf(key);
      if (((filter[slot >> 3] as number) & (1 << (slot & 7))) === 0 || index < 3) continue;
      for (const { pattern, at } of this.#byKey.get(key) ?? []) {
        const offset = index - 3 - at;
        if (!standsAt(bytes, offset, pattern) || (isShort(pattern.secret.kind) && offset < pinsFrom)) continue;
        const { kind, owner } = pattern.secret;
        findings.push({ kind, owner, encoding: pattern.encoding, where, offset });
      }
    }
    return findings;
  }

  /**
   * A heap snapshot is a long list of numbers and then all strings. Among a million of numbers any six digits occur, so
   * PINs and codes are looked for in the strings.
   */
  searchHeapSnapshot(bytes: Buffer, where: string): readonly Finding[] {
    const strings = bytes.lastIndexOf('"strings":[');
    if (strings < 0) throw new Error(`${where} is no heap snapshot`);
    return this.searchBuffer(bytes, where, strings);
  }

  /** Every file below it, whatever its name; `*.heapsnapshot` as such, gzip also unpacked. */
  searchFolder(folder: string): FolderReport {
    const findings: Finding[] = [];
    let files = 0;
    let bytes = 0;
    for (const path of filesBelow(folder)) {
      const content = readIfThere(path);
      if (content === undefined) continue;
      const where = relative(folder, path);
      files += 1;
      bytes += content.length;
      findings.push(
        ...(path.endsWith('.heapsnapshot')
          ? this.searchHeapSnapshot(content, where)
          : this.searchBuffer(content, where)),
      );
      const unpacked = unzipped(content);
      if (unpacked !== undefined) findings.push(...this.searchBuffer(unpacked, `${where} unpacked`));
      // File names too may tell.
      findings.push(...this.searchText(where, `name of ${where}`));
    }
    return { findings, files, bytes };
  }
}

/** For a test's message: one line per kind, owner, encoding and place. */
export const describeFindings = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(findings.map(({ kind, owner, encoding, where }) => `${kind} of ${owner} as ${encoding} in ${where}`)),
];

/** The four bytes that are least likely to stand elsewhere: many different ones, no zeros. Later is better: numbers begin alike. */
function bestKey(bytes: Buffer): number {
  let best = 0;
  let bestScore = -1;
  for (let at = 0; at + 4 <= bytes.length; at += 1) {
    const window = new Set(bytes.subarray(at, at + 4));
    const score = window.size - (window.has(0x00) ? 1 : 0) - (window.has(0x30) ? 1 : 0);
    if (score >= bestScore) {
      best = at;
      bestScore = score;
    }
  }
  return best;
}

function standsAt(haystack: Buffer, offset: number, { bytes, delimited, confirm }: Pattern): boolean {
  const end = offset + bytes.length;
  if (offset < 0 || end > haystack.length) return false;
  if (haystack.compare(bytes, 0, bytes.length, offset, end) !== 0) return false;
  if (confirm !== undefined && !confirm(haystack, offset)) return false;
  return delimited === 0 || (!isWord(haystack, offset - delimited, delimited) && !isWord(haystack, end, delimited));
}

/** A letter or digit of ASCII; in two bytes in either order. */
function isWord(haystack: Buffer, at: number, width: 1 | 2): boolean {
  const [first = 0, second = 0] = haystack.subarray(Math.max(0, at), Math.max(0, at + width));
  if (width === 2 && first !== 0 && second !== 0) return false;
  return /[0-9A-Za-z]/.test(String.fromCharCode(first | second));
}

function* filesBelow(folder: string): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.isFile()) yield path;
  }
}

/** Files of a running program come and go. */
function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function unzipped(content: Buffer): Buffer | undefined {
  if (content[0] !== 0x1f || content[1] !== 0x8b) return undefined;
  try {
    return gunzipSync(content);
  } catch {
    return undefined;
  }
}
