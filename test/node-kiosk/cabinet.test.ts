import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { benchStaff } from '#simulators/wallet/staff.ts';
import { RawClient } from '../wire/raw-client.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { OperatorPage, Page } from './page.ts';
import { beginWith } from './steps.ts';

// The machine's body: its door, its operator switch, its mains and its lights, on the real driver and real files; and the
// standard's services over it.

let kiosk: NodeKiosk;
const clients: RawClient[] = [];

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
  for (const client of clients.splice(0)) client.socket.terminate();
  await kiosk.bench.cardReader.remove();
});

const [, , technician] = benchStaff;
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

async function signedOn(): Promise<OperatorPage> {
  const page = await kiosk.operator();
  await vi.waitUntil(async () => !(await page.state()).occupied, patience);
  const answer = page.call('Maintenance.SignOn');
  await page.prompted('insertCard');
  await kiosk.bench.cardReader.insert('staff-technician');
  await page.prompted('enterPin');
  kiosk.bench.pinPad.press(`${technician.pin}E`);
  expect(await answer).toHaveProperty('session.role', 'technician');
  return page;
}

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
    const page = await signedOn();
    kiosk.bench.cabinet.openDoor();
    await page.event('Maintenance.SignedOffEvent');
    await kiosk.bench.cardReader.remove();
    const { token } = last('staff.signedOff') ?? {};
    expect(last('staff.signedOff')).toMatchObject({ why: 'cabinetOpened' });
    expect(last('cabinet.opened')).toEqual({ token });
    expect(token).toEqual(expect.stringMatching(/^[0-9a-f]{8,}$/));
    // With the door open they sign on again: it must be open for their work.
    const again = await signedOn();
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

/** A standard client of one of the services. */
async function client(service: string): Promise<{ wire: RawClient; run: Run }> {
  const wire = new RawClient(`${kiosk.daemon.publisher}/${service}`);
  clients.push(wire);
  expect(await wire.opened()).toBe('open');
  let id = 0;
  const run: Run = async (name, payload, version = '2.0') => {
    id += 1;
    wire.command(name, id, { version, payload });
    const { header, payload: answer } = await wire.completion(id);
    return { code: header.completionCode, ...answer };
  };
  return { wire, run };
}
type Run = (
  name: string,
  payload?: object,
  version?: string,
) => Promise<{ readonly [member: string]: unknown; readonly code: unknown }>;
const heard = (wire: RawClient, name: string) => wire.messages.filter(({ header }) => header.name === name);

