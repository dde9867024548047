import iconv from 'iconv-lite';
import { isShort, type Secret } from './secrets.ts';

/**
 * All the bytes by which a value might show itself: a character encoding first, then perhaps a notation of its bytes.
 *
 *   text   -> UTF-8, UTF-16LE, UTF-16BE (keys of IndexedDB), GBK, packed BCD at either nibble -> bytes
 *   bytes  -> as they are | hex (upper, lower; bare, spaced, with colons) | base64 and base64url at each of the three
 *             alignments | a list of decimals (a Buffer in JSON)
 *   text   -> JSON escapes (a heap snapshot writes 测 as \u6D4B) | percent escapes
 */
export interface Pattern {
  readonly secret: Secret;
  /** For the finding: `utf8`, `gbk in hex`, `bcd in base64`. */
  readonly encoding: string;
  readonly bytes: Buffer;
  /** Width of the character on either side that must not be a letter or a digit; 0: any neighbour will do. */
  readonly delimited: 0 | 1 | 2;
  /** For base64: `bytes` are only the characters that the value fills whole; this tells whether the rest is right too. */
  readonly confirm?: (haystack: Buffer, at: number) => boolean;
}

interface Form {
  readonly encoding: string;
  readonly bytes: Buffer;
  readonly width?: 1 | 2;
}

/** Two digits a byte; at the second alignment the digit before shares a byte with the first. Half bytes are left out. */
function packed(digits: string): readonly Form[] {
  if (!/^\d+[D=]?\d*$/.test(digits)) return [];
  const nibbles = digits.replace('=', 'D');
  return [nibbles, nibbles.slice(1)].map((text) => ({
    encoding: 'bcd',
    bytes: Buffer.from(text.slice(0, text.length & ~1), 'hex'),
  }));
}

function characterForms(text: string): readonly Form[] {
  return [
    { encoding: 'utf8', bytes: Buffer.from(text, 'utf8'), width: 1 },
    { encoding: 'utf16le', bytes: Buffer.from(text, 'utf16le'), width: 2 },
    { encoding: 'utf16be', bytes: Buffer.from(text, 'utf16le').swap16(), width: 2 },
    { encoding: 'gbk', bytes: iconv.encode(text, 'gbk'), width: 1 },
  ];
}

const escaped = (text: string, mark: (unit: string) => string): Buffer =>
  Buffer.from(text.replace(/[^\x20-\x7e]/g, mark), 'latin1');
const fourDigits = (unit: string): string => (unit.codePointAt(0) ?? 0).toString(16).padStart(4, '0');

/** Of whole characters only, as JSON and URLs do it. */
function textNotations(text: string): readonly Form[] {
  return [
    { encoding: 'json escapes', bytes: escaped(text, (unit) => `\\u${fourDigits(unit).toUpperCase()}`) },
    { encoding: 'json escapes', bytes: escaped(text, (unit) => `\\u${fourDigits(unit)}`) },
    { encoding: 'percent escapes', bytes: Buffer.from(encodeURIComponent(text), 'latin1') },
    { encoding: 'percent escapes', bytes: Buffer.from(encodeURIComponent(text).toLowerCase(), 'latin1') },
  ];
}

type Notation = Pick<Pattern, 'encoding' | 'bytes' | 'confirm'>;

function byteNotations(raw: Buffer): readonly Notation[] {
  const pairs = raw.toString('hex').match(/../g) ?? [];
  const hex = ['', ' ', ':'].flatMap((separator) => [pairs.join(separator), pairs.join(separator).toUpperCase()]);
  const decimals = [',', ', '].map((separator) => [...raw].join(separator));
  return [
    ...hex.map((text) => ({ encoding: 'hex', bytes: Buffer.from(text, 'latin1') })),
    ...decimals.map((text) => ({ encoding: 'decimals', bytes: Buffer.from(text, 'latin1') })),
    ...[0, 1, 2].flatMap((alignment) => base64At(raw, alignment)),
  ];
}

