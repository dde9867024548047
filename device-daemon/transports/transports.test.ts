import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Line, openLine } from '#simulators/emulators/line/index.ts';
import { type ByteChannel, type ChannelFault, openChannel, parseChannel } from './index.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function line(kind: 'pty' | 'tcp'): Promise<{ line: Line; heard: () => string }> {
  const made = await openLine({ kind });
  cleanUps.push(() => made.close());
  let text = '';
  made.onReceive((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
  });
  return { line: made, heard: () => text };
}

async function open(address: string): Promise<ByteChannel> {
  const opened = await openChannel(address)(new AbortController().signal);
  if (!opened.ok) throw new Error(opened.error.detail);
  cleanUps.push(() => opened.value.close());
  return opened.value;
}

function listen(channel: ByteChannel): { text: () => string; fault: Promise<ChannelFault> } {
  let text = '';
  channel.onData((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
  });
  return { text: () => text, fault: new Promise((resolve) => channel.onClose(resolve)) };
}

const bytes = (text: string) => Buffer.from(text, 'latin1');
const all = bytes(Array.from({ length: 256 }, (_, value) => String.fromCharCode(value)).join(''));

describe.each(['pty', 'tcp'] as const)('a channel over %s', (kind) => {
  test('carries every byte value in both directions, in order', async () => {
    const { line: cable, heard } = await line(kind);
    const channel = await open(cable.address);
    const { text } = listen(channel);
    expect(await channel.write(all)).toEqual({ ok: true });
    await vi.waitFor(() => expect(heard()).toBe(all.toString('latin1')));
    cable.send(all);
    await vi.waitFor(() => expect(text()).toBe(all.toString('latin1')));
  });

  test('keeps what arrives before the first listener', async () => {
    const { line: cable, heard } = await line(kind);
    const channel = await open(cable.address);
    await channel.write(bytes('?'));
    await vi.waitFor(() => expect(heard()).toBe('?'));
    cable.send(bytes('early'));
    // Nothing shows that bytes lie unread; another channel's whole life gives them time to arrive.
    const again = await open((await line(kind)).line.address);
    await again.close();
    const { text } = listen(channel);
    await vi.waitFor(() => expect(text()).toBe('early'));
  });

  test('says once that the plug was pulled, refuses writes, and opens again when it is back', async () => {
    const { line: cable, heard } = await line(kind);
    const channel = await open(cable.address);
    const { fault } = listen(channel);
    const again = vi.fn();
    channel.onClose(again);
    await channel.write(bytes('a'));
    await vi.waitFor(() => expect(heard()).toBe('a'));
    await cable.unplug();
    expect((await fault).code).toBe('closed');
    expect(again).toHaveBeenCalledTimes(1);
    expect(await channel.write(bytes('b'))).toMatchObject({ ok: false, error: { code: 'closed' } });
    const gone = await openChannel(cable.address)(new AbortController().signal);
    expect(gone).toMatchObject({ ok: false, error: { code: 'absent' } });
    await cable.replug();
    const back = await open(cable.address);
    await back.write(bytes('c'));
    await vi.waitFor(() => expect(heard()).toBe('ac'));
    expect(again).toHaveBeenCalledTimes(1);
  });

  test('settles pending writes on close, is idempotent, and can be opened again', async () => {
    const { line: cable } = await line(kind);
    const channel = await open(cable.address);
    const { fault } = listen(channel);
    const write = channel.write(Buffer.alloc(4_000_000));
    await Promise.all([channel.close(), channel.close()]);
    expect(await write).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect((await fault).code).toBe('closed');
    await vi.waitFor(async () => {
      const back = await open(cable.address);
      await back.close();
    });
  });

  test('unplugged in the middle of a frame delivers what came before', async () => {
    const { line: cable, heard } = await line(kind);
    const channel = await open(cable.address);
    const { text, fault } = listen(channel);
    await channel.write(bytes('?'));
    await vi.waitFor(() => expect(heard()).toBe('?'));
    cable.setFault('byteDelayMs', 1);
    cable.send(bytes('abcdefghij'));
    await vi.waitFor(() => expect(text().length).toBeGreaterThan(2));
    await cable.unplug();
    expect((await fault).code).toBe('closed');
    expect('abcdefghij'.startsWith(text())).toBe(true);
  });

  test('cancelled before it began, opens nothing', async () => {
    const { line: cable } = await line(kind);
    const opened = await openChannel(cable.address)(AbortSignal.abort());
    expect(opened).toMatchObject({ ok: false, error: { code: 'closed' } });
  });
});

