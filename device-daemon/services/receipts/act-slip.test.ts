import { qrcode } from 'receiptline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FORMS, RECEIPT_TEXTS } from '#assets/receipts/index.ts';
import type { Act, FinancialActLeg, FinancialStatus, SocialActLeg, SocialStatus } from '#protocol/generated/kiosk.ts';
import { readCode } from '../../drivers/serial-scanner/codes.ts';
import type { ActSlip } from './act-fields.ts';
import { fillForm } from './fill.ts';
import { actFields, type ReceiptLanguage, render, type SlipContext } from './index.ts';
import { bench } from './paper.fixture.ts';

const languages = Object.keys(RECEIPT_TEXTS) as ReceiptLanguage[];
const papers = [
  { charactersPerLine: 48, dotsPerLine: 576, repertoire: 'gbk' },
  { charactersPerLine: 32, dotsPerLine: 384, repertoire: 'gbk' },
] as const;
const [PAPER] = papers;

const CONTEXT: SlipContext = {
  bankName: '示范银行',
  branchName: '示范支行营业厅',
  terminalId: 'KIOSK001',
  hotline: '12333',
  time: '2026-11-23T06:32:05.000Z',
  caseCode: 'A7K2-9QXM',
  cardNumberMasked: '621721*********1234',
  holderNameMasked: '*镕',
};

// The records name every word of the contract: a new one does not compile until it is here, too.
const acts = Object.keys({
  temporaryLoss: 0,
  formalLoss: 0,
  unfreeze: 0,
  enableSocial: 0,
  activate: 0,
  changePin: 0,
  changeCardPin: 0,
  resetPin: 0,
  unlockSocialPin: 0,
} satisfies Record<Act, 0>) as Act[];
const socialStatuses = Object.keys({
  sealed: 0,
  normal: 0,
  tempLost: 0,
  lost: 0,
  locked: 0,
  cancelled: 0,
  unknown: 0,
} satisfies Record<SocialStatus, 0>) as SocialStatus[];
const financialStatuses = Object.keys({
  notOpened: 0,
  openFailed: 0,
  openedInactive: 0,
  active: 0,
  tempLost: 0,
  lost: 0,
  pinLocked: 0,
  frozen: 0,
  closed: 0,
} satisfies Record<FinancialStatus, 0>) as FinancialStatus[];
type Refused = Extract<SocialActLeg, { state: 'refused' }>;
const refusals = Object.keys({
  statusForbids: 0,
  replacementRequested: 0,
  changedMeanwhile: 0,
  evidenceRefused: 0,
  wrongPin: 0,
  pinLocked: 0,
  weakPin: 0,
  pinsDiffer: 0,
  identityDiffers: 0,
  limitReached: 0,
  other: 0,
} satisfies Record<Refused['reason'], 0>) as Refused['reason'][];

type Sideless = Exclude<SocialActLeg, { state: 'done' | 'already' }>;
/** Everything that either side may say besides success. */
const without: readonly Sideless[] = [
  ...refusals.map((reason): Sideless => ({ state: 'refused', reason, triesLeft: 2 })),
  { state: 'notDone', reason: 'unavailable', retryAfterSeconds: 7200 },
  { state: 'notDone', reason: 'notReached' },
  { state: 'notConfirmed' },
  { state: 'notHere', bankName: '中国农业银行', bankHotline: '95599' },
  { state: 'notHere', bankName: 'Industrial and Commercial Bank of China' },
  { state: 'notAsked' },
];
const until = '2026-11-30T06:32:05.000Z';
const businessNumber = 'N-Zm9v_YmFy-94';
const reached = <Status>(statuses: readonly Status[]) => [
  ...statuses.flatMap((status) => [
    { state: 'done' as const, status, until, businessNumber },
    { state: 'already' as const, status, until },
  ]),
  ...statuses.flatMap((status) => [
    { state: 'done' as const, status },
    { state: 'already' as const, status },
  ]),
];
const socialLegs: readonly SocialActLeg[] = [...without, ...reached(socialStatuses)];
const financialLegs: readonly FinancialActLeg[] = [...without, ...reached(financialStatuses)];

