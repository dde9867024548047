import { type Fault, FaultPanel } from './faults.ts';
import { openPtyWire } from './pty.ts';
import { openTcpWire } from './tcp.ts';

export { type Cabled, cabled } from './cabled.ts';
export { type Fault, type FaultDeclaration, FaultPanel } from './faults.ts';

/** The bare connection: a pseudo-terminal or a listening socket. */
export interface Wire {
  /** What the daemon's configuration says to reach it. */
  readonly address: string;
  send(bytes: Uint8Array): void;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  /** The device stops taking bytes, as with flow control. For good, until the next replug. */
  pause(): void;
  /** After the last unplug: leaves nothing on the machine. */
  dispose(): Promise<void>;
}

export type OpenWire = (received: (bytes: Uint8Array) => void) => Promise<Wire>;

/**
 * The emulator's end of a cable, with the faults that a cable can have.
 *
 *   daemon <- serial port or socket <- faults <- send()       emulator
 *   daemon -> serial port or socket -> faults -> onReceive()  emulator
 */
export interface Line {
  readonly address: string;
  readonly plugged: boolean;
  /** To the daemon. Nothing happens while unplugged. */
  send(bytes: Uint8Array): void;
  onReceive(listener: (bytes: Uint8Array) => void): void;
  onPlugged(listener: (plugged: boolean) => void): void;
  unplug(): Promise<void>;
  replug(): Promise<void>;
  faults(): readonly Fault[];
  /** Throws on an unknown name. */
  setFault(name: string, value: boolean | number): void;
  hasFault(name: string): boolean;
  /** The device takes no more bytes, as flow control has it; until the next replug. */
  pause(): void;
  close(): Promise<void>;
}

export type LineOptions =
  | {
      readonly kind: 'pty';
      /** Where the device node appears; a fresh one in a temporary folder when absent. */
      readonly path?: string;
      /** Appended to the address: `baudRate=115200`. */
      readonly query?: string;
    }
  | { readonly kind: 'tcp'; readonly port?: number };

const CABLE_FAULTS = {
  silent: { kind: 'switch', description: 'Nothing the device says arrives' },
  deaf: { kind: 'switch', description: 'Nothing said to the device arrives' },
  garbage: { kind: 'switch', description: 'What the device says arrives as noise of the same length' },
  byteDelayMs: { kind: 'number', unit: 'ms', description: 'Every byte from the device takes this long' },
  unplugAfterSent: {
    kind: 'number',
    unit: 'bytes',
    description: 'Pull the plug after so many more bytes from the device',
  },
  unplugAfterReceived: {
    kind: 'number',
    unit: 'bytes',
    description: 'Pull the plug after so many more bytes to the device',
  },
} as const;

/** Opens a cable: a pseudo-terminal made by socat, or a listening socket on loopback for one connection at a time. */
export async function openLine(options: LineOptions): Promise<Line> {
  const openWire =
    options.kind === 'pty' ? openPtyWire(options.path, options.query ?? '') : openTcpWire(options.port ?? 0);
  const receivers = new Set<(bytes: Uint8Array) => void>();
  const plugListeners = new Set<(plugged: boolean) => void>();
  const faults = new FaultPanel(CABLE_FAULTS);
  let plugged = true;
  let closed = false;
  // One hand: what it pulls out is out before it is put back.
  let hand = Promise.resolve();
  let noise = 0x2545f491;
  let outgoing: number[] = [];
  let timer: NodeJS.Timeout | undefined;

  /** Bytes that still get through when the plug is set to be pulled after n of them. */
  function countDown(name: 'unplugAfterSent' | 'unplugAfterReceived', bytes: Uint8Array): Uint8Array {
    const left = faults.number(name);
    if (left === 0) return bytes;
    if (bytes.length < left) {
      faults.set(name, left - bytes.length);
      return bytes;
    }
    faults.set(name, 0);
    queueMicrotask(() => void line.unplug());
    return bytes.subarray(0, left);
  }

  const wire = await openWire((bytes) => {
    if (!plugged) return;
    const through = countDown('unplugAfterReceived', bytes);
    if (faults.on('deaf')) return;
    for (const receiver of receivers) receiver(through);
  });

  function pump(): void {
    const byte = outgoing.shift();
    if (byte === undefined || !plugged) {
      timer = undefined;
      return;
    }
    wire.send(Uint8Array.of(byte));
    timer = setTimeout(pump, faults.number('byteDelayMs'));
  }

  const line: Line = {
    address: wire.address,
    get plugged() {
      return plugged;
    },
    send(bytes) {
      if (!plugged || faults.on('silent')) return;
      let out = countDown('unplugAfterSent', bytes);
      if (faults.on('garbage')) {
        out = out.map(() => {
          noise = (Math.imul(noise, 1664525) + 1013904223) >>> 0;
          return noise >>> 24;
        });
      }
      if (faults.on('byteDelayMs') || timer !== undefined) {
        outgoing.push(...out);
        timer ??= setTimeout(pump, faults.number('byteDelayMs'));
      } else {
        wire.send(out);
      }
    },
    onReceive: (listener) => void receivers.add(listener),
    onPlugged: (listener) => void plugListeners.add(listener),
    unplug() {
      if (plugged) {
        plugged = false;
        outgoing = [];
        for (const listener of plugListeners) listener(false);
        hand = hand.then(() => wire.unplug());
      }
      return hand;
    },
    replug() {
      hand = hand.then(async () => {
        if (plugged || closed) return;
        await wire.replug();
        plugged = true;
        for (const listener of plugListeners) listener(true);
      });
      return hand;
    },
    faults: () => faults.list(),
    setFault: (name, value) => faults.set(name, value),
    hasFault: (name) => faults.has(name),
    pause: () => wire.pause(),
    async close() {
      clearTimeout(timer);
      receivers.clear();
      plugListeners.clear();
      plugged = false;
      closed = true;
      hand = hand.then(() => wire.unplug());
      await hand;
      await wire.dispose();
    },
  };
  return line;
}
