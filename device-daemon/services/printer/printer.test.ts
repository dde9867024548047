import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { validators } from '#protocol/generated/validators-xfs4iot.js';
import { EscposEmulator } from '#simulators/emulators/escpos/index.ts';
import { type Line, openLine } from '#simulators/emulators/line/index.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import type { Message, RawClient } from '#test/wire/raw-client.ts';
import { EscposPrinter } from '../../drivers/escpos/index.ts';
import { XfsReceiptPrinter } from '../../drivers/xfs4iot/index.ts';
import { openChannel } from '../../transports/index.ts';
import { balanceFields } from '../receipts/index.ts';
import { printerService } from './index.ts';

// A standard client on a WebSocket, the service, the driver, a pseudo-terminal and a printer made of bytes.
let line: Line;
let emulator: EscposEmulator;
let printer: EscposPrinter;
let wire: RunningWire;
let client: RawClient;
let visit = false;
let nextId = 1;

beforeAll(async () => {
  line = await openLine({ kind: 'pty' });
  emulator = new EscposEmulator({ line, timeScale: 0 });
  printer = new EscposPrinter({
    name: 'receipt',
    open: openChannel(line.address),
    settings: { model: 'TEST-80' },
    delays: { jobPollMs: 50, blockedMs: 100, settleMs: 50, reopenMs: 20, realTimeMs: 1_000 },
  });
  printer.start();
  wire = await startWire({ services: [printerService(printer, { busy: () => visit })] });
  await vi.waitFor(() => expect(printer.report().state).toBe('ready'));
  client = await wire.connect('/Printer');
});
afterAll(async () => {
  await wire.stop();
  await printer.stop();
  emulator.stop();
  await line.close();
});
beforeEach(async () => {
  visit = false;
  for (const { name, value, kind } of emulator.faults()) {
    if (kind === 'switch' && value === true) emulator.setFault(name, false);
  }
  await vi.waitFor(() => expect(printer.report().state).toBe('ready'));
  emulator.tear();
  client.messages.length = 0;
});

/** The command's completion, checked against the standard's schema as everything else that came. */
async function ask(name: string, payload?: object): Promise<Message> {
  const id = nextId++;
  const version = /Get|Common|Retract/.test(name) ? '2.0' : '3.0';
  client.command(name, id, payload === undefined ? { version } : { version, payload });
  const completion = await client.completion(id);
  for (const message of client.messages) {
    const validate = validators[`${message.header.name}.${message.header.type}`];
    if (validate !== undefined && message.payload !== undefined) {
      expect(validate(message.payload) ? null : validate.errors).toBeNull();
    }
  }
  return completion;
}

const code = ({ header, payload }: Message) =>
  [header.completionCode, payload?.['errorCode']].filter(Boolean).join(' ');
const lines = () => emulator.receipts().map((receipt) => receipt.lines.filter(Boolean));
const raw = (text: string) => ({ inputData: 'no', data: Buffer.from(text, 'latin1').toString('base64') });

const fields = balanceFields(
  {
    bankName: '示范银行',
    terminalId: 'KIOSK001',
    hotline: '12333',
    time: '2026-11-23T06:32:05.000Z',
    caseCode: 'A7K2-9QXM',
    holderNameMasked: '*镕',
  },
  {
    social: { state: 'done', status: 'normal', outOfArea: true },
    financial: { state: 'notConfirmed', reason: 'noAnswer' },
    medical: { state: 'done', balance: '300.00', outOfArea: true },
  },
);

describe('what the printer is', () => {
  test('its interfaces and commands, and no more', async () => {
    const { payload } = await ask('Common.Capabilities');
    expect(payload).toMatchObject({
      printer: {
        type: { receipt: true },
        control: { eject: true, cut: true },
        mediaTaken: false,
        mediaPresented: false,
      },
    });
    const interfaces = payload?.['interfaces'] as { name: string; commands: object }[];
    const commands = interfaces.find(({ name }) => name === 'Printer')?.commands ?? {};
    expect(Object.keys(commands).sort()).toEqual([
      'Printer.ControlMedia',
      'Printer.GetFormList',
      'Printer.GetMediaList',
      'Printer.PrintForm',
      'Printer.PrintRaw',
      'Printer.Reset',
    ]);
    expect(code(await ask('Printer.RetractMedia', { mediaControl: 'transport' }))).toBe('unsupportedCommand');
  });

  test('its state', async () => {
    const { payload } = await ask('Common.Status');
    expect(payload).toMatchObject({ common: { device: 'online' }, printer: { paper: { upper: 'full' } } });
  });

  test('its forms, each in three languages', async () => {
    const { payload } = await ask('Printer.GetFormList');
    expect(payload).toEqual({
      formList: ['balance', 'act', 'claim', 'test', 'readiness', 'day'].flatMap((form) => [
        `${form}.zh-Hans`,
        `${form}.zh-Hant`,
        `${form}.en`,
      ]),
    });
    expect((await ask('Printer.GetMediaList')).payload).toEqual({ mediaList: ['receipt'] });
  });
});

