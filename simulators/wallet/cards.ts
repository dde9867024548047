import type { ChipSpec, FinancialStatus, SocialStatus } from './chips.ts';

export type Localized = Readonly<Record<'zh-Hans' | 'zh-Hant' | 'en', string>>;

/** One line per card: only what differs from an ordinary active third-generation card. */
export interface CardSpec extends ChipSpec {
  readonly id: WalletCardId;
  readonly label: Localized;
  readonly mute?: boolean;
  /** Absent for cards that no host issued. */
  readonly host?: HostFacts;
}

/** What the hosts know of a card. */
export interface HostFacts {
  readonly social?: SocialStatus;
  readonly financial?: FinancialStatus;
  readonly dormant?: boolean;
  readonly availableCents?: number;
  readonly ledgerCents?: number;
  readonly medicalCents?: number;
}

export type WalletCardId =
  | 'gen3-active'
  | 'gen3-not-activated'
  | 'gen3-sealed'
  | 'gen3-blocked'
  | 'gen3-key-blocked'
  | 'gen3-no-9f61'
  | 'two-halves'
  | 'gen2'
  | 'gen1-citizen'
  | 'other-bank'
  | 'debit'
  | 'expired'
  | 'wrong-cryptogram'
  | 'cloned'
  | 'mute'
  | 'gen3-second-account'
  | 'gen3-dormant'
  | 'gen3-gbk-name'
  | 'gen3-long-name';

const text = (zhHans: string, zhHant: string, en: string): Localized => ({
  'zh-Hans': zhHans,
  'zh-Hant': zhHant,
  en,
});

