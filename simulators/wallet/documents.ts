/** Identity documents of the wallet's people, and of some who have no card. */
import {
  address,
  type ChipDocument,
  chip,
  exitEntryPermit,
  misread,
  type PrintedDocument,
  permitBlock,
  type Resident,
  residentBlock,
  type Traveller,
  td1,
  td3,
  textBlock,
} from './document-forms.ts';
import { foreignNumbers } from './holders.ts';
import { type PersonId, personOf } from './people.ts';

export interface WalletDocument {
  readonly id: WalletDocumentId;
  readonly label: Readonly<Record<'zh-Hans' | 'en', string>>;
  readonly use: Readonly<Record<'zh-Hans' | 'en', string>>;
  readonly content: ChipDocument | PrintedDocument;
  /** What of it must never leave the daemon: names, numbers, birth, address. */
  readonly secrets: readonly string[];
}

export type WalletDocumentId =
  | 'resident'
  | 'resident-long-term'
  | 'resident-moved'
  | 'resident-minor'
  | 'resident-not-activated'
  | 'resident-other-bank'
  | 'resident-no-card'
  | 'resident-five-cards'
  | 'resident-expired'
  | 'resident-wrong-digit'
  | 'resident-forged'
  | 'resident-unreadable'
  | 'permit-hong-kong'
  | 'permit-macao'
  | 'permit-taiwan'
  | 'foreign-2017'
  | 'foreign-2023'
  | 'transit-card'
  | 'passport'
  | 'passport-foreign'
  | 'passport-expired'
  | 'passport-misread'
  | 'travel-hong-kong'
  | 'travel-taiwan'
  | 'travel-outbound';

const jia = personOf('jia');
const jiaOnChip: Resident = { name: jia.name, sex: '1', birth: jia.birthDate, number: jia.idNumber };
const residentOf = (id: PersonId): Resident => {
  const { name, sex, birthDate, idNumber } = personOf(id);
  return { name, sex: sex === 'male' ? '1' : '2', birth: birthDate, number: idNumber };
};
const child = residentOf('xiao');
const elder = personOf('bing');
const withoutActivation = residentOf('yi');
const ofAnotherBank = residentOf('zi');
const withoutCard = residentOf('wei');
const withFiveCards = residentOf('shen');
const hongKong: Resident = {
  name: '測試港',
  sex: '1',
  birth: '19000101',
  number: foreignNumbers.hongKong,
};
const macao: Resident = {
  name: '測試澳',
  sex: '2',
  birth: '19000101',
  number: foreignNumbers.macao,
};
const taiwan: Resident = {
  name: '測試臺',
  sex: '1',
  birth: '19000101',
  number: foreignNumbers.taiwan,
};

const chinese: Traveller = {
  code: 'PO',
  issuer: 'CHN',
  nationality: 'CHN',
  name: 'CE, SHI JIA',
  number: foreignNumbers.passport,
  birth: '900101',
  sex: 'M',
  expiry: '351231',
};

/** Everything that a document says of somebody, as it might turn up elsewhere. */
const secretsOf = (who: Resident): readonly string[] => [who.name, who.number, who.address ?? address];

type Row = Omit<WalletDocument, 'id'>;
const row = (
  label: readonly [string, string],
  use: readonly [string, string],
  content: WalletDocument['content'],
  secrets: readonly string[],
): Row => ({
  label: { 'zh-Hans': label[0], en: label[1] },
  use: { 'zh-Hans': use[0], en: use[1] },
  content,
  secrets,
});

