import { type CommandContext, failure, waitTiming } from './service.ts';

export interface DeviceUse {
  /** A visit, or staff at work, use the devices: standard clients are answered `sequenceError`. */
  readonly busy: () => boolean;
  /** A PIN may be entered any moment: the pad tells nobody a plain key. */
  readonly pinsOnly: () => boolean;
}

/** Between looks whether a visit has begun: sooner than somebody who begins one can have found what to present. */
const visitLookMs = 250;

/**
 * Runs a standard client's wait for something that a person presents, for as long as nobody is being served.
 * @returns undefined when a visit has the device, or took it meanwhile: what was presented then is the visitor's
 */
export async function whileNoVisit<T>(
  busy: () => boolean,
  context: CommandContext,
  wait: (timing: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<T>,
  /** What came too late for the client. */
  discard: (late: T) => void,
): Promise<T | undefined> {
  if (busy()) return undefined;
  const visit = new AbortController();
  const looking = setInterval(() => {
    if (busy()) visit.abort();
  }, visitLookMs);
  const { timeoutMs, signal } = waitTiming(context);
  try {
    const found = await wait({ timeoutMs, signal: AbortSignal.any([signal, visit.signal]) });
    if (!visit.signal.aborted && !busy()) return found;
    discard(found);
    return undefined;
  } finally {
    clearInterval(looking);
  }
}

/** A device in use by a visit answers other connections so (design.md 4). */
export const usedByVisit = (device: string) => failure('sequenceError', `a visit uses the ${device}`);
