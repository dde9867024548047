import { expect, test } from 'vitest';
import { startProvidedKiosk } from './another-provider.ts';
import { balanceRuns } from './balance-runs.ts';
import { beginWith } from './steps.ts';

// One daemon drives another daemon's reader, PIN pad and printer through its standard services. KIOSK_EVERY_CARD: with
// every card of the wallet, which its own devices have been through already.
balanceRuns({
  start: startProvidedKiosk,
  everyCard: process.env['KIOSK_EVERY_CARD'] === '1',
  more(kiosk) {
    const states = () =>
      kiosk()
        .entries({ event: 'device.state' })
        .map(({ fields }) => [fields['device'], fields['state'], fields['why']].filter(Boolean).join(' '));

    test('a provider that is gone is said to be, with the reason, and is back by itself', async () => {
      const { bench, provider } = kiosk();
      const page = await kiosk().page();
      await page.ready();
      const visit = await beginWith(kiosk(), page, 'gen3-active');
      expect(visit.read.card?.class).toBe('gen3');
      await provider.stop();
      for (const device of ['cardReader', 'pinPad', 'printer'])
        await expect.poll(states, { timeout: 20_000 }).toContain(`${device} absent unreachable`);
      await bench.cardReader.remove();
      await provider.start();
      await page.ready();
      const next = await beginWith(kiosk(), await kiosk().page(), 'gen3-active');
      expect(next.read.card?.class).toBe('gen3');
    });
  },
});
