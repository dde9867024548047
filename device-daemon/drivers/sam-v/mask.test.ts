import { describe, expect, test } from 'vitest';
import { documentOf } from '#simulators/wallet/documents.ts';
import { closing } from '../common/closing.fixture.ts';
import { traced } from '../common/traced.fixture.ts';
import { mask } from './index.ts';
import { chip, rig } from './rig.fixture.ts';

// A trace of the line shows what a technician needs and nothing of whose document it was.

const reader = closing(rig);

const resident = documentOf('resident-moved');
const { content } = resident;
if (content.place !== 'identityReader') throw new Error('no chip');

describe('a resident ID card is read', () => {
  test.each([0, 1])('bytes from the reader %i ms apart: neither name nor number nor address', async (byteDelayMs) => {
    const trace = traced(mask);
    const made = await reader({
      wrap: trace.wrap,
      driver: { delays: { readMs: 10_000, replyMs: 2_000, addressMs: 4_000, gapMs: 1_000 } },
    });
    await made.up();
    made.emulator.setFault('cable.byteDelayMs', byteDelayMs);
    made.emulator.place(content);
    expect(await made.readOf(content)).toBe('ok');
    expect(trace.leaks(resident.secrets)).toEqual([]);
    for (const name of [
      'readSamId: success',
      'find: found',
      'select: success',
      'read: success',
      'newestAddress: success',
    ])
      expect(trace.text()).toContain(`(${name})`);
  });

  test('no byte of text, photo or address, whatever it is', async () => {
    const trace = traced(mask);
    const made = await reader({ wrap: trace.wrap });
    await made.up();
    // C5 stands in no command, no status word and no length.
    const marked = chip(1, {
      text: Buffer.alloc(256, 0xc5),
      photo: Buffer.alloc(1024, 0xc5),
      appendedAddress: Buffer.alloc(70, 0xc5),
    });
    made.emulator.place(marked);
    expect(await made.readOf(marked)).toBe('ok');
    expect(trace.lines.filter((line) => / C5( |$)/.test(line))).toEqual([]);
  });
});

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const shownOf = (...pieces: string[]): string[] => {
  const trace = mask();
  return pieces.map((piece) => {
    const bytes = hex(piece);
    const { shown } = trace.received(bytes);
    return [...bytes]
      .map((byte, index) => (shown[index] === true ? byte.toString(16).padStart(2, '0') : '··'))
      .join(' ');
  });
};

describe('what is seen of a line that is wrong', () => {
  test.each([
    ['an answer without DATA', ['aaaaaa9669 0004 000080 84'], ['aa aa aa 96 69 00 04 00 00 80 84']],
    ['no frame', ['31 00 31 00 aa 32'], ['·· ·· ·· ·· ·· ··']],
    ['a status word of no table', ['aaaaaa9669 0004 0000c5 c1'], ['aa aa aa 96 69 00 04 ·· ·· ·· ··']],
    ['a Len that no frame has', ['aaaaaa9669 c5c5 c5c5c5'], ['aa aa aa 96 69 ·· ·· ·· ·· ··']],
    ['DATA and its CHK', ['aaaaaa9669 0006 000090 c5c5 96'], ['aa aa aa 96 69 00 06 00 00 90 ·· ·· ··']],
    ['more behind a frame', ['aaaaaa9669 0004 000080 84 c5c5'], ['aa aa aa 96 69 00 04 00 00 80 84 ·· ··']],
    [
      'a frame that ends early, another behind it',
      ['aaaaaa9669 0508 000090 0100 c5c5', 'aaaaaa9669 0004 000080 84'],
      ['aa aa aa 96 69 05 08 00 00 90 ·· ·· ·· ··', 'aa aa aa 96 69 00 04 00 00 80 84'],
    ],
    ['a preamble in two pieces', ['aaaa', 'aa9669 0004 00', '0080 84'], ['·· ··', 'aa 96 69 00 04 ··', '00 80 84']],
    ['one AA too many', ['aaaaaaaa9669 0004 000080 84'], ['·· aa aa aa 96 69 00 04 00 00 80 84']],
  ])('%s', (_what, pieces, wanted) => {
    expect(shownOf(...pieces)).toEqual(wanted);
  });

  test('what the driver would never send', () => {
    expect(mask().sent(hex('aaaaaa9669 0003 3010 23'))).toEqual({ shown: [], names: [] });
  });
});
