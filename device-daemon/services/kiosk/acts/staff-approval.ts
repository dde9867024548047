import { err, ok, type Result } from '#protocol/result.ts';
import { readStaffCard } from '../../../cards/index.ts';
import type { CardReader, Insertion } from '../../../devices/card-reader.ts';
import { newIdempotencyKey } from '../../../hosts/index.ts';
import type { Journal } from '../../../journal/index.ts';
import { apduTimeoutMs, CardSession } from '../card-session.ts';
import { askDeadlineMs, certain } from '../certain.ts';
import type { Clock } from '../clock.ts';
import type { Custody } from '../custody.ts';
import { shownTo } from '../pin.ts';
import type { StaffProof, StaffScreen } from '../staff-proof.ts';
import { type Checked, type Desk, type Failed, failedBy, type Passed } from './live-check.ts';

export interface StaffApprovalOptions {
  readonly reader: CardReader | undefined;
  readonly custody: Custody;
  readonly proof: StaffProof;
  readonly journal: Journal;
  readonly clock: Clock;
  /** For the branch and for staff at the kiosk alike. */
  readonly staffMs: number;
}

/** The branch is asked so often whether it has decided. */
const approvalPollMs = 1_500;
/** A reader that is away is looked at so often: the branch may decide without it. */
const readerPauseMs = 1_000;
const powerTimeoutMs = 10_000;
/** Longer than anybody's call for staff. */
const foreverMs = 60 * 60 * 1000;

/** What the bank has against a card or its owner; nothing that another try would mend. */
const finalRefusals: ReadonlySet<string> = new Set(['ownApproval', 'unknownStaff', 'notGenuine', 'pinLocked']);

type Word = Result<Passed, Failed>;

/** One call for staff. */
interface Call {
  readonly desk: Desk;
  /** Aborted when somebody has decided, when the time is over, when the visit ends. */
  readonly over: AbortSignal;
  /** A staff card is being served: the screen shows the pad, not how long staff may still take. */
  serving: boolean;
}

/**
 * A named member of the staff stands for an act: at the branch, or here with card and PIN, whichever comes first. There
 * is one reader, so the staff card is in while no customer's is, and is out again before anything goes on (design.md 7).
 */
export class StaffApproval {
  readonly #options: StaffApprovalOptions;

  constructor(options: StaffApprovalOptions) {
    this.#options = options;
  }

  async ask(desk: Desk): Checked {
    const { clock, staffMs } = this.#options;
    const { visit, holder, act, signal, bankCore } = desk;
    const key = newIdempotencyKey();
    const asked = await certain({ bankCore, clock, signal }, key, () =>
      bankCore.requestApproval(
        { service: act, visitRef: visit.id, holderRef: holder.bankRef ?? '' },
        { idempotencyKey: key, signal },
      ),
    );
    if (!asked.ok) return err(failedBy(asked.error));
    if (!('requestRef' in asked.value)) return err({ code: 'noAnswer' });

    const decided = new AbortController();
    const stopTimer = clock.after(staffMs, () => decided.abort());
    const call: Call = { desk, over: AbortSignal.any([signal, decided.signal]), serving: false };
    const words: Word[] = [];
    // The first word ends the other's wait, but not before whoever has a card in the reader got it back.
    const take = (word: Word | undefined): void => {
      if (word === undefined) return;
      words.push(word);
      decided.abort();
    };
    try {
      await Promise.all([
        this.#branch(call, asked.value.requestRef, clock.nowMs() + staffMs).then(take),
        this.#cards(call).then(take),
      ]);
    } finally {
      stopTimer();
      decided.abort();
    }
    if (signal.aborted) return err({ code: 'cancelled' });
    // Two words: a staff card that nobody took outweighs a yes.
    return words.find((word) => !word.ok) ?? words[0] ?? err({ code: 'staffTimedOut' });
  }

