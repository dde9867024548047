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
  const patience = new Deadline({ timeoutMs: Math.min(session.delays.settleMs, remainingMs()) });
  // After a connection that was lost there is a new one, or nobody knows; it has asked for the status.
  const known = service.ended.aborted ? await session.whenServing(patience.signal) : service;
  patience.dispose();
  if (known === undefined || (known === service && !(await service.refresh()))) {
    return { outcome: 'unknown', reason: 'noAnswer' };
  }
  const reason: MotionReason = errorCode === 'mediaJam' ? 'jammed' : end.ok ? 'mechanicalFault' : 'noAnswer';
  return { ...seen(from, pathOf(media()), to), reason };
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