const table: Readonly<Record<WalletDocumentId, Row>> = {
  resident: row(
    ['居民身份证', 'Resident ID card'],
    ['一切正常，与第一张社保卡同一人。从这张开始。', 'All is well; the person of the first card. Begin with this one.'],
    chip(residentBlock(jiaOnChip)),
    secretsOf(jiaOnChip),
  ),
  'resident-long-term': row(
    ['居民身份证，长期有效', 'Resident ID card, valid for ever'],
    ['有效期“长期”，持证人八十多岁。', 'Valid “长期”; its holder is over eighty.'],
    chip(
      residentBlock({
        name: elder.name,
        sex: '1',
        birth: elder.birthDate,
        number: elder.idNumber,
        until: '长期',
      }),
    ),
    [elder.name, elder.idNumber],
  ),
  'resident-moved': row(
    ['居民身份证，有追加地址', 'Resident ID card, address appended'],
    ['芯片里另有最新住址，应以它为准。', 'The chip has a newer address, which counts.'],
    chip(residentBlock(jiaOnChip), {
      appendedAddress: Buffer.from('某省某市迁居路2号'.padEnd(35), 'utf16le'),
    }),
    [...secretsOf(jiaOnChip), '某省某市迁居路2号'],
  ),
  'resident-minor': row(
    ['居民身份证，未成年人', 'Resident ID card of a child'],
    ['不满十六岁：可读，带提示。', 'Under sixteen: read, with a warning.'],
    chip(residentBlock(child)),
    secretsOf(child),
  ),
  'resident-not-activated': row(
    ['居民身份证，卡未激活', 'Resident ID card, card not activated'],
    ['与“金融功能未激活”的卡同一人。', 'The person of the card whose money function is not active.'],
    chip(residentBlock(withoutActivation)),
    secretsOf(withoutActivation),
  ),
  'resident-other-bank': row(
    ['居民身份证，他行卡', 'Resident ID card, card of another bank'],
    ['与他行社保卡同一人：银行侧要去发卡行。', 'The person of the card of another bank: its money side is not here.'],
    chip(residentBlock(ofAnotherBank)),
    secretsOf(ofAnotherBank),
  ),
  'resident-no-card': row(
    ['居民身份证，没有社保卡', 'Resident ID card, no social security card'],
    ['名下没有卡；申请的新卡正在制作。', 'No card to the name; a first one is being made.'],
    chip(residentBlock(withoutCard)),
    secretsOf(withoutCard),
  ),
  'resident-five-cards': row(
    ['居民身份证，五张卡', 'Resident ID card, five cards'],
    [
      '五张卡，状态各不相同：注销、挂失补办中、他行、临时挂失、正常。',
      'Five cards, each in another state: cancelled, being replaced, of another bank, reported for a few days, in order.',
    ],
    chip(residentBlock(withFiveCards)),
    secretsOf(withFiveCards),
  ),
  'resident-expired': row(
    ['居民身份证，已过期', 'Resident ID card, expired'],
    ['有效期已过：退回，请换证。', 'Its time is over: refused.'],
    chip(residentBlock({ ...jiaOnChip, from: '20100101', until: '20200101' })),
    secretsOf(jiaOnChip),
  ),
  'resident-wrong-digit': row(
    ['居民身份证，校验位不对', 'Resident ID card, wrong check digit'],
    ['号码末位不对：视为损坏或伪造。', 'The last character of the number is wrong: damaged or forged.'],
    chip(residentBlock({ ...jiaOnChip, number: jia.idNumber.slice(0, 17) + (jia.idNumber.endsWith('1') ? '2' : '1') })),
    [jia.name],
  ),
  'resident-forged': row(
    ['居民身份证，假证', 'Resident ID card, forged'],
    ['安全模块不认可芯片（32）。', 'The security module does not believe the chip (32).'],
    chip(residentBlock(jiaOnChip), { genuine: false }),
    secretsOf(jiaOnChip),
  ),
  'resident-unreadable': row(
    ['居民身份证，读不出', 'Resident ID card, unreadable'],
    ['找得到卡，读不出来（41）。', 'It is found and cannot be read (41).'],
    chip(residentBlock(jiaOnChip), { readable: false }),
    secretsOf(jiaOnChip),
  ),
  'permit-hong-kong': row(
    ['港澳居民居住证（香港）', 'Residence permit, Hong Kong'],
    ['810000 开头，另有通行证号码。', 'Begins with 810000, with a travel permit number.'],
    chip(permitBlock(hongKong, foreignNumbers.hongKongTravel)),
    [...secretsOf(hongKong), foreignNumbers.hongKongTravel],
  ),
  'permit-macao': row(
    ['港澳居民居住证（澳门）', 'Residence permit, Macao'],
    ['820000 开头。', 'Begins with 820000.'],
    chip(permitBlock(macao, foreignNumbers.macaoTravel)),
    [...secretsOf(macao), foreignNumbers.macaoTravel],
  ),
  'permit-taiwan': row(
    ['台湾居民居住证', 'Residence permit, Taiwan'],
    ['830000 开头。', 'Begins with 830000.'],
    chip(permitBlock(taiwan, foreignNumbers.taiwanTravel)),
    secretsOf(taiwan),
  ),
  'foreign-2017': row(
    ['外国人永久居留身份证（2017 版）', 'Permanent resident card, 2017'],
    ['十五位号码，英文姓名。', 'Number of fifteen characters, name in Latin letters.'],
    chip(
      textBlock([
        [0, 120, 'SPECIMEN, JANE'],
        [120, 2, '2'],
        [122, 30, foreignNumbers.permanent2017],
        [152, 6, 'UTO'],
        [158, 30, '样简'],
        [188, 16, '20200101'],
        [204, 16, '20400101'],
        [220, 16, '20000101'],
        [236, 4, '01'],
        [240, 8, '1500'],
        [248, 2, 'I'],
      ]),
    ),
    ['SPECIMEN, JANE', foreignNumbers.permanent2017, '样简'],
  ),
  'foreign-2023': row(
    ['外国人永久居留身份证（2023 版）', 'Permanent resident card, 2023'],
    ['“五星卡”：十八位号码，9 开头。', 'The five-star card: eighteen characters that begin with 9.'],
    chip(
      textBlock([
        [0, 30, '样杰'],
        [30, 2, '1'],
        [32, 4, '00'],
        [36, 16, '19000101'],
        [52, 70, 'SPECIMEN, JACK'],
        [122, 36, foreignNumbers.permanent2023],
        [188, 16, '20240101'],
        [204, 16, '20400101'],
        [242, 6, 'UTO'],
        [248, 2, 'Y'],
      ]),
    ),
    ['SPECIMEN, JACK', foreignNumbers.permanent2023, '样杰'],
  ),
  'transit-card': row(
    ['公交卡', 'A transit card'],
    ['不是证件（40）。', 'No document at all (40).'],
    chip(textBlock([]), { known: false }),
    [],
  ),
  passport: row(['中国护照', 'Chinese passport'], ['两行机读码。', 'Two machine-readable lines.'], td3(chinese), [
    'E00000000',
    'CE<<SHI<JIA',
  ]),
  'passport-foreign': row(
    ['外国护照', 'Foreign passport'],
    ['国际民航组织样本。', 'The specimen of the ICAO.'],
    td3({
      code: 'P',
      issuer: 'UTO',
      nationality: 'UTO',
      name: 'ERIKSSON, ANNA MARIA',
      number: foreignNumbers.foreignPassport,
      birth: '740812',
      sex: 'F',
      expiry: '350415',
    }),
    [foreignNumbers.foreignPassport, 'ERIKSSON<<ANNA'],
  ),
  'passport-expired': row(
    ['中国护照，已过期', 'Chinese passport, expired'],
    ['有效期已过。', 'Its time is over.'],
    td3({ ...chinese, expiry: '200101' }),
    ['E00000000'],
  ),
  'passport-misread': row(
    ['中国护照，读错一位', 'Chinese passport, misread'],
    ['一位数字读错，校验不符：请再刷一次。', 'One digit was taken for another: swipe again.'],
    misread(td3(chinese)),
    [],
  ),
  'travel-hong-kong': row(
    ['港澳居民来往内地通行证', 'Travel permit, Hong Kong and Macao'],
    ['三行机读码。', 'Three machine-readable lines.'],
    td1({
      code: 'CR',
      issuer: 'CHN',
      nationality: 'CHN',
      name: 'CE, SHI GANG',
      number: foreignNumbers.hongKongTravel,
      birth: '800512',
      sex: 'M',
      expiry: '351231',
    }),
    ['CE<<SHI<GANG'],
  ),
  'travel-taiwan': row(
    ['台湾居民来往大陆通行证', 'Travel permit, Taiwan'],
    ['三行机读码。', 'Three machine-readable lines.'],
    td1({
      code: 'CT',
      issuer: 'CHN',
      nationality: 'CHN',
      name: 'CE, SHI TAI',
      number: foreignNumbers.taiwanTravel,
      birth: '800512',
      sex: 'F',
      expiry: '351231',
    }),
    ['CE<<SHI<TAI'],
  ),
  'travel-outbound': row(
    ['往来港澳通行证', 'Exit-entry permit to Hong Kong and Macao'],
    ['不是国际格式的三行机读码。', 'Three lines in a form of their own.'],
    exitEntryPermit('C00000000', '351231', '900101', 'CE, SHI JIA'),
    ['C00000000'],
  ),
};

export const walletDocuments: readonly WalletDocument[] = (Object.keys(table) as WalletDocumentId[]).map((id) => ({
  id,
  ...table[id],
}));

export const documentOf = (id: WalletDocumentId): WalletDocument => ({ id, ...table[id] });