describe('a form', () => {
  test('is printed and cut', async () => {
    const completion = await ask('Printer.PrintForm', {
      formName: 'balance.zh-Hans',
      mediaName: 'receipt',
      fields,
      mediaControl: { move: 'eject', cut: true },
    });
    expect(code(completion)).toBe('success');
    const [receipt] = emulator.receipts();
    expect(receipt?.cut).toBe('partial');
    expect(receipt?.lines.join('\n')).toContain('*镕');
  });

  test('without media control stays in the printer until it is cut', async () => {
    expect(code(await ask('Printer.PrintForm', { formName: 'balance.en', mediaName: 'receipt', fields }))).toBe(
      'success',
    );
    expect(emulator.receipts()[0]?.cut).toBe('none');
    expect((await ask('Common.Status')).payload).toMatchObject({ printer: { media: 'present' } });
    expect(code(await ask('Printer.ControlMedia', { mediaControl: { cut: true } }))).toBe('success');
    expect(emulator.receipts()[0]?.cut).toBe('partial');
    expect((await ask('Common.Status')).payload).toMatchObject({ printer: { media: 'notPresent' } });
  });

  const { caseCode: _, ...incomplete } = fields;
  test.each<[string, object, string, object | undefined]>([
    ['unknown', { formName: 'nothing.en' }, 'commandErrorCode formNotFound', undefined],
    ['without a language', { formName: 'balance' }, 'commandErrorCode formNotFound', undefined],
    ['on other paper', { formName: 'balance.en', mediaName: 'A4' }, 'commandErrorCode mediaNotFound', undefined],
    [
      'from another source',
      { formName: 'balance.en', paperSource: 'lower' },
      'commandErrorCode sourceInvalid',
      undefined,
    ],
    ['to be stapled', { formName: 'balance.en', fields, mediaControl: { stamp: true } }, 'invalidData', undefined],
    [
      'with a field missing',
      { formName: 'balance.en', fields: incomplete },
      'commandErrorCode fieldError',
      { formName: 'balance.en', fieldName: 'caseCode', failure: 'required' },
    ],
    [
      'with a name unmasked',
      { formName: 'balance.en', fields: { ...fields, holderName: '张三' } },
      'commandErrorCode fieldError',
      { formName: 'balance.en', fieldName: 'holderName', failure: 'notWrite' },
    ],
  ])('%s is refused and prints nothing', async (_name, payload, wanted, event) => {
    const completion = await ask('Printer.PrintForm', { mediaName: 'receipt', ...payload });
    expect(code(completion)).toBe(wanted);
    expect(emulator.receipts()).toEqual([]);
    const events = client.messages.filter(({ header }) => header.name === 'Printer.FieldErrorEvent');
    expect(events.map((message) => message.payload)).toEqual(event === undefined ? [] : [event]);
    expect(JSON.stringify(client.messages)).not.toContain('张三');
  });
});

describe('raw bytes and the cutter', () => {
  test('raw bytes are printed as they are', async () => {
    expect(code(await ask('Printer.PrintRaw', raw('hello\n')))).toBe('success');
    expect(lines()).toEqual([['hello']]);
  });

  test.each([
    ['Printer.PrintRaw', { inputData: 'yes', data: 'QQ==' }, 'unsupportedData'],
    ['Printer.ControlMedia', { mediaControl: {} }, 'invalidData'],
    ['Printer.ControlMedia', { mediaControl: { move: 'retract' } }, 'invalidData'],
    ['Printer.Reset', { mediaControl: 'expel' }, 'unsupportedData'],
  ])('%s %j is %s', async (name, payload, wanted) => {
    expect(code(await ask(name, payload))).toBe(wanted);
  });

  test('reset ejects what is printed', async () => {
    await ask('Printer.PrintRaw', raw('half\n'));
    expect(code(await ask('Printer.Reset', { mediaControl: 'eject' }))).toBe('success');
    expect(emulator.receipts()[0]?.cut).toBe('partial');
  });
});

