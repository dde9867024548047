import { expect, test } from 'vitest';
import { judge, type MotionFacts } from './card-motion.ts';

const verdict = (facts: MotionFacts): string => {
  const { outcome, reason } = judge(facts);
  return reason === undefined ? outcome : `${outcome} ${reason}`;
};

// What the sensors say afterwards decides, not what was said.
test.each<[MotionFacts, string]>([
  [{ kind: 'feed', before: 'empty', after: 'atRead', said: 'done' }, 'done'],
  [{ kind: 'feed', before: 'empty', after: 'atRead', said: 'nothing' }, 'done'],
  [{ kind: 'feed', before: 'empty', after: 'empty', said: 'nothing' }, 'notDone noAnswer'],
  [{ kind: 'feed', before: 'empty', after: 'empty', said: 'refused', refusal: 'hopperEmpty' }, 'notDone hopperEmpty'],
  [{ kind: 'feed', before: 'empty', after: 'inTransit', said: 'refused', refusal: 'jammed' }, 'unknown jammed'],
  [{ kind: 'feed', before: 'empty', after: 'atRead', said: 'refused', refusal: 'cardSize' }, 'unknown cardSize'],
  [{ kind: 'feed', before: 'empty', after: undefined, said: 'nothing' }, 'unknown noAnswer'],
  [{ kind: 'feed', before: 'empty', after: 'unknown', said: 'nothing' }, 'unknown noAnswer'],
  [{ kind: 'present', before: 'atRead', after: 'atGate', said: 'nothing' }, 'done'],
  [{ kind: 'present', before: 'atRead', after: 'atRead', said: 'nothing' }, 'notDone noAnswer'],
  [{ kind: 'present', before: 'atRead', after: 'empty', said: 'nothing', counted: 0 }, 'done'],
  [{ kind: 'present', before: 'atRead', after: 'empty', said: 'nothing', counted: 1 }, 'notDone captured'],
  [{ kind: 'present', before: 'atRead', after: 'empty', said: 'nothing' }, 'unknown noAnswer'],
  [{ kind: 'capture', before: 'atRead', after: 'empty', said: 'done' }, 'done'],
  [{ kind: 'capture', before: 'atGate', after: 'empty', said: 'nothing', counted: 1 }, 'done'],
  [{ kind: 'capture', before: 'atGate', after: 'empty', said: 'nothing', counted: 0 }, 'unknown counterDisagrees'],
  [
    { kind: 'capture', before: 'atGate', after: 'empty', said: 'refused', refusal: 'movedByHand' },
    'notDone movedByHand',
  ],
  [
    { kind: 'capture', before: 'atRead', after: 'empty', said: 'refused', refusal: 'movedByHand', counted: 0 },
    'notDone movedByHand',
  ],
  [
    { kind: 'capture', before: 'atRead', after: 'empty', said: 'refused', refusal: 'movedByHand' },
    'unknown movedByHand',
  ],
  [{ kind: 'return', before: 'atRead', after: 'empty', said: 'done' }, 'done'],
  [{ kind: 'return', before: 'atRead', after: 'empty', said: 'nothing' }, 'done'],
  [{ kind: 'return', before: 'atRead', after: 'atRead', said: 'nothing' }, 'notDone noAnswer'],
  [{ kind: 'capture', before: 'atRead', after: 'atRead', said: 'refused', refusal: 'binFull' }, 'notDone binFull'],
  [{ kind: 'capture', before: 'atRead', after: 'inTransit', said: 'refused', refusal: 'jammed' }, 'unknown jammed'],
])('%j: %s', (facts, wanted) => {
  expect(verdict(facts)).toBe(wanted);
});
