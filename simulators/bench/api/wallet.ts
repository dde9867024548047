import { walletDocuments } from '../../wallet/documents.ts';
import { walletGuide } from '../../wallet/guide.ts';
import { staffCards } from '../../wallet/staff.ts';
import { benchPin, bins, personOf, type WalletCard, walletCards } from '../../wallet/wallet.ts';
import { documentFaces } from './document-faces.ts';

/** `GET /api/wallet`: what can be inserted, what it looks like, what it is good for, and its PIN. */
export const wallet: Readonly<Record<'cards' | 'staffCards' | 'documents', readonly object[]>> = {
  // The branch's, not the customer's.
  staffCards: staffCards.map(({ id, label, use, staff }) => ({
    id,
    label,
    use,
    pin: staff.pin,
    face: { kind: 'staff', generation: null, bank: null, holder: null, lastDigits: staff.number },
  })),
  documents: walletDocuments.map(({ id, label, use, content }) => ({
    id,
    label,
    use,
    place: content.place,
    face: documentFaces[id],
  })),
  cards: walletCards.map((card) => ({
    id: card.id,
    label: card.label,
    use: walletGuide[card.id],
    // Without a bank side there is nothing that would ask for one.
    pin: card.financial === undefined ? null : benchPin,
    face: faceOf(card),
  })),
};

/** As printed on the plastic; people and numbers are synthetic. */
function faceOf({ social, financial, mute }: WalletCard): object {
  const number = social?.cardNumber ?? financial?.pan;
  return {
    kind: social === undefined && !mute ? 'debit' : 'social',
    generation: social?.generation ?? null,
    bank: financial === undefined ? null : financial.pan.startsWith(bins.abc) ? 'abc' : 'icbc',
    holder: social === undefined ? null : personOf(social.holder).name,
    lastDigits: number?.slice(-4) ?? null,
  };
}
