import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startRig, Terminal } from '#device-daemon/hosts/rig.fixture.ts';
import { benchKeys } from '#simulators/crypto/index.ts';
import { benchPin, hostPeople, people, walletCards } from '#simulators/wallet/wallet.ts';
import { plant } from './plant.ts';
import { describeFindings, type Finding, SecretSearch } from './search.ts';
import { isShort, pinKeysOf, type Secret, walletSecrets } from './secrets.ts';

const pinKeys = [
  { format: 'iso0', key: benchKeys.terminalMaster['3des'] },
  { format: 'sm4', key: benchKeys.terminalMaster.sm4 },
] as const;
const code = '402817';
const secrets = walletSecrets({ pinKeys, codes: [code] });
const search = new SecretSearch(secrets);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'privacy-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the wallet’s secrets', () => {
  const of = (kind: Secret['kind']): readonly Secret[] => secrets.filter((secret) => secret.kind === kind);

  test('are all of them', () => {
    expect(of('idNumber')).toHaveLength(people.length);
    expect(of('name')).toHaveLength(2 * people.length);
    const numbers = of('pan').map((secret) => 'text' in secret && secret.text);
    for (const { financial } of walletCards) if (financial !== undefined) expect(numbers).toContain(financial.pan);
    expect(of('pin')).toEqual([{ kind: 'pin', owner: 'pin', text: benchPin }]);
    // For every number: the block in clear, and under each working key; and the two fields without a number.
    // Of a code: the two fields, and for no account under each working key.
    expect(of('pinBlock')).toHaveLength(numbers.length * (1 + pinKeys.length) + 2 + 2 + pinKeys.length);
    expect(of('code')).toEqual([{ kind: 'code', owner: 'code', text: code }]);
    expect(of('phone')).toHaveLength(hostPeople.length);
    expect(of('track2').length).toBeGreaterThan(20);
    expect(of('socialCardNumber').length).toBe(of('cardIdentificationCode').length);
  });

  test('a PIN that stands in many a file is not taken', () => {
    for (const pin of ['000000', '888888', '123456']) expect(() => walletSecrets({ pins: [pin] })).toThrow('another');
  });
});

test('a PIN block that a pad made in the run is known from the bank’s keys, also after another sign-on', async () => {
  const rig = await startRig();
  try {
    const terminal = await Terminal.signOn(rig.bank);
    const { order } = await terminal.inquire('gen2');
    await terminal.signOnAgain(rig.bank, 'sm4');
    const later = await terminal.inquire('gen2');
    const keys = pinKeysOf(join(rig.hosts.credentialsFolder, '../bank-core.sqlite'));
    expect(keys.map(({ format }) => format)).toEqual(['iso0', 'sm4']);
    const own = new SecretSearch(walletSecrets({ pinKeys: keys }));
    for (const { pinBlock } of [order, later.order])
      expect(own.searchText(JSON.stringify({ log: pinBlock.block }), 'log')).toMatchObject([
        { kind: 'pinBlock', owner: 'gen2', encoding: 'bytes in decimals' },
      ]);
  } finally {
    await rig.stop();
  }
});

test('each value in each encoding is found where it was planted, and the finding does not tell it', () => {
  const { bytes, values } = plant(secrets);
  writeFileSync(join(folder, 'planted'), bytes);
  const report = search.searchFolder(folder);
  const starts = new Map<string, number[]>();
  for (const { kind, owner, offset } of report.findings)
    starts.set(`${kind} ${owner}`, [...(starts.get(`${kind} ${owner}`) ?? []), offset]);
  const missed = values.filter(
    ({ secret, start, end }) =>
      !(starts.get(`${secret.kind} ${secret.owner}`) ?? []).some((offset) => offset >= start && offset < end),
  );
  expect(missed.map(({ secret, encoding }) => `${secret.kind} of ${secret.owner} as ${encoding}`)).toEqual([]);
  expect(values.length).toBeGreaterThan(10_000);
  const told = JSON.stringify(report.findings);
  for (const secret of secrets) if ('text' in secret) expect(told).not.toContain(secret.text);
});

