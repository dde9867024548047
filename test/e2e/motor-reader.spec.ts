import { balanceVisit } from './kit/balance-visit.ts';
import { expect, type Person, test } from './kit/fixtures.ts';

test.use({ hardware: 'crt591' });

test('a third-generation card gives its balance and a slip, and goes home', async ({ person }) => {
  await balanceVisit(person);
});

test('a card that does not come out is kept: its number is on the screen, on the slip and in the journal', async ({
  person,
}) => {
  const { bench } = person.kiosk;
  await person.looksUpBalance('gen1-citizen');
  await person.sees('balance');
  await bench.fault('card-reader', { gateBlocked: true });
  await person.touches('DONE');
  await person.sees('goodbye');
  await person.reads('您的卡已妥善收存');
  const claim = await person.page.locator('kiosk-screen .panel.code .spelt [aria-hidden]').first().textContent();
  expect(claim).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  expect(person.kiosk.lastVisit()).toContain(`claim number ${claim}`);
  await expect.poll(async () => (await bench.receipts()).at(-1)?.text).toContain(claim);
  await bench.fault('card-reader', { gateBlocked: false });
  await person.saysGoodbye();
});

const atGate = 'the card waits to be taken';
const moments: readonly (readonly [string, (person: Person) => Promise<void>])[] = [
  ['the PIN is asked for', (person) => person.sees('enter-pin')],
  [
    'the balance is shown',
    async (person) => {
      await person.entersPin();
      await person.sees('balance');
    },
  ],
  [
    atGate,
    async (person) => {
      await person.touches('END');
      await person.sees('take-card');
    },
  ],
];
for (const [moment, reach] of moments) {
  test(`killed while ${moment}: the card comes out at the next start, and the visit has its end`, async ({
    person,
  }) => {
    const { kiosk } = person;
    await person.looksUpBalance('gen3-active');
    await person.sees('enter-pin');
    await reach(person);
    await kiosk.killDaemon();
    await kiosk.startDaemon();
    await kiosk.bench.remove();
    await expect.poll(() => kiosk.lastVisit()).toMatch(/The visit ended \(cutOff\) after \d+ s; card: taken\./);
    // One that stands at the gate may be taken before anybody looks.
    if (moment !== atGate) expect(kiosk.lastVisit()).toMatch(/A card ending 0016 was found in the reader .*: same/);
    await person.sees('attract', 'visit-ended', 'out-of-service');
  });
}
