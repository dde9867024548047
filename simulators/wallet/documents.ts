/**
 * Identity documents of the wallet's people, and of some who have no card: bytes as chips and machine-readable lines hold
 * them. Written down from the reference a second time (id-card-reader.md 8, printer-pin-pad-mrz.md c), so that the daemon's
 * own tables are proven by something else than themselves.
 */
import { idNumber } from './numbers.ts';
import { personOf } from './people.ts';

/** What lies on the identity reader: the SAM gives these blocks away. */
export interface ChipDocument {
  readonly place: 'identityReader';
  readonly text: Uint8Array;
  readonly photo: Uint8Array;
  readonly appendedAddress?: Uint8Array;
  /** False: the SAM does not believe the chip. */
  readonly genuine: boolean;
  /** A chip that answers and cannot be read. */
  readonly readable: boolean;
  /** A chip, but no document's. */
  readonly known: boolean;
}

/** What is swiped through the passport reader. */
export interface PrintedDocument {
  readonly place: 'passportReader';
  readonly lines: readonly string[];
}

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

// --- check digits, a second time

/** ICAO 9303 part 3, 4.9: weights 7 3 1, letters from 10, `<` is 0; also the number of 2017 (id-card-reader.md 10.4). */
function icaoCheck(text: string): string {
  const value = (character: string): number => (character === '<' ? 0 : Number.parseInt(character, 36));
  const sum = [...text].reduce((total, character, index) => total + value(character) * ([7, 3, 1][index % 3] ?? 0), 0);
  return String(sum % 10);
}

/** ISO 7064 MOD 11-2 over 17 digits. */
function withCheck(seventeen: string): string {
  let rest = 0;
  for (const digit of seventeen) rest = ((rest + Number(digit)) * 2) % 11;
  const check = (12 - rest) % 11;
  return seventeen + (check === 10 ? 'X' : String(check));
}

// --- chips (id-card-reader.md 8)

const photo = Buffer.alloc(1024, 'WLT of nobody ');

/** UCS-2 little-endian at byte offsets; what is not said is blank. */
function textBlock(fields: readonly (readonly [offset: number, bytes: number, text: string])[]): Uint8Array {
  const block = Buffer.from(' '.repeat(128), 'utf16le');
  for (const [offset, bytes, text] of fields) {
    const encoded = Buffer.from(text, 'utf16le');
    if (encoded.length > bytes) throw new Error(`${encoded.length} bytes do not fit into ${bytes}`);
    encoded.copy(block, offset);
  }
  return block;
}

interface Resident {
  readonly name: string;
  readonly sex: '1' | '2';
  readonly birth: string;
  readonly number: string;
  readonly address?: string;
  readonly from?: string;
  readonly until?: string;
}

const address = '某省某市测试路1号';
const issuer = '测试市公安局';

const residentBlock = (who: Resident): Uint8Array =>
  textBlock([
    [0, 30, who.name],
    [30, 2, who.sex],
    [32, 4, '01'],
    [36, 16, who.birth],
    [52, 70, who.address ?? address],
    [122, 36, who.number],
    [158, 30, issuer],
    [188, 16, who.from ?? '20200101'],
    [204, 16, who.until ?? '20400101'],
  ]);

const permitBlock = (who: Resident, travelPermit: string): Uint8Array =>
  textBlock([
    [0, 30, who.name],
    [30, 2, who.sex],
    [36, 16, who.birth],
    [52, 70, address],
    [122, 36, who.number],
    [158, 30, issuer],
    [188, 16, '20230101'],
    [204, 16, '20400101'],
    [220, 18, travelPermit],
    [238, 4, '01'],
    [248, 2, 'J'],
  ]);

const chip = (text: Uint8Array, more: Partial<ChipDocument> = {}): ChipDocument => ({
  place: 'identityReader',
  text,
  photo,
  genuine: true,
  readable: true,
  known: true,
  ...more,
});

// --- machine-readable lines (printer-pin-pad-mrz.md c.1, c.2)

const fill = (text: string, length: number): string => text.padEnd(length, '<');
const lettersOf = (name: string): string => name.replace(', ', '<<').replaceAll(' ', '<');

interface Traveller {
  readonly code: string;
  readonly issuer: string;
  readonly nationality: string;
  readonly name: string;
  readonly number: string;
  /** YYMMDD */
  readonly birth: string;
  readonly sex: 'M' | 'F';
  readonly expiry: string;
}

