/** What a dispenser's motion came to: by the completion, then by the sensors and counts of the provider. Pure. */
import type { PhysicalOutcome } from '#protocol/result.ts';
import type { CardPath, MotionReason } from '../../devices/card-dispenser.ts';

export type MotionKind = 'feed' | 'present' | 'capture' | 'leave';

export interface MotionFacts {
  readonly kind: MotionKind;
  readonly before: CardPath;
  /** Undefined: the provider could not be asked. */
  readonly after: CardPath | undefined;
  /**
   * `refused`: a code by which nothing can have begun. `lost`: no completion came; `running`: and the provider was not
   * heard to be through with the command when the sensors were asked.
   */
  readonly said: 'done' | 'refused' | 'failed' | 'lost' | 'running';
  /** Of what was not done. */
  readonly reason?: MotionReason;
  /** Cards that left the hopper for good, and that came into the bin; undefined where the provider does not count. */
  readonly dispensed: number | undefined;
  readonly kept: number | undefined;
}

export interface Verdict {
  readonly outcome: PhysicalOutcome;
  readonly reason?: MotionReason;
}

const done: Verdict = { outcome: 'done' };
const goals: Readonly<Record<Exclude<MotionKind, 'leave'>, CardPath>> = {
  feed: 'atRead',
  present: 'atGate',
  capture: 'empty',
};

export function verdictOf(facts: MotionFacts): Verdict {
  const { kind, before, after, said, reason = 'noAnswer', dispensed = 0, kept = 0 } = facts;
  if (after === undefined || after === 'unknown') {
    if (said === 'done') return done;
    return { outcome: said === 'refused' ? 'notDone' : 'unknown', reason };
  }
  if (said === 'done') return believed(facts);
  if (kind !== 'leave' && before !== goals[kind]) {
    if (after === 'empty' && before !== 'empty') return gone(facts, reason);
    // It says that it failed, and the card is there: two that stick together, or a motion that ended with a jam.
    if (after === goals[kind]) return said === 'lost' ? done : { outcome: 'unknown', reason };
  }
  if (after !== before || said === 'running') return { outcome: 'unknown', reason };
  if (dispensed <= 0 && kept <= 0) return { outcome: 'notDone', reason };
  // From the hopper and on into the bin before anybody looked.
  return kept > 0 ? { outcome: 'notDone', reason: 'captured' } : { outcome: 'unknown', reason: 'counterDisagrees' };
}

/** A success that sensors or counts deny is none. */
function believed({ kind, before, after, kept }: MotionFacts): Verdict {
  if (kind === 'leave' || after === goals[kind]) {
    const missing = kind === 'capture' && kept === 0 && before !== 'unknown';
    return missing ? { outcome: 'unknown', reason: 'counterDisagrees' } : done;
  }
  if (kind === 'present' && after === 'empty')
    return kept !== undefined && kept > 0 ? { outcome: 'notDone', reason: 'captured' } : done;
  return { outcome: 'unknown', reason: after === 'inTransit' ? 'jammed' : 'positionUnknown' };
}

/** The card that was there is there no more, and no success was told. */
function gone({ kind, before, said, dispensed, kept }: MotionFacts, reason: MotionReason): Verdict {
  if (kind === 'capture') {
    if (kept !== undefined && kept > 0) return done;
    if (kept === 0) return { outcome: 'unknown', reason: 'counterDisagrees' };
    // From inside there is no way out but the bin; from the gate a hand may have been quicker.
    return said === 'lost' && before === 'atRead' ? done : { outcome: 'unknown', reason };
  }
  if (kept !== undefined && kept > 0) return { outcome: 'notDone', reason: 'captured' };
  // Counted as gone and not in the bin: it stood at the gate and was taken.
  const taken = said === 'lost' && kept === 0 && dispensed !== undefined && dispensed > 0;
  return taken ? done : { outcome: 'unknown', reason };
}
