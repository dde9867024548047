import { describe, expect, test } from 'vitest';
import { ok } from '#protocol/result.ts';
import { asT0, EchoCard } from '#simulators/virtual-reader/index.ts';
import { dialogue } from './t0-dialogue.ts';

const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const hex = (value: Uint8Array): string => Buffer.from(value).toString('hex');
const t0 = { protocol: 't0', caseFourLe: 'send' } as const;

/** Runs a command against a card that says these lines, one per exchange. */
async function converse(command: string, lines: readonly string[], options: Parameters<typeof dialogue>[1] = t0) {
  const asked: string[] = [];
  const rest = [...lines];
  const answer = await dialogue<never>(bytes(command), options, async (apdu) => {
    asked.push(hex(apdu));
    return ok(bytes(rest.shift() ?? ''));
  });
  return { asked, answer: answer.ok ? hex(answer.value) : answer.error.code };
}

describe('61xx and 6Cxx (ISO/IEC 7816-3, 12.2)', () => {
  test.each([
    ['nothing to fetch', '00a4000002ef05', ['9000'], ['00a4000002ef05'], '9000'],
    ['61: fetched', '00a4040002aabb00', ['6103', '0102039000'], ['00a4040002aabb00', '00c0000003'], '0102039000'],
    ['61 00: 256 or more', '80ca000000', ['6100', '019000'], ['80ca000000', '00c0000000'], '019000'],
    [
      '61 again and again',
      '80ca000000',
      ['6102', '01026102', '03046101', '059000'],
      ['80ca000000', '00c0000002', '00c0000002', '00c0000001'],
      '01020304059000',
    ],
    ['61 beside data', '80ca000000', ['aa6101', 'bb9000'], ['80ca000000', '00c0000001'], 'aabb9000'],
    ['6C: Le corrected', '00b2012c00', ['6c12', 'ff9000'], ['00b2012c00', '00b2012c12'], 'ff9000'],
    [
      '6C with data: Le takes the place of Le',
      '80a80000028300 00',
      ['6c04', '019000'],
      ['80a8000002830000', '80a8000002830004'],
      '019000',
    ],
    [
      '6C with data and no Le: Le is added',
      '80a80000028300',
      ['6c04', '019000'],
      ['80a80000028300', '80a8000002830004'],
      '019000',
    ],
    [
      '61, then 6C on GET RESPONSE',
      '80ca000000',
      ['6110', '6c02', '01029000'],
      ['80ca000000', '00c0000010', '00c0000002'],
      '01029000',
    ],
    ['6C, then 61', '00b2012c00', ['6c12', '6101', '079000'], ['00b2012c00', '00b2012c12', '00c0000001'], '079000'],
    ['6C twice is an answer, not a loop', '00b2012c00', ['6c12', '6c13'], ['00b2012c00', '00b2012c12'], '6c13'],
    ['a warning keeps its data', '00b2012c02', ['01026282'], ['00b2012c02'], '01026282'],
    ['an error after 61 is the error', '80ca000000', ['6110', '6f00'], ['80ca000000', '00c0000010'], '6f00'],
    ['a wrong PIN is not tried again', '0020000003123456', ['63c2'], ['0020000003123456'], '63c2'],
    ['header alone gets P3 0', '80ca0000', ['9000'], ['80ca000000'], '9000'],
    ['half a status word', '00b2012c00', ['90'], ['00b2012c00'], 'cardUnresponsive'],
    ['no answer', '00b2012c00', [''], ['00b2012c00'], 'cardUnresponsive'],
  ])('%s', async (_name, command, lines, asked, answer) => {
    expect(await converse(command, lines)).toEqual({ asked, answer });
  });

  test('Le of a command with data is kept or dropped as the reader wants it', async () => {
    const omit = { protocol: 't0', caseFourLe: 'omit' } as const;
    expect((await converse('00a4040002aabb00', ['9000'], omit)).asked).toEqual(['00a4040002aabb']);
    expect((await converse('00b2012c12', ['9000'], omit)).asked).toEqual(['00b2012c12']);
    expect((await converse('00a4040002aabb00', ['9000'], { ...omit, protocol: 't1' })).asked).toEqual([
      '00a4040002aabb00',
    ]);
    expect((await converse('80ca0000', ['9000'], { ...omit, protocol: 't1' })).asked).toEqual(['80ca0000']);
  });

  test('a card that promises more for ever is broken', async () => {
    const answer = await dialogue<never>(bytes('80ca000000'), t0, async () => ok(bytes('6101')));
    expect(answer).toMatchObject({ ok: false, error: { code: 'cardUnresponsive' } });
  });

  test('the card that speaks T=0 runs each command once, whatever the length of its answer', async () => {
    for (const pieceLength of [1, 7, 100, 256]) {
      for (const length of [0, 1, 18, 255]) {
        const card = new EchoCard();
        const spoken = asT0(card, { pieceLength });
        const exchange = async (apdu: Uint8Array) => ok(spoken.process(apdu));
        const record = await dialogue<never>(Uint8Array.of(0, 0xb2, length, 0x2c, 0), t0, exchange);
        expect(record.ok && record.value.length).toBe(length + 2);
        const data = new Uint8Array(length).fill(0x33);
        if (length === 0) continue;
        const echo = await dialogue<never>(Uint8Array.of(0x80, 0xae, 0, 0, length, ...data, 0), t0, exchange);
        expect(echo.ok && hex(echo.value)).toBe(`${hex(data)}9000`);
        expect(card.seen).toHaveLength(2);
      }
    }
  });
});
