/** What a stage of the gallery is, and how it is made from a row of the machines' tables. */
import { type Phase, planOf } from '#state-machines/card-act-plan.ts';
import { screenTables } from '#state-machines/screen-of.ts';
import type { Screen, UiEventType } from '#state-machines/screens.ts';

export interface Stage {
  /** Unique, fit for a file name. */
  readonly id: string;
  /** Row of a total table, `balance:card.waiting`; absent for what covers any screen. */
  readonly state?: string;
  readonly screen: Screen;
  readonly actions: readonly UiEventType[];
  readonly step?: number;
  /** Of how many. */
  readonly steps?: number;
  /** The page has lost its place to another page. */
  readonly replaced?: boolean;
  /** A person was called before. */
  readonly called?: boolean;
  /** Goes on the contact sheet: the way through a visit and what may happen on it, without every variant. */
  readonly sheet: boolean;
}

type TableName = keyof typeof screenTables;
type StateOf<T extends TableName> = keyof (typeof screenTables)[T] & string;

export interface Variant {
  readonly screen: Screen;
  /** Buttons that the machine does not offer in this situation. */
  readonly without?: readonly UiEventType[];
  readonly sheet?: boolean;
}

export const everywhere: readonly UiEventType[] = ['CALL_STAFF', 'SET_PREFERENCE'];

interface RowOfStage {
  readonly actions: readonly UiEventType[];
  readonly step?: number;
  readonly phase?: Phase;
}

/** The longest of the ways: the line above the heading is there, whatever it says. */
const { phases } = planOf('unfreeze');

export function of<T extends TableName>(
  table: T,
  state: StateOf<T>,
  variants: Readonly<Record<string, Variant>>,
): Stage[] {
  const rows: Readonly<Record<string, RowOfStage>> = screenTables[table];
  const row = rows[state];
  if (row === undefined) throw new Error(`no state ${state} in ${table}`);
  return Object.entries(variants).map(([name, { screen, without = [], sheet = false }]) => ({
    id: [screen.name, ...(name === '' ? [] : [name])].join('.'),
    state: `${table}:${state}`,
    screen,
    actions: [...row.actions.filter((action) => !without.includes(action)), ...everywhere],
    ...(row.step !== undefined && { step: row.step }),
    ...(row.phase !== undefined && { step: phases.indexOf(row.phase) + 1, steps: phases.length }),
    sheet,
  }));
}

/** One entry per member of a union: the compiler asks for a new one. */
export function each<K extends string, V>(keys: Readonly<Record<K, V>>): readonly (readonly [K, V])[] {
  return Object.entries(keys) as unknown as readonly (readonly [K, V])[];
}
