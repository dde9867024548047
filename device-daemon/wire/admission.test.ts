import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FrameSocket } from '#test/wire/frame-socket.ts';
import { openListener, type RunningWire, startWire } from '#test/wire/harness.ts';
import { RawClient } from '#test/wire/raw-client.ts';
import { tinyKiosk, tinyService } from '#test/wire/tiny-service.ts';
import type { ListenerConfig, WireServerOptions } from './index.ts';
import { createStaticFiles } from './index.ts';
import { listenerFaults } from './listener.ts';

// Who gets in: section 2 and 14 of the standard's wire rules, and the roles, Host, Origin and tokens of the kiosk's own.

const bearer = 'a text of at least 16 characters';
const listener: ListenerConfig = {
  ...openListener,
  allowedOrigins: ['https://bench.example'],
  roles: {
    'device-client': { auth: 'none', allowMissingOrigin: true },
    cardholder: { auth: 'token' },
    operator: { auth: 'token' },
  },
};

let folder: string;
let wire: RunningWire;
let pageLoads = 0;
let refusals: string[] = [];
let ready = true;
const clients: RawClient[] = [];

async function serve(options: Partial<WireServerOptions> = {}): Promise<void> {
  wire = await startWire({
    services: [tinyService(), tinyKiosk('Kiosk'), tinyKiosk('Maintenance', 'operator')],
    listeners: [listener],
    http: { files: createStaticFiles(folder), health: () => ({ alive: true }), readiness: () => ({ ready }) },
    hooks: {
      onPageLoad: () => {
        pageLoads += 1;
      },
      onRefused: ({ reason }) => refusals.push(reason),
    },
    ...options,
  });
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wire-page-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>kiosk</title>');
  writeFileSync(join(folder, 'maintenance.html'), '<!doctype html><title>maintenance</title>');
  writeFileSync(join(folder, 'devices.html'), '<!doctype html><title>devices</title>');
  writeFileSync(join(folder, 'app.js'), '"kiosk"');
  pageLoads = 0;
  refusals = [];
  ready = true;
  await serve();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await wire.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function http(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: wire.port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject).end();
  });
}

/** `open`, or the status with which the WebSocket was refused. */
async function knock(path: string, headers: Record<string, string> = {}): Promise<'open' | number> {
  const client = new RawClient(wire.url(path), { headers });
  clients.push(client);
  return client.opened();
}

const origin = () => wire.httpBase;
const cookieOf = (answer: { headers: IncomingHttpHeaders }, role: string): string => {
  const line = answer.headers['set-cookie']?.find((one) => one.startsWith(`kiosk-${role}=`));
  return line?.split(';')[0] ?? 'none';
};
/** What a page has after it was loaded. */
const loadPage = async (role: 'cardholder' | 'operator' = 'cardholder') =>
  cookieOf(await http(role === 'operator' ? '/maintenance' : '/'), role);
const asPage = (cookie: string) => ({ cookie, origin: origin() });

describe('paths', () => {
  test.each([
    ['/xfs4iot/v1.0'],
    ['/xfs4iot/v1.0/'],
    ['/XFS4IoT/v1.0'],
    ['/xfs4iot/v1.0/CardReader'],
    ['/xfs4iot/v1.0/CardReader/'],
    ['/XFS4IOT/V1.0/cardreader'],
    ['/xfs4iot/v1.0/CardReader?x=1'],
  ])('%s is open, in any case of letters, with or without a last slash', async (path) => {
    expect(await knock(path)).toBe('open');
  });

  test.each([
    ['/'],
    ['/xfs4iot'],
    ['/xfs4iot/v1.0//'],
    ['/xfs4iot/v2.0/CardReader'],
    ['/xfs4iot/v1.0/Printer'],
    ['/xfs4iot/v1.0/Kiosk'],
    ['/kiosk/v1/CardReader'],
    ['/kiosk/v1'],
    ['/xfs4iot/v1.0/CardReader/x'],
    ['/xfs4iot/v1.0/%43ardReader'],
    ['/constructor'],
  ])('%s is not there', async (path) => {
    expect(await knock(path)).toBe(404);
    expect(refusals).toEqual(['path']);
  });

  test('a role that the listener does not have is refused', async () => {
    await wire.stop();
    await serve({ listeners: [openListener] });
    expect(await knock('/kiosk/v1/Kiosk', { origin: origin() })).toBe(403);
    expect(refusals).toEqual(['role']);
  });
});