function td3(who: Traveller): PrintedDocument {
  const number = fill(who.number, 9);
  const optional = '<'.repeat(14);
  const parts = [number + icaoCheck(number), who.birth + icaoCheck(who.birth), who.expiry + icaoCheck(who.expiry)];
  const [first = '', second = '', third = ''] = parts;
  const last = `${optional}0`;
  const composite = icaoCheck(first + second + third + last);
  return {
    place: 'passportReader',
    lines: [
      fill(fill(who.code, 2) + who.issuer + lettersOf(who.name), 44),
      first + who.nationality + second + who.sex + third + last + composite,
    ],
  };
}

function td1(who: Traveller): PrintedDocument {
  const number = fill(who.number, 9);
  const upper = fill(fill(who.code, 2) + who.issuer + number + icaoCheck(number), 30);
  const birth = who.birth + icaoCheck(who.birth);
  const expiry = who.expiry + icaoCheck(who.expiry);
  const optional = '<'.repeat(11);
  const composite = icaoCheck(upper.slice(5) + birth + expiry + optional);
  return {
    place: 'passportReader',
    lines: [upper, birth + who.sex + expiry + who.nationality + optional + composite, fill(lettersOf(who.name), 30)],
  };
}

/** Exit-entry permit to Hong Kong and Macao, card 2014: 3 x 30, not ICAO. */
function exitEntryPermit(number: string, expiry: string, birth: string, name: string): PrintedDocument {
  const parts = [number, expiry, birth].map((part) => part + icaoCheck(part));
  return {
    place: 'passportReader',
    lines: [
      `CS${parts.join('<')}<${icaoCheck(parts.join(''))}`,
      fill(`<<<<<<<<<<<<${lettersOf(name)}`, 30),
      fill('M<<<<<', 30),
    ],
  };
}

const misread = ({ place, lines }: PrintedDocument): PrintedDocument => ({
  place,
  // A 0 taken for an O would be found at once; a digit taken for its neighbour only by the check digit.
  lines: lines.map((line, index) =>
    index === 1 ? line.replace(/\d/, (digit) => String((Number(digit) + 1) % 10)) : line,
  ),
});

// --- the wallet

const jia = personOf('jia');
const jiaOnChip: Resident = { name: jia.name, sex: '1', birth: jia.birthDate, number: jia.idNumber };
const child: Resident = { name: '测试小', sex: '2', birth: '20180101', number: idNumber('20180101', '020') };
const elder = personOf('bing');
const hongKong: Resident = {
  name: '測試港',
  sex: '1',
  birth: '19000101',
  number: withCheck('81000019000101001'),
};
const macao: Resident = { name: '測試澳', sex: '2', birth: '19000101', number: withCheck('82000019000101002') };
const taiwan: Resident = { name: '測試臺', sex: '1', birth: '19000101', number: withCheck('83000019000101003') };
const number2017 = 'UTO00000001010';
const number2023 = withCheck('99999919000101001');

const chinese: Traveller = {
  code: 'PO',
  issuer: 'CHN',
  nationality: 'CHN',
  name: 'CE, SHI JIA',
  number: 'E00000000',
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
    chip(permitBlock(hongKong, 'H00000001')),
    [...secretsOf(hongKong), 'H00000001'],
  ),
  'permit-macao': row(
    ['港澳居民居住证（澳门）', 'Residence permit, Macao'],
    ['820000 开头。', 'Begins with 820000.'],
    chip(permitBlock(macao, 'M00000002')),
    [...secretsOf(macao), 'M00000002'],
  ),
  'permit-taiwan': row(
    ['台湾居民居住证', 'Residence permit, Taiwan'],
    ['830000 开头。', 'Begins with 830000.'],
    chip(permitBlock(taiwan, '00000003')),
    secretsOf(taiwan),
  ),
  'foreign-2017': row(
    ['外国人永久居留身份证（2017 版）', 'Permanent resident card, 2017'],
    ['十五位号码，英文姓名。', 'Number of fifteen characters, name in Latin letters.'],
    chip(
      textBlock([
        [0, 120, 'SPECIMEN, JANE'],
        [120, 2, '2'],
        [122, 30, number2017 + icaoCheck(number2017)],
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
    ['SPECIMEN, JANE', number2017 + icaoCheck(number2017), '样简'],
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
        [122, 36, number2023],
        [188, 16, '20240101'],
        [204, 16, '20400101'],
        [242, 6, 'UTO'],
        [248, 2, 'Y'],
      ]),
    ),
    ['SPECIMEN, JACK', number2023, '样杰'],
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
      number: 'L898902C3',
      birth: '740812',
      sex: 'F',
      expiry: '350415',
    }),
    ['L898902C3', 'ERIKSSON<<ANNA'],
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
      number: 'H00000001',
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
      number: '00000003',
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
