import { describe, expect, test, vi } from 'vitest';
import { accountDigits } from '../common/account.ts';
import { closing } from '../common/closing.fixture.ts';
import { traced } from '../common/traced.fixture.ts';
import { mask } from './index.ts';
import { pan, pinKey, rig, soon } from './rig.fixture.ts';

// A trace of the line shows what a technician needs, and neither key nor PIN block nor account nor digit.

const pad = closing(rig);

describe('a session under trace', () => {
  test.each([0, 1])('bytes from the pad %i ms apart: key, account and PIN block stay hidden', async (byteDelayMs) => {
    const trace = traced(mask);
    const made = await pad({ wrap: trace.wrap, driver: { delays: { replyMs: 2_000, gapMs: 1_000 } } });
    await made.up();
    made.emulator.setFault('cable.byteDelayMs', byteDelayMs);
    expect(await made.loadKey()).toEqual({ ok: true });
    const { entry } = await made.begin();
    made.emulator.press('1234B5987610243E');
    expect(await entry).toEqual({ ok: true, value: 10 });
    const block = await made.block();
    expect(block).toMatch(/^[0-9A-F]{16}$/);

    const account = accountDigits(Buffer.from(pan)) ?? Buffer.alloc(0);
    const keyBytes = pinKey.toString('hex').toUpperCase();
    // On the line each byte is two characters: a value is sought as it is and in that notation.
    const values = [pan, block, account.toString('latin1'), account.toString('hex'), keyBytes, '5987610243'];
    expect(trace.leaks(values)).toEqual([]);
    const text = trace.text();
    for (const name of ['version', 'loadWorkingKey', 'account', 'startPin', 'fetchPinBlock']) {
      expect(text).toContain(`(${name})`);
      expect(text).toContain(`${name}: accepted`);
    }
    // The answer that holds the block: 02, Ln 09, ST 04, then 16 characters and their BCC, 03.
    if (byteDelayMs === 0) expect(text).toMatch(/← 02 30 39 30 34 ·· 18 bytes 03 {3}\(fetchPinBlock: accepted\)/);
  });

  test('plain digits stay hidden', async () => {
    const trace = traced(mask);
    const made = await pad({ wrap: trace.wrap });
    await made.up();
    const keys: string[] = [];
    const entry = made.driver.enterData({ ...soon, maxKeys: 8, onKey: (key) => keys.push(key) });
    await vi.waitUntil(() => made.emulator.state().mode === 'data');
    await vi.waitUntil(() => trace.text().includes('keypad: accepted'));
    const before = trace.lines.length;
    made.emulator.press('13800E');
    expect((await entry).ok).toBe(true);
    expect(keys).toHaveLength(6);
    // Enter is seen, then the answer to the closing of the keypad.
    expect(trace.received(before).slice(0, 2)).toEqual([0x0d, 0x02]);
    expect(trace.lines.slice(before).join(' ')).toMatch(/\(key ×5, enter\)|\(key\)/);
  });
});

const shownOf = (piece: Buffer, { shown }: ReturnType<ReturnType<typeof mask>['sent']>): string =>
  [...piece].map((byte, index) => (shown[index] === true ? byte.toString(16).padStart(2, '0') : '··')).join(' ');
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('what is seen of commands', () => {
  test.each([
    ['numbers of the protocol', '02 30 33 34 36 30 30 33 30 37 35 03', '02 30 33 34 36 30 30 33 30 37 35 03'],
    [
      'an account is not',
      '02 30 44 33 34 33 39 33 38 33 37 33 36 33 35 33 34 33 33 33 32 33 31 33 30 33 39 33 38 33 39 03',
      `02 30 44 33 34 ${'·· '.repeat(24)}·· ·· 03`,
    ],
    ['what the driver would never send', '02 30 31 33 37 33 36 03', '·· ·· ·· ·· ·· ·· ·· ··'],
    ['a frame with something behind it', '02 30 31 33 30 33 31 03 41', '·· ·· ·· ·· ·· ·· ·· ·· ··'],
  ])('%s', (_what, piece, wanted) => {
    expect(shownOf(hex(piece), mask().sent(hex(piece)))).toBe(wanted);
  });
});

describe('what is seen of answers', () => {
  test.each([
    ['no DATA: all', ['02 30 31 30 34 30 35 03'], ['02 30 31 30 34 30 35 03']],
    ['a BCC that is wrong', ['02 30 31 30 34 43 35 03'], ['02 30 31 30 34 ·· ·· 03']],
    ['an ST of no table', ['02 30 31 43 35 43 34 03'], ['02 30 31 ·· ·· ·· ·· 03']],
    ['a length that no frame has', ['02 46 46 30 34 03'], ['02 ·· ·· ·· ·· 03']],
    ['no hex', ['02 30 39 3a 34 30 30 03'], ['02 30 39 ·· ·· ·· ·· 03']],
    ['digits beside frames', ['31 32 0d 39'], ['·· ·· 0d ··']],
    ['a pair in two pieces', ['02 30', '31 30', '34 30 35 03'], ['02 ··', '31 ··', '34 30 35 03']],
  ])('%s', (_what, pieces, wanted) => {
    const trace = mask();
    expect(pieces.map((piece) => shownOf(hex(piece), trace.received(hex(piece))))).toEqual(wanted);
  });
});
