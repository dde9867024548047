import { expect, type Person } from './fixtures.ts';

/** A visit for the balance from the first touch to the card back in hand and the goodbye, whatever the reader is. */
export async function balanceVisit(person: Person): Promise<void> {
  const { bench } = person.kiosk;
  await person.looksUpBalance('gen3-active');
  await person.entersPin();
  await person.sees('balance');
  await person.reads('社保功能');
  await expect(person.page.locator('kiosk-screen .amount.hidden')).toHaveCount(2);
  await person.touches('TOGGLE_AMOUNTS');
  await person.reads('1,830.50');
  await person.touches('PRINT');
  await person.sees('print-result');
  await person.touches('DONE');
  await person.sees('take-card');
  await bench.remove();
  await person.sees('goodbye');

  const receipts = await bench.receipts();
  expect(receipts).toHaveLength(1);
  expect(receipts[0]?.cut).toMatch(/full|partial/);
  expect(receipts[0]?.text).toContain('1,830.50');
  const told = person.kiosk.lastVisit();
  expect(told).toContain('A visit began');
  expect(told).toContain('financial: done.');
  expect(told).toContain('Receipt "balance": done.');
  expect(told).toMatch(/The visit ended \(completed\) after \d+ s; card: taken\./);
}
