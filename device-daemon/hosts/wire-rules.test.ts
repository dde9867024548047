import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Contract } from '#protocol/hosts/contract.fixture.ts';
import { signRequest } from '#protocol/hosts/message-signatures.ts';
import { err } from '#protocol/result.ts';
import { type HostExchange, type HostSimulators, startHostSimulators } from '#simulators/hosts/index.ts';
import { HttpBankCore, loadHostCredentials, newIdempotencyKey, outcomeUnknown } from './index.ts';
import { good, type Inquiry, ledgerOf, type Rig, startRig, Terminal } from './rig.fixture.ts';

/** Who is let in, what is believed, and that one intent is one act. */

let rig: Rig;
let terminal: Terminal;
/** Certificates, keys and hosts of somebody else. */
let strangers: HostSimulators;
let strangersFolder: string;

beforeAll(async () => {
  strangersFolder = mkdtempSync(join(tmpdir(), 'hosts-'));
  strangers = await startHostSimulators({ folder: strangersFolder, database: 'memory' });
  rig = await startRig();
});
beforeEach(async () => {
  await rig.hosts.reset();
  terminal = await Terminal.signOn(rig.bank);
});
afterAll(async () => {
  await strangers.stop();
  rmSync(strangersFolder, { recursive: true });
  await rig.stop();
});

interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly client?: { readonly cert: string; readonly key: string } | undefined;
}

/** Whatever may be said on HTTPS; answers status and problem code, or the error of the connection. */
function say({ method, path, headers = {}, body, client }: RawRequest): Promise<string> {
  const { credentials } = rig;
  const tls = client ?? { cert: credentials.certificate, key: credentials.key };
  return new Promise((resolve) => {
    const request = httpsRequest(`${rig.hosts.bankCore.url}${path}`, {
      method,
      headers,
      ca: credentials.ca,
      ...tls,
      agent: false,
    });
    request.on('error', () => resolve('no answer'));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { code } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { code?: string };
        resolve(`${response.statusCode} ${code ?? 'fine'}`);
      });
    });
    request.end(body);
  });
}

const signOnBody = Buffer.from(JSON.stringify({ terminalId: 'KIOSK001', keyAlgorithm: 'tdes' }));

async function signed(order: Partial<RawRequest> & { readonly at?: Date } = {}): Promise<RawRequest> {
  const { method = 'POST', path = '/v1/sign-ons', at } = order;
  const body = order.body ?? (method === 'POST' ? signOnBody : undefined);
  const headers = await signRequest(
    {
      method,
      url: `${rig.hosts.bankCore.url}${path}`,
      headers: {
        'content-type': 'application/json',
        ...(method === 'POST' && { 'idempotency-key': newIdempotencyKey() }),
        ...order.headers,
      },
      ...(body && { body }),
    },
    rig.credentials.signingKey,
    20_000,
    at,
  );
  return { method, path, headers, ...(body && { body }) };
}

const edit = (request: RawRequest, headers: Readonly<Record<string, string>>): RawRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

describe('a connection', () => {
  test('with the kiosk’s certificate is served', async () => {
    expect(await say(await signed())).toBe('200 fine');
  });

  test('without a certificate, or with another authority’s, is not', async () => {
    const other = good(loadHostCredentials(strangers.credentialsFolder));
    const lines = await ledgerOf(rig.hosts.bankCore, async () => {
      expect(await say({ ...(await signed()), client: { cert: '', key: '' } })).toBe('no answer');
      expect(await say({ ...(await signed()), client: { cert: other.certificate, key: other.key } })).toBe('no answer');
    });
    expect(lines).toEqual([]);
  });

  test('a kiosk whose certificate is not accepted learns nothing about an act, and the host has done nothing', async () => {
    const { certificate, key } = good(loadHostCredentials(strangers.credentialsFolder));
    const credentials = { ...rig.credentials, certificate, key };
    const client = rig.another(new HttpBankCore(rig.clientOptions('bankCore', { credentials })));
    const inquiry = await terminal.inquire('gen2');
    const lines = await ledgerOf(rig.hosts.bankCore, async () => {
      const result = await client.inquireBalance(inquiry.order, inquiry);
      expect(result.ok).toBe(false);
    });
    expect(lines).toEqual([]);
  });

  test('to a host of another authority is not made: nothing was sent', async () => {
    const client = rig.another(new HttpBankCore(rig.clientOptions('bankCore', { url: strangers.bankCore.url })));
    expect(await client.signOn('tdes')).toEqual(err({ code: 'unavailable', reason: 'unreachable' }));
  });
});

