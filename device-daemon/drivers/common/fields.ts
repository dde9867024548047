/**
 * Message parts declared as data: a shape (names and fields in wire order) gives encode, decode and the type.
 * A field of several sizes stands last and takes what is left, if that is one of its sizes.
 */
export interface Field<T> {
  readonly sizes: readonly number[];
  /** Its values say nothing about a person or a key, so that a trace of the line may show them. */
  readonly harmless?: true;
  /** Undefined when the value does not fit the field. */
  encode(value: T): Uint8Array | undefined;
  /** Undefined when the bytes are no value of the field. The bytes are as long as one of the sizes. */
  decode(bytes: Uint8Array): T | undefined;
}

export type Shape = Readonly<Record<string, Field<unknown>>>;
export type Values<S extends Shape> = { readonly [Name in keyof S]: S[Name] extends Field<infer T> ? T : never };

/** A buffer that shares its memory with no other, so that zeroing it leaves no copy in a pool. */
function ownCopy(bytes: Uint8Array): Buffer {
  const copy = Buffer.alloc(bytes.length);
  copy.set(bytes);
  return copy;
}

/** A number of the protocol: a slot, a length, a mode, a time. */
export const u8: Field<number> = {
  sizes: [1],
  harmless: true,
  encode: (value) => (Number.isInteger(value) && value >= 0 && value <= 0xff ? Uint8Array.of(value) : undefined),
  decode: (bytes) => bytes[0],
};

/** Raw bytes; decoded into a copy that the caller owns and zeroes. */
export const bytes = (...sizes: readonly number[]): Field<Buffer> => ({
  sizes,
  encode: (value) => (sizes.includes(value.length) ? ownCopy(value) : undefined),
  decode: ownCopy,
});

/** A number that is always the same, two bytes, big-endian. */
export const constant = (value: number): Field<number> => ({
  sizes: [2],
  harmless: true,
  encode: (given) => (given === value ? Uint8Array.of(value >> 8, value & 0xff) : undefined),
  decode: (wire) => ((((wire[0] ?? 0) << 8) | (wire[1] ?? 0)) === value ? value : undefined),
});

/** ASCII decimal digits that never become a string. */
export const digits = (size: number): Field<Uint8Array> => {
  const fits = (value: Uint8Array): boolean => value.length === size && value.every((c) => c >= 0x30 && c <= 0x39);
  return {
    sizes: [size],
    encode: (value) => (fits(value) ? ownCopy(value) : undefined),
    decode: (value) => (fits(value) ? ownCopy(value) : undefined),
  };
};

/** Printable ASCII of a fixed size, filled with spaces (NUL is taken for a space, as some versions fill with it). */
export const text = (size: number): Field<string> => ({
  sizes: [size],
  encode: (value) =>
    /^[\x20-\x7e]*$/.test(value) && value.length <= size ? Buffer.from(value.padEnd(size)) : undefined,
  decode: (value) => {
    const decoded = Buffer.from(value).toString('latin1').replaceAll('\0', ' ').trimEnd();
    return /^[\x20-\x7e]*$/.test(decoded) ? decoded : undefined;
  },
});

/** Bytes shown as upper-case hex, for numbers that are only partly BCD. */
export const hex = (size: number): Field<string> => ({
  sizes: [size],
  encode: (value) => (new RegExp(`^[0-9A-F]{${2 * size}}$`).test(value) ? Buffer.from(value, 'hex') : undefined),
  decode: (value) => Buffer.from(value).toString('hex').toUpperCase(),
});

/** One byte out of a closed list of named ones. */
export const choice = <const T extends Readonly<Record<string, number>>>(names: T): Field<keyof T & string> => {
  const byName = new Map<string, number>(Object.entries(names));
  const byValue = new Map<number, keyof T & string>(Object.entries(names).map(([name, value]) => [value, name]));
  return {
    sizes: [1],
    harmless: true,
    encode: (name) => {
      const value = byName.get(name);
      return value === undefined ? undefined : Uint8Array.of(value);
    },
    decode: (value) => byValue.get(value[0] ?? -1),
  };
};

/** Undefined when a value does not fit its field. The caller zeroes the bytes. */
export function encodeShape<S extends Shape>(shape: S, values: Values<S>): Buffer | undefined {
  const parts: Uint8Array[] = [];
  try {
    for (const [name, field] of Object.entries(shape)) {
      const part = field.encode(values[name]);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    const message = Buffer.alloc(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      message.set(part, at);
      at += part.length;
    }
    return message;
  } finally {
    for (const part of parts) part.fill(0);
  }
}

/**
 * Undefined when the bytes are not exactly one message of the shape. Constants stand first in a shape, so that nothing
 * personal has been copied when one is wrong.
 */
export function decodeShape<S extends Shape>(shape: S, message: Uint8Array): Values<S> | undefined {
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const [name, field] of Object.entries(shape)) {
    const size = field.sizes.length === 1 ? field.sizes[0] : message.length - at;
    if (size === undefined || !field.sizes.includes(size) || at + size > message.length) return undefined;
    const value = field.decode(message.subarray(at, at + size));
    if (value === undefined) return undefined;
    values[name] = value;
    at += size;
  }
  return at === message.length ? (values as Values<S>) : undefined;
}