describe('Host, against DNS rebinding', () => {
  const foreign = [
    ['evil.example'],
    ['localhost.evil.example'],
    ['127.0.0.1.nip.io'],
    ['evil.example:80'],
    ['[::1].evil.example'],
    ['localhost:80:80'],
    ['localhost@evil.example'],
    ['127.0.0.1/evil.example'],
    ['0.0.0.0'],
    ['127.1'],
    [' '],
  ];
  test.each(foreign)('%j is nobody we are: no socket, no page, no token, no health', async (host) => {
    expect(await knock('/xfs4iot/v1.0', { Host: host })).toBe(403);
    for (const path of ['/', '/app.js', '/healthz', '/readyz']) {
      const answer = await http(path, { Host: host });
      expect([answer.status, answer.body, answer.headers['set-cookie']]).toEqual([403, '', undefined]);
    }
    expect(refusals).toEqual(['host']);
    expect(pageLoads).toBe(0);
  });

  test.each([['localhost'], ['LOCALHOST:1234'], ['127.0.0.1'], ['[::1]:5846']])('%s is us', async (host) => {
    expect(await knock('/xfs4iot/v1.0', { Host: host })).toBe('open');
    expect((await http('/healthz', { Host: host })).status).toBe(200);
  });
});

describe('Origin, against other pages', () => {
  test.each([
    ['http://evil.example'],
    ['null'],
    ['https://127.0.0.1'],
    ['http://127.0.0.1'],
    ['http://127.0.0.1:1'],
    ['https://bench.example.evil.example'],
    ['http://bench.example'],
    ['file://'],
    ['chrome-extension://abc'],
  ])('%s may not', async (foreign) => {
    expect(await knock('/xfs4iot/v1.0/CardReader', { origin: foreign })).toBe(403);
    const cookie = await loadPage();
    expect(await knock('/kiosk/v1/Kiosk', { cookie, origin: foreign })).toBe(403);
    expect(refusals).toEqual(['origin', 'origin']);
    // The page's token was not spent on the stranger.
    expect(await knock('/kiosk/v1/Kiosk', asPage(cookie))).toBe('open');
  });

  test('its own origin may, and one of the list; a missing one only where programs are let in', async () => {
    expect(await knock('/xfs4iot/v1.0/CardReader', { origin: origin() })).toBe('open');
    expect(await knock('/xfs4iot/v1.0/CardReader', { origin: 'https://bench.example' })).toBe('open');
    expect(await knock('/xfs4iot/v1.0/CardReader')).toBe('open');
    expect(await knock('/kiosk/v1/Kiosk', { cookie: await loadPage() })).toBe(403);
  });
});

describe("a page's token", () => {
  test('comes with the page, for scripts out of reach, and opens one connection once', async () => {
    const page = await http('/');
    const theirs = await http('/maintenance');
    for (const line of [page, theirs].flatMap(({ headers }) => headers['set-cookie'] ?? [])) {
      expect(line).toMatch(/^kiosk-(cardholder|operator)=[\w-]{43}; Path=\/kiosk\/; HttpOnly; SameSite=Strict$/);
    }
    // Each page is given what it connects as, and nothing else.
    expect(page.headers['set-cookie']).toEqual([expect.stringMatching(/^kiosk-cardholder=/)]);
    expect(theirs.headers['set-cookie']).toEqual([expect.stringMatching(/^kiosk-operator=/)]);
    const cookie = cookieOf(page, 'cardholder');
    expect(await knock('/kiosk/v1/Kiosk', asPage(cookie))).toBe('open');
    expect(await knock('/kiosk/v1/Kiosk', asPage(cookie))).toBe(403);
    expect(refusals).toEqual(['credentials']);
  });

  test('the answer to the connection carries the next one', async () => {
    const first = new FrameSocket(wire.url('/kiosk/v1/Kiosk'), [`Cookie: ${await loadPage()}`, `Origin: ${origin()}`]);
    expect(await first.opened).toBe(true);
    const next = /^set-cookie: (kiosk-cardholder=[^;]+)/im.exec(first.head)?.[1] ?? '';
    expect(await knock('/kiosk/v1/Kiosk', asPage(next))).toBe('open');
    await first.closed;
  });

  test('is worthless once the page was loaded again, for another role, or made up', async () => {
    const old = await loadPage();
    const operator = await loadPage('operator');
    await loadPage();
    for (const cookie of [old, operator, operator.replace('operator', 'cardholder'), 'kiosk-cardholder=', '', 'x']) {
      expect(await knock('/kiosk/v1/Kiosk', asPage(cookie))).toBe(403);
    }
    expect(await knock('/kiosk/v1/Maintenance', asPage(operator))).toBe('open');
  });

  test('is given for a page in a window of its own, not for a fetch, a picture, or a frame on a foreign site', async () => {
    for (const headers of [
      { 'sec-fetch-dest': 'empty', 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-dest': 'image', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-dest': 'iframe', 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'cross-site' },
    ]) {
      expect((await http('/', headers)).headers['set-cookie']).toBeUndefined();
    }
    expect((await http('/', {}, 'HEAD')).headers['set-cookie']).toBeUndefined();
    expect(pageLoads).toBe(0);
    expect(
      (await http('/', { 'sec-fetch-dest': 'document', 'sec-fetch-site': 'none' })).headers['set-cookie'],
    ).toBeDefined();
    expect(pageLoads).toBe(1);
  });
});

