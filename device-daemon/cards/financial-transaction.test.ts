import { describe, expect, test } from 'vitest';
import { err, type Result } from '#protocol/result.ts';
import { buildCardFrom, directChannel } from '#simulators/cards/index.ts';
import { benchKeys, parseDe55, verifyDe55 } from '#simulators/crypto/index.ts';
import { walletCard } from '#simulators/wallet/wallet.ts';
import type { ApduChannel } from './apdu.ts';
import {
  type Completion,
  type FinancialCard,
  type HostAnswer,
  type OnlineRequest,
  readFinancialCard,
} from './index.ts';
import { type Answers, image, reading, scriptedCard, step, tlvHex, transaction } from './scripted-card.fixture.ts';

/** From selection to the second cryptogram: the vectors of social-security card reference 3.5 to 3.7, and what cards may do wrong. */

const pan = '6222021234567890128';
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const bytes = (text: string): Buffer => Buffer.from(text, 'hex');

function good<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const online = async (card: FinancialCard, onlinePin = true): Promise<OnlineRequest> =>
  good(await card.firstGenerateAc({ ...transaction, onlinePin }, step));

const answerOf = (arc: string, arpc?: string): HostAnswer => ({
  arc: Buffer.from(arc),
  ...(arpc !== undefined && { arpc: bytes(arpc) }),
});

/** A chip of the wallet that carries the vectors' number. */
function vectorCard(algorithm: '3des' | 'sm4') {
  const gen3 = walletCard('gen3-active');
  return buildCardFrom({ ...gen3, financial: gen3.financial && { ...gen3.financial, pan, algorithm } });
}

describe('the vectors of the reference', () => {
  /** The vectors were made with a TVR of zeros; the kiosk tells the truth. The line between them lies for this test. */
  function withoutTvr(channel: ApduChannel): ApduChannel {
    return {
      transmit(apdu, options) {
        const at = apdu[1] === 0xae ? 5 + (apdu.length > 58 ? 2 : 0) + 14 : undefined;
        const changed = Buffer.from(apdu);
        if (at !== undefined) changed.fill(0, at, at + 5);
        return channel.transmit(changed, options);
      },
    };
  }

  test.each([
    ['3des', 'BC11248E743CBC25', 'C6F25AB248D41C12', '07010103A00000010A010000000000775878FC'],
    ['sm4', 'D740C5B038D0695B', 'CF77F010DC157C10', undefined],
  ] as const)('%s: ARQC, ARPC and the card’s belief in it', async (algorithm, arqc, arpc, issuerData) => {
    const card = good(await readFinancialCard(withoutTvr(directChannel(vectorCard(algorithm))), reading));
    const request = await online(card);
    const fields = parseDe55(request.de55);
    expect(hex(fields?.get('9F26') ?? Buffer.alloc(0))).toBe(arqc);
    if (issuerData !== undefined) expect(hex(fields?.get('9F10') ?? Buffer.alloc(0))).toBe(issuerData);
    expect(request.atc).toBe(1);
    expect(good(await request.complete(answerOf('00', arpc), step))).toEqual({
      cryptogramType: 'tc',
      issuerAuthentication: 'right',
    });
  });

  test('the published vector: its cryptogram reaches the bank, its ARPC the card, byte for byte', async () => {
    const channel = scriptedCard({
      firstAc: '801E80000EF294D7022FA9B05807010103A4B904010A010000000000000000009000',
    });
    const request = await online(good(await readFinancialCard(channel, reading)));
    const fields = parseDe55(request.de55);
    expect(request.atc).toBe(0x000e);
    expect(hex(fields?.get('9F26') ?? Buffer.alloc(0))).toBe('F294D7022FA9B058');
    expect(hex(fields?.get('9F36') ?? Buffer.alloc(0))).toBe('000E');
    await request.complete(answerOf('00', '3846EEB4C8D34271'), step);
    expect(channel.sent).toContain('008200000A3846EEB4C8D342713030');
  });

  test('the sample field 55, but for a TVR that tells the truth', async () => {
    const card = good(await readFinancialCard(scriptedCard(), reading));
    const sample =
      '9F2608BC11248E743CBC259F2701809F101307010103A00000010A010000000000775878FC9F3704112233449F36020001950500000000009A032611239C01319F02060000000000005F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C89F34034203009F3501229F1E084B494F534B3030318408A0000003330101019F090200309F410400000001';
    expect(hex((await online(card)).de55)).toBe(sample.replace('95050000000000', '95058000040000'));
  });

  test('the commands of the reference, in its order', async () => {
    const channel = scriptedCard();
    await online(good(await readFinancialCard(channel, reading)));
    expect(channel.sent).toEqual([
      '00A404000E315041592E5359532E444446303100',
      '00B2010C00',
      '00B2020C00',
      '00A4040008A00000033301010100',
      '80A800000B830900000000000000015600',
      '00B2010C00',
      '00B2020C00',
      '00B2011400',
      '00B2021400',
      `80AE800034${'00'.repeat(12)}0156800004000001562611233111223344112233${hex(Buffer.from('KIOSK'.padEnd(20)))}00`,
    ]);
  });
});

