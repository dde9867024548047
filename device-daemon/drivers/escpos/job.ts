import type { PrinterReason } from '#device-daemon/devices/receipt-printer.ts';
import type { PhysicalOutcome } from '#protocol/result.ts';
import type { Delays } from './delays.ts';
import type { Session } from './session.ts';
import { blockedBy } from './status.ts';

export interface JobOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly delays: Delays;
  readonly clearsBuffers: boolean;
}

export interface JobResult {
  readonly outcome: PhysicalOutcome;
  readonly reason?: PrinterReason;
  /** Whether any of it may be on the paper. */
  readonly begun: boolean;
}

/**
 * Two, because the queue answers in order: should one answer too many reach us (late, or given twice), the second is
 * still not there before the printer has come to the first mark.
 */
const END_MARKS = 2;
/** Bytes handed over at a time: a lost cable is noticed between them. */
const CHUNK = 1_024;
/** Questions without answer while a job is printed before the printer counts as silent. */
const SILENT_QUESTIONS = 3;

/**
 * One job, by this rule:
 *
 *   before the first byte   a fault, no answer              -> notDone
 *   end marks answered      no fault since the start        -> done
 *                           a fault since the start         -> unknown (the paper may show a part, or all)
 *   a fault that stays      buffer cleared, printer says so -> notDone (it can never come out whole any more);
 *                           the cutter's: all may be there  -> unknown
 *                           not cleared                     -> unknown (it may still come)
 *   silence, unplugged      after the first byte            -> unknown, never repeated
 *   end marks not answered  no fault, and none answers late -> unknown (the answers may have been lost on the line)
 */
export async function runJob(session: Session, bytes: Uint8Array, options: JobOptions): Promise<JobResult> {
  const { delays, signal } = options;
  const deadline = performance.now() + options.timeoutMs;
  const notBegun = (reason: PrinterReason | undefined): JobResult =>
    reason === undefined ? { outcome: 'notDone', begun: false } : { outcome: 'notDone', reason, begun: false };

  const before = await prepare(session, options);
  if (before !== undefined) return notBegun(before === 'cancelled' ? undefined : before);

  // Remembers the first fault; automatic status may bring it at any moment, and take it away again.
  let first: PrinterReason | undefined;
  const look = () => {
    const now = blockedBy(session.status);
    if (first === undefined || first === 'offline') first = now ?? first;
    return now;
  };
  const unsubscribe = session.onStatus(look);
  try {
    for (let at = 0; at < bytes.length; at += CHUNK) {
      if (at === 0 && signal.aborted) return notBegun(undefined);
      if (!(await session.write(bytes.subarray(at, at + CHUNK)))) return unknown(first ?? 'offline');
      // From here a cancel waits for the paper: half a command would swallow the beginning of the next job.
    }
    let since: number | undefined;
    let unanswered = 0;
    const marks = session.expectMarks(END_MARKS);
    if (!(await marks.send())) return unknown(first ?? 'offline');
    try {
      for (;;) {
        const now = performance.now();
        const answered = await marks.wait(Math.max(0, Math.min(delays.jobPollMs, deadline - now)));
        if (answered.ok) {
          look();
          return first === undefined ? { outcome: 'done', begun: true } : unknown(first);
        }
        if (answered.error === 'closed') return unknown(first ?? 'offline');
        const asked = await session.askStatus();
        if (asked.ok) unanswered = 0;
        else if (asked.error === 'closed') return unknown(first ?? 'offline');
        else unanswered++;
        const blocked = look();
        since = blocked === undefined ? undefined : (since ?? performance.now());
        const patience = blocked === 'overheated' ? delays.overheatedMs : delays.blockedMs;
        const stuck = since !== undefined && performance.now() - since >= patience;
        const late = performance.now() >= deadline;
        if (unanswered >= SILENT_QUESTIONS || (late && !asked.ok)) return unknown(first ?? 'silent');
        if (stuck || late) break;
      }
    } finally {
      marks.cancel();
    }
    const cleared = options.clearsBuffers && (await session.clear()).ok;
    // Without a fault nothing kept the job from the paper: that what was left of it is forgotten says nothing.
    if (first === undefined) return unknown('silent');
    return cleared && first !== 'cutterError' ? { outcome: 'notDone', reason: first, begun: true } : unknown(first);
  } finally {
    unsubscribe();
  }
}

const unknown = (reason: PrinterReason): JobResult => ({ outcome: 'unknown', reason, begun: true });

/**
 * Asks for health and lets the queue run empty. Answers owed for an earlier job, or a fault that clearing cures, are
 * cleared first. Undefined when the printer waits for this job and for nothing else.
 */
async function prepare(session: Session, options: JobOptions): Promise<PrinterReason | 'cancelled' | undefined> {
  const { delays, signal } = options;
  for (let attempt = 0; ; attempt++) {
    const first = await session.askStatus(signal);
    // Nothing is on its way to the paper yet: one lost answer is asked for again.
    const asked = first.ok || first.error !== 'silent' ? first : await session.askStatus(signal);
    if (!asked.ok) return faultReason(asked.error);
    const curable = attempt === 0 && options.clearsBuffers;
    const blocked = blockedBy(asked.value);
    if (blocked !== undefined && !(curable && blocked === 'cutterError')) return blocked;
    const owed = session.owed > 0;
    if (curable && (owed || blocked !== undefined)) {
      const cleared = await session.clear(signal);
      if (!cleared.ok && cleared.error !== 'silent') return faultReason(cleared.error);
      if (blocked !== undefined) continue;
    }
    const fence = await session.fence(Math.min(delays.fenceMs, options.timeoutMs), signal);
    if (fence.ok) return undefined;
    if (fence.error !== 'silent' || !curable) return faultReason(fence.error);
  }
}

const faultReason = (fault: 'silent' | 'closed' | 'cancelled' | 'babbling'): PrinterReason | 'cancelled' =>
  fault === 'closed' ? 'offline' : fault === 'babbling' ? 'silent' : fault;
