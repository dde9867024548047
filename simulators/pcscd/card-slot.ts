import { ok, type Result } from '#protocol/result.ts';
import { VirtualReader } from '../virtual-reader/virtual-reader.ts';
import { type PcscdFault, PrivatePcscd, type PrivatePcscdOptions } from './private-pcscd.ts';

/** A private pcscd with one card slot, and what the daemon's `pcsc` driver needs to find it. */
export interface CardSlot {
  readonly pcscd: PrivatePcscd;
  readonly reader: VirtualReader;
  /** `transport` of `createPcscCardReader`. */
  readonly transport: {
    readonly kind: 'pcsc';
    readonly reader: string;
    readonly allowVirtual: true;
    readonly socket: string;
  };
  stop(): Promise<void>;
}

export async function openCardSlot(options: PrivatePcscdOptions = {}): Promise<Result<CardSlot, PcscdFault>> {
  const launched = await PrivatePcscd.launch(options);
  if (!launched.ok) return launched;
  const pcscd = launched.value;
  const reader = new VirtualReader({ slot: pcscd.slots[0] ?? { path: '' } });
  return ok({
    pcscd,
    reader,
    transport: { kind: 'pcsc', reader: 'Virtual PCD 00 00', allowVirtual: true, socket: pcscd.socket },
    async stop() {
      await reader.close();
      await pcscd.stop();
    },
  });
}