/** One of each state: the first that has it. */
const oneOfEach = <Leg extends { state: string }>(legs: readonly Leg[]): Leg[] => [
  ...new Map([...legs].reverse().map((leg) => [leg.state, leg])).values(),
];

function sentences(result: ActSlip, language: ReceiptLanguage, context = CONTEXT, charactersPerLine = 48): string[] {
  const options = { language, charactersPerLine, timeZone: 'Asia/Shanghai' };
  const filled = fillForm(FORMS.act, actFields(context, result), options);
  if (!filled.ok) throw new Error(JSON.stringify({ ...filled.error, result }));
  return filled.value
    .replaceAll('\\n', ' ')
    .replace(/\\x([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .split('\n')
    .map((line) => line.replace(/[|"^]/g, ' ').replace(/\s+/g, ' ').trim());
}

const DONE: ActSlip = {
  act: 'temporaryLoss',
  social: { state: 'done', status: 'tempLost', until, businessNumber: 'N-4711' },
  financial: { state: 'done', status: 'tempLost', until: '2026-12-08T06:32:05.000Z', businessNumber: 'B-0815' },
};

describe('on paper', () => {
  let paper: Awaited<ReturnType<typeof bench>>;
  beforeAll(async () => {
    paper = await bench('gbk');
  });
  afterAll(() => paper.close());
  const text = async (result: ActSlip, language: ReceiptLanguage, context = CONTEXT) => {
    const { lines } = await paper.print('act', language, actFields(context, result));
    return lines.filter((line) => line !== '' && !line.startsWith('─'));
  };

  test('a temporary loss report of both sides', async () => {
    expect(await text(DONE, 'zh-Hans')).toEqual([
      '示范银行',
      '业务凭条',
      '示范支行营业厅',
      '时间 2026年11月23日 14:32:05',
      '终端 KIOSK001',
      '持卡人 *镕',
      '卡号末四位 **** 1234',
      '办理事项 临时挂失',
      '社保功能 已办好',
      '目前状态 已临时挂失',
      '自动解除日期 2026年11月30日',
      '业务编号 N-4711',
      '银行账户 已办好',
      '目前状态 已临时挂失',
      '自动解除日期 2026年12月8日',
      '业务编号 B-0815',
      '如果卡没有找到，请在这一天之前办理正式挂失：',
      '2026年11月30日',
      '电子钱包里的钱不受挂失保护。',
      '费用 0.00 元',
      '受理编号 A7K2-9QXM',
      expect.stringMatching(/^\[image \d+x\d+\]$/),
      '请妥善保管，如有疑问请出示受理编号。',
      '咨询电话 12333',
    ]);
  });

  test('one side reported, the other not confirmed', async () => {
    const lines = await text({ ...DONE, act: 'formalLoss', financial: { state: 'notConfirmed' } }, 'en');
    expect(lines).toContain('Social security Done');
    expect(lines).toContain('Bank account Not confirmed yet');
    expect(lines).toContain('We keep trying. To be safe, call now: 12333');
    expect(lines.join(' ')).not.toMatch(/replacement/i);
  });
});

test('the square code is the case code, as a scanner reads it', () => {
  const rendered = render('act', 'zh-Hans', actFields(CONTEXT, DONE), PAPER);
  if (!rendered.ok) throw new Error(rendered.error.code);
  const { caseCode } = CONTEXT;
  const drawn = (data: string) =>
    qrcode
      .generate({ data, type: 'qrcode', cell: 6, level: 'm', quietZone: false })
      .map((row) => row.join(''))
      .join('\n');
  expect(squareOf(rendered.value.bytes)).toBe(drawn(caseCode));
  expect(squareOf(rendered.value.bytes)).not.toBe(drawn('A7K2-9QXN'));
  expect(readCode(Buffer.from(caseCode))).toEqual({ kind: 'caseCode', caseCode });
});

/** The modules of the one picture on a slip (GS v 0, six dots to a module). */
function squareOf(bytes: Uint8Array): string {
  const slip = Buffer.from(bytes);
  const at = slip.indexOf(Buffer.from('1d763000', 'hex'));
  expect(at).toBeGreaterThan(0);
  const width = slip.readUInt16LE(at + 4);
  const dots = slip.readUInt16LE(at + 6);
  const rows: string[] = [];
  for (let y = 0; y < dots; y += 6) {
    let row = '';
    for (let x = 0; x < dots; x += 6) row += ((slip[at + 8 + y * width + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1;
    rows.push(row);
  }
  return rows.join('\n');
}

describe('every act with every state of both sides', () => {
  // Each act meets each state of either side, and over all acts each state of one side meets each of the other.
  test.each([...acts.entries()])('%i. %s fits both papers in every language', (turn, act) => {
    const financials = oneOfEach(financialLegs);
    for (const [index, social] of oneOfEach(socialLegs).entries()) {
      const financial = financials[(index + turn) % financials.length] ?? { state: 'notAsked' };
      for (const language of languages) {
        for (const paper of papers) {
          const rendered = render('act', language, actFields(CONTEXT, { act, social, financial }), paper);
          expect(rendered, JSON.stringify({ act, social, financial, language })).toMatchObject({ ok: true });
        }
      }
    }
    expect(acts.length).toBeGreaterThanOrEqual(financials.length);
  });

  test.each(languages)('every word of every answer in %s, each under its own heading', (language) => {
    const texts = RECEIPT_TEXTS[language];
    const pairs = [
      ...socialLegs.flatMap((social) => oneOfEach(financialLegs).map((financial) => ({ social, financial }))),
      ...financialLegs.flatMap((financial) => oneOfEach(socialLegs).map((social) => ({ social, financial }))),
    ];
    const said = (leg: SocialActLeg | FinancialActLeg): string[] => {
      if (leg.state === 'notAsked') return [];
      return [texts[`outcome.${leg.state}`], ...('reason' in leg ? [texts[`reason.${leg.reason}`]] : [])];
    };
    for (const [index, { social, financial }] of pairs.entries()) {
      const act = acts[index % acts.length] ?? 'unfreeze';
      const lines = sentences({ act, social, financial }, language);
      const under = (heading: string): string[] => {
        const at = lines.findIndex((line) => line.startsWith(`${heading} `));
        const [first = '', next = ''] = at < 0 ? [] : lines.slice(at);
        const reason = Object.entries(texts).some(([key, text]) => key.startsWith('reason.') && text === next);
        return at < 0 ? [] : [first.slice(heading.length + 1), ...(reason ? [next] : [])];
      };
      const elsewhere = (leg: SocialActLeg | FinancialActLeg) =>
        leg.state === 'notHere' ? [texts['reason.notHere']] : [];
      expect(under(texts['leg.social'])).toEqual([...said(social), ...elsewhere(social)]);
      expect(under(texts['leg.financial'])).toEqual([...said(financial), ...elsewhere(financial)]);
      expect(lines).toContain(`${texts['act.asked']} ${texts[`act.${act}`]}`);
      expect(lines.join('\n')).not.toMatch(/\{\{|\d(?:[\s._-]?\d){12}/);
    }
  });
});

describe('what the holder is told', () => {
  const social: SocialActLeg = { state: 'done', status: 'lost' };
  const financial: FinancialActLeg = { state: 'done', status: 'lost' };
  const notConfirmed = { state: 'notConfirmed' } as const;
  const notAsked = { state: 'notAsked' } as const;
  const notHere = { state: 'notHere', bankName: 'Bank of Jiangsu', bankHotline: '95319' } as const;
  const refused = { state: 'refused', reason: 'replacementRequested' } as const;
  const purse = 'Money in the electronic purse is not protected.';
  const replacement = 'A replacement card may be requested now.';
  const works = 'The card works again.';
  const nothing = 'Nothing was changed.';
  const advice: ReadonlySet<string> = new Set(
    Object.entries(RECEIPT_TEXTS.en).flatMap(([key, text]) => (key.startsWith('note.') ? [text] : [])),
  );
  test.each<[string, ActSlip, readonly string[]]>([
    ['formal, both sides', { act: 'formalLoss', social, financial }, [replacement, purse]],
    ['formal, no bank side', { act: 'formalLoss', social, financial: notAsked }, [replacement, purse]],
    ['formal, the bank not confirmed', { act: 'formalLoss', social, financial: notConfirmed }, [purse]],
    ['formal, another bank', { act: 'formalLoss', social, financial: notHere }, [purse]],
    ['formal, refused', { act: 'formalLoss', social: refused, financial: refused }, [nothing, purse]],
    ['temporary, both sides', DONE, [purse]],
    [
      'temporary, no date known',
      { ...DONE, social: { state: 'done', status: 'tempLost' }, financial: notHere },
      ['If the card does not turn up, make the report formal.', purse],
    ],
    [
      'temporary, already formal',
      { act: 'temporaryLoss', social: { state: 'already', status: 'lost' }, financial },
      [purse],
    ],
    [
      'unfrozen, both sides',
      {
        act: 'unfreeze',
        social: { state: 'done', status: 'normal' },
        financial: { state: 'already', status: 'active' },
      },
      [works],
    ],
    [
      'unfrozen, one side',
      { act: 'unfreeze', social: { state: 'done', status: 'normal' }, financial: notConfirmed },
      ['The social security side works again.'],
    ],
    [
      'unfrozen, the other side',
      { act: 'unfreeze', social: refused, financial: { state: 'done', status: 'active' } },
      ['The bank account works again.'],
    ],
    ['unfreezing refused', { act: 'unfreeze', social: refused, financial: refused }, [nothing]],
    ['unfrozen into another state', { act: 'unfreeze', social, financial: notAsked }, []],
    [
      'PIN change not confirmed',
      { act: 'changePin', social: notAsked, financial: notConfirmed },
      ['Try the new PIN first, then the old one.'],
    ],
    [
      'PIN reset not confirmed',
      { act: 'resetPin', social: notAsked, financial: notConfirmed },
      ['Try the new PIN first. If it does not work, please ask at the counter.'],
    ],
    ['PIN changed', { act: 'changePin', social: notAsked, financial: { state: 'done', status: 'active' } }, []],
    ['nobody asked', { act: 'activate', social: notAsked, financial: notAsked }, [nothing]],
  ])('%s', (_name, result, notes) => {
    expect(sentences(result, 'en').filter((line) => advice.has(line))).toEqual(notes);
  });

  test('a temporary report is to be made formal before the first side lifts, and only then', () => {
    const line = 'If the card does not turn up, make the report formal before';
    expect(sentences(DONE, 'en')).toContain(`${line} 30 November 2026`);
    expect(sentences({ ...DONE, social: notConfirmed }, 'en')).toContain(`${line} 8 December 2026`);
    expect(sentences({ ...DONE, act: 'formalLoss' }, 'en').join()).not.toContain(line);
  });

  test('a report lifts on the day that it is here then', () => {
    const late: ActSlip = { ...DONE, social: { state: 'done', status: 'tempLost', until: '2026-11-30T16:00:00.000Z' } };
    expect(sentences(late, 'en')).toContain('Lifts by itself on 1 December 2026');
  });

  test('the bank that has the account, and its number', () => {
    const lines = sentences({ ...DONE, financial: notHere }, 'en');
    expect(lines).toContain('Bank account At another bank');
    expect(lines).toContain('Bank Bank of Jiangsu');
    expect(lines).toContain('Questions: call 95319');
  });

  test.each<[string, FinancialActLeg, string, boolean]>([
    ['before its first day', { state: 'done', status: 'active' }, '2022-11-30T15:59:59.000Z', false],
    ['from its first minute in China', { state: 'done', status: 'active' }, '2022-11-30T16:00:00.000Z', true],
    [
      'for an account that was active already',
      { state: 'already', status: 'active' },
      '2023-01-01T04:00:00.000Z',
      true,
    ],
    ['to its last minute', { state: 'done', status: 'active' }, '2023-06-30T15:59:59.000Z', true],
    ['after its last day', { state: 'done', status: 'active' }, '2023-06-30T16:00:00.000Z', false],
    ['while nothing is confirmed', notConfirmed, '2023-01-01T04:00:00.000Z', false],
  ])('the coupon of activation: %s', (_name, leg, time, shown) => {
    const lines = sentences({ act: 'activate', social: notAsked, financial: leg }, 'en', { ...CONTEXT, time });
    expect(lines.includes('Offer ends 30 June 2023')).toBe(shown);
    expect(lines.some((line) => line.includes('coupon'))).toBe(shown);
  });

  test('the coupon comes with nothing else', () => {
    const context = { ...CONTEXT, time: '2023-01-01T04:00:00.000Z' };
    for (const act of acts.filter((one) => one !== 'activate')) {
      expect(actFields(context, { ...DONE, act })).not.toHaveProperty('offer');
    }
  });
});

describe('what must not be on paper', () => {
  const fault = (context: Partial<SlipContext>, result: Partial<ActSlip> = {}) => {
    const rendered = render('act', 'zh-Hans', actFields({ ...CONTEXT, ...context }, { ...DONE, ...result }), PAPER);
    return rendered.ok ? undefined : rendered.error;
  };
  test.each<[string, Partial<SlipContext>, Partial<ActSlip>, string]>([
    ['a name', { holderNameMasked: '张三' }, {}, 'holderName'],
    ['a name in Latin letters', { holderNameMasked: 'ZHANG SAN' }, {}, 'holderName'],
    ['a card number as the branch', { branchName: '6217210000000001234' }, {}, 'branchName'],
    [
      'an identity number as the other bank',
      {},
      { financial: { state: 'notHere', bankName: '11010519491231002X' } },
      'financialBank',
    ],
    [
      'a card number as its hotline',
      {},
      { social: { state: 'notHere', bankName: 'B', bankHotline: '6217 2100 0000 0001 234' } },
      'socialBankHotline',
    ],
    [
      'a name as the business number',
      {},
      { social: { state: 'done', status: 'lost', businessNumber: '张三' } },
      'socialNumber',
    ],
    ['a day that is none', {}, { social: { state: 'done', status: 'tempLost', until: '2026-13-40' } }, 'socialUntil'],
  ])('%s', (_name, context, result, field) => {
    expect(fault(context, result)).toEqual({ code: 'fieldInvalid', field });
  });

  test('of a long business number its end', () => {
    const lines = sentences(
      { ...DONE, social: { state: 'done', status: 'lost', businessNumber: '6217210000000001234' } },
      'en',
    );
    expect(lines).toContain('Business number 00001234');
    expect(lines.join()).not.toContain('621721');
  });

  test('of the card its last four, masked before or not', () => {
    expect(sentences(DONE, 'en').join()).not.toContain('621721');
    expect(fault({ cardNumberMasked: '6217211234567890123' })).toBeUndefined();
  });

  test.each(['changePin', 'resetPin', 'activate', 'unlockSocialPin'] as const)('%s: how many tries are left', (act) => {
    const leg = { state: 'refused', reason: 'wrongPin', triesLeft: 7 } as const;
    const said = sentences({ act, social: leg, financial: leg }, 'en', { ...CONTEXT, caseCode: 'AAAA-AAAA' });
    expect(said.join()).not.toContain('7');
  });
});
