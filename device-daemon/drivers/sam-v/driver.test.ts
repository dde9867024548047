import { describe, expect, test } from 'vitest';
import { err } from '#protocol/result.ts';
import { decodeTextBlock, encodeAppendedAddress, encodeTextBlock } from '../../documents/index.ts';
import { closing } from '../common/closing.fixture.ts';
import { addressOf, chip, isOf, type Rig, raw, rig, soon, until } from './rig.fixture.ts';

const fresh = closing(rig);
async function reader(...options: Parameters<typeof rig>): Promise<Rig> {
  const made = await fresh(...options);
  await made.up();
  made.emulator.reader.heard.length = 0;
  return made;
}

describe('start', () => {
  test('SAM id, reset, self-test; then it is ready and tells its number', async () => {
    const made = await fresh();
    expect(made.driver.report()).toMatchObject({ state: 'absent', class: 'identityReader', driver: 'sam-v' });
    expect(await made.driver.probe(soon)).toEqual({ ok: false, error: { code: 'notReady', detail: 'absent' } });
    await made.up();
    expect(made.emulator.reader.heard).toEqual(['readSamId', 'reset', 'selfTest']);
    expect(made.driver.capabilities()).toEqual({
      reads: 'chip',
      presence: 'inferred',
      serialNumber: '05.03-20991231-0001234567-0987654321',
    });
    expect(made.driver.report()).toMatchObject({ state: 'ready', restarts: 0 });
    expect(made.rungs).toEqual([]);
  });

  test.each([
    ['05.03-20991231-0001234567-0987654321', 'ready', undefined],
    ['05.03-20991231-0001234567-0987654322', 'failed', 'otherDevice'],
  ])('expected %s: %s', async (expectedSerialNumber, state, reason) => {
    const made = await fresh({ driver: { expectedSerialNumber } });
    made.driver.start();
    await until(() => made.driver.report().state === state);
    expect(made.driver.report().reason).toBe(reason);
    made.emulator.place(chip(1));
    if (reason !== undefined) expect(await made.readOf(chip(1))).toBe('notReady');
  });
});

describe('a document', () => {
  test('that lies there: read at once, text, photo and no address', async () => {
    const made = await reader();
    made.emulator.place(chip(1));
    expect(await made.readOf(chip(1))).toBe('ok');
    expect(made.hints).toEqual(['holdStill']);
    expect(made.emulator.reader.heard).toEqual(['readSamId', 'find', 'select', 'read', 'newestAddress']);
  });

  test('that is put there later, with an address appended', async () => {
    const made = await reader();
    const document = chip(2, { appendedAddress: addressOf(9) });
    const reading = made.readOf(document);
    await until(() => made.hints.includes('present'));
    made.emulator.place(document);
    expect(await reading).toBe('ok');
    expect(made.hints).toEqual(['present', 'holdStill']);
  });

  test('that was read is found again only after it was lifted', async () => {
    const made = await reader();
    made.emulator.place(chip(1));
    expect(await made.readOf(chip(1))).toBe('ok');
    expect(await made.read({ timeoutMs: 200 })).toEqual({ ok: false, error: { code: 'timeOut' } });
    made.emulator.lift();
    made.emulator.place(chip(1));
    expect(await made.readOf(chip(1))).toBe('ok');
  });

  test('the newest address refused: the document is whole without it', async () => {
    const made = await reader();
    made.emulator.setFault('addressFails', 1);
    made.emulator.place(chip(1, { appendedAddress: addressOf(9) }));
    expect(await made.readOf(chip(1))).toBe('ok');
  });

  test('finds are further apart than the section allows', async () => {
    const made = await reader({ driver: { delays: { pollMs: 60 } } });
    const at: number[] = [];
    made.emulator.line.onReceive(() => at.push(performance.now()));
    await made.read({ timeoutMs: 400 });
    await made.driver.probe(soon);
    const finds = at.slice(1).filter((_, index) => made.emulator.reader.heard[index + 1] === 'find');
    expect(finds.length).toBeGreaterThan(3);
    // The command leaves after the pause; what can shrink the distance at the other end is only its own way there.
    for (const [index, time] of finds.slice(1).entries()) expect(time - (finds[index] ?? 0)).toBeGreaterThan(50);
  });
});

test('a chip of a kind that is not parsed', async () => {
  const made = await reader({ driver: { decode: () => err('unknownKind') } });
  made.emulator.place(chip(1));
  expect(await made.readOf(chip(1))).toBe('unknownDocument');
});

