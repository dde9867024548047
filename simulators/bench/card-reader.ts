import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { CardPinState } from '../cards/index.ts';
import { type Fault, FaultPanel } from '../emulators/line/index.ts';
import { openCardSlot, type PrivatePcscd } from '../pcscd/index.ts';
import { type CardFaultScript, VirtualReader } from '../virtual-reader/index.ts';
import type { WalletCardId } from '../wallet/wallet.ts';
import { CardWallet, type InsertableId } from './card-wallet.ts';
import type { BenchDevice } from './device.ts';

/** A T=0 chip at 9600 baud spends about so long on a command of the social-security application, the line included. */
const chipMs = 30;
/** A hand that takes one card out and puts another one in. */
const swapMs = 500;

const chipFaults = {
  mute: { kind: 'switch', description: 'The chip does not answer to reset' },
  silent: { kind: 'switch', description: 'The chip takes commands and never answers' },
  garbage: { kind: 'switch', description: 'The chip answers with one byte, which is no response' },
  slowMs: { kind: 'number', unit: 'ms', description: 'The chip takes so long for every command' },
  pullAtCommand: {
    kind: 'number',
    unit: 'commands',
    description: 'The card is pulled out while the chip works on its n-th command from now, or from its insertion',
  },
} as const;

/** Only where a pcscd stands between reader and daemon. */
const serviceFaults = {
  unplugged: { kind: 'switch', description: 'The reader is unplugged' },
  serviceStopped: { kind: 'switch', description: 'pcscd has died' },
  serviceFrozen: { kind: 'switch', description: 'pcscd stands still: calls to it never return' },
} as const;

type FaultName = keyof typeof chipFaults | keyof typeof serviceFaults;

export type ReaderConnection =
  | { readonly driver: 'pcsc'; readonly reader: string; readonly socket: string }
  | { readonly driver: 'vpcd'; readonly vpcdPort: number }
  | { readonly driver: 'crt591'; readonly port: string };

/** The reader with the hand that holds the cards. */
export interface BenchCardReader extends BenchDevice {
  /** `devices.cardReader` of the daemon's configuration. */
  readonly connection: ReaderConnection;
  /** Undefined where the daemon plays the reader's driver itself (`vpcd`), and where it moves the cards. */
  readonly pcscd: PrivatePcscd | undefined;
  /** The card of the wallet that is in the reader now. */
  inserted(): InsertableId | undefined;
  /** In place of the card that may be there, as soon as the reader takes it. A wallet card keeps its counters from one insertion to the next. */
  insert(id: InsertableId): Promise<void>;
  /** The PIN that the chip of a wallet card really has, and its tries; undefined where it has none. */
  cardPin(id: WalletCardId): CardPinState | undefined;
  /** Takes the card out; where the reader moves it, as soon as it comes out. */
  remove(): Promise<void>;
  setTimeScale(scale: number): void;
  /** The mains go or come back: at once for the card, a moment later for pcscd. */
  setPower(on: boolean): Promise<void>;
  /** Takes the card out, and new ones into the wallet. */
  renew(): Promise<void>;
  close(): Promise<void>;
}

/** A private pcscd, or the bare virtual reader where there is none (or none is wanted). */
export async function openCardReader(options: {
  readonly kind: 'pcscd' | 'vpcd' | 'best';
  readonly timeScale: number;
  /** Transactions that the card's bank has seen: a card must not be younger than its bank remembers. */
  readonly transactionsOf: (id: WalletCardId) => number;
}): Promise<BenchCardReader> {
  if (options.kind !== 'vpcd') {
    const slot = await openCardSlot();
    if (slot.ok) {
      const { reader, pcscd, transport, stop } = slot.value;
      const connection = { driver: 'pcsc', reader: transport.reader, socket: transport.socket } as const;
      return new DipReader({ ...options, connection, reader, pcscd, stop });
    }
    if (options.kind === 'pcscd' || slot.error.code === 'failed')
      throw new Error(`no private pcscd: ${slot.error.code}, ${slot.error.detail}`);
  }
  const vpcdPort = await freePort();
  const reader = new VirtualReader({ slot: { host: '127.0.0.1', port: vpcdPort } });
  const connection = { driver: 'vpcd', vpcdPort } as const;
  return new DipReader({ ...options, connection, reader, pcscd: undefined, stop: () => reader.close() });
}

