/** The protocol that a chip offers first (ISO/IEC 7816-3, 8.2.3): in the first TD; T=0 without one. */
export function firstProtocol(atr: Uint8Array): 't0' | 't1' {
  const indicator = (atr[1] ?? 0) >> 4;
  if ((indicator & 8) === 0) return 't0';
  const at = 2 + [1, 2, 4].filter((bit) => (indicator & bit) !== 0).length;
  return ((atr[at] ?? 0) & 0x0f) === 1 ? 't1' : 't0';
}
