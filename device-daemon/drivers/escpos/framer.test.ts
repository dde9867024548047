import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answer, Framer } from './framer.ts';
import {
  AUTOMATIC,
  blockedBy,
  decodeStatus,
  encodeStatus,
  GOOD,
  QUEUED,
  REAL_TIME,
  REAL_TIME_KINDS,
  type StatusFlag,
} from './status.ts';

const bytes = (text: string) => Uint8Array.from(text.split(' ').filter(Boolean), (pair) => Number.parseInt(pair, 16));

describe('bytes are sorted by their fixed bits', () => {
  test.each<[string, readonly Answer[], number]>([
    ['12', [{ kind: 'realTime', byte: 0x12 }], 0],
    ['1A', [{ kind: 'realTime', byte: 0x1a }], 0],
    ['7E', [{ kind: 'realTime', byte: 0x7e }], 0],
    ['00', [{ kind: 'queued', byte: 0 }], 0],
    ['0F', [{ kind: 'queued', byte: 0x0f }], 0],
    ['10 00 00 00', [{ kind: 'automatic', bytes: [0x10, 0, 0, 0] }], 0],
    ['38 00 0C 00', [{ kind: 'automatic', bytes: [0x38, 0, 0x0c, 0] }], 0],
    ['37 25 00', [{ kind: 'cleared' }], 0],
    // Automatic status, then the end mark: its zero is not a fifth byte of the group.
    [
      '10 00 00 00 00',
      [
        { kind: 'automatic', bytes: [0x10, 0, 0, 0] },
        { kind: 'queued', byte: 0 },
      ],
      0,
    ],
    // A group that lost its end is dropped by the next byte that cannot belong to it.
    ['18 00 12', [{ kind: 'realTime', byte: 0x12 }], 2],
    ['18 00 10 00 00 00', [{ kind: 'automatic', bytes: [0x10, 0, 0, 0] }], 2],
    ['37 25 12', [{ kind: 'realTime', byte: 0x12 }], 2],
    // XON, XOFF, and bytes with bit 7.
    ['11 13 FF 93', [], 4],
  ])('%s', (text, answers, noise) => {
    const framer = new Framer();
    expect(framer.push(bytes(text))).toEqual(answers);
    expect(framer.noise).toBe(noise);
    expect(framer.partial).toBe(false);
  });
});

test('pieces make no difference', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(fc.nat(64), { maxLength: 8 }), (stream, cuts) => {
      const whole = new Framer().push(stream);
      const framer = new Framer();
      const edges = [0, ...cuts.map((cut) => Math.min(cut, stream.length)).sort((a, b) => a - b), stream.length];
      const pieces = edges.slice(1).flatMap((end, index) => framer.push(stream.subarray(edges[index], end)));
      expect(pieces).toEqual(whole);
    }),
    { seed: 3, numRuns: 1000 },
  );
});

test('200,000 bytes of noise: every byte is accounted for, and a good answer after it is heard', () => {
  const framer = new Framer();
  let state = 42;
  let counted = 0;
  for (let round = 0; round < 2000; round++) {
    const noise = Uint8Array.from({ length: 100 }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state >>> 24;
    });
    for (const answer of framer.push(noise)) {
      counted += answer.kind === 'automatic' ? 4 : answer.kind === 'cleared' ? 3 : 1;
    }
  }
  framer.dropPartial();
  expect(counted + framer.noise).toBe(200_000);
  expect(framer.push(bytes('12'))).toEqual([{ kind: 'realTime', byte: 0x12 }]);
});

describe('status bits', () => {
  const flags = Object.keys(GOOD) as StatusFlag[];
  const anyStatus = fc.record(Object.fromEntries(flags.map((flag) => [flag, fc.boolean()]))) as fc.Arbitrary<
    Record<StatusFlag, boolean>
  >;

  test('say what the manuals say', () => {
    expect(decodeStatus(REAL_TIME[1], 0x1a)).toMatchObject({ offline: true });
    expect(decodeStatus(REAL_TIME[4], 0x7e)).toEqual({ paperEnd: true, paperNearEnd: true });
    expect(decodeStatus(REAL_TIME[3], 0x12 | 0x08)).toMatchObject({ cutterError: true, unrecoverable: false });
    expect(decodeStatus(AUTOMATIC[2], 0x03)).toEqual({ paperNearEnd: true, paperEnd: false });
    expect(encodeStatus(REAL_TIME[2], GOOD)).toBe(0x12);
  });

  test('come back from every byte that carries them', () => {
    fc.assert(
      fc.property(anyStatus, (status) => {
        for (const kind of [...REAL_TIME_KINDS.map((n) => REAL_TIME[n]), ...AUTOMATIC, QUEUED]) {
          const byte = encodeStatus(kind, status);
          expect(byte & kind.mask).toBe(kind.fixed);
          expect(decodeStatus(kind, byte)).toEqual(
            Object.fromEntries((Object.keys(kind.bits) as StatusFlag[]).map((flag) => [flag, status[flag]])),
          );
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('the worst reason is the one that is told', () => {
    expect(blockedBy({ ...GOOD, offline: true, paperEnd: true, cutterError: true })).toBe('cutterError');
    expect(blockedBy({ ...GOOD, paperNearEnd: true })).toBeUndefined();
  });
});
