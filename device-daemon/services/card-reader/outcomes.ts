import type { CardFault } from '../../devices/card-reader.ts';
import { type CommandContext, commandError, failure, interrupted, type Outcome } from '../service.ts';

/** What was being done: waiting for a person's card, powering the chip, or an exchange with it. */
export type Doing = 'wait' | 'power' | 'exchange';

/** How a card fault is told on the wire: completion codes of protocol.md 4, error codes of CardReader (interfaces.md 2). */
export function outcomeOf(fault: CardFault, doing: Doing, context: CommandContext): Outcome {
  switch (fault.code) {
    case 'noCard':
    case 'cardRemoved':
      return commandError('noMedia');
    case 'cardMute':
      return commandError('atrNotObtained');
    case 'cardUnresponsive':
      return commandError('invalidData');
    case 'readerBusy':
      return failure('deviceNotReady', 'another program holds the reader');
    case 'notReady':
      return failure('deviceNotReady', fault.detail);
    case 'hardwareError':
      return failure('hardwareError', fault.detail);
    case 'cancelled':
      return interrupted(context);
    case 'timeOut':
      return doing === 'wait' ? failure('timeOut') : failure('hardwareError', 'the reader did not answer in time');
  }
}
