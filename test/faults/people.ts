import type { BenchWallet } from '#simulators/hosts/index.ts';
import { idNumber, pan, socialCardNumber } from '#simulators/wallet/numbers.ts';
import { benchPin, bins } from '#simulators/wallet/wallet.ts';

export interface Someone {
  readonly number: string;
  readonly name: string;
  readonly cardNumber: string;
  readonly pan: string;
  readonly status: 'active' | 'tempLost' | 'lost';
}

const social = { active: 'normal', tempLost: 'tempLost', lost: 'lost' } as const;

/** As many people as wanted, each with one card whose two sides are in the same state. All synthetic. */
export function someone(index: number, status: Someone['status']): Someone {
  const birth = new Date(Date.UTC(1950, 0, 1) + index * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  const number = 100_000 + index;
  return {
    number: idNumber(birth, '031'),
    name: `测试${index}`,
    cardNumber: socialCardNumber(`NJ${number}`),
    pan: pan(bins.icbcSocial, number),
    status,
  };
}

export function walletOf(people: readonly Someone[]): BenchWallet {
  // The hosts' books are by holder; an id of their own serves as well as one of the wallet's.
  const id = (one: Someone) => one.number as unknown as BenchWallet['people'][number]['id'];
  return {
    people: people.map((one, index) => ({
      id: id(one),
      number: one.number,
      name: one.name,
      birthDate: one.number.slice(6, 14),
      phone: `1200${String(index).padStart(7, '0')}`,
      documents: [{ type: 'residentId' as const, number: one.number, names: [one.name] as const }],
    })),
    socialCardRecords: people.map((one, index) => ({
      walletCard: undefined,
      idCode: `320100D156000005${String(index).padStart(8, '0')}FFFFFFFF`,
      historicalBytes: '0081544C978684320100000000',
      cardNumber: one.cardNumber,
      areaCode: '320100',
      generation: 3 as const,
      algorithm: 'sm4' as const,
      holder: id(one),
      socialStatus: social[one.status],
      temporaryDays: one.status === 'tempLost' ? 5 : undefined,
      replacementRequested: false,
      successor: undefined,
      financialStatus: one.status,
      bank: 'icbc' as const,
      pan: one.pan,
      issueDate: '20240318',
      validUntil: '20340318',
    })),
    bankAccounts: people.map((one) => ({
      pan: one.pan,
      psn: 1,
      expiry: '3412',
      algorithm: '3des' as const,
      walletCard: undefined,
      holder: id(one),
      kind: 'socialSecurity' as const,
      accountClass: 'I' as const,
      status: one.status,
      temporaryDays: one.status === 'tempLost' ? 5 : undefined,
      replacementRequested: false,
      dormant: false,
      availableCents: 100,
      ledgerCents: 100,
      currency: '156' as const,
      pin: benchPin,
      pinTriesLeft: 3,
    })),
    medicalAccounts: [],
    applications: [],
  };
}
