import { describe, expect, test, vi } from 'vitest';
import type { Result } from '#protocol/result.ts';
import type { IdentityFault } from '../../devices/identity-reader.ts';
import type { IdentityDocument } from '../../documents/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { linesOf, type Rig, rig, told } from './rig.fixture.ts';

// The plug pulled in every state of the driver, as far as unplug.test.ts has not: it settles, says absent, and reads again.

const reader = closing(rig);

interface Asked {
  readonly asked?: Promise<Result<IdentityDocument, IdentityFault>>;
}
type State = (made: Rig) => Promise<Asked>;

const states: Readonly<Record<string, State>> = {
  'while it stands idle': async (made) => {
    await made.up();
    return {};
  },
  'while somebody swipes for nobody': async (made) => {
    await made.up();
    await made.emulator.swipe(linesOf('passport'));
    return {};
  },
  'before a read listens': async (made) => {
    await made.up();
    made.emulator.line.send(Buffer.from([0xff]));
    return { asked: made.driver.read({ timeoutMs: 20_000 }) };
  },
  'while one read waits and another behind it': async (made) => {
    await made.up();
    const { read } = await made.listen();
    void read;
    return { asked: made.driver.read({ timeoutMs: 20_000 }) };
  },
  'after a document was read': async (made) => {
    await made.up();
    expect(await made.readSwipe('passport')).toBe('passport E00000000');
    return {};
  },
  'after a swipe that could not be read': async (made) => {
    await made.up();
    made.emulator.setFault('unreadable', 1);
    expect(await made.readSwipe('passport')).toBe('unreadable');
    return {};
  },
  'while it babbles': async (made) => {
    await made.up();
    made.emulator.setFault('noise', true);
    await vi.waitUntil(() => made.driver.report().state === 'degraded', { timeout: 20_000 });
    return {};
  },
};

describe('pulled', () => {
  test.each(Object.entries(states))('%s', async (_name, reach) => {
    const made = await reader({ driver: { delays: { babbleBytes: 100 } } });
    const { asked } = await reach(made);
    await made.emulator.unplug();
    if (asked !== undefined) expect(told(await asked)).toBe('notReady');
    await vi.waitUntil(() => made.driver.report().state === 'absent', { timeout: 20_000 });
    expect(told(await made.driver.read({ timeoutMs: 1_000 }))).toBe('notReady');
    made.emulator.setFault('noise', false);
    await made.emulator.replug();
    await vi.waitUntil(() => made.driver.report().state === 'ready', { timeout: 20_000 });
    expect(made.driver.report().reason).toBe('nothingHeard');
    expect(await made.readSwipe('travel-hong-kong')).toBe('hkMacaoPermit H00000001');
  });
});
