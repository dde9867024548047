import { afterEach, describe, expect, test } from 'vitest';
import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { type PeerOptions, ScriptedPeer, type Turn } from './peer.fixture.ts';
import { Session, type SessionOptions } from './session.ts';
import type { ProviderSettings } from './settings.ts';

// A real WebSocket with a provider at its other end that does what a test tells it: hears too well, lies, or goes away.

const delays = {
  connectMs: 2_000,
  answerMs: 10_000,
  slackMs: 10_000,
  actMs: 10_000,
  statusMs: 60_000,
  livenessMs: 60_000,
  reopenMs: 5,
  longestReopenMs: 20,
};

/** For what never comes. */
const impatient = { ...delays, answerMs: 100, actMs: 100 };

const reader: PeerOptions = {
  name: 'Reader',
  interfaces: { Common: [], CardReader: ['CardReader.ChipIO', 'CardReader.ReadRawData'] },
  capabilities: { cardReader: { type: 'dip' } },
  status: { common: { device: 'online' }, cardReader: { media: 'notPresent' } },
};

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function servePeer(options: Partial<PeerOptions> = {}): Promise<ScriptedPeer> {
  const peer = await ScriptedPeer.start({ ...reader, ...options });
  cleanUps.push(() => peer.stop());
  return peer;
}

function startSession(settings: Partial<ProviderSettings>, more: Partial<SessionOptions> = {}) {
  const session = new Session({
    who: { name: 'cardReader', class: 'cardReader', driver: 'xfs4iot' },
    settings: { url: '', service: '', ...settings },
    needs: { commands: ['CardReader.ChipIO'], mayUse: ['CardReader.Move'] },
    delays,
    onOpened: () => {},
    onEnded: () => {},
    health: () => undefined,
    ...more,
  });
  const told: string[] = [];
  session.onReport(({ state, reason }) => told.push(reason === undefined ? state : `${state} ${reason}`));
  cleanUps.push(() => session.stop());
  session.start();
  return { session, told };
}

const stateOf = ({ state, reason }: DeviceReport): string => (reason === undefined ? state : `${state} ${reason}`);
const soon = (session: Session, state: string) =>
  expect.poll(() => stateOf(session.report()), { timeout: 10_000 }).toBe(state);

describe('a service is found', () => {
  test('by the name that the publisher lists, whatever name of the machine it tells', async () => {
    const peer = await servePeer({ services: (port) => [`ws://elsewhere.invalid:${port}/xfs4iot/v1.0/reader/`] });
    const { session } = startSession({ url: peer.url, service: 'Reader' });
    await soon(session, 'ready');
    expect(session.service?.status.cardReader?.media).toBe('notPresent');
    expect(peer.heard.map(({ header }) => header.name)).toEqual([
      'ServicePublisher.GetServices',
      'Common.Capabilities',
      'Common.SetVersions',
      'Common.Status',
    ]);
    expect(peer.heard[2]?.payload).toEqual({ commands: { 'CardReader.ChipIO': 3 } });
  });

  test('without a name: the first that has what the device needs', async () => {
    const other = await servePeer({ interfaces: { Printer: ['Printer.PrintRaw'] } });
    const peer = await servePeer({
      services: (port) => [`${other.url}/Other`, `ws://127.0.0.1:${port}/xfs4iot/v1.0/X`],
    });
    const { session } = startSession({ url: peer.url });
    await soon(session, 'ready');
    expect(other.connections).toBe(1);
  });

  test('in the events of a publisher that learns of its services as it goes', async () => {
    const peer = await servePeer();
    peer.scripts.set('ServicePublisher.GetServices', ({ event, complete }) => {
      event('ServicePublisher.ServiceDetailEvent', {
        vendorName: 'X',
        services: [{ serviceURI: `${peer.url}/Reader` }],
      });
      complete({ vendorName: 'X' });
    });
    const { session } = startSession({ url: peer.url, service: 'Reader' });
    await soon(session, 'ready');
  });

  test.each([
    ['serviceMissing', { services: () => [] }, {}],
    ['serviceMissing', {}, { service: 'Another' }],
    ['unreachable', { services: () => ['ws://127.0.0.1:1/xfs4iot/v1.0/Reader'] }, {}],
  ] as const)('absent %s: there is none', async (reason, peerOptions, settings) => {
    const peer = await servePeer(peerOptions);
    const { session } = startSession({ url: peer.url, ...settings });
    await soon(session, `absent ${reason}`);
  });

  test.each([
    ['unsuitable', { interfaces: { CardReader: ['CardReader.Move'] } }, {}],
    ['otherDevice', {}, { serialNumber: 'R-1' }],
    [
      'otherDevice',
      { capabilities: { common: { deviceInformation: [{ serialNumber: 'R-2' }] } } },
      { serialNumber: 'R-1' },
    ],
  ] as const)('failed %s: that is none for us', async (reason, peerOptions, settings) => {
    const peer = await servePeer(peerOptions);
    const { session } = startSession({ url: peer.url, ...settings });
    await soon(session, `failed ${reason}`);
  });

  test('later than the daemon: absent until it is there', async () => {
    const first = await servePeer();
    const { port, url } = first;
    await first.stop();
    const { session } = startSession({ url });
    await soon(session, 'absent unreachable');
    await servePeer({ port });
    await soon(session, 'ready');
  });

  test('with interfaces named as KAL writes them, and one version of everything', async () => {
    const peer = await servePeer({ interfaces: { cardReader: ['CardReader.ChipIO'] } });
    peer.scripts.set('Common.SetVersions', ({ complete }) => complete(undefined, 'unsupportedCommand'));
    const { session } = startSession({ url: peer.url });
    await soon(session, 'ready');
  });
});