/**
 * Base64 of some stream in which `raw` begins `alignment` bytes after a multiple of three. Characters that hold bits of
 * the neighbours too are compared after decoding. Base64 broken into lines is not found.
 */
function base64At(raw: Buffer, alignment: number): readonly Notation[] {
  const firstWhole = Math.ceil((alignment * 8) / 6);
  const endWhole = Math.floor(((alignment + raw.length) * 8) / 6);
  const end = Math.ceil(((alignment + raw.length) * 8) / 6);
  const stream = Buffer.concat([Buffer.alloc(alignment), raw]);
  const whole = (alphabet: 'base64' | 'base64url'): string => stream.toString(alphabet).slice(firstWhole, endWhole);
  return [...new Set([whole('base64'), whole('base64url')])].map((text) => ({
    encoding: 'base64',
    bytes: Buffer.from(text, 'latin1'),
    confirm: (haystack, at) => {
      const from = at - firstWhole;
      const group = haystack.toString('latin1', Math.max(0, from), from + end);
      return from >= 0 && Buffer.from(group, 'base64').subarray(alignment).subarray(0, raw.length).equals(raw);
    },
  }));
}

/**
 * A PIN is six digits: as such it stands in any long file by chance. In text it is sought only where neither neighbour is
 * a letter or a digit; three bytes of packed BCD say too little, so these are sought where PINs travel: behind their
 * length (as in VERIFY and in a PIN block) or before its filling.
 */
function pinForms(pin: string): readonly Form[] {
  const length = pin.length.toString(16);
  return [
    ...characterForms(pin),
    { encoding: 'bcd', bytes: Buffer.from(`0${length}${pin}FF`, 'hex') },
    { encoding: 'bcd', bytes: Buffer.from(`00200000${(pin.length / 2).toString(16).padStart(2, '0')}${pin}`, 'hex') },
    { encoding: 'bcd', bytes: Buffer.from(`${pin}FFFF`, 'hex') },
    { encoding: 'bcd', bytes: Buffer.from(`${length}${pin}FFF`, 'hex') },
  ];
}

/** Eleven digits fill no whole bytes, and without their filling they are mostly zeros: `12 00 00 00 00` stands anywhere. */
const phoneForms = (phone: string): readonly Form[] => [
  ...characterForms(phone),
  { encoding: 'bcd', bytes: Buffer.from(`${phone}F`, 'hex') },
  { encoding: 'bcd', bytes: Buffer.from(`0${phone}`, 'hex') },
];

function textForms({ kind, text }: Secret & { readonly text: string }): readonly Form[] {
  if (isShort(kind)) return pinForms(text);
  return kind === 'phone' ? phoneForms(text) : [...characterForms(text), ...packed(text)];
}

/** A search key is so long, and every value of the wallet fills it: a name of two characters in GBK is the shortest. */
const fewestBytes = 4;

export function patternsOf(secret: Secret): readonly Pattern[] {
  const isWord = isShort(secret.kind);
  const forms: readonly Form[] = 'bytes' in secret ? [{ encoding: 'bytes', bytes: secret.bytes }] : textForms(secret);
  const all: Pattern[] = [];
  // ASCII is the same in UTF-8 and GBK.
  for (const { encoding, bytes, width } of distinct(forms)) {
    all.push({ secret, encoding, bytes, delimited: isWord ? (width ?? 0) : 0 });
    for (const notation of byteNotations(bytes))
      all.push({ ...notation, secret, encoding: `${encoding} in ${notation.encoding}`, delimited: 0 });
  }
  if ('text' in secret && !isWord)
    for (const form of distinct(textNotations(secret.text))) all.push({ ...form, secret, delimited: 0 });
  for (const { encoding, bytes } of all)
    if (bytes.length < fewestBytes) throw new Error(`a ${secret.kind} is too short to be sought as ${encoding}`);
  return all;
}

const distinct = (forms: readonly Form[]): readonly Form[] =>
  forms.filter(({ bytes }, index) => forms.findIndex((other) => other.bytes.equals(bytes)) === index);