describe('in a visit', () => {
  test.each([
    ['Printer.PrintForm', { formName: 'balance.en', mediaName: 'receipt', fields }],
    ['Printer.PrintRaw', raw('x')],
    ['Printer.ControlMedia', { mediaControl: { cut: true } }],
    ['Printer.Reset', {}],
  ])('%s of anybody else waits its turn', async (name, payload) => {
    visit = true;
    expect(code(await ask(name, payload))).toBe('sequenceError');
    expect(emulator.receipts()).toEqual([]);
  });

  test('lists and status are still told', async () => {
    visit = true;
    expect(code(await ask('Printer.GetFormList'))).toBe('success');
    expect(code(await ask('Common.Status'))).toBe('success');
  });
});

describe('trouble', () => {
  const unsolicited = (name: string) =>
    client.messages.filter(({ header }) => header.name === name).map(({ payload }) => payload);

  test('the paper runs low, and out: told as it happens', async () => {
    emulator.setFault('paperLow', true);
    await client.find('low', ({ payload }) => payload?.['threshold'] === 'low');
    emulator.setFault('paperOut', true);
    await client.find('out', ({ payload }) => payload?.['threshold'] === 'out');
    expect(unsolicited('Common.StatusChangedEvent')).toEqual([
      { printer: { paper: { upper: 'low' } } },
      { printer: { paper: { upper: 'out' } } },
    ]);
    expect(code(await ask('Printer.PrintRaw', raw('x\n')))).toBe('commandErrorCode paperOut');
    emulator.loadPaper();
    await client.find('full', ({ payload }) => payload?.['threshold'] === 'full');
  });

  test.each([
    ['coverOpen', 'userError', 'userError'],
    ['cutterJam', 'hardwareError', 'hardwareError'],
    ['mechanicalError', 'commandErrorCode paperJammed', 'hardwareError'],
    ['offline', 'deviceNotReady', 'offline'],
  ])('%s is %s', async (fault, wanted, device) => {
    emulator.setFault(fault, true);
    if (fault !== 'cutterJam') await vi.waitFor(() => expect(printer.report().state).toBe('failed'));
    expect(code(await ask('Printer.ControlMedia', { mediaControl: { cut: true } }))).toBe(wanted);
    expect((await ask('Common.Status')).payload).toMatchObject({ common: { device } });
  });

  test('another daemon knows of a slip that was not printed, why, and cuts its beginning off', async () => {
    const settings = {
      url: wire.url('/xfs4iot/v1.0'),
      service: 'Printer',
      dotsPerLine: 576,
      repertoire: 'gbk',
    } as const;
    const other = new XfsReceiptPrinter({ name: 'other', settings });
    other.start();
    try {
      await vi.waitFor(() => expect(other.report().state).toBe('ready'));
      emulator.setFault('paperLeftMm', 20);
      const long = Buffer.from('mine\n'.repeat(40), 'latin1');
      expect(await other.print(long, { timeoutMs: 10_000 })).toEqual({ outcome: 'notDone', reason: 'paperOut' });
      emulator.loadPaper();
      await vi.waitFor(() => expect(other.report().state).toBe('ready'));
      expect(await other.print(Buffer.from('yours\n'), { timeoutMs: 10_000 })).toEqual({ outcome: 'done' });
      expect(lines().at(-1)).toEqual(['yours']);
    } finally {
      await other.stop();
    }
  });

  test('unplugged is no device; a command says so and ends', async () => {
    await line.unplug();
    await client.find('noDevice', ({ payload }) => JSON.stringify(payload).includes('noDevice'));
    expect(code(await ask('Printer.PrintRaw', raw('x')))).toBe('deviceNotReady');
    await line.replug();
    await client.find(
      'online',
      ({ payload }) =>
        JSON.stringify(payload) === '{"common":{"device":"online"},"printer":{"paper":{"upper":"full"}}}',
    );
  });
});
