import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { success } from '#device-daemon/services/service.ts';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import { deferred, tinyService } from '#test/wire/tiny-service.ts';
import type { WebSocketLike } from './client.ts';
import { createStandardClient, type StandardClient } from './standard-client.ts';

const openSocket = (url: string): WebSocketLike => new WebSocket(url);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(...parameters: Parameters<typeof tinyService>) {
  const service = tinyService(...parameters);
  const wire: RunningWire = await startWire({ services: [service] });
  cleanups.push(() => wire.stop());
  const client = open(wire.url('/xfs4iot/v1.0/CardReader'));
  expect(await client.whenOpen(5_000)).toMatchObject({ ok: true });
  return { service, wire, client };
}

function open(url: string, more: Partial<Parameters<typeof createStandardClient>[0]> = {}): StandardClient {
  const client = createStandardClient({ url, openSocket, reconnectMs: { first: 5, longest: 20 }, ...more });
  cleanups.push(() => client.close());
  return client;
}

/** A server that accepts and says nothing, counting connections. */
async function silentServer() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const received: string[] = [];
  server.on('connection', (socket) => socket.on('message', (data) => received.push(String(data))));
  cleanups.push(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  return { server, received, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describe('a request', () => {
  test('ends with the completion and its payload', async () => {
    const { client } = await serve();
    expect(await client.request('Common.Status')).toEqual({
      ok: true,
      value: {
        completionCode: 'success',
        payload: { common: { device: 'online' }, cardReader: { media: 'notPresent' } },
      },
    });
    expect(await client.request('CardReader.Move', { from: 'exit', to: 'transport' })).toEqual({
      ok: true,
      value: { completionCode: 'commandErrorCode', payload: { errorCode: 'noMedia' } },
    });
  });

  test('tells its own events, in order, and no others', async () => {
    const { client } = await serve({
      'CardReader.ReadRawData': (_payload, { emit }) => {
        emit('CardReader.InsertCardEvent');
        emit('CardReader.MediaInsertedEvent');
        return success({});
      },
    });
    const mine: string[] = [];
    const others: string[] = [];
    client.subscribe(({ name }) => others.push(name));
    await client.request('CardReader.ReadRawData', { track1: true }, { onEvent: ({ name }) => mine.push(name) });
    await client.request('CardReader.ReadRawData', { track1: true });
    expect(mine).toEqual(['CardReader.InsertCardEvent', 'CardReader.MediaInsertedEvent']);
    expect(others).toEqual([]);
  });

  test('that is aborted is cancelled on the wire, and tells how it really ended', async () => {
    const letGo = deferred<void>();
    const { client } = await serve({
      'CardReader.ReadRawData': async (_payload, { signal }) => {
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
        await letGo.promise;
        return { completionCode: 'canceled' };
      },
    });
    const stop = new AbortController();
    const reply = client.request('CardReader.ReadRawData', {}, { signal: stop.signal });
    stop.abort();
    // The service still holds the device: the promise waits with it.
    await client.request('Common.Status');
    letGo.resolve();
    expect(await reply).toMatchObject({ ok: true, value: { completionCode: 'canceled' } });
  });

  test('whose signal has aborted before is not sent', async () => {
    const { client } = await serve();
    const reply = await client.request('CardReader.ReadRawData', {}, { signal: AbortSignal.abort() });
    expect(reply).toEqual({ ok: false, error: { code: 'canceled' } });
  });

  test('with a header time-out ends with the service', async () => {
    const { client } = await serve();
    const reply = await client.request('CardReader.ReadRawData', {}, { timeoutMs: 20 });
    expect(reply).toMatchObject({ ok: true, value: { completionCode: 'timeOut' } });
  });

  test('that the service refuses says so', async () => {
    const { client } = await serve({}, { maximumRequests: 1 });
    const running = [client.request('CardReader.ReadRawData', {}), client.request('CardReader.ReadRawData', {})];
    const refused = await client.request('CardReader.ReadRawData', {});
    expect(refused).toEqual({ ok: false, error: { code: 'refused', status: 'tooManyRequests' } });
    await client.request('Common.Cancel');
    await Promise.all(running);
  });

  test('past its own deadline settles and cancels', async () => {
    const { server, received, url } = await silentServer();
    const client = open(url);
    await client.whenOpen(5_000);
    const reply = await client.request('CardReader.ReadRawData', {}, { deadlineMs: 10 });
    expect(reply).toEqual({ ok: false, error: { code: 'deadline' } });
    await expect.poll(() => received.map((text) => JSON.parse(text).header.name)).toContain('Common.Cancel');
    expect(server.clients.size).toBe(1);
  });

  test('without a connection says so at once', async () => {
    const client = open('ws://127.0.0.1:1/xfs4iot/v1.0');
    expect(await client.request('Common.Status')).toEqual({ ok: false, error: { code: 'notConnected' } });
  });
});

describe('a connection', () => {
  test('that breaks settles what was under way, comes back, and says so', async () => {
    const { server, url } = await silentServer();
    const client = open(url);
    await client.whenOpen(5_000);
    const returned = deferred<void>();
    client.onReconnected(() => returned.resolve());
    const reply = client.request('CardReader.ReadRawData', {});
    for (const socket of server.clients) socket.terminate();
    expect(await reply).toEqual({ ok: false, error: { code: 'connectionLost' } });
    await returned.promise;
    expect(client.state).toBe('open');
  });

  test('on which nothing is heard is asked, given up and made anew', async () => {
    const { server, received, url } = await silentServer();
    let connections = 0;
    server.on('connection', () => {
      connections += 1;
    });
    const client = open(url, { livenessMs: 20 });
    await client.whenOpen(5_000);
    const reply = client.request('CardReader.ReadRawData', {});
    expect(await reply).toEqual({ ok: false, error: { code: 'connectionLost' } });
    await expect.poll(() => connections).toBeGreaterThan(1);
    expect(received.map((text) => JSON.parse(text).header.name)).toContain('Common.Status');
  });

  test('that answers stays, however idle', async () => {
    let questions = 0;
    const wire = await startWire({
      services: [tinyService()],
      hooks: {
        onSent: ({ type, name }) => {
          if (type === 'completion' && name === 'Common.Status') questions += 1;
        },
      },
    });
    cleanups.push(() => wire.stop());
    const client = open(wire.url('/xfs4iot/v1.0/CardReader'), { livenessMs: 250 });
    await client.whenOpen(5_000);
    // The first message of a kind costs its checks a while.
    await client.request('Common.Status');
    const states: string[] = [];
    client.onState((state) => states.push(state));
    questions = 0;
    await expect.poll(() => questions, { timeout: 10_000 }).toBeGreaterThan(4);
    expect(states).toEqual([]);
  });

  test('brings unsolicited events', async () => {
    const { client, service } = await serve();
    const seen = deferred<object>();
    client.subscribe((event) => seen.resolve(event));
    await client.request('Common.Status');
    service.send('Common.StatusChangedEvent', { common: { device: 'offline' } });
    expect(await seen.promise).toEqual({
      name: 'Common.StatusChangedEvent',
      payload: { common: { device: 'offline' } },
    });
  });

  test('closed by its owner settles everything and stays closed', async () => {
    const { client } = await serve();
    const reply = client.request('CardReader.ReadRawData', {});
    const patience = open('ws://127.0.0.1:1/').whenOpen(60_000);
    client.close();
    expect(await reply).toEqual({ ok: false, error: { code: 'connectionLost' } });
    expect(await client.request('Common.Status')).toEqual({ ok: false, error: { code: 'notConnected' } });
    expect(await client.whenOpen(1)).toEqual({ ok: false, error: 'closed' });
    cleanups.splice(-1).forEach((close) => {
      close();
    });
    expect(await patience).toEqual({ ok: false, error: 'closed' });
  });

  test('sends nothing on a socket that is closing; its end settles the request', async () => {
    const { url } = await silentServer();
    const sent: string[] = [];
    let socket: WebSocket | undefined;
    const client = open(url, {
      openSocket(address) {
        const mine = new WebSocket(address);
        const send = mine.send.bind(mine);
        mine.send = (text: string) => {
          sent.push(text);
          send(text);
        };
        socket = mine;
        return mine;
      },
    });
    await client.whenOpen(5_000);
    // The handshake of closing has begun; nobody has told the client.
    socket?.close();
    expect(await client.request('Common.Status')).toEqual({ ok: false, error: { code: 'connectionLost' } });
    expect(sent).toEqual([]);
  });

  test.each(['', 'nonsense', '7', 'null', '[]', '{"header":null}', '{"header":{"requestId":"1"}}'])(
    'lives with a server that says %j',
    async (text) => {
      const { server, url } = await silentServer();
      server.on('connection', (socket) =>
        socket.on('message', (data) => {
          const { header } = JSON.parse(String(data));
          socket.send(text);
          socket.send(JSON.stringify({ header: { ...header, type: 'completion', completionCode: 'success' } }));
        }),
      );
      const client = open(url);
      await client.whenOpen(5_000);
      expect(await client.request('Common.Status')).toEqual({
        ok: true,
        value: { completionCode: 'success', payload: {} },
      });
    },
  );
});