class DipReader implements BenchCardReader {
  readonly connection: ReaderConnection;
  readonly reader: VirtualReader;
  readonly pcscd: PrivatePcscd | undefined;
  readonly #stop: () => Promise<void>;
  readonly #panel: FaultPanel<FaultName>;
  readonly #wallet: CardWallet;
  #timeScale: number;
  #dark = false;
  #last: InsertableId | undefined;
  /** One hand: acts on the reader follow one another. */
  #hand: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly connection: ReaderConnection;
    readonly reader: VirtualReader;
    readonly pcscd: PrivatePcscd | undefined;
    readonly timeScale: number;
    readonly transactionsOf: (id: WalletCardId) => number;
    readonly stop: () => Promise<void>;
  }) {
    this.connection = options.connection;
    this.reader = options.reader;
    this.pcscd = options.pcscd;
    this.#timeScale = options.timeScale;
    this.#wallet = new CardWallet(options.transactionsOf);
    this.#stop = options.stop;
    const declared: Partial<typeof serviceFaults> = this.pcscd === undefined ? {} : serviceFaults;
    this.#panel = new FaultPanel<FaultName>({ ...declared, ...chipFaults } as typeof serviceFaults & typeof chipFaults);
    this.#applyChipFault();
  }

  get plugged(): boolean {
    return !this.#panel.on('unplugged') && !this.#dark;
  }

  inserted(): InsertableId | undefined {
    return this.reader.card === undefined ? undefined : this.#last;
  }

  insert(id: InsertableId): Promise<void> {
    return this.#act(async () => {
      if (this.reader.card !== undefined) {
        await this.reader.remove();
        await delay(swapMs * this.#timeScale);
      }
      this.#notePull();
      this.#applyChipFault();
      this.#last = id;
      await this.reader.insert(this.#wallet.card(id));
    });
  }

  cardPin(id: WalletCardId): CardPinState | undefined {
    return this.#wallet.pin(id);
  }

  remove(): Promise<void> {
    return this.#act(() => this.reader.remove());
  }

  faults(): readonly Fault[] {
    this.#notePull();
    return this.#panel.list();
  }

  setFault(name: string, value: boolean | number): Promise<void> {
    this.#notePull();
    this.#panel.set(name, value);
    return this.#act(async () => {
      if (name === 'unplugged') await this.#setPlugged(value !== true && !this.#dark);
      else if (name === 'serviceStopped') await this.#setService(value !== true);
      else if (name === 'serviceFrozen') await (value === true ? this.pcscd?.freeze() : this.pcscd?.resume());
      else this.#applyChipFault();
    });
  }

  setTimeScale(scale: number): void {
    this.#timeScale = scale;
    this.#notePull();
    if (!this.#panel.on('pullAtCommand')) this.#applyChipFault();
  }

  setPower(on: boolean): Promise<void> {
    this.#dark = !on;
    if (!on) this.reader.setPower(false);
    return this.#act(async () => {
      if (!this.#panel.on('unplugged')) await this.#setPlugged(on);
      if (on) this.reader.setPower(true);
    });
  }

  async renew(): Promise<void> {
    await this.remove();
    this.#wallet.renew();
  }

  async close(): Promise<void> {
    await this.#hand;
    await this.#stop();
  }

  async #setPlugged(plugged: boolean): Promise<void> {
    const { pcscd } = this;
    expect(await (plugged ? pcscd?.plugReaders() : pcscd?.unplugReaders()));
    // What moves the reader starts pcscd anew; what is wrong with pcscd stays wrong.
    if (this.#panel.on('serviceStopped')) await pcscd?.kill();
    if (this.#panel.on('serviceFrozen')) await pcscd?.freeze();
  }

  async #setService(running: boolean): Promise<void> {
    if (!running) return this.pcscd?.kill();
    expect(await this.pcscd?.start());
    if (this.#panel.on('serviceFrozen')) await this.pcscd?.freeze();
  }

  /** The reader knows one fault at a time: the one that would be noticed first. */
  #applyChipFault(): void {
    const ms = this.#panel.number('slowMs') + chipMs * this.#timeScale;
    const faults: readonly (CardFaultScript | false)[] = [
      this.#panel.on('mute') && { kind: 'mute' },
      this.#panel.on('pullAtCommand') && { kind: 'pull', atApdu: this.#panel.number('pullAtCommand') },
      this.#panel.on('silent') && { kind: 'silent' },
      this.#panel.on('garbage') && { kind: 'garbage' },
      ms > 0 && { kind: 'slow', delayMs: ms },
    ];
    this.reader.setFault(faults.find((fault) => fault !== false) || undefined);
  }

  /** A pull happens once; afterwards the switch is back. */
  #notePull(): void {
    if (!this.#panel.on('pullAtCommand') || this.#panel.on('mute') || this.reader.fault?.kind === 'pull') return;
    this.#panel.set('pullAtCommand', 0);
    this.#applyChipFault();
  }

  #act(act: () => Promise<void>): Promise<void> {
    const done = this.#hand.then(act);
    this.#hand = done.catch(() => undefined);
    return done;
  }
}

/** A pcscd that does not come back is no fault to play with: the bench itself is broken. */
function expect(result: Awaited<ReturnType<PrivatePcscd['start']>> | undefined): void {
  if (result?.ok === false) throw new Error(`private pcscd: ${result.error.code}, ${result.error.detail}`);
}

/** Below those that the system takes for outgoing connections (from 32768): it could take one before it is used. */
const unasked = { from: 20_000, to: 32_768 } as const;

export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 50; tries += 1) {
    const port = randomInt(unasked.from, unasked.to);
    const server = createServer();
    const free = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
  throw new Error('no free port');
}