describe('what the bank makes of it', () => {
  test.each(['3des', 'sm4'] as const)('%s: verified from field 55 alone, TVR and all', async (algorithm) => {
    const chip = vectorCard(algorithm);
    for (const [onlinePin, atc] of [
      [true, 1],
      [false, 2],
    ] as const) {
      chip.reset();
      const request = await online(good(await readFinancialCard(directChannel(chip), reading)), onlinePin);
      expect(verifyDe55(benchKeys.bankMdk, pan, 1, request.de55)).toMatchObject({ verdict: 'right', atc, algorithm });
    }
  });
});

describe('terminal verification results', () => {
  const tvrOf = async (answers: Answers, onlinePin = true, options = reading): Promise<string> => {
    const request = await online(good(await readFinancialCard(scriptedCard(answers), options)), onlinePin);
    return hex(parseDe55(request.de55)?.get('95') ?? Buffer.alloc(0));
  };
  const dates = (from: string, to: string): Answers => ({
    record21: image.record21.replace('5F2403341231', `5F2403${to}`).replace('5F2503240318', `5F2503${from}`),
  });

  test.each([
    ['online PIN', {}, true, '8000040000'],
    ['no PIN', {}, false, '8000880000'],
    ['an older application', { record22: image.record22.replace('9F08020030', '9F08020020') }, true, '8080040000'],
    ['expired', dates('200101', '260131'), true, '8040040000'],
    ['not yet effective', dates('270101', '341231'), true, '8020040000'],
  ] as const)('%s', async (_name, answers, onlinePin, tvr) => {
    expect(await tvrOf(answers, onlinePin)).toBe(tvr);
  });

  test.each([
    ['the card’s rule for an online PIN', {}, true, '420300'],
    ['no PIN was entered', {}, false, '3F0000'],
    ['the card knows no online PIN', { record21: image.record21.replace('42031E03', '41031E03') }, true, '3F0000'],
    [
      'no list at all',
      { record21: image.record21.replace('8E0E0000000000000000', '9F6E0E0000000000000000').replace('703B', '703C') },
      true,
      '3F0000',
    ],
  ] as const)('cardholder verification: %s', async (_name, answers, onlinePin, results) => {
    const request = await online(good(await readFinancialCard(scriptedCard(answers), reading)), onlinePin);
    expect(hex(parseDe55(request.de55)?.get('9F34') ?? Buffer.alloc(0))).toBe(results);
  });
});

