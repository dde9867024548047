/** The far side of a card unit: cards are things, and a ledger writes down where each of them went. */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { VirtualCard } from '../../virtual-reader/index.ts';

/** `feeding`: between hopper and read position; `leaving`: between read position and gate; `binning`: on the way to the bin. */
export type Place = 'hopper' | 'feeding' | 'read' | 'leaving' | 'gate' | 'binning' | 'bin' | 'hand';

export interface MechanicalCard {
  readonly number: number;
  readonly chip: VirtualCard | undefined;
  place: Place;
  /** How often it left its hopper, and how often it came to a person's hand. */
  fed: number;
  handedOut: number;
  /** Another card that sticks to it and goes where it goes. */
  stuck: MechanicalCard | undefined;
}

export interface Movement {
  readonly card: number;
  readonly from: Place;
  readonly to: Place;
}

/** A step of so many milliseconds; of none at all it still lets others go first. */
export const after = (stepMs: number) => (): Promise<unknown> => (stepMs === 0 ? nextTurn() : delay(stepMs));

export class Mechanics {
  readonly cards: MechanicalCard[] = [];
  readonly ledger: Movement[] = [];
  readonly binCapacity: number;
  readonly lowAt: number;
  #powered = true;

  constructor(options: { readonly binCapacity?: number; readonly lowAt?: number } = {}) {
    this.binCapacity = options.binCapacity ?? 50;
    this.lowAt = options.lowAt ?? 5;
  }

  make(place: 'hopper' | 'hand', chip?: VirtualCard): MechanicalCard {
    const card = { number: this.cards.length + 1, chip, place, fed: 0, handedOut: 0, stuck: undefined };
    this.cards.push(card);
    return card;
  }

  at(...places: readonly Place[]): readonly MechanicalCard[] {
    return this.cards.filter((card) => places.includes(card.place));
  }

  /** The card in the path; one that sticks behind it is not seen. */
  get inPath(): MechanicalCard | undefined {
    const all = this.at('feeding', 'read', 'leaving', 'gate', 'binning');
    return all.find((card) => !all.some((other) => other.stuck === card));
  }

  put(card: MechanicalCard, to: Place): void {
    const from = card.place;
    if (from === to) return;
    this.ledger.push({ card: card.number, from, to });
    if (from === 'hopper') card.fed += 1;
    if (to === 'hand') card.handedOut += 1;
    card.place = to;
    if (card.stuck !== undefined) this.put(card.stuck, to);
    if (to === 'hand' || to === 'bin') card.stuck = undefined;
  }

  /** A motor carries it through the places; without power, or from `stopBefore` on, it stays where it is. */
  async carry(
    card: MechanicalCard,
    way: readonly Place[],
    options: {
      /** The time from one place to the next. */
      readonly step: () => Promise<unknown>;
      readonly stopBefore?: number;
      readonly cutBefore?: number;
    },
  ): Promise<'there' | 'stuck' | 'cut'> {
    let at = card.place;
    for (const [step, place] of way.entries()) {
      if (step === options.stopBefore) return 'stuck';
      if (step === options.cutBefore) this.cut();
      if (!this.#powered) return 'cut';
      // A card moves in the world's time, so the power can go between two places.
      await options.step();
      if (!this.#powered) return 'cut';
      // A hand was stronger.
      if (card.place !== at) return 'stuck';
      this.put(card, place);
      at = place;
    }
    return 'there';
  }

  get powered(): boolean {
    return this.#powered;
  }

  cut(): void {
    this.#powered = false;
  }

  restore(): void {
    this.#powered = true;
  }
}
