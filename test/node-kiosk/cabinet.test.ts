import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';
import { signsOn } from './sign-on.ts';
import { beginWith } from './steps.ts';

// The machine's body: its door, its operator switch, its mains and its lights, on the real driver and real files.

let kiosk: NodeKiosk;

beforeAll(async () => {
  kiosk = await startNodeKiosk();
});
afterAll(async () => {
  await kiosk?.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
});
afterEach(async () => {
  await kiosk.bench.cardReader.remove();
});

const patience = { timeout: 20_000 };
const told = (event: string) => kiosk.entries({ event }).map(({ fields }) => fields);
const last = (event: string) => told(event).at(-1);
const lit = () => kiosk.bench.cabinet.state().lit.filter((light) => light !== 'inService');

async function arrives(): Promise<Page> {
  const page = await kiosk.page();
  await page.ready();
  return page;
}

const ended = (page: Page) => page.events.find(({ name }) => name === 'Visit.EndedEvent')?.payload;
const why = (page: Page) => page.service('balance')?.reasons;

describe('the door', () => {
  test('opened in the middle of a visit: the visit ends, the card goes back, nobody is served until it is closed', async () => {
    const page = await arrives();
    const { visitId } = await beginWith(kiosk, page, 'gen3-active');
    kiosk.bench.cabinet.openDoor();
    await page.until('it ends', () => page.snapshot.visit?.phase !== 'active');
    await kiosk.bench.cardReader.remove();
    await page.event('Visit.EndedEvent');
    expect(ended(page)).toMatchObject({ visitId, reason: 'maintenance', card: 'taken' });
    expect(why(page)).toContain('maintenance');
    expect(await page.call('Visit.Begin', { language: 'en' })).toEqual({ errorCode: 'outOfService' });
    expect(last('cabinet.opened')).toEqual({});
    kiosk.bench.cabinet.closeDoor();
    await page.ready();
    expect(last('cabinet.closed')).toEqual({ seconds: expect.any(Number) });
    const events = kiosk.entries().map(({ event }) => event);
    expect(events.lastIndexOf('cabinet.opened')).toBeLessThan(events.lastIndexOf('visit.ended'));
  });

  test('opened while staff are signed on: they are signed off, and the journal says who it was', async () => {
    const page = await signsOn(kiosk);
    kiosk.bench.cabinet.openDoor();
    await page.event('Maintenance.SignedOffEvent');
    await kiosk.bench.cardReader.remove();
    const { token } = last('staff.signedOff') ?? {};
    expect(last('staff.signedOff')).toMatchObject({ why: 'cabinetOpened' });
    expect(last('cabinet.opened')).toEqual({ token });
    expect(token).toEqual(expect.stringMatching(/^[0-9a-f]{8,}$/));
    // With the door open they sign on again: it must be open for their work.
    const again = await signsOn(kiosk);
    expect((await again.state()).cabinet).toEqual({ door: 'open', operatorSwitch: 'run', mains: 'present' });
  });

  test('whose board is pulled while it is open: nobody is served, as it was not seen closed', async () => {
    const page = await arrives();
    kiosk.bench.cabinet.openDoor();
    await page.until('nobody is served', () => why(page)?.includes('maintenance') === true);
    kiosk.bench.cabinet.setFault('unplugged', true);
    await page.until('the cabinet is gone', () =>
      page.snapshot.devices.some(({ name, state }) => name === 'cabinet' && state === 'absent'),
    );
    expect(why(page)).toContain('maintenance');
    kiosk.bench.cabinet.closeDoor();
    kiosk.bench.cabinet.setFault('unplugged', false);
    await page.ready();
  });

  test('a cabinet that is gone stops nothing', async () => {
    const page = await arrives();
    kiosk.bench.cabinet.setFault('unplugged', true);
    await page.until('the cabinet is gone', () =>
      page.snapshot.devices.some(({ name, state }) => name === 'cabinet' && state === 'absent'),
    );
    expect(why(page)).toEqual([]);
  });
});

