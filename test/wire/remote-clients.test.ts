import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { benchCredentials } from '#simulators/hosts/certificates.ts';
import { recordSent } from '../conformance/recorder.ts';
import { RawClient } from './raw-client.ts';

// `server.remote`: standard clients of other machines reach the whole daemon over TLS with a certificate, and nothing else.

let folder: string;
let daemon: Daemon | undefined;
let files: { readonly certificate: string; readonly key: string; readonly clientAuthority: string };
let client: { readonly cert: Buffer; readonly key: Buffer; readonly ca: Buffer };

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-remote-'));
  mkdirSync(join(folder, 'ui'));
  writeFileSync(join(folder, 'ui/index.html'), '<!doctype html><title>kiosk</title>');
  const { daemonFolder, host } = await benchCredentials(join(folder, 'authority'), 'KIOSK001');
  const own = host('bank-core');
  files = {
    certificate: join(folder, 'server.pem'),
    key: join(folder, 'server.key'),
    clientAuthority: join(daemonFolder, 'ca.pem'),
  };
  writeFileSync(files.certificate, own.certificate);
  writeFileSync(files.key, own.key, { mode: 0o600 });
  const read = (name: string): Buffer => readFileSync(join(daemonFolder, name));
  client = { cert: read('client.pem'), key: read('client.key'), ca: read('ca.pem') };
});
afterEach(async () => {
  await daemon?.stop('test');
  daemon = undefined;
  rmSync(folder, { recursive: true, force: true });
});

async function start(remote: object): Promise<readonly string[]> {
  const loaded = parseConfig({
    server: {
      port: 0,
      uiFolder: join(folder, 'ui'),
      deviceClients: 'off',
      remote: { address: '127.0.0.1', port: 0, allowedHosts: ['127.0.0.1'], ...files, ...remote },
    },
    storage: { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') },
    devices: { cardReader: { driver: 'none' }, pinPad: { driver: 'none' }, printer: { driver: 'none' } },
  });
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  const started = await startDaemon({ ...loaded.value, version: '0.0.0', onSent: recordSent });
  if (!started.ok) return started.error.lines;
  daemon = started.value;
  return [];
}

async function knock(url: string, options: object = {}): Promise<'open' | 'no handshake' | number> {
  const one = new RawClient(url, options);
  const answer = await one.opened().catch(() => 'no handshake' as const);
  one.socket.terminate();
  return answer;
}

test('with a certificate the publisher answers; without one there is no handshake; the page is not there', async () => {
  expect(await start({})).toEqual([]);
  const remote = daemon?.remote ?? '';
  expect(await knock(remote, client)).toBe('open');
  expect(await knock(remote, { ca: client.ca })).toBe('no handshake');
  const page = remote.replace('wss:', 'https:').replace('/xfs4iot/v1.0', '/');
  const status = await new Promise((resolve, reject) => {
    get(page, { ...client, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
  expect(status).toBe(404);
});

test('with deviceClients off nobody on the machine itself is let in', async () => {
  expect(await start({})).toEqual([]);
  expect(await knock(daemon?.publisher ?? '')).toBe(403);
  expect((await fetch(daemon?.url ?? '')).status).toBe(200);
});

describe('what is wrong with the files is said, and nothing starts', () => {
  test('a file that is not there', async () => {
    expect(await start({ key: join(folder, 'absent.key') })).toEqual([
      `server.remote.key: ${join(folder, 'absent.key')} cannot be read (ENOENT)`,
    ]);
  });

  test("a certificate with another certificate's key", async () => {
    const other = await benchCredentials(join(folder, 'another'), 'KIOSK001');
    expect(await start({ key: join(other.daemonFolder, 'client.key') })).toEqual([
      expect.stringMatching(/^server\.remote: .*wants a certificate and its key$/),
    ]);
  });
});
