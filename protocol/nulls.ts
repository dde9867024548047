/** Deeper than any message of the catalogues; a guard for the stack of whoever walks the value. */
const maximumDepth = 64;

/**
 * Removes null members in place: null reads as "not given" (protocol.md 3). Nulls in arrays stay, for the schema to
 * judge. `__proto__` as an own member is dropped too. False when the value is nested too deeply.
 */
export function stripNulls(value: object, depth = 0): boolean {
  if (depth > maximumDepth) return false;
  if (Array.isArray(value)) {
    for (const item of value) {
      if (typeof item === 'object' && item !== null && !stripNulls(item, depth + 1)) return false;
    }
    return true;
  }
  const members = value as Record<string, unknown>;
  for (const key of Object.keys(members)) {
    const member = members[key];
    if (member === null || key === '__proto__') delete members[key];
    else if (typeof member === 'object' && !stripNulls(member as object, depth + 1)) return false;
  }
  return true;
}
