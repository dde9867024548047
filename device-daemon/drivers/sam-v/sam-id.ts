import type { Field } from '../common/fields.ts';

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
  sizes: [16],
  harmless: true,
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
