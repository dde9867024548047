import { actWords, taskWords } from '#assets/maintenance/index.ts';
import { chinaClock, type JournalEntry } from '../journal/index.ts';
import { cardActTable, kindOf, readSagas, type SagaRecord, type StepRecord } from '../sagas/index.ts';
import type { CliCommand } from './command.ts';
import { tellJournal } from './journal-access.ts';

/** One side of an act that is not at its end. */
export interface OpenItem {
  /** `unresolved`: handed to a person. `open`: the kiosk sees to it. */
  readonly state: 'unresolved' | 'open';
  readonly saga: string;
  /** ISO 8601, UTC: when the act was taken on. */
  readonly beganAt: string;
  readonly caseCode: string;
  readonly visit?: string;
  readonly act: string;
  readonly side: string;
  /** The code in the journal; in words by `wordsOf`. */
  readonly why: string;
  /** A code, in words by `taskWords`; without one there is nothing to do. */
  readonly task?: string;
  readonly card?: string;
}

/** By the codes of the journal. */
const sides: Readonly<Record<string, string>> = { social: 'card management', financial: 'bank core' };

const whys: Readonly<Record<string, string>> = {
  // Handed to a person.
  noWordFromHost: 'it was sent, and for a day the host could not be got to say what became of it',
  neverDone: 'for a day the host could not be got to do it',
  changedMeanwhile: 'somebody else acted on the card in the meantime, so the kiosk left it alone',
  unknownAct: 'another version of the software began it',
  // On the way.
  notBegun: 'it is about to be sent',
  sent: 'it was sent, and the answer is not there yet',
  noAnswer: 'it was sent, and the answer was lost',
  badAnswer: 'it was sent, and the answer cannot be believed',
  inProgress: 'the host is still at it',
  neverSeen: 'the host has not seen it; it may still be on its way',
  unreachable: 'the host cannot be reached',
  circuitOpen: 'the host failed several times; the kiosk leaves it alone for a moment',
  hostClosed: 'the host is closed at this hour',
  hostBusy: 'the host is busy',
  cancelled: 'it was broken off before it was sent',
  notConfigured: 'this host is not configured',
  signOnRequired: 'the bank took new keys in between',
  idempotencyMismatch: 'the host knows this request with another content',
  stateChanged: 'the card was changed in between, and how it is now could not be asked',
};

/** Why, for a person; a code that has no words yet is shown as it is. */
export const wordsOf = (why: string): string => whys[why] ?? why;

const kind = kindOf(cardActTable({ cardManagement: undefined, bankCore: undefined }));
/** Of what nobody has to do anything about. */
const nothingYet =
  'Nothing yet: the running kiosk asks on. After a day without success it becomes a task for a person.';

/** Everything that is not at its end, oldest first. `entries`: those of the open sagas. */
export function openItems(entries: readonly JournalEntry[]): readonly OpenItem[] {
  return readSagas(entries).flatMap((saga) => {
    const told = lastWhys(entries, saga.id);
    return stepsOf(saga).flatMap(([side, step, repeat]) => {
      const state = stateOf(saga, step, repeat);
      if (state === undefined) return [];
      const item: OpenItem = {
        state,
        saga: saga.id,
        beganAt: saga.beganAt,
        caseCode: saga.caseCode,
        ...(saga.visit !== undefined && { visit: saga.visit }),
        act: actOf(saga),
        side,
        why: step?.end?.why ?? told.get(side) ?? (step?.intent === undefined ? 'notBegun' : 'sent'),
        ...(state === 'unresolved' && {
          task: String(step?.end?.facts['task'] ?? ''),
          card: String(step?.end?.facts['card'] ?? ''),
        }),
      };
      return [item];
    });
  });
}

type SagaStep = readonly [name: string, record: StepRecord | undefined, repeat: 'keepTrying' | 'once'];

/** Every step that the act has, begun or not; of another version's act what is written, or that there is one at all. */
function stepsOf({ kind: name, plan, steps }: SagaRecord): readonly SagaStep[] {
  const bound = name === kind.name ? kind.open(plan) : undefined;
  if (bound === undefined && steps.size === 0) return [['unknownAct', undefined, 'once']];
  const known = (bound ?? []).map(({ name, repeat }): SagaStep => [name, steps.get(name), repeat]);
  const others = [...steps].filter(([name]) => !bound?.some((step) => step.name === name));
  return [...known, ...others.map(([name, record]): SagaStep => [name, record, 'once'])];
}

/** Undefined: nothing is left to do for this step. What was not done is no end where it is tried again. */
function stateOf(
  saga: SagaRecord,
  step: StepRecord | undefined,
  repeat: 'keepTrying' | 'once',
): OpenItem['state'] | undefined {
  const outcome = step?.end?.outcome;
  if (outcome === 'unresolved') return 'unresolved';
  if (saga.settled) return undefined;
  return outcome === undefined || (outcome === 'notDone' && repeat === 'keepTrying') ? 'open' : undefined;
}

const actOf = ({ plan, kind: name }: SagaRecord): string => {
  const act = (plan as { readonly act?: unknown } | undefined)?.act;
  return typeof act === 'string' ? act : name;
};

/** The newest reason of each step, also where nothing certain was known. */
function lastWhys(entries: readonly JournalEntry[], saga: string): ReadonlyMap<string, string> {
  const results = entries.filter(({ event, fields }) => event === 'saga.result' && fields['saga'] === saga);
  return new Map(
    results.flatMap(({ fields: { step, why } }) => (why === undefined ? [] : [[String(step), String(why)]])),
  );
}

const minuteOf = (iso: string): string => chinaClock(iso).slice(0, 16);

const header = ['began', 'case', 'act', 'side', 'why'];

/** What is to be done, for a person. */
const todoOf = ({ task, ...item }: OpenItem): string =>
  task === undefined ? nothingYet : taskWords({ ...item, task })[1];

/** Columns as wide as their widest cell; below each line what is to be done. */
function table(items: readonly OpenItem[]): readonly string[] {
  const rows = items.map(({ beganAt, caseCode, act, side, why }) => [
    minuteOf(beganAt),
    caseCode,
    actWords[act]?.[1] ?? act,
    sides[side] ?? side,
    wordsOf(why),
  ]);
  const todos = items.map(todoOf);
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.flatMap((row, index) => [line(row), `    → ${todos[index]}`])];
}

function print(items: readonly OpenItem[]): void {
  const groups = [
    ['A person has to look', 'unresolved'],
    ['The kiosk still sees to it', 'open'],
  ] as const;
  for (const [title, state] of groups) {
    const group = items.filter((item) => item.state === state);
    if (group.length === 0) continue;
    console.log(`\n${title} (${group.length})\n`);
    for (const line of table(group)) console.log(line);
  }
}

export const unresolvedCommand: CliCommand = {
  usage: 'unresolved [--json] [--config FILE]',
  help: 'Lists acts on cards that nobody could settle, with what a person has to do, and those still being settled. Beside a running daemon too. Exit code 0: nothing; 1: something is there, or the journal cannot be read.',
  run: (args) =>
    tellJournal(args, (journal, json) => {
      const items = openItems(journal.openSagaEntries());
      if (json)
        console.log(
          JSON.stringify(
            items.map((item) => ({ ...item, whyInWords: wordsOf(item.why), todo: todoOf(item) })),
            undefined,
            2,
          ),
        );
      else if (items.length === 0) console.log('nothing is open: every act on a card is at its end');
      else print(items);
      return items.length === 0 ? 0 : 1;
    }),
};
