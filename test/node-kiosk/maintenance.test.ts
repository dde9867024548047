import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { dispenseUnit } from '#device-daemon/services/card-dispenser/index.ts';
import { retainUnit } from '#device-daemon/services/card-reader/index.ts';
import type { CommandPayloads, Readiness } from '#protocol/generated/kiosk.ts';
import { kioskMessages } from '#protocol/generated/kiosk-messages.ts';
import { benchStaff } from '#simulators/wallet/staff.ts';
import { PayloadGenerator } from '../conformance/payloads.ts';
import { kiosk as schemas } from '../conformance/schemas.ts';
import { RawClient } from '../wire/raw-client.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { OperatorPage } from './page.ts';

// Staff sign on to maintenance with card and PIN: real reader, real pad, real bank.

let kiosk: NodeKiosk;

beforeAll(async () => {
  kiosk = await startNodeKiosk();
  // Devices are found and the pad has its keys.
  await (await kiosk.page()).ready();
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
});
afterEach(async () => {
  await kiosk.bench.cardReader.remove();
  // Neither numbers nor PINs of staff are written down.
  const journal = JSON.stringify(kiosk.entries());
  for (const { number, pin } of benchStaff) for (const secret of [number, pin]) expect(journal).not.toContain(secret);
});

const [clerk, , technician] = benchStaff;

/** The page asks for staff, and the card goes in. */
async function withCard(card: 'staff' | 'staff-technician' | 'gen3-active' = 'staff-technician') {
  const page = await kiosk.operator();
  await vi.waitUntil(async () => !(await page.state()).occupied, { timeout: 20_000 });
  const answer = page.call('Maintenance.SignOn');
  await page.prompted('insertCard');
  await kiosk.bench.cardReader.insert(card);
  return { page, answer };
}

async function keys(page: OperatorPage, pressed: string, time = 1): Promise<void> {
  await page.prompted('enterPin', time);
  kiosk.bench.pinPad.press(pressed);
}

async function signedOn() {
  const { page, answer } = await withCard();
  await keys(page, `${technician.pin}E`);
  expect(await answer).toHaveProperty('session.role', 'technician');
  return page;
}

const told = (event: string) => kiosk.entries({ event }).map(({ fields }) => fields);
const last = (event: string) => told(event).at(-1);
const over = (page: OperatorPage) => page.event('Maintenance.SignedOffEvent');

test('card, PIN: signed on in the role that the bank tells; the state is told; the card out ends it', async () => {
  const page = await kiosk.operator();
  // The pages are for nobody who has not signed on (F7).
  expect(Object.keys(await page.state()).sort()).toEqual([
    'bootId',
    'cabinet',
    'kiosk',
    'occupied',
    'seq',
    'time',
    'visitRunning',
  ]);
  const answer = page.call('Maintenance.SignOn');
  await page.prompted('insertCard');
  await kiosk.bench.cardReader.insert('staff-technician');
  await keys(page, `${technician.pin}E`);
  const { session } = (await answer) as { session: object };
  expect(session).toMatchObject({ role: 'technician', staff: expect.stringMatching(/^[0-9a-f]{4}$/), offline: false });
  expect(page.prompts()).toEqual(['insertCard', 'readingCard', 'enterPin', 'asking']);

  const state = await page.state();
  expect(state.session).toEqual(session);
  expect(state.overview?.devices.map(({ name }) => name)).toContain('pinPad');
  // As it would be without anybody at work.
  expect(state.overview?.services.find(({ service }) => service === 'balance')?.reasons).not.toContain('maintenance');

  await kiosk.bench.cardReader.remove();
  await over(page);
  expect(last('staff.signedOff')).toMatchObject({ why: 'cardRemoved' });
  expect(await page.call('Maintenance.Stay')).toEqual({ errorCode: 'notSignedOn' });
  expect(await page.state()).not.toHaveProperty('session');
});

