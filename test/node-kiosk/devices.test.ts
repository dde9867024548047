import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runCli } from '#device-daemon/cli/index.ts';
import type { DeviceName } from '#simulators/bench/device.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import { balance, beginWith, endVisit } from './steps.ts';

// The life of the devices as a technician sees it: on the wire, in the journal, at the command line.

let kiosk: NodeKiosk;
let said: string[];

beforeEach(async () => {
  kiosk = await startNodeKiosk();
  said = [];
  const hear = (line: unknown) => void said.push(String(line));
  vi.spyOn(console, 'log').mockImplementation(hear);
  vi.spyOn(console, 'error').mockImplementation(hear);
});
afterEach(async () => {
  vi.restoreAllMocks();
  await kiosk.stop();
});

async function cli(...args: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  said.length = 0;
  const code = await runCli(['device', ...args, '--config', kiosk.bench.configFile]);
  return { code, text: said.join('\n') };
}

test('a printer that is pulled out and put back: table and journal tell the story, the others do not notice', async () => {
  const page = await kiosk.page();
  await page.ready();
  await page.until('all devices are there', () => page.snapshot.devices.every(({ state }) => state === 'ready'));
  const whole = await cli('list');
  expect(whole.code).toBe(0);
  expect(whole.text).toMatch(/^device +driver +state +since +restarts +last good exchange +recovery +services\n/);
  for (const row of [/^cardReader +pcsc +ready .* - +-$/m, /^pinPad +kmy350x +ready /m, /^printer +escpos +ready /m])
    expect(whole.text).toMatch(row);
  expect(whole.text).toMatch(/^bankCore +up /m);

  await kiosk.bench.devices.get('printer')?.setFault('unplugged', true);
  await page.until('the printer is gone', () =>
    page.snapshot.devices.some(({ name, state }) => name === 'printer' && state === 'absent'),
  );
  const without = await cli('list');
  expect(without.code).toBe(1);
  expect(without.text).toMatch(/^printer +escpos +absent .* reopen +limits balance, lossReport.*$/m);
  expect(without.text).toMatch(/^pinPad +kmy350x +ready /m);

  await kiosk.bench.devices.get('printer')?.setFault('unplugged', false);
  await page.until('the printer is back', () => page.snapshot.devices.every(({ state }) => state === 'ready'));
  const back = await cli('printer');
  expect(back).toMatchObject({ code: 0 });
  expect(back.text).toMatch(/^printer +escpos +ready +\S+ \S+ +1 .* - +-$/m);

  const story = (await cli('printer', 'history')).text;
  expect(story).toMatch(
    /The receipt printer is now ready\.[\s\S]*The receipt printer is now absent \(recovery: reopen\)\.[\s\S]*The receipt printer is now ready\./,
  );
  expect(story).not.toContain('pinPad');
});

const bystanders: readonly (readonly [DeviceName, string])[] = [
  ['printer', 'printer'],
  ['id-reader', 'identityReader'],
  ['passport-reader', 'passportReader'],
  ['scanner', 'codeScanner'],
  ['cabinet', 'cabinet'],
];

test('whatever a balance does not need is pulled out in the middle of it: the balance is there, the table tells', async () => {
  const page = await kiosk.page();
  await page.ready();
  await page.until('all devices are there', () => page.snapshot.devices.every(({ state }) => state === 'ready'));
  for (const [plug, device] of bystanders) {
    const state = () => page.snapshot.devices.find(({ name }) => name === device)?.state;
    await kiosk.bench.reset();
    const visit = await beginWith(kiosk, page, 'gen3-active');
    await kiosk.bench.devices.get(plug)?.setFault('unplugged', true);
    await page.until(`${device} is gone`, () => state() === 'absent');
    expect(await balance(kiosk, page, visit, `${kiosk.bench.firstPin}E`), device).toMatchObject({
      financial: { state: 'done' },
      medical: { state: 'done' },
      social: { state: 'done' },
    });
    expect(page.snapshot.devices.filter(({ state: one }) => one !== 'ready').map(({ name }) => name)).toEqual([device]);
    await endVisit(kiosk, page, visit);
    await kiosk.bench.devices.get(plug)?.setFault('unplugged', false);
    await page.until(`${device} is back`, () => state() === 'ready');
    expect((await cli(device, 'history')).text).toMatch(/is now ready[\s\S]*is now absent[\s\S]*is now ready/);
  }
});

test('called wrongly, or for a device that is not there, it says so', async () => {
  expect((await cli()).code).toBe(2);
  expect(await cli('toaster')).toMatchObject({
    code: 2,
    text: 'no device toaster; there are: cardReader, pinPad, printer, identityReader, passportReader, codeScanner, cabinet',
  });
  expect(await cli('printer', 'identify')).toMatchObject({ code: 1, text: expect.stringContaining('stop it first') });
});

test('without a daemon a device is opened by itself and says what it is', async () => {
  const { bench } = kiosk;
  const page = await kiosk.page();
  await page.ready();
  await kiosk.daemon.stop('test');
  expect(await cli('list')).toMatchObject({ code: 1, text: expect.stringMatching(/^no daemon answers at /) });
  const found = await cli('pinPad', 'identify');
  // It wants a working key, which only a sign-on brings.
  expect(found.text).toMatch(/^pinPad +kmy350x +degraded needsSignOn /m);
  expect(found.text).toMatch(/"serialNumber": "[0-9A-F]{16}"/);
  expect(bench.pinPad.state().plugged).toBe(true);
});
