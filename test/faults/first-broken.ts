/** Lives a few lives at a time, and no more once a promise is broken: what the first of them broke, or nothing in 40 lives. */
export async function firstBroken(
  live: (from: number, count: number) => Promise<{ readonly broken: readonly string[] }>,
): Promise<readonly string[]> {
  const atATime = 8;
  for (let from = 0; from < 40; from += atATime) {
    const { broken } = await live(from, atATime);
    if (broken.length > 0) return broken;
  }
  return [];
}
