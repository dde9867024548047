import type { CardOutcome, CaseCode, CustodyState } from '#protocol/generated/kiosk.ts';
import { type CardReader, type Insertion, isMotorReader } from '../../devices/card-reader.ts';
import type { Journal } from '../../journal/index.ts';
import { cutOffVisit, lastRead, type ReadFields } from './cut-off.ts';
import { newCaseCode } from './identifiers.ts';

export interface TakeCardNotice {
  readonly attention: 'normal' | 'louder';
  readonly secondsLeft: number;
}

/** What tells one card from another without naming it: tokens of its numbers, and the last digits. */
export type CardMarks = Pick<ReadFields, 'cardToken' | 'panToken' | 'last4'>;

export interface CustodyOptions {
  readonly reader: CardReader | undefined;
  readonly journal: Journal;
  /** One period of the reminder; there are two, the second louder. */
  readonly takeCardMs: number;
  /** Reads what tells a card from another; undefined when it does not say. */
  readonly marksOf: (insertion: Insertion, signal: AbortSignal) => Promise<CardMarks | undefined>;
  /** A card of that visit is in the bin: a slip for its holder. */
  readonly onRetained: (visit: string, claim: CaseCode) => void;
  readonly onChange: () => void;
  /** A card stands at the slot to be taken; returns how to end that. */
  readonly offers?: (attention: TakeCardNotice['attention']) => () => void;
}

/** A physical act on a card may take so long before its outcome is `unknown`; a motor settles what it can within it. */
const motionTimeoutMs = 60_000;
const powerOffMs = 15_000;
const readMs = 30_000;

/**
 * Where the customer's card is, and giving it back. A dip reader cannot hold a card: it asks. A motorised one ejects,
 * reminds, then retains. A card that stays is never offered to the next visit.
 */
export class Custody {
  readonly #options: CustodyOptions;
  readonly #stopping = new AbortController();
  /** The newest stay that was seen: a reader that is away now may come back with it. */
  #lastSeen = 0;
  /** Stays up to this one belong to no visit, or to one that has ended. */
  #leftInside = 0;
  /** Stays up to this one were tried to be cleared away without a visit. */
  #cleared = 0;
  #clearing: Promise<void> = Promise.resolve();
  /** One card is given back at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #giving = 0;
  readonly #claims = new Map<string, CaseCode>();
  /** The visit that left a stay behind. */
  readonly #owners = new Map<number, string>();
  /** Until the slot was looked at for the first time. */
  #cutOff: ReturnType<typeof cutOffVisit>;
  #firstLook = true;

