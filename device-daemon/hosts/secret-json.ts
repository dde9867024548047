/**
 * JSON whose secrets never become strings. A string cannot be wiped; a Buffer can. Where a value is a `Secret`, its bytes
 * go straight into the encoded body, which the caller wipes after sending.
 */
export interface Secret {
  readonly secret: 'hex' | 'ascii' | 'text';
  readonly bytes: Uint8Array;
}

/** Becomes a JSON string of upper-case hexadecimal digits. */
export const secretHex = (bytes: Uint8Array): Secret => ({ secret: 'hex', bytes });
/** Becomes a JSON string of the bytes themselves: digits, letters and `=` only. */
export const secretAscii = (bytes: Uint8Array): Secret => ({ secret: 'ascii', bytes });

/** Becomes a JSON string of UTF-8 text, escaped: what a card says of its holder may hold anything. */
export const secretText = (bytes: Uint8Array): Secret => ({ secret: 'text', bytes });

const isSecret = (value: object): value is Secret => 'secret' in value && 'bytes' in value;
const digits = Buffer.from('0123456789ABCDEF');

/** JSON's own escapes, byte by byte: quotation mark, backslash, control characters (RFC 8259, 7). */
function escaped(bytes: Uint8Array): Buffer {
  const text = Buffer.alloc(bytes.length * 6);
  let at = 0;
  for (const byte of bytes) {
    if (byte < 0x20) {
      at += text.write('\\u00', at);
      text[at++] = digits[byte >> 4] ?? 0;
      text[at++] = digits[byte & 0x0f] ?? 0;
    } else {
      if (byte === 0x22 || byte === 0x5c) text[at++] = 0x5c;
      text[at++] = byte;
    }
  }
  return text.subarray(0, at);
}

function secretBytes({ secret, bytes }: Secret): Buffer {
  if (secret === 'text') return escaped(bytes);
  if (secret === 'hex') {
    const text = Buffer.alloc(bytes.length * 2);
    bytes.forEach((byte, index) => {
      text[index * 2] = digits[byte >> 4] ?? 0;
      text[index * 2 + 1] = digits[byte & 0x0f] ?? 0;
    });
    return text;
  }
  if (bytes.some((byte) => !/[0-9A-Za-z=]/.test(String.fromCharCode(byte))))
    throw new Error('a secret text holds digits, letters and = only');
  return Buffer.from(bytes);
}

function parts(value: unknown, out: Buffer[], wipe: Buffer[]): void {
  if (value === null || typeof value !== 'object') {
    out.push(Buffer.from(JSON.stringify(value)));
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      out.push(Buffer.from(index === 0 ? '[' : ','));
      parts(item, out, wipe);
    });
    out.push(Buffer.from(value.length === 0 ? '[]' : ']'));
  } else if (isSecret(value)) {
    const text = secretBytes(value);
    wipe.push(text);
    out.push(Buffer.from('"'), text, Buffer.from('"'));
  } else {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    members.forEach(([name, member], index) => {
      out.push(Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(name)}:`));
      parts(member, out, wipe);
    });
    out.push(Buffer.from(members.length === 0 ? '{}' : '}'));
  }
}

/** UTF-8, in a Buffer of its own that shares no memory with anything. */
export function encodeJson(value: object): Buffer {
  const out: Buffer[] = [];
  const wipe: Buffer[] = [];
  try {
    parts(value, out, wipe);
    const body = Buffer.alloc(out.reduce((total, part) => total + part.length, 0));
    let at = 0;
    for (const part of out) at += part.copy(body, at);
    return body;
  } finally {
    for (const buffer of wipe) buffer.fill(0);
  }
}

/**
 * Cuts the digits of a member out of an encoded JSON object: they come as bytes of their own, and zeros stand in their
 * place, so that the rest can be read as text. Undefined when the member is not there as a plain string of digits; then
 * nothing is left of the text, because nobody knows where in it they stand.
 */
export function takeDigits(json: Buffer, member: string): Buffer | undefined {
  const name = Buffer.from(`"${member}"`);
  const found = json.indexOf(name);
  let at = found + name.length;
  const skip = (wanted: (byte: number) => boolean): number => {
    const start = at;
    for (let byte = json[at]; byte !== undefined && wanted(byte); byte = json[at]) at += 1;
    return at - start;
  };
  const isSpace = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
  const between = (mark: number): boolean => {
    skip(isSpace);
    return json[at++] === mark;
  };
  if (found >= 0 && between(0x3a) && between(0x22)) {
    const start = at;
    const length = skip((byte) => byte >= 0x30 && byte <= 0x39);
    if (length > 0 && json[at] === 0x22) {
      const digits = Buffer.alloc(length);
      json.copy(digits, 0, start, at);
      json.fill('0', start, at);
      return digits;
    }
  }
  json.fill(0);
  return undefined;
}
