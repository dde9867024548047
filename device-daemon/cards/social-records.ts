import iconv from 'iconv-lite';
import { citizenNumberCheck, citizenNumberFacts, isoDate, socialCardNumberCheck } from './checks.ts';

/** DF name `sx1.sh.社会保障`, the last part in GBK. */
export const socialApplicationName = Buffer.from('7378312E73682EC9E7BBE1B1A3D5CF', 'hex');

/** Field forms and cross-checks of the social-security application (social-security card reference 1.4, 1.5, 1.8, 1.13). */

export interface SocialField {
  readonly sfi: 5 | 6;
  /** Never moved between generations; record numbers did. */
  readonly tag: number;
  readonly length: number;
}

export const socialFields = {
  idCode: { sfi: 5, tag: 0x01, length: 16 },
  version: { sfi: 5, tag: 0x03, length: 4 },
  issueDate: { sfi: 5, tag: 0x05, length: 4 },
  validUntil: { sfi: 5, tag: 0x06, length: 4 },
  cardNumber: { sfi: 5, tag: 0x07, length: 9 },
  number: { sfi: 6, tag: 0x08, length: 18 },
  name: { sfi: 6, tag: 0x09, length: 30 },
  nameExtension: { sfi: 6, tag: 0x4e, length: 20 },
  sex: { sfi: 6, tag: 0x0a, length: 1 },
  ethnicity: { sfi: 6, tag: 0x0b, length: 1 },
  birthplace: { sfi: 6, tag: 0x0c, length: 3 },
  birthDate: { sfi: 6, tag: 0x0d, length: 4 },
} as const satisfies Record<string, SocialField>;

export type SocialFieldName = keyof typeof socialFields;

export type SocialGeneration = 'gen1' | 'gen2' | 'gen3';

/** By the first character only: `2.0X` and the like occur. */
export function generationOf(version: string): SocialGeneration | undefined {
  return ({ '1': 'gen1', '2': 'gen2', '3': 'gen3' } as const)[version.charAt(0)];
}

/** A copy without the filling on the right: `00`, `FF`, blanks. */
export function stripped(value: Uint8Array): Buffer {
  let end = value.length;
  while (end > 0 && [0x00, 0x20, 0xff].includes(value[end - 1] ?? -1)) end -= 1;
  return Buffer.from(value.subarray(0, end));
}

/** Packed digits without the filling nibbles F. */
export const packedDigits = (value: Uint8Array): string => Buffer.from(value).toString('hex').replace(/f+$/, '');

export const packedDate = (value: Uint8Array): string | undefined => isoDate(packedDigits(value));

/**
 * UTF-8 of name and extension. The bytes are joined before they are decoded: a character may straddle the two records.
 * Undefined when they are no GB 18030 text.
 */
export function decodeName(name: Uint8Array, extension: Uint8Array): Buffer | undefined {
  const joined = Buffer.concat([stripped(name), stripped(extension)]);
  const text = iconv.decode(joined, 'gb18030').trim();
  joined.fill(0);
  return text === '' || text.includes('\ufffd') ? undefined : Buffer.from(text, 'utf8');
}

/** What does not add up. For the journal and for rules above; nothing here refuses a card (reference 6, rule 5). */
export type SocialWarning =
  | 'atrSerialDiffers'
  | 'idCodeNotOfMinistry'
  | 'numberCheckDigit'
  | 'numberForm'
  | 'cardNumberCheck'
  | 'sexDiffers'
  | 'birthDateDiffers'
  | 'dateMalformed'
  | 'notYetValid'
  | 'expired'
  /** A third-generation card whose holder file opened without a key: how a copy behaves. */
  | 'holderFileUnprotected';

/** Registered provider identifier of the Ministry, bytes 3 to 7 of the card identification code. */
const rid = Buffer.from('D156000005', 'hex');

export function issuerWarnings(facts: {
  readonly historical: Uint8Array;
  readonly idCode: Uint8Array;
  readonly issueDate: string | undefined;
  readonly validUntil: string | undefined;
  readonly cardNumber: Uint8Array | undefined;
  /** YYYY-MM-DD */
  readonly today: string;
}): SocialWarning[] {
  const warnings: SocialWarning[] = [];
  const serial = facts.idCode.subarray(8, 12);
  if (Buffer.compare(serial, facts.historical.subarray(-4)) !== 0) warnings.push('atrSerialDiffers');
  if (Buffer.compare(rid, facts.idCode.subarray(3, 8)) !== 0) warnings.push('idCodeNotOfMinistry');
  if (facts.cardNumber !== undefined && !socialCardNumberCheck(facts.cardNumber)) warnings.push('cardNumberCheck');
  if (facts.issueDate === undefined || facts.validUntil === undefined) warnings.push('dateMalformed');
  if (facts.issueDate !== undefined && facts.issueDate > facts.today) warnings.push('notYetValid');
  if (facts.validUntil !== undefined && facts.validUntil < facts.today) warnings.push('expired');
  return warnings;
}

export function holderWarnings(facts: {
  readonly number: Uint8Array;
  readonly sex: 'male' | 'female' | undefined;
  readonly birthDate: string | undefined;
}): SocialWarning[] {
  const check = citizenNumberCheck(facts.number);
  const warnings: SocialWarning[] = check === undefined ? ['numberForm'] : check ? [] : ['numberCheckDigit'];
  const told = citizenNumberFacts(facts.number);
  if (told !== undefined && facts.sex !== undefined && facts.sex !== told.sex) warnings.push('sexDiffers');
  if (told !== undefined && facts.birthDate !== undefined && facts.birthDate !== told.birthDate)
    warnings.push('birthDateDiffers');
  return warnings;
}
