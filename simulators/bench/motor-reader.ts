import { setTimeout as delay } from 'node:timers/promises';
import { buildBlankCard, type CardPinState } from '../cards/index.ts';
import { CrtEmulator } from '../emulators/crt591/index.ts';
import { type Fault, FaultPanel, type Line } from '../emulators/line/index.ts';
import type { VirtualCard } from '../virtual-reader/index.ts';
import type { WalletCardId } from '../wallet/wallet.ts';
import { Refusal } from './api/refusal.ts';
import type { BenchCardReader, ReaderConnection } from './card-reader.ts';
import { CardWallet, type InsertableId } from './card-wallet.ts';

/** What a hopper holds when the unit is delivered. */
const firstLoad = 50;
/** A hand at the gate is patient: the card is asked for and read, or comes out when the visit ends. */
const patienceMs = 20_000;
const lookMs = 10;

const chipFaults = {
  mute: { kind: 'switch', description: 'The chip does not answer to reset' },
  pullAtCommand: {
    kind: 'number',
    unit: 'commands',
    description: 'The card is pulled out by force while the chip works on its n-th command from now',
  },
} as const;
type FaultName = keyof typeof chipFaults;
const isOfChip = (name: string): name is FaultName => Object.hasOwn(chipFaults, name);

/** What stands behind the gate: hopper, path and bin. */
export interface BenchDispenser {
  state(): ReturnType<CrtEmulator['state']>;
  /** A person takes the card that stands at the gate now. Throws a `Refusal` when none does. */
  take(): void;
  /** A person pulls out the card that is in, by force. Throws a `Refusal` when none is. */
  pull(): void;
  /** Blank cards into the hopper. */
  load(cards: number): void;
  /** The technician empties the bin; what the unit has counted stays. */
  emptyBin(): void;
}

/** The card unit with the hand before its gate. */
export class MotorReader implements BenchCardReader, BenchDispenser {
  readonly connection: ReaderConnection;
  readonly pcscd = undefined;
  readonly emulator: CrtEmulator;
  readonly #wallet: CardWallet;
  readonly #panel = new FaultPanel<FaultName>(chipFaults);
  /** Whose chip a card in the unit carries. */
  readonly #owners = new Map<VirtualCard, InsertableId>();

  constructor(options: {
    readonly line: Line;
    readonly timeScale: number;
    readonly transactionsOf: (id: WalletCardId) => number;
  }) {
    this.connection = { driver: 'crt591', port: options.line.address };
    this.emulator = new CrtEmulator({ line: options.line, timeScale: options.timeScale });
    this.#wallet = new CardWallet(options.transactionsOf);
    this.load(firstLoad);
  }

  get plugged(): boolean {
    return this.emulator.state().plugged && this.emulator.mechanics.powered;
  }

  inserted(): InsertableId | undefined {
    const chip = this.emulator.mechanics.inPath?.chip;
    return chip && this.#owners.get(chip);
  }

  async insert(id: InsertableId): Promise<void> {
    const chip = this.#inHand(id);
    if (await this.#atGate(() => this.emulator.take() || this.emulator.insert(chip), chip)) return;
    throw new Refusal(409, 'the gate does not take a card: it is shut, or another card is inside');
  }

  async remove(): Promise<void> {
    const { emulator } = this;
    if (await this.#atGate(() => emulator.take() || emulator.mechanics.inPath === undefined)) return;
    throw new Refusal(409, 'the card is inside and does not come out');
  }

  cardPin(id: WalletCardId): CardPinState | undefined {
    return this.#wallet.pin(id);
  }

  take(): void {
    if (!this.emulator.take()) throw new Refusal(409, 'no card stands at the gate');
  }

  pull(): void {
    if (!this.emulator.pull()) throw new Refusal(409, 'no card is in');
  }

  load(cards: number): void {
    this.emulator.load(cards, buildBlankCard);
  }

  emptyBin(): void {
    this.emulator.emptyBin();
  }

  state(): ReturnType<CrtEmulator['state']> {
    return this.emulator.state();
  }

  faults(): readonly Fault[] {
    return [...this.#panel.list(), ...this.emulator.faults()];
  }

  async setFault(name: string, value: boolean | number): Promise<void> {
    if (isOfChip(name)) {
      this.#panel.set(name, value);
      return;
    }
    this.emulator.setFault(name, value);
    const { line } = this.emulator;
    if (name === 'unplugged') await (value === true ? line.unplug() : line.replug());
  }

  setTimeScale(scale: number): void {
    this.emulator.setTimeScale(scale);
  }

  async setPower(on: boolean): Promise<void> {
    this.emulator.setPower(on);
  }

  async renew(): Promise<void> {
    const { mechanics } = this.emulator;
    for (const card of mechanics.at('feeding', 'read', 'leaving', 'gate', 'binning', 'bin'))
      mechanics.put(card, 'hand');
    this.#wallet.renew();
    this.#owners.clear();
    const missing = firstLoad - mechanics.at('hopper').length;
    if (missing > 0) this.load(missing);
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  /** Tries until it is done. A card that was taken out in between leaves the way free for the other. */
  async #atGate(done: () => boolean, wanted?: VirtualCard): Promise<boolean> {
    const endsAtMs = performance.now() + patienceMs;
    for (;;) {
      if (done() && (wanted === undefined || this.emulator.mechanics.inPath?.chip === wanted)) return true;
      if (performance.now() >= endsAtMs) return false;
      await delay(lookMs);
    }
  }

  #inHand(id: InsertableId): VirtualCard {
    const known = [...this.#owners].find(([, owner]) => owner === id)?.[0];
    if (known !== undefined && this.emulator.mechanics.at('bin').some(({ chip }) => chip === known))
      throw new Refusal(409, 'that card is in the bin');
    const chip = known ?? this.#withFaults(this.#wallet.card(id));
    this.#owners.set(chip, id);
    return chip;
  }

  #withFaults(card: VirtualCard): VirtualCard {
    const panel = this.#panel;
    return {
      get atr() {
        return panel.on('mute') ? new Uint8Array() : card.atr;
      },
      reset: () => card.reset(),
      process: (apdu) => {
        if (panel.take('pullAtCommand') && !panel.on('pullAtCommand')) this.emulator.pull();
        return card.process(apdu);
      },
    };
  }
}