test('while staff are at work nobody is served; afterwards everybody', async () => {
  const customer = await kiosk.page();
  await customer.ready();
  await signedOn();
  await customer.until('nothing is offered', () => customer.service('balance')?.available === false);
  expect(customer.service('balance')?.reasons).toContain('maintenance');
  expect(await customer.call('Visit.Begin', { language: 'en' })).toEqual({ errorCode: 'outOfService' });
  // The staff card that is in begins no visit of its own.
  expect(told('card.strange')).toEqual([]);
  await kiosk.bench.cardReader.remove();
  await customer.ready();
});

test('a customer who is being served is not interrupted: it begins when the visit has ended', async () => {
  const person = await Person.arrives(kiosk);
  const page = await kiosk.operator();
  const answer = page.call('Maintenance.SignOn');
  await page.prompted('visitRunning');
  expect(await person.inserts('gen3-active')).toEqual(expect.any(String));
  expect(page.prompts()).toEqual(['visitRunning']);
  await kiosk.bench.cardReader.remove();
  await person.leaves();
  await page.prompted('insertCard');
  await kiosk.bench.cardReader.insert('staff-technician');
  await keys(page, `${technician.pin}E`);
  expect(await answer).toHaveProperty('session');
});

describe('what is no way in', () => {
  test('a customer’s card', async () => {
    const { page, answer } = await withCard('gen3-active');
    await page.prompted('takeCard');
    await kiosk.bench.cardReader.remove();
    expect(await answer).toEqual({ errorCode: 'notStaffCard' });
    expect(last('staff.refused')).toEqual({ act: 'maintenance', by: 'card', why: 'notStaffCard' });
  });

  test('wrong PINs: each later than the one before, until the bank has locked the card', async () => {
    const { page, answer } = await withCard();
    await keys(page, '111111E');
    await page.prompted('wrongPin');
    await keys(page, '111111E', 2);
    await page.prompted('locked');
    await keys(page, '111111E', 3);
    await page.prompted('takeCard');
    await kiosk.bench.cardReader.remove();
    expect(await answer).toEqual({ errorCode: 'pinLocked' });
    expect(told('staff.lockedOut')).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ by: 'kiosk', seconds: 5 }),
        expect.objectContaining({ by: 'bankCore' }),
      ]),
    );
  });

  test('the card pulled while its PIN is entered', async () => {
    const { page, answer } = await withCard();
    await keys(page, '75');
    await kiosk.bench.cardReader.remove();
    expect(await answer).toEqual({ errorCode: 'cardRemoved' });
  });

  test('cancel on the pad', async () => {
    const { page, answer } = await withCard();
    await keys(page, '75C');
    await page.prompted('takeCard');
    await kiosk.bench.cardReader.remove();
    expect(await answer).toEqual({ errorCode: 'pinCancelled' });
  });

  test('a bank that says nothing', async () => {
    await kiosk.bench.hosts.bankCore.faults.set({ kind: 'status', status: 503, operation: 'signStaffOn' });
    const { page, answer } = await withCard('staff');
    await keys(page, `${clerk.pin}E`);
    await page.prompted('takeCard');
    await kiosk.bench.cardReader.remove();
    expect(['hostUnavailable', 'noAnswer']).toContain(((await answer) as { errorCode: string }).errorCode);
  });
});

test('the bank’s answer is lost: it is asked what became of it, and the sign-on stands', async () => {
  await kiosk.bench.hosts.bankCore.faults.set({ kind: 'actThenDrop', operation: 'signStaffOn', times: 1 });
  await signedOn();
});

