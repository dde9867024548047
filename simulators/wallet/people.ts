import { idNumber } from './numbers.ts';

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  /** As on the bank side of the chip (5F20). */
  readonly latinName: string;
  /** 18 characters, area code 000000. */
  readonly idNumber: string;
  readonly sex: 'male' | 'female';
  /** YYYYMMDD */
  readonly birthDate: string;
  /** GB 3304, two digits; 01 is Han. */
  readonly ethnicity: string;
  /** GB/T 2260, six digits. */
  readonly birthplace: string;
  /** On both hosts' files. Prefix 12 is not given to mobile networks. */
  readonly phone: string;
}

const table = {
  // The holder of the reference's card image (social-security card reference 1.14).
  jia: ['测试甲', 'CE SHI JIA', '19900101', '001', '01'],
  yi: ['测试乙', 'CE SHI YI', '19850315', '002', '01'],
  bing: ['测试丙', 'CE SHI BING', '19450612', '003', '01'],
  ding: ['测试丁', 'CE SHI DING', '19721224', '004', '01'],
  wu: ['测试戊', 'CE SHI WU', '20010930', '005', '01'],
  ji: ['测试己', 'CE SHI JI', '19600229', '006', '01'],
  geng: ['测试庚', 'CE SHI GENG', '19551107', '007', '01'],
  xin: ['测试辛', 'CE SHI XIN', '19881201', '008', '01'],
  ren: ['测试壬', 'CE SHI REN', '19930418', '009', '01'],
  gui: ['测试癸', 'CE SHI GUI', '19781030', '010', '01'],
  zi: ['测试子', 'CE SHI ZI', '19691115', '011', '01'],
  chou: ['测试丑', 'CE SHI CHOU', '19830704', '012', '01'],
  yin: ['测试寅', 'CE SHI YIN', '19910823', '013', '01'],
  mao: ['测试卯', 'CE SHI MAO', '19400305', '014', '01'],
  chen: ['测试辰', 'CE SHI CHEN', '19961010', '015', '01'],
  si: ['测试巳', 'CE SHI SI', '19640808', '018', '01'],
  // 镕 is E946 in GBK: its second byte is an ASCII letter.
  rong: ['试镕', 'SHI RONG', '19470520', '016', '01'],
  // 33 bytes in GBK; the single-byte J makes 尔 straddle the 30-byte name record and its extension.
  long: ['测试阿卜杜热西提·J·买买提吐尔逊', 'CE SHI ABUDUREXITI J', '19811111', '017', '05'],
  // No card of their own in the wallet. Telephone numbers follow the order, so whoever is new comes last.
  xiao: ['测试小', 'CE SHI XIAO', '20180101', '020', '01'],
  wei: ['测试未', 'CE SHI WEI', '19870907', '021', '01'],
  shen: ['测试申', 'CE SHI SHEN', '19750214', '022', '01'],
} as const satisfies Record<
  string,
  readonly [name: string, latinName: string, birthDate: string, sequence: string, ethnicity: string]
>;

export type PersonId = keyof typeof table;

function person(id: PersonId, index: number): Person {
  const [name, latinName, birthDate, sequence, ethnicity] = table[id];
  return {
    id,
    name,
    latinName,
    idNumber: idNumber(birthDate, sequence),
    sex: Number(sequence) % 2 === 1 ? 'male' : 'female',
    birthDate,
    ethnicity,
    birthplace: '320100',
    phone: `1205837${String(index + 1).padStart(4, '0')}`,
  };
}

const ids = Object.keys(table) as PersonId[];

export const people: readonly Person[] = ids.map(person);

export const personOf = (id: PersonId): Person => person(id, ids.indexOf(id));
