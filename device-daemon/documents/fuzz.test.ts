import { expect, test } from 'vitest';
import type { DocumentFault, DocumentKind, IdentityDocument } from './document.ts';
import { chipDocumentKinds } from './layouts.ts';
import { exitEntryPermit, td1, td3 } from './lines.fixture.ts';
import { parseMrz } from './mrz.ts';
import { sound, today } from './people.fixture.ts';
import { decodeTextBlock, encodeAppendedAddress, encodeTextBlock } from './text-block.ts';

/** Half of it blocks, half of it lines; 10 million prove more and take longer. */
const budget = Number(process.env['KIOSK_FUZZ_BYTES'] ?? 1_000_000);

/** mulberry32: small, seeded, the same everywhere. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000) * below);
  };
}

type Below = ReturnType<typeof generator>;

const pick = <T>(below: Below, from: readonly T[]): T => {
  const one = from[below(from.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
};

const randomBytes = (below: Below, length: number): Buffer => Buffer.from(Array.from({ length }, () => below(256)));

const documentFields = new Set([
  ...['kind', 'grade', 'name', 'latinName', 'number', 'relatedNumber', 'sex', 'nationality', 'birth', 'validFrom'],
  ...['validUntil', 'issuer', 'address', 'photo', 'warnings', 'refusals', 'wipe'],
]);

/** What must be true of whatever was made of whatever bytes. */
function wellFormed(document: IdentityDocument): boolean {
  return (
    Object.keys(document).every((field) => documentFields.has(field)) &&
    /^(longTerm|\d{4}-\d\d-\d\d)$/.test(document.validUntil) &&
    /^(\d{4}-\d\d-\d\d)?$/.test(document.validFrom ?? '') &&
    /^([A-Z]{1,3})?$/.test(document.nationality ?? '') &&
    !(document.issuer ?? '').includes('\ufffd')
  );
}

class Tally {
  readonly of: Record<string, number> = {};
  count(result: { ok: true; value: IdentityDocument } | { ok: false; error: string }): void {
    const what = !result.ok ? result.error : result.value.refusals.length > 0 ? 'refused' : 'accepted';
    this.of[what] = (this.of[what] ?? 0) + 1;
  }
}

// --- oracles, written without the code under test

/** ISO 7064: the sum of a(i) * 2^(i-1), counted from the right, is 1 mod 11. */
const pure112 = (number: string): boolean =>
  [...number].reduce((rest, digit) => (rest * 2 + (digit === 'X' ? 10 : Number(digit))) % 11, 0) === 1;

const icao = (text: string): string =>
  String(
    [...text].reduce((sum, c, at) => sum + (c === '<' ? 0 : Number.parseInt(c, 36)) * Number('731'[at % 3]), 0) % 10,
  );

const numberHolds: Readonly<Record<DocumentKind, (number: string) => boolean>> = {
  residentId: (number) => /^\d{17}[\dX]$/.test(number) && pure112(number),
  residencePermit: (number) => /^8[123]\d{15}[\dX]$/.test(number) && pure112(number),
  permanentResident2023: (number) => /^9\d{16}[\dX]$/.test(number) && pure112(number),
  permanentResident2017: (number) => /^[A-Z]{3}\d{12}$/.test(number) && icao(number.slice(0, 14)) === number[14],
  passport: (number) => /^[A-Z\d][A-Z\d ]*$/.test(number),
  hkMacaoPermit: (number) => /^[HM](\d{8}(\d\d)?|A[A-Z\d].*)$/.test(number),
  taiwanPermit: (number) => /^\d{8}(\d\d)?$/.test(number),
  exitEntryPermit: (number) => /^C[A-Z\d]\d{7}$/.test(number),
};

/** Every check digit that c.1 and c.2 name, by their positions; long numbers by either way of counting. */
function linesHold(kind: DocumentKind, [a = '', b = '']: readonly string[]): boolean {
  const held = (text: string, check: string | undefined): boolean => icao(text) === check;
  if (kind === 'exitEntryPermit')
    return (
      held(a.slice(2, 11), a[11]) &&
      held(a.slice(13, 19), a[19]) &&
      held(a.slice(21, 27), a[27]) &&
      held(a.slice(2, 12) + a.slice(13, 20) + a.slice(21, 28), a[29])
    );
  if (kind === 'passport')
    return (
      held(b.slice(0, 9), b[9]) &&
      held(b.slice(13, 19), b[19]) &&
      held(b.slice(21, 27), b[27]) &&
      (held(b.slice(28, 42), b[42]) || /^<{15}$/.test(b.slice(28, 43))) &&
      held(b.slice(0, 10) + b.slice(13, 20) + b.slice(21, 43), b[43])
    );
  const [overflow = ''] = a.slice(15).split('<');
  const rest = overflow.slice(0, -1);
  const numbered =
    a[14] === '<'
      ? rest !== '' && [a.slice(5, 14), a.slice(5, 15)].some((start) => held(start + rest, overflow.at(-1)))
      : held(a.slice(5, 14), a[14]);
  return (
    numbered &&
    held(b.slice(0, 6), b[6]) &&
    held(b.slice(8, 14), b[14]) &&
    held(a.slice(5) + b.slice(0, 7) + b.slice(8, 15) + b.slice(18, 29), b[29])
  );
}

