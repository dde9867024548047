import { expect, test } from 'vitest';
import { documentOf } from '#simulators/wallet/documents.ts';
import { closing } from '../common/closing.fixture.ts';
import { traced } from '../common/traced.fixture.ts';
import { mask, shapes } from './index.ts';
import { linesOf, rig } from './rig.fixture.ts';

// A trace of the line shows where lines begin and end, and nothing of what they say.

const reader = closing(rig);

test.each(shapes)('%s: a swipe is seen as its controls', async (shape) => {
  const trace = traced(mask(shape));
  const made = await reader({ shape, wrap: trace.wrap });
  await made.up();
  expect(await made.readSwipe('passport')).toBe('passport E00000000');
  expect(trace.leaks([...documentOf('passport').secrets, ...linesOf('passport')])).toEqual([]);
  expect(trace.received().length).toBeGreaterThan(1);
  expect(trace.received().filter((byte) => ![0x01, 0x02, 0x03, 0x0a, 0x0d].includes(byte))).toEqual([]);
  expect(trace.text()).toContain(shape === 'plain' ? '(2 plain lines)' : '(2 framed lines)');
});

test('another device on the port: its text is hidden too', () => {
  const bytes = Buffer.from('张三 13800000000\r');
  const { shown } = mask('auto')().received(bytes);
  expect([...bytes].filter((_, index) => shown[index] === true)).toEqual([0x0d]);
});
