import type { StaffRole } from '#protocol/generated/bank-core.ts';
import { benchKeys } from '../crypto/index.ts';
import type { Localized } from './cards.ts';
import type { PersonId } from './people.ts';

/** Staff with a card of their own: it enciphers a challenge, and has a PIN. */
export interface Staff {
  readonly number: string;
  readonly pin: string;
  /** SM4. */
  readonly key: Buffer;
  readonly role: StaffRole;
  /** Who it is on the hosts' files: nobody approves for themselves. */
  readonly person: PersonId;
}

export const benchStaff: readonly [Staff, Staff, Staff] = [
  { number: '900001', pin: '975310', key: benchKeys.staffCard, role: 'branchClerk', person: 'xin' },
  { number: '900002', pin: '864209', key: benchKeys.staffCardOfHolder, role: 'branchManager', person: 'jia' },
  { number: '900003', pin: '753197', key: benchKeys.staffCardOfTechnician, role: 'technician', person: 'wei' },
];

export type StaffCardId = 'staff' | 'staff-holder' | 'staff-technician';

export interface StaffCard {
  readonly id: StaffCardId;
  readonly label: Localized;
  readonly use: Readonly<Record<'zh-Hans' | 'en', string>>;
  readonly staff: Staff;
}

/** Not in any customer's wallet: the branch keeps them. */
export const staffCards: readonly StaffCard[] = [
  {
    id: 'staff',
    label: { 'zh-Hans': '工作人员卡', 'zh-Hant': '工作人員卡', en: 'Staff card' },
    use: {
      'zh-Hans': '终端请工作人员时插入，在密码键盘上输入工作人员密码，再取出卡片。',
      en: 'Insert it when the kiosk calls staff, enter its PIN on the pad, take it out again.',
    },
    staff: benchStaff[0],
  },
  {
    id: 'staff-holder',
    label: {
      'zh-Hans': '工作人员卡，测试甲本人',
      'zh-Hant': '工作人員卡，測試甲本人',
      en: 'Staff card of a cardholder',
    },
    use: {
      'zh-Hans': '持卡人测试甲也是工作人员：为别人可以，为自己办理会被拒绝。',
      en: 'Staff who are customers too (测试甲): for others they may approve, for themselves they are refused.',
    },
    staff: benchStaff[1],
  },
  {
    id: 'staff-technician',
    label: { 'zh-Hans': '维护人员卡', 'zh-Hant': '維護人員卡', en: 'Technician’s card' },
    use: {
      'zh-Hans': '进入维护页面时插入，在密码键盘上输入密码；卡片留在机内，取出即退出。',
      en: 'Opens the maintenance pages: insert it, enter its PIN on the pad, leave it in. They close when it leaves.',
    },
    staff: benchStaff[2],
  },
];

export const staffCardOf = (id: string): StaffCard | undefined => staffCards.find((card) => card.id === id);
