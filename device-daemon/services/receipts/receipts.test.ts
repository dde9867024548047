import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMS, RECEIPT_TEXTS } from '#assets/receipts/index.ts';
import type { FinancialLeg } from '#protocol/generated/kiosk.ts';
import { raster } from './gb-printer.ts';
import { balanceFields, type ReceiptFields, type ReceiptLanguage, render, testFields } from './index.ts';
import { bench } from './paper.fixture.ts';

const PAPER = { charactersPerLine: 48, dotsPerLine: 576, repertoire: 'gbk' } as const;
const languages = Object.keys(RECEIPT_TEXTS) as ReceiptLanguage[];

const CONTEXT = {
  bankName: '示范银行',
  branchName: '示范支行营业厅',
  terminalId: 'KIOSK001',
  hotline: '12333',
  time: '2026-11-23T06:32:05.000Z',
  caseCode: 'A7K2-9QXM',
  reference: '000123456789',
  cardNumberMasked: '621721*********1234',
  holderNameMasked: '*镕',
};
const DONE: FinancialLeg = {
  state: 'done',
  accounts: [
    { kind: 'socialSecurity', accountClass: 'I', panMasked: '621721*********1234', available: '1234567.89' },
    { kind: 'debit', accountClass: 'II', panMasked: '622202*********9876', available: '0.50' },
  ],
};
const FIELDS = balanceFields(CONTEXT, {
  social: { state: 'done', status: 'normal', outOfArea: true },
  financial: DONE,
  medical: { state: 'done', balance: '300.00', outOfArea: true },
});

describe('on paper', () => {
  let gbk: Awaited<ReturnType<typeof bench>>;
  beforeAll(async () => {
    gbk = await bench('gbk');
  });
  afterAll(() => gbk.close());

  test('the balance slip in simplified Chinese', async () => {
    const { lines } = await gbk.print('balance', 'zh-Hans', FIELDS);
    expect(lines.filter((text) => text !== '' && !text.startsWith('─'))).toEqual([
      '示范银行',
      '查询凭条',
      '示范支行营业厅',
      '时间 2026年11月23日 14:32:05',
      '终端 KIOSK001',
      '持卡人 *镕',
      '卡号末四位 **** 1234',
      '社保功能 正常',
      '异地就医 可以',
      '银行账户',
      '社保卡账户 · Ⅰ类户 **** 1234',
      '可用余额',
      '1,234,567.89 元',
      '借记账户 · Ⅱ类户 **** 9876',
      '可用余额',
      '0.50 元',
      '医保个人账户',
      '账户余额',
      '300.00 元',
      '费用 0.00 元',
      '流水号 000123456789',
      '受理编号 A7K2-9QXM',
      '各账户分别列示，不合计。',
      '请妥善保管，如有疑问请出示受理编号。',
      '咨询电话 12333',
    ]);
  });

  test.each(languages)('every sentence of %s comes back from the paper', async (language) => {
    const texts = RECEIPT_TEXTS[language];
    const social = ['normal', 'sealed', 'tempLost', 'lost', 'locked', 'cancelled', 'unknown', 'noApplication'];
    const financial = Object.keys(texts).flatMap((key) => (key.startsWith('financial.') ? [key.slice(10)] : []));
    const medical = Object.keys(texts).flatMap((key) => (key.startsWith('medical.') ? [key.slice(8)] : []));
    for (const [index, reason] of financial.entries()) {
      const status = social[index % social.length] ?? 'normal';
      const side = medical[index % medical.length] ?? 'other';
      const { accountKind, accountClass, accountNumber, available, medicalBalance, ...rest } = FIELDS;
      const { lines } = await gbk.print('balance', language, {
        ...rest,
        social: status,
        financial: reason,
        medical: side,
      });
      const paper = lines.join('').replace(/\s/g, '');
      const keys = [`social.${status}`, `financial.${reason}`, `medical.${side}`, 'fee', 'keep', 'notSummed'] as const;
      for (const key of keys) expect(paper).toContain(texts[key as keyof typeof texts].replace(/\s/g, ''));
      expect(paper).not.toContain('[image');
    }
  });

  test('English words stay whole, Roman numbers and a holder with a rare name are drawn', async () => {
    const { lines } = await gbk.print('balance', 'en', FIELDS);
    expect(lines).toContain('Please keep this slip. Quote the case code if');
    expect(lines).toContain('you have questions.');
    const rare = await gbk.print('balance', 'en', { ...FIELDS, holderName: '*䶮' });
    expect(rare.lines.filter((text) => text.startsWith('[image'))).toEqual(['[image 576x24]']);
  });

  test('the test page shows every script, and its code as a picture', async () => {
    const fields = testFields({ terminalId: 'KIOSK001', time: CONTEXT.time, printer: 'escpos' }, 48);
    const { lines, svg } = await gbk.print('test', 'zh-Hant', fields);
    expect(lines).toContain('漢字：永國鎔灣龜 Ⅰ ￥ ·');
    expect(lines).toContain('....+....1....+....2....+....3....+....4....+...');
    expect(lines.join()).toMatch(/\[image \d+x\d+\]/);
    expect(svg).toContain('<path');
  });
});

