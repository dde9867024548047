import type {
  CardOutcome,
  CaseCode,
  EndReason,
  Language,
  TrailItem,
  VisitEndedEvent,
  VisitReport,
} from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { type CardReader, isMotorReader } from '../../devices/card-reader.ts';
import type { Journal } from '../../journal/index.ts';
import type { ActResult } from './acts/index.ts';
import type { BalanceResult } from './balance.ts';
import type { Clock } from './clock.ts';
import type { Custody } from './custody.ts';
import { EvidenceStore } from './evidence.ts';
import { newCaseCode, newId } from './identifiers.ts';
import type { ReaderPlace } from './read-document.ts';
import { trailOf } from './trail.ts';

/** One person's time at the kiosk, from the first touch to the card back in hand. */
export class Visit {
  readonly id = newId();
  readonly caseCode = newCaseCode();
  readonly evidence: EvidenceStore;
  readonly startedMs: number;
  readonly #abort = new AbortController();
  /** Results that may be printed, until the visit ends. */
  readonly results = new Map<string, BalanceResult | ActResult>();
  language: Language;
  phase: VisitReport['phase'] = 'active';
  /** The screen's last sign of life. */
  heartbeatMs: number;
  ending: Promise<CardOutcome> | undefined;
  /** What was done with the person's data; known when it ends. */
  trail: readonly TrailItem[] = [];
  /** Where its card was kept: the number under which it is given out again. Known when it ends. */
  claim: CaseCode | undefined;
  /** A card of this visit was in the reader: if none is there at its end, it was taken. */
  hadCard = false;
  /** Where a document was read that may still lie there. */
  documentAt: ReaderPlace | undefined;
  readonly #removalListeners = new Set<() => void>();

  constructor(language: Language, clock: Clock, evidenceLifetimeMs: number) {
    this.language = language;
    this.startedMs = clock.nowMs();
    this.heartbeatMs = this.startedMs;
    this.evidence = new EvidenceStore(clock, evidenceLifetimeMs);
  }

  /** Aborted when the visit begins to end: everything that runs for it lets go. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  stopWork(): void {
    this.#abort.abort('canceled');
  }

  /** Called when the card leaves the reader during this visit; returns the unsubscribe function. */
  onCardRemoved(listener: () => void): () => void {
    this.#removalListeners.add(listener);
    return () => this.#removalListeners.delete(listener);
  }

  cardRemoved(insertion: number): void {
    this.evidence.voidInsertion(insertion);
    for (const listener of [...this.#removalListeners]) listener();
  }
}

export type VisitEnd = EndReason | VisitEndedEvent['reason'];

export interface VisitsOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly custody: Custody;
  readonly reader: CardReader | undefined;
  readonly evidenceLifetimeMs: number;
  /** Something that a snapshot tells has changed. */
  readonly onChange: () => void;
  readonly onEnded: (event: VisitEndedEvent) => void;
  readonly onCardRemoved: (visitId: string) => void;
  /** Forget what was entered on the pad. */
  readonly onCleared: () => void;
  /** Staff work at the machine, or said that it serves nobody. */
  readonly outOfService: () => boolean;
  /** The session of staff who are at work: a card that comes in is theirs, and their sign-on tells of it. */
  readonly staffAtWork: () => string | undefined;
  /** One look for a document that was left behind. */
  readonly lookBack: (visit: Visit) => Promise<void>;
}

/** How long a shutdown waits for the card to be taken. */
const shutdownPatienceMs = 2_000;

/** Begins and ends visits; at most one runs. The daemon decides, the screen only asks (design: visits). */
export class Visits {
  readonly #options: VisitsOptions;
  #current: Visit | undefined;
  #insertion: number | undefined;
  /** Aborted at shutdown: nobody can be waited for any longer. */
  readonly #closing = new AbortController();