describe('without the bank', () => {
  const away = () => kiosk.bench.hosts.bankCore.faults.set({ kind: 'down', how: 'refuse' });
  async function offline(pressed: string): Promise<Awaited<ReturnType<typeof withCard>>> {
    const { page, answer } = await withCard();
    await keys(page, pressed);
    return { page, answer };
  }
  async function refused({ page, answer }: Awaited<ReturnType<typeof withCard>>) {
    await page.prompted('takeCard');
    await kiosk.bench.cardReader.remove();
    return answer;
  }

  test('a technician who was there before signs on with card and PIN; nothing that takes two persons is done', async () => {
    await signedOn();
    await kiosk.bench.cardReader.remove();
    await away();
    const { page, answer } = await offline(`${technician.pin}E`);
    expect(await answer).toMatchObject({ session: { role: 'technician', offline: true } });
    expect(last('staff.signedOn')).toMatchObject({ offline: true });
    expect(await page.call('Maintenance.Test', { device: 'cardReader' })).toMatchObject({
      result: { outcome: 'passed' },
    });
    expect(await page.call('Maintenance.CountCards', { unit: dispenseUnit, reason: 'corrected', count: 1 })).toEqual({
      errorCode: 'hostUnavailable',
    });
    expect(page.prompts()).not.toContain('secondCard');
  });

  test('with another PIN than then it is wrong; each try uses up what the bank gave, until only the bank can help', async () => {
    await signedOn();
    await kiosk.bench.cardReader.remove();
    await away();
    const { page, answer } = await offline('111111E');
    await page.prompted('wrongPin');
    expect(
      page.events.find((event) => event.name === 'Maintenance.PromptEvent' && event.payload.prompt === 'wrongPin')
        ?.payload,
    ).toMatchObject({ triesLeft: 7 });
    await keys(page, `${technician.pin}E`, 2);
    expect(await answer).toMatchObject({ session: { offline: true } });
  });

  test('a clerk, and whoever was not there since the start, cannot', async () => {
    await away();
    const { page, answer } = await withCard('staff');
    await keys(page, `${clerk.pin}E`);
    expect(await refused({ page, answer })).toEqual({ errorCode: 'hostUnavailable' });
  });
});

describe('the end', () => {
  test('signing off gives the card back', async () => {
    const page = await signedOn();
    const off = page.call('Maintenance.SignOff');
    await page.prompted('takeCard');
    await kiosk.bench.cardReader.remove();
    expect(await off).toEqual({ card: 'taken' });
    expect(last('staff.signedOff')).toMatchObject({ why: 'signedOff' });
  });

  test('the reader is unplugged: nobody says that the card was taken out', async ({ skip }) => {
    const { cardReader } = kiosk.bench;
    skip(cardReader.pcscd === undefined, 'a reader without a plug');
    const customer = await kiosk.page();
    const page = await signedOn();
    await cardReader.setFault('unplugged', true);
    await over(page);
    expect(last('staff.signedOff')).toMatchObject({ why: 'readerLost' });
    expect(page.events.find(({ name }) => name === 'Maintenance.SignedOffEvent')?.payload).toMatchObject({
      reader: { driver: 'pcsc', report: 'absent readerMissing' },
    });
    // Or it would be there again with the reader, and go before pcscd has looked.
    await cardReader.remove();
    await cardReader.setFault('unplugged', false);
    await customer.until('it is back', () =>
      customer.snapshot.devices.some(({ name, state }) => name === 'cardReader' && state === 'ready'),
    );
  });

  test('the page is gone: so is the session, and another has none', async () => {
    await signedOn();
    const page = await kiosk.operator();
    expect(await page.state()).not.toHaveProperty('session');
    expect(await page.call('Maintenance.Close', { reason: 'repair' })).toEqual({ errorCode: 'notSignedOn' });
    await page.until('it is written down', () => last('staff.signedOff')?.['why'] === 'connectionLost');
  });
});

