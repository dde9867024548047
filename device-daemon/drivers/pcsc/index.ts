import type { CardReader } from '../../devices/card-reader.ts';
import { type ChannelWatcher, watchedSlot } from '../../transports/index.ts';
import { PcscChannel } from '../../transports/pcsc/pcsc-channel.ts';
import { VpcdChannel } from '../../transports/vpcd/vpcd-channel.ts';
import { DipCardReader } from './card-reader.ts';
import { timing } from './timing.ts';

export interface PcscReaderOptions {
  /** The device's name in the configuration. */
  readonly name: string;
  /**
   * `pcsc`: the reader of which `reader` is part of the PC/SC name (empty: the first), by the system's pcscd or the one
   * behind `socket`. `vpcd`: no pcscd; we listen on 127.0.0.1 as the virtual reader's driver does (`port` 0: any free one).
   */
  readonly transport:
    | {
        readonly kind: 'pcsc';
        readonly reader: string;
        /** Refuses another reader than the one whose name carries it. */
        readonly serialNumber?: string;
        readonly allowVirtual: boolean;
        readonly socket?: string;
      }
    | { readonly kind: 'vpcd'; readonly port: number };
  /** See README.md: `omit` for readers that hand the bytes to a T=0 card as they are. */
  readonly caseFourLe?: 'send' | 'omit';
  readonly watcher?: ChannelWatcher;
}

export function createPcscCardReader(options: PcscReaderOptions): CardReader {
  const { transport } = options;
  const channel =
    transport.kind === 'pcsc'
      ? new PcscChannel({ ...transport, timing })
      : new VpcdChannel({ port: transport.port, host: '127.0.0.1' });
  return new DipCardReader({
    name: options.name,
    channel: options.watcher === undefined ? channel : watchedSlot(channel, options.watcher),
    ...(options.caseFourLe === undefined ? {} : { caseFourLe: options.caseFourLe }),
  });
}

// The virtual reader's framing, for the card's side of it.
export { control, FrameReader, frame, maximumAtrLength } from '../../transports/vpcd/framing.ts';
export { DipCardReader } from './card-reader.ts';
export { mask } from './mask.ts';