  constructor(options: CustodyOptions) {
    this.#options = options;
    const { reader, journal } = options;
    this.#cutOff = cutOffVisit(journal);
    if (reader === undefined) this.#endCutOff('none');
    reader?.onMedia((media, insertion) => this.#seen(reader, media === 'notPresent', insertion));
  }

  state(): CustodyState {
    const media = this.#options.reader?.media() ?? 'notPresent';
    if (media === 'notPresent') return 'none';
    return media === 'unknown' || media === 'jammed' ? 'unknown' : 'inserted';
  }

  /** A card is in that nobody's visit left behind. */
  cardWaiting(): boolean {
    const insertion = this.#options.reader?.insertion();
    return insertion !== undefined && insertion.number > this.#leftInside;
  }

  /** The card in the reader belongs to a visit that has ended. */
  strangerInside(): boolean {
    const insertion = this.#options.reader?.insertion();
    return insertion !== undefined && insertion.number <= this.#leftInside;
  }

  /** A card that no visit stands for is being given back or taken in: standard clients keep off. */
  get clearing(): boolean {
    return this.#giving > 0;
  }

  /** Under which number a card of that visit is kept. */
  claimOf(visit: string): CaseCode | undefined {
    return this.#claims.get(visit);
  }

  /**
   * Gives the card back and waits until it is taken, at most two periods. A card that does not come out, or is not taken,
   * goes into the bin where there is one.
   * @param visit id for the journal
   * @returns `none` when there was no card, `stillInside` when a dip reader's card was not taken
   */
  async giveBack(visit: string, signal: AbortSignal, notice: (notice: TakeCardNotice) => void): Promise<CardOutcome> {
    const { reader } = this.#options;
    if (reader === undefined) return 'none';
    // Another's: a dip reader's was called for in vain already, and a motor's is seen to without this visit.
    if (this.strangerInside()) return isMotorReader(reader) ? 'none' : 'stillInside';
    const given = this.#turn.then(() => this.#giveBack(reader, visit, signal, notice));
    this.#turn = given.catch(() => undefined);
    return given;
  }

  /** Whatever is in the reader now is nobody's: the visit that it belonged to is over, or none is known. */
  disown(visit?: string): void {
    const inside = this.#options.reader?.insertion()?.number ?? this.#lastSeen;
    if (visit !== undefined) {
      if (inside > this.#leftInside) this.#owners.set(inside, visit);
      this.#claims.delete(visit);
    }
    this.#leftInside = Math.max(this.#leftInside, inside);
    this.#clear();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#clearing;
  }

  async #giveBack(
    reader: CardReader,
    visit: string,
    signal: AbortSignal,
    notice: (notice: TakeCardNotice) => void,
  ): Promise<CardOutcome> {
    const insertion = reader.insertion();
    if (insertion === undefined) {
      if (this.#claims.has(visit)) return 'retained';
      return reader.media() === 'notPresent' ? 'none' : 'unknown';
    }
    this.#giving += 1;
    try {
      return await this.#handOut(reader, insertion, visit, signal, notice);
    } finally {
      this.#giving -= 1;
    }
  }

  async #handOut(
    reader: CardReader,
    insertion: Insertion,
    visit: string | undefined,
    signal: AbortSignal,
    notice: (notice: TakeCardNotice) => void,
  ): Promise<CardOutcome> {
    const { journal, takeCardMs } = this.#options;
    const { canEject, canRetain } = reader.capabilities();
    const there = (): boolean => reader.insertion()?.number === insertion.number;
    await reader.powerOff({ timeoutMs: powerOffMs });
    const ejected = canEject && there() ? await reader.eject({ timeoutMs: motionTimeoutMs }) : undefined;
    // Where it was not seen to come out there is nothing to wait for; one that did come out is `entering`.
    const out = ejected === undefined || ejected === 'done' || reader.media() === 'entering';
    for (const attention of out ? (['normal', 'louder'] as const) : []) {
      notice({ attention, secondsLeft: Math.round(takeCardMs / 1000) });
      const taken = this.#options.offers?.(attention);
      const removed = await reader.waitForRemoval({ signal, timeoutMs: takeCardMs }).finally(() => taken?.());
      if (removed.ok || (!there() && reader.media() === 'notPresent')) return 'taken';
      if (removed.error.code !== 'timeOut') break;
    }
    if (signal.aborted) return 'stillInside';
    // Nobody knows where it is while the reader cannot be asked; what comes back with it is nobody's.
    if (!there()) return reader.media() === 'notPresent' ? 'taken' : 'unknown';
    this.#leftInside = Math.max(this.#leftInside, insertion.number);
    if (out) journal.record('card.notTaken', { seconds: Math.round((2 * takeCardMs) / 1000) }, visit);
    if (!canRetain) return 'stillInside';
    return this.#retain(reader, insertion, visit, out ? 'notTaken' : 'notEjected');
  }

  async #retain(
    reader: CardReader,
    { number }: Insertion,
    visit: string | undefined,
    why: 'notTaken' | 'notEjected',
  ): Promise<CardOutcome> {
    const { journal, onRetained } = this.#options;
    const retained = await reader.retain({ timeoutMs: motionTimeoutMs });
    if (retained !== 'done') {
      // Taken in the last moment.
      if (reader.insertion()?.number !== number && reader.media() === 'notPresent' && retained === 'notDone')
        return 'taken';
      this.#cleared = Math.max(this.#cleared, number);
      journal.record('card.stuck', { why, insertion: number }, visit);
      return 'unknown';
    }
    const claim = newCaseCode();
    const read = visit === undefined ? undefined : lastRead(journal, visit);
    const token = read?.cardToken ?? read?.panToken;
    journal.record(
      'card.retained',
      { claim, why, insertion: number, ...(read?.last4 && { last4: read.last4 }), ...(token && { token }) },
      visit,
    );
    if (visit !== undefined) {
      this.#claims.set(visit, claim);
      onRetained(visit, claim);
    }
    return 'retained';
  }

