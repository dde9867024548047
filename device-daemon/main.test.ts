import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';

// The daemon as a process, started by another one that goes away.

const root = join(import.meta.dirname, '..');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kiosk-main-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start() {
  const none = { driver: 'none' };
  const configuration = {
    server: { port: 0 },
    storage: { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') },
    devices: { cardReader: none, pinPad: none, printer: none, identityReader: none, passportReader: none },
  };
  const config = join(folder, 'kiosk.json');
  writeFileSync(config, JSON.stringify(configuration));
  const stdio: ['ignore', 'ignore', 'pipe', 'ipc'] = ['ignore', 'ignore', 'pipe', 'ipc'];
  const child = fork(join(root, 'dist/daemon/daemon.js'), ['--config', config], { cwd: root, execArgv: [], stdio });
  return { child, gone: once(child, 'exit'), said: child.stderr === null ? '' : text(child.stderr) };
}

test('whoever started it goes: it stops in order', async () => {
  const { child, gone } = start();
  expect(await once(child, 'message')).toMatchObject([{ type: 'ready' }, undefined]);
  child.disconnect();
  expect(await gone).toEqual([0, null]);
});

test('whoever started it goes while it starts: it stops in order, too', async () => {
  const { child, gone, said } = start();
  child.disconnect();
  expect(await gone).toEqual([0, null]);
  expect(await said).not.toContain('ERR_IPC_CHANNEL_CLOSED');
});
