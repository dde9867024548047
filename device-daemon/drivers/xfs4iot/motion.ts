/** One motion of a card in another provider's reader. It is sent once; how it ended is for the sensors to say. */
import type { PhysicalOutcome } from '#protocol/result.ts';
import type { CardPath, MotionReason } from '../../devices/card-dispenser.ts';
import type { CardMedia, CardTarget } from '../../devices/card-reader.ts';
import { Deadline } from '../common/waits.ts';
import { errorCodeOf, surelyNotDone } from './ends.ts';
import type { Service } from './service.ts';
import type { Session } from './session.ts';

export interface Motion {
  readonly outcome: PhysicalOutcome;
  readonly reason?: MotionReason;
}

export interface MotionOptions {
  readonly session: Session;
  readonly service: Service;
  readonly to: CardTarget;
  /** Of the bin. */
  readonly unit: string | undefined;
  readonly media: () => CardMedia;
  readonly remainingMs: () => number;
}

const paths: Readonly<Record<CardMedia, CardPath>> = {
  present: 'atRead',
  entering: 'atGate',
  notPresent: 'empty',
  jammed: 'unknown',
  unknown: 'unknown',
};

export const pathOf = (media: CardMedia): CardPath => paths[media];

export async function move({ session, service, to, unit, media, remainingMs }: MotionOptions): Promise<Motion> {
  const from = pathOf(media());
  if (from === 'empty') return { outcome: 'notDone', reason: 'pathEmpty' };
  if (from !== 'atRead' && from !== 'atGate') return { outcome: 'notDone', reason: 'positionUnknown' };
  const target = to === 'gate' ? 'atGate' : 'atRead';
  if (to !== 'bin' && from === target) return { outcome: 'done' };
  const end = await service.request(
    'CardReader.Move',
    {
      from: from === 'atGate' ? 'exit' : 'transport',
      to: to === 'gate' ? 'exit' : to === 'inside' ? 'transport' : (unit ?? ''),
    },
    { timeoutMs: remainingMs() },
  );
  if (end.ok && end.value.completionCode === 'success') {
    await service.refresh();
    return { outcome: 'done' };
  }
  const errorCode = errorCodeOf(end);
  if (surelyNotDone(end)) return { outcome: 'notDone', reason: 'refused' };
  if (errorCode === 'noMedia') return { outcome: 'notDone', reason: 'pathEmpty' };
  if (errorCode === 'occupied') return { outcome: 'notDone', reason: 'pathOccupied' };
  if (errorCode === 'full') return { outcome: 'notDone', reason: 'binFull' };
  if (errorCode === 'mediaRetained') return { outcome: to === 'bin' ? 'done' : 'notDone', reason: 'captured' };
  const { known, over } = end.ok ? { known: service, over: true } : await afterLoss(session, remainingMs());
  if (known === undefined || !(await known.refresh())) return { outcome: 'unknown', reason: 'noAnswer' };
  const reason: MotionReason = errorCode === 'mediaJam' ? 'jammed' : end.ok ? 'mechanicalFault' : 'noAnswer';
  const { outcome } = seen(from, pathOf(media()), to);
  return { outcome: over || outcome !== 'notDone' ? outcome : 'unknown', reason };
}

/** Where a completion got lost, whom to ask what became of it. */
export interface AfterLoss {
  /** The next connection; undefined: there was none in time. */
  readonly known: Service | undefined;
  /** The motion is over: a card that is where it was has not moved, and is not about to. */
  readonly over: boolean;
}

/**
 * Commands of a service wait for one another (protocol.md 5): a Reset that moves nothing, sent on the next connection, ends
 * when the motion has.
 */
export async function afterLoss(session: Session, patienceMs = session.delays.settleMs): Promise<AfterLoss> {
  const { actMs, settleMs } = session.delays;
  const patience = new Deadline({ timeoutMs: Math.min(settleMs, patienceMs) });
  const known = await session.whenServing(patience.signal);
  patience.dispose();
  if (known?.offers('CardReader.Reset') !== true) return { known, over: false };
  const reset = await known.request('CardReader.Reset', { to: 'currentPosition' }, { timeoutMs: actMs });
  return { known, over: reset.ok };
}

/** What the sensors show says how it ended, as far as nobody's hand could have had part in it. */
function seen(from: CardPath, now: CardPath, to: CardTarget): Motion {
  if (now === 'unknown') return { outcome: 'unknown' };
  if (now === from) return { outcome: 'notDone' };
  if (to === 'gate') return { outcome: 'done' };
  if (to === 'inside') return { outcome: now === 'atRead' ? 'done' : 'unknown' };
  // From inside nothing but the bin is left; from the gate a hand may have taken it.
  return { outcome: from === 'atRead' && now === 'empty' ? 'done' : 'unknown' };
}
