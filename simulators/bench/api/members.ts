import { Refusal } from './refusal.ts';

/** A JSON object as it came in. */
export type Members = Readonly<Record<string, unknown>>;

export function parseMembers(text: string): Members {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the body is not JSON');
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new Refusal(400, 'the body is not a JSON object');
  }
  return json as Members;
}

/** A misspelt member would do nothing, silently. */
export function allow(members: Members, ...known: readonly string[]): void {
  const unknown = Object.keys(members).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new Refusal(400, `unknown member "${unknown}"; this takes ${known.join(', ') || 'no members'}`);
}

/** The one member that is given, of several that exclude each other. */
export function oneOf<const Name extends string>(members: Members, ...known: readonly Name[]): Name {
  allow(members, ...known);
  const given = known.filter((name) => members[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1) throw new Refusal(400, `this takes one of ${known.join(', ')}`);
  return name;
}

export function textOf(members: Members, name: string): string {
  const value = members[name];
  if (typeof value !== 'string') throw new Refusal(400, `${name}: got ${JSON.stringify(value)}, wants a text`);
  return value;
}

export function membersOf(members: Members, name: string): Members {
  const value = members[name];
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Refusal(400, `${name}: got ${JSON.stringify(value)}, wants an object`);
  return value as Members;
}

export function numberOf(members: Members, name: string, from: number, to: number): number {
  const value = members[name];
  if (typeof value !== 'number' || !(value >= from && value <= to))
    throw new Refusal(400, `${name}: got ${JSON.stringify(value)}, wants a number from ${from} to ${to}`);
  return value;
}

/** A command that is a member: `{"remove": true}`. */
export function yesOf(members: Members, name: string): void {
  if (members[name] !== true) throw new Refusal(400, `${name}: got ${JSON.stringify(members[name])}, wants true`);
}
