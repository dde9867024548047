import { expect, test } from 'vitest';
import type { CardPath } from '../../devices/card-dispenser.ts';
import type { MotionKind } from '../common/card-motion.ts';
import { decodeStatus } from './status.ts';
import { Trail } from './trail.ts';

// Last characters of the looks after ENQ.
test.each<[string, MotionKind, CardPath, string, boolean]>([
  ['into the bin from inside', 'capture', 'atRead', '33 2 0', true],
  ['into the bin from the gate', 'capture', 'atGate', '1 3 2 0', true],
  ['the next card waits all the while', 'capture', 'atGate', '5 7 6 4', true],
  ['a hand was quicker, a fresh card goes into the bin', 'capture', 'atGate', '4 2 0', false],
  ['a hand was quicker after the first look', 'capture', 'atGate', '1 0 0', false],
  ['it was never seen inside', 'capture', 'atGate', '1 1 0', false],
  ['to the gate', 'present', 'atRead', '3 3 1', true],
  ['taken as soon as it was out', 'present', 'atRead', '3 1 0', true],
  ['pulled, and a fresh card at the gate', 'present', 'atRead', '4 6 3 1', false],
  ['pulled after the first look, and a fresh card at the gate', 'present', 'atRead', '3 0 6 3 1', false],
  ['back into the hopper', 'return', 'atRead', '3 6 4', true],
  ['a feed begins with nothing', 'feed', 'empty', '4 6 3', true],
  ['after a jam nobody knows where it lies', 'capture', 'inTransit', '0 2 0', true],
  ['no look, no word', 'capture', 'atGate', '', true],
])('%s', (_what, kind, before, looks, kept) => {
  const trail = new Trail(kind, before);
  for (const character of looks.replaceAll(' ', '')) {
    const status = decodeStatus(Buffer.from(`000${character}`)) ?? expect.fail();
    trail.note(status);
  }
  expect(trail.kept).toBe(kept);
});
