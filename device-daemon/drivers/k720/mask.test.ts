import { expect, test } from 'vitest';
import { closing } from '../common/closing.fixture.ts';
import { traced } from '../common/traced.fixture.ts';
import { encodeFrame, mask } from './index.ts';
import { rig, soon } from './rig.fixture.ts';

const unit = closing(rig);

test.each([0, 1])('bytes from the unit %i ms apart: commands and sensors are seen', async (byteDelayMs) => {
  const trace = traced(mask);
  const { emulator, dispenser, up } = await unit({ wrap: trace.wrap, driver: { delays: { motionMs: 5_000 } } });
  await up();
  emulator.setFault('cable.byteDelayMs', byteDelayMs);
  await dispenser.feedToRead(soon);
  await dispenser.capture(soon);
  const text = trace.text();
  for (const name of ['status', 'version', 'toRead', 'recycle']) expect(text).toContain(name);
  if (byteDelayMs === 0) expect(text).toContain('02 30 30 00 02 43 50 03 10');
});

// The contactless sub-commands carry a card's data in the same frames.
test.each(['3b30111213', 'TTCX', 'SF00001', 'SFzzzz', '\x01'])('another text, %j: its bytes stay hidden', (given) => {
  const text = /^[0-9a-f]{4,}$/.test(given) ? Buffer.from(given, 'hex') : Buffer.from(given, 'latin1');
  for (const side of ['sent', 'received'] as const) {
    const { shown } = mask()[side](encodeFrame(0, text));
    expect(shown.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => true));
    // A BCC over what is hidden is hidden with it.
    expect([shown[5 + text.length - 1], shown.at(-1)], side).toEqual([false, false]);
  }
});
