import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { FrameSocket, frameBytes, opcodes } from '#test/wire/frame-socket.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import { type TinyService, tinyService } from '#test/wire/tiny-service.ts';
import { success } from '../services/service.ts';
import type { WireHooks, WireLimits } from './index.ts';

// What one client may cost, and how a connection ends. The limits are made small; nothing here waits for a real one.

let wire: RunningWire;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await wire.stop();
});

async function serve(limits: Partial<WireLimits>, service: TinyService = tinyService(), hooks: WireHooks = {}) {
  wire = await startWire({ services: [service], limits, hooks });
  return service;
}

function frames(): FrameSocket {
  const socket = new FrameSocket(wire.url('/xfs4iot/v1.0/CardReader'));
  sockets.push(socket.socket);
  return socket;
}

function tcp(): Socket {
  const socket = connect({ host: '127.0.0.1', port: wire.port });
  socket.on('error', () => {});
  socket.resume();
  sockets.push(socket);
  return socket;
}

/** Resolves when it is gone, whether it ever was there or not. */
const closed = (socket: Socket): Promise<void> => new Promise((resolve) => socket.once('close', () => resolve()));

const command = (requestId: number, name = 'CardReader.QueryIFMIdentifier') =>
  JSON.stringify({ header: { name, type: 'command', requestId, version: '2.0' } });

describe('a flood of bad frames', () => {
  test('is answered one by one and ends with 1008 beyond the rate', async () => {
    const told: number[] = [];
    await serve({ badFrames: { burst: 12, perSecond: 0 } }, tinyService(), {
      onBadFrame: ({ count }) => told.push(count),
    });
    const client = await wire.connect();
    for (let index = 0; index < 20; index++) client.send(index % 2 === 0 ? '{' : command(0));
    expect(await client.closed).toBe(1008);
    expect(client.messages.map(({ header }) => header.status)).toEqual(
      Array.from({ length: 13 }, (_, index) => (index % 2 === 0 ? 'invalidMessage' : 'invalidRequestID')),
    );
    expect(told).toEqual([1, 10]);
  });

  test('is told of a few times a minute, however many connections it comes from', async () => {
    const told: string[] = [];
    const hooks: WireHooks = {
      onBadFrame: ({ count }) => told.push(`bad ${count}`),
      onRefused: ({ reason }) => told.push(reason),
    };
    await serve({ toldPerMinute: 3 }, tinyService(), hooks);
    for (let index = 0; index < 5; index++) {
      const client = await wire.connect();
      client.send('{');
      await client.next();
      await expect(wire.connect('/Nothing')).rejects.toThrow('404');
      await expect(wire.connect('/CardReader', { origin: 'http://evil.example' })).rejects.toThrow('403');
    }
    expect(told.sort()).toEqual([
      ...['bad 1', 'bad 1', 'bad 1'],
      ...['origin', 'origin', 'origin'],
      ...['path', 'path', 'path'],
    ]);
  });

  test('is forgiven as time goes by, and good ones are not counted', async () => {
    await serve({ badFrames: { burst: 2, perSecond: 1_000_000 } });
    const client = await wire.connect();
    for (let index = 1; index <= 50; index++) {
      client.send('{');
      client.send(command(index));
      await client.completion(index);
    }
    expect(client.messages.filter(({ header }) => header.status === 'invalidMessage')).toHaveLength(50);
  });
});

test('immediate commands that hang are bounded per connection, and cannot be cancelled', async () => {
  const ends: (() => void)[] = [];
  const service = tinyService({
    'Storage.GetStorage': () => new Promise((resolve) => ends.push(() => resolve(success()))),
  });
  await serve({ immediatePerConnection: 2 }, service);
  const client = await wire.connect();
  for (const id of [1, 2, 3]) client.send(command(id, 'Storage.GetStorage'));
  expect((await client.acknowledge(3)).header.status).toBe('tooManyRequests');
  client.command('Common.Cancel', 4, { payload: { requestIds: [1] } });
  expect((await client.completion(4)).payload).toEqual({ errorCode: 'noMatchingRequestIDs' });
  for (const end of ends) end();
  expect((await client.completion(1)).header.completionCode).toBe('success');
  client.messages.length = 0;
  client.send(command(3, 'Storage.GetStorage'));
  await client.acknowledge(3);
  ends.at(-1)?.();
  expect((await client.completion(3)).header.completionCode).toBe('success');
});

test('a client that stops reading is dropped when too much waits for it; its commands are cancelled', async () => {
  const reasons: unknown[] = [];
  const service = tinyService(
    {
      'CardReader.ReadRawData': (_payload, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            reject(signal.reason);
          });
        }),
    },
    { events: ['Common.ErrorEvent'] },
  );
  await serve({ unsentBytes: 256 * 1024 }, service);
  const reading = await wire.connect();
  const deaf = await wire.connect();
  deaf.command('CardReader.ReadRawData', 1);
  await deaf.acknowledge(1);
  deaf.socket.pause();
  const vendorDescription = 'x'.repeat(60_000);
  // The kernel takes some megabytes before the first byte waits in the process.
  for (let sent = 0; sent < 1_000 && reasons.length === 0; sent++) {
    service.send('Common.ErrorEvent', { eventId: 'software', vendorDescription });
    reading.command('Common.Status', sent + 1);
    await reading.completion(sent + 1);
  }
  expect(reasons).toEqual(['canceled']);
  deaf.socket.resume();
  expect(await deaf.closed).toBe(1006);
  reading.command('Common.Status', 5_000);
  await reading.completion(5_000);
});