test('a printer with GB 2312 alone draws the line that holds another character, and prints the rest as text', async () => {
  const gb2312 = await bench('gb2312');
  try {
    const { lines } = await gb2312.print('balance', 'zh-Hans', FIELDS);
    expect(lines.filter((text) => text.startsWith('[image'))).toEqual(['[image 576x24]']);
    expect(lines).toContain('社保功能 正常');
    expect(lines.join('\n')).not.toContain('持卡人');
    const drawn = await gb2312.print('balance', 'zh-Hant', FIELDS);
    expect(drawn.lines.filter((text) => text.startsWith('[image')).length).toBeGreaterThan(5);
  } finally {
    await gb2312.close();
  }
});

describe('what is rendered', () => {
  test.each([
    [48, 576],
    [32, 384],
  ])('fits %i characters in every language', (charactersPerLine, dotsPerLine) => {
    for (const language of languages) {
      const rendered = render('balance', language, FIELDS, { charactersPerLine, dotsPerLine, repertoire: 'gbk' });
      if (!rendered.ok) throw new Error(rendered.error.code);
      expect(rendered.value.svg).toContain(`width="${dotsPerLine}px"`);
      const longest = Buffer.from(rendered.value.bytes)
        .toString('latin1')
        // biome-ignore lint/suspicious/noControlCharactersInRegex: ESC, FS and GS commands of the styles in use.
        .replace(/\x1b[Ea-t-].|\x1c[!&.-].?|\x1d!.|\x1b2/gs, '')
        .split('\n')
        .reduce((most, line) => Math.max(most, line.length), 0);
      expect(longest).toBeLessThanOrEqual(charactersPerLine);
    }
  });

  test('an amount is twice as wide where that fits, and never cut', () => {
    const of = (available: string) => {
      const fields = balanceFields(CONTEXT, {
        social: { state: 'noApplication' },
        financial: { state: 'done', accounts: [{ kind: 'debit', accountClass: 'I', panMasked: '*1234', available }] },
        medical: { state: 'notHere' },
      });
      const rendered = render('balance', 'zh-Hans', fields, PAPER);
      if (!rendered.ok) throw new Error(rendered.error.code);
      return Buffer.from(rendered.value.bytes).toString('latin1');
    };
    expect(of('1234.50')).toContain('\x1d!\x10\x1c!\x041,234.50 ');
    expect(of('-999999999999999.99')).toContain(' -999,999,999,999,999.99 ');
  });

  test('no picture holds bytes that a printer takes for a command', () => {
    const rows = [0x04, 0x05, 0x14, 0x20].map((byte) => [0x10, byte]);
    const isBlack = (x: number, y: number) => (((rows[y]?.[x >> 3] ?? 0) >> (7 - (x & 7))) & 1) === 1;
    const data = Buffer.from(raster(2, rows.length, isBlack)).subarray(8);
    expect(data.toString('hex')).toBe('1804180518141020');
  });

  test('receiptline commands in a field are printed, not obeyed', () => {
    const rendered = render('balance', 'zh-Hans', { ...FIELDS, branchName: '^a|{b:c}~_"`=\\x41;' }, PAPER);
    if (!rendered.ok) throw new Error(rendered.error.code);
    expect(Buffer.from(rendered.value.bytes).toString('latin1')).toContain('^a|{b:c}~_"`=\\x41;');
  });
});

