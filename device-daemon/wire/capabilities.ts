import type { ServiceDefinition } from '../services/service.ts';
import { type CommandRow, commandRow, eventRow } from './messages.ts';

/** Commands of Common that the server itself answers, on every service, beside the queue. */
export const serverCommands = ['Common.Cancel', 'Common.Capabilities', 'Common.SetVersions', 'Common.Status'] as const;

export interface ListedInterface {
  readonly name: string;
  readonly commands: Readonly<Record<string, { readonly versions: readonly string[] }>>;
  readonly events?: Readonly<Record<string, { readonly versions: readonly string[] }>>;
  readonly maximumRequests: number;
}

/** What a definition gets wrong, one line each; a bug of the service, told at start. */
export function definitionFaults(definition: ServiceDefinition): readonly string[] {
  const owner = new Set(['Common', ...definition.interfaces]);
  const faults: string[] = [];
  const check = (name: string, known: boolean, what: string) => {
    if (!known) faults.push(`${definition.name}: ${what} ${name} is not in the catalogue`);
    else if (!owner.has(name.slice(0, name.indexOf('.')))) {
      faults.push(`${definition.name}: ${what} ${name} belongs to no interface of the service`);
    }
  };
  for (const name of Object.keys(definition.handlers)) {
    check(name, commandRow(name) !== undefined, 'command');
    if (serverCommands.some((own) => own === name))
      faults.push(`${definition.name}: ${name} is answered by the server`);
  }
  for (const name of definition.events) check(name, eventRow(name) !== undefined, 'event');
  for (const name of definition.immediate) {
    if (!(name in definition.handlers)) faults.push(`${definition.name}: immediate ${name} has no handler`);
  }
  if (!Number.isInteger(definition.maximumRequests) || definition.maximumRequests < 1) {
    faults.push(`${definition.name}: maximumRequests is ${definition.maximumRequests}, wants an integer from 1`);
  }
  return faults;
}

/** The commands that a service answers: its own and the server's. */
export function implementedCommands(definition: ServiceDefinition): ReadonlyMap<string, CommandRow> {
  const rows = new Map<string, CommandRow>();
  for (const name of [...serverCommands, ...Object.keys(definition.handlers)]) {
    const row = commandRow(name);
    if (row !== undefined) rows.set(name, row);
  }
  return rows;
}

/** `interfaces` of Common.Capabilities: only what is implemented, one version string per major (protocol.md 8). */
export function listInterfaces(definition: ServiceDefinition): readonly ListedInterface[] {
  const commands = [...implementedCommands(definition).values()];
  const events = definition.events.flatMap((name) => eventRow(name) ?? []);
  const listed = (rows: readonly { readonly name: string; readonly version: string }[], owner: string) =>
    Object.fromEntries(
      rows.filter((row) => row.name.startsWith(`${owner}.`)).map((row) => [row.name, { versions: [row.version] }]),
    );
  return ['Common', ...definition.interfaces].map((name) => {
    const ownEvents = listed(events, name);
    return {
      name,
      commands: listed(commands, name),
      ...(Object.keys(ownEvents).length > 0 ? { events: ownEvents } : {}),
      maximumRequests: definition.maximumRequests,
    };
  });
}
