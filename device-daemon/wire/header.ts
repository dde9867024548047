/**
 * The header of a command as it comes from a socket (protocol.md 3, 9 and 14). Nothing here is trusted; what could be
 * read is echoed in the acknowledge that refuses it.
 */

const maximumInt32 = 2_147_483_647;
/** Real names and versions are far shorter; what is longer is not one and is not echoed either. */
const maximumNameLength = 128;
const maximumVersionLength = 16;
const namePattern = /^[A-Za-z][A-Za-z0-9]*\.[A-Za-z][A-Za-z0-9]*$/;
const versionPattern = /^[1-9][0-9]*\.(?:[1-9][0-9]*|0)$/;

export interface CommandFrame {
  readonly ok: true;
  readonly name: string;
  readonly requestId: number;
  readonly version: string;
  /** Milliseconds; 0 when the client set none. */
  readonly timeoutMs: number;
  /** Undefined when absent or null; otherwise whatever the client sent. */
  readonly payload: unknown;
}

export interface RefusedFrame {
  readonly ok: false;
  readonly status: 'invalidMessage' | 'invalidRequestID';
  readonly name: string | undefined;
  readonly requestId: number | undefined;
  readonly version: string | undefined;
}

const isInt32 = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maximumInt32;

const unreadable: RefusedFrame = {
  ok: false,
  status: 'invalidMessage',
  name: undefined,
  requestId: undefined,
  version: undefined,
};

/** Reads one text frame. Never throws. */
export function readFrame(text: string): CommandFrame | RefusedFrame {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return unreadable;
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) return unreadable;
  const { header, payload } = message as { header?: unknown; payload?: unknown };
  if (typeof header !== 'object' || header === null || Array.isArray(header)) return unreadable;
  const raw = header as Readonly<Record<string, unknown>>;

  const rawName = raw['name'];
  const name =
    typeof rawName === 'string' && rawName.length <= maximumNameLength && namePattern.test(rawName)
      ? rawName
      : undefined;
  const rawVersion = raw['version'];
  const version =
    typeof rawVersion === 'string' && rawVersion.length <= maximumVersionLength && versionPattern.test(rawVersion)
      ? rawVersion
      : undefined;
  const rawId = raw['requestId'] ?? undefined;
  const requestId = isInt32(rawId) ? rawId : undefined;
  const timeoutMs = raw['timeout'] ?? 0;

  if (
    name === undefined ||
    version === undefined ||
    raw['type'] !== 'command' ||
    rawId === undefined ||
    !isInt32(timeoutMs)
  ) {
    return { ok: false, status: 'invalidMessage', name, requestId, version };
  }
  if (requestId === undefined || requestId === 0) {
    return { ok: false, status: 'invalidRequestID', name, requestId, version };
  }
  return { ok: true, name, requestId, version, timeoutMs, payload: payload ?? undefined };
}

/** The acknowledge that ends the exchange; it carries what could be read. */
export function refusal(
  status: 'invalidMessage' | 'invalidRequestID' | 'tooManyRequests',
  read: Pick<RefusedFrame, 'name' | 'requestId' | 'version'>,
): string {
  return JSON.stringify({
    header: { name: read.name, type: 'acknowledge', requestId: read.requestId, version: read.version, status },
  });
}
