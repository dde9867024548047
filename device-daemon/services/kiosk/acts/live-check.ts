import type { Act, CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';
import { type BankCoreHost, type HostFailure, outcomeUnknown, type PinBlockOrder } from '../../../hosts/index.ts';
import type { CommandContext } from '../../service.ts';
import type { Visit } from '../visits.ts';
import type { HolderEvidence, KnownCard } from './holder.ts';

export type CheckError = NonNullable<CompletionPayloads['CardService.Check']['errorCode']>;

export interface Passed {
  readonly ref?: string;
  readonly pinBlock?: PinBlockOrder;
}
export interface Failed {
  readonly code: CheckError | 'cancelled';
  readonly triesLeft?: number;
  readonly retryAfterSeconds?: number;
}
export type Checked = Promise<Result<Passed, Failed>>;

/** Of the card's own PIN the chip is the only judge. */
export type CheckedAct = Exclude<Act, 'changeCardPin'>;

export const isChecked = (act: Act): act is CheckedAct => act !== 'changeCardPin';

/** What one check works with. */
export interface Desk {
  readonly visit: Visit;
  readonly holder: HolderEvidence;
  readonly card: KnownCard;
  readonly act: CheckedAct;
  readonly resend: boolean;
  readonly context: CommandContext;
  readonly signal: AbortSignal;
  readonly bankCore: BankCoreHost;
}

export function failedBy(failure: HostFailure): Failed {
  if (outcomeUnknown(failure)) return { code: 'noAnswer' };
  if (failure.code === 'unavailable') {
    if (failure.reason === 'cancelled') return { code: 'cancelled' };
    const { retryAfterSeconds } = failure;
    return { code: 'hostUnavailable', ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }
  return { code: 'checkUnavailable' };
}
