import { describe, expect, test } from 'vitest';
import { notoGlyphs } from './glyphs.ts';

const glyphs = notoGlyphs();
const picture = (character: string) => {
  const glyph = glyphs(character);
  return glyph?.rows.map((row) => row.toString(2).padStart(glyph.width, '0').replaceAll('0', ' ').replaceAll('1', '#'));
};

describe('characters as dots', () => {
  test('一 is one stroke across the middle', () => {
    const rows = picture('一') ?? [];
    const inked = rows.flatMap((row, index) => (row.includes('#') ? [index] : []));
    expect(inked.length).toBeGreaterThanOrEqual(2);
    expect(inked.length).toBeLessThanOrEqual(4);
    expect(inked[0]).toBeGreaterThan(8);
    expect(inked.at(-1)).toBeLessThan(15);
    expect(rows[inked[1] ?? 0]?.replaceAll(' ', '').length).toBeGreaterThan(18);
  });

  test('口 is closed and empty inside: winding, not just edges', () => {
    const rows = picture('口') ?? [];
    expect(rows[12]?.slice(10, 14)).toBe('    ');
    expect(rows[12]?.slice(0, 8)).toContain('##');
    expect(rows[12]?.slice(16)).toContain('##');
  });

  test('l stands in the middle of twelve dots', () => {
    const rows = picture('l') ?? [];
    expect(rows[12]).toMatch(/^ {4,6}#{2,3} {4,6}$/);
  });

  test('Ⅲ is three strokes side by side', () => {
    expect(picture('Ⅲ')?.[12]).toMatch(/^ *#+ +#+ +#+ *$/);
  });

  test('traditional characters come from the other face, and the densest keeps white between its strokes', () => {
    const rows = picture('灣') ?? [];
    const ink = rows.join('').replaceAll(' ', '').length;
    expect(ink).toBeGreaterThan(100);
    expect(ink).toBeLessThan(288);
  });

  test('what no face has is undefined', () => {
    expect(glyphs('𠮷')).toBeUndefined();
    expect(glyphs('\ue000')).toBeUndefined();
  });
});
