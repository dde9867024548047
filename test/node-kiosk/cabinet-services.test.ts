import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { RawClient } from '../wire/raw-client.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';

// Auxiliaries, Lights, VendorMode and VendorApplication, as a standard client has them of the whole daemon.

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

const patience = { timeout: 20_000 };
const last = (event: string) => kiosk.entries({ event }).at(-1)?.fields;
const lit = () => kiosk.bench.cabinet.state().lit;

async function arrives(): Promise<Page> {
  const page = await kiosk.page();
  await page.ready();
  return page;
}

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
  // The mains are looked at once a second.
  await vi.waitFor(
    async () =>
      expect(await run('Common.Status')).toMatchObject({
        common: { device: 'online' },
        auxiliaries: {
          cabinetDoor: 'closed',
          operatorSwitch: 'run',
          UPS: { powering: false, low: false },
          volume: 1000,
        },
        lights: {
          pinPad: { default: { flashRate: 'off' } },
          statusInService: { default: { flashRate: 'continuous' } },
        },
      }),
    patience,
  );
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
  for (const { run } of [one, other]) expect(await run('VendorMode.ExitModeAcknowledge')).toEqual({ code: 'success' });
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
  await vi.waitUntil(async () => (await run('VendorApplication.GetActiveInterface'))['activeInterface'] === 'consumer');
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
