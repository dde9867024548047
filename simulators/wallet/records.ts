import type { BlockAlgorithm } from '../crypto/index.ts';
import { cardSpecs, type HostFacts, type WalletCardId } from './cards.ts';
import {
  areaCode,
  type BankCode,
  bins,
  type ChipSpec,
  type FinancialStatus,
  panOf,
  type SocialStatus,
  socialChip,
} from './chips.ts';
import type { HolderId } from './holders.ts';
import { pan } from './numbers.ts';

/** What the two hosts know at first. */

/** One card in the province's card management. */
export interface SocialCardRecord {
  /** Undefined: the card is not in the wallet, only on the hosts' files. */
  readonly walletCard: WalletCardId | undefined;
  readonly idCode: string;
  readonly historicalBytes: string;
  readonly cardNumber: string;
  readonly areaCode: string;
  readonly generation: 1 | 2 | 3;
  readonly algorithm: BlockAlgorithm;
  readonly holder: HolderId;
  readonly socialStatus: SocialStatus;
  /** Of a temporary report, on either side: days that are left of it. */
  readonly temporaryDays: number | undefined;
  readonly replacementRequested: boolean;
  /** Card number of the card that took its place. */
  readonly successor: string | undefined;
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
  readonly holder: HolderId;
  readonly kind: 'socialSecurity' | 'debit';
  readonly accountClass: 'I' | 'II' | 'III';
  readonly status: FinancialStatus;
  readonly temporaryDays: number | undefined;
  readonly replacementRequested: boolean;
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
  readonly holder: HolderId;
  readonly balanceCents: number;
  /** Whether the holder's social-security card works outside the issuing city (BRIEF-16: first generation does not). */
  readonly outOfArea: boolean;
}

/** A card in the making, or one that was made. */
export interface ApplicationRecord {
  readonly holder: HolderId;
  readonly business: 'new' | 'replacement' | 'exchange';
  /** Domain 3c: 0 not applied … 12 picked up. */
  readonly progress: number;
  /** When it last moved on. */
  readonly daysAgo: number;
  readonly place: string | undefined;
}

/** Every bench bank PIN. */
export const benchPin = '246810';

interface RecordSpec extends ChipSpec<HolderId> {
  readonly id?: WalletCardId;
  readonly host?: HostFacts & {
    readonly temporaryDays?: number;
    readonly replacementRequested?: boolean;
    /** Its `social.number`. */
    readonly successor?: number;
  };
}

const another = (
  holder: HolderId,
  number: number,
  host: RecordSpec['host'] = {},
  more: { readonly bin?: RecordSpec['bin']; readonly generation?: 1 | 2 | 3 } = {},
): RecordSpec => {
  const { bin = 'icbcSocial', generation = 3 } = more;
  return { holder, bin, social: { generation, number }, host };
};

/** Cards that only the hosts know: their holders come with a document alone. */
const onFileOnly: readonly RecordSpec[] = [
  another('xiao', 30, { availableCents: 20_000 }),
  // One person, five cards, each in another state.
  another(
    'shen',
    31,
    { social: 'cancelled', financial: 'closed', availableCents: 0, successor: 32 },
    { bin: 'icbcDebit', generation: 1 },
  ),
  another('shen', 32, { social: 'lost', financial: 'lost', replacementRequested: true }, { generation: 2 }),
  another('shen', 33, {}, { bin: 'abc' }),
  another('shen', 34, { social: 'tempLost', financial: 'tempLost', temporaryDays: 3 }),
  another('shen', 35, { medicalCents: 64_000 }),
  another('gang', 41, { medicalCents: 12_300 }),
  another('ao', 42),
  another('tai', 43),
  another('jane', 44),
  another('jack', 45),
  another('anna', 46),
];

/** Copies and mute cards have no records of their own: a copy carries the numbers of the card it was made from. */
const genuine: readonly RecordSpec[] = [...cardSpecs.filter((spec) => spec.host !== undefined), ...onFileOnly];

const cardNumberOf = (number: number | undefined): string | undefined =>
  genuine.map((spec) => spec.social?.number === number && socialChip(spec)?.cardNumber).find((found) => found) ||
  undefined;

export const socialCardRecords: readonly SocialCardRecord[] = genuine.flatMap((spec) => {
  const chip = socialChip(spec);
  const number = panOf(spec);
  const { host } = spec;
  if (chip === undefined || number === undefined || host === undefined) return [];
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
      socialStatus: host.social ?? 'normal',
      temporaryDays: host.temporaryDays,
      replacementRequested: host.replacementRequested ?? false,
      successor: host.successor === undefined ? undefined : cardNumberOf(host.successor),
      financialStatus: host.financial ?? 'active',
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
    temporaryDays: undefined,
    replacementRequested: false,
    dormant: false,
    availableCents: 12_345,
    ledgerCents: 12_345,
    currency: '156',
    pin: benchPin,
    pinTriesLeft: 3,
  },
];

/** Of a first-generation card the chip has none. */
const bankSide = ({
  social,
  financial,
}: RecordSpec): { expiry: string | undefined; algorithm: BlockAlgorithm | undefined } =>
  social?.generation === 1
    ? { expiry: undefined, algorithm: undefined }
    : { expiry: financial?.expiry ?? '3412', algorithm: financial?.algorithm ?? '3des' };

export const bankAccounts: readonly BankAccountRecord[] = [
  ...genuine.flatMap((spec): BankAccountRecord[] => {
    const number = panOf(spec);
    const status = spec.host?.financial ?? 'active';
    if (number === undefined || spec.bin === 'abc' || status === 'notOpened') return [];
    const { expiry, algorithm } = bankSide(spec);
    const available = spec.host?.availableCents ?? 624_712;
    return [
      {
        pan: number,
        psn: 1,
        expiry,
        algorithm,
        walletCard: spec.id,
        // Of two halves that do not belong together the bank knows the person it opened the account for.
        holder: spec.financial?.accountOf ?? spec.holder,
        kind: spec.social === undefined ? 'debit' : 'socialSecurity',
        accountClass: 'I',
        status,
        temporaryDays: spec.host?.temporaryDays,
        replacementRequested: spec.host?.replacementRequested ?? false,
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

export const applications: readonly ApplicationRecord[] = [
  { holder: 'wei', business: 'new', progress: 7, daysAgo: 2, place: '未来广场支行' },
  { holder: 'shen', business: 'replacement', progress: 3, daysAgo: 1, place: undefined },
  { holder: 'jia', business: 'new', progress: 12, daysAgo: 400, place: '汉口路支行' },
];
