import { afterEach, expect, test } from 'vitest';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import { balance, beginWith, endVisit } from './steps.ts';

let kiosk: NodeKiosk | undefined;
afterEach(async () => {
  await kiosk?.stop();
  kiosk = undefined;
});

test('a card that is in at boot is nobody’s: no service starts with it, and its removal brings the kiosk back', async () => {
  kiosk = await startNodeKiosk({}, (bench) => bench.cardReader.insert('gen3-active'));
  const page = await kiosk.page();
  await page.until('the card is seen and belongs to nobody', () =>
    (page.service('balance')?.reasons ?? []).includes('cardLeftInside'),
  );
  expect(page.snapshot.cardWaiting).toBeUndefined();
  await kiosk.bench.cardReader.remove();
  await page.ready();
  const visit = await beginWith(kiosk, page, 'gen2');
  expect(visit.read.card?.class).toBe('gen2');
  await endVisit(kiosk, page, visit);
});

test('another card put in between the two applications: neither is read, nothing is mixed', async () => {
  kiosk = await startNodeKiosk();
  const { bench } = kiosk;
  const page = await kiosk.page();
  await page.ready();
  const { visitId = '' } = await page.call('Visit.Begin', { language: 'en' });
  await bench.cardReader.insert('gen3-active');
  page.events.length = 0;
  const reading = page.call('SocialCard.Read', { visitId });
  await page.until('the bank side begins', () =>
    page.events.some((event) => event.name === 'SocialCard.ReadingEvent' && event.payload.part === 'financial'),
  );
  await bench.cardReader.insert('gen3-second-account');
  const read = await reading;
  // The exchange may come after the last command; then the first card was read whole and its evidence is void.
  expect(read.card === undefined ? read.errorCode : 'read').toMatch(/^(cardRemoved|cardSwapped|cardUnreadable|read)$/);
  if (read.cardEvidence !== undefined) {
    const asked = await page.call('CardService.BalanceInquiry', { visitId, cardEvidence: read.cardEvidence });
    expect(asked.errorCode).toMatch(/^(noSuchEvidence|cardRemoved|cardSwapped)$/);
  }
  await endVisit(kiosk, page, { visitId });
  // The next visit begins with a clean reader and an evidence of its own.
  const next = await beginWith(kiosk, page, 'gen3-second-account');
  const found = await balance(kiosk, page, next, `${bench.firstPin}E`);
  expect(found.financial).toMatchObject({ state: 'done' });
  await endVisit(kiosk, page, next);
});