describe('the first cryptogram', () => {
  const first = async (firstAc: string) =>
    good(await readFinancialCard(scriptedCard({ firstAc }), reading)).firstGenerateAc(transaction, step);
  const gac = image.firstAc;

  test.each([
    ['an AAC: the card does not want this', gac.replace('801E80', '801E00'), { code: 'declinedByCard' }],
    ['a TC: more than was asked for', gac.replace('801E80', '801E40'), { code: 'badData', element: 'gac' }],
    ['the fourth kind, which is none', gac.replace('801E80', '801EC0'), { code: 'badData', element: 'gac' }],
    ['nothing', '9000', { code: 'badData', element: 'gac' }],
    ['no TLV', 'FFFF9000', { code: 'badData', element: 'gac' }],
    ['no issuer data', '800B800001BC11248E743CBC259000', { code: 'badData', element: 'gac' }],
    ['a short cryptogram', '800A800001BC11248E743CBC9000', { code: 'badData', element: 'gac' }],
    [
      'issuer data of 33 bytes',
      `${tlvHex('80', '80', '0001', 'BC11248E743CBC25', '00'.repeat(33))}9000`,
      { code: 'badData', element: 'gac' },
    ],
    ['conditions not satisfied', '6985', { code: 'unexpectedStatus', step: 'generate arqc', sw: '6985' }],
  ] as const)('%s', async (_name, response, error) => {
    expect(await first(response)).toEqual(err(error));
  });

  test('in format 2, its parts in any order', async () => {
    const parts = [tlvHex('9F36', '0001'), tlvHex('9F10', '07010103A000000104'), tlvHex('9F26', 'BC11248E743CBC25')];
    const request = good(await first(`${tlvHex('77', ...parts, tlvHex('9F27', '80'))}9000`));
    expect(hex(parseDe55(request.de55)?.get('9F26') ?? Buffer.alloc(0))).toBe('BC11248E743CBC25');
    const missing = await first(`${tlvHex('77', ...parts)}9000`);
    expect(missing).toEqual(err({ code: 'badData', element: 'gac' }));
  });

  test('serves once', async () => {
    const card = good(await readFinancialCard(scriptedCard(), reading));
    await online(card);
    await expect(async () => card.firstGenerateAc(transaction, step)).rejects.toThrow('one ARQC');
  });
});

