import { ok, type Result } from '#protocol/result.ts';

/** Size of every chip photo (id-card-reader.md 11). */
export const photoWidth = 102;
export const photoHeight = 126;

export interface DecodedPhoto {
  /** Rows from the top, three bytes each: red, green, blue. The caller zeroes them. */
  readonly pixels: Buffer;
  /** True: not the holder, whoever it is shown to must be told. */
  readonly standIn: boolean;
}

/** `decoderUnavailable`: no licence, or the codec's terminal is not there (11: -5, -6). */
export type PhotoFault = 'damaged' | 'decoderUnavailable' | 'cancelled';

/**
 * Opens the WLT photo of a chip. The codec is patented and licensed to the reader's maker, tied to the terminal (11), so
 * it comes by injection and none is in this repository. It reads the 1024 bytes during the call and keeps none of them.
 */
export interface PhotoDecoder {
  readonly name: string;
  decode(photo: Uint8Array, options?: { readonly signal?: AbortSignal }): Promise<Result<DecodedPhoto, PhotoFault>>;
}

const grey = 0xc8;

/** Where there is no licensed codec: an even grey that says of itself that it is nobody's picture. */
export const standInPhotoDecoder: PhotoDecoder = {
  name: 'stand-in',
  decode: async () => ok({ pixels: Buffer.alloc(photoWidth * photoHeight * 3, grey), standIn: true }),
};