test('out of service by staff: it stays so when they go, and over a restart of the page, until staff say otherwise', async () => {
  const page = await signedOn();
  expect(await page.call('Maintenance.Close', { reason: 'repair' })).toEqual({});
  await kiosk.bench.cardReader.remove();
  await over(page);
  const customer = await kiosk.page();
  expect(customer.service('balance')?.reasons).toContain('maintenance');
  // A card that somebody puts in all the same is nobody's, and told of.
  const strange = told('card.strange').length;
  await kiosk.bench.cardReader.insert('gen3-active');
  await vi.waitUntil(() => told('card.strange').length > strange, { timeout: 20_000 });
  const removed = told('card.removed').length;
  await kiosk.bench.cardReader.remove();
  await vi.waitUntil(() => told('card.removed').length > removed, { timeout: 20_000 });
  const again = await signedOn();
  expect((await again.state()).closed).toEqual({ reason: 'repair', since: expect.any(String) });
  expect(await again.call('Maintenance.Open')).toEqual({});
  await kiosk.bench.cardReader.remove();
  await customer.ready();
});

describe('every message of staff', () => {
  const commands = kioskMessages.filter(({ role, kind }) => role === 'operator' && kind === 'command');

  test.each(commands.map(({ name }) => name))('%s is not to be had from the customer’s page', async (name) => {
    const customer = await kiosk.page();
    const reply = await customer.complete(name as keyof CommandPayloads);
    expect(reply.completionCode).toBe('unsupportedCommand');
  });

  test('none is to be had by a client of the devices, at any service of theirs', async () => {
    const payloads = new PayloadGenerator((pointer) => schemas.resolve(pointer));
    const clients: RawClient[] = [];
    const connect = async (uri: string): Promise<RawClient> => {
      const client = new RawClient(uri);
      clients.push(client);
      expect(await client.opened()).toBe('open');
      return client;
    };
    try {
      const publisher = await connect(kiosk.daemon.publisher);
      publisher.command('ServicePublisher.GetServices', 1);
      const { payload } = await publisher.completion(1);
      const listed = (payload?.['services'] ?? []) as readonly { readonly serviceURI: string }[];
      const services = listed.map(({ serviceURI }) => serviceURI);
      expect(services.length).toBeGreaterThan(4);
      for (const uri of [kiosk.daemon.publisher, ...services]) {
        const client = await connect(uri);
        for (const [index, { name }] of commands.entries()) {
          const schema = schemas.find('command', name)?.payload;
          const sent = schema === undefined || schema === null ? {} : payloads.full({ $ref: schema });
          client.command(name, index + 1, { version: '1.0', payload: sent });
          const { header } = await client.completion(index + 1);
          expect([uri, name, header.completionCode]).toEqual([uri, name, 'unsupportedCommand']);
        }
      }
      // Their own door is shut.
      const { host, origin } = new URL(kiosk.daemon.url);
      for (const options of [{}, { origin }]) {
        const outside = new RawClient(`ws://${host}/kiosk/v1/Maintenance`, options);
        clients.push(outside);
        expect(await outside.opened()).toBe(403);
      }
    } finally {
      for (const { socket } of clients) socket.terminate();
    }
  });

  test.each(['Maintenance.SignOff', 'Maintenance.Stay', 'Maintenance.Open'] as const)(
    '%s takes a sign-on',
    async (name) => {
      const page = await kiosk.operator();
      expect(await page.call(name)).toEqual({ errorCode: 'notSignedOn' });
    },
  );

  test('the service is not to be had with the customer’s page’s token, nor twice with one', async () => {
    const { headers } = await fetch(kiosk.daemon.url);
    const cookies = headers.getSetCookie();
    expect(cookies.join()).toMatch(/kiosk-cardholder=/);
    expect(cookies.join()).not.toMatch(/kiosk-operator=/);
  });
});

