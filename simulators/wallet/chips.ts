import type { BlockAlgorithm } from '../crypto/index.ts';
import { pan, socialCardNumber } from './numbers.ts';
import { type PersonId, personOf } from './people.ts';

/** domain.md 2d */
export type SocialStatus = 'sealed' | 'normal' | 'tempLost' | 'lost' | 'locked' | 'cancelled';
export type FinancialStatus =
  | 'notOpened'
  | 'openFailed'
  | 'openedInactive'
  | 'active'
  | 'tempLost'
  | 'lost'
  | 'pinLocked'
  | 'frozen'
  | 'closed';
export type BankCode = 'icbc' | 'abc';

/** What the social-security application holds (social-security card reference 1.4, 1.5, 1.8). */
export interface SocialChip<Holder = PersonId> {
  readonly generation: 1 | 2 | 3;
  /** `1.00`, `2.00`, `3.00` */
  readonly version: string;
  /** SSF33 cannot be had in public, so no card here uses it. */
  readonly algorithm: BlockAlgorithm;
  /** GB/T 2260, six digits. */
  readonly areaCode: string;
  /** Four bytes; in the id code and in the ATR. */
  readonly serial: string;
  /** 13 bytes hex. */
  readonly historicalBytes: string;
  /** 16 bytes hex. */
  readonly idCode: string;
  /** 12 bytes hex. */
  readonly initialisingOrganisation: string;
  readonly category: string;
  /** YYYYMMDD */
  readonly issueDate: string;
  /** YYYYMMDD */
  readonly validUntil: string;
  readonly cardNumber: string;
  readonly holder: Holder;
  /** `absent`: a copy of the data in a chip that never had the keys; it opens to anybody and answers nonsense. */
  readonly keys: 'right' | 'absent';
  /** SELECT answers 6A81. */
  readonly applicationBlocked: boolean;
  /** INTERNAL and EXTERNAL AUTHENTICATE answer 6983. */
  readonly keysBlocked: boolean;
  /** The card's own PIN, as the chip holds it at first. */
  readonly pin: string;
  /** Undefined: all. */
  readonly pinTriesLeft: number | undefined;
}

/** What the PBOC debit application holds (social-security card reference 3.3, 3.7). */
export interface FinancialChip {
  readonly pan: string;
  readonly psn: number;
  /** YYMM */
  readonly expiry: string;
  /** YYMMDD */
  readonly effective: string;
  readonly algorithm: BlockAlgorithm;
  readonly masterKey: 'bank' | 'stranger';
  /** 9F61; undefined: the card has neither 9F61 nor 9F62. */
  readonly holderIdNumber: string | undefined;
  /** 5F20 */
  readonly holderName: string;
}

/** Issuer numbers. */
export const bins = { icbcSocial: '621721', icbcDebit: '622202', abc: '622848' } as const;

/** What a line of `cards.ts` or of `records.ts` says of a card. */
export interface ChipSpec<Holder = PersonId> {
  readonly holder: Holder;
  readonly bin: keyof typeof bins;
  readonly social?: {
    readonly generation: 1 | 2 | 3;
    /** Makes serial, card number and PAN. */
    readonly number: number;
    readonly issueDate?: string;
    readonly validUntil?: string;
    readonly keys?: 'absent';
    readonly applicationBlocked?: boolean;
    readonly keysBlocked?: boolean;
    /** `0`: locked. */
    readonly pinTriesLeft?: number;
  };
  readonly financial?: {
    /** Makes the PAN where there is no social number. */
    readonly number?: number;
    readonly expiry?: string;
    readonly effective?: string;
    readonly algorithm?: BlockAlgorithm;
    readonly masterKey?: 'stranger';
    /** Whose ID number 9F61 holds. */
    readonly personalisedFor?: PersonId | 'nobody';
    readonly accountOf?: PersonId;
  };
}

/** Every bench card's own PIN; another one than the bank's, so that a test sees which of the two went where. */
export const benchCardPin = '915308';

export const areaCode = '320100';
const versions = { 1: '1.00', 2: '2.00', 3: '3.00' } as const;

const serialOf = (number: number): string => (0x0a0b0c0c + number).toString(16).padStart(8, '0').toUpperCase();

/** First-generation cards do not have the middle part of later ones (reference 1.8). */
const historicalOf = (generation: 1 | 2 | 3, serial: string): string =>
  `${generation === 1 ? '00814E432386971599' : '0081544C9786843201'}${serial}`;

export function socialChip<Holder>(spec: ChipSpec<Holder>): SocialChip<Holder> | undefined {
  const { social } = spec;
  if (social === undefined) return undefined;
  const serial = serialOf(social.number);
  return {
    generation: social.generation,
    version: versions[social.generation],
    algorithm: social.generation === 3 ? 'sm4' : '3des',
    areaCode,
    serial,
    historicalBytes: historicalOf(social.generation, serial),
    idCode: `320100D156000005${serial}FFFFFFFF`,
    initialisingOrganisation: '915600000232010032010A01',
    category: '1',
    issueDate: social.issueDate ?? '20240318',
    validUntil: social.validUntil ?? '20340318',
    cardNumber: socialCardNumber(`NJ${String(social.number).padStart(6, '0')}`),
    holder: spec.holder,
    keys: social.keys ?? 'right',
    applicationBlocked: social.applicationBlocked ?? false,
    keysBlocked: social.keysBlocked ?? false,
    pin: benchCardPin,
    pinTriesLeft: social.pinTriesLeft,
  };
}

export function panOf(spec: Pick<ChipSpec<unknown>, 'bin' | 'social' | 'financial'>): string | undefined {
  const number = spec.financial?.number ?? spec.social?.number;
  return number === undefined ? undefined : pan(bins[spec.bin], number);
}

export function financialChip(spec: ChipSpec): FinancialChip | undefined {
  const { financial } = spec;
  const number = panOf(spec);
  if (financial === undefined || number === undefined) return undefined;
  const personalised = financial.personalisedFor === undefined ? spec.holder : financial.personalisedFor;
  return {
    pan: number,
    psn: 1,
    expiry: financial.expiry ?? '3412',
    effective: financial.effective ?? '240318',
    algorithm: financial.algorithm ?? '3des',
    masterKey: financial.masterKey ?? 'bank',
    holderIdNumber: personalised === 'nobody' ? undefined : personOf(personalised).idNumber,
    holderName: personOf(spec.financial?.accountOf ?? spec.holder).latinName,
  };
}
