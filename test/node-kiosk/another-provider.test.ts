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

    test('the door behind the provider ends a visit here, and the lights there follow the screen here', async () => {
      const { bench } = kiosk();
      const page = await kiosk().page();
      await page.ready();
      const { visitId = '' } = await page.call('Visit.Begin', { language: 'en' });
      const reading = page.call('SocialCard.Read', { visitId });
      await expect.poll(() => bench.cabinet.state().lit, { timeout: 20_000 }).toContain('cardReader');
      await bench.cardReader.insert('gen3-active');
      expect(await reading).toHaveProperty('cardEvidence');
      bench.cabinet.openDoor();
      await page.until('it ends', () => page.snapshot.visit?.phase !== 'active');
      await bench.cardReader.remove();
      await page.until('it has ended', () => page.snapshot.visit === undefined);
      expect(kiosk().sentences(visitId).join('\n')).toContain('The visit ended (maintenance)');
      bench.cabinet.closeDoor();
      await page.ready();
    });

    test('a provider that is gone is said to be, with the reason, and is back by itself', async () => {
      const { bench, provider } = kiosk();
      const page = await kiosk().page();
      await page.ready();
      const visit = await beginWith(kiosk(), page, 'gen3-active');
      expect(visit.read.card?.class).toBe('gen3');
      await provider.stop();
      for (const device of ['cardReader', 'pinPad', 'printer', 'cabinet'])
        await expect.poll(states, { timeout: 20_000 }).toContain(`${device} absent unreachable`);
      await bench.cardReader.remove();
      await provider.start();
      await page.ready();
      const next = await beginWith(kiosk(), await kiosk().page(), 'gen3-active');
      expect(next.read.card?.class).toBe('gen3');
    });
  },
});