describe('its state', () => {
  test.each([false, true])('changes with its events, sent as KAL does: %s', async (asEvent) => {
    const peer = await servePeer();
    peer.unsolicitedAsEvent = asEvent;
    const { session } = startSession({ url: peer.url });
    await soon(session, 'ready');
    peer.change({ cardReader: { media: 'present' } });
    await expect.poll(() => session.service?.status.cardReader?.media).toBe('present');
    peer.change({ common: { device: 'hardwareError' } });
    await soon(session, 'failed deviceFailed');
    expect(session.service?.status.cardReader?.media).toBe('present');
    peer.change({ common: { device: 'deviceBusy' } });
    await soon(session, 'ready');
  });

  test('is asked for where no event told it', async () => {
    const peer = await servePeer();
    const { session } = startSession({ url: peer.url }, { delays: { ...delays, statusMs: 5 } });
    await soon(session, 'ready');
    peer.status = { common: { device: 'noDevice' } };
    await soon(session, 'absent deviceAbsent');
  });
});

describe('a provider that goes away', () => {
  test('is absent, settles what was under way, and is ready again by itself', async () => {
    const peer = await servePeer();
    peer.scripts.set('CardReader.ChipIO', () => {});
    const { session, told } = startSession({ url: peer.url });
    await soon(session, 'ready');
    const answer = session.service?.request('CardReader.ChipIO', {});
    await expect.poll(() => peer.count('CardReader.ChipIO')).toBe(1);
    peer.drop();
    expect(await answer).toEqual({ ok: false, error: { code: 'connectionLost' } });
    await soon(session, 'ready');
    expect(told).toContain('absent lost');
    expect(session.report().restarts).toBe(1);
    expect(peer.count('CardReader.ChipIO')).toBe(1);
  });

  test('stop settles what is under way and leaves no connection', async () => {
    const peer = await servePeer();
    peer.scripts.set('CardReader.ChipIO', () => {});
    const { session } = startSession({ url: peer.url });
    await soon(session, 'ready');
    const answer = session.service?.request('CardReader.ChipIO', {});
    await session.stop();
    expect(await answer).toEqual({ ok: false, error: { code: 'connectionLost' } });
    expect(stateOf(session.report())).toBe('absent');
  });
});

