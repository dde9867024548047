import { afterEach, describe, expect, test } from 'vitest';
import { type RunningWire, startWire } from '#test/wire/harness.ts';
import { deferred, tinyService } from '#test/wire/tiny-service.ts';
import type { CommandContext, CommandHandler, ServiceDefinition } from '../services/service.ts';
import { success } from '../services/service.ts';
import type { WireServerOptions } from './server.ts';

let wire: RunningWire | undefined;
afterEach(async () => {
  await wire?.stop();
  wire = undefined;
});

async function serve(
  handlers: Record<string, CommandHandler> = {},
  more: Partial<ServiceDefinition> = {},
  options: Partial<WireServerOptions> = {},
) {
  const service = tinyService(handlers, more);
  wire = await startWire({ services: [service], ...options });
  return { wire, service, client: await wire.connect() };
}

/** A Reset that waits for the test: `started` tells the ids in order of start, `finish` ends the oldest. */
function gate() {
  const started: number[] = [];
  const contexts: CommandContext[] = [];
  const ends: (() => void)[] = [];
  const handler: CommandHandler = (_payload, context) => {
    started.push(context.requestId);
    contexts.push(context);
    return new Promise((resolve) => ends.push(() => resolve(success())));
  };
  return { started, contexts, handler, finish: () => ends.shift()?.() };
}

const types = (messages: readonly { readonly header: { readonly type: string; readonly requestId?: number } }[]) =>
  messages.map(({ header }) => `${header.type} ${header.requestId}`);

describe('order', () => {
  test('acknowledge, events, completion; null and undefined never leave', async () => {
    const { client } = await serve({
      'CardReader.ReadRawData': async (_payload, { emit }) => {
        emit('CardReader.InsertCardEvent');
        await Promise.resolve();
        emit('CardReader.MediaInsertedEvent', { nothing: undefined });
        return success({ track1: { data: 'AA==', status: null }, track2: null, chip: undefined });
      },
    });
    client.command('CardReader.ReadRawData', 3, { payload: { track1: true } });
    await client.completion(3);
    expect(client.messages).toEqual([
      { header: { name: 'CardReader.ReadRawData', type: 'acknowledge', requestId: 3, version: '2.0' } },
      { header: { name: 'CardReader.InsertCardEvent', type: 'event', requestId: 3, version: '2.0' } },
      { header: { name: 'CardReader.MediaInsertedEvent', type: 'event', requestId: 3, version: '2.0' } },
      {
        header: {
          name: 'CardReader.ReadRawData',
          type: 'completion',
          requestId: 3,
          version: '3.0',
          completionCode: 'success',
        },
        payload: { track1: { data: 'AA==' } },
      },
    ]);
  });

  test('nothing of a command after its completion', async () => {
    let late: CommandContext['emit'] | undefined;
    const { client } = await serve({
      'CardReader.ReadRawData': (_payload, { emit }) => {
        late = emit;
        return success();
      },
    });
    client.command('CardReader.ReadRawData', 3);
    await client.completion(3);
    late?.('CardReader.InsertCardEvent');
    client.command('Common.Status', 4);
    await client.completion(4);
    expect(types(client.messages)).toEqual(['acknowledge 3', 'completion 3', 'acknowledge 4', 'completion 4']);
  });

  test('one command at a time per service, first come first served over its connections', async () => {
    const { started, handler, finish } = gate();
    const { wire, client } = await serve({ 'CardReader.Reset': handler });
    const other = await wire.connect();
    client.command('CardReader.Reset', 1);
    await client.acknowledge(1);
    other.command('CardReader.Reset', 2);
    await other.acknowledge(2);
    client.command('CardReader.Reset', 3);
    await client.acknowledge(3);
    expect(started).toEqual([1]);
    finish();
    await client.completion(1);
    expect(started).toEqual([1, 2]);
    finish();
    await other.completion(2);
    finish();
    await client.completion(3);
    expect(started).toEqual([1, 2, 3]);
  });

  test('another service runs meanwhile, and so do immediate commands', async () => {
    const { handler, finish } = gate();
    wire = await startWire({
      services: [tinyService({ 'CardReader.Reset': handler }), tinyService({}, { name: 'SecondReader' })],
    });
    const [first, second] = [await wire.connect('/CardReader'), await wire.connect('/SecondReader')];
    first.command('CardReader.Reset', 1);
    await first.acknowledge(1);
    second.command('CardReader.QueryIFMIdentifier', 1);
    await second.completion(1);
    first.command('Common.Status', 2);
    first.command('Common.Capabilities', 3);
    first.command('Storage.GetStorage', 4);
    expect((await first.completion(4)).header.completionCode).toBe('success');
    finish();
    await first.completion(1);
    expect(types(first.messages).at(-1)).toBe('completion 1');
  });

  test('beyond the bound: tooManyRequests, which ends the exchange; immediate commands are not counted', async () => {
    const { started, handler, finish } = gate();
    const { client } = await serve({ 'CardReader.Reset': handler }, { maximumRequests: 2 });
    for (const id of [1, 2, 3, 4]) client.command('CardReader.Reset', id);
    client.command('Common.Status', 5);
    await client.completion(5);
    expect((await client.acknowledge(4)).header.status).toBe('tooManyRequests');
    for (const id of [1, 2, 3]) {
      finish();
      await client.completion(id);
    }
    expect(started).toEqual([1, 2, 3]);
    client.command('CardReader.Reset', 4);
    await client.find('a free place', ({ header }) => header.requestId === 4 && header.status === undefined);
  });
});

