import type { PinPadFault } from '../../devices/pin-pad.ts';
import { type CommandContext, commandError, failure, interrupted, type Outcome } from '../service.ts';

/** How long an act of the pad itself may take, key loading with its resends included. */
export const padMs = 30_000;
/** For an act of the pad. */
export const padTiming = (context: CommandContext): { timeoutMs: number; signal: AbortSignal } => ({
  timeoutMs: padMs,
  signal: context.signal,
});

/** A person's entry that came to nothing: its deadline is the client's own. */
export const entryOutcomeOf = (fault: PinPadFault, context: CommandContext): Outcome =>
  fault.code === 'timeOut' ? failure('timeOut') : outcomeOf(fault, context);

/** How a fault of the pad is told on the wire (protocol.md 4). The words never hold what was entered or sent. */
export function outcomeOf(fault: PinPadFault, context: CommandContext): Outcome {
  switch (fault.code) {
    case 'notReady':
      return failure('deviceNotReady', fault.detail);
    case 'hardwareError':
      return failure('hardwareError', fault.detail);
    case 'timeOut':
      return failure('hardwareError', 'the pad did not answer in time');
    case 'cancelled':
      if (!context.signal.aborted) return failure('sequenceError', 'a visit took the PIN pad');
      return interrupted(context);
    case 'entryTimeOut':
      return commandError('entryTimeout');
    case 'noPin':
      return commandError('noPin');
    case 'keyMissing':
      return failure('deviceNotReady', 'the pad has no valid key');
    case 'panNotUsable':
      return failure('invalidData', 'no card number');
    case 'keyRefused':
      return commandError('invalidValue');
    case 'cancelledOnPad':
      return failure('canceled', 'cancelled on the pad');
  }
}
