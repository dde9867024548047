import type { CardFacts, DocumentFacts } from '#protocol/generated/kiosk.ts';
import type { Insertion } from '../../devices/card-reader.ts';
import type { IdentityDocument } from '../../documents/index.ts';
import { wipeSecrets } from '../../sagas/index.ts';
import type { CheckEvidence, HolderEvidence, NewPinEvidence } from './acts/holder.ts';
import type { Clock } from './clock.ts';
import { newId } from './identifiers.ts';
import type { CardContents } from './read-card.ts';

/** What a card gave in one insertion. Raw values are Buffers inside `contents`, zeroed by `wipe`. */
export interface CardEvidence {
  readonly kind: 'card';
  readonly id: string;
  readonly insertion: Insertion;
  readonly atMs: number;
  readonly contents: CardContents;
  readonly facts: CardFacts;
  /** `act`: nothing is told of its accounts, since it may be reported lost. */
  readonly purpose: 'inquiry' | 'act';
}

/** What a document said. Raw values are Buffers inside `document`, zeroed by its `wipe`. */
export interface DocumentEvidence {
  readonly kind: 'document';
  readonly id: string;
  readonly atMs: number;
  readonly document: IdentityDocument;
  readonly facts: DocumentFacts;
}

/** An encrypted PIN block, good for one request about the card that was in when it was entered. */
export interface PinEvidence {
  readonly kind: 'pin';
  readonly id: string;
  readonly cardId: string;
  readonly atMs: number;
  readonly block: Uint8Array;
  readonly format: 'iso0' | 'sm4';
  readonly keySetId: string;
}

/** What a card gave is void after the store's own time; these last longer, since people read and wait for messages. */
export const lifetimes = {
  /** A document goes back to its owner at once; what it said is needed until the act, by a person who reads slowly. */
  documentMs: 15 * 60_000,
  /** As long as a staff approval is good (design.md 7). */
  checkMs: 5 * 60_000,
  /** From its last key to the command nobody is asked anything: what takes longer has been left alone. */
  cardPinMs: 20_000,
} as const;

/**
 * The evidence of one visit. It is void after its time, when the card leaves, when the visit ends; a commit consumes a
 * PIN block. The browser holds ids only.
 */
