import { expect, test } from 'vitest';
import { closing } from '../common/closing.fixture.ts';
import { traced } from '../common/traced.fixture.ts';
import { mask, type Suffix, suffixes } from './index.ts';
import { rig } from './rig.fixture.ts';

// A trace of the line shows the trigger and how long a code was, and nothing of what it said.

const scanner = closing(rig);
const code = '测试甲 11010519000101001X';

test.each(['utf8', 'gb18030'] as const)('a code in %s: its length and its suffix', async (encoding) => {
  const trace = traced(mask({ suffix: 'crlf' }));
  const made = await scanner({ suffix: 'crlf', wrap: trace.wrap });
  await made.up();
  expect(await made.scanCode(code, encoding)).toBe(`text ${code}`);
  await made.driver.stop();
  expect(trace.leaks(['测试甲', '11010519000101001X'])).toEqual([]);
  expect(trace.text()).toContain('→ 16 54 0D   (honeywell on)');
  expect(trace.text()).toContain('→ 16 55 0D   (honeywell off)');
  expect(trace.text()).toMatch(/\(code of \d+ bytes\)/);
});

test.each(Object.keys(suffixes) as Suffix[])('%s: no byte but the suffix', (suffix) => {
  const bytes = Buffer.concat([Buffer.from(code), Buffer.from(suffixes[suffix])]);
  const { shown } = mask({ suffix })().received(bytes);
  expect([...bytes].filter((_, index) => shown[index] === true)).toEqual([...suffixes[suffix]]);
});

test('what the driver would never send', () => {
  expect(mask({ suffix: 'cr' })().sent(Buffer.from('11010519000101001X'))).toEqual({ shown: [], names: [] });
});
