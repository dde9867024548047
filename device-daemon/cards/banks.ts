import type { Language } from '#protocol/generated/kiosk.ts';

/** One range of bank card numbers. */
export interface BinEntry {
  readonly bin: string;
  /** Which cards carry it; a social-security BIN is never on an ordinary debit card. */
  readonly kind: 'debit' | 'socialSecurity' | 'mixed';
}

export interface Bank {
  /** As the hosts name it. */
  readonly code: string;
  readonly names: Readonly<Record<Language, string>>;
  readonly hotline: string;
  readonly bins: readonly BinEntry[];
}

/**
 * Issuers by BIN (domain 1c; social-security card reference 3.8). 621721 is shared by the second and the third generation;
 * 622202 is both the Nanjing Citizen Card's and an ordinary ICBC debit range. Ranges of other banks serve to name the bank
 * and its hotline: their social-security cards are not told from their debit cards by number.
 */
export const banks: readonly Bank[] = [
  {
    code: 'icbc',
    names: { 'zh-Hans': '中国工商银行', 'zh-Hant': '中國工商銀行', en: 'Industrial and Commercial Bank of China' },
    hotline: '95588',
    bins: [
      { bin: '621721', kind: 'socialSecurity' },
      { bin: '622202', kind: 'mixed' },
    ],
  },
  {
    code: 'abc',
    names: { 'zh-Hans': '中国农业银行', 'zh-Hant': '中國農業銀行', en: 'Agricultural Bank of China' },
    hotline: '95599',
    bins: [{ bin: '622848', kind: 'mixed' }],
  },
  {
    code: 'boc',
    names: { 'zh-Hans': '中国银行', 'zh-Hant': '中國銀行', en: 'Bank of China' },
    hotline: '95566',
    bins: [{ bin: '621661', kind: 'mixed' }],
  },
  {
    code: 'ccb',
    names: { 'zh-Hans': '中国建设银行', 'zh-Hant': '中國建設銀行', en: 'China Construction Bank' },
    hotline: '95533',
    bins: [{ bin: '621700', kind: 'mixed' }],
  },
  {
    code: 'bocom',
    names: { 'zh-Hans': '交通银行', 'zh-Hant': '交通銀行', en: 'Bank of Communications' },
    hotline: '95559',
    bins: [{ bin: '622260', kind: 'mixed' }],
  },
  {
    code: 'jsb',
    names: { 'zh-Hans': '江苏银行', 'zh-Hant': '江蘇銀行', en: 'Bank of Jiangsu' },
    hotline: '95319',
    bins: [{ bin: '622131', kind: 'mixed' }],
  },
];

/** By the longest BIN that the number begins with. `pan` is ASCII digits, or as many of them as are known. */
export function bankOf(
  pan: string | Uint8Array,
  table: readonly Bank[] = banks,
): { readonly bank: Bank; readonly entry: BinEntry } | undefined {
  const digits = typeof pan === 'string' ? pan : Buffer.from(pan.subarray(0, 10)).toString('latin1');
  const matches = table.flatMap((bank) => bank.bins.map((entry) => ({ bank, entry })));
  return matches
    .filter(({ entry }) => digits.startsWith(entry.bin))
    .sort((a, b) => b.entry.bin.length - a.entry.bin.length)[0];
}

export const bankByCode = (code: string, table: readonly Bank[] = banks): Bank | undefined =>
  table.find((bank) => bank.code === code);