export class EvidenceStore {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  #cards = new Map<string, CardEvidence>();
  #pins = new Map<string, PinEvidence>();
  #documents = new Map<string, DocumentEvidence>();
  #holders = new Map<string, HolderEvidence>();
  #checks = new Map<string, CheckEvidence>();
  #newPins = new Map<string, NewPinEvidence>();

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  addCard(facts: Omit<CardEvidence, 'kind' | 'id' | 'atMs'>): CardEvidence {
    const evidence: CardEvidence = { kind: 'card', id: newId(), atMs: this.#clock.nowMs(), ...facts };
    this.#cards.set(evidence.id, evidence);
    return evidence;
  }

  addDocument(document: IdentityDocument, facts: DocumentFacts): DocumentEvidence {
    const evidence: DocumentEvidence = { kind: 'document', id: newId(), atMs: this.#clock.nowMs(), document, facts };
    this.#documents.set(evidence.id, evidence);
    return evidence;
  }

  document(id: string): DocumentEvidence | undefined {
    const evidence = this.#documents.get(id);
    return evidence !== undefined && this.#within(evidence.atMs, lifetimes.documentMs) ? evidence : undefined;
  }

  addHolder(facts: Omit<HolderEvidence, 'kind' | 'id'>): HolderEvidence {
    const evidence: HolderEvidence = { kind: 'holder', id: newId(), ...facts };
    this.#holders.set(evidence.id, evidence);
    return evidence;
  }

  holder(id: string): HolderEvidence | undefined {
    return this.#holders.get(id);
  }

  addCheck(facts: Omit<CheckEvidence, 'kind' | 'id' | 'atMs'>): CheckEvidence {
    const evidence: CheckEvidence = { kind: 'check', id: newId(), atMs: this.#clock.nowMs(), ...facts };
    this.#checks.set(evidence.id, evidence);
    return evidence;
  }

  check(id: string): CheckEvidence | undefined {
    const evidence = this.#checks.get(id);
    return evidence !== undefined && this.#within(evidence.atMs, lifetimes.checkMs) ? evidence : undefined;
  }

  addNewPin(facts: Omit<NewPinEvidence, 'kind' | 'id' | 'atMs'>): NewPinEvidence {
    const evidence: NewPinEvidence = { kind: 'newPin', id: newId(), atMs: this.#clock.nowMs(), ...facts };
    this.#newPins.set(evidence.id, evidence);
    return evidence;
  }

  newPin(id: string): NewPinEvidence | undefined {
    const evidence = this.#newPins.get(id);
    if (evidence === undefined) return undefined;
    const lifetimeMs = 'cardPin' in evidence.secret ? lifetimes.cardPinMs : lifetimes.checkMs;
    return this.#within(evidence.atMs, lifetimeMs) ? evidence : undefined;
  }

  /** An act uses up what was shown for it: the blocks are the act's from now on. */
  consume(...ids: readonly (string | undefined)[]): void {
    for (const id of ids) {
      if (id === undefined) continue;
      this.#checks.delete(id);
      this.#newPins.delete(id);
    }
  }

  addPin(cardId: string, block: Uint8Array, format: 'iso0' | 'sm4', keySetId: string): PinEvidence {
    const evidence: PinEvidence = {
      kind: 'pin',
      id: newId(),
      cardId,
      atMs: this.#clock.nowMs(),
      block,
      format,
      keySetId,
    };
    this.#pins.set(evidence.id, evidence);
    return evidence;
  }

  isEmpty(): boolean {
    return this.#cards.size === 0;
  }

  /** Undefined when it never was, has expired or was voided. */
  card(id: string): CardEvidence | undefined {
    const evidence = this.#cards.get(id);
    if (evidence === undefined || !this.#fresh(evidence.atMs)) return undefined;
    return evidence;
  }

  /** What that insertion gave, while it is fresh. */
  cardOf(insertion: Insertion): CardEvidence | undefined {
    const found = [...this.#cards.values()].find((card) => card.insertion.number === insertion.number);
    return found === undefined ? undefined : this.card(found.id);
  }

  /** Hands the block out once; the caller zeroes it. */
  takePin(id: string, cardId: string): PinEvidence | undefined {
    const evidence = this.#pins.get(id);
    if (evidence === undefined || evidence.cardId !== cardId) return undefined;
    this.#pins.delete(id);
    if (this.#fresh(evidence.atMs)) return evidence;
    evidence.block.fill(0);
    return undefined;
  }

  /** The card left: what it gave, and PINs entered for it, are void. */
  voidInsertion(number: number): void {
    for (const card of this.#cards.values()) {
      if (card.insertion.number !== number) continue;
      card.contents.wipe();
      this.#cards.delete(card.id);
      for (const pin of this.#pins.values()) {
        if (pin.cardId !== card.id) continue;
        pin.block.fill(0);
        this.#pins.delete(pin.id);
      }
    }
  }

  wipe(): void {
    for (const card of this.#cards.values()) card.contents.wipe();
    for (const pin of this.#pins.values()) pin.block.fill(0);
    for (const { document } of this.#documents.values()) document.wipe();
    for (const { pinBlock } of this.#checks.values()) pinBlock?.block.fill(0);
    for (const { secret } of this.#newPins.values()) wipeSecrets(secret);
    for (const kind of [this.#cards, this.#pins, this.#documents, this.#holders, this.#checks, this.#newPins])
      kind.clear();
  }

  #fresh(atMs: number): boolean {
    return this.#within(atMs, this.#lifetimeMs);
  }

  #within(atMs: number, lifetimeMs: number): boolean {
    return this.#clock.nowMs() - atMs <= lifetimeMs;
  }
}
