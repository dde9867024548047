/**
 * DATA of a message declared as data: a shape (names and fields in wire order) gives encode, decode and the type.
 */
export interface Field<T> {
  readonly size: number;
  /** Undefined when the value does not fit the field. */
  encode(value: T): Uint8Array | undefined;
  /** Undefined when the bytes, as many as `size`, are no value of the field. */
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

/** Raw bytes; decoded into a copy that the caller owns and zeroes. */
export const bytes = (size: number): Field<Buffer> => ({
  size,
  encode: (value) => (value.length === size ? ownCopy(value) : undefined),
  decode: ownCopy,
});

/** A number that is always the same, two bytes, big-endian. */
export const constant = (value: number): Field<number> => ({
  size: 2,
  encode: (given) => (given === value ? Uint8Array.of(value >> 8, value & 0xff) : undefined),
  decode: (wire) => ((((wire[0] ?? 0) << 8) | (wire[1] ?? 0)) === value ? value : undefined),
});

/** Digits of the five little-endian numbers of a SAM id, and how many bytes each has (section 7). */
const samIdParts = [
  { bytes: 2, digits: 2 },
  { bytes: 2, digits: 2 },
  { bytes: 4, digits: 8 },
  { bytes: 4, digits: 10 },
  { bytes: 4, digits: 10 },
] as const;

/** As it is printed on the reader: `aa.bb-cccccccc-dddddddddd-eeeeeeeeee`. */
export const samId: Field<string> = {
  size: 16,
  encode: (printed) => {
    const numbers = printed.split(/[.-]/);
    const wire = Buffer.alloc(16);
    let at = 0;
    for (const part of samIdParts) {
      const value = Number(numbers.shift() ?? Number.NaN);
      if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * part.bytes)) return undefined;
      at = wire.writeUIntLE(value, at, part.bytes);
    }
    // Only the printed form itself: what is configured is compared as text.
    return samId.decode(wire) === printed ? wire : undefined;
  },
  decode: (wire) => {
    const source = Buffer.from(wire);
    let at = 0;
    const [a, b, ...rest] = samIdParts.map((part) => {
      const value = source.readUIntLE(at, part.bytes);
      at += part.bytes;
      return String(value).padStart(part.digits, '0');
    });
    return `${a}.${b}-${rest.join('-')}`;
  },
};

/** Bytes of all fields together. */
export const sizeOf = (shape: Shape): number => Object.values(shape).reduce((sum, field) => sum + field.size, 0);

/** Undefined when a value does not fit its field. The caller zeroes the bytes. */
export function encodeShape<S extends Shape>(shape: S, values: Values<S>): Buffer | undefined {
  const wire = Buffer.alloc(sizeOf(shape));
  let at = 0;
  for (const [name, field] of Object.entries(shape)) {
    const part = field.encode(values[name]);
    if (part === undefined) {
      wire.fill(0);
      return undefined;
    }
    wire.set(part, at);
    part.fill(0);
    at += field.size;
  }
  return wire;
}

/** Undefined when the bytes are not exactly one message of the shape. */
export function decodeShape<S extends Shape>(shape: S, message: Uint8Array): Values<S> | undefined {
  if (message.length !== sizeOf(shape)) return undefined;
  const values: Record<string, unknown> = {};
  let at = 0;
  for (const [name, field] of Object.entries(shape)) {
    const value = field.decode(message.subarray(at, at + field.size));
    // Constants stand first, so that nothing personal has been copied when one is wrong.
    if (value === undefined) return undefined;
    values[name] = value;
    at += field.size;
  }
  return values as Values<S>;
}