  async #branch(call: Call, requestRef: string, endMs: number): Promise<Word | undefined> {
    const { clock, journal } = this.#options;
    const { desk, over } = call;
    const { context, bankCore, visit, act } = desk;
    while (!over.aborted) {
      const secondsLeft = Math.max(0, Math.round((endMs - clock.nowMs()) / 1000));
      if (!call.serving) context.emit('CardService.StaffCalledEvent', { secondsLeft });
      await clock.sleep(approvalPollMs, over);
      if (over.aborted) break;
      const told = await bankCore.approvalState(requestRef, { signal: over, deadlineMs: askDeadlineMs });
      // A link that hiccups is no decision.
      if (!told.ok || told.value.state === 'waiting') continue;
      const { state, approvalRef } = told.value;
      if (state === 'approved') {
        journal.record('staff.approved', { act, by: 'branch' }, visit.id);
        return ok(approvalRef === undefined ? {} : { ref: approvalRef });
      }
      if (state === 'refused') journal.record('staff.refused', { act, by: 'branch', why: 'refused' }, visit.id);
      return err({ code: state === 'refused' ? 'staffRefused' : 'staffTimedOut' });
    }
    return undefined;
  }

  /** Every card that comes, until one decides. */
  async #cards(call: Call): Promise<Word | undefined> {
    const { reader, clock } = this.#options;
    const { over } = call;
    if (reader === undefined) return undefined;
    const seen = new Set<number>();
    while (!over.aborted) {
      const inserted = await reader.waitForCard({ signal: over, timeoutMs: foreverMs });
      if (inserted.ok && !seen.has(inserted.value.number)) {
        seen.add(inserted.value.number);
        const word = this.#isCustomers(inserted.value, call)
          ? undefined
          : await this.#serve(inserted.value, call, reader);
        if (word !== undefined) return word;
      }
      if (over.aborted) break;
      // Another came in its place while it was looked at.
      if (inserted.ok && reader.insertion()?.number !== inserted.value.number) continue;
      // What is no staff card, or is done with, is left alone until it leaves.
      const left = inserted.ok ? await reader.waitForRemoval({ signal: over, timeoutMs: foreverMs }) : inserted;
      if (!left.ok) await clock.sleep(readerPauseMs, over);
    }
    return undefined;
  }

  /** What was read in this visit, or left by another, is not even asked its name. */
  #isCustomers(insertion: Insertion, { desk: { visit, holder } }: Call): boolean {
    const presented = holder.presented?.insertion.number === insertion.number;
    return presented || visit.evidence.cardOf(insertion) !== undefined || this.#options.custody.strangerInside();
  }

  async #serve(insertion: Insertion, call: Call, reader: CardReader): Promise<Word | undefined> {
    const { custody } = this.#options;
    const { desk, over } = call;
    const session = new CardSession(reader, insertion);
    const powered = await reader.powerOn('cold', { signal: over, timeoutMs: powerTimeoutMs });
    if (!powered.ok) return undefined;
    const number = await readStaffCard(session, { signal: over, timeoutMs: apduTimeoutMs });
    if (!number.ok && number.error.code !== 'badData' && number.error.code !== 'unexpectedStatus') return undefined;
    call.serving = true;
    try {
      let word: Word | undefined;
      if (number.ok) word = await this.#approve(number.value, session, call).finally(() => number.value.fill(0));
      else this.#unreadable(call, undefined);
      if (!session.present) return word;
      const card = await custody.giveBack(desk.visit.id, desk.signal, (notice) =>
        desk.context.emit('SocialCard.TakeCardEvent', notice),
      );
      // The next card in is to be the customer's: with this one in its place nothing can go on.
      return card === 'taken' || card === 'none' ? word : err({ code: 'staffTimedOut' });
    } finally {
      call.serving = false;
    }
  }

  /** Undefined: nothing was decided. */
  async #approve(number: Buffer, session: CardSession, call: Call): Promise<Word | undefined> {
    const { proof, journal, clock } = this.#options;
    const { desk, over } = call;
    const { visit, holder, act, bankCore, context } = desk;
    const screen: StaffScreen = {
      signal: over,
      entry: shownTo(context),
      id: visit.id,
      locked: (secondsLeft) => context.emit('CardService.StaffCardEvent', { state: 'locked', secondsLeft }),
      wrongPin: () => context.emit('CardService.StaffCardEvent', { state: 'wrongPin' }),
      refused: (why, token) => this.#refuse(call, why, token),
    };
    const proven = await proof.of({ session, number }, visit, screen, (order) => {
      const key = newIdempotencyKey();
      return certain({ bankCore, clock, signal: desk.signal }, key, () =>
        bankCore.approveByStaffCard(
          { ...order, service: act, visitRef: visit.id, holderRef: holder.bankRef ?? '' },
          { idempotencyKey: key, signal: desk.signal },
        ),
      );
    });
    if (proven.ok) {
      if (!('approvalRef' in proven.value)) return err({ code: 'noAnswer' });
      journal.record('staff.approved', { act, by: 'card', token: proof.token(number) }, visit.id);
      return ok({ ref: proven.value.approvalRef });
    }
    const { error } = proven;
    if (error.code === 'unreadable') context.emit('CardService.StaffCardEvent', { state: 'unreadable' });
    if (error.code !== 'host') return undefined;
    const { failure } = error;
    return err(
      failure.code === 'refused' && finalRefusals.has(failure.reason) ? { code: 'staffRefused' } : failedBy(failure),
    );
  }

  #unreadable(call: Call, token: string | undefined): undefined {
    call.desk.context.emit('CardService.StaffCardEvent', { state: 'unreadable' });
    this.#refuse(call, 'cardUnreadable', token);
  }

  #refuse({ desk: { act, visit } }: Call, why: string, token: string | undefined): undefined {
    this.#options.journal.record(
      'staff.refused',
      { act, by: 'card', why, ...(token !== undefined && { token }) },
      visit.id,
    );
  }
}