describe('device tests', () => {
  const test1 = (page: OperatorPage, device: string) => page.call('Maintenance.Test', { device });
  const until = (page: OperatorPage, prompt: string) =>
    page.until(prompt, () =>
      page.events.some((event) => event.name === 'Maintenance.TestPromptEvent' && event.payload.prompt === prompt),
    );

  test('each passes on healthy devices; the results are kept, with time and person', async () => {
    const page = await signedOn();
    const before = told('device.tested').length;
    expect(await test1(page, 'cardReader')).toMatchObject({ result: { test: 'readCard', outcome: 'passed' } });
    expect(await test1(page, 'printer')).toMatchObject({ result: { test: 'printPage', outcome: 'passed' } });
    expect(kiosk.bench.printer.receipts().at(-1)?.lines.join()).toContain('KIOSK001');

    const keys = test1(page, 'pinPad');
    await until(page, 'pressKeys');
    kiosk.bench.pinPad.press('1234567890BE');
    expect(await keys).toMatchObject({ result: { test: 'pressKeys', outcome: 'passed' } });

    const document = test1(page, 'identityReader');
    await until(page, 'placeDocument');
    await kiosk.bench.present('resident');
    expect(await document).toMatchObject({ result: { test: 'readDocument', outcome: 'passed' } });
    kiosk.bench.lift();

    const { overview } = await page.state();
    const kept = overview?.tests.filter(({ last }) => last !== undefined);
    expect(kept?.map(({ device }) => device).sort()).toEqual(['cardReader', 'identityReader', 'pinPad', 'printer']);
    expect(kept?.[0]?.last).toMatchObject({ staff: expect.stringMatching(/^[0-9a-f]{4}$/), at: expect.any(String) });
    expect(told('device.tested')).toHaveLength(before + 4);
  });

  test('a key that was not pressed, a printer without paper, a device that is not there', async () => {
    const page = await signedOn();
    const keys = test1(page, 'pinPad');
    await until(page, 'pressKeys');
    kiosk.bench.pinPad.press('12346E');
    expect(await keys).toMatchObject({ result: { outcome: 'failed', reason: 'keysMissing' } });
    kiosk.bench.printer.setFault('paperOut', true);
    expect(await test1(page, 'printer')).toMatchObject({ result: { outcome: 'failed', reason: 'paperOut' } });
    kiosk.bench.printer.setFault('paperOut', false);
    expect(await test1(page, 'nothing')).toEqual({ errorCode: 'noSuchTest' });
  });

  test('the card pulled in the middle of a test: the test ends, and so does the session', async () => {
    const page = await signedOn();
    const keys = test1(page, 'pinPad');
    await until(page, 'pressKeys');
    await kiosk.bench.cardReader.remove();
    expect(await keys).toMatchObject({ result: { outcome: 'failed', reason: 'cancelled' } });
    await over(page);
  });
});

