import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { paginate } from './paginate.ts';

describe('pages', () => {
  test('everything on one page when it fits, gaps included', () => {
    expect(paginate([100, 100], 20, 220, 60)).toEqual([0]);
    expect(paginate([100, 100], 20, 219, 60)).toEqual([0, 1]);
  });

  test('the pager costs room only when there is one', () => {
    expect(paginate([100, 100, 100], 0, 300, 100)).toEqual([0]);
    expect(paginate([100, 100, 100, 100], 0, 300, 100)).toEqual([0, 2]);
  });

  test('an item larger than the page still gets one', () => {
    expect(paginate([500, 100], 10, 300, 50)).toEqual([0, 1]);
  });

  test('no items: one empty page', () => {
    expect(paginate([], 10, 300, 50)).toEqual([0]);
  });

  test('every item is on exactly one page, and no page but a single giant overflows', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { maxLength: 30 }), (heights) => {
        const starts = paginate(heights, 10, 600, 80);
        expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        starts.forEach((start, page) => {
          const items = heights.slice(start, starts[page + 1]);
          const total = items.reduce((sum, height) => sum + height, 0) + Math.max(0, items.length - 1) * 10;
          if (items.length > 1) expect(total).toBeLessThanOrEqual(starts.length === 1 ? 600 : 520);
        });
      }),
    );
  });
});