describe('a request', () => {
  test.each<readonly [string, string, () => Promise<RawRequest>]>([
    [
      'without a signature',
      '401 badSignature',
      async () => ({ ...(await signed()), headers: { 'idempotency-key': newIdempotencyKey() } }),
    ],
    [
      'signed by nobody known',
      '401 badSignature',
      async () => {
        const { privateKey } = generateKeyPairSync('ed25519');
        const url = `${rig.hosts.bankCore.url}/v1/sign-ons`;
        const own = { 'content-type': 'application/json', 'idempotency-key': newIdempotencyKey() };
        const headers = await signRequest({ method: 'POST', url, headers: own, body: signOnBody }, privateKey, 20_000);
        return { method: 'POST', path: '/v1/sign-ons', headers, body: signOnBody };
      },
    ],
    ['for another path', '401 badSignature', async () => ({ ...(await signed()), path: '/v1/identifications' })],
    [
      'under another idempotency key',
      '401 badSignature',
      async () => edit(await signed(), { 'idempotency-key': newIdempotencyKey() }),
    ],
    [
      'with another body',
      '401 badSignature',
      async () => ({ ...(await signed()), body: Buffer.from(signOnBody.toString().replace('tdes', 'sm4')) }),
    ],
    ['that is too old', '401 signatureExpired', () => signed({ at: new Date(Date.now() - 3_600_000) })],
    ['from the future', '401 signatureExpired', () => signed({ at: new Date(Date.now() + 3_600_000) })],
    ['that is no JSON', '400 badRequest', () => signed({ body: Buffer.from('{') })],
    [
      'with a member too many',
      '400 badRequest',
      () => signed({ body: Buffer.from(signOnBody.toString().replace('{', '{"more":1,')) }),
    ],
    ['with a short idempotency key', '400 badRequest', () => signed({ headers: { 'idempotency-key': 'short' } })],
    [
      'in the name of another terminal',
      '403 unknownTerminal',
      () => signed({ body: Buffer.from(signOnBody.toString().replace('KIOSK001', 'KIOSK002')) }),
    ],
    ['to nowhere', '404 notFound', () => signed({ path: '/v1/nowhere' })],
    ['with another method', '404 notFound', () => signed({ method: 'GET' })],
    [
      'of two megabytes',
      'no answer',
      async () => signed({ body: Buffer.from(JSON.stringify({ padding: 'x'.repeat(2 * 1024 * 1024) })) }),
    ],
  ])('%s: %s', async (_name, answer, make) => {
    const request = await make();
    const lines = await ledgerOf(rig.hosts.bankCore, async () => expect(await say(request)).toBe(answer));
    expect(lines.filter((line) => line.act !== 'rejected')).toEqual([]);
  });

  test('sent again, byte for byte, is refused: a nonce is good once', async () => {
    const request = await signed();
    expect(await say(request)).toBe('200 fine');
    expect(await say(request)).toBe('401 replayed');
  });

  test('by a kiosk whose signing key the host does not know: refused, and the link is as good as down', async () => {
    const credentials = { ...rig.credentials, signingKey: generateKeyPairSync('ed25519').privateKey };
    const client = rig.another(new HttpBankCore(rig.clientOptions('bankCore', { credentials })));
    expect(await client.signOn('tdes')).toEqual(err({ code: 'refused', reason: 'badSignature', safeToRetry: false }));
    expect(client.report().state).toBe('down');
  });
});

describe('an answer', () => {
  test('signed by the other host is not believed', async () => {
    const { cardManagement, bankCore } = rig.credentials.answerKeys;
    const credentials = { ...rig.credentials, answerKeys: { cardManagement: bankCore, bankCore: cardManagement } };
    const client = rig.another(new HttpBankCore(rig.clientOptions('bankCore', { credentials })));
    expect(await client.signOn('tdes')).toEqual(err({ code: 'badAnswer', why: 'signature' }));
  });

  test('to somebody else’s question is not believed, even for the same question', async () => {
    await rig.hosts.bankCore.faults.set({ kind: 'staleAnswer', times: 1 });
    const result = await rig.bank.signOn('tdes');
    expect(result).toEqual(err({ code: 'badAnswer', why: 'signature' }));
    expect(!result.ok && outcomeUnknown(result.error)).toBe(true);
  });
});

