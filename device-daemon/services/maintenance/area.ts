import type { CommandPayloads, EventPayloads, StaffRole } from '#protocol/generated/kiosk.ts';
import type { CommandContext, Outcome } from '../service.ts';
import type { Second } from './second-person.ts';

/** What is done by somebody who has signed on. */
export type WorkName = Exclude<
  keyof CommandPayloads & `Maintenance.${string}`,
  'Maintenance.GetState' | 'Maintenance.SignOn'
>;

/** One command of somebody who has signed on. */
export interface Work {
  readonly session: string;
  /** The journal's token of the staff card. */
  readonly token: string;
  readonly role: StaffRole;
  readonly context: CommandContext;
  /** Aborted when the command is cancelled, or the session is over. */
  readonly signal: AbortSignal;
  /** Aborted when the session is over. */
  readonly over: AbortSignal;
  /** Sends an event to the page of whoever has signed on, as long as the session lasts. */
  tell<N extends keyof EventPayloads & `Maintenance.${string}`>(name: N, payload: EventPayloads[N]): void;
  /**
   * Runs an act that takes a second person with another card (S-15).
   * @param act for the journal
   */
  withSecond(
    act: string,
    run: (second: Second) => Outcome | Promise<Outcome>,
    /** `pathFree`: while it runs no card is in the reader; the second one goes out before it, the first comes in after. */
    options?: { readonly pathFree?: boolean },
  ): Promise<Outcome>;
}

/** A part of maintenance: what it does for each of its commands. */
export type Area<N extends WorkName> = {
  readonly [M in N]: (payload: CommandPayloads[M], work: Work) => Outcome | Promise<Outcome>;
};
