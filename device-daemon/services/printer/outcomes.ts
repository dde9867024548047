import type { PrinterFault, PrinterReason, PrintOutcome } from '../../devices/receipt-printer.ts';
import { type CommandContext, commandError, failure, interrupted, type Outcome, success } from '../service.ts';

/** Codes of PrintForm, PrintRaw and ControlMedia for what keeps a slip from the paper. */
const notPrinted: Partial<Record<PrinterReason, string>> = {
  paperOut: 'paperOut',
  mechanicalError: 'paperJammed',
  cutterError: 'paperJammed',
};

/**
 * How a print ended, on the wire (protocol.md 4). An error code of the command is given for what was certainly not
 * printed, and for nothing else; where the standard has none for the reason, and for `unknown`, only the text tells.
 */
export function printed({ outcome, reason }: PrintOutcome, context: CommandContext): Outcome {
  if (outcome === 'done') return success();
  const whether = outcome === 'unknown' ? 'not known whether all of it was printed' : 'not printed';
  if (reason === undefined) return givenUp(context) ?? failure('deviceNotReady', whether);
  const errorCode = outcome === 'notDone' ? notPrinted[reason] : undefined;
  return errorCode === undefined ? troubled(reason, whether) : commandError(errorCode);
}

export function failed(fault: PrinterFault, context: CommandContext): Outcome {
  switch (fault.code) {
    case 'cancelled':
      return interrupted(context);
    case 'timeOut':
      return givenUp(context) ?? failure('hardwareError', 'the printer did not answer in time');
    case 'notReady':
      return failure('deviceNotReady', fault.detail);
    case 'hardwareError':
      return failure('hardwareError', fault.detail);
    default:
      return troubled(fault.code, 'reset');
  }
}

/** The driver may notice that the client's time is over before the signal tells (protocol.md 5). */
function givenUp(context: CommandContext): Outcome | undefined {
  if (context.signal.aborted) return interrupted(context);
  return context.timeoutMs === undefined ? undefined : failure('timeOut');
}

function troubled(reason: PrinterReason, what: string): Outcome {
  switch (reason) {
    case 'coverOpen':
      return failure('userError', `the cover is open; ${what}`);
    case 'offline':
    case 'silent':
      return failure('deviceNotReady', `${reason}; ${what}`);
    case 'paperOut':
    case 'cutterError':
    case 'overheated':
    case 'mechanicalError':
    case 'unrecoverableError':
      return failure('hardwareError', `${reason}; ${what}`);
  }
}
