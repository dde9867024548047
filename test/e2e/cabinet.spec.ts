import { benchStaff } from '#simulators/wallet/staff.ts';
import { expect, test } from './kit/fixtures.ts';

// The machine's body: somebody opens it, turns its switch, or takes the mains away, while a customer stands before it.

const [, , technician] = benchStaff;

test('the door is opened in the middle of a balance: the card comes out, "in maintenance", the journal says when and who', async ({
  person,
}) => {
  const { kiosk } = person;
  await person.speaks('en');
  await person.looksUpBalance('gen3-active');
  await person.sees('enter-pin');
  await kiosk.bench.cabinet({ door: 'open' });
  await person.sees('take-card');
  await kiosk.bench.remove();
  await person.sees('visit-ended');
  await person.reads('Staff need the machine. Your visit has ended');
  await person.taps('button[data-event=CLOSE]');
  await person.sees('out-of-service');
  // Nobody of the visit is here any more: in the language of the branch.
  await person.reads('本机正在维护');
  expect(kiosk.lastVisit()).toMatch(/The visit ended \(maintenance\) after \d+ s; card: taken\./);
  const opened = kiosk.cli('journal', '--event', 'cabinet.opened');
  expect(opened).toMatch(/\d\d:\d\d:\d\d .*The cabinet was opened; nobody had signed on\./);
  await kiosk.bench.cabinet({ door: 'closed' });
  await person.sees('attract');
  expect(kiosk.cli('journal', '--event', 'cabinet.closed')).toMatch(/The cabinet was closed after \d+ s\./);
});

test('the operator switch is turned during a visit: the visit goes on, then the page of staff comes; turned back: the customers’ page', async ({
  person,
}) => {
  const { page, kiosk } = person;
  await person.looksUpBalance('gen3-active');
  await kiosk.bench.cabinet({ operatorSwitch: 'maintenance' });
  await person.entersPin();
  await person.sees('balance');
  await person.taps('button[data-event=DONE], button[data-event=END]');
  await kiosk.bench.remove();
  await page.waitForURL('**/maintenance');
  await expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', 'signedOut');
  await kiosk.bench.cabinet({ operatorSwitch: 'run' });
  await person.sees('attract');
  expect(kiosk.lastVisit()).toMatch(/The visit ended \(completed\)/);
});

test('staff at work: the page tells where door and switch stand; the switch turned back waits for them, the opened door does not', async ({
  person,
}) => {
  const { page, kiosk } = person;
  const at = (place: string) => expect(page.locator('kiosk-maintenance')).toHaveAttribute('data-place', place);
  await kiosk.bench.cabinet({ operatorSwitch: 'maintenance' });
  await page.waitForURL('**/maintenance');
  await at('signedOut');
  await page.locator('[data-event=SIGN_ON]').click();
  await expect(page.locator('[data-prompt=insertCard]')).toBeVisible();
  await kiosk.bench.insert('staff-technician');
  await expect(page.locator('[data-prompt=enterPin]')).toBeVisible();
  await kiosk.bench.keys(`${technician.pin}E`);
  await at('signedOn');
  await expect(page.locator('section.todo')).toContainText(/operator switch stands at maintenance|维护开关在/);
  await kiosk.bench.cabinet({ operatorSwitch: 'run' });
  await expect(page.locator('section.todo')).not.toContainText(/operator switch stands at maintenance|维护开关在/);
  await at('signedOn');
  await kiosk.bench.cabinet({ door: 'open' });
  // Two looks at the contact are one opening: the card stays in until it is felt.
  await expect
    .poll(() => kiosk.cli('journal', '--event', 'cabinet.opened'))
    .toContain('while a member of the staff was signed on');
  await kiosk.bench.remove();
  // Nobody is signed on any more, and the switch is at run: the customers' page, which serves nobody yet.
  await person.sees('out-of-service');
  await kiosk.bench.cabinet({ door: 'closed' });
  await person.sees('attract');
});
