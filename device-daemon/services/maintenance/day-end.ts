import type { CommandPayloads, CompletionPayloads, DayPoint, DayReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { ReceiptPrinter } from '../../devices/receipt-printer.ts';
import type { HostLink } from '../../hosts/index.ts';
import type { DayBook, Journal, Leg, StockUnit } from '../../journal/index.ts';
import { legs } from '../../journal/index.ts';
import type { Sagas } from '../../sagas/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { render } from '../receipts/index.ts';
import { namesOf } from './day-names.ts';
import { acceptedWith, type Pending, pointsOf, reportOf } from './day-report.ts';
import { dayFields, type SignedDay, type SlipPlace } from './day-slip.ts';

type Host = Pick<HostLink<{ readonly state: string }>, 'actTotals' | 'ask'>;

export interface DayEndParts {
  readonly book: DayBook;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly sagas: Pick<Sagas, 'openCount' | 'open' | 'unresolved'>;
  /** What is on its way gets so long to arrive before it is carried over by name. */
  readonly drainMs?: number;
  readonly hosts: Readonly<Record<Leg, Host | undefined>>;
  /** Places that hold cards on this machine. */
  readonly units: readonly StockUnit[];
  readonly printer: Pick<ReceiptPrinter, 'report' | 'capabilities' | 'print'> | undefined;
  readonly place: SlipPlace;
  /** Whether the kiosk serves anybody may have changed. */
  readonly onChange: () => void;
}

type Counts = CommandPayloads['Maintenance.CloseDay']['counts'];
type Explanations = CommandPayloads['Maintenance.CloseDay']['explanations'];
type Refusal = Extract<
  NonNullable<CompletionPayloads['Maintenance.CloseDay']['errorCode']>,
  'dayEndNotBegun' | 'changedMeanwhile' | 'countMissing' | 'countsDiffer' | 'unexplained'
>;
export type SlipEnd = 'done' | 'notDone' | 'unknown';

/** Who works, for the journal. */
export interface Signer {
  readonly session: string;
  readonly token: string;
}

const delays = {
  drainMs: 20_000,
  pollMs: 250,
  /** Somebody stands before the screen. */
  readMs: 10_000,
  /** A page of forty lines, and a printer that cools down. */
  printMs: 60_000,
} as const;

/**
 * The day that adds up (domain 6e). Each step is an entry of the journal, synced before the next one begins, and the day
 * is a fold of them (`journal/day.ts`): after a power cut the kiosk stands where it stood.
 *
 *   begin: stop new visits -> wait for what is on its way -> read both hosts -> compare
 *   close: counts and explanations -> two persons -> signed -> printed -> the next day is open
 *
 * What was signed is the cut: a slip that did not come out is printed again on demand, never by itself.
 */
export class DayEnd {
  readonly #parts: DayEndParts;
  #named: ReadonlyMap<string, readonly string[]> = new Map();

  constructor(parts: DayEndParts) {
    this.#parts = parts;
  }

  /** No visit begins: the day is being closed. */
  get stopped(): boolean {
    return this.#parts.book.day.step !== 'open';
  }

  report(): DayReport {
    return reportOf(this.#parts.book.day, this.#parts.units, this.#pending());
  }

  /** After a start: what was signed is brought to its end. Call once. */
  resume(): void {
    const { step } = this.#parts.book.day;
    // Nobody knows how far the printer came; whoever wants the slip prints it again.
    if (step === 'signed') this.#printed('unknown', 'interrupted', false);
    if (this.#parts.book.day.step === 'printed') this.#open();
  }

  /** May be called again as often as wanted: history is only added to. Broken off, the day-end stays begun. */
  async begin(
    { session, token }: Signer,
    signal: AbortSignal,
  ): Promise<Result<DayReport, 'journalUnavailable' | 'cancelled'>> {
    const { book, journal, onChange } = this.#parts;
    const { day } = book.day;
    if (!journal.record('day.stopped', { day, token }, session)) return err('journalUnavailable');
    onChange();
    await this.#drained(signal);
    if (signal.aborted) return err('cancelled');
    if (!journal.record('day.drained', { day, open: this.#parts.sagas.openCount }, session))
      return err('journalUnavailable');
    const kept = await Promise.all(legs.map((leg) => this.#read(leg, session, signal)));
    if (signal.aborted) return err('cancelled');
    if (kept.includes(false)) return err('journalUnavailable');
    await this.#name(signal);
    if (signal.aborted) return err('cancelled');
    const { points } = this.report();
    const told = points.map(({ id }) => id).join(', ');
    return journal.record('day.compared', { day, points: told }, session)
      ? ok(this.report())
      : err('journalUnavailable');
  }

  /** Not today, or not yet: the kiosk serves again, and the day goes on. */
  leave({ session, token }: Signer): Result<void, 'journalUnavailable'> {
    const { book, journal, onChange } = this.#parts;
    if (!this.stopped) return ok();
    if (!journal.record('day.left', { day: book.day.day, token }, session)) return err('journalUnavailable');
    onChange();
    return ok();
  }

  /** Whether it may be signed so; asked before the second person comes, and again with both there. */
  check(
    counts: Counts,
    explanations: Explanations,
  ): Result<SignedDay, { readonly code: Refusal; readonly points: readonly DayPoint[] }> {
    const { book, units } = this.#parts;
    const { day } = book;
    const refuse = (code: Refusal, points: readonly DayPoint[] = []) => err({ code, points });
    if (day.step !== 'compared') return refuse('dayEndNotBegun');
    // What was read is no longer so when an act was done after it.
    if (legs.some((leg) => (day.readings[leg]?.seq ?? 0) < day.lastAct)) return refuse('changedMeanwhile');
    const counted = new Map(counts.map(({ unit, count }) => [unit, count]));
    if (units.some(({ id }) => !counted.has(id))) return refuse('countMissing');
    const wrong = units.flatMap(({ id, kind }): DayPoint[] => {
      const amount = (counted.get(id) ?? 0) - (day.units[id]?.count ?? 0);
      const what = amount < 0 ? 'cardsShort' : 'cardsOver';
      return amount === 0 ? [] : [{ id: `count:${id}`, kind: what, unit: id, place: kind, amount, wantsWord: false }];
    });
    if (wrong.length > 0) return refuse('countsDiffer', wrong);
    const words = new Map(explanations.map(({ point, why }) => [point, why]));
    const points = [...pointsOf(day, units, this.#pending())];
    const silent = points.filter(({ id, wantsWord }) => wantsWord && !words.has(id));
    if (silent.length > 0) return refuse('unexplained', silent);
    const { last: _last, ...report } = this.report();
    return ok({
      ...report,
      points: points.map((point) => {
        const word = words.get(point.id);
        return { ...point, ...(word !== undefined && { word }) };
      }),
    });
  }

  /** Why it was not signed, by name. */
  refused(why: string, points: readonly DayPoint[], { session }: Signer): void {
    const told = points.map(({ id, amount }) => (amount === undefined ? id : `${id} ${amount}`)).join(', ');
    this.#parts.journal.record('day.refused', { day: this.#parts.book.day.day, why, points: told }, session);
  }

  /** From here on it is the next day. */
  async sign(signed: SignedDay, first: Signer, second: string): Promise<Result<SlipEnd, 'journalUnavailable'>> {
    const { book, journal } = this.#parts;
    const fields = {
      ...{ day: signed.day, first: first.token, second },
      report: JSON.stringify(signed),
      accepted: JSON.stringify(acceptedWith(book.day)),
    };
    if (!journal.record('day.signed', fields, first.session)) return err('journalUnavailable');
    this.#named = new Map();
    const slip = await this.print(false);
    this.#open();
    // The journal of a day is closed with it (design 9).
    journal.signHead();
    return ok(slip);
  }

  /** Of the last day that was closed. `copy`: it is not the first. */
  async print(copy: boolean): Promise<SlipEnd> {
    const { book, printer, place } = this.#parts;
    const { last } = book.day;
    if (last === undefined) return 'notDone';
    const state = printer?.report().state;
    if (printer === undefined || (state !== 'ready' && state !== 'degraded'))
      return this.#printed('notDone', 'printerUnavailable', copy);
    const { charactersPerLine, dotsPerLine, repertoire } = printer.capabilities();
    const fields = dayFields(place, last, JSON.parse(last.report) as SignedDay);
    const slip = render('day', 'zh-Hans', fields, { charactersPerLine, dotsPerLine, repertoire });
    if (!slip.ok) throw new Error(`day slip: ${JSON.stringify(slip.error)}`);
    const { outcome, reason } = await printer.print(slip.value.bytes, { timeoutMs: delays.printMs });
    return this.#printed(outcome, reason, copy);
  }

  #printed(outcome: SlipEnd, why: string | undefined, copy: boolean): SlipEnd {
    const { book, journal } = this.#parts;
    journal.record('day.printed', {
      ...{ day: book.day.last?.day ?? 0, outcome },
      ...(why !== undefined && { why }),
      ...(copy && { copy }),
    });
    return outcome;
  }

  #open(): void {
    this.#parts.journal.record('day.opened', { day: this.#parts.book.day.day });
    this.#parts.onChange();
  }

  #pending(): Pending {
    const { sagas } = this.#parts;
    return { open: sagas.open(), unresolved: sagas.unresolved(), named: this.#named };
  }

  async #drained(signal: AbortSignal): Promise<void> {
    const { clock, sagas } = this.#parts;
    const endMs = clock.nowMs() + (this.#parts.drainMs ?? delays.drainMs);
    while (sagas.openCount > 0 && clock.nowMs() < endMs && !signal.aborted) await clock.sleep(delays.pollMs, signal);
  }

  async #read(leg: Leg, session: string, signal: AbortSignal): Promise<boolean> {
    const { book, journal, hosts } = this.#parts;
    const { day } = book.day;
    const told = await hosts[leg]?.actTotals({ signal, deadlineMs: delays.readMs });
    if (signal.aborted) return false;
    if (told?.ok === true) {
      const totals = JSON.stringify(Object.fromEntries(told.value));
      return journal.record('day.read', { day, leg, totals }, session);
    }
    const why = told === undefined ? 'notConfigured' : 'reason' in told.error ? told.error.reason : told.error.code;
    return journal.record('day.read', { day, leg, why }, session);
  }

  /** Which acts it is about, where totals differ. */
  async #name(signal: AbortSignal): Promise<void> {
    const { book, journal, hosts } = this.#parts;
    this.#named = new Map();
    const named = new Map<string, readonly string[]>();
    const { points } = this.report();
    for (const { kind, leg, act } of points) {
      const host = leg && hosts[leg];
      if (kind !== 'actsDiffer' || leg === undefined || act === undefined || host === undefined) continue;
      named.set(`${leg}.${act}`, await namesOf(journal, host, { leg, act, from: book.day.from }, signal));
    }
    this.#named = named;
  }
}
