/** `npx kiosk record NAME FILE`: a session on a line, written down. */

import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { openLine } from '#simulators/emulators/line/index.ts';
import { createSamEmulator } from '#simulators/emulators/sam-v/index.ts';
import { documentOf } from '#simulators/wallet/documents.ts';
import { parseConfig } from '../config/index.ts';
import { parseRecording, personalDataWarning } from '../transports/recording/index.ts';
import { Hearing } from './hearing.fixture.ts';
import { runCli } from './index.ts';
import { record } from './record.ts';

const desk = new Hearing();
const file = () => join(desk.folder, 'session.jsonl');

/** Nobody listens on port 1: no daemon runs. */
const configFile = (settings: object): string => desk.configFile({ server: { port: 1 }, ...settings });
const printer = { devices: { printer: { port: 'tcp://127.0.0.1:1' } } };

test('a document is read; every byte of it stands in the file, which is nobody else’s', async () => {
  const line = await openLine({ kind: 'pty', query: 'baudRate=115200' });
  const emulator = createSamEmulator({ line, timeScale: 0 });
  desk.cleanUps.push(() => emulator.close());
  const { content } = documentOf('resident');
  if (content.place !== 'identityReader') throw new Error('no chip');
  const parsed = parseConfig({ devices: { identityReader: { port: line.address } } });
  if (!parsed.ok) throw new Error(parsed.error.join('\n'));
  emulator.place(content);

  const interrupt = new AbortController();
  const recording = record(parsed.value.config, 'identityReader', file(), interrupt.signal);
  await vi.waitUntil(() => desk.spoken.includes('-- a document was read: residentId'), { timeout: 40_000 });
  interrupt.abort();
  expect(await recording).toBe(0);

  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(desk.said[0]).toContain(personalDataWarning);
  const text = readFileSync(file(), 'utf8');
  expect(text.split('\n')[0]).toContain(personalDataWarning);
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const read = parseRecording(text);
  if (!read.ok) throw new Error(read.error);
  const { head, steps } = read.value;
  expect(head).toMatchObject({ device: 'identityReader', driver: 'sam-v', version });
  expect(head.port).toMatchObject({ kind: 'serial', baudRate: 115200, parity: 'none' });
  expect(steps[0]).toMatchObject({ opened: true });
  expect(steps.at(-1)).toMatchObject({ closed: { code: 'closed' } });
  const received = Buffer.concat(steps.flatMap((step) => ('received' in step ? [step.received] : [])));
  expect(received.includes(Buffer.from(content.text))).toBe(true);
  expect(received.includes(Buffer.from(content.photo))).toBe(true);
  expect(steps.some((step) => 'sent' in step && step.sent.includes(Buffer.from([0x30, 0x01])))).toBe(true);
});

describe('refused, and no file is made', () => {
  test.each([
    [
      'in production',
      ['printer'],
      { profile: 'production', ...printer },
      1,
      /^profile: got production, which records no /,
    ],
    ['a device that is not there', ['pinPad'], {}, 2, /^no device pinPad is configured; there are: cardReader$/],
    ['a device without a port', ['cardReader'], {}, 2, /^cardReader: has no port whose bytes could be recorded$/],
    ['without a device', [], {}, 2, /^Usage: npx kiosk record NAME FILE/],
  ])('%s', async (_what, names, settings, exit, words) => {
    expect(await runCli(['record', ...names, file(), '--config', configFile(settings)])).toBe(exit);
    expect(desk.said).toHaveLength(1);
    expect(desk.spoken).toMatch(words);
    expect(existsSync(file())).toBe(false);
  });

  test.each([
    ['record', 'printer'],
    ['device', 'printer', 'identify'],
    ['device', 'printer', 'trace'],
  ])('%s %s %s while a daemon runs', async (...args) => {
    const daemon = createServer((_request, response) => response.end(JSON.stringify({ devices: [], hosts: [] })));
    daemon.listen(0, '127.0.0.1');
    await once(daemon, 'listening');
    desk.cleanUps.push(() => daemon.close());
    const { port } = daemon.address() as AddressInfo;
    const target = args[0] === 'record' ? [file()] : [];
    const config = configFile({ server: { port }, ...printer });
    expect(await runCli([...args.filter((arg) => arg !== undefined), ...target, '--config', config])).toBe(1);
    expect(desk.said).toEqual(['a daemon is running and has the devices: stop it first']);
    expect(existsSync(file())).toBe(false);
  });

  test.each([
    [
      'a file that exists',
      () => writeFileSync(file(), 'mine'),
      /session\.jsonl: exists; a recording overwrites nothing$/,
    ],
    [
      'a folder that does not',
      () => rmSync(desk.folder, { recursive: true }),
      /session\.jsonl: cannot be made \(ENOENT\)$/,
    ],
  ])('%s', async (_what, prepare, words) => {
    const parsed = parseConfig(printer);
    if (!parsed.ok) throw new Error(parsed.error.join('\n'));
    prepare();
    expect(await record(parsed.value.config, 'printer', file())).toBe(1);
    expect(desk.said).toHaveLength(1);
    expect(desk.spoken).toMatch(words);
    if (existsSync(file())) expect(readFileSync(file(), 'utf8')).toBe('mine');
  });
});

test('the help says whose data it holds', async () => {
  expect(await runCli(['record', '--help'])).toBe(0);
  expect(desk.spoken).toContain(personalDataWarning);
  expect(desk.spoken).toContain('The production profile refuses it.');
});