export const cardSpecs: readonly CardSpec[] = [
  {
    id: 'gen3-active',
    label: text('三代社保卡，已激活', '第三代社保卡，已啟用', 'Third generation, active'),
    holder: 'jia',
    bin: 'icbcSocial',
    social: { generation: 3, number: 1 },
    financial: {},
    host: { medicalCents: 183_050 },
  },
  {
    id: 'gen3-not-activated',
    label: text(
      '三代社保卡，金融功能未激活',
      '第三代社保卡，金融功能未啟用',
      'Third generation, money function not active',
    ),
    holder: 'yi',
    bin: 'icbcSocial',
    social: { generation: 3, number: 2 },
    financial: {},
    host: { financial: 'openedInactive', availableCents: 0, medicalCents: 42_000 },
  },
  {
    id: 'gen3-sealed',
    label: text('三代社保卡，未启用', '第三代社保卡，未開通', 'Third generation, not yet enabled'),
    holder: 'bing',
    bin: 'icbcSocial',
    social: { generation: 3, number: 3, issueDate: '20261102', validUntil: '20361102' },
    financial: { effective: '261102', expiry: '3611' },
    host: { social: 'sealed', financial: 'openedInactive', availableCents: 0, medicalCents: 0 },
  },
  {
    id: 'gen3-blocked',
    label: text('三代社保卡，应用已锁定', '第三代社保卡，應用已鎖定', 'Third generation, application blocked'),
    holder: 'ding',
    bin: 'icbcSocial',
    social: { generation: 3, number: 4, applicationBlocked: true },
    financial: {},
    host: { social: 'locked', medicalCents: 9_900 },
  },
  {
    id: 'gen3-key-blocked',
    label: text(
      '三代社保卡，认证密钥已锁',
      '第三代社保卡，認證金鑰已鎖',
      'Third generation, authentication key blocked',
    ),
    holder: 'wu',
    bin: 'icbcSocial',
    social: { generation: 3, number: 5, keysBlocked: true },
    financial: {},
    host: { medicalCents: 100 },
  },
  {
    id: 'gen3-no-9f61',
    label: text(
      '三代社保卡，金融侧无证件号',
      '第三代社保卡，金融側無證件號',
      'Third generation, no ID number on the bank side',
    ),
    holder: 'ji',
    bin: 'icbcSocial',
    social: { generation: 3, number: 6 },
    financial: { personalisedFor: 'nobody' },
    host: { availableCents: 5_000_000_01, medicalCents: 2_345_678 },
  },
  {
    id: 'two-halves',
    label: text('两个应用属于不同的人', '兩個應用屬於不同的人', 'The two halves belong to two people'),
    holder: 'geng',
    bin: 'icbcSocial',
    social: { generation: 3, number: 7 },
    financial: { personalisedFor: 'xin', accountOf: 'xin' },
    host: { medicalCents: 65_000 },
  },
  {
    id: 'gen2',
    label: text('二代省卡', '第二代省卡', 'Second generation, provincial card'),
    holder: 'ren',
    bin: 'icbcSocial',
    social: { generation: 2, number: 8, issueDate: '20170601', validUntil: '20370601' },
    financial: { effective: '170601', expiry: '3705' },
    host: { availableCents: 1_050, medicalCents: 310_000 },
  },
  {
    id: 'gen1-citizen',
    label: text(
      '一代南京市民卡（无金融应用）',
      '第一代南京市民卡（無金融應用）',
      'First generation, Nanjing Citizen Card, no bank side',
    ),
    holder: 'gui',
    bin: 'icbcDebit',
    social: { generation: 1, number: 9, issueDate: '20090901', validUntil: '20290901' },
    host: { financial: 'notOpened', medicalCents: 77_720 },
  },
  {
    id: 'other-bank',
    label: text(
      '三代社保卡，他行（农业银行）',
      '第三代社保卡，他行（農業銀行）',
      'Third generation, another bank (ABC)',
    ),
    holder: 'zi',
    bin: 'abc',
    social: { generation: 3, number: 10 },
    financial: {},
    host: { medicalCents: 150_000 },
  },
  {
    id: 'debit',
    label: text('普通借记卡', '普通金融卡', 'Ordinary debit card'),
    holder: 'yin',
    bin: 'icbcDebit',
    financial: { number: 11, personalisedFor: 'nobody' },
    host: { availableCents: 88_888 },
  },
  {
    id: 'expired',
    label: text('已过有效期的社保卡', '已過有效期的社保卡', 'Expired card'),
    holder: 'mao',
    bin: 'icbcSocial',
    social: { generation: 3, number: 12, issueDate: '20210111', validUntil: '20260111' },
    financial: { effective: '210111', expiry: '2601' },
    host: { medicalCents: 12_000 },
  },
  {
    id: 'wrong-cryptogram',
    label: text('金融密钥不正确的卡', '金融金鑰不正確的卡', 'Card whose cryptogram the bank refuses'),
    holder: 'chen',
    bin: 'icbcSocial',
    social: { generation: 3, number: 13 },
    financial: { masterKey: 'stranger' },
    host: { medicalCents: 6_600 },
  },
  {
    id: 'cloned',
    label: text('复制卡（数据正确，没有密钥）', '複製卡（資料正確，沒有金鑰）', 'A copy: right data, no keys'),
    holder: 'jia',
    bin: 'icbcSocial',
    social: { generation: 3, number: 1, keys: 'absent' },
    financial: { masterKey: 'stranger' },
  },
  {
    id: 'mute',
    label: text('无响应的卡', '無回應的卡', 'Card that does not answer'),
    holder: 'jia',
    bin: 'icbcSocial',
    mute: true,
  },
  {
    id: 'gen3-second-account',
    label: text(
      '三代社保卡，另有借记账户（国密）',
      '第三代社保卡，另有金融卡帳戶（國密）',
      'Third generation, holder has a second account (SM4)',
    ),
    holder: 'chou',
    bin: 'icbcSocial',
    social: { generation: 3, number: 14 },
    financial: { algorithm: 'sm4' },
    host: { availableCents: 1_024_00, ledgerCents: 1_124_00, medicalCents: 5_500 },
  },
  {
    id: 'gen3-dormant',
    label: text(
      '三代社保卡，账户被误标为睡眠户',
      '第三代社保卡，帳戶被誤標為靜止戶',
      'Third generation, account wrongly marked dormant',
    ),
    holder: 'si',
    bin: 'icbcSocial',
    social: { generation: 3, number: 15 },
    financial: {},
    host: { dormant: true, availableCents: 3, medicalCents: 210 },
  },
  {
    id: 'gen3-gbk-name',
    label: text('三代社保卡，姓名含“镕”', '第三代社保卡，姓名含「鎔」', 'Third generation, name with a rare character'),
    holder: 'rong',
    bin: 'icbcSocial',
    social: { generation: 3, number: 16 },
    financial: {},
    host: { availableCents: 0 },
  },
  {
    id: 'gen3-long-name',
    label: text('三代社保卡，长姓名', '第三代社保卡，長姓名', 'Third generation, long name'),
    holder: 'long',
    bin: 'icbcSocial',
    social: { generation: 3, number: 17 },
    financial: {},
    host: { availableCents: 730_100, medicalCents: 99_999 },
  },
];