describe('a handler that fails', () => {
  test.each<[string, CommandHandler]>([
    [
      'throws',
      () => {
        throw new Error('secret');
      },
    ],
    ['rejects', () => Promise.reject(new Error('secret'))],
    ['returns what JSON cannot say', () => success({ secret: 1n })],
    [
      'returns a cycle',
      () => {
        const secret: Record<string, unknown> = {};
        secret['me'] = secret;
        return success(secret);
      },
    ],
  ])('%s: internalError, the reason only for us, and the service lives', async (_what, handler) => {
    const { wire, client } = await serve({ 'CardReader.Reset': handler });
    client.command('CardReader.Reset', 1);
    expect(await client.completion(1)).toEqual({
      header: {
        name: 'CardReader.Reset',
        type: 'completion',
        requestId: 1,
        version: '2.0',
        completionCode: 'internalError',
      },
    });
    expect(wire.faults).toMatchObject([{ service: 'CardReader', name: 'CardReader.Reset' }]);
    client.command('CardReader.QueryIFMIdentifier', 2);
    await client.completion(2);
  });

  test('a status that throws: internalError', async () => {
    const { wire, client } = await serve(
      {},
      {
        status: () => {
          throw new Error('secret');
        },
      },
    );
    client.command('Common.Status', 1);
    expect((await client.completion(1)).header.completionCode).toBe('internalError');
    expect(wire.faults).toMatchObject([{ name: 'Common.Status', code: 'handlerThrew' }]);
  });

  test('an event that was not declared, or is of the other kind, is not sent', async () => {
    const { wire, service, client } = await serve({
      'CardReader.Reset': (_payload, { emit }) => {
        emit('CardReader.TrackDetectedEvent');
        emit('CardReader.MediaRemovedEvent');
        emit('Nobody.KnowsEvent');
        return success();
      },
    });
    service.send('CardReader.InsertCardEvent');
    client.command('CardReader.Reset', 1);
    await client.completion(1);
    expect(types(client.messages)).toEqual(['acknowledge 1', 'completion 1']);
    expect(wire.faults.map(({ code, name }) => `${code} ${name}`)).toEqual([
      'unknownEvent CardReader.InsertCardEvent',
      'unknownEvent CardReader.TrackDetectedEvent',
      'unknownEvent CardReader.MediaRemovedEvent',
      'unknownEvent Nobody.KnowsEvent',
    ]);
  });
});

describe('time-out', () => {
  test('of a running command: the handler is told, and its ending is the completion', async () => {
    const reasons: unknown[] = [];
    const { client } = await serve({
      'CardReader.Reset': (_payload, { signal, timeoutMs }) => {
        reasons.push(timeoutMs !== undefined && Number.isInteger(timeoutMs) && timeoutMs > 0 && timeoutMs <= 30);
        return new Promise((resolve) =>
          signal.addEventListener('abort', () => {
            reasons.push(signal.reason);
            resolve(success());
          }),
        );
      },
    });
    client.command('CardReader.Reset', 1, { timeout: 30 });
    expect((await client.completion(1)).header.completionCode).toBe('success');
    expect(reasons).toEqual([true, 'timeOut']);
  });

  test('of a handler that throws its signal: timeOut', async () => {
    const { wire, client } = await serve();
    client.command('CardReader.ReadRawData', 1, { timeout: 10 });
    expect((await client.completion(1)).header.completionCode).toBe('timeOut');
    expect(wire.faults).toEqual([]);
  });

  test('of a waiting command: completed at once, never run', async () => {
    const { started, handler, finish } = gate();
    const { client } = await serve({ 'CardReader.Reset': handler });
    client.command('CardReader.Reset', 1);
    client.command('CardReader.Reset', 2, { timeout: 10 });
    expect((await client.completion(2)).header).toMatchObject({ completionCode: 'timeOut', version: '2.0' });
    finish();
    await client.completion(1);
    expect(started).toEqual([1]);
  });

  test('a handler that does not let go: one completion after the grace, and the queue still waits for it', async () => {
    const { started, handler, finish } = gate();
    const { wire, client } = await serve({ 'CardReader.Reset': handler }, {}, { limits: { letGoMs: 20 } });
    client.command('CardReader.Reset', 1, { timeout: 10 });
    client.command('CardReader.Reset', 2);
    expect((await client.completion(1)).header.completionCode).toBe('timeOut');
    expect(wire.faults).toMatchObject([{ code: 'handlerStuck', name: 'CardReader.Reset' }]);
    client.command('Common.Status', 3);
    await client.completion(3);
    expect(started).toEqual([1]);
    finish();
    await expect.poll(() => started, { timeout: 10_000 }).toEqual([1, 2]);
    finish();
    await client.completion(2);
    expect(types(client.messages).filter((line) => line === 'completion 1')).toHaveLength(1);
  });
});

