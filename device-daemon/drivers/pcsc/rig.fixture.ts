/** The driver on a private pcscd with a virtual reader, with waits short enough for a test. For tests. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, vi } from 'vitest';
import { type CardSlot, openCardSlot } from '#simulators/pcscd/index.ts';
import type { CardMedia, CardReader } from '../../devices/card-reader.ts';
import { PcscChannel, type PcscChannelOptions } from '../../transports/pcsc/pcsc-channel.ts';
import { DipCardReader } from './card-reader.ts';
import { timing } from './timing.ts';

/** Waits for what must come, however slow the machine is today. */
export const eventually = <T>(look: () => T | Promise<T>): Promise<T> =>
  vi.waitFor(look, { timeout: 20_000, interval: 20 });

export const soon = { timeoutMs: 20_000 } as const;
/** A command whose whole response `EchoCard` gives without a dialogue: four bytes and a status word. */
export const readRecord = Uint8Array.of(0x00, 0xb2, 0x04, 0x00, 0x04);
export const verify = Uint8Array.of(0x00, 0x20, 0x00, 0x00, 0x02, 0x12, 0x34);
export const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');

/** The real pcscd, or a test that fails: on a machine without it these tests say so instead of passing. */
export async function openSlot(): Promise<CardSlot> {
  const opened = await openCardSlot();
  if (!opened.ok) throw new Error(`no pcscd for this test: ${opened.error.code}, ${opened.error.detail}`);
  return opened.value;
}

export interface Rig {
  readonly reader: CardReader;
  /** Every change, as text: `present 1`, `notPresent`. */
  readonly media: string[];
  /** Every report, as text: `failed readerRefused`. */
  readonly reports: string[];
}

export function startReader(
  slot: CardSlot,
  options: { readonly timing?: Partial<PcscChannelOptions['timing']> } & Partial<
    Omit<PcscChannelOptions, 'timing'>
  > = {},
): Rig {
  const reader = new DipCardReader({
    name: 'cardReader',
    channel: new PcscChannel({
      ...slot.transport,
      ...options,
      timing: { ...timing, respawnMs: [50], readersSettleMs: 1_500, rescanMs: 500, ...options.timing },
    }),
  });
  const media: string[] = [];
  const reports: string[] = [];
  reader.onMedia((now: CardMedia, insertion) => media.push([now, insertion?.number].filter(Boolean).join(' ')));
  reader.onReport(({ state, reason }) => reports.push([state, reason].filter(Boolean).join(' ')));
  reader.start();
  return { reader, media, reports };
}

/** Processes that talk to this pcscd, by its socket in their environment; a fork of another test has another. */
export function childrenOf(slot: CardSlot): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'utf8');
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        return environment.includes(`PCSCLITE_CSOCK_NAME=${slot.transport.socket}`) && command.includes('pcsc-child');
      } catch {
        return false;
      }
    })
    .map(Number);
}

/**
 * A pcscd and a slot of its own for each test: a card taken out at the end of one is never half seen in the next. What
 * was started is stopped.
 */
export function slotPerTest(): { readonly slot: CardSlot; start(...options: OptionsOf<typeof startReader>): Rig } {
  let current: CardSlot | undefined;
  let rigs: Rig[] = [];
  beforeEach(async () => {
    current = await openSlot();
  });
  afterEach(async () => {
    current?.pcscd.resume();
    await Promise.all(rigs.map((rig) => rig.reader.stop()));
    rigs = [];
    await current?.stop();
    current = undefined;
  });
  const open = (): CardSlot => {
    if (current === undefined) throw new Error('outside a test');
    return current;
  };
  return {
    get slot() {
      return open();
    },
    start(...options) {
      const rig = startReader(open(), ...options);
      rigs.push(rig);
      return rig;
    },
  };
}

type OptionsOf<F> = F extends (slot: CardSlot, ...rest: infer Rest) => unknown ? Rest : never;
