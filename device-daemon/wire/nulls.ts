function holdsNull(value: object): boolean {
  for (const member of Object.values(value)) {
    if (member === null) return true;
    if (typeof member === 'object' && holdsNull(member)) return true;
  }
  return false;
}

const dropNull = (_key: string, member: unknown): unknown => (member === null ? undefined : member);

/** JSON without a null member, whatever a service handed over. Throws on what JSON cannot say (a cycle, a bigint). */
export function toWire(payload: object): string {
  return holdsNull(payload) ? JSON.stringify(payload, dropNull) : JSON.stringify(payload);
}
