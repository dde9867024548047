import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Page } from '#test/node-kiosk/page.ts';
import { parseConfig } from '../config/index.ts';
import { startDaemon } from '../daemon.ts';
import { JournalReader, MachineKeys } from './index.ts';

test('a journal that cannot be written: the daemon lives and serves its page, no visit begins; with room again one does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'unwritable-'));
  const [dataFolder, keyFolder, uiFolder] = ['data', 'keys', 'ui'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  for (const path of [dataFolder, uiFolder]) mkdirSync(path);
  writeFileSync(join(uiFolder, 'index.html'), '<!doctype html>');
  // Whatever keeps SQLite from its file: here a folder has its name.
  const obstacle = join(dataFolder, 'journal.db');
  mkdirSync(obstacle);
  const parsed = parseConfig({
    server: { port: 0, uiFolder },
    storage: { dataFolder, keyFolder },
    devices: { cardReader: { driver: 'none' }, pinPad: { driver: 'none' } },
  });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  const started = await startDaemon({ ...parsed.value, version: 'test' });
  if (!started.ok) throw new Error(started.error.lines.join('\n'));
  const daemon = started.value;
  try {
    expect((await fetch(`${daemon.url}healthz`)).status).toBe(200);
    const page = await Page.load(daemon.url);
    expect(await page.call('Visit.Begin', { language: 'en' })).toEqual({ errorCode: 'outOfService' });
    expect((await page.refresh()).visit).toBeUndefined();
    expect((await fetch(`${daemon.url}healthz`)).status).toBe(200);

    rmSync(obstacle, { recursive: true });
    const begun = await vi.waitUntil(
      async () => {
        const answer = await page.call('Visit.Begin', { language: 'en' });
        return 'errorCode' in answer && answer.errorCode !== undefined ? undefined : answer;
      },
      { timeout: 20_000, interval: 50 },
    );
    expect(begun).toMatchObject({ visitId: expect.any(String) });
    page.close();
  } finally {
    await daemon.stop('test');
  }
  const reader = JournalReader.openReadOnly({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder) });
  const events = reader?.entries({}).map((entry) => entry.event) ?? [];
  expect(events[0]).toBe('journal.gap');
  expect(events).toContain('visit.began');
  expect(events).toContain('visit.ended');
  expect(events.at(-1)).toBe('daemon.stopped');
  expect(reader?.verify().damage).toBeUndefined();
  reader?.close();
  rmSync(folder, { recursive: true });
});
