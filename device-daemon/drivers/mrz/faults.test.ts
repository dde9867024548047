import { describe, expect, test, vi } from 'vitest';
import { type MrzFaultName, mrzFaults } from '#simulators/emulators/mrz/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { shapes } from './index.ts';
import { linesOf, type Rig, rig, told } from './rig.fixture.ts';

// The emulator's faults over a real pseudo-terminal: what a person sees, what the driver says, and that it comes back.

const reader = closing(rig);
async function readyReader(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await reader(...options);
  await made.up();
  return made;
}

const passport = 'passport E00000000';
const permit = 'hkMacaoPermit H00000001';

/** For swipes in one piece. */
const quick = { driver: { delays: { quietMs: 200 } } } as const;

/** What each fault is tried with below; a new fault of the emulator wants a row. */
const covered: Record<MrzFaultName, string> = {
  silent: 'driver.test.ts',
  garbageBefore: 'noise',
  garbageInside: 'noise',
  wrongBcc: 'noise',
  truncated: 'noise',
  missingEnd: 'noise',
  duplicate: 'late.test.ts',
  unreadable: 'what cannot be read',
  burstPauseMs: 'driver.test.ts',
  noise: 'noise',
};
test('no fault of the emulator goes untried', () => {
  expect(Object.keys(covered).sort()).toEqual(Object.keys(mrzFaults).sort());
});

describe('what cannot be read', () => {
  test.each(shapes)('%s: one character that the reader could not make out', async (shape) => {
    const made = await readyReader({ shape, ...quick });
    made.emulator.setFault('unreadable', 1);
    expect(await made.readSwipe('passport')).toBe('unreadable');
    expect(await made.readSwipe('passport')).toBe(passport);
  });

  test.each(shapes)('%s: a digit taken for another', async (shape) => {
    const made = await readyReader({ shape, ...quick });
    expect(await made.readSwipe('passport-misread')).toBe('unreadable');
    expect(await made.readSwipe('passport')).toBe(passport);
  });

  test('a document that ran out is read; what to do about it is not the reader’s to say', async () => {
    const made = await readyReader();
    const { read } = await made.listen();
    await made.emulator.swipe(linesOf('passport-expired'));
    const result = await read;
    expect(told(result)).toBe(passport);
    expect(result.ok && result.value.refusals).toEqual(['expired']);
  });

  test.each(shapes)('%s: a kind that nobody here knows', async (shape) => {
    const made = await readyReader({ shape, ...quick });
    const { read } = await made.listen();
    await made.emulator.swipe(['I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<', 'D231458907UTO7408122F1204159<<<<<<<6']);
    expect(told(await read)).toBe('unknownDocument');
  });
});

describe('noise', () => {
  test.each(shapes)('%s: before a swipe it changes nothing', async (shape) => {
    const made = await readyReader({ shape, ...quick });
    made.emulator.setFault('garbageBefore', 1);
    expect(await made.readSwipe('passport')).toBe(passport);
  });

  const broken = (['garbageInside', 'truncated', 'missingEnd'] as const).flatMap((fault) =>
    shapes.map((shape) => [fault, shape] as const),
  );
  test.each([...broken, ['wrongBcc', '3m'] as const])(
    '%s, %s: unreadable, and the next is read',
    async (fault, shape) => {
      const made = await readyReader({ shape, ...quick });
      made.emulator.setFault(fault, 1);
      expect(await made.readSwipe('passport')).toBe('unreadable');
      expect(await made.readSwipe('travel-hong-kong')).toBe(permit);
    },
  );

  test('a broken swipe and a good one right behind it: the good one', async () => {
    const made = await readyReader({ shape: '3m' });
    made.emulator.setFault('wrongBcc', 1);
    const { read } = await made.listen();
    await made.emulator.swipe(linesOf('travel-hong-kong'));
    await made.emulator.swipe(linesOf('passport'));
    expect(told(await read)).toBe(passport);
  });

  test('a crackle is no swipe', async () => {
    const made = await readyReader();
    const { read } = await made.listen({ timeoutMs: 900 });
    made.emulator.line.send(Buffer.from([0xff, 0x02, 0x41, 0x03]));
    expect(told(await read)).toBe('timeOut');
  });

  test('without end: degraded babbling, no document, the deadline holds; ready when it is over', async () => {
    const made = await readyReader({ driver: { delays: { babbleBytes: 100 } } });
    const { read } = await made.listen({ timeoutMs: 1_000 });
    made.emulator.setFault('noise', true);
    await vi.waitUntil(() => made.driver.report().state === 'degraded');
    expect(made.driver.report().reason).toBe('babbling');
    expect(told(await read)).toBe('timeOut');
    expect(told(await made.driver.read({ timeoutMs: 500 }))).toBe('timeOut');
    made.emulator.setFault('noise', false);
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(await made.readSwipe('passport')).toBe(passport);
  });

  test('another device on the port: what it says is no document', async () => {
    const made = await readyReader();
    const { read } = await made.listen();
    // A receipt printer's status, a PIN pad's frame, a scanner's code.
    made.emulator.line.send(Buffer.from('\x14\x00\x00\x0f\x02010405\x03https://example.invalid/0000-0000\r'));
    expect(told(await read)).toBe('unreadable');
    expect(made.driver.report()).toMatchObject({ state: 'ready', reason: 'nothingHeard' });
  });
});
