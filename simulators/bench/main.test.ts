import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('whoever started the bench goes while it starts: it stops, and leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kiosk-bench-main-'));
  const args = ['--folder', folder, '--port', '0', '--kiosk-port', '0'];
  const child = fork(join(root, 'dist/bench/bench.js'), args, { cwd: root, execArgv: [] });
  const gone = once(child, 'exit');
  child.disconnect();
  expect(await gone).toEqual([0, null]);
  rmSync(folder, { recursive: true, force: true });
});
