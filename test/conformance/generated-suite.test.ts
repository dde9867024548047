import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocketServer } from 'ws';
import { loadConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { type Bench, startBench } from '#simulators/bench/index.ts';
import { runGeneratedSuite, type SuiteReport } from './generated-suite.ts';
import { recordSent } from './recorder.ts';
import { standard } from './schemas.ts';

// Every command of every service, right and wrong, on the whole daemon with devices that are well.

/** A person is never fast enough here, and a receipt printer seldom. */
const timeoutMs = 100;

describe('the daemon', () => {
  let folder: string;
  let bench: Bench;
  let daemon: Daemon;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kiosk-generated-'));
    bench = await startBench({
      folder,
      delayScale: 0,
      cardReader: 'vpcd',
      hosts: false,
      settings: { server: { unsolicitedAsEvent: true } },
    });
    const loaded = loadConfig(bench.configFile);
    if (!loaded.ok) throw new Error(loaded.error.join('\n'));
    const started = await startDaemon({ ...loaded.value, version: '0.0.0', onSent: recordSent });
    if (!started.ok) throw new Error(started.error.lines.join('\n'));
    daemon = started.value;
  });
  afterAll(async () => {
    await daemon?.stop('test');
    await bench?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(['CardReader', 'PinPad', 'Printer', 'BarcodeReader', 'IDScanner'])('%s', async (service) => {
    const report = await runGeneratedSuite(`${daemon.publisher}/${service}`, { timeoutMs });
    expect(report.faults).toEqual([]);
    expect(report.commands).toBeGreaterThan(4);
    expect(report.waited).toBeGreaterThan(0);
  });

  test.each(['Auxiliaries', 'VendorMode', 'VendorApplication'])('%s, where nobody is waited for', async (service) => {
    const report = await runGeneratedSuite(`${daemon.publisher}/${service}`, { timeoutMs });
    expect(report.faults).toEqual([]);
    expect(report.commands).toBeGreaterThan(4);
  });

  test('ServicePublisher', async () => {
    const report = await runGeneratedSuite(daemon.publisher, { offered: ['ServicePublisher.GetServices'] });
    expect(report).toMatchObject({ commands: 1, right: 2, waited: 0, faults: [] });
  });
});

describe('a service that gets one thing wrong is found', () => {
  type Message = Record<string, unknown> & { header: Record<string, unknown> };
  type Mutation = (messages: readonly Message[], command: Message) => readonly Message[];

  const offered = ['Common.Capabilities', 'Common.Status', 'CardReader.ChipPower', 'CardReader.QueryIFMIdentifier'];
  const answers: Readonly<Record<string, object>> = {
    'Common.Capabilities': {
      interfaces: [
        { name: 'Common', commands: Object.fromEntries(offered.map((name) => [name, { versions: ['2.0'] }])) },
      ],
      common: { serviceVersion: '2.0' },
    },
    'Common.Status': { common: { device: 'online' }, cardReader: { media: 'notPresent' } },
  };

  /** Acknowledge and completion, as they should be. */
  function right({ header: { name: raw, type, requestId, version, timeout }, payload }: Message): readonly Message[] {
    const name = String(raw);
    const status = Number.isInteger(requestId) && requestId !== 0 ? 'invalidMessage' : 'invalidRequestID';
    const isCommand = type === 'command' && typeof version === 'string' && name.includes('.') && timeout !== -1;
    if (status === 'invalidRequestID') return [{ header: { type: 'acknowledge', status } }];
    if (!isCommand) return [{ header: { type: 'acknowledge', requestId, status } }];
    const row = standard.find('command', name);
    const known = offered.includes(name) && version !== '9.0' && row !== undefined;
    const pointer = row?.payload ?? undefined;
    const given = Object.fromEntries(Object.entries(payload ?? {}).filter(([, value]) => value !== null));
    const isObject = payload === undefined || (typeof payload === 'object' && !Array.isArray(payload));
    const fault = pointer === undefined ? undefined : standard.fault(pointer, given);
    const wrong = !isObject ? '/payload' : fault?.includes('noSuchMember') ? undefined : fault;
    const completion = known ? standard.find('completion', name)?.version : version;
    const ended = (completionCode: string, more: object = {}): Message => ({
      header: { name, type: 'completion', requestId, version: completion, completionCode, ...more },
    });
    const last = !known
      ? ended('unsupportedCommand')
      : wrong !== undefined
        ? ended('invalidData', { errorDescription: wrong })
        : { ...ended('success'), ...(answers[name] && { payload: answers[name] }) };
    return [{ header: { name, type: 'acknowledge', requestId, version } }, last];
  }

  async function suiteOn(mutation: Mutation): Promise<SuiteReport> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    server.on('connection', (socket) => {
      socket.on('message', (text) => {
        const command = JSON.parse(String(text)) as Message;
        for (const message of mutation(right(command), command)) socket.send(JSON.stringify(message));
      });
    });
    try {
      const { port } = server.address() as AddressInfo;
      return await runGeneratedSuite(`ws://127.0.0.1:${port}/xfs4iot/v1.0/CardReader`);
    } finally {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  }

  const changed =
    (wanted: RegExp, change: (message: Message) => Message | readonly Message[]): Mutation =>
    (messages) =>
      messages.flatMap((message) => {
        const { type, name, completionCode } = message.header;
        return wanted.test(`${type} ${name} ${completionCode}`) ? change(message) : message;
      });
  const withHeader =
    (more: object) =>
    (message: Message): Message => ({ ...message, header: { ...message.header, ...more } });

  test('nothing wrong, nothing found', async () => {
    const report = await suiteOn((messages) => messages);
    expect(report.faults).toEqual([]);
    expect(report).toMatchObject({ commands: 4, right: 11, waited: 0 });
  });

  const succeeds = /^completion CardReader\.QueryIFMIdentifier success/;
  test.each<[string, Mutation, string]>([
    [
      'an enum value that does not exist',
      changed(/^completion Common\.Status success/, (message) => ({
        ...message,
        payload: { common: { device: 'online' }, cardReader: { media: 'lost' } },
      })),
      '/payload/cardReader/media must be equal',
    ],
    [
      '21 KiB in one message',
      changed(succeeds, (message) => ({ ...message, payload: { ifmIdentifiers: { emv: 'x'.repeat(21 * 1024) } } })),
      'a message of 21',
    ],
    [
      'an answer of type unsolicited',
      changed(succeeds, (message) => [
        { header: { name: 'CardReader.MediaRemovedEvent', type: 'unsolicited', version: '2.0' } },
        message,
      ]),
      'of type unsolicited',
    ],
    ['two completions', changed(succeeds, (message) => [message, message]), 'completion before its completion'],
    ['two acknowledges', changed(/^acknowledge CardReader/, (message) => [message, message]), 'acknowledge before'],
    ['no acknowledge', changed(/^acknowledge CardReader/, () => []), 'begins with completion'],
    [
      'a wrong payload taken',
      changed(/^completion CardReader\.ChipPower invalidData/, ({ header: { errorDescription: _, ...header } }) => ({
        header: { ...header, completionCode: 'success' },
      })),
      'CardReader.ChipPower wrong type of /chipPower: success',
    ],
    [
      'the fault told elsewhere',
      changed(/^completion CardReader\.ChipPower invalidData/, withHeader({ errorDescription: '/payload/x' })),
      'CardReader.ChipPower unknown value of /chipPower: invalidData, /payload/x',
    ],
    [
      'an unknown member refused',
      (messages, { payload }) =>
        JSON.stringify(payload)?.includes('noSuchMember')
          ? messages.map((message) =>
              message.header['type'] === 'completion'
                ? {
                    header: {
                      ...message.header,
                      completionCode: 'invalidData',
                      errorDescription: '/payload/noSuchMember',
                    },
                  }
                : message,
            )
          : messages,
      'with an unknown member: invalidData',
    ],
    [
      'a bug told',
      changed(succeeds, withHeader({ completionCode: 'internalError' })),
      'QueryIFMIdentifier without payload: internalError',
    ],
    [
      'a command that is not offered, invalid',
      changed(/^completion BarcodeReader\.Reset unsupportedCommand/, withHeader({ completionCode: 'invalidCommand' })),
      'BarcodeReader.Reset version 2.0, not offered: invalidCommand',
    ],
    [
      'an id of 0 taken for a wrong message',
      changed(/^acknowledge/, (message) =>
        message.header['status'] === undefined ? message : withHeader({ status: 'invalidMessage' })(message),
      ),
      '"requestId":0}: invalidMessage',
    ],
    [
      'a refusal that goes on',
      (messages, { header }) =>
        header['type'] === 'event'
          ? [...messages, ...right({ header: { ...header, type: 'command' } }).slice(1)]
          : messages,
      'refused, then completion',
    ],
  ])('%s', async (_what, mutation, fault) => {
    expect((await suiteOn(mutation)).faults.join('\n')).toContain(fault);
  });
});
