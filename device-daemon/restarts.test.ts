import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { parseConfig } from './config/index.ts';
import { restartsOf } from './restarts.ts';

function config(maintenance: object) {
  const parsed = parseConfig({ maintenance });
  if (!parsed.ok) throw new Error(parsed.error.join());
  return parsed.value.config;
}

test('only what is configured can be started again; by no shell', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'restart-'));
  try {
    const file = join(folder, 'it ran; $(touch no)');
    const restarts = restartsOf(config({ restartBrowser: ['touch', file] }), {});
    expect(Object.keys(restarts)).toEqual(['browser']);
    restarts.browser?.();
    await vi.waitUntil(() => existsSync(file), { timeout: 20_000 });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a program that is not there is said, and nothing falls over', async () => {
  const said: string[] = [];
  restartsOf(config({ restartMachine: ['/nowhere/reboot'] }), { log: (line) => said.push(line) }).machine?.();
  await vi.waitUntil(() => said.length > 0, { timeout: 20_000 });
  expect(said[0]).toContain('/nowhere/reboot');
});
