import { buildCard, buildStaffCard, type CardPinState, ChipCard } from '../cards/index.ts';
import { asT0, type VirtualCard } from '../virtual-reader/index.ts';
import { type StaffCardId, staffCardOf } from '../wallet/staff.ts';
import { type WalletCardId, walletCard } from '../wallet/wallet.ts';

/** A customer's card or one of the staff. */
export type InsertableId = WalletCardId | StaffCardId;

/** The chips of the cards that a hand holds: each keeps its counters from one insertion to the next. */
export class CardWallet {
  readonly #transactionsOf: (id: WalletCardId) => number;
  readonly #cards = new Map<InsertableId, VirtualCard>();
  /** The same cards without their T=0 side. */
  readonly #chips = new Map<InsertableId, VirtualCard>();

  /** @param transactionsOf what the card's bank has seen: a card must not be younger than its bank remembers */
  constructor(transactionsOf: (id: WalletCardId) => number) {
    this.#transactionsOf = transactionsOf;
  }

  card(id: InsertableId): VirtualCard {
    const kept = this.#cards.get(id);
    if (kept !== undefined) return kept;
    const chip = this.#build(id);
    const card = asT0(chip);
    this.#chips.set(id, chip);
    this.#cards.set(id, card);
    return card;
  }

  pin(id: WalletCardId): CardPinState | undefined {
    this.card(id);
    const chip = this.#chips.get(id);
    return chip instanceof ChipCard ? chip.cardPin : undefined;
  }

  renew(): void {
    this.#cards.clear();
    this.#chips.clear();
  }

  #build(id: InsertableId): VirtualCard {
    const ofStaff = staffCardOf(id);
    if (ofStaff !== undefined) return buildStaffCard(ofStaff.staff);
    const customer = walletCard(id as WalletCardId);
    return buildCard(customer.id, { atc: this.#transactionsOf(customer.id) });
  }
}
