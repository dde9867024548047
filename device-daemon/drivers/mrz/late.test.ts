import { describe, expect, test } from 'vitest';
import { closing } from '../common/closing.fixture.ts';
import { shapes } from './index.ts';
import { linesOf, type Rig, rig, told } from './rig.fixture.ts';

// What was swiped for nobody, or for a read that is over, is no answer to the next.

const reader = closing(rig);
async function readyReader(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await reader(...options);
  await made.up();
  return made;
}

const passport = 'passport E00000000';
const permit = 'hkMacaoPermit H00000001';

describe('swiped before', () => {
  test('nobody reads: it is no answer to the read that follows', async () => {
    const made = await readyReader();
    await made.emulator.swipe(linesOf('passport'));
    const { read } = await made.listen({ timeoutMs: 900 });
    expect(told(await read)).toBe('timeOut');
    expect(await made.readSwipe('travel-hong-kong')).toBe(permit);
  });

  test('still in the system’s hands when the read begins: no answer to it', async () => {
    const made = await readyReader({ driver: { delays: { lateMs: 0 } } });
    const cancel = new AbortController();
    const { read: first } = await made.listen({ signal: cancel.signal });
    cancel.abort();
    await first;
    await made.emulator.swipe(linesOf('passport'));
    // This process stands still while the bytes arrive at the port.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    expect(told(await made.driver.read({ timeoutMs: 900 }))).toBe('timeOut');
  });

  test.each(shapes)('%s: lines that come late are never the next read’s', async (shape) => {
    const made = await readyReader({ shape, driver: { delays: { lateMs: 500 } } });
    made.emulator.setFault('burstPauseMs', 80);
    const cancel = new AbortController();
    const first = await made.listen({ signal: cancel.signal });
    let swiped = false;
    const swipe = made.emulator.swipe(linesOf('travel-taiwan')).then(() => {
      swiped = true;
    });
    cancel.abort();
    expect(told(await first.read)).toBe('cancelled');
    const second = await made.listen();
    // It listens when the rest has passed, not before.
    expect(swiped).toBe(true);
    await swipe;
    await made.emulator.swipe(linesOf('travel-hong-kong'));
    expect(told(await second.read)).toBe(permit);
  });

  test('recognised after the read was cancelled: never the next one’s', async () => {
    const made = await readyReader({ driver: { delays: { lateMs: 1_000 } } });
    made.emulator.setTimeScale(1);
    const cancel = new AbortController();
    const first = await made.listen({ signal: cancel.signal });
    const swipe = made.emulator.swipe(linesOf('travel-taiwan'));
    cancel.abort();
    expect(told(await first.read)).toBe('cancelled');
    const second = await made.listen();
    await swipe;
    await made.emulator.swipe(linesOf('passport'));
    expect(told(await second.read)).toBe(passport);
  });

  test.each(shapes)('%s: sent twice, it is read once', async (shape) => {
    const made = await readyReader({ shape });
    made.emulator.setFault('duplicate', 1);
    made.emulator.setFault('burstPauseMs', 50);
    const { read } = await made.listen();
    const swipe = made.emulator.swipe(linesOf('passport'));
    expect(told(await read)).toBe(passport);
    const next = await made.listen({ timeoutMs: 1_200 });
    await swipe;
    expect(told(await next.read)).toBe('timeOut');
  });

  test('two reads take turns: one swipe answers one of them', async () => {
    const made = await readyReader();
    const first = await made.listen();
    const second = made.driver.read({ timeoutMs: 1_200 });
    await made.emulator.swipe(linesOf('passport'));
    expect(told(await first.read)).toBe(passport);
    expect(told(await second)).toBe('timeOut');
  });
});