describe('F7: an act of two persons', () => {
  const [clerk, manager] = benchStaff;
  const hopper = {
    unit: dispenseUnit,
    count: 50,
    reason: 'loaded',
    found: 0,
    firstSerial: 'A0001',
    lastSerial: 'A0050',
  } as const;
  /** The first card goes out, another comes in with its PIN. */
  async function second(page: OperatorPage, card: 'staff' | 'staff-holder' | 'staff-technician', pin: string) {
    await page.prompted('takeCard');
    await kiosk.bench.cardReader.remove();
    await page.prompted('secondCard');
    await kiosk.bench.cardReader.insert(card);
    await keys(page, `${pin}E`, 2);
  }
  async function firstAgain(page: OperatorPage, card: 'staff' | 'staff-technician' = 'staff-technician') {
    await page.prompted('takeCard', 2);
    await kiosk.bench.cardReader.remove();
    await page.prompted('firstCard');
    await kiosk.bench.cardReader.insert(card);
  }

  test('cards are loaded: both persons, the serials and the count before stand in the journal', async () => {
    const page = await signedOn();
    const counted = page.call('Maintenance.CountCards', hopper);
    await second(page, 'staff', clerk.pin);
    await firstAgain(page);
    expect(await counted).toEqual({});
    expect(last('stock.counted')).toMatchObject({
      unit: dispenseUnit,
      why: 'loaded',
      count: 50,
      before: 0,
      firstSerial: 'A0001',
      lastSerial: 'A0050',
    });
    const { token, second: other } = last('staff.countersigned') ?? {};
    expect(other).not.toBe(token);
    expect(last('staff.signedOn')).toMatchObject({ token });
    // The first may go on.
    expect(await page.call('Maintenance.Stay')).toEqual({});
  });

  test('a key load is booked by both, and proven: the pad takes a new key that the bank made under its own copy', async () => {
    const before = told('host.signedOn').length;
    const page = await signedOn();
    const booked = page.call('Maintenance.BookKeyLoad');
    await second(page, 'staff', clerk.pin);
    await firstAgain(page);
    const { keys: found } = await booked;
    expect(found).toEqual({ outcome: 'agreed', checkValue: last('host.signedOn')?.['keyCheck'] });
    expect(told('host.signedOn')).toHaveLength(before + 1);
    const { token, second: other, ...rest } = last('keys.loaded') ?? {};
    expect(rest).toEqual({ device: 'pinPad', outcome: 'agreed', checkValue: found?.checkValue });
    expect(token).not.toBe(other);
  });

  test('what was loaded is not what the bank has: not agreed, and said why', async () => {
    const page = await signedOn();
    const before = told('host.signedOn').length;
    const booked = page.call('Maintenance.BookKeyLoad');
    const { faults } = kiosk.bench.hosts.bankCore;
    await faults.set({ kind: 'slow', ms: 600_000, operation: 'signOn', times: 1 });
    await second(page, 'staff', clerk.pin);
    // Once the bank thinks about the key.
    await vi.waitUntil(() => faults.list().length === 0, { timeout: 20_000 });
    kiosk.bench.pinPad.setFault('masterKeyLost', true);
    await faults.clear();
    await firstAgain(page);
    expect(await booked).toEqual({ keys: { outcome: 'notAgreed', reason: 'keyRefused' } });
    expect(last('keys.loaded')).toMatchObject({ outcome: 'notAgreed', why: 'keyRefused' });
    kiosk.bench.pinPad.setFault('masterKeyLost', false);
    // The pad is supplied again by itself.
    await vi.waitUntil(() => told('host.signedOn').length > before, { timeout: 20_000 });
  });

  test('the same card twice is refused, and nothing is counted', async () => {
    const page = await signedOn();
    const before = told('stock.counted').length;
    const counted = page.call('Maintenance.CountCards', { unit: dispenseUnit, reason: 'corrected', count: 3 });
    await second(page, 'staff-technician', technician.pin);
    await firstAgain(page);
    expect(await counted).toEqual({ errorCode: 'samePerson' });
    expect(last('staff.refused')).toMatchObject({ why: 'samePerson' });
    expect(told('stock.counted')).toHaveLength(before);
  });

  test('another card than the first one in its place: signed off', async () => {
    const page = await signedOn();
    const counted = page.call('Maintenance.CountCards', { unit: dispenseUnit, reason: 'corrected', count: 49 });
    await second(page, 'staff-holder', manager.pin);
    await firstAgain(page, 'staff');
    expect(await counted).toEqual({});
    await over(page);
    expect(last('staff.signedOff')).toMatchObject({ why: 'cardRemoved' });
  });

  test('the second takes it back on the pad: nothing is counted; the first goes on', async () => {
    const page = await signedOn();
    const counted = page.call('Maintenance.CountCards', hopper);
    await second(page, 'staff', '11C');
    await firstAgain(page);
    expect(await counted).toEqual({ errorCode: 'pinCancelled' });
    expect(await page.call('Maintenance.Stay')).toEqual({});
  });

  test.each([
    ['a unit that is not there', { ...hopper, unit: 'nothing' }, 'noSuchUnit'],
    ['more than it holds', { ...hopper, count: 100_000 }, 'countImpossible'],
    [
      'one serial of two',
      { unit: dispenseUnit, count: 5, reason: 'loaded', found: 0, firstSerial: 'A1' } as const,
      'countImpossible',
    ],
    ['a load of nothing', { unit: dispenseUnit, count: 5, reason: 'loaded', found: 5 } as const, 'countImpossible'],
    [
      'a load that does not say what was there before',
      { unit: dispenseUnit, count: 5, reason: 'loaded' } as const,
      'countImpossible',
    ],
    ['cards into a bin', { unit: retainUnit, count: 5, reason: 'loaded', found: 0 } as const, 'countImpossible'],
    ['an empty hopper with cards', { unit: dispenseUnit, count: 5, reason: 'emptied' } as const, 'countImpossible'],
  ] as const)('%s: refused before anybody is asked for', async (_what, count, errorCode) => {
    const page = await signedOn();
    expect(await page.call('Maintenance.CountCards', count)).toEqual({ errorCode });
    expect(page.prompts()).not.toContain('secondCard');
  });
});

