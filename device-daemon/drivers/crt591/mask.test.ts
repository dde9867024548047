import { expect, test } from 'vitest';
import { buildCard } from '#simulators/cards/index.ts';
import { asT0 } from '#simulators/virtual-reader/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { traced } from '../common/traced.fixture.ts';
import { masks } from './index.ts';
import { inDialect, rig, soon } from './rig.fixture.ts';

const unit = closing(rig);

test.each([
  ['a', 0],
  ['a', 1],
  ['b', 0],
  ['b', 1],
] as const)(
  'dialect %s, bytes from the unit %i ms apart: what passes to and from a chip stays hidden',
  async (dialect, byteDelayMs) => {
    const trace = traced(masks[dialect]);
    const { emulator, dispenser, up } = await unit(
      inDialect(dialect, {
        cards: 0,
        wrap: trace.wrap,
        driver: { delays: { queryMs: 2_000, gapMs: 1_000 } },
      }),
    );
    emulator.load(2, () => asT0(buildCard('gen3-active')));
    await up();
    emulator.setFault('cable.byteDelayMs', byteDelayMs);
    await dispenser.feedToRead(soon);
    const apdu = Buffer.from('00a40400095041592e5359532e444446', 'hex');
    const answer = await dispenser.chip?.transmit(Buffer.from('00a404000e315041592e5359532e444446303100', 'hex'), soon);
    expect(answer?.ok).toBe(true);
    await dispenser.capture(soon);
    const response = answer?.ok === true ? Buffer.from(answer.value).toString('hex') : 'none';
    expect(trace.leaks([apdu.toString('hex'), '1PAY.SYS.DDF01', response.slice(0, 20)])).toEqual([]);
    const text = trace.text();
    for (const name of ['sensors', 'moveToIc', 'icReset', 'apduAuto', 'moveToBin']) expect(text).toContain(name);
    const capture = dialect === 'a' ? 'F2 00 00 03 43 32 33 03 B0' : 'F2 00 03 43 32 33';
    if (byteDelayMs === 0) expect(text).toContain(capture);
  },
);
