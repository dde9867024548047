import type { WalletDocumentId } from '../../wallet/documents.ts';

/** What a document looks like from a step away: nothing that could be read off it. */
export interface DocumentFace {
  readonly form:
    | 'resident'
    | 'permit-hong-kong'
    | 'permit-macao'
    | 'permit-taiwan'
    | 'foreigner-2017'
    | 'foreigner-2023'
    | 'transit'
    | 'passport'
    | 'passport-foreign'
    | 'travel-hong-kong'
    | 'travel-taiwan'
    | 'travel-outbound';
  readonly portrait: 'man' | 'woman' | 'child' | 'elder';
  /** `expired` has a corner cut off, as counters do; `misprinted` has a character that is wrong. */
  readonly condition: 'sound' | 'expired' | 'copy' | 'worn' | 'misprinted';
}

const face = (
  form: DocumentFace['form'],
  portrait: DocumentFace['portrait'],
  condition: DocumentFace['condition'] = 'sound',
): DocumentFace => ({ form, portrait, condition });

export const documentFaces: Readonly<Record<WalletDocumentId, DocumentFace>> = {
  resident: face('resident', 'man'),
  'resident-long-term': face('resident', 'elder'),
  'resident-moved': face('resident', 'man'),
  'resident-minor': face('resident', 'child'),
  'resident-not-activated': face('resident', 'woman'),
  'resident-other-bank': face('resident', 'man'),
  'resident-no-card': face('resident', 'man'),
  'resident-five-cards': face('resident', 'woman'),
  'resident-expired': face('resident', 'man', 'expired'),
  'resident-wrong-digit': face('resident', 'man', 'misprinted'),
  'resident-forged': face('resident', 'man', 'copy'),
  'resident-unreadable': face('resident', 'man', 'worn'),
  'permit-hong-kong': face('permit-hong-kong', 'man'),
  'permit-macao': face('permit-macao', 'woman'),
  'permit-taiwan': face('permit-taiwan', 'man'),
  'foreign-2017': face('foreigner-2017', 'woman'),
  'foreign-2023': face('foreigner-2023', 'man'),
  'transit-card': face('transit', 'man'),
  passport: face('passport', 'man'),
  'passport-foreign': face('passport-foreign', 'woman'),
  'passport-expired': face('passport', 'man', 'expired'),
  'passport-misread': face('passport', 'man', 'misprinted'),
  'travel-hong-kong': face('travel-hong-kong', 'man'),
  'travel-taiwan': face('travel-taiwan', 'woman'),
  'travel-outbound': face('travel-outbound', 'man'),
};
