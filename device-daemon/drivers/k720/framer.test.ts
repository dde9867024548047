import { expect, test } from 'vitest';
import { Chance } from '#test/hostile/random.ts';
import { commands, decodeReply } from './codec.ts';
import { encodeFrame, Framer, maximumFrame } from './framer.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function heard(pieces: readonly Uint8Array[]): string[] {
  const found: string[] = [];
  const framer = new Framer(
    {
      frame: (address, text) => found.push(`${address}:${Buffer.from(text).toString('latin1')}`),
      control: (name, address) => found.push(`${name}${address ?? ''}`),
      damaged: () => found.push('damaged'),
    },
    1_000,
  );
  for (const piece of pieces) framer.push(piece, 0);
  return found;
}

const answer = '02 30 30 00 06 53 46 30 30 30 34 03';
const bcc = '16';

test.each([
  ['ACK with its address', ['06 30 30'], ['ack0']],
  ['ACK in pieces', ['06', '30', '30'], ['ack0']],
  ['NAK without an address, and with one', ['15', '15 30 30', '06 30 30'], ['nak', 'nak', 'ack0']],
  ['EOT and ENQ', ['04 31 35 05 30 30'], ['eot15', 'enq0']],
  ['ACK of an address that no unit has', ['06 31 36'], []],
  ['ACK and no digits', ['06 06 30 30'], ['ack0']],
  ['a frame between', [`06 30 30 ${answer} ${bcc} 15`], ['ack0', '0:SF0004', 'nak']],
  ['a frame in pieces', ['02 30', '30 00 06 53', `46 30 30 30 34 03`, bcc], ['0:SF0004']],
  ['noise before', [`00 7E FF ${answer} ${bcc}`], ['0:SF0004']],
  ['an 02 too many', [`02 ${answer} ${bcc}`], ['damaged', '0:SF0004']],
  ['a wrong BCC', [`${answer} 15`], ['damaged']],
  ['a wrong BCC with ACK in it: no ACK', ['02 30 30 00 06 53 46 06 30 30 34 03 00'], ['damaged']],
  ['no ETX', ['02 30 30 00 06 53 46 30 30 30 34 04 11'], ['damaged']],
  ['a length that no frame has', ['02 30 30 FF 06 06'], ['damaged']],
  ['no length', ['02 30 30 00 00 03 01'], ['damaged']],
  ['an address that is none', ['02 30 3A 00'], ['damaged']],
])('%s', (_what, pieces, wanted) => {
  expect(heard(pieces.map(hex))).toEqual(wanted);
});

test('what stopped in the middle is given up after the gap', () => {
  const found: string[] = [];
  const framer = new Framer(
    { frame: () => found.push('frame'), control: (name) => found.push(name), damaged: () => found.push('damaged') },
    100,
  );
  const whole = hex(`${answer} ${bcc}`);
  framer.push(whole.subarray(0, 5), 0);
  framer.push(whole, 101);
  framer.push(hex('06'), 101);
  framer.push(hex('30 30'), 500);
  expect(found).toEqual(['damaged', 'frame']);
});

test('bytes without end: no crash, no frame that does not verify, in step again within one maximum frame', () => {
  const chance = new Chance(720);
  const status = hex(`${answer} ${bcc}`);
  const good = encodeFrame(3, Buffer.from('TTCE_K720_V2.05'));
  const total = Number(process.env['KIOSK_FUZZ_BYTES'] ?? 200_000);
  let frames = 0;
  for (let pushed = 0; pushed < total; ) {
    const texts: Buffer[] = [];
    const framer = new Framer(
      { frame: (_address, text) => texts.push(Buffer.from(text)), control: () => undefined, damaged: () => undefined },
      1e9,
    );
    let stream = Buffer.concat([status, good, hex('06 30 30'), status]);
    for (let wounds = 1 + chance.below(3); wounds > 0; wounds -= 1) {
      const at = chance.below(stream.length);
      const noise = Buffer.from(Uint8Array.from({ length: 1 + chance.below(20) }, () => chance.below(256)));
      const rest = chance.happens(0.5) ? at : Math.min(stream.length, at + noise.length);
      stream = Buffer.concat([stream.subarray(0, at), rest === at ? noise : Buffer.alloc(0), stream.subarray(rest)]);
    }
    for (let at = 0; at < stream.length; ) {
      const piece = stream.subarray(at, at + 1 + chance.below(30));
      framer.push(piece, 0);
      at += piece.length;
    }
    framer.push(Buffer.alloc(maximumFrame), 0);
    framer.push(good, 0);
    expect(texts.at(-1)?.toString('latin1')).toBe('TTCE_K720_V2.05');
    const whole = Buffer.concat([stream, good]).toString('latin1');
    for (const text of texts) {
      frames += 1;
      expect(whole).toContain(text.toString('latin1'));
      for (const command of Object.values(commands)) decodeReply(command, text);
    }
    pushed += stream.length;
  }
  expect(frames).toBeGreaterThan(total / 200);
});
