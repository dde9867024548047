import type { BlockAlgorithm } from '../crypto/index.ts';
import { cardSpecs, type WalletCardId } from './cards.ts';
import { pan, socialCardNumber } from './numbers.ts';
import { type PersonId, personOf } from './people.ts';

export type { CardSpec, WalletCardId } from './cards.ts';
export { type Person, type PersonId, people, personOf } from './people.ts';

/**
 * The bench's wallet: cards to insert, and what the two hosts know about them and their holders. Pure data, all of it
 * synthetic. One card's chip facts and its host records come from one line of `cards.ts`, so they agree unless that line
 * says otherwise.
 */

export type Localized = Readonly<Record<'zh-Hans' | 'zh-Hant' | 'en', string>>;

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
export interface SocialChip {
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
  readonly holder: PersonId;
  /** `absent`: a copy of the data in a chip that never had the keys; it opens to anybody and answers nonsense. */
  readonly keys: 'right' | 'absent';
  /** SELECT answers 6A81. */
  readonly applicationBlocked: boolean;
  /** INTERNAL and EXTERNAL AUTHENTICATE answer 6983. */
  readonly keysBlocked: boolean;
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

export interface WalletCard {
  readonly id: WalletCardId;
  readonly label: Localized;
  /** Mute: no answer to reset. */
  readonly mute: boolean;
  readonly social: SocialChip | undefined;
  readonly financial: FinancialChip | undefined;
}

/** One card in the province's card management. */
export interface SocialCardRecord {
  readonly walletCard: WalletCardId;
  readonly idCode: string;
  readonly historicalBytes: string;
  readonly cardNumber: string;
  readonly areaCode: string;
  readonly generation: 1 | 2 | 3;
  readonly algorithm: BlockAlgorithm;
  readonly holder: PersonId;
  readonly socialStatus: SocialStatus;
  /** The financial side as the province last heard of it; the bank core's own word wins. */
  readonly financialStatus: FinancialStatus;
  readonly bank: BankCode;
  /** Bank card number of the card: on a first-generation card only printed, not in the chip. */
  readonly pan: string;
  readonly issueDate: string;
  readonly validUntil: string;
}

/** One account, with the card that opens it, in the bank core of ICBC. Cards of other banks are not here. */
export interface BankAccountRecord {
  readonly pan: string;
  readonly psn: number;
  /** YYMM; undefined: the card has no chip application. */
  readonly expiry: string | undefined;
  readonly algorithm: BlockAlgorithm | undefined;
  readonly walletCard: WalletCardId | undefined;
  readonly holder: PersonId;
  readonly kind: 'socialSecurity' | 'debit';
  readonly accountClass: 'I' | 'II' | 'III';
  readonly status: FinancialStatus;
  /** BRIEF-04: for a social-security account this must not be, and is an operations alert. */
  readonly dormant: boolean;
  readonly availableCents: number;
  readonly ledgerCents: number;
  readonly currency: '156';
  /** Six digits, of the bench only. */
  readonly pin: string;
  readonly pinTriesLeft: number;
}

/** Personal medical account, kept by the province. A person without one is not here. */
export interface MedicalAccountRecord {
  readonly holder: PersonId;
  readonly balanceCents: number;
  /** Whether the holder's social-security card works outside the issuing city (BRIEF-16: first generation does not). */
  readonly outOfArea: boolean;
}

/** Every bench bank PIN. */
export const benchPin = '246810';

export const bins = { icbcSocial: '621721', icbcDebit: '622202', abc: '622848' } as const;

const areaCode = '320100';
const versions = { 1: '1.00', 2: '2.00', 3: '3.00' } as const;

const serialOf = (number: number): string => (0x0a0b0c0c + number).toString(16).padStart(8, '0').toUpperCase();

/** First-generation cards do not have the middle part of later ones (reference 1.8). */
const historicalOf = (generation: 1 | 2 | 3, serial: string): string =>
  `${generation === 1 ? '00814E432386971599' : '0081544C9786843201'}${serial}`;

function socialChip(spec: (typeof cardSpecs)[number]): SocialChip | undefined {
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
  };
}

function panOf(spec: (typeof cardSpecs)[number]): string | undefined {
  const number = spec.financial?.number ?? spec.social?.number;
  return number === undefined ? undefined : pan(bins[spec.bin], number);
}

function financialChip(spec: (typeof cardSpecs)[number]): FinancialChip | undefined {
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

/** Copies and mute cards have no records of their own: a copy carries the numbers of the card it was made from. */
const genuine = cardSpecs.filter((spec) => spec.host !== undefined);

export const socialCardRecords: readonly SocialCardRecord[] = genuine.flatMap((spec) => {
  const chip = socialChip(spec);
  const number = panOf(spec);
  if (chip === undefined || number === undefined || spec.host === undefined) return [];
  return [
    {
      walletCard: spec.id,
      idCode: chip.idCode,
      historicalBytes: chip.historicalBytes,
      cardNumber: chip.cardNumber,
      areaCode,
      generation: chip.generation,
      algorithm: chip.algorithm,
      holder: spec.holder,
      socialStatus: spec.host.social ?? 'normal',
      financialStatus: spec.host.financial ?? 'active',
      bank: spec.bin === 'abc' ? 'abc' : 'icbc',
      pan: number,
      issueDate: chip.issueDate,
      validUntil: chip.validUntil,
    },
  ];
});

/** Accounts whose card is not in the wallet: the same holder's ordinary debit accounts. */
const otherAccounts: readonly BankAccountRecord[] = [
  {
    pan: pan(bins.icbcDebit, 90_001),
    psn: 1,
    expiry: '3106',
    algorithm: '3des',
    walletCard: undefined,
    holder: 'chou',
    kind: 'debit',
    accountClass: 'II',
    status: 'active',
    dormant: false,
    availableCents: 12_345,
    ledgerCents: 12_345,
    currency: '156',
    pin: benchPin,
    pinTriesLeft: 3,
  },
];

export const bankAccounts: readonly BankAccountRecord[] = [
  ...genuine.flatMap((spec): BankAccountRecord[] => {
    const number = panOf(spec);
    const status = spec.host?.financial ?? 'active';
    if (number === undefined || spec.bin === 'abc' || status === 'notOpened') return [];
    const chip = financialChip(spec);
    const available = spec.host?.availableCents ?? 624_712;
    return [
      {
        pan: number,
        psn: 1,
        expiry: chip?.expiry,
        algorithm: chip?.algorithm,
        walletCard: spec.id,
        // Of two halves that do not belong together the bank knows the person it opened the account for.
        holder: spec.financial?.accountOf ?? spec.holder,
        kind: spec.social === undefined ? 'debit' : 'socialSecurity',
        accountClass: 'I',
        status,
        dormant: spec.host?.dormant ?? false,
        availableCents: available,
        ledgerCents: spec.host?.ledgerCents ?? available,
        currency: '156',
        pin: benchPin,
        pinTriesLeft: 3,
      },
    ];
  }),
  ...otherAccounts,
];

export const medicalAccounts: readonly MedicalAccountRecord[] = genuine.flatMap((spec) => {
  const balanceCents = spec.host?.medicalCents;
  return balanceCents === undefined || spec.social === undefined
    ? []
    : [{ holder: spec.holder, balanceCents, outOfArea: spec.social.generation !== 1 }];
});
