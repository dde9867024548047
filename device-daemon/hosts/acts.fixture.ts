import type { CardActionRequest as BankOrder } from '#protocol/generated/bank-core.ts';
import type { Card, CardActionRequest, Consent, EvidenceRef } from '#protocol/generated/card-management.ts';
import { type HolderId, hostPeople } from '#simulators/wallet/wallet.ts';
import { type BankActionOrder, type DocumentOrder, newIdempotencyKey } from './index.ts';
import { good, type Rig } from './rig.fixture.ts';

/** What tests of acts on cards have in common. */

export const key = (): { readonly idempotencyKey: string } => ({ idempotencyKey: newIdempotencyKey() });

/** The document by which a host knows somebody; the first one, unless another is asked for. */
export function documentOf(id: HolderId, index = 0): DocumentOrder {
  const person = hostPeople.find((one) => one.id === id);
  const document = person?.documents[index];
  if (document === undefined) throw new Error(`${id} has no document ${index}`);
  const { type, number, names, country } = document;
  return {
    documentType: type,
    documentNumber: Buffer.from(number, 'latin1'),
    name: Buffer.from(names[0], 'utf8'),
    grade: 'chip',
    ...(country !== undefined && { issuingCountry: country }),
  };
}

export const numberOf = (id: HolderId): string => hostPeople.find((one) => one.id === id)?.number ?? '';

export const chipDocument: EvidenceRef = { kind: 'document', grade: 'chip' };
export const printedDocument: EvidenceRef = { kind: 'document', grade: 'ocr' };
/** Of another host, so the province believes the kiosk. */
export const codeOfTheBank: EvidenceRef = { kind: 'oneTimeCode', ref: 'O-somewhere' };
export const agreed: Consent[] = [{ text: 'formalLoss-1', at: '2026-11-24T08:00:00Z', choice: 'agreed' }];

/** One card of somebody at the province, as the kiosk has found it. */
export class SocialDesk {
  readonly #rig: Rig;
  readonly holderRef: string;
  card: Card;

  private constructor(rig: Rig, holderRef: string, card: Card) {
    this.#rig = rig;
    this.holderRef = holderRef;
    this.card = card;
  }

  static async of(rig: Rig, id: HolderId, index = 0): Promise<SocialDesk> {
    const { holderRef, cards } = good(await rig.cards.identifyDocument(documentOf(id)));
    const card = cards[index];
    if (card === undefined) throw new Error(`${id} has no card ${index}`);
    return new SocialDesk(rig, holderRef, card);
  }

  order(
    action: CardActionRequest['action'],
    evidence: readonly EvidenceRef[],
    more: Partial<Omit<CardActionRequest, 'terminalId'>> = {},
  ): Omit<CardActionRequest, 'terminalId'> {
    const { socialStatus, revision } = this.card;
    return {
      holderRef: this.holderRef,
      action,
      expectedState: socialStatus,
      expectedRevision: revision,
      evidence: [...evidence],
      ...more,
    };
  }

  act(...args: Parameters<SocialDesk['order']>): ReturnType<Rig['cards']['act']> {
    return this.#rig.cards.act(this.card.cardRef, this.order(...args), key());
  }

  /** Looks at the card again. */
  async look(): Promise<Card> {
    const { cards } = good(await this.#rig.cards.holderCards(this.holderRef));
    this.card = cards.find(({ cardRef }) => cardRef === this.card.cardRef) ?? this.card;
    return this.card;
  }
}

/** One account of somebody at the bank, as the kiosk has found it. */
export class BankDesk {
  readonly #rig: Rig;
  readonly holderRef: string;
  card: Awaited<ReturnType<typeof bankCards>>['cards'][number];

  private constructor(rig: Rig, holderRef: string, card: BankDesk['card']) {
    this.#rig = rig;
    this.holderRef = holderRef;
    this.card = card;
  }

  static async of(rig: Rig, id: HolderId, index = 0): Promise<BankDesk> {
    const { holderRef, cards } = await bankCards(rig, id);
    const card = cards[index];
    if (card === undefined) throw new Error(`${id} has no card ${index}`);
    return new BankDesk(rig, holderRef, card);
  }

  order(action: BankOrder['action'], evidence: readonly EvidenceRef[], more: Partial<BankActionOrder> = {}) {
    const { financialStatus, revision } = this.card;
    const order: BankActionOrder = {
      holderRef: this.holderRef,
      action,
      expectedState: financialStatus,
      expectedRevision: revision,
      evidence: [...evidence],
      ...more,
    };
    return order;
  }

  act(...args: Parameters<BankDesk['order']>): ReturnType<Rig['bank']['act']> {
    return this.#rig.bank.act(this.card.cardRef, this.order(...args), key());
  }

  async look(): Promise<BankDesk['card']> {
    const { cards } = good(await this.#rig.bank.holderCards(this.holderRef));
    this.card = cards.find(({ cardRef }) => cardRef === this.card.cardRef) ?? this.card;
    return this.card;
  }
}

const bankCards = async (rig: Rig, id: HolderId) => good(await rig.bank.identifyDocument(documentOf(id)));