describe('a form with a wrong field prints nothing and names the field', () => {
  const { caseCode: _, ...withoutCase } = FIELDS;
  const { available: __, accountKind, accountClass, accountNumber, ...withoutAccounts } = FIELDS;
  test.each<[string, ReceiptFields, object]>([
    ['nothing missing', withoutCase, { code: 'fieldMissing', field: 'caseCode' }],
    ['a leg that says nothing', withoutAccounts, { code: 'fieldMissing', field: 'available' }],
    ['a leg that says two things', { ...FIELDS, financial: 'other' }, { code: 'fieldInvalid', field: 'financial' }],
    ['a field nobody declared', { ...FIELDS, total: '1.00' }, { code: 'fieldUnknown', field: 'total' }],
    [
      'an unmasked card number',
      { ...FIELDS, cardNumber: '6217210000001234' },
      { code: 'fieldInvalid', field: 'cardNumber' },
    ],
    ['six and four', { ...FIELDS, cardNumber: '621721******1234' }, { code: 'fieldInvalid', field: 'cardNumber' }],
    ['an unmasked name', { ...FIELDS, holderName: '张三' }, { code: 'fieldInvalid', field: 'holderName' }],
    [
      'an identity number in a text',
      { ...FIELDS, branchName: '000000199001011239' },
      { code: 'fieldInvalid', field: 'branchName' },
    ],
    [
      'a card number in groups',
      { ...FIELDS, bankName: '6217 2100 0000 0001 234' },
      { code: 'fieldInvalid', field: 'bankName' },
    ],
    ['an empty text', { ...FIELDS, bankName: '' }, { code: 'fieldInvalid', field: 'bankName' }],
    ['a line break', { ...FIELDS, bankName: 'a\nb' }, { code: 'fieldInvalid', field: 'bankName' }],
    [
      'an amount with one decimal',
      { ...FIELDS, medicalBalance: '1.5' },
      { code: 'fieldInvalid', field: 'medicalBalance' },
    ],
    ['a word that is not in the catalogue', { ...FIELDS, social: 'fine' }, { code: 'fieldInvalid', field: 'social' }],
    [
      'accounts of different length',
      { ...FIELDS, available: ['1.00'] },
      { code: 'fieldInvalid', field: 'accountKind' },
    ],
    ['one account as text', { ...FIELDS, available: '1.00' }, { code: 'fieldInvalid', field: 'available' }],
  ])('%s', (_name, fields, error) => {
    expect(render('balance', 'zh-Hans', fields, PAPER)).toEqual({ ok: false, error });
  });

  test('an unknown form', () => {
    expect(render('toString', 'en', {}, PAPER)).toEqual({ ok: false, error: { code: 'formNotFound' } });
  });
});

test('every language has every sentence, and every form only sentences that are there', () => {
  const keys = Object.keys(RECEIPT_TEXTS['zh-Hans']).sort();
  for (const language of languages) expect(Object.keys(RECEIPT_TEXTS[language]).sort()).toEqual(keys);
  for (const form of Object.values(FORMS)) {
    for (const [, inner = ''] of form.template.matchAll(/\{\{([^{}]+)\}\}/g)) {
      const name = inner.split(' ').at(-1) ?? '';
      if (name.startsWith('t.')) expect(keys).toContain(name.slice(2));
      else expect(Object.keys(form.fields)).toContain(name);
    }
  }
});
