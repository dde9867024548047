import { beforeEach, describe, expect, test, vi } from 'vitest';
import { balanceRuns } from './balance-runs.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';
import { balance, beginWith, endVisit } from './steps.ts';

balanceRuns({ start: () => startNodeKiosk({ cardReader: 'crt591' }), more: custody });

function custody(kiosk: () => NodeKiosk): void {
  describe('custody', () => {
    let page: Page;
    beforeEach(async () => {
      page = await kiosk().page();
      await page.ready();
    });
    const story = (visit: string): string => kiosk().sentences(visit).join('\n');
    const printed = (visit: string): boolean => kiosk().entries({ visit, event: 'receipt.printed' }).length > 0;
    const slips = (): string[] =>
      kiosk()
        .bench.printer.receipts()
        .map(({ lines }) => lines.join('\n'));

    test('held while the visit lasts, sent out at its end, and called for', async () => {
      const { bench } = kiosk();
      const { visitId } = await beginWith(kiosk(), page, 'gen2');
      expect(bench.dispenser.state().path).toBe('read');
      page.events.length = 0;
      const returning = page.call('SocialCard.Return', { visitId });
      await page.event('SocialCard.TakeCardEvent');
      expect(bench.dispenser.state().path).toBe('gate');
      await bench.cardReader.remove();
      expect(await returning).toEqual({ card: 'taken' });
      expect(await page.call('Visit.End', { visitId, reason: 'completed' })).toMatchObject({ card: 'taken' });
    });

    test('a card that does not come out is kept: claim number, slip, record; the next visitor has the reader', async () => {
      const { bench } = kiosk();
      const visit = await beginWith(kiosk(), page, 'gen3-active');
      await bench.cardReader.setFault('gateBlocked', true);
      page.events.length = 0;
      const ended = await page.call('Visit.End', { visitId: visit.visitId, reason: 'completed' });
      expect(ended).toMatchObject({ card: 'retained', claim: expect.stringMatching(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/) });
      const claim = ended.claim ?? '';
      await page.until('the end is told with it', () =>
        page.events.some(({ name, payload }) => name === 'Visit.EndedEvent' && payload.claim === claim),
      );
      expect(bench.dispenser.state()).toMatchObject({ path: null, bin: 1, counter: 1 });
      const [record] = kiosk().entries({ visit: visit.visitId, event: 'card.retained' });
      expect(record?.fields).toMatchObject({ claim, why: 'notEjected', last4: expect.stringMatching(/^\d{4}$/) });
      expect(kiosk().entries({ event: 'stock.counted' }).at(-1)?.fields).toMatchObject({
        ...{ unit: 'unitBIN1', why: 'kept', count: 1 },
      });
      expect(story(visit.visitId)).not.toContain('The card was taken');
      await vi.waitUntil(() => printed(visit.visitId), { timeout: 20_000 });
      expect(slips()[0]).toContain(claim);
      expect(slips()[0]).toMatch(/Your card was kept[\s\S]*your ID document/);

      await bench.cardReader.setFault('gateBlocked', false);
      await page.until('the reader works again', () => page.service('balance')?.available === true);
      const next = await beginWith(kiosk(), page, 'gen2');
      expect(next.read.card?.class).toBe('gen2');
      expect(await endVisit(kiosk(), page, next)).toMatchObject({ card: 'taken' });
    });

    test('neither out nor into the bin: said, journalled, and nobody else is served with that reader', async () => {
      const { bench } = kiosk();
      const { visitId } = await beginWith(kiosk(), page, 'gen2');
      await bench.cardReader.setFault('jamEject', 5);
      await bench.cardReader.setFault('jamRetain', 5);
      expect(await page.call('Visit.End', { visitId, reason: 'cancelled' })).toMatchObject({ card: 'unknown' });
      expect(kiosk().entries({ visit: visitId, event: 'card.stuck' })).toHaveLength(1);
      await page.until('no service with a card', () => page.service('balance')?.available === false);
      // A technician opens the unit and takes the card out.
      await bench.reset();
      await page.ready();
    });

    test('pulled out by force in mid-visit: the evidence is void, the visit ends without a card', async () => {
      const visit = await beginWith(kiosk(), page, 'gen3-active');
      page.events.length = 0;
      kiosk().bench.dispenser.pull();
      await page.event('SocialCard.CardRemovedEvent');
      expect(await balance(kiosk(), page, visit)).toMatchObject({ errorCode: 'noSuchEvidence' });
      expect(await page.call('Visit.End', { visitId: visit.visitId, reason: 'cancelled' })).toMatchObject({
        card: 'taken',
      });
      expect(story(visit.visitId)).toContain('The card was pulled out before the service was finished.');
    });

    test('the cable is out when the visit ends: the card is nobody’s when it is back, and is given back', async () => {
      const { bench } = kiosk();
      const { visitId } = await beginWith(kiosk(), page, 'gen2');
      await bench.cardReader.setFault('unplugged', true);
      await page.until('the reader is gone', () =>
        page.snapshot.devices.some(({ name, state }) => name === 'cardReader' && state === 'absent'),
      );
      expect(await page.call('Visit.End', { visitId, reason: 'cancelled' })).toMatchObject({ card: 'unknown' });
      await bench.cardReader.setFault('unplugged', false);
      await bench.cardReader.remove();
      await page.ready();
      expect(page.snapshot.cardWaiting).toBeUndefined();
    });
  });
}
