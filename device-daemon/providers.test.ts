import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { benchCredentials } from '#simulators/hosts/certificates.ts';
import { startWire } from '#test/wire/harness.ts';
import { tinyService } from '#test/wire/tiny-service.ts';
import { parseConfig, productionMistakes } from './config/index.ts';
import { XfsCardReader } from './drivers/xfs4iot/index.ts';
import { providerOf } from './providers.ts';

// From the configuration to a provider over TLS that lets in whom it knows.

let folder: string;
let files: { readonly authority: string; readonly certificate: string; readonly key: string };
let tls: { readonly cert: string; readonly key: string; readonly ca: Buffer };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-provider-'));
  const { daemonFolder, host } = await benchCredentials(join(folder, 'authority'), 'KIOSK001');
  const { certificate, key } = host('bank-core');
  tls = { cert: certificate, key, ca: readFileSync(join(daemonFolder, 'ca.pem')) };
  files = {
    authority: join(daemonFolder, 'ca.pem'),
    certificate: join(daemonFolder, 'client.pem'),
    key: join(daemonFolder, 'client.key'),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configured(provider: object, more: object = {}) {
  const loaded = parseConfig({ devices: { cardReader: { driver: 'xfs4iot', provider } }, ...more });
  if (!loaded.ok) throw new Error(loaded.error.join('\n'));
  return loaded.value.config;
}

function mistakesOf(provider: object): readonly string[] {
  const mistakes: string[] = [];
  providerOf(configured(provider), 'cardReader', mistakes);
  return mistakes;
}

describe('what is wrong is said in one line', () => {
  test.each<[string, () => object, RegExp]>([
    ['a port that there is not', () => ({ url: 'ws://127.0.0.1:99999' }), /^devices\.cardReader\.provider\.url: got /],
    ['this kiosk itself', () => ({ url: 'ws://127.0.0.1:5846' }), /\.url: got .*, which is this kiosk itself$/],
    [
      'a file that is not there',
      () => ({ url: 'wss://a:1', authority: '/nowhere.pem' }),
      /\.authority: .* \(ENOENT\)$/,
    ],
    [
      'half an identity',
      () => ({ url: 'wss://a:1', certificate: files.certificate }),
      /certificate and key go together$/,
    ],
    ['a secret in clear', () => ({ url: 'ws://atm.example:1', token: 'x'.repeat(32) }), /wants wss:\/\//],
    [
      "a key that is another's",
      () => ({ url: 'wss://a:1', certificate: files.certificate, key: stranger() }),
      /wants a certificate and its key$/,
    ],
  ])('%s', (_what, provider, line) => {
    const mistakes = mistakesOf(provider());
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatch(line);
    expect(mistakes[0]).not.toContain('x'.repeat(32));
  });

  test('nothing is wrong with a good one, and nothing is opened without an address', () => {
    expect(mistakesOf({ url: 'wss://atm.example:5846', ...files })).toEqual([]);
    expect(providerOf(configured({ url: '' }), 'cardReader', [])).toBeUndefined();
  });

  function stranger(): string {
    const file = join(folder, 'stranger.key');
    writeFileSync(file, tls.key);
    return file;
  }
});

describe('in production', () => {
  const mistakes = (provider: object) =>
    productionMistakes(configured(provider, { profile: 'production' })).filter((line) => line.includes('provider'));
  test.each([
    [
      { url: 'ws://atm.example:5846' },
      ['devices.cardReader.provider.url: got ws://atm.example:5846, production wants wss:// off loopback'],
    ],
    [
      { url: 'wss://atm.example:5846' },
      ['devices.cardReader.provider.authority: got nothing, production pins who vouches for the provider'],
    ],
    [{ url: 'wss://atm.example:5846', authority: 'ca.pem' }, []],
    [{ url: 'ws://127.0.0.1:5850' }, []],
  ])('%o', (provider, lines) => {
    expect(mistakes(provider)).toEqual(lines);
  });
});

describe('over TLS', () => {
  async function reportWith(which: readonly ('authority' | 'certificate' | 'key')[], wanted: string): Promise<void> {
    const service = tinyService({}, { capabilities: () => ({ members: { cardReader: { type: 'dip' } } }) });
    const wire = await startWire({
      services: [
        { ...service, handlers: { ...service.handlers, 'CardReader.ChipIO': () => ({ completionCode: 'success' }) } },
      ],
      listeners: [
        {
          address: '127.0.0.1',
          port: 0,
          tls,
          allowedHosts: ['127.0.0.1'],
          roles: { 'device-client': { auth: 'clientCertificate', allowMissingOrigin: true } },
        },
      ],
    });
    const given = Object.fromEntries(which.map((name) => [name, files[name]]));
    const settings = providerOf(configured({ url: `wss://127.0.0.1:${wire.port}`, ...given }), 'cardReader', []);
    if (settings === undefined) throw new Error('no provider');
    const reader = new XfsCardReader({ name: 'cardReader', settings });
    try {
      reader.start();
      const state = () => [reader.report().state, reader.report().reason].filter(Boolean).join(' ');
      await expect.poll(state, { timeout: 10_000 }).toBe(wanted);
    } finally {
      await reader.stop();
      await wire.stop();
    }
  }

  test('both know each other', () => reportWith(['authority', 'certificate', 'key'], 'ready'));
  test('we do not know who vouches for it', () => reportWith(['certificate', 'key'], 'failed certificate'));
  test('it does not know us', () => reportWith(['authority'], 'failed certificate'));
});