describe('one intent is one act', () => {
  const inquire = ({ order, idempotencyKey }: Inquiry) => rig.bank.inquireBalance(order, { idempotencyKey });
  const mismatch = err({ code: 'refused', reason: 'idempotencyMismatch', safeToRetry: false });

  test('the same key with another body, or on another operation, is refused and does nothing', async () => {
    const first = await terminal.inquire('gen2', { pin: '000000' });
    expect(good(await inquire(first))).toMatchObject({ triesLeft: 2 });
    const second = { ...(await terminal.inquire('gen2', { pin: '111111' })), idempotencyKey: first.idempotencyKey };
    const lines = await ledgerOf(rig.hosts.bankCore, async () => {
      expect(await inquire(second)).toEqual(mismatch);
      expect(await say(await signed({ headers: { 'idempotency-key': first.idempotencyKey } }))).toBe(
        '409 idempotencyMismatch',
      );
    });
    expect(lines.map((line) => [line.act, line.result])).toEqual([
      ['rejected', 'idempotencyMismatch'],
      ['rejected', 'idempotencyMismatch'],
    ]);
    expect(good(await rig.bank.ask(first.idempotencyKey))).toMatchObject({ state: 'done', answer: { triesLeft: 2 } });
  });

  test('twenty of the same at once: one act, one try', async () => {
    const inquiry = await terminal.inquire('gen2', { pin: '000000' });
    const lines = await ledgerOf(rig.hosts.bankCore, async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => inquire(inquiry)));
      for (const answer of answers) expect(good(answer)).toMatchObject({ triesLeft: 2 });
    });
    expect(lines.filter((line) => line.act === 'done')).toHaveLength(1);
    expect(lines.filter((line) => line.act === 'repeated')).toHaveLength(19);
  });

  test('a key that was never sent was never seen', async () => {
    expect(good(await rig.bank.ask(newIdempotencyKey()))).toEqual({ state: 'neverSeen' });
  });
});

test('a host that restarts knows what it did, and has forgotten what it only began', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  const start = async () => {
    const hosts = await startHostSimulators({ folder });
    const credentials = good(loadHostCredentials(hosts.credentialsFolder));
    const options = rig.clientOptions('bankCore', { credentials, url: hosts.bankCore.url });
    return { hosts, bank: new HttpBankCore(options) };
  };
  const first = await start();
  const desk = await Terminal.signOn(first.bank);
  const done = await desk.inquire('gen2');
  const answer = good(await first.bank.inquireBalance(done.order, done));
  const begun = await desk.inquire('gen2');
  await first.hosts.bankCore.faults.set({ kind: 'slow', ms: 3_600_000, operation: 'inquireBalance' });
  const call = first.bank.inquireBalance(begun.order, begun);
  while (good(await first.bank.ask(begun.idempotencyKey)).state === 'neverSeen');
  await first.hosts.stop();
  expect(await call).toEqual(err({ code: 'noAnswer' }));
  await first.bank.stop();

  const second = await start();
  expect(good(await second.bank.ask(done.idempotencyKey))).toEqual({ state: 'done', answer });
  expect(good(await second.bank.ask(begun.idempotencyKey))).toEqual({ state: 'neverSeen' });
  await second.bank.stop();
  await second.hosts.stop();
  rmSync(folder, { recursive: true });
});