describe('one cardholder', () => {
  async function page(): Promise<RawClient> {
    const client = new RawClient(wire.url('/kiosk/v1/Kiosk'), { headers: asPage(await loadPage()) });
    clients.push(client);
    expect(await client.opened()).toBe('open');
    return client;
  }

  test('a page that is loaded ends the connection of the page before it; device clients stay', async () => {
    const device = await wire.connect();
    const old = await page();
    await loadPage();
    expect(await old.closed).toBe(4001);
    device.command('Common.Status', 1);
    await device.completion(1);
    expect(pageLoads).toBe(2);
  });

  test('a second connection takes the place of the first', async () => {
    const first = new FrameSocket(wire.url('/kiosk/v1/Kiosk'), [`Cookie: ${await loadPage()}`, `Origin: ${origin()}`]);
    expect(await first.opened).toBe(true);
    const next = /^set-cookie: (kiosk-cardholder=[^;]+)/im.exec(first.head)?.[1] ?? '';
    const second = new RawClient(wire.url('/kiosk/v1/Kiosk'), { headers: asPage(next) });
    clients.push(second);
    expect(await second.opened()).toBe('open');
    await first.closed;
    second.command('Visit.Heartbeat', 1, { version: '1.0', payload: {} });
    await second.completion(1);
  });

  test('a command of a role that the connection has not is unsupported', async () => {
    const operator = new RawClient(wire.url('/kiosk/v1/Maintenance'), { headers: asPage(await loadPage('operator')) });
    clients.push(operator);
    await operator.opened();
    operator.command('Visit.Heartbeat', 1, { version: '1.0', payload: {} });
    expect((await operator.completion(1)).header.completionCode).toBe('unsupportedCommand');
  });
});

describe('a device client that must prove itself', () => {
  beforeEach(async () => {
    await wire.stop();
    await serve({
      profile: 'production',
      listeners: [{ ...openListener, roles: { 'device-client': { auth: 'token', bearer, allowMissingOrigin: true } } }],
    });
  });

  test.each([
    ['nothing', undefined, 403],
    ['another text', `Bearer ${bearer}x`, 403],
    ['no scheme', bearer, 403],
    ['the text', `Bearer ${bearer}`, 'open'],
  ])('%s', async (_what, authorization, outcome) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
    expect(await knock('/xfs4iot/v1.0/CardReader', headers)).toBe(outcome);
    expect(await knock('/xfs4iot/v1.0', headers)).toBe(outcome);
  });
});

test('as many connections of a role as there is room for, the publisher counted apart; a place left is free', async () => {
  await wire.stop();
  await serve({ limits: { connectionsPerRole: 2 } });
  const [first] = [await wire.connect(), await wire.connect()];
  expect(await knock('/xfs4iot/v1.0/CardReader')).toBe(503);
  expect(await knock('/xfs4iot/v1.0')).toBe('open');
  expect(await knock('/kiosk/v1/Kiosk', asPage(await loadPage()))).toBe('open');
  first.socket.close();
  await first.closed;
  await expect.poll(() => knock('/xfs4iot/v1.0/CardReader'), { timeout: 10_000 }).toBe('open');
});