  constructor(options: VisitsOptions) {
    this.#options = options;
    options.reader?.onMedia((_media, insertion) => this.#mediaChanged(insertion?.number));
  }

  get current(): Visit | undefined {
    return this.#current;
  }

  /** The running visit of that id; results and steps of any other are refused. */
  active(visitId: string): Visit | undefined {
    const visit = this.#current;
    return visit?.id === visitId && visit.phase === 'active' ? visit : undefined;
  }

  begin(language: Language): Result<Visit, 'visitActive' | 'outOfService'> {
    const { clock, journal, evidenceLifetimeMs } = this.#options;
    if (this.#current !== undefined) return err('visitActive');
    if (!journal.writable || this.#options.outOfService()) return err('outOfService');
    const visit = new Visit(language, clock, evidenceLifetimeMs);
    // Nothing may begin that the journal cannot tell of.
    if (!journal.record('visit.began', { case: visit.caseCode, language }, visit.id)) return err('outOfService');
    this.#current = visit;
    if (this.#insertion !== undefined && this.#options.custody.cardWaiting()) {
      visit.hadCard = true;
      journal.record('card.inserted', { insertion: this.#insertion }, visit.id);
    }
    this.#options.onChange();
    return ok(visit);
  }

  /**
   * Ends a visit: stops its work, wipes its evidence, gives the card back. A second call joins the first.
   * @returns what became of the card
   */
  end(visit: Visit, reason: VisitEnd): Promise<CardOutcome> {
    visit.ending ??= this.#end(visit, reason);
    return visit.ending;
  }

  /** Ends the running visit because the machine goes down; a card that is still in is named in the journal. */
  async shutDown(): Promise<void> {
    const visit = this.#current;
    if (visit === undefined) return;
    const stopWaiting = this.#options.clock.after(shutdownPatienceMs, () => this.#closing.abort());
    await this.end(visit, 'shutdown');
    stopWaiting();
  }

  async #end(visit: Visit, reason: VisitEnd): Promise<CardOutcome> {
    const { clock, journal, custody } = this.#options;
    visit.stopWork();
    visit.evidence.wipe();
    visit.results.clear();
    this.#options.onCleared();
    visit.phase = custody.state() === 'none' ? 'ending' : 'returningCard';
    this.#options.onChange();
    const given = await custody.giveBack(visit.id, this.#closing.signal, () => {});
    const card = given === 'none' && visit.hadCard ? 'taken' : given;
    await this.#options.lookBack(visit);
    visit.claim = custody.claimOf(visit.id);
    custody.disown(visit.id);
    const seconds = Math.round((clock.nowMs() - visit.startedMs) / 1000);
    journal.record('visit.ended', { reason, card, seconds }, visit.id);
    visit.trail = trailOf(journal, visit.id);
    this.#current = undefined;
    const { claim } = visit;
    this.#options.onEnded({ visitId: visit.id, reason, card, trail: [...visit.trail], ...(claim && { claim }) });
    this.#options.onChange();
    return card;
  }

  #mediaChanged(insertion: number | undefined): void {
    const before = this.#insertion;
    if (before === insertion) return;
    this.#insertion = insertion;
    const { journal, custody, reader } = this.#options;
    const visit = this.#current;
    if (before !== undefined) {
      const expected = visit === undefined || visit.phase !== 'active' || visit.evidence.isEmpty();
      // What a motor holds it holds on to, also while it cannot be asked; and what it has kept nobody took.
      const holds = reader !== undefined && isMotorReader(reader);
      if (!(holds && (reader.media() === 'unknown' || reader.kept() === before)))
        journal.record('card.removed', { insertion: before, expected }, visit?.id ?? this.#options.staffAtWork());
      if (visit !== undefined) {
        visit.cardRemoved(before);
        this.#options.onCardRemoved(visit.id);
      }
    }
    if (insertion !== undefined) {
      // Of what is nobody's custody tells.
      const stranger = custody.strangerInside();
      if (visit === undefined && !stranger && this.#options.staffAtWork() === undefined)
        journal.record('card.strange', { insertion });
      else if (visit !== undefined && !stranger) {
        visit.hadCard = true;
        journal.record('card.inserted', { insertion }, visit.id);
      }
    }
    this.#options.onChange();
  }
}