describe('a serial port', () => {
  test('belongs to one opener: the second is told busy', async () => {
    const { line: cable } = await line('pty');
    const first = await open(cable.address);
    const second = await openChannel(cable.address)(new AbortController().signal);
    expect(second).toMatchObject({ ok: false, error: { code: 'busy' } });
    await first.close();
    await open(cable.address);
  });

  test('that nobody reads ends the channel at the write deadline', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-serial-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const cable = await openLine({ kind: 'pty', path: join(folder, 'tty'), query: 'writeTimeoutMs=50' });
    cleanUps.push(() => cable.close());
    cable.pause();
    const channel = await open(cable.address);
    const { fault } = listen(channel);
    const result = await channel.write(Buffer.alloc(4_000_000));
    expect(result).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect((await fault).detail).toContain('50 ms');
  });

  test.skipIf(process.getuid?.() === 0)('without permission is denied', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kiosk-serial-'));
    cleanUps.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'tty');
    await writeFile(path, '');
    await chmod(path, 0);
    const opened = await openChannel(`serial://${path}`)(new AbortController().signal);
    expect(opened).toMatchObject({ ok: false, error: { code: 'denied' } });
  });
});

describe('a tcp channel', () => {
  test('stops waiting for a connection when cancelled', async () => {
    const server = createServer();
    const sockets: Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const cancel = new AbortController();
    const opening = openChannel(`tcp://127.0.0.1:${address.port}`)(cancel.signal);
    cancel.abort();
    expect(await opening).toMatchObject({ ok: false, error: { code: 'closed' } });
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the configuration of a channel', () => {
  test.each([
    [
      'serial:///dev/serial/by-id/usb-x?baudRate=115200&parity=even&rtscts=true',
      { kind: 'serial', path: '/dev/serial/by-id/usb-x', baudRate: 115200, parity: 'even', rtscts: true, dataBits: 8 },
    ],
    ['serial:///dev/ttyS0', { kind: 'serial', path: '/dev/ttyS0', baudRate: 9600, parity: 'none', stopBits: 1 }],
    ['tcp://127.0.0.1:4001', { kind: 'tcp', host: '127.0.0.1', port: 4001 }],
    ['tcp://[::1]:4001?connectTimeoutMs=100', { kind: 'tcp', host: '::1', port: 4001, connectTimeoutMs: 100 }],
  ])('%s', (text, wanted) => {
    expect(parseChannel(text)).toMatchObject({ ok: true, value: wanted });
  });

  test.each([
    ['', 'no channel'],
    ['/dev/ttyUSB0', 'serial:///dev/'],
    ['serial://dev/ttyS0', 'three slashes'],
    ['serial:///dev/ttyS0?baud=9600', 'unknown option baud'],
    ['serial:///dev/ttyS0?baudRate=fast', 'baudRate is "fast"'],
    ['serial:///dev/ttyS0?parity=maybe', 'none, even, odd'],
    ['tcp://127.0.0.1', 'tcp://host:port'],
    ['usb://x', 'usb: is unknown'],
  ])('%s is refused in one sentence', (text, words) => {
    const parsed = parseChannel(text);
    expect(parsed.ok).toBe(false);
    if (!parsed.ok) expect(parsed.error).toContain(words);
  });
});
