import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Readiness } from '#protocol/generated/kiosk.ts';
import { runCli } from './index.ts';

const readiness: Readiness = {
  kiosk: {
    terminalId: 'KIOSK001',
    bankName: '示范银行',
    branchName: '示范支行 <营业厅>',
    hotline: '12333',
    cardReaderType: 'dip',
    profile: 'bench',
  },
  versions: [{ what: 'software', version: '0.1.0', hash: '0123456789ab' }],
  selfTest: {
    at: '2026-11-27T08:00:00.000Z',
    by: 'console',
    items: [
      { subject: 'keys', verdict: 'well', code: 'loaded' },
      { subject: 'disk', verdict: 'bad', code: 'full', values: { megabytes: '12' } },
    ],
  },
};

let folder: string;
let server: Server;
let answer: Readiness;
let said: string[];

beforeEach(async () => {
  answer = readiness;
  folder = mkdtempSync(join(tmpdir(), 'kiosk-'));
  server = createServer((request, response) => {
    response.writeHead(request.url === '/selftest' ? 200 : 404).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  said = [];
  for (const way of ['log', 'error'] as const)
    vi.spyOn(console, way).mockImplementation((...line: unknown[]) => void said.push(line.join(' ')));
  vi.stubEnv('LC_ALL', 'C');
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

let port: number;
function run(...args: string[]): Promise<number> {
  const file = join(folder, 'kiosk.json');
  writeFileSync(file, JSON.stringify({ server: { port } }));
  return runCli([...args, '--config', file]);
}

test('selftest tells what is not well and what to do, and ends with 1', async () => {
  expect(await run('selftest')).toBe(1);
  expect(said).toEqual(['✗ Disk: has only 12 MB free', '    → make room', '1 in the way, 0 to look at, 1 well']);
});

test('in Chinese where the shell is', async () => {
  vi.stubEnv('LC_ALL', 'zh_CN.UTF-8');
  await run('selftest');
  expect(said[0]).toBe('✗ 磁盘: 只剩 12 MB');
});

test('readiness tells who and what runs, and all that was found; 0 when nothing is in the way', async () => {
  answer = { ...readiness, selfTest: { ...readiness.selfTest, items: readiness.selfTest.items.slice(0, 1) } };
  expect(await run('readiness')).toBe(0);
  expect(said.join('\n')).toContain('KIOSK001');
  expect(said.join('\n')).toContain('Software 0.1.0 0123456789ab');
  expect(said).toContain('✓ Keys of the PIN pad: are loaded');
});

test.skipIf(!existsSync('/usr/bin/chromium'))('readiness --pdf: a page to sign', async () => {
  const file = join(folder, 'readiness.pdf');
  expect(await run('readiness', '--pdf', file)).toBe(1);
  const pdf = readFileSync(file);
  expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pdf.length).toBeGreaterThan(5_000);
});

test('no daemon: one line that says what to do', async () => {
  await new Promise((resolve) => server.close(resolve));
  for (const command of ['status', 'selftest', 'readiness']) {
    said = [];
    expect(await run(command)).toBe(1);
    expect(said.join()).toContain(`no daemon answers at port ${port}`);
  }
});