describe('Common.Cancel', () => {
  async function busy() {
    const { started, contexts, handler, finish } = gate();
    const served = await serve({
      'CardReader.Reset': (payload, context) => {
        context.signal.addEventListener('abort', finish, { once: true });
        const outcome = handler(payload, context);
        return Promise.resolve(outcome).then(() => ({ completionCode: 'canceled' as const }));
      },
    });
    for (const id of [1, 2, 3]) served.client.command('CardReader.Reset', id);
    await served.client.acknowledge(3);
    return { ...served, started, contexts, finish };
  }

  test.each([[undefined], [null], [{}], [{ requestIds: null }]])(
    'payload %j: its own completion first, then all of this connection',
    async (payload) => {
      const { client, started } = await busy();
      client.messages.length = 0;
      client.command('Common.Cancel', 9, { payload });
      await client.completion(1);
      expect(types(client.messages).slice(0, 2)).toEqual(['acknowledge 9', 'completion 9']);
      expect(types(client.messages).slice(2).sort()).toEqual(['completion 1', 'completion 2', 'completion 3']);
      const codes = client.messages.slice(1).map(({ header }) => header.completionCode);
      expect(codes).toEqual(['success', 'canceled', 'canceled', 'canceled']);
      expect(started).toEqual([1]);
    },
  );

  test('with nothing to cancel: success', async () => {
    const { client } = await serve();
    client.command('Common.Cancel', 9);
    expect((await client.completion(9)).header.completionCode).toBe('success');
  });

  test('a list: those that match, the others are ignored', async () => {
    const { client } = await busy();
    client.command('Common.Cancel', 9, { payload: { requestIds: [2, 77] } });
    expect((await client.completion(2)).header.completionCode).toBe('canceled');
    expect((await client.completion(9)).header.completionCode).toBe('success');
    expect(client.messages.some(({ header }) => header.type === 'completion' && header.requestId === 1)).toBe(false);
  });

  test.each([[[77]], [[9]]])('none matches (%j, 9 is its own): noMatchingRequestIDs', async (requestIds) => {
    const { client } = await busy();
    client.command('Common.Cancel', 9, { payload: { requestIds } });
    expect(await client.completion(9)).toMatchObject({
      header: { completionCode: 'commandErrorCode' },
      payload: { errorCode: 'noMatchingRequestIDs' },
    });
  });

  test('an empty list, a zero, a text: invalidData', async () => {
    const { client } = await busy();
    for (const [index, requestIds] of [[], [0], ['1'], 'x'].entries()) {
      client.command('Common.Cancel', 90 + index, { payload: { requestIds } });
      const { header } = await client.completion(90 + index);
      expect(header.completionCode).toBe('invalidData');
      expect(header.errorDescription).toMatch(/^\/payload\/requestIds/);
    }
  });

  test("never another connection's, whatever the id", async () => {
    const { wire, client } = await busy();
    const other = await wire.connect();
    other.command('Common.Cancel', 9, { payload: { requestIds: [1] } });
    expect((await other.completion(9)).payload).toEqual({ errorCode: 'noMatchingRequestIDs' });
    other.command('Common.Cancel', 10);
    await other.completion(10);
    client.command('Common.Status', 20);
    await client.completion(20);
    expect(types(client.messages).filter((line) => line.startsWith('completion'))).toEqual(['completion 20']);
  });

  test('a cancel is a request: a command that succeeds all the same says so', async () => {
    const done = deferred<void>();
    const { client } = await serve({
      'CardReader.Reset': async () => {
        await done.promise;
        return success();
      },
    });
    client.command('CardReader.Reset', 1);
    client.command('Common.Cancel', 2);
    await client.completion(2);
    done.resolve();
    expect((await client.completion(1)).header.completionCode).toBe('success');
  });

  test('a client that leaves has its commands cancelled, and the next one is served', async () => {
    const { wire, client, contexts, started } = await busy();
    const other = await wire.connect();
    other.command('CardReader.Reset', 5);
    await other.acknowledge(5);
    client.socket.terminate();
    await expect.poll(() => started, { timeout: 10_000 }).toEqual([1, 5]);
    other.command('Common.Cancel', 6);
    expect((await other.completion(5)).header.completionCode).toBe('canceled');
    expect(contexts.map(({ signal }) => signal.reason)).toEqual(['canceled', 'canceled']);
    expect(contexts[0]?.connection.closed.aborted).toBe(true);
    expect(started).toEqual([1, 5]);
  });
});
