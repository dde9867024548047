import { cardSpecs, type Localized, type WalletCardId } from './cards.ts';
import { type FinancialChip, financialChip, type SocialChip, socialChip } from './chips.ts';

export type { CardSpec, Localized, WalletCardId } from './cards.ts';
export {
  type BankCode,
  benchCardPin,
  bins,
  type FinancialChip,
  type FinancialStatus,
  type SocialChip,
  type SocialStatus,
} from './chips.ts';
export { type HolderId, type HostPerson, hostPeople } from './holders.ts';
export { type Person, type PersonId, people, personOf } from './people.ts';
export {
  type ApplicationRecord,
  applications,
  type BankAccountRecord,
  bankAccounts,
  benchPin,
  type MedicalAccountRecord,
  medicalAccounts,
  type SocialCardRecord,
  socialCardRecords,
} from './records.ts';

/**
 * The bench's wallet: cards to insert, and what the two hosts know about them and their holders. Pure data, all of it
 * synthetic. One card's chip facts and its host records come from one line of `cards.ts`, so they agree unless that line
 * says otherwise.
 */

export interface WalletCard {
  readonly id: WalletCardId;
  readonly label: Localized;
  /** Mute: no answer to reset. */
  readonly mute: boolean;
  readonly social: SocialChip | undefined;
  readonly financial: FinancialChip | undefined;
}

export const walletCards: readonly WalletCard[] = cardSpecs.map((spec) => ({
  id: spec.id,
  label: spec.label,
  mute: spec.mute ?? false,
  social: socialChip(spec),
  financial: financialChip(spec),
}));

export function walletCard(id: WalletCardId): WalletCard {
  const card = walletCards.find((candidate) => candidate.id === id);
  if (card === undefined) throw new Error(`no card ${id} in the wallet`);
  return card;
}
