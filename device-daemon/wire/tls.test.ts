import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { benchCredentials } from '#simulators/hosts/certificates.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import { RawClient } from '#test/wire/raw-client.ts';
import { tinyKiosk, tinyService } from '#test/wire/tiny-service.ts';
import { createStaticFiles } from './index.ts';

// A listener for the network: TLS, and clients that prove themselves with a certificate of our authority.

let folder: string;
let ca: string;
let client: { cert: string; key: string };
let stranger: { cert: string; key: string };
let server: { cert: string; key: string };
let wire: RunningWire;
const clients: RawClient[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wire-tls-'));
  const [ours, theirs] = await Promise.all([
    benchCredentials(join(folder, 'ours'), 'KIOSK001'),
    benchCredentials(join(folder, 'theirs'), 'KIOSK001'),
  ]);
  const pair = (from: string) => ({
    cert: readFileSync(join(from, 'client.pem'), 'utf8'),
    key: readFileSync(join(from, 'client.key'), 'utf8'),
  });
  client = pair(ours.daemonFolder);
  stranger = pair(theirs.daemonFolder);
  const host = ours.host('bank-core');
  ca = host.ca;
  server = { cert: host.certificate, key: host.key };
});
afterEach(async () => {
  for (const one of clients.splice(0)) one.socket.terminate();
  await wire.stop();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function serve(): Promise<void> {
  wire = await startWire({
    profile: 'production',
    services: [tinyService(), tinyKiosk()],
    listeners: [
      {
        address: '127.0.0.1',
        port: 0,
        tls: { ...server, ca },
        roles: {
          'device-client': { auth: 'clientCertificate', allowMissingOrigin: true },
          cardholder: { auth: 'token' },
        },
      },
    ],
    http: { files: createStaticFiles(folder), health: () => ({ alive: true }) },
  });
}

const secure = (path: string) => wire.url(path).replace('ws:', 'wss:');

async function knock(path: string, options: object): Promise<'open' | number> {
  const one = new RawClient(secure(path), { ca, ...options });
  clients.push(one);
  return one.opened();
}

test('where every role needs a certificate, a stranger ends at the handshake', async () => {
  wire = await startWire({
    profile: 'production',
    services: [tinyService()],
    listeners: [
      {
        address: '127.0.0.1',
        port: 0,
        tls: { ...server, ca },
        roles: { 'device-client': { auth: 'clientCertificate', allowMissingOrigin: true } },
      },
    ],
  });
  await expect(knock('/xfs4iot/v1.0', stranger)).rejects.toThrow();
  expect(await knock('/xfs4iot/v1.0', client)).toBe('open');
});

describe('a client certificate', () => {
  test('of our authority opens every standard service; the publisher tells wss URIs', async () => {
    await serve();
    const one = new RawClient(secure('/xfs4iot/v1.0'), { ca, ...client });
    clients.push(one);
    expect(await one.opened()).toBe('open');
    one.command('ServicePublisher.GetServices', 1);
    const { payload } = await one.completion(1);
    expect(payload?.['services']).toEqual([{ serviceURI: `wss://127.0.0.1:${wire.port}/xfs4iot/v1.0/CardReader` }]);
    expect(await knock('/xfs4iot/v1.0/CardReader', client)).toBe('open');
  });

  test.each([
    ['none', () => ({})],
    ['of another authority', () => stranger],
  ])('%s: refused', async (_what, options) => {
    await serve();
    expect(await knock('/xfs4iot/v1.0/CardReader', options())).toBe(403);
    expect(await knock('/xfs4iot/v1.0', options())).toBe(403);
  });

  test('is not a page: the cardholder role still wants its token', async () => {
    await serve();
    const origin = `https://127.0.0.1:${wire.port}`;
    expect(await knock('/kiosk/v1/Kiosk', { ...client, headers: { origin } })).toBe(403);
  });
});

test('cookies of a TLS listener are Secure, and its own origin is https', async () => {
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  await serve();
  const cookies = await new Promise<string[]>((resolve, reject) => {
    request({ host: '127.0.0.1', port: wire.port, path: '/', ca, agent: false }, (response) => {
      response.resume();
      resolve(response.headers['set-cookie'] ?? []);
    })
      .on('error', reject)
      .end();
  });
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatch(/; Secure$/);
  const cookie = cookies[0]?.split(';')[0] ?? '';
  expect(await knock('/kiosk/v1/Kiosk', { headers: { cookie, origin: `http://127.0.0.1:${wire.port}` } })).toBe(403);
  expect(await knock('/kiosk/v1/Kiosk', { headers: { cookie, origin: `https://127.0.0.1:${wire.port}` } })).toBe(
    'open',
  );
});

test('plain HTTP on a TLS port gets nothing, and the server lives', async () => {
  await serve();
  const plain = new RawClient(wire.url('/xfs4iot/v1.0'));
  clients.push(plain);
  await expect(plain.opened()).rejects.toThrow();
  expect(await knock('/xfs4iot/v1.0', client)).toBe('open');
});