  #seen(reader: CardReader, empty: boolean, insertion: Insertion | undefined): void {
    if (insertion !== undefined) this.#lastSeen = Math.max(this.#lastSeen, insertion.number);
    // A card that cannot be spoken of yet, or a reader that cannot.
    if (!empty && insertion === undefined) return;
    const first = this.#firstLook;
    this.#firstLook = false;
    // A card that is in when the slot is looked at for the first time was left by somebody before this start.
    if (first || (insertion?.origin === 'found' && insertion.number > this.#leftInside)) this.disown();
    if (first && !(isMotorReader(reader) && insertion !== undefined))
      this.#endCutOff(insertion !== undefined ? 'stillInside' : this.#cutOff?.cardIn === true ? 'taken' : 'none');
    this.#clear();
  }

  /** A motorised reader gives back by itself what no visit stands for: once. */
  #clear(): void {
    const { reader } = this.#options;
    if (reader === undefined || !isMotorReader(reader) || this.#giving > 0 || this.#stopping.signal.aborted) return;
    const insertion = reader.insertion();
    if (insertion === undefined || insertion.number > this.#leftInside || insertion.number <= this.#cleared) return;
    this.#cleared = insertion.number;
    this.#giving += 1;
    this.#clearing = this.#turn
      .then(() => this.#clearAway(reader, insertion))
      .finally(() => {
        this.#giving -= 1;
        this.#options.onChange();
      });
    this.#turn = this.#clearing.catch(() => undefined);
  }

  async #clearAway(reader: CardReader, insertion: Insertion): Promise<void> {
    const { signal } = this.#stopping;
    const owner = this.#owners.get(insertion.number);
    const visit = owner ?? (insertion.origin === 'found' ? await this.#match(insertion, signal) : undefined);
    const card = await this.#handOut(reader, insertion, visit, signal, () => {});
    this.#owners.delete(insertion.number);
    this.#endCutOff(card);
  }

  /** The cut-off visit that a card which was found belongs to; undefined when it is nobody's that is known. */
  async #match(insertion: Insertion, stopping: AbortSignal): Promise<string | undefined> {
    const { journal, marksOf } = this.#options;
    const signal = AbortSignal.any([stopping, AbortSignal.timeout(readMs)]);
    const marks = await marksOf(insertion, signal);
    const cutOff = this.#cutOff;
    const before = cutOff && lastRead(journal, cutOff.visit);
    const same = comparison(before, marks);
    const match = cutOff?.cardIn !== true ? 'none' : same === undefined ? 'presumed' : same ? 'same' : 'other';
    const visit = match === 'same' || match === 'presumed' ? cutOff?.visit : undefined;
    const last4 = marks?.last4;
    journal.record('card.found', { insertion: insertion.number, match, ...(last4 && { last4 }) }, visit);
    return visit;
  }

  /** A visit that was cut off has ended by now; what became of its card is known only now. */
  #endCutOff(card: CardOutcome): void {
    const cutOff = this.#cutOff;
    if (cutOff === undefined) return;
    this.#cutOff = undefined;
    const seconds = Math.max(0, Math.round((Date.now() - cutOff.beganAtMs) / 1000)) || 0;
    this.#options.journal.record('visit.ended', { reason: 'cutOff', card, seconds }, cutOff.visit);
  }
}

/** Undefined where the two have nothing to compare. */
function comparison(before: CardMarks | undefined, now: CardMarks | undefined): boolean | undefined {
  for (const mark of ['panToken', 'cardToken'] as const) {
    if (before?.[mark] !== undefined && now?.[mark] !== undefined) return before[mark] === now[mark];
  }
  return undefined;
}
