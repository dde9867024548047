import type { BankCard } from '#protocol/generated/bank-core.ts';
import type { Card } from '#protocol/generated/card-management.ts';
import type { Act, ForWhom, LiveCheckKind } from '#protocol/generated/kiosk.ts';
import type { Insertion } from '../../../devices/card-reader.ts';
import type { PinBlockOrder } from '../../../hosts/index.ts';
import type { CardActSecrets } from '../../../sagas/index.ts';
import type { DocumentEvidence } from '../evidence.ts';

/** One of the holder's cards: what each host says of it, with the hosts' own references. */
export interface KnownCard {
  readonly id: string;
  readonly province: Card | undefined;
  readonly bank: BankCard | undefined;
}

/** How a host answered about the person. */
export type HostWord = 'answered' | 'noSuchPerson' | 'unavailable' | 'noAnswer';

/** Who the holder is, as both hosts know; good until the visit ends. */
export interface HolderEvidence {
  readonly kind: 'holder';
  readonly id: string;
  readonly forWhom: ForWhom;
  readonly document: DocumentEvidence;
  /** Joins journal entries about one person, and counts what one person asks for. */
  readonly token: string;
  readonly provinceRef: string | undefined;
  readonly bankRef: string | undefined;
  readonly agentRef: string | undefined;
  /** The bank has a number on file that a code can go to. */
  readonly phoneMasked: string | undefined;
  readonly cards: readonly KnownCard[];
  readonly words: { readonly cardManagement: HostWord; readonly bankCore: HostWord };
  /** The card that was presented, if it is one of these. */
  readonly presented: { readonly cardId: string; readonly insertion: Insertion; readonly genuine: boolean } | undefined;
}

/** A live check that was passed, for one act on one card. */
export interface CheckEvidence {
  readonly kind: 'check';
  readonly id: string;
  readonly holderId: string;
  readonly cardId: string;
  readonly act: Act;
  readonly by: LiveCheckKind;
  /** What the host issued for it. */
  readonly ref: string | undefined;
  readonly at: string;
  readonly atMs: number;
  /** The PIN as it is, for a change of it. */
  readonly pinBlock: PinBlockOrder | undefined;
}

/** A new PIN, entered twice: of a bank PIN only the bank can compare the two, the card's own is compared already. */
export interface NewPinEvidence {
  readonly kind: 'newPin';
  readonly id: string;
  readonly holderId: string;
  readonly cardId: string;
  readonly act: Act;
  readonly atMs: number;
  readonly secret: Required<Pick<CardActSecrets, 'newPinBlocks'>> | Required<Pick<CardActSecrets, 'cardPin'>>;
}
