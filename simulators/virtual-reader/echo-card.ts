import type { VirtualCard } from './virtual-card.ts';

/** A synthetic answer to reset of the social security card's shape (reference 1.8), T=0. */
export const echoAtr = Uint8Array.from(Buffer.from('3B6D00000081544C97868432010A0B0C0D', 'hex'));

/**
 * A card of no application, to try readers with: READ RECORD gives as many bytes as P1 says, a command with data gives the
 * data back. It remembers what it was asked.
 */
export class EchoCard implements VirtualCard {
  readonly atr: Uint8Array;
  resets = 0;
  readonly seen: string[] = [];

  constructor(atr: Uint8Array = echoAtr) {
    this.atr = atr;
  }

  reset(): void {
    this.resets += 1;
  }

  process(apdu: Uint8Array): Uint8Array {
    this.seen.push(Buffer.from(apdu).toString('hex'));
    if (apdu[1] === 0xb2) return Uint8Array.of(...new Uint8Array(apdu[2] ?? 0).fill(0x5a), 0x90, 0x00);
    const data = apdu.length > 5 ? apdu.subarray(5, 5 + (apdu[4] ?? 0)) : new Uint8Array();
    return Uint8Array.of(...data, 0x90, 0x00);
  }
}