describe('the self-test', () => {
  const item = (readiness: Readiness | undefined, subject: string, name?: string) =>
    readiness?.selfTest.items.find((one) => one.subject === subject && (name === undefined || one.name === name));
  const looks = async (page: OperatorPage) => (await page.call('Maintenance.GetReadiness')).readiness;

  test('looks at devices, both hosts and their time, keys, certificate, cards, journal, disk; the console tells the same', async () => {
    const page = await signedOn();
    const readiness = await looks(page);
    expect(readiness?.selfTest.items.filter(({ verdict }) => verdict === 'bad')).toEqual([]);
    for (const name of ['cardManagement', 'bankCore'])
      expect(item(readiness, 'host', name)).toMatchObject({ code: 'echo' });
    for (const subject of ['keys', 'certificate', 'journal', 'disk', 'clock'])
      expect([subject, item(readiness, subject)?.verdict]).toEqual([subject, 'well']);
    expect(readiness?.versions.map(({ what }) => what)).toEqual(['software', 'configuration', 'screen']);
    const console = (await (await fetch(new URL('/selftest', kiosk.daemon.url))).json()) as Readiness;
    expect(console).toEqual(readiness);
    expect(last('selfTest.done')).toMatchObject({ by: 'staff', bad: 0 });
  });

  test('names what is wrong: a host that is silent, a printer without paper, a device that failed its test', async () => {
    const page = await signedOn();
    await kiosk.bench.hosts.bankCore.faults.set({ kind: 'down', how: 'refuse' });
    kiosk.bench.printer.setFault('paperOut', true);
    await vi.waitUntil(async () =>
      (await page.state()).overview?.devices.some(({ name, state }) => name === 'printer' && state !== 'ready'),
    );
    await page.call('Maintenance.Test', { device: 'printer' });
    const readiness = await looks(page);
    expect(item(readiness, 'host', 'bankCore')).toMatchObject({ verdict: 'bad', code: 'noEcho' });
    expect(item(readiness, 'host', 'cardManagement')).toMatchObject({ verdict: 'well' });
    expect(item(readiness, 'device', 'printer')?.verdict).not.toBe('well');
    expect(item(readiness, 'test', 'printer')).toMatchObject({ verdict: 'look', code: 'failed' });
    expect(last('selfTest.done')?.['what']).toContain('bankCore noEcho');
  });

  test('is printed, what is wrong first', async () => {
    const page = await signedOn();
    expect(await page.call('Maintenance.PrintReadiness')).toEqual({});
    const paper = kiosk.bench.printer.receipts().at(-1)?.lines.join('\n');
    expect(paper).toContain('开机检查单');
    expect(paper).toContain('KIOSK001');
  });
});

