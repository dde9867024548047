/** What each identity document of the wallet must give, whoever reads it. */
import type { DocumentFacts, IdentityReadCompletion } from '#protocol/generated/kiosk.ts';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';

/** Read: what of it may be shown. */
export const documentFacts: Partial<Record<WalletDocumentId, Partial<DocumentFacts>>> = {
  resident: {
    kind: 'residentId',
    grade: 'chip',
    nameMasked: '**甲',
    validUntil: '2040-01-01',
    warnings: ['areaNotOfKind'],
  },
  'resident-long-term': { kind: 'residentId', validUntil: 'longTerm', warnings: ['areaNotOfKind'] },
  'resident-moved': { kind: 'residentId', nameMasked: '**甲' },
  'resident-minor': { kind: 'residentId', warnings: ['areaNotOfKind', 'holderIsMinor'] },
  'resident-not-activated': { kind: 'residentId', nameMasked: '**乙', warnings: ['areaNotOfKind'] },
  'resident-other-bank': { kind: 'residentId', nameMasked: '**子' },
  'resident-no-card': { kind: 'residentId', nameMasked: '**未' },
  'resident-five-cards': { kind: 'residentId', nameMasked: '**申' },
  'permit-hong-kong': { kind: 'residencePermit', grade: 'chip', numberMasked: '8****************8' },
  'permit-macao': { kind: 'residencePermit', numberMasked: '8****************8' },
  'permit-taiwan': { kind: 'residencePermit', numberMasked: '8****************8' },
  'foreign-2017': { kind: 'permanentResident2017', nationality: 'UTO', numberMasked: 'U*************1' },
  'foreign-2023': { kind: 'permanentResident2023', nationality: 'UTO', numberMasked: '9****************5' },
  passport: { kind: 'passport', grade: 'ocr', nationality: 'CHN', numberMasked: 'E*******0', validUntil: '2035-12-31' },
  'passport-foreign': { kind: 'passport', nationality: 'UTO', numberMasked: 'L*******3' },
  'travel-hong-kong': { kind: 'hkMacaoPermit', grade: 'ocr', numberMasked: 'H*******1' },
  'travel-taiwan': { kind: 'taiwanPermit', grade: 'ocr' },
  'travel-outbound': { kind: 'exitEntryPermit', grade: 'ocr', numberMasked: 'C*******0' },
};
/** Refused, and why. */
export const documentRefusals: Partial<Record<WalletDocumentId, NonNullable<IdentityReadCompletion['errorCode']>>> = {
  'resident-expired': 'documentExpired',
  'resident-wrong-digit': 'documentInvalid',
  'resident-forged': 'documentNotGenuine',
  'resident-unreadable': 'documentUnreadable',
  'transit-card': 'documentUnknown',
  'passport-expired': 'documentExpired',
  'passport-misread': 'documentUnreadable',
};
