export { type ApduChannel, type StatusMeaning, showStatus, statusMeaning } from './apdu.ts';
export { historicalBytes } from './atr.ts';
export { type Bank, type BinEntry, bankByCode, bankOf, banks } from './banks.ts';
export {
  type CardClass,
  type CardWitnesses,
  type Classification,
  classifyCard,
  compareHolders,
  type HolderComparison,
} from './classify.ts';
export type { FinancialData, FinancialElement, FinancialFault, FinancialWarning } from './financial-card.ts';
export {
  type Completion,
  type FinancialCard,
  type HostAnswer,
  type OnlineRequest,
  readFinancialCard,
} from './financial-transaction.ts';
export { last4, maskIdNumber, maskName, maskPan, maskPhone } from './masking.ts';
export {
  type Authentication,
  readSocialCard,
  type SocialAlgorithm,
  type SocialAuthenticator,
  type SocialCard,
  type SocialFault,
  type SocialHolder,
} from './social-card.ts';
export {
  type CardPinFault,
  cardPinLength,
  changeCardPin,
  type NewPinRefusal,
  newPinRefusal,
  type PinChange,
  PinDigits,
  sameDigits,
  verifyCardPin,
} from './social-pin.ts';
export type { SocialGeneration, SocialWarning } from './social-records.ts';
export {
  answerStaffChallenge,
  readStaffCard,
  type StaffCardFault,
  staffChallengeLength,
} from './staff-card.ts';
export { type TerminalParameters, type Transaction, terminalDefaults } from './terminal.ts';
