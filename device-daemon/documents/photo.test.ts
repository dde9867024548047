import { expect, test } from 'vitest';
import { type PhotoDecoder, photoHeight, photoWidth, standInPhotoDecoder } from './photo.ts';

test('the stand-in says that it is one, and shows nothing of the photo', async () => {
  const decoder: PhotoDecoder = standInPhotoDecoder;
  const [one, other] = await Promise.all([
    decoder.decode(Buffer.alloc(1024, 0x11)),
    decoder.decode(Buffer.alloc(1024, 0xee)),
  ]);
  if (!one.ok || !other.ok) throw new Error('the stand-in refused');
  expect(one.value.standIn).toBe(true);
  expect(one.value.pixels.length).toBe(photoWidth * photoHeight * 3);
  expect(one.value.pixels.length).toBe(38_556);
  expect(new Set(one.value.pixels).size).toBe(1);
  expect(one.value.pixels.equals(other.value.pixels)).toBe(true);
  expect(one.value.pixels === other.value.pixels).toBe(false);
});