describe('plain HTTP', () => {
  test.each(['/xfs4iot/v1.0', '/XFS4IoT/v1.0/CardReader', '/kiosk/v1/Kiosk'])('%s: 400, empty', async (path) => {
    for (const method of ['GET', 'POST']) {
      const { status, body } = await http(path, {}, method);
      expect([status, body]).toEqual([400, '']);
    }
  });

  test('health and readiness', async () => {
    expect(await http('/healthz')).toMatchObject({ status: 200, body: '{"alive":true}' });
    expect(await http('/readyz')).toMatchObject({ status: 200, body: '{"ready":true}' });
    ready = false;
    expect(await http('/readyz')).toMatchObject({ status: 503, body: '{"ready":false}' });
    expect((await http('/healthz', {}, 'POST')).status).toBe(404);
  });

  test('files of the page and no others, with headers that keep them to themselves', async () => {
    const script = await http('/app.js');
    expect(script).toMatchObject({ status: 200, body: '"kiosk"' });
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'content-security-policy': expect.stringContaining("default-src 'self'") as string,
    });
    for (const path of ['/../package.json', '/%2e%2e/package.json', '//app.js', '/app.js/', '/nothing', '/__proto__']) {
      expect((await http(path)).status).toBe(404);
    }
  });

  test('a page beside the kiosk’s own goes by its name: the same headers, and no place of a cardholder', async () => {
    const [page, devices] = [await http('/'), await http('/devices')];
    expect(devices).toMatchObject({ status: 200, body: '<!doctype html><title>devices</title>' });
    for (const name of ['content-security-policy', 'content-type', 'cache-control', 'x-content-type-options'])
      expect(devices.headers[name], name).toBe(page.headers[name]);
    expect(devices.headers['set-cookie']).toBeUndefined();
    expect(pageLoads).toBe(1);
    expect((await http('/app')).status).toBe(404);
  });

  test('a listener without cardholders has no page', async () => {
    await wire.stop();
    await serve({ listeners: [openListener] });
    expect((await http('/')).status).toBe(404);
    expect((await http('/app.js')).status).toBe(404);
    expect((await http('/healthz')).status).toBe(200);
  });
});

describe('the handshake', () => {
  test('negotiates neither a sub-protocol nor compression', async () => {
    const socket = new FrameSocket(wire.url('/xfs4iot/v1.0'), [
      'Sec-WebSocket-Protocol: xfs4iot, chat',
      'Sec-WebSocket-Extensions: permessage-deflate',
    ]);
    expect(await socket.opened).toBe(true);
    expect(socket.head).not.toMatch(/sec-websocket-(protocol|extensions)/i);
    socket.socket.destroy();
  });

  test.each([
    ['an old version', ['Sec-WebSocket-Version: 12']],
    ['another protocol', ['Upgrade: h2c']],
    ['a key that is none', ['Sec-WebSocket-Key: x']],
  ])('%s: a 4xx with an empty body', async (_what, headers) => {
    const socket = new FrameSocket(wire.url('/xfs4iot/v1.0'), headers);
    expect(await socket.opened).toBe(false);
    expect(socket.head).toMatch(/^HTTP\/1\.1 4\d\d[\s\S]*Content-Length: 0/);
    await socket.closed;
  });
});

describe('settings that are not safe do not start', () => {
  const local = { address: '127.0.0.1', port: 0 };
  test.each<[string, ListenerConfig[], 'bench' | 'production', string]>([
    ['no listener', [], 'bench', 'listeners is empty'],
    ['the network without TLS', [{ address: '0.0.0.0', port: 0, roles: {} }], 'bench', 'wants loopback or tls'],
    [
      'nobody proves anything in production',
      [{ ...local, roles: { 'device-client': { auth: 'none' } } }],
      'production',
      'listeners[0].roles.device-client.auth is none',
    ],
    [
      'nobody proves anything over the network',
      [{ address: '0.0.0.0', port: 0, tls: {}, roles: { 'device-client': { auth: 'none' } } }],
      'bench',
      'listeners[0].roles.device-client.auth is none',
    ],
    [
      'a token that is short',
      [{ ...local, roles: { 'device-client': { auth: 'token', bearer: 'short' } } }],
      'bench',
      'bearer',
    ],
    [
      'certificates without an authority',
      [{ ...local, roles: { operator: { auth: 'clientCertificate' } } }],
      'bench',
      'tls with ca',
    ],
  ])('%s', (_what, listeners, profile, line) => {
    expect(listenerFaults(listeners, profile).join('\n')).toContain(line);
  });

  test('those of the bench are safe for the bench', () => {
    expect(listenerFaults([listener], 'bench')).toEqual([]);
  });
});
