import { expect, test, vi } from 'vitest';
import { parseMrz } from '../../documents/index.ts';
import { replay } from '../../transports/recording/replay.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { recorded, recordingOf } from '../common/recorded.fixture.ts';
import { createMrz, shapes } from './index.ts';
import { rig, testDelays, today, told } from './rig.fixture.ts';

// What was recorded at a swipe reader is read again without it.

const reader = closing(rig);

test.each(shapes.flatMap((shape) => [[shape, 'passport'] as const, [shape, 'passport-misread'] as const]))(
  '%s, %s',
  async (shape, id) => {
    const line = recorded('passportReader', 'mrz');
    const made = await reader({ shape, wrap: line.wrap });
    await made.up();
    const swiped = await made.readSwipe(id);
    expect(swiped).toBe(id === 'passport' ? 'passport E00000000' : 'unreadable');
    await made.driver.stop();

    const played = replay(recordingOf(line.file()));
    const driver = createMrz({
      name: 'passport-reader',
      open: played.open,
      parse: (lines) => parseMrz(lines, { today }),
      delays: testDelays,
    });
    driver.start();
    try {
      await vi.waitUntil(() => driver.report().state === 'ready', { timeout: 20_000 });
      expect(told(await driver.read({ timeoutMs: 20_000, onHint: () => played.release() }))).toBe(swiped);
      await driver.stop();
      expect(played.problem()).toBeUndefined();
    } finally {
      await driver.stop();
    }
  },
);
