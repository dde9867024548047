import type { Words } from '#assets/devices/index.ts';
import { actWords, taskWords } from '#assets/maintenance/index.ts';
import { openActWords, openWhyWords, sideWords } from '#assets/shell/index.ts';
import { chinaClock, type JournalEntry } from '../journal/index.ts';
import { cardActTable, kindOf, readSagas, type SagaRecord, type StepRecord } from '../sagas/index.ts';
import { columnsOf, padded } from './columns.ts';
import type { CliCommand } from './command.ts';
import { tellJournal } from './journal-access.ts';
import { staffLanguage } from './staff-language.ts';

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

type Say = ReturnType<typeof staffLanguage>;

/** Why, for a person; a code that has no words yet is shown as it is. */
export const wordsOf = (why: string): Words => openWhyWords[why] ?? [why, why];

const kind = kindOf(cardActTable({ cardManagement: undefined, bankCore: undefined }));
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

const header = ['began', 'case', 'act', 'side', 'why'] as const;

/** What is to be done, for a person. */
const todoOf = ({ task, ...item }: OpenItem): Words =>
  task === undefined ? openActWords.nothingYet : taskWords({ ...item, task });

/** Columns as wide as their widest cell; below each line what is to be done. */
function table(items: readonly OpenItem[], say: Say): readonly string[] {
  const titles = header.map((title) => say(openActWords[title]));
  const rows = items.map(({ beganAt, caseCode, act, side, why }) => [
    minuteOf(beganAt),
    caseCode,
    say(actWords[act] ?? [act, act]),
    say(sideWords[side] ?? [side, side]),
    say(wordsOf(why)),
  ]);
  const todos = items.map((item) => say(todoOf(item)));
  const widths = titles.map((title, column) =>
    Math.max(columnsOf(title), ...rows.map((row) => columnsOf(row[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => padded(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return [line(titles), ...rows.flatMap((row, index) => [line(row), `    → ${todos[index]}`])];
}

function print(items: readonly OpenItem[], say: Say): void {
  for (const state of ['unresolved', 'open'] as const) {
    const group = items.filter((item) => item.state === state);
    if (group.length === 0) continue;
    console.log(
      `\n${say([`${openActWords[state][0]}（${group.length}）`, `${openActWords[state][1]} (${group.length})`])}\n`,
    );
    for (const line of table(group, say)) console.log(line);
  }
}

export const unresolvedCommand: CliCommand = {
  usage: 'unresolved [--json] [--config FILE]',
  help: 'Lists acts on cards that nobody could settle, with what a person has to do, and those still being settled. Beside a running daemon too. Exit code 0: nothing; 1: something is there, or the journal cannot be read.',
  run: (args) =>
    tellJournal(args, (journal, json) => {
      const items = openItems(journal.openSagaEntries());
      const say = staffLanguage();
      if (json) {
        // Programs are not spoken to in the shell's language.
        const told = items.map((item) => ({ ...item, whyInWords: wordsOf(item.why)[1], todo: todoOf(item)[1] }));
        console.log(JSON.stringify(told, undefined, 2));
      } else if (items.length === 0) console.log(say(openActWords.none));
      else print(items, say);
      return items.length === 0 ? 0 : 1;
    }),
};