// --- mutations

function mutated(below: Below, original: Uint8Array, alphabet: string): Buffer {
  let bytes = Buffer.from(original);
  for (let times = 1 + below(3); times > 0; times -= 1) {
    const at = below(bytes.length + 1);
    const way = below(20);
    if (way < 12) bytes[at] = alphabet.charCodeAt(below(alphabet.length));
    else if (way < 14) bytes[at] = below(256);
    else if (way < 16) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    else if (way === 16) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    else if (way === 17) bytes = Buffer.concat([bytes.subarray(0, at), Buffer.of(below(256)), bytes.subarray(at)]);
    else if (way === 18) bytes.copyWithin(at, below(bytes.length + 1), below(bytes.length + 1));
    else bytes = bytes.subarray(0, below(bytes.length + 1));
  }
  return bytes;
}

test('blocks: never a throw, never an accepted document whose number does not hold', () => {
  const below = generator(20261126);
  const originals = chipDocumentKinds.map((kind) => encodeTextBlock(kind, sound[kind] as never));
  const address = encodeAppendedAddress('某省某市新路3号');
  const tally = new Tally();
  for (let fed = 0; fed < budget / 2; ) {
    const from = below(4);
    const original = pick(below, originals);
    let block: Buffer;
    if (from === 0) {
      block = randomBytes(below, 256);
      // Most would be of no known kind, and not even looked at.
      block.set(original.subarray(248, 250), 248);
    } else if (from === 1) {
      block = randomBytes(below, 1 + below(300));
    } else {
      block = mutated(below, original, '\0 0123456789XxAJIY');
    }
    const appendedAddress = below(4) === 0 ? mutated(below, address, '\0 0') : undefined;
    const result = decodeTextBlock(block, { today, ...(appendedAddress && { appendedAddress }) });
    tally.count(result);
    fed += block.length + (appendedAddress?.length ?? 0);
    if (!result.ok) {
      const faults: readonly DocumentFault[] = ['damaged', 'unknownKind'];
      if (!faults.includes(result.error)) expect.fail('another fault than those declared');
      continue;
    }
    if (!wellFormed(result.value)) expect.fail('a document that is none');
    const { kind, number, refusals } = result.value;
    if (refusals.length === 0 && !numberHolds[kind](number.toString('latin1'))) expect.fail('a wrong number accepted');
  }
  for (const what of ['accepted', 'refused', 'damaged', 'unknownKind']) expect(tally.of[what]).toBeGreaterThan(20);
});

test('lines: never a throw, never an accepted document whose check digits do not hold', () => {
  const below = generator(3);
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<<<<<<';
  const originals = [
    td3({ optional: 'A1' }),
    td3(),
    td1(),
    td1({ number: 'H0000000001' }),
    td1({ code: 'CT', number: '00000000' }),
    exitEntryPermit(),
  ].map((texts) => texts.map((text) => Buffer.from(text)));
  const tally = new Tally();
  let wrongDigits = 0;
  for (let fed = 0; fed < budget / 2; ) {
    const original = pick(below, originals);
    const from = below(8);
    let given: Buffer[];
    if (from === 0) {
      given = Array.from({ length: below(5) }, () => randomBytes(below, pick(below, [0, 9, 30, 30, 36, 44, 44, 45])));
    } else if (from === 1) {
      // Random text under a code that is known.
      given = original.map((line, index) => {
        const text = line.map(() => alphabet.charCodeAt(below(alphabet.length)));
        return Buffer.from(index === 0 ? [...line.subarray(0, 5), ...text.subarray(5)] : text);
      });
    } else {
      const victim = below(original.length);
      // Mostly digits for digits: what a misread looks like that keeps the form.
      const characters = pick(below, ['0123456789', '0123456789', alphabet]);
      given = original.map((line, index) => (index === victim ? mutated(below, line, characters) : Buffer.from(line)));
      if (from === 2) given = given.map(() => pick(below, given));
      if (from === 3) given = given.slice(0, below(given.length + 1));
    }
    const result = parseMrz(given, { today });
    tally.count(result);
    fed += given.reduce((sum, { length }) => sum + length, 0) + 1;
    if (!result.ok) {
      if (!['damaged', 'unknownKind', 'incomplete'].includes(result.error))
        expect.fail('another fault than those declared');
      continue;
    }
    if (!wellFormed(result.value)) expect.fail('a document that is none');
    const { kind, number, refusals } = result.value;
    const texts = given.filter(({ length }) => length > 0).map((line) => line.toString('latin1'));
    const holds = linesHold(kind, texts);
    if (!holds) wrongDigits += 1;
    if (refusals.includes('mrzCheckDigit') === holds) expect.fail(`${kind}: check digits judged wrongly`);
    if (refusals.length === 0 && !numberHolds[kind](number.toString('latin1'))) expect.fail('a wrong number accepted');
  }
  expect(wrongDigits).toBeGreaterThan(100);
  for (const what of ['accepted', 'refused', 'damaged', 'unknownKind', 'incomplete'])
    expect(tally.of[what]).toBeGreaterThan(20);
});