describe('a provider that', () => {
  const says =
    (message: (turn: Turn) => unknown) =>
    (turn: Turn): void =>
      turn.say(message(turn));
  const completion = (name: string, requestId: number, more: object = {}, payload?: object) => ({
    header: { name, type: 'completion', requestId, version: '3.0', completionCode: 'success', ...more },
    payload,
  });

  test.each<[string, string, (turn: Turn) => void]>([
    ['says what is no JSON', 'garbled', says(() => 'nonsense')],
    ['says nothing in JSON', 'garbled', says(() => 'null')],
    ['sends no header', 'garbled', says(() => ({ payload: {} }))],
    ['nests without end', 'garbled', says(() => `${'{"header":'.repeat(2_000)}1${'}'.repeat(2_000)}`)],
    [
      'knows another kind of message',
      'garbled',
      says(({ requestId }) => ({ header: { name: 'CardReader.ChipIO', type: 'answer', requestId } })),
    ],
    [
      'completes with a code of its own',
      'garbled',
      says(({ requestId }) => completion('CardReader.ChipIO', requestId, { completionCode: 'fine' })),
    ],
    [
      'answers with a value that the standard has not',
      'garbled',
      ({ complete }) => complete({ errorCode: 'broken' }, 'commandErrorCode'),
    ],
    ['answers with a member of another type', 'garbled', ({ complete }) => complete({ chipData: 7 })],
    ['tells an event that there is not', 'garbled', ({ event }) => event('CardReader.CardEatenEvent')],
    [
      'answers for another request',
      'outOfStep',
      says(({ requestId }) => completion('CardReader.ChipIO', requestId + 100)),
    ],
    ['answers under another name', 'outOfStep', says(({ requestId }) => completion('CardReader.Move', requestId))],
    [
      'answers twice',
      'outOfStep',
      ({ complete }) => {
        complete({ chipData: 'kAA=' });
        complete({ chipData: 'kAA=' });
      },
    ],
    [
      'acknowledges under another name',
      'outOfStep',
      says(({ requestId }) => ({
        header: { name: 'CardReader.Move', type: 'acknowledge', requestId, version: '3.0' },
      })),
    ],
    [
      'sends commands',
      'outOfStep',
      says(() => ({ header: { name: 'Common.Status', type: 'command', requestId: 9_999, version: '2.0' } })),
    ],
    [
      'speaks 2021-1',
      'oldEdition',
      says(({ requestId }) => ({
        header: { name: 'CardReader.ChipIO', type: 'completion', requestId, version: '1.0' },
        payload: { completionCode: 'success' },
      })),
    ],
    ['sends more than any message has', 'tooLong', says(() => `"${'x'.repeat(3 * 1024 * 1024)}"`)],
    [
      'breaks the frames',
      'garbled',
      ({ socket }) => {
        (socket as unknown as { _socket: { write(bytes: Uint8Array): void } })._socket.write(
          Uint8Array.of(0xff, 0xff, 0xff),
        );
      },
    ],
    ['falls silent', 'silent', () => {}],
  ])('%s: failed %s, the command settles, and the next look finds it well', async (_what, reason, script) => {
    const peer = await servePeer();
    peer.scripts.set('CardReader.ChipIO', script);
    const { session, told } = startSession(
      { url: peer.url },
      { delays: reason === 'silent' ? { ...delays, actMs: 100 } : delays },
    );
    await soon(session, 'ready');
    const answer = await session.service?.request('CardReader.ChipIO', {});
    if (reason !== 'outOfStep') expect(answer?.ok).toBe(false);
    await expect.poll(() => told).toContain(`failed ${reason}`);
    await soon(session, 'ready');
    expect(peer.count('CardReader.ChipIO')).toBe(1);
  });

  test.each([
    ['ServicePublisher.GetServices', { services: 'none' }],
    ['Common.Capabilities', { interfaces: [{ name: 'Coffee' }] }],
    ['Common.Status', { common: { device: 'fine' } }],
    ['Common.Status', {}],
  ])('lies in %s: failed garbled, with growing pauses, and given up in words', async (name, payload) => {
    const peer = await servePeer();
    peer.scripts.set(name, ({ complete }) => complete(payload));
    const { session } = startSession({ url: peer.url });
    await soon(session, 'failed garbled');
    await expect.poll(() => session.report().recovery).toBe('giveUp');
    peer.scripts.delete(name);
    await soon(session, 'ready');
  });

  test.each(['ServicePublisher.GetServices', 'Common.Capabilities', 'Common.SetVersions', 'Common.Status'])(
    'never answers %s: failed silent',
    async (name) => {
      const peer = await servePeer();
      peer.scripts.set(name, () => {});
      const { session } = startSession({ url: peer.url }, { delays: impatient });
      await soon(session, 'failed silent');
    },
  );

  test('tells an event of an interface that we do not know is not held to it', async () => {
    const peer = await servePeer();
    const { session } = startSession({ url: peer.url });
    await soon(session, 'ready');
    peer.unsolicited('Vendor.CoffeeReadyEvent', { cups: 2 });
    peer.change({ cardReader: { media: 'present' } });
    await expect.poll(() => session.service?.status.cardReader?.media).toBe('present');
    expect(peer.connections).toBe(1);
  });
});
