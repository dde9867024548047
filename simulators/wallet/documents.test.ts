import { expect, test } from 'vitest';
import type { PrintedDocument } from './document-forms.ts';
import { documentOf, walletDocuments } from './documents.ts';

const lines = (id: Parameters<typeof documentOf>[0]): readonly string[] =>
  (documentOf(id).content as PrintedDocument).lines;
const field = (id: Parameters<typeof documentOf>[0], offset: number, bytes: number): string => {
  const { content } = documentOf(id);
  if (content.place !== 'identityReader') throw new Error('no chip');
  return Buffer.from(content.text)
    .subarray(offset, offset + bytes)
    .toString('utf16le')
    .trimEnd();
};

test('published and synthetic vectors of the references', () => {
  // printer-pin-pad-mrz.md c.1, c.2
  expect(lines('passport')[1]).toMatch(/^E000000008CHN9001011M3512311<{14}0\d$/);
  expect(lines('passport-foreign')[1]?.slice(0, 21)).toBe('L898902C36UTO7408122F');
  expect(lines('travel-outbound')[0]).toBe('CSC000000004<3512311<9001011<6');
  // id-card-reader.md 10.1 to 10.4
  expect(field('permit-hong-kong', 122, 36)).toBe('810000190001010018');
  expect(field('permit-macao', 122, 36)).toBe('820000190001010028');
  expect(field('permit-taiwan', 122, 36)).toBe('830000190001010038');
  expect(field('foreign-2023', 122, 36)).toBe('999999190001010015');
  expect(field('foreign-2017', 122, 30)).toBe('UTO000000010101');
});

test('every document has its form', () => {
  for (const { content, id } of walletDocuments) {
    if (content.place === 'passportReader') {
      const length = content.lines.length === 2 ? 44 : 30;
      for (const line of content.lines) expect(line, id).toMatch(new RegExp(`^[A-Z0-9<]{${length}}$`));
    } else expect([content.text.length, content.photo.length], id).toEqual([256, 1024]);
  }
});
