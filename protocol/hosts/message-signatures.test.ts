import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  type Headers,
  keyIdOf,
  type SignedRequest,
  signAnswer,
  signRequest,
  verifyAnswer,
  verifyRequest,
} from './message-signatures.ts';

const pairs = {
  ed25519: generateKeyPairSync('ed25519'),
  'ecdsa-p256-sha256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const host = generateKeyPairSync('ed25519');
const ring = (...keys: KeyObject[]): ReadonlyMap<string, KeyObject> => new Map(keys.map((key) => [keyIdOf(key), key]));
const url = 'https://host.test/v1/balance-inquiries?x=1';
const body = Buffer.from('{"a":1}');
const now = new Date('2026-11-24T08:00:00Z');

async function post(key: KeyObject, lifetimeMs = 20_000): Promise<SignedRequest> {
  const headers = await signRequest(
    { method: 'POST', url, headers: { 'idempotency-key': 'intent-0123456789' }, body },
    key,
    lifetimeMs,
    now,
  );
  return { method: 'POST', url, headers };
}

const edited = (request: SignedRequest, headers: Headers): SignedRequest => ({
  ...request,
  headers: { ...request.headers, ...headers },
});

describe.each(Object.entries(pairs))('%s', (_, pair) => {
  const keys = ring(pair.publicKey);

  test('a request verifies as it was sent', async () => {
    const verified = await verifyRequest(await post(pair.privateKey), body, keys, now);
    expect(verified).toMatchObject({
      keyId: keyIdOf(pair.publicKey),
      expires: new Date('2026-11-24T08:00:20Z'),
    });
  });

  test.each([
    ['method', (r: SignedRequest) => ({ ...r, method: 'PUT' })],
    ['path', (r: SignedRequest) => ({ ...r, url: url.replace('balance', 'other') })],
    ['query', (r: SignedRequest) => ({ ...r, url: url.replace('x=1', 'x=2') })],
    ['authority', (r: SignedRequest) => ({ ...r, url: url.replace('host.test', 'host.evil') })],
    ['idempotency key', (r: SignedRequest) => edited(r, { 'idempotency-key': 'intent-9999999999' })],
    ['nonce', (r: SignedRequest) => edited(r, { 'signature-input': swapNonce(r.headers['signature-input'] ?? '') })],
    ['signature', (r: SignedRequest) => edited(r, { signature: 'kiosk=:AAAA:' })],
    ['digest', (r: SignedRequest) => edited(r, { 'content-digest': 'sha-256=:AAAA:' })],
  ])('another %s does not verify', async (_name, change) => {
    expect(await verifyRequest(change(await post(pair.privateKey)), body, keys, now)).toBe('badSignature');
  });

  test('another body does not verify', async () => {
    expect(await verifyRequest(await post(pair.privateKey), Buffer.from('{"a":2}'), keys, now)).toBe('badDigest');
  });
});

const swapNonce = (input: string): string => input.replace(/nonce="[^"]+"/, 'nonce="AAAAAAAAAAAAAAAAAAAAAA"');
const { privateKey, publicKey } = pairs.ed25519;
const keys = ring(publicKey);

test('a signature that leaves the body or the intent uncovered is refused', async () => {
  const headers = await signRequest({ method: 'POST', url, headers: {} }, privateKey, 20_000, now);
  expect(await verifyRequest({ method: 'POST', url, headers }, undefined, keys, now)).toHaveProperty('nonce');
  const smuggled = edited(
    { method: 'POST', url, headers },
    {
      'idempotency-key': 'intent-0123456789',
      'content-digest': (await post(privateKey)).headers['content-digest'] ?? '',
    },
  );
  expect(await verifyRequest(smuggled, body, keys, now)).toBe('badSignature');
});

test('a signature by nobody known, none at all, or two of them', async () => {
  const request = await post(privateKey);
  expect(await verifyRequest(request, body, ring(host.publicKey), now)).toBe('badSignature');
  expect(await verifyRequest({ ...request, headers: {} }, body, keys, now)).toBe('badSignature');
  const second = edited(request, {
    signature: `${request.headers['signature']}, b=:AAAA:`,
    'signature-input': `${request.headers['signature-input']}, b=("@method");keyid="nobody"`,
  });
  expect(await verifyRequest(second, body, keys, now)).toBe('badSignature');
});

test('time: expired, not yet made, or good for too long', async () => {
  const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
  const request = await post(privateKey);
  expect(await verifyRequest(request, body, keys, later(20))).toHaveProperty('nonce');
  expect(await verifyRequest(request, body, keys, later(21))).toBe('expired');
  expect(await verifyRequest(request, body, keys, later(-61))).toBe('expired');
  expect(await verifyRequest(await post(privateKey, 301_000), body, keys, now)).toBe('expired');
});

describe('an answer', () => {
  const answerBody = Buffer.from('{"ok":true}');
  const answerTo = async (request: SignedRequest) => ({
    status: 200,
    headers: await signAnswer({ status: 200, headers: {}, body: answerBody }, request, host.privateKey),
  });
  const hostKeys = ring(host.publicKey);

  test('verifies against its own request only', async () => {
    const first = await post(privateKey);
    const second = await post(privateKey);
    const answer = await answerTo(first);
    expect(await verifyAnswer(answer, answerBody, first, hostKeys)).toBeUndefined();
    expect(await verifyAnswer(answer, answerBody, second, hostKeys)).toBe('badSignature');
  });

  test('with another status, body or signer does not verify', async () => {
    const request = await post(privateKey);
    const answer = await answerTo(request);
    expect(await verifyAnswer({ ...answer, status: 201 }, answerBody, request, hostKeys)).toBe('badSignature');
    expect(await verifyAnswer(answer, Buffer.from('{"ok":false}'), request, hostKeys)).toBe('badDigest');
    expect(await verifyAnswer(answer, answerBody, request, keys)).toBe('badSignature');
    expect(await verifyAnswer({ status: 200, headers: {} }, answerBody, request, hostKeys)).toBe('badSignature');
  });
});