describe('the look at the end of a visit', () => {
  test('never claims that nothing is there when a document may hide', async () => {
    const made = await reader();
    // Nobody knows what was read before the daemon started.
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'unknown' });
    made.emulator.place(chip(1));
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'present' });
    made.emulator.lift();
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'notPresent' });
    made.emulator.place(chip(1));
    expect(await made.readOf(chip(1))).toBe('ok');
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'unknown' });
    made.emulator.lift();
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'unknown' });
    made.emulator.place(chip(2));
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'present' });
    made.emulator.lift();
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'notPresent' });
  });

  test('is one find, never a read', async () => {
    const made = await reader();
    made.emulator.place(chip(1));
    await made.driver.probe(soon);
    expect(made.emulator.reader.heard).toEqual(['readSamId', 'find']);
  });

  test('knows nothing after a read that failed', async () => {
    const made = await reader();
    made.emulator.place(chip(1, { genuine: false }));
    expect(await made.readOf(chip(1))).toBe('notGenuine');
    expect(await made.driver.probe(soon)).toEqual({ ok: true, value: 'unknown' });
  });
});

describe('cancel', () => {
  test.each(['readSamId', 'find', 'select', 'read', 'newestAddress'] as const)(
    'while %s is answered: the next visitor gets their own document',
    async (name) => {
      const decoded: Buffer[] = [];
      const made = await reader({
        driver: {
          decode: (text, photo, address) => {
            decoded.push(Buffer.from(text));
            return raw(text, photo, address);
          },
        },
      });
      made.emulator.place(chip(1, { appendedAddress: addressOf(1) }));
      const abort = new AbortController();
      const stop = made.onCommand(name, () => {
        // Answered after the cancel, in the middle of what comes next.
        made.emulator.setFault('late', 1);
        abort.abort();
      });
      expect(await made.read({ signal: abort.signal })).toEqual({ ok: false, error: { code: 'cancelled' } });
      stop();
      expect(decoded).toEqual([]);
      made.emulator.place(chip(2, { appendedAddress: addressOf(2) }));
      expect(await made.readOf(chip(2, { appendedAddress: addressOf(2) }))).toBe('ok');
      expect(decoded).toHaveLength(1);
    },
  );

  test('deadline and cancel hold while another operation runs', async () => {
    const made = await reader();
    const abort = new AbortController();
    const reading = made.read({ signal: abort.signal });
    expect(await made.driver.probe({ timeoutMs: 50 })).toEqual({ ok: false, error: { code: 'timeOut' } });
    abort.abort();
    expect(await reading).toEqual({ ok: false, error: { code: 'cancelled' } });
    expect((await made.driver.probe(soon)).ok).toBe(true);
  });
});

test('nothing personal stays in buffers of the driver', async () => {
  const kept: Buffer[] = [];
  const chunks: Uint8Array[] = [];
  const made = await reader({
    driver: {
      decode: (text, photo, address) => {
        kept.push(text, photo, ...(address === undefined ? [] : [address]));
        return raw(text, photo, address);
      },
    },
    wrap: (openPort) => async (signal) => {
      const channel = await openPort(signal);
      if (channel.ok) channel.value.onData((bytes) => chunks.push(bytes));
      return channel;
    },
  });
  const document = chip(1, { appendedAddress: addressOf(7) });
  made.emulator.place(document);
  const read = await made.read();
  expect(read.ok && isOf(read.value, document)).toBe(true);
  expect(kept).toHaveLength(3);
  for (const bytes of [...kept, ...chunks]) expect(bytes.every((byte) => byte === 0)).toBe(true);
});

test('a photo that the document keeps is left to it', async () => {
  const made = await reader({
    driver: {
      decode: (text, photo, address) => {
        const document = raw(text, photo, address);
        return document.ok ? { ok: true, value: { ...document.value, photo } } : document;
      },
    },
  });
  made.emulator.place(chip(1));
  expect(await made.readOf(chip(1))).toBe('ok');
});

test('the text of a chip becomes a document, judged by the day', async () => {
  const made = await reader({
    driver: {
      decode: (text, photo, appendedAddress) =>
        decodeTextBlock(text, { photo, today: '2031-01-01', ...(appendedAddress && { appendedAddress }) }),
    },
  });
  const text = encodeTextBlock('residentId', {
    name: '测试甲',
    sex: '1',
    ethnicGroup: '01',
    birth: '19000101',
    address: '测试省测试市测试路1号',
    number: '000000190001010017',
    issuer: '测试市公安局',
    validFrom: '20200101',
    validUntil: '20300101',
  });
  made.emulator.place(chip(1, { text, appendedAddress: encodeAppendedAddress('测试路2号') }));
  const read = await made.read();
  expect(read).toMatchObject({ ok: true, value: { kind: 'residentId', grade: 'chip', refusals: ['expired'] } });
  if (!read.ok) return;
  expect(read.value.number.toString()).toBe('000000190001010017');
  expect(read.value.address?.toString()).toBe('测试路2号');
  expect(read.value.photo?.equals(chip(1).photo)).toBe(true);
  made.emulator.place(chip(1, { text: encodeTextBlock('residentId', {}, 'Q') }));
  expect(await made.read()).toEqual({ ok: false, error: { code: 'unknownDocument' } });
});

test('an idle reader is asked for its health', async () => {
  const made = await reader({ driver: { delays: { idleProbeMs: 20 } } });
  await until(() => made.emulator.reader.heard.length > 2);
  expect(new Set(made.emulator.reader.heard)).toEqual(new Set(['readSamId']));
});
