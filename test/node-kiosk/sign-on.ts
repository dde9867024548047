import { expect, vi } from 'vitest';
import { benchStaff, type StaffCardId } from '#simulators/wallet/staff.ts';
import type { NodeKiosk } from './node-kiosk.ts';
import type { OperatorPage } from './page.ts';

const [clerk, manager, technician] = benchStaff;
const roles: Readonly<Record<StaffCardId, string>> = {
  staff: clerk.role,
  'staff-holder': manager.role,
  'staff-technician': technician.role,
};
export const staffPins: Readonly<Record<StaffCardId, string>> = {
  staff: clerk.pin,
  'staff-holder': manager.pin,
  'staff-technician': technician.pin,
};

/** Somebody of the staff signs on, once nobody is being served, with card and PIN. */
export async function signsOn(kiosk: NodeKiosk, card: StaffCardId = 'staff-technician'): Promise<OperatorPage> {
  const page = await kiosk.operator();
  await vi.waitUntil(async () => !(await page.state()).occupied, { timeout: 20_000 });
  const answer = page.call('Maintenance.SignOn');
  // Where no prompt comes that is the failure to be told, and not the lost connection after it.
  answer.catch(() => undefined);
  await page.prompted('insertCard');
  await kiosk.bench.cardReader.insert(card);
  await page.prompted('enterPin');
  kiosk.bench.pinPad.press(`${staffPins[card]}E`);
  expect(await answer).toHaveProperty('session.role', roles[card]);
  return page;
}
