import { type CardSlot, openCardSlot } from '#simulators/pcscd/index.ts';
import type { VirtualCard } from '#simulators/virtual-reader/index.ts';

export const atr = Uint8Array.from(Buffer.from('3B6D00000081544C97868432010A0B0C0D', 'hex'));
export const options = { timeoutMs: 10_000 };

/** Answers READ RECORD with as many bytes as P1 says, counts resets, and echoes data of any other command. */
export class CountingCard implements VirtualCard {
  readonly atr = atr;
  resets = 0;
  readonly seen: string[] = [];

  reset(): void {
    this.resets += 1;
  }

  process(apdu: Uint8Array): Uint8Array {
    this.seen.push(hex(apdu));
    if (apdu[1] === 0xb2) return Uint8Array.of(...new Uint8Array(apdu[2] ?? 0).fill(0x5a), 0x90, 0x00);
    const data = apdu.length > 5 ? apdu.subarray(5, 5 + (apdu[4] ?? 0)) : new Uint8Array();
    return Uint8Array.of(...data, 0x90, 0x00);
  }
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
export const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

/** The real pcscd, or a test that fails: on a machine without it these tests say so instead of passing. */
export async function slot(): Promise<CardSlot> {
  const opened = await openCardSlot();
  if (!opened.ok) throw new Error(`no pcscd for this test: ${opened.error.code}, ${opened.error.detail}`);
  return opened.value;
}