describe('the contract', () => {
  test('the clients send and the hosts serve all of it', async () => {
    rig.seen.length = 0;
    const inquiry = await terminal.inquire('gen3-active');
    const head = { segment: 0, sequence: 1, hash: 'a'.repeat(64), signature: 'A'.repeat(24), keyId: 'k' };
    const act = () => ({ idempotencyKey: newIdempotencyKey() });
    const order = { holderRef: 'H-unknown', expectedRevision: 0, evidence: [] };
    const nobody = {
      documentType: 'residentId',
      documentNumber: Buffer.from('000000190001010011'),
      name: Buffer.from('无此人'),
    } as const;
    const calls = [
      rig.bank.signOn('tdes'),
      rig.bank.probe(),
      rig.bank.ask(newIdempotencyKey()),
      rig.bank.identify({ kind: 'bankCard', pan: '6217214301000000016' }),
      rig.bank.inquireBalance(inquiry.order, inquiry),
      rig.bank.holderCards('P-unknown'),
      rig.bank.pinEntry('B-unknown', 'P-unknown'),
      rig.bank.act('B-unknown', { ...order, action: 'temporaryLoss', expectedState: 'active' }, act()),
      rig.bank.sendCode({ holderRef: 'P-unknown', purpose: 'lossReport' }, act()),
      rig.bank.verifyCode('O-unknown', inquiry.order.pinBlock, act()),
      rig.bank.checkIdentity(nobody, act()),
      rig.bank.requestApproval({ holderRef: 'P-unknown', service: 'unfreeze', visitRef: 'v' }, act()),
      rig.bank.approvalState('Q-unknown'),
      rig.bank.approveByStaffCard(
        {
          holderRef: 'P-unknown',
          service: 'unfreeze',
          visitRef: 'v',
          staffNumber: '900001',
          challenge: '0'.repeat(32),
          response: '0'.repeat(32),
          pinBlock: inquiry.order.pinBlock,
        },
        act(),
      ),
      rig.bank.signStaffOn(
        {
          staffNumber: '900001',
          challenge: '1'.repeat(32),
          response: '0'.repeat(32),
          pinBlock: inquiry.order.pinBlock,
        },
        act(),
      ),
      rig.cards.act('C-unknown', { ...order, action: 'temporaryLoss', expectedState: 'normal' }, act()),
      rig.cards.progress('H-unknown'),
      rig.cards.probe(),
      rig.cards.actTotals(),
      rig.bank.actTotals(),
      rig.cards.ask(newIdempotencyKey()),
      rig.cards.identify({
        kind: 'document',
        documentType: 'residentId',
        documentNumber: '000000190001010011',
        name: '无此人',
        grade: 'ocr',
      }),
      rig.cards.holderCards('H-unknown'),
      rig.cards.medicalAccount('H-unknown'),
      rig.cards.reportJournalHead({ ...head, at: '2026-11-24T08:00:00Z' }, { idempotencyKey: newIdempotencyKey() }),
      rig.cards.depositJournalPart({ bundle: 'b'.repeat(16), part: 1, parts: 2, sha256: '0'.repeat(64), data: 'AAAA' }),
      rig.cards.authenticateCardStep1({
        cardIdentificationCode: '00'.repeat(16),
        historicalBytes: '00'.repeat(13),
        algorithm: 'sm4',
        version: '3.00',
      }),
      rig.cards.authenticateCardStep2({ authRef: 'A-unknown', internalAuthResult: '00'.repeat(8) }),
    ];
    for (const answer of await Promise.all(calls)) expect(answer.ok || answer.error.code === 'refused').toBe(true);
    const sent = new Set(rig.seen.map(({ host, exchange }) => `${host} ${exchange.operation}`));
    const declared = (['bank-core', 'card-management'] as const).flatMap((host) =>
      new Contract(host).operations().map((id) => `${host} ${id}`),
    );
    expect(declared.filter((id) => !sent.has(id))).toEqual([]);
  });

  test('the watch that the other tests rely on sees every kind of breach', () => {
    const contract = new Contract('bank-core');
    const found = rig.seen.find(({ exchange }) => exchange.operation === 'signOn' && exchange.answer.status === 200);
    if (found === undefined) throw new Error('no sign-on was seen');
    const { exchange } = found;
    const { request, answer } = exchange;
    const breaches = (change: Partial<HostExchange>) => contract.violations({ ...exchange, ...change }).join('; ');
    const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
    const refusal = { type: 'urn:kiosk:problem:x', status: 409, safeToRetry: false };
    const problem = { ...answer, headers: { 'content-type': 'application/problem+json' } };
    expect(breaches({})).toBe('');
    expect(breaches({ request: { ...request, url: 'https://h/v1/nowhere' } })).toMatch(/no such operation/);
    expect(
      breaches({ request: { ...request, headers: { ...request.headers, signature: undefined as never } } }),
    ).toMatch(/Signature is missing/);
    expect(breaches({ request: { ...request, body: json({ terminalId: 'x' }) } })).toMatch(/request.*pattern/);
    expect(breaches({ answer: { ...answer, headers: {} } })).toMatch(/content type none/);
    expect(breaches({ answer: { ...answer, body: json({}) } })).toMatch(/answer.*required/);
    expect(breaches({ answer: { ...answer, status: 302 } })).toMatch(/status 302/);
    const told = (code: string, status: number) =>
      breaches({ answer: { ...problem, status, body: json({ ...refusal, code }) } });
    expect(told('masterKeyDiffers', 409)).toBe('');
    expect(told('replayed', 409)).toBe('');
    expect(told('headOutOfOrder', 409)).toMatch(/code headOutOfOrder is not declared/);
    expect(told('replayed', 401)).toMatch(/says 409, the answer 401/);
  });
});
