/**
 * Historical bytes of an answer to reset (ISO/IEC 7816-3): how many stands in T0, where they begin depends on which
 * interface bytes there are. Undefined when the bytes do not add up.
 */
export function historicalBytes(atr: Uint8Array): Uint8Array | undefined {
  const t0 = atr[1];
  if (t0 === undefined) return undefined;
  let at = 2;
  let indicator = t0 >> 4;
  while (indicator !== 0) {
    for (const bit of [1, 2, 4]) if ((indicator & bit) !== 0) at += 1;
    if ((indicator & 8) === 0) break;
    const td = atr[at];
    if (td === undefined) return undefined;
    at += 1;
    indicator = td >> 4;
  }
  const end = at + (t0 & 0x0f);
  return end <= atr.length ? atr.subarray(at, end) : undefined;
}
