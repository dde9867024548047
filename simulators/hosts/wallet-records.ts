import { randomBytes } from 'node:crypto';
import { applications, bankAccounts, hostPeople, medicalAccounts, socialCardRecords } from '../wallet/wallet.ts';

/** What the hosts know at first: the wallet's records, or others of the same form. */
export interface BenchWallet {
  readonly people: typeof hostPeople;
  readonly socialCardRecords: typeof socialCardRecords;
  readonly bankAccounts: typeof bankAccounts;
  readonly medicalAccounts: typeof medicalAccounts;
  readonly applications: typeof applications;
}

export const benchWallet: BenchWallet = {
  people: hostPeople,
  socialCardRecords,
  bankAccounts,
  medicalAccounts,
  applications,
};

/** A host's reference; the letter tells people who read a ledger what it names. */
export const reference = (letter: string): string => `${letter}-${randomBytes(9).toString('base64url')}`;

/** 624712 -> `6247.12` */
export function amount(cents: number): string {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** First three and last two digits (domain table of masking). */
export const phoneMask = (phone: string): string => `${phone.slice(0, 3)}${'*'.repeat(6)}${phone.slice(-2)}`;

/** First six and last four digits (domain table of masking). */
export const maskPan = (pan: string): string => `${pan.slice(0, 6)}${'*'.repeat(pan.length - 10)}${pan.slice(-4)}`;

export const daysLater = (from: Date, days: number): string =>
  new Date(from.getTime() + days * 86_400_000).toISOString();
