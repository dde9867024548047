/** What an identity document is and says, whichever reader read it. */

/** Kinds that the kiosk understands; the names are those of the wire. */
export type DocumentKind =
  | 'residentId'
  /** Residence permit for Hong Kong, Macao and Taiwan residents (港澳台居民居住证). */
  | 'residencePermit'
  /** Foreign permanent resident ID card, 2017 and 2023 editions. */
  | 'permanentResident2017'
  | 'permanentResident2023'
  | 'passport'
  /** Mainland travel permit for Hong Kong and Macao residents (回乡证). */
  | 'hkMacaoPermit'
  /** Mainland travel permit for Taiwan residents (台胞证). */
  | 'taiwanPermit'
  /** Exit-entry permit to Hong Kong and Macao (往来港澳通行证); its holder is a mainland resident. */
  | 'exitEntryPermit';

/** How far to believe it (design.md 7): printed lines can be forged with a printer, a chip was authenticated by the SAM. */
export type DocumentGrade = 'ocr' | 'chip';

/** `YYYY-MM-DD`. */
export type Day = string;

/**
 * Facts that make a document unusable (`refusals`) or that a person should hear of (`warnings`). Never with a value in it.
 * A wrong check digit on a chip means a forged or damaged chip; on printed lines, that they were misread.
 */
export type DocumentFinding =
  | 'numberForm'
  | 'numberCheckDigit'
  | 'birthInvalid'
  | 'birthDiffersFromNumber'
  | 'sexDiffersFromNumber'
  | 'areaNotOfKind'
  | 'notYetValid'
  | 'expired'
  | 'validityInvalid'
  | 'mrzCheckDigit'
  | 'nameMissing'
  | 'holderIsMinor';

/**
 * Personal fields are bytes, so that they can be zeroed: texts in UTF-8, numbers in ASCII, without padding; what a refusal
 * is about is as the document has it. Whoever holds a document calls `wipe` when its use is over.
 */
export interface IdentityDocument {
  readonly kind: DocumentKind;
  readonly grade: DocumentGrade;
  /** In Chinese; absent where the document has none. */
  readonly name?: Buffer;
  /** In Latin letters, `SURNAME, GIVEN NAMES` as printed or as the machine-readable lines give it. */
  readonly latinName?: Buffer;
  /** The number by which the holder is known: citizen number, card number, permit number, passport number. */
  readonly number: Buffer;
  /** Travel permit that a residence permit belongs to; the 15-character number that a 2023 card replaces. */
  readonly relatedNumber?: Buffer;
  readonly sex: 'male' | 'female' | 'unknown';
  /** Three letters; absent where the kind tells it. */
  readonly nationality?: string;
  /** `YYYYMMDD` in ASCII. */
  readonly birth: Buffer;
  readonly validFrom?: Day;
  /** The last day on which it is valid. With `validityInvalid`: a day long past, for who overlooks the refusal. */
  readonly validUntil: Day | 'longTerm';
  readonly issuer?: string;
  /** The newest that the chip tells. */
  readonly address?: Buffer;
  /** As the chip holds it: 1024 bytes that only a licensed codec can open (`PhotoDecoder`). */
  readonly photo?: Buffer;
  readonly warnings: readonly DocumentFinding[];
  readonly refusals: readonly DocumentFinding[];
  wipe(): void;
}

/** Why there is no document: `unknownKind`: a document, but none of those above; it is not parsed. */
export type DocumentFault = 'unknownKind' | 'damaged';
