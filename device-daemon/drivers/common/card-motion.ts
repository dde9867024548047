/** What a motion came to, judged by what the unit said and what its sensors say afterwards. Pure. */

import type { PhysicalOutcome } from '#protocol/result.ts';
import type { CardPath, MotionReason } from '../../devices/card-dispenser.ts';

export type MotionKind = 'feed' | 'present' | 'capture' | 'inside' | 'return';

export interface MotionFacts {
  readonly kind: MotionKind;
  readonly before: CardPath;
  /** Undefined: the sensors could not be asked. */
  readonly after: CardPath | undefined;
  /** What the unit said of it: `nothing` when no answer came. */
  readonly said: 'done' | 'refused' | 'nothing';
  /** Why it was refused. */
  readonly refusal?: MotionReason;
  /** How far the bin's counter moved; undefined: it is not known. */
  readonly counted?: number;
}

export interface Verdict {
  readonly outcome: PhysicalOutcome;
  readonly reason?: MotionReason;
}

const done: Verdict = { outcome: 'done' };
const goals: Readonly<Partial<Record<MotionKind, CardPath>>> = {
  feed: 'atRead',
  present: 'atGate',
  inside: 'atRead',
};
/** Nothing can have moved: the unit looks before it begins. */
const beforehand: ReadonlySet<MotionReason> = new Set(['hopperEmpty', 'binFull', 'unsupported', 'binCounterFull']);

export function judge(facts: MotionFacts): Verdict {
  const { kind, before, after, said } = facts;
  const reason = facts.refusal ?? (said === 'nothing' ? 'noAnswer' : undefined);
  const why = reason === undefined ? {} : { reason };
  if (after === undefined || after === 'unknown') {
    if (said === 'done') return done;
    if (said === 'refused' && reason !== undefined && beforehand.has(reason)) return { outcome: 'notDone', reason };
    return { outcome: 'unknown', ...why };
  }
  if (after === 'empty') return gone(facts, why);
  if (after === goals[kind]) {
    // Refused, and yet there: a card that sticks to another, or a motion that ended with a jam.
    if (said === 'refused' && after !== before) return { outcome: 'unknown', ...why };
    return said === 'refused' ? { outcome: 'notDone', ...why } : done;
  }
  if (after === before) return { outcome: 'notDone', reason: reason ?? 'refused' };
  return { outcome: 'unknown', reason: reason ?? 'jammed' };
}

/** No card is left in the path. */
function gone({ kind, before, said, counted }: MotionFacts, why: { readonly reason?: MotionReason }): Verdict {
  switch (kind) {
    case 'feed':
      return { outcome: 'notDone', reason: why.reason ?? 'refused' };
    case 'present':
      // It was taken before anybody looked; a unit that took it into its bin has counted it.
      if (said === 'done' || counted === 0) return done;
      if (counted !== undefined && counted > 0) return { outcome: 'notDone', reason: 'captured' };
      return { outcome: 'unknown', ...why };
    case 'inside':
      return { outcome: 'notDone', reason: 'movedByHand' };
    case 'capture':
    case 'return':
      if (said === 'done' || (counted !== undefined && counted > 0)) return done;
      // From inside there is no way out but that one; from the gate a hand may have been quicker.
      if (counted === undefined && before === 'atRead' && said === 'nothing') return done;
      if (why.reason === 'movedByHand' && (before === 'atGate' || counted === 0)) return { outcome: 'notDone', ...why };
      return { outcome: 'unknown', reason: counted === 0 ? 'counterDisagrees' : (why.reason ?? 'noAnswer') };
  }
}
