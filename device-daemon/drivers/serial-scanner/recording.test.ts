import { expect, test, vi } from 'vitest';
import { replay } from '../../transports/recording/replay.fixture.ts';
import { closing } from '../common/closing.fixture.ts';
import { recorded, recordingOf } from '../common/recorded.fixture.ts';
import { createSerialScanner } from './index.ts';
import { rig, testDelays, told } from './rig.fixture.ts';

// What was recorded at a scanner is scanned again without it.

const scanner = closing(rig);

test.each([
  ['cr', 'utf8', 'APPT:20270101A'],
  ['crlf', 'gb18030', '社保卡预约'],
  ['none', 'utf8', '社保卡预约'],
] as const)('suffix %s, %s: %s', async (suffix, encoding, code) => {
  const line = recorded('codeScanner', 'serial-scanner');
  const made = await scanner({ suffix, wrap: line.wrap });
  await made.up();
  expect(await made.scanCode(code, encoding)).toBe(`text ${code}`);
  await made.driver.stop();

  const played = replay(recordingOf(line.file()));
  const driver = createSerialScanner({
    name: 'code-scanner',
    open: played.open,
    settings: { suffix, trigger: 'honeywell' },
    delays: testDelays,
  });
  driver.start();
  try {
    await vi.waitUntil(() => driver.report().state === 'ready', { timeout: 20_000 });
    expect(told(await driver.scan({ timeoutMs: 20_000 }))).toBe(`text ${code}`);
    await driver.stop();
    expect(played.problem()).toBeUndefined();
  } finally {
    await driver.stop();
  }
});
