import { expect, test } from 'vitest';
import { replay } from '../../transports/recording/replay.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { recorded, recordingOf } from '../common/recorded.fixture.ts';
import { type Crt591, createCrt591 } from './index.ts';
import { rig, soon, testDelays, until } from './rig.fixture.ts';

// What was recorded at a unit is gone through again without it. Nobody polls: how often would depend on the clock.

const unit = closing(rig);
const delays = { ...testDelays, pollMs: 600_000 };

async function session({ dispenser, reader }: Crt591): Promise<unknown> {
  reader.start();
  dispenser.start();
  await until(() => dispenser.report().state !== 'absent' && dispenser.state().path === 'empty');
  const told = [await dispenser.feedToRead(soon), await dispenser.present(soon), await dispenser.capture(soon)];
  return { told, count: await dispenser.binCount?.(soon), capabilities: dispenser.capabilities() };
}

test('fed, presented, captured', async () => {
  const line = recorded('cardDispenser', 'crt591');
  const made = await unit({ wrap: line.wrap, driver: { delays } });
  const told = await session(made);
  expect(told).toMatchObject({ told: [{ outcome: 'done' }, { outcome: 'done' }, { outcome: 'done' }] });
  await Promise.all([made.reader.stop(), made.dispenser.stop()]);

  const played = replay(recordingOf(line.file()));
  const again = createCrt591({
    names: { reader: 'cardReader', dispenser: 'cardDispenser' },
    open: () => played.open,
    settings: { accepts: false },
    delays,
  });
  try {
    expect(await session(again)).toEqual(told);
  } finally {
    await Promise.all([again.reader.stop(), again.dispenser.stop()]);
  }
  expect(played.problem()).toBeUndefined();
});
