import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
import { err, type Result } from '#protocol/result.ts';
import type { ApduChannel, FinancialFault, SocialFault } from '../../cards/index.ts';
import type { CardFault, CardReader, Insertion } from '../../devices/card-reader.ts';
import type { OperationOptions } from '../../devices/device.ts';

/** One command to a chip: a T=0 card at 9600 baud with waiting-time extensions needs a few seconds at the worst. */
export const apduTimeoutMs = 10_000;

/**
 * The card of one insertion as a kernel talks to it. When that card has left, nothing reaches the one that came instead:
 * both applications are read in one stay or not at all.
 */
export class CardSession implements ApduChannel {
  readonly #reader: CardReader;
  readonly #insertion: Insertion;

  constructor(reader: CardReader, insertion: Insertion) {
    this.#reader = reader;
    this.#insertion = insertion;
  }

  get present(): boolean {
    return this.#reader.insertion()?.number === this.#insertion.number;
  }

  /** Answer to reset; a motorised reader learns it only when the chip is powered. */
  get atr(): Uint8Array {
    const now = this.#reader.insertion();
    return now !== undefined && this.present ? now.atr : this.#insertion.atr;
  }

  async transmit(apdu: Uint8Array, options: OperationOptions): Promise<Result<Uint8Array, CardFault>> {
    if (!this.present) return err({ code: 'cardRemoved' });
    const answer = await this.#reader.transmit(apdu, options);
    return this.present ? answer : err({ code: 'cardRemoved' });
  }

  /** Gone, or gone and another is there. */
  lossCode(): 'cardRemoved' | 'cardSwapped' {
    const now = this.#reader.insertion();
    return now !== undefined && now.number !== this.#insertion.number ? 'cardSwapped' : 'cardRemoved';
  }
}

export type ReadError = NonNullable<CompletionPayloads['SocialCard.Read']['errorCode']>;

/** What a person is told of a chip that failed; `cancelled` is nobody's fault. */
export function faultCode(
  fault: CardFault | SocialFault | FinancialFault,
  session: CardSession,
): ReadError | 'cancelled' {
  if (!session.present && fault.code !== 'cancelled') return session.lossCode();
  switch (fault.code) {
    case 'cancelled':
      return 'cancelled';
    case 'noCard':
    case 'cardRemoved':
      return session.lossCode();
    case 'cardMute':
      return 'cardMute';
    case 'notReady':
    case 'hardwareError':
    case 'readerBusy':
      return 'readerUnavailable';
    case 'applicationBlocked':
    case 'keyBlocked':
      return 'cardBlocked';
    case 'notGenuine':
    // The card did not believe the province's module. Another try would cost one of the card's own (reference 1.10).
    case 'externalAuthenticationFailed':
      return 'cardNotGenuine';
    case 'notSocialCard':
    case 'noApplication':
      return 'cardNotSupported';
    default:
      return 'cardUnreadable';
  }
}
