import { err, ok, type Result } from '#protocol/result.ts';
import type { VirtualCard } from '../virtual-reader/virtual-card.ts';

export interface DirectChannelOptions<F> {
  /** The command with this number (from 0) does not reach the card: the reader answers `fault`. */
  readonly failAt?: number;
  readonly fault?: F;
  /** Every response that begins with the first hex text begins with the second instead: a card with a defect. */
  readonly rewrite?: readonly [from: string, to: string];
}

export interface DirectChannel<F> {
  transmit(apdu: Uint8Array): Promise<Result<Uint8Array, F>>;
  /** Every command so far. */
  readonly sent: readonly Uint8Array[];
}

/** A card kernel's channel straight to a virtual card, with no reader between them. */
export function directChannel<F = never>(card: VirtualCard, options: DirectChannelOptions<F> = {}): DirectChannel<F> {
  const sent: Uint8Array[] = [];
  const [from, to] = options.rewrite ?? ['-', ''];
  return {
    sent,
    transmit: (apdu) => {
      const { fault } = options;
      if (sent.length === options.failAt && fault !== undefined) return Promise.resolve(err(fault));
      sent.push(apdu);
      const response = Buffer.from(card.process(apdu)).toString('hex').toUpperCase();
      const text = response.startsWith(from) ? to + response.slice(from.length) : response;
      return Promise.resolve(ok(Buffer.from(text, 'hex')));
    },
  };
}
