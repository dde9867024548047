import { createHash, createPublicKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import { createSigner, createVerifier, httpbis } from 'http-message-signatures';

/**
 * RFC 9421 signatures as both hosts want them, for either end of the wire. A request covers @method and @target-uri and,
 * when it has a body, content-digest (RFC 9530) and idempotency-key; it lives from `created` to `expires` and its `nonce`
 * is good once. An answer covers its status and digest and, by `;req`, method, target and signature of the very request
 * it answers: an answer to anything else does not verify.
 */
export type Headers = Readonly<Record<string, string>>;

export interface SignedRequest {
  readonly method: string;
  /** Absolute, as the client meant it. */
  readonly url: string;
  readonly headers: Headers;
}

export interface SignedAnswer {
  readonly status: number;
  readonly headers: Headers;
}

export type SignatureFault =
  /** No signature, several, an unknown key, or one that does not verify or covers too little. */
  | 'badSignature'
  /** Content-Digest is missing or the body is another. */
  | 'badDigest'
  /** Outside `created`..`expires`, or good for longer than the contract allows. */
  | 'expired';

export interface VerifiedRequest {
  readonly keyId: string;
  readonly nonce: string;
  readonly expires: Date;
}

/** No signature is good for longer; the host remembers nonces for so long. */
export const maxSignatureLifetimeMs = 300_000;
/** How far the two clocks may be apart. */
export const clockToleranceMs = 60_000;

/** SHA-256 of the public key's DER, base64url: both ends name a key without agreeing on names. */
export function keyIdOf(key: KeyObject): string {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
}

export function contentDigest(body: Uint8Array): string {
  return `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
}

function algorithmOf(key: KeyObject): 'ed25519' | 'ecdsa-p256-sha256' {
  if (key.asymmetricKeyType === 'ed25519') return 'ed25519';
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return 'ecdsa-p256-sha256';
  throw new Error('a signing key must be ed25519 or ECDSA on P-256');
}

const requestParts = (hasBody: boolean): string[] =>
  hasBody ? ['@method', '@target-uri', 'content-digest', 'idempotency-key'] : ['@method', '@target-uri'];
const answerParts = ['@status', 'content-digest', '@method;req', '@target-uri;req', 'signature;req'];

/** `@method;req` -> `"@method";req`, the serialised component identifier. */
const identifier = (part: string): string => {
  const [name = '', ...flags] = part.split(';');
  return [`"${name}"`, ...flags].join(';');
};

const plain = (headers: Readonly<Record<string, string | string[]>>): Headers =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));

/** The headers to send: those given, the digest, and the signature. `url` must be absolute. */
export async function signRequest(
  request: { readonly method: string; readonly url: string; readonly headers: Headers; readonly body?: Uint8Array },
  key: KeyObject,
  lifetimeMs: number,
  now = new Date(),
): Promise<Headers> {
  const headers: Record<string, string> = { ...request.headers };
  if (request.body !== undefined) headers['content-digest'] = contentDigest(request.body);
  const signed = await httpbis.signMessage(
    {
      key: createSigner(key, algorithmOf(key), keyIdOf(key)),
      name: 'kiosk',
      fields: requestParts(request.body !== undefined).map(identifier),
      params: ['created', 'expires', 'nonce', 'keyid'],
      paramValues: {
        created: now,
        expires: new Date(now.getTime() + lifetimeMs),
        nonce: randomBytes(16).toString('base64url'),
      },
    },
    { method: request.method, url: request.url, headers },
  );
  return plain(signed.headers);
}

/** The headers to send. `request` is the message that is answered, as it arrived. */
export async function signAnswer(
  answer: SignedAnswer & { readonly body: Uint8Array },
  request: SignedRequest,
  key: KeyObject,
  now = new Date(),
): Promise<Headers> {
  const signed = await httpbis.signMessage(
    {
      key: createSigner(key, algorithmOf(key), keyIdOf(key)),
      name: 'host',
      fields: answerParts.map(identifier),
      params: ['created', 'keyid'],
      paramValues: { created: now },
    },
    { status: answer.status, headers: { ...answer.headers, 'content-digest': contentDigest(answer.body) } },
    { method: request.method, url: request.url, headers: { ...request.headers } },
  );
  return plain(signed.headers);
}

interface Seen {
  readonly covered: Set<string>;
  readonly params: Readonly<Record<string, unknown>>;
}

/** Verifies the message's one signature and tells what it covers. The library's own clock is not asked. */
async function verify(
  message: SignedRequest | SignedAnswer,
  keys: ReadonlyMap<string, KeyObject>,
  request?: SignedRequest,
): Promise<Seen | undefined> {
  const covered = new Set<string>();
  const lookups: Record<string, unknown>[] = [];
  const config = {
    tolerance: Number.MAX_SAFE_INTEGER,
    componentParser: (name: string, params: Map<string, string | number | boolean>): null => {
      covered.add([name, ...params.keys()].join(';'));
      return null;
    },
    keyLookup: async (params: Record<string, unknown>) => {
      lookups.push(params);
      const key = keys.get(String(params['keyid']));
      return key === undefined ? null : { verify: createVerifier(key, algorithmOf(key)) };
    },
  };
  try {
    const right =
      'method' in message
        ? await httpbis.verifyMessage(config, { ...message, headers: { ...message.headers } })
        : await httpbis.verifyMessage(
            config,
            { ...message, headers: { ...message.headers } },
            request && { ...request, headers: { ...request.headers } },
          );
    const [params] = lookups;
    return right === true && lookups.length === 1 && params !== undefined ? { covered, params } : undefined;
  } catch {
    // The library throws on every malformed or incomplete signature; to us all of them are one thing.
    return undefined;
  }
}

function digestMatches(headers: Headers, body: Uint8Array): boolean {
  const told = Buffer.from(headers['content-digest'] ?? '');
  const right = Buffer.from(contentDigest(body));
  return told.length === right.length && timingSafeEqual(told, right);
}

const includes = (covered: ReadonlySet<string>, parts: readonly string[]): boolean =>
  parts.every((part) => covered.has(part));

/** What the host does with every request. Whether the nonce was seen before is the host's to know. */
export async function verifyRequest(
  request: SignedRequest,
  body: Uint8Array | undefined,
  keys: ReadonlyMap<string, KeyObject>,
  now = new Date(),
): Promise<VerifiedRequest | SignatureFault> {
  const seen = await verify(request, keys);
  if (seen === undefined || !includes(seen.covered, requestParts(body !== undefined))) return 'badSignature';
  if (body !== undefined && !digestMatches(request.headers, body)) return 'badDigest';
  const { created, expires, nonce, keyid } = seen.params;
  if (!(created instanceof Date) || typeof expires !== 'number' || typeof nonce !== 'string' || nonce.length < 16)
    return 'badSignature';
  const end = expires * 1000;
  if (
    created.getTime() > now.getTime() + clockToleranceMs ||
    end < now.getTime() ||
    end - created.getTime() > maxSignatureLifetimeMs
  )
    return 'expired';
  return { keyId: String(keyid), nonce, expires: new Date(end) };
}

/** What the kiosk does with every answer. No clock: the bond to a request sent just now is proof enough of freshness. */
export async function verifyAnswer(
  answer: SignedAnswer,
  body: Uint8Array,
  request: SignedRequest,
  keys: ReadonlyMap<string, KeyObject>,
): Promise<SignatureFault | undefined> {
  const seen = await verify(answer, keys, request);
  if (seen === undefined || !includes(seen.covered, answerParts)) return 'badSignature';
  return digestMatches(answer.headers, body) ? undefined : 'badDigest';
}