describe('XFS4IoT', () => {
  test('Auxiliaries and Lights: what there is, as it is, and every change', async () => {
    await arrives();
    const { wire, run } = await client('Auxiliaries');
    const capabilities = await run('Common.Capabilities');
    expect(capabilities['auxiliaries']).toMatchObject({
      cabinetDoor: { open: true, closed: true, bolted: false },
      operatorSwitch: { run: true, maintenance: true, supervisor: false },
      ups: { powering: true, low: true, engaged: false },
      volume: 1000,
    });
    expect(capabilities['lights']).toMatchObject({
      lights: { cardReader: { default: { color: { green: true }, flashRate: { quick: true } } } },
    });
    expect(await run('Common.Status')).toMatchObject({
      common: { device: 'online' },
      auxiliaries: { cabinetDoor: 'closed', operatorSwitch: 'run', UPS: { powering: false, low: false }, volume: 1000 },
      lights: { pinPad: { default: { flashRate: 'off' } }, statusInService: { default: { flashRate: 'continuous' } } },
    });
    kiosk.bench.cabinet.openDoor();
    await wire.find('the door', ({ payload }) => JSON.stringify(payload) === '{"auxiliaries":{"cabinetDoor":"open"}}');
    kiosk.bench.cabinet.setMains('lost', 10);
    await wire.find('the mains', ({ payload }) =>
      JSON.stringify(payload?.['auxiliaries'] ?? '').includes('"powering":true'),
    );
    kiosk.bench.cabinet.setMains('present');
    await wire.find('the mains back', ({ payload }) =>
      JSON.stringify(payload?.['auxiliaries'] ?? '').includes('"recovered":true'),
    );
  });

  test('Lights.SetLight: what is there is lit, and nothing else; a visit has them for itself', async () => {
    const page = await arrives();
    const { run } = await client('Auxiliaries');
    const set = (payload: object) => run('Lights.SetLight', payload, '3.0');
    const quick = { default: { flashRate: 'quick' } };
    expect(await set({ pinPad: quick })).toEqual({ code: 'success' });
    await vi.waitUntil(() => lit().includes('pinPad'), patience);
    expect(await set({ pinPad: { default: { flashRate: 'off', color: 'green' } } })).toEqual({ code: 'success' });
    for (const payload of [
      { notesDispenser: quick },
      { pinPad: { left: { flashRate: 'quick' } } },
      { pinPad: { default: { flashRate: 'quick', color: 'red' } } },
      { pinPad: { default: { flashRate: 'quick', direction: 'entry' } } },
      { pinPad: { default: { color: 'green' } } },
    ])
      expect(await set(payload)).toEqual({ code: 'commandErrorCode', errorCode: 'invalidLight' });
    expect((await set({})).code).toBe('invalidData');
    kiosk.bench.cabinet.setFault('lightsGone', true);
    expect(await set({ pinPad: quick })).toEqual({ code: 'commandErrorCode', errorCode: 'lightError' });
    kiosk.bench.cabinet.setFault('lightsGone', false);
    const { visitId = '' } = await page.call('Visit.Begin', { language: 'en' });
    expect((await set({ pinPad: quick })).code).toBe('sequenceError');
    await page.call('Visit.End', { visitId, reason: 'completed' });
  });

  test('Auxiliaries.SetAuxiliaries: the volume reaches the screen; what the cabinet has not is refused', async () => {
    const page = await arrives();
    const { wire, run } = await client('Auxiliaries');
    expect(await run('Auxiliaries.SetAuxiliaries', { volume: 300 })).toEqual({ code: 'success' });
    await page.until('the screen knows', () => page.snapshot.display.volume === 300);
    expect(heard(wire, 'Common.StatusChangedEvent').at(-1)?.payload).toEqual({ auxiliaries: { volume: 300 } });
    for (const payload of [{ heating: 'on' }, { cabinetDoors: 'bolt', volume: 5 }])
      expect(await run('Auxiliaries.SetAuxiliaries', payload)).toEqual({
        code: 'commandErrorCode',
        errorCode: 'invalidAuxiliary',
      });
    expect((await run('Auxiliaries.GetAutoStartupTime')).code).toBe('unsupportedCommand');
    expect(await run('Auxiliaries.SetAuxiliaries', { volume: 1000 })).toEqual({ code: 'success' });
  });

  test('VendorMode: who registered is asked first, and told when the mode is entered and left', async () => {
    const page = await arrives();
    const [asker, one, other] = [await client('VendorMode'), await client('VendorMode'), await client('VendorMode')];
    const service = async () => ((await asker.run('Common.Status'))['vendorMode'] as { service: string }).service;
    expect((await asker.run('VendorMode.EnterModeAcknowledge')).code).toBe('sequenceError');
    expect((await asker.run('VendorMode.ExitModeRequest')).code).toBe('sequenceError');
    for (const [index, { run }] of [one, other].entries())
      expect(await run('VendorMode.Register', { appName: `app ${index}` })).toEqual({ code: 'success' });

    expect(await asker.run('VendorMode.EnterModeRequest')).toEqual({ code: 'success' });
    expect(await service()).toBe('enterPending');
    expect((await asker.run('VendorMode.EnterModeRequest')).code).toBe('sequenceError');
    for (const { wire } of [one, other])
      await wire.find('it is asked', ({ header }) => header.name === 'VendorMode.EnterModeRequestEvent');
    expect(heard(asker.wire, 'VendorMode.EnterModeRequestEvent')).toEqual([]);
    expect(await page.call('Visit.Begin', { language: 'en' })).toEqual({ errorCode: 'outOfService' });

    expect(await one.run('VendorMode.EnterModeAcknowledge')).toEqual({ code: 'success' });
    expect((await one.run('VendorMode.EnterModeAcknowledge')).code).toBe('sequenceError');
    expect(await service()).toBe('enterPending');
    expect(await other.run('VendorMode.EnterModeAcknowledge')).toEqual({ code: 'success' });
    for (const { wire } of [asker, one, other])
      await wire.find('entered', ({ header }) => header.name === 'VendorMode.ModeEnteredEvent');
    // After that client's own completion.
    const names = other.wire.messages.map(({ header }) => `${header.type} ${header.name}`);
    expect(names.indexOf('completion VendorMode.EnterModeAcknowledge')).toBeLessThan(
      names.indexOf('unsolicited VendorMode.ModeEnteredEvent'),
    );
    expect(await service()).toBe('active');
    expect(last('vendorMode.entered')).toEqual({ by: 'client', unanswered: 0 });
    await page.until('the screen is called', () => page.snapshot.operatorScreen === true);

    expect(await asker.run('VendorMode.ExitModeRequest')).toEqual({ code: 'success' });
    for (const { run } of [one, other])
      expect(await run('VendorMode.ExitModeAcknowledge')).toEqual({ code: 'success' });
    const { payload } = await asker.wire.find('left', ({ header }) => header.name === 'VendorMode.ModeExitedEvent');
    expect(payload).toEqual({ connectedApplications: ['app 0', 'app 1'] });
    await page.ready();
  });

  test('VendorMode: a registered client that vanishes is waited for no more', async () => {
    const page = await arrives();
    const [asker, lost] = [await client('VendorMode'), await client('VendorMode')];
    await lost.run('VendorMode.Register', { appName: 'lost' });
    await asker.run('VendorMode.EnterModeRequest');
    await lost.wire.find('it is asked', ({ header }) => header.name === 'VendorMode.EnterModeRequestEvent');
    expect(heard(asker.wire, 'VendorMode.ModeEnteredEvent')).toEqual([]);
    lost.wire.socket.terminate();
    await asker.wire.find('entered', ({ header }) => header.name === 'VendorMode.ModeEnteredEvent');
    expect(await asker.run('VendorMode.ExitModeRequest')).toEqual({ code: 'success' });
    const { payload } = await asker.wire.find('left', ({ header }) => header.name === 'VendorMode.ModeExitedEvent');
    expect(payload ?? { connectedApplications: [] }).toEqual({ connectedApplications: [] });
    await page.ready();
  });

  test('VendorMode: a visit ends first, and the switch has the last word', async () => {
    const person = await Person.arrives(kiosk);
    const { wire, run } = await client('VendorMode');
    expect(await run('VendorMode.EnterModeRequest')).toEqual({ code: 'success' });
    expect(await person.inserts('gen3-active')).toEqual(expect.any(String));
    expect(heard(wire, 'VendorMode.ModeEnteredEvent')).toEqual([]);
    await person.leaves();
    await wire.find('entered', ({ header }) => header.name === 'VendorMode.ModeEnteredEvent');
    kiosk.bench.cabinet.turnSwitch('maintenance');
    await vi.waitUntil(() => last('cabinet.switched')?.['to'] === 'maintenance', patience);
    expect((await run('VendorMode.ExitModeRequest')).code).toBe('sequenceError');
    kiosk.bench.cabinet.turnSwitch('run');
    await wire.find('left', ({ header }) => header.name === 'VendorMode.ModeExitedEvent');
    await person.page.ready();
  });

  test('VendorApplication: the page of staff is started, shown and left', async () => {
    const page = await arrives();
    const mode = await client('VendorMode');
    const { wire, run } = await client('VendorApplication');
    const start = (payload?: object) => run('VendorApplication.StartLocalApplication', payload);
    const show = (activeInterface: string) => run('VendorApplication.SetActiveInterface', { activeInterface });
    // No page of staff is open.
    (await kiosk.operator()).close();
    await vi.waitUntil(
      async () => (await run('VendorApplication.GetActiveInterface'))['activeInterface'] === 'consumer',
    );
    expect((await start()).code).toBe('sequenceError');
    expect((await show('operator')).code).toBe('sequenceError');
    expect(await show('consumer')).toEqual({ code: 'success' });
    await mode.run('VendorMode.EnterModeRequest');
    await mode.wire.find('entered', ({ header }) => header.name === 'VendorMode.ModeEnteredEvent');
    expect(await run('VendorApplication.GetActiveInterface')).toEqual({ code: 'success', activeInterface: 'operator' });
    expect((await start({ accessLevel: 'full' })).code).toBe('unsupportedData');
    expect(await start({ appName: 'maintenance', accessLevel: 'basic' })).toEqual({ code: 'success' });

    // The screen follows.
    const staff = await kiosk.operator();
    expect((await run('Common.Status'))['vendorApplication']).toEqual({ accessLevel: 'basic' });
    const leaving = show('consumer');
    await staff.until('it is to go', () =>
      staff.events.some(
        ({ name, payload }) => name === 'Maintenance.StateChangedEvent' && payload.operatorScreen === undefined,
      ),
    );
    staff.close();
    expect(await leaving).toEqual({ code: 'success' });
    await wire.find('it is gone', ({ header }) => header.name === 'VendorApplication.VendorAppExitedEvent');
    const shown = heard(wire, 'VendorApplication.InterfaceChangedEvent').map(
      ({ payload }) => payload?.['activeInterface'],
    );
    expect(shown.slice(-2)).toEqual(['operator', 'consumer']);
    await mode.run('VendorMode.ExitModeRequest');
    await page.ready();
  });
});