test('nothing is found where nothing is: noise, digits, letters, and values with one character changed', () => {
  let state = 7;
  const noise = Buffer.alloc(8 * 1024 * 1024, 0);
  for (let index = 0; index < noise.length; index += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    noise.writeUInt32LE((state ^ (state >>> 15)) >>> 0, index);
  }
  const changed = secrets.flatMap((secret) => {
    if (!('text' in secret) || secret.kind === 'name' || isShort(secret.kind)) return [];
    const at = Math.min(8, secret.text.length - 1);
    return [`${secret.text.slice(0, at)}${secret.text.charAt(at) === '7' ? '8' : '7'}${secret.text.slice(at + 1)}`];
  });
  expect(search.searchBuffer(noise, 'noise')).toEqual([]);
  expect(search.searchText(noise.toString('base64'), 'letters')).toEqual([]);
  expect(search.searchText(noise.subarray(0, 2e6).toString('hex'), 'digits')).toEqual([]);
  expect(changed.length).toBeGreaterThan(70);
  expect(describeFindings(search.searchText(changed.join('\n'), 'changed'))).toEqual([]);
});

describe('a PIN', () => {
  const found = (text: string): readonly Finding[] =>
    search.searchText(text, 'text').filter(({ kind }) => kind === 'pin');

  test.each([`${benchPin}`, `pin=${benchPin};`, `{"pin":"${benchPin}"}`, `[${benchPin}]`, `号码${benchPin}`])(
    'is a word of its own: %s',
    (text) => {
      expect(found(text)).toHaveLength(1);
    },
  );

  test.each([`1${benchPin}`, `${benchPin}0`, `a${benchPin}`, `2026-11-24T08:00:00.${benchPin}Z`, `x${benchPin}y`])(
    'is nothing inside another: %s',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  test('in 16-bit text alike', () => {
    const encodings = (text: string): readonly string[] =>
      search.searchBuffer(Buffer.from(text, 'utf16le'), 'text').map(({ encoding }) => encoding);
    expect(encodings(`:${benchPin}.`)).toContain('utf16le');
    expect(encodings(`号${benchPin}码`)).toContain('utf16le');
    expect(encodings(`1${benchPin}`)).toEqual([]);
    expect(encodings(`${benchPin}a`)).toEqual([]);
  });

  test('among the numbers of a heap snapshot is chance, among its strings it is not', () => {
    const snapshot = (strings: readonly string[]): Buffer =>
      Buffer.from(`{"nodes":[1,${benchPin},3],"edges":[${benchPin}],"strings":${JSON.stringify(strings)}}`);
    expect(search.searchHeapSnapshot(snapshot(['a']), 'heap')).toEqual([]);
    expect(search.searchHeapSnapshot(snapshot([benchPin]), 'heap')).toMatchObject([{ kind: 'pin', encoding: 'utf8' }]);
    expect(() => search.searchHeapSnapshot(Buffer.from('{}'), 'heap')).toThrow('no heap snapshot');
  });
});

describe('a folder', () => {
  const name = people[0]?.name ?? '';

  test('is searched to its bottom, whatever the files are called, file names and gzip too', () => {
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    writeFileSync(join(folder, 'a/b/.hidden'), `x${name}`);
    writeFileSync(join(folder, 'a/page.gz'), gzipSync(Buffer.from(name)));
    writeFileSync(join(folder, 'a/broken.gz'), Buffer.from([0x1f, 0x8b, 0x00]));
    writeFileSync(join(folder, `a/${name}.txt`), 'nothing');
    writeFileSync(join(folder, 'a/1.heapsnapshot'), '{"nodes":[],"strings":["\\u6D4B\\u8BD5\\u7532"]}');
    const { findings, files, bytes } = search.searchFolder(folder);
    expect(files).toBe(5);
    expect(bytes).toBeGreaterThan(50);
    expect([...describeFindings(findings)].sort()).toEqual([
      'name of jia as json escapes in a/1.heapsnapshot',
      'name of jia as utf8 in a/b/.hidden',
      'name of jia as utf8 in a/page.gz unpacked',
      `name of jia as utf8 in name of a/${name}.txt`,
    ]);
  });

  test('that is not there holds nothing', () => {
    expect(search.searchFolder(join(folder, 'gone'))).toEqual({ findings: [], files: 0, bytes: 0 });
  });
});
