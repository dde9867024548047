import { describe, expect, test, vi } from 'vitest';
import type { Result } from '#protocol/result.ts';
import type { ScanFault } from '../../devices/code-scanner.ts';
import { closing } from '../common/closing.fixture.ts';
import { type Rig, rig, told } from './rig.fixture.ts';

// The plug pulled in every state of the driver, as far as faults.test.ts has not: it settles, says absent, and scans again.

const scanner = closing(rig);
const code = 'APPT:20270101A';

interface Asked {
  readonly asked?: Promise<Result<{ readonly text: Buffer }, ScanFault>>;
}
type State = (made: Rig) => Promise<Asked>;

const states: Readonly<Record<string, State>> = {
  'while it stands idle': async (made) => {
    await made.up();
    return {};
  },
  'before a scan listens': async (made) => {
    await made.up();
    made.emulator.line.send(Buffer.from([0xff]));
    return { asked: made.driver.scan({ timeoutMs: 20_000 }) };
  },
  'while one scan waits and another behind it': async (made) => {
    await made.up();
    const { scan } = await made.listen();
    void scan;
    return { asked: made.driver.scan({ timeoutMs: 20_000 }) };
  },
  'while it decodes': async (made) => {
    await made.up();
    made.emulator.setFault('lateMs', 5_000);
    const { scan } = await made.listen();
    made.emulator.scan(code);
    return { asked: scan };
  },
  'after a code was scanned': async (made) => {
    await made.up();
    expect(await made.scanCode(code)).toBe(`text ${code}`);
    return {};
  },
  'after a code without its suffix': async (made) => {
    await made.up();
    made.emulator.setFault('missingSuffix', 1);
    const { scan } = await made.listen({ timeoutMs: 1_000 });
    made.emulator.scan(code);
    expect(told(await scan)).toBe('timeOut');
    return {};
  },
  'while it babbles': async (made) => {
    await made.up();
    made.emulator.setFault('noise', true);
    await vi.waitUntil(() => made.driver.report().reason === 'babbling', { timeout: 20_000 });
    return {};
  },
};

describe('pulled', () => {
  test.each(Object.entries(states))('%s', async (_name, reach) => {
    const made = await scanner({ driver: { delays: { babbleBytes: 100 } } });
    const { asked } = await reach(made);
    await made.emulator.unplug();
    if (asked !== undefined) expect(told(await asked)).toBe('notReady');
    await vi.waitUntil(() => made.driver.report().state === 'absent', { timeout: 20_000 });
    expect(told(await made.driver.scan({ timeoutMs: 1_000 }))).toBe('notReady');
    made.emulator.setFault('noise', false);
    made.emulator.setFault('lateMs', 0);
    await made.emulator.replug();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(made.driver.report().reason).toBe('nothingHeard');
    expect(await made.scanCode(code)).toBe(`text ${code}`);
  });
});
