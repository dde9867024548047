/**
 * Packs heights into pages without reordering: as many in a row as fit, at least one each.
 * @param heights of the items, in pixels
 * @param gap between two items
 * @param room of a page that needs no pager
 * @param pager room that the pager itself takes once there is more than one page
 * @returns index of the first item of each page; never empty
 */
export function paginate(heights: readonly number[], gap: number, room: number, pager: number): number[] {
  const pack = (available: number): number[] => {
    const starts = [0];
    let used = 0;
    heights.forEach((height, index) => {
      const first = index === starts.at(-1);
      const needed = first ? height : used + gap + height;
      if (!first && needed > available) {
        starts.push(index);
        used = height;
      } else {
        used = needed;
      }
    });
    return starts;
  };
  const whole = pack(room);
  return whole.length === 1 ? whole : pack(room - pager);
}
