import type { CardFacts, DocumentFacts } from '#protocol/generated/kiosk.ts';
import type { Insertion } from '../../devices/card-reader.ts';
import type { IdentityDocument } from '../../documents/index.ts';
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

  constructor(clock: Clock, lifetimeMs: number) {
    this.#clock = clock;
    this.#lifetimeMs = lifetimeMs;
  }

  addCard(insertion: Insertion, contents: CardContents, facts: CardFacts): CardEvidence {
    const evidence: CardEvidence = { kind: 'card', id: newId(), insertion, atMs: this.#clock.nowMs(), contents, facts };
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
    return evidence !== undefined && this.#fresh(evidence.atMs) ? evidence : undefined;
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
    this.#cards.clear();
    this.#pins.clear();
    this.#documents.clear();
  }

  #fresh(atMs: number): boolean {
    return this.#clock.nowMs() - atMs <= this.#lifetimeMs;
  }
}