describe('the operator switch', () => {
  test('turned: the screen is called to the page of staff, nobody is served; turned back: all is as before', async () => {
    const page = await arrives();
    const staff = await kiosk.operator();
    kiosk.bench.cabinet.turnSwitch('maintenance');
    await page.until('the screen is called', () => page.snapshot.operatorScreen === true);
    expect(why(page)).toContain('maintenance');
    expect(await staff.state()).toMatchObject({ operatorScreen: true, cabinet: { operatorSwitch: 'maintenance' } });
    kiosk.bench.cabinet.turnSwitch('run');
    await page.ready();
    expect(page.snapshot).not.toHaveProperty('operatorScreen');
    expect(await staff.state()).not.toHaveProperty('operatorScreen');
    expect(told('cabinet.switched').slice(-2)).toEqual([{ to: 'maintenance' }, { to: 'run' }]);
  });

  test('turned as a visit begins, or during one: the visit goes on to its end, and then staff have the screen', async () => {
    const person = await Person.arrives(kiosk);
    const { page } = person;
    kiosk.bench.cabinet.turnSwitch('maintenance');
    await page.until('nobody else begins', () => why(page)?.includes('maintenance') === true);
    expect(page.snapshot.operatorScreen).toBeUndefined();
    expect(await person.inserts('gen3-active')).toEqual(expect.any(String));
    expect(page.snapshot.visit?.phase).toBe('active');
    expect(await person.leaves()).toMatchObject({ card: 'taken' });
    await page.until('the screen is called', () => page.snapshot.operatorScreen === true);
    expect(last('visit.ended')).toMatchObject({ reason: 'completed' });
  });

  test('turned there and back within a visit: the next visitor is served', async () => {
    const person = await Person.arrives(kiosk);
    const { page } = person;
    kiosk.bench.cabinet.turnSwitch('maintenance');
    await page.until('nobody else begins', () => why(page)?.includes('maintenance') === true);
    kiosk.bench.cabinet.turnSwitch('run');
    await vi.waitUntil(() => last('cabinet.switched')?.['to'] === 'run', patience);
    await person.leaves();
    await page.ready();
  });
});

describe('the mains', () => {
  test('lost in the middle of a visit: the card goes back first, nobody is served until they are back', async () => {
    const page = await arrives();
    const { visitId } = await beginWith(kiosk, page, 'gen3-active');
    kiosk.bench.cabinet.setMains('lost', 80);
    await page.until('it ends', () => page.snapshot.visit?.phase !== 'active');
    await kiosk.bench.cardReader.remove();
    await page.event('Visit.EndedEvent');
    expect(ended(page)).toMatchObject({ visitId, reason: 'mainsLost', card: 'taken' });
    expect(why(page)).toContain('mainsLost');
    expect(kiosk.sentences(visitId).join('\n')).toContain('(mainsLost)');
    kiosk.bench.cabinet.setMains('present');
    await page.ready();
    expect(last('mains.back')).toEqual({ seconds: expect.any(Number) });
  });
});

test('a reader that moves the cards: without mains the card is sent out first', async () => {
  const motor = await startNodeKiosk({ cardReader: 'crt591' });
  try {
    const page = await motor.page();
    await page.ready();
    await beginWith(motor, page, 'gen3-active');
    expect(motor.bench.dispenser.state().path).toBe('read');
    motor.bench.cabinet.setMains('lost', 80);
    await vi.waitUntil(() => motor.bench.dispenser.state().path === 'gate', patience);
    await motor.bench.cardReader.remove();
    await page.event('Visit.EndedEvent');
    expect(ended(page)).toMatchObject({ reason: 'mainsLost', card: 'taken' });
  } finally {
    await motor.stop();
  }
});

describe('the guide lights', () => {
  test('follow what the screen asks for: the card, the PIN, the slip, the card back', async () => {
    const page = await arrives();
    await vi.waitUntil(() => kiosk.bench.cabinet.state().lit.includes('inService'), patience);
    const { visitId = '' } = await page.call('Visit.Begin', { language: 'en' });
    const reading = page.call('SocialCard.Read', { visitId });
    await vi.waitUntil(() => lit().includes('cardReader'), patience);
    await kiosk.bench.cardReader.insert('gen3-active');
    const { cardEvidence = '' } = await reading;
    await vi.waitUntil(() => lit().length === 0, patience);

    page.events.length = 0;
    const entering = page.call('CardService.EnterPin', { visitId, cardEvidence });
    await page.event('CardService.PinReadyEvent');
    await vi.waitUntil(() => lit().includes('pinPad'), patience);
    kiosk.bench.pinPad.press(`${kiosk.bench.firstPin}E`);
    const { pinEvidence = '' } = await entering;
    const { resultId = '' } = await page.call('CardService.BalanceInquiry', { visitId, cardEvidence, pinEvidence });
    await page.call('Receipt.Print', { visitId, resultId });
    await vi.waitUntil(() => lit().join() === 'receiptPrinter', patience);

    const ending = page.call('Visit.End', { visitId, reason: 'completed' });
    await vi.waitUntil(() => lit().includes('cardReader'), patience);
    await kiosk.bench.cardReader.remove();
    await ending;
    await vi.waitUntil(() => lit().length === 0, patience);
  });

  test('and the document', async () => {
    const person = await Person.arrives(kiosk);
    const { page, visitId } = person;
    const reading = page.call('Identity.Read', { visitId });
    await vi.waitUntil(() => lit().includes('documentReader'), patience);
    await kiosk.bench.present('resident');
    await reading;
    await vi.waitUntil(() => !lit().includes('documentReader'), patience);
    kiosk.bench.lift();
    await person.leaves();
  });
});
