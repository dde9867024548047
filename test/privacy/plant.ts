import iconv from 'iconv-lite';
import { isShort, type Secret } from './secrets.ts';

/**
 * A file that holds every value in every encoding, to prove that a search would have found it. Nothing here is shared
 * with the search: whole streams are encoded, with noise before and behind the value.
 */
export interface Planted {
  readonly bytes: Buffer;
  readonly values: readonly {
    readonly secret: Secret;
    readonly encoding: string;
    readonly start: number;
    readonly end: number;
  }[];
}

/** The same noise every time; bytes without meaning. */
function noise(seed: number): (length: number) => Buffer {
  let state = seed;
  return (length) => {
    const bytes = Buffer.alloc(length);
    for (let index = 0; index < length; index += 1) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      bytes.writeUInt8(state >>> 24, index);
    }
    return bytes;
  };
}

function bigEndian(text: string): Buffer {
  const bytes = Buffer.alloc(text.length * 2);
  for (let index = 0; index < text.length; index += 1) bytes.writeUInt16BE(text.charCodeAt(index), index * 2);
  return bytes;
}

/** Digits, `D` or `=` for the separator of a track, as half bytes; `before` fills the half byte in front. */
function halfBytes(text: string, before: string): Buffer {
  const nibbles = [...before, ...text.replace('=', 'D')].map((digit) => Number.parseInt(digit, 16));
  if (nibbles.length % 2 === 1) nibbles.push(0x0f);
  return Buffer.from(
    nibbles.flatMap((nibble, index) => (index % 2 === 0 ? [nibble * 16 + (nibbles[index + 1] ?? 0)] : [])),
  );
}

/** What a run might have written of one value: name of the encoding, and the bytes with the value's neighbours. */
function* traces(secret: Secret, random: (length: number) => Buffer): Generator<readonly [string, Buffer]> {
  const streams: [string, Buffer][] = [];
  if ('bytes' in secret) {
    streams.push(['bytes', secret.bytes]);
  } else {
    const { text, kind } = secret;
    const isWord = isShort(kind);
    const quoted = `"${text}"`;
    streams.push(['utf8', Buffer.from(isWord ? quoted : text, 'utf8')]);
    streams.push(['utf16le', Buffer.from(isWord ? quoted : text, 'utf16le')]);
    streams.push(['utf16be', bigEndian(isWord ? quoted : text)]);
    streams.push(['gbk', iconv.encode(isWord ? quoted : text, 'gbk')]);
    if (isWord) {
      // In the frames in which a PIN travels: PIN block field, VERIFY, and each one half a byte further.
      streams.push(['bcd', halfBytes(`${text}FFFFFFFF`, `0${text.length.toString(16)}`)]);
      streams.push(['bcd', halfBytes(text, `00200000${(text.length / 2).toString(16).padStart(2, '0')}`)]);
      streams.push(['bcd', halfBytes(`${text}FFF`, text.length.toString(16))]);
    } else if (/^[\d=D]+$/.test(text)) {
      streams.push(['bcd', halfBytes(text, '')]);
      // A telephone number is right-aligned behind a zero, if at all.
      streams.push(['bcd', halfBytes(text, kind === 'phone' ? '0' : '7')]);
    }
    if (!isWord) {
      const escaped = (hex: (code: string) => string): Buffer =>
        Buffer.from(
          [...text]
            .map((one) => (one < '\u007f' ? one : `\\u${hex(one.charCodeAt(0).toString(16).padStart(4, '0'))}`))
            .join(''),
        );
      yield ['json escapes', escaped((code) => code)];
      yield ['json escapes, upper', escaped((code) => code.toUpperCase())];
      yield ['percent escapes', Buffer.from(encodeURIComponent(text))];
    }
  }
  for (const [encoding, value] of streams) {
    yield [encoding, value];
    // Letters beside a PIN in digits would make another word of it.
    for (const before of [3, 4, 5]) {
      const stream = Buffer.concat([random(before), value, random(7)]);
      yield [`${encoding} in hex, lower`, Buffer.from(stream.toString('hex'))];
      yield [`${encoding} in hex, upper`, Buffer.from(stream.toString('hex').toUpperCase())];
      yield [`${encoding} in base64, alignment ${before % 3}`, Buffer.from(stream.toString('base64'))];
      yield [`${encoding} in base64url, alignment ${before % 3}`, Buffer.from(stream.toString('base64url'))];
      yield [`${encoding} as a Buffer in JSON`, Buffer.from(JSON.stringify(stream))];
    }
    yield [
      `${encoding} in spaced hex`,
      Buffer.from([...value].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')),
    ];
  }
}

export function plant(secrets: readonly Secret[], seed = 1126): Planted {
  const random = noise(seed);
  const parts: Buffer[] = [];
  const values: Planted['values'][number][] = [];
  let at = 0;
  const add = (part: Buffer): void => {
    parts.push(part);
    at += part.length;
  };
  // Even lengths of noise keep 16-bit text aligned; a line end delimits in every encoding.
  for (const secret of secrets)
    for (const [encoding, bytes] of traces(secret, random)) {
      add(Buffer.concat([random(30), Buffer.from('\n\n')]));
      values.push({ secret, encoding, start: at, end: at + bytes.length });
      add(bytes);
      add(Buffer.from('\n\n'));
    }
  return { bytes: Buffer.concat(parts), values };
}