describe('the second cryptogram', () => {
  const arpc = 'C6F25AB248D41C12';
  const second = async (
    answer: HostAnswer | 'noAnswer',
    answers: Answers = {},
  ): Promise<{ readonly result: Result<Completion, unknown>; readonly sent: readonly string[] }> => {
    const channel = scriptedCard(answers);
    const request = await online(good(await readFinancialCard(channel, reading)));
    const from = channel.sent.length;
    return { result: await request.complete(answer, step), sent: channel.sent.slice(from) };
  };
  const aac = { secondAc: image.secondAc.replace('801E40', '801E00') };
  const data = (arc: string, tvr: string): string =>
    `${arc}${'00'.repeat(12)}0156${tvr}01562611233111223344112233${hex(Buffer.from('KIOSK'.padEnd(20)))}`;

  test('an approval that proved itself: EXTERNAL AUTHENTICATE, then a TC', async () => {
    const { result, sent } = await second(answerOf('00', arpc));
    expect(good(result)).toEqual({ cryptogramType: 'tc', issuerAuthentication: 'right' });
    expect(sent).toEqual([`008200000A${arpc}3030`, `80AE400036${data('3030', '8000040000')}00`]);
  });

  test('a decline with proof: an AAC', async () => {
    const { result, sent } = await second(answerOf('55', arpc), aac);
    expect(good(result)).toEqual({ cryptogramType: 'aac', issuerAuthentication: 'right' });
    expect(sent).toEqual([`008200000A${arpc}3535`, `80AE000036${data('3535', '8000040000')}00`]);
  });

  test('a wrong ARPC: the card does not believe it, the TVR says so, and there is no TC', async () => {
    const { result, sent } = await second(answerOf('00', arpc), { ...aac, issuer: '6300' });
    expect(good(result)).toEqual({ cryptogramType: 'aac', issuerAuthentication: 'wrong' });
    expect(sent[1]).toBe(`80AE000036${data('3030', '8000040040')}00`);
  });

  test('an approval without proof is none', async () => {
    const { result, sent } = await second(answerOf('00'), aac);
    expect(good(result)).toEqual({ cryptogramType: 'aac', issuerAuthentication: 'notPerformed' });
    expect(sent).toEqual([`80AE000036${data('3030', '8000040000')}00`]);
  });

  test('no answer: Z3 and an AAC', async () => {
    const { result, sent } = await second('noAnswer', aac);
    expect(good(result)).toEqual({ cryptogramType: 'aac', issuerAuthentication: 'notPerformed' });
    expect(sent).toEqual([`80AE000036${data('5A33', '8000040000')}00`]);
  });

  test('a card without EXTERNAL AUTHENTICATE gets the ARPC with its second list', async () => {
    const { result, sent } = await second(answerOf('00', arpc), {
      options: image.options.replace('7C00', '7800'),
      record22: image.record22.replace('7041', '7043').replace('8D1D8A02', '8D1F910A8A02'),
    });
    expect(good(result)).toEqual({ cryptogramType: 'tc', issuerAuthentication: 'notPerformed' });
    expect(sent).toEqual([`80AE400040${arpc}3030${data('3030', '8000040000')}00`]);
  });

  test('a card that refuses to approve gives an AAC, and that is told', async () => {
    expect(good((await second(answerOf('00', arpc), aac)).result).cryptogramType).toBe('aac');
  });

  test.each([
    ['a TC where an AAC was asked for', 'noAnswer', image.secondAc],
    ['another ARQC', answerOf('00', arpc), image.firstAc],
    ['half a cryptogram', answerOf('00', arpc), '800A400001C6F25AB248D49000'],
  ] as const)('%s is not believed', async (_name, answer, secondAc) => {
    expect((await second(answer, { secondAc })).result).toEqual(err({ code: 'badData', element: 'gac' }));
  });

  test('serves once', async () => {
    const request = await online(good(await readFinancialCard(scriptedCard(), reading)));
    await request.complete('noAnswer', step);
    await expect(async () => request.complete('noAnswer', step)).rejects.toThrow('once');
  });
});

test('a card that leaves ends each step with that, at every command', async () => {
  const whole = scriptedCard();
  const request = await online(good(await readFinancialCard(whole, reading)));
  await request.complete(answerOf('00', 'C6F25AB248D41C12'), step);
  expect(whole.steps).toHaveLength(12);
  for (let at = 0; at < whole.steps.length; at += 1) {
    const channel = scriptedCard({}, at);
    const card = await readFinancialCard(channel, reading);
    const first = card.ok ? await card.value.firstGenerateAc(transaction, step) : card;
    const last = first.ok ? await first.value.complete(answerOf('00', 'C6F25AB248D41C12'), step) : first;
    expect(last, whole.steps[at]).toEqual(err({ code: 'cardRemoved' }));
    expect(channel.sent).toHaveLength(at);
  }
});

test('a cancelled step sends nothing', async () => {
  const channel = scriptedCard();
  const card = good(await readFinancialCard(channel, reading));
  const before = channel.sent.length;
  const result = await card.firstGenerateAc(transaction, { timeoutMs: 1, signal: AbortSignal.abort() });
  expect(result).toEqual(err({ code: 'cancelled' }));
  expect(channel.sent).toHaveLength(before);
});

test('after wiping nothing of the card is left', async () => {
  const card = good(await readFinancialCard(scriptedCard(), reading));
  const { de55 } = await online(card);
  card.wipe();
  for (const buffer of [card.data.pan, card.data.track2, card.data.holderIdNumber, de55])
    expect(buffer?.every((byte) => byte === 0)).toBe(true);
});