describe('a connection that is half open', () => {
  test('is pinged, and dropped when it stays silent; one that answers stays', async () => {
    await serve({ pingMs: 250 });
    const alive = await wire.connect();
    const dead = frames();
    await dead.opened;
    let pings = 0;
    dead.onFrame = ({ opcode }) => {
      if (opcode === opcodes.ping) pings += 1;
    };
    await dead.closed;
    expect(pings).toBe(1);
    for (let ping = 0; ping < 3; ping++) await once(alive.socket, 'ping');
    alive.send(command(1));
    await alive.completion(1);
  });

  test('a ping is answered with the same bytes', async () => {
    await serve({});
    const socket = frames();
    await socket.opened;
    const pong = new Promise<Buffer>((resolve) => {
      socket.onFrame = ({ opcode, payload }) => opcode === opcodes.pong && resolve(payload);
    });
    socket.socket.write(frameBytes(Buffer.from('are you there'), { opcode: opcodes.ping }));
    expect((await pong).toString()).toBe('are you there');
  });
});

describe('what begins and does not end', () => {
  test.each([
    ['half a frame', (whole: Buffer) => whole.subarray(0, 9)],
    ['the first byte of a frame', (whole: Buffer) => whole.subarray(0, 1)],
    ['a fragment that is never continued', () => frameBytes(Buffer.from('{'), { final: false })],
  ])('%s: dropped', async (_what, part) => {
    await serve({ arrivalMs: 50 });
    const socket = frames();
    await socket.opened;
    socket.socket.write(part(frameBytes(Buffer.from(command(1)))));
    await socket.closed;
  });

  test('a byte now and then does not buy time, and neither does a ping between', async () => {
    await serve({ arrivalMs: 100 });
    const socket = frames();
    await socket.opened;
    const whole = frameBytes(Buffer.from(command(1)), { final: false });
    let next = 0;
    const drip = setInterval(() => {
      if (next < whole.length) socket.socket.write(whole.subarray(next, ++next));
      else socket.socket.write(frameBytes(Buffer.alloc(0), { opcode: opcodes.ping }));
    }, 2);
    await socket.closed;
    clearInterval(drip);
  });

  test('a message that comes byte by byte in time is read', async () => {
    await serve({});
    const socket = frames();
    await socket.opened;
    const completion = new Promise<string>((resolve) => {
      socket.onFrame = ({ payload }) => String(payload).includes('completion') && resolve(String(payload));
    });
    for (const byte of frameBytes(Buffer.from(command(1)))) socket.socket.write(Buffer.of(byte));
    expect(await completion).toContain('"success"');
  });

  test.each([
    ['a connection that says nothing', ''],
    ['half a request line', 'GET / HT'],
    ['headers without an end', 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n'],
    ['half a handshake', 'GET /xfs4iot/v1.0 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n'],
  ])('%s: ended without a word', async (_what, bytes) => {
    await serve({ arrivalMs: 50 });
    const socket = tcp();
    let heard = 0;
    socket.on('data', ({ length }) => {
      heard += length;
    });
    if (bytes !== '') socket.write(bytes);
    await closed(socket);
    // A browser keeps a connection in reserve, and would take what waits there for the answer to its next request.
    expect(heard).toBe(0);
  });
});

describe('a message in fragments', () => {
  test('is read', async () => {
    await serve({});
    const socket = frames();
    await socket.opened;
    const answers: { opcode: number; final: boolean; text: string }[] = [];
    socket.onFrame = ({ opcode, final, payload }) => answers.push({ opcode, final, text: String(payload) });
    const text = Buffer.from(command(1));
    socket.socket.write(frameBytes(text.subarray(0, 10), { final: false }));
    socket.socket.write(frameBytes(text.subarray(10, 20), { opcode: opcodes.continuation, final: false }));
    socket.socket.write(frameBytes(Buffer.alloc(0), { opcode: opcodes.ping }));
    socket.socket.write(frameBytes(text.subarray(20), { opcode: opcodes.continuation }));
    await expect.poll(() => answers.length, { timeout: 10_000 }).toBe(3);
    // A control frame may come in between; an answer is one text frame each.
    expect(answers.map(({ opcode, final }) => [opcode, final])).toEqual([
      [opcodes.pong, true],
      [opcodes.text, true],
      [opcodes.text, true],
    ]);
    expect(answers[2]?.text).toContain('"success"');
  });

  test('is too long when its parts together are: 1009', async () => {
    await serve({ messageBytes: 1_000 });
    const socket = frames();
    await socket.opened;
    const code = new Promise<number>((resolve) => {
      socket.onFrame = ({ opcode, payload }) => opcode === opcodes.close && resolve(payload.readUInt16BE(0));
    });
    socket.socket.write(frameBytes(Buffer.alloc(600, 0x20), { final: false }));
    socket.socket.write(frameBytes(Buffer.alloc(600, 0x20), { opcode: opcodes.continuation }));
    expect(await code).toBe(1009);
  });
});

describe('the end of the server', () => {
  test('cancels every command, says good-bye with 1001 and frees the port, once', async () => {
    await serve({ letGoMs: 20 });
    const client = await wire.connect();
    client.send(command(1, 'CardReader.ReadRawData'));
    await client.acknowledge(1);
    await wire.server.close();
    await wire.server.close();
    expect(await client.closed).toBe(1001);
    await closed(tcp());
  });

  test('does not wait for a client that never says good-bye, nor for a handler that never lets go', async () => {
    await serve({ stopMs: 30 }, tinyService({ 'CardReader.Reset': () => new Promise(() => {}) }));
    const rude = frames();
    await rude.opened;
    const acknowledged = new Promise<void>((resolve) => {
      rude.onFrame = () => resolve();
    });
    rude.text(command(1, 'CardReader.Reset'));
    await acknowledged;
    const silent = tcp();
    await once(silent, 'connect');
    const gone = closed(silent);
    await wire.server.close();
    await Promise.all([rude.closed, gone]);
  });
});
