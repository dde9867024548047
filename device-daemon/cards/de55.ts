import { encodeTlv } from './tlv.ts';

/** Order commonly sent in Chinese acquiring (social-security card reference 3.6). */
export const de55Tags: readonly number[] = [
  0x9f26, 0x9f27, 0x9f10, 0x9f37, 0x9f36, 0x95, 0x9a, 0x9c, 0x9f02, 0x5f2a, 0x82, 0x9f1a, 0x9f03, 0x9f33, 0x9f34,
  0x9f35, 0x9f1e, 0x84, 0x9f09, 0x9f41,
];

/** Field 55: the objects there are values for, in that order. */
export function encodeDe55(values: ReadonlyMap<number, Uint8Array>): Buffer {
  return Buffer.concat(
    de55Tags.flatMap((tag) => {
      const value = values.get(tag);
      return value === undefined ? [] : [encodeTlv(tag, value)];
    }),
  );
}
