import { expect, test } from 'vitest';
import type { CardDispenser } from '../../devices/card-dispenser.ts';
import { replay } from '../../transports/recording/replay.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { recorded, recordingOf } from '../common/recorded.fixture.ts';
import { createK720 } from './index.ts';
import { rig, soon, testDelays, until } from './rig.fixture.ts';

// What was recorded at a unit is gone through again without it. Nobody polls: how often would depend on the clock.

const unit = closing(rig);
const delays = { ...testDelays, pollMs: 600_000 };

async function session(dispenser: CardDispenser): Promise<unknown> {
  dispenser.start();
  await until(() => dispenser.report().state !== 'absent' && dispenser.state().path === 'empty');
  const told = [
    await dispenser.feedToRead(soon),
    await dispenser.returnToHopper?.(soon),
    await dispenser.feedToRead(soon),
    await dispenser.present(soon),
    await dispenser.capture(soon),
  ];
  return { told, capabilities: dispenser.capabilities() };
}

test('fed, put back, fed, presented, captured', async () => {
  const line = recorded('cardDispenser', 'k720');
  const made = await unit({ wrap: line.wrap, driver: { delays } });
  const told = await session(made.dispenser);
  expect(told).toMatchObject({ told: Array.from({ length: 5 }, () => ({ outcome: 'done' })) });
  await made.dispenser.stop();

  const played = replay(recordingOf(line.file()));
  const again = createK720({ name: 'cardDispenser', open: played.open, delays });
  try {
    expect(await session(again)).toEqual(told);
  } finally {
    await again.stop();
  }
  expect(played.problem()).toBeUndefined();
});