describe('a device looked at closely', () => {
  const traced = (page: OperatorPage, device: string): string[] =>
    page.events.flatMap((event) =>
      event.name === 'Maintenance.TraceEvent' && event.payload.device === device ? event.payload.lines : [],
    );

  test('tells what it is, what became of it, and what passes on its line; never what a document says', async () => {
    const page = await signedOn();
    await vi.waitUntil(async () => (await page.state()).overview?.devices.every(({ state }) => state === 'ready'), {
      timeout: 20_000,
    });
    const { details } = await page.call('Maintenance.WatchDevice', { device: 'identityReader' });
    expect(details).toMatchObject({ hasLine: true, canReopen: true, identity: { serialNumber: expect.any(String) } });
    expect(details?.history.map(({ state }) => state)).toContain('ready');
    const document = page.call('Maintenance.Test', { device: 'identityReader' });
    await page.until('placeDocument', () => page.events.some(({ name }) => name === 'Maintenance.TestPromptEvent'));
    await kiosk.bench.present('resident');
    expect(await document).toMatchObject({ result: { outcome: 'passed' } });
    await page.until('the line', () => traced(page, 'identityReader').some((line) => line.includes('(select')));
    expect(traced(page, 'identityReader').join('\n')).toMatch(/·· \d+ bytes/);
    kiosk.bench.lift();

    // Another is looked at: the first is not any more.
    await page.call('Maintenance.WatchDevice', { device: 'printer' });
    const before = traced(page, 'identityReader').length;
    await page.call('Maintenance.Test', { device: 'printer' });
    await page.until('the line', () => traced(page, 'printer').some((line) => line.includes('cutPartial')));
    expect(traced(page, 'identityReader')).toHaveLength(before);
  });

  test('its port is opened again on demand, which is in the journal', async () => {
    const page = await signedOn();
    await page.call('Maintenance.WatchDevice', { device: 'printer' });
    expect(await page.call('Maintenance.ReopenDevice', { device: 'printer' })).toEqual({});
    await page.until('it is back', () => traced(page, 'printer').some((line) => line.includes('-- opened')));
    await vi.waitUntil(
      async () =>
        (await page.state()).overview?.devices.some(({ name, state }) => name === 'printer' && state === 'ready'),
      { timeout: 20_000 },
    );
    expect(last('device.reopened')).toMatchObject({ device: 'printer' });
    expect(await page.call('Maintenance.Test', { device: 'printer' })).toMatchObject({ result: { outcome: 'passed' } });
  });

  test('a reader of PC/SC has nothing to open; a device that is not there is told so', async () => {
    const page = await signedOn();
    const { details } = await page.call('Maintenance.WatchDevice', { device: 'cardReader' });
    expect(details).toMatchObject({ hasLine: true, canReopen: false });
    expect(await page.call('Maintenance.ReopenDevice', { device: 'cardReader' })).toEqual({
      errorCode: 'cannotReopen',
    });
    expect(await page.call('Maintenance.WatchDevice', { device: 'x' })).toEqual({ errorCode: 'noSuchDevice' });
  });
});

describe('the machine as a whole', () => {
  test('tells every setting with where it comes from, and no secret', async () => {
    const page = await signedOn();
    const { settings, mistakes } = await page.call('Maintenance.GetConfiguration');
    expect(settings?.find(({ key }) => key === 'server.uiFolder')).toMatchObject({ origin: 'file' });
    expect(settings?.find(({ key }) => key === 'maintenance.idleSeconds')).toMatchObject({
      value: '300',
      unit: 's',
      origin: 'default',
    });
    expect(settings?.length).toBeGreaterThan(50);
    expect(mistakes).toEqual([]);
  });

  test('what nobody starts again cannot be started again', async () => {
    const page = await signedOn();
    expect((await page.state()).overview?.restarts).toEqual([]);
    expect(await page.call('Maintenance.Restart', { what: 'machine', reason: 'repair' })).toEqual({
      errorCode: 'restartUnavailable',
    });
  });

  test('a clerk may not', async () => {
    const { page, answer } = await withCard('staff');
    await keys(page, `${clerk.pin}E`);
    expect(await answer).toHaveProperty('session.role', 'branchClerk');
    expect(await page.call('Maintenance.Restart', { what: 'daemon', reason: 'repair' })).toEqual({
      errorCode: 'notInThisRole',
    });
  });
});
