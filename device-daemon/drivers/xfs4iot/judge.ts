/**
 * What may be believed of a provider (protocol.md 3 to 7, 9). The standard's rule for a client is the service's turned
 * round: unknown members are passed over, and anything else that is not in the catalogue makes the whole message wrong.
 */
import { validators } from '#protocol/generated/validators-xfs4iot.js';
import { xfs4iotMessages } from '#protocol/generated/xfs4iot-messages.ts';
import { stripNulls } from '#protocol/nulls.ts';

export type Misdeed =
  /** No JSON, no header, or a member or value that the catalogue does not have. */
  | 'garbled'
  /** It answers what was not asked, or under another name. */
  | 'outOfStep'
  /** Completions as edition 2021-1 has them: code in the payload. */
  | 'oldEdition';

type Asked = (requestId: number) => string | undefined;
type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const kinds: ReadonlyMap<string, ReadonlySet<string>> = xfs4iotMessages.reduce(
  (byName, { name, kind }) => byName.set(name, new Set([...(byName.get(name) ?? []), kind])),
  new Map<string, ReadonlySet<string>>(),
);

const acknowledged: ReadonlySet<unknown> = new Set([
  undefined,
  'ok',
  'invalidMessage',
  'invalidRequestID',
  'tooManyRequests',
]);

/** Both spellings of the one that the editions write differently (protocol.md 4). */
const completionCodes: ReadonlySet<unknown> = new Set([
  'success',
  'commandErrorCode',
  'canceled',
  'deviceNotReady',
  'hardwareError',
  'internalError',
  'invalidCommand',
  'invalidRequestID',
  'timeOut',
  'unsupportedCommand',
  'invalidData',
  'userError',
  'unsupportedData',
  'fraudAttempt',
  'sequenceError',
  'authorisationRequired',
  'authorizationRequired',
  'noCommandNonce',
  'invalidToken',
  'invalidTokenNonce',
  'invalidTokenHMAC',
  'invalidTokenFormat',
  'invalidTokenKeyNoValue',
  'notEnoughSpace',
]);

/**
 * Strips nulls from the message in place, and writes the names of interfaces as the catalogue does (KAL's framework
 * writes `cardReader`, protocol.md 3). Undefined when there is nothing wrong with it.
 */
export function judge(message: unknown, asked: Asked): Misdeed | undefined {
  if (!isObject(message) || !stripNulls(message)) return 'garbled';
  const { header, payload } = message;
  if (!isObject(header) || (payload !== undefined && !isObject(payload))) return 'garbled';
  const { name, type, requestId } = header;
  if (typeof name !== 'string') return 'garbled';
  // KAL's framework sends unsolicited messages as `event` without an id (protocol.md 7).
  if (type === 'unsolicited' || (type === 'event' && requestId === undefined)) {
    if (requestId !== undefined) return 'garbled';
    // One of an interface or an edition that is not ours tells us nothing.
    return kinds.get(name)?.has('unsolicited') === true ? fits(`${name}.unsolicited`, payload) : undefined;
  }
  if (typeof requestId !== 'number' || !Number.isInteger(requestId)) return 'garbled';
  const command = asked(requestId);
  if (command === undefined) return 'outOfStep';
  switch (type) {
    case 'acknowledge':
      if (name !== command) return 'outOfStep';
      return acknowledged.has(header['status']) ? undefined : 'garbled';
    case 'event':
      return kinds.get(name)?.has('event') === true ? fits(`${name}.event`, payload) : 'garbled';
    case 'completion':
      return name === command ? completed(name, header, payload) : 'outOfStep';
    default:
      return 'garbled';
  }
}

function completed(name: string, { completionCode }: Members, payload: Members | undefined): Misdeed | undefined {
  if (!completionCodes.has(completionCode)) {
    return completionCode === undefined && typeof payload?.['completionCode'] === 'string' ? 'oldEdition' : 'garbled';
  }
  if (name === 'Common.Capabilities') rename(payload?.['interfaces']);
  const promised = completionCode === 'success' ? promises[name] : undefined;
  return promised === undefined || promised(payload ?? {}) ? fits(`${name}.completion`, payload) : 'garbled';
}

/** Members that the schema of 2021-1 requires and the later one leaves open (protocol.md 12, 10). */
const promises: Readonly<Record<string, (payload: Members) => boolean>> = {
  'Common.Status': ({ common }) => isObject(common) && common['device'] !== undefined,
  'Common.Capabilities': ({ interfaces }) => Array.isArray(interfaces),
  'ServicePublisher.GetServices': ({ services }) => services === undefined || Array.isArray(services),
};

/** Messages without a payload have no validator: what they carry all the same is passed over. */
const fits = (key: string, payload: Members | undefined): Misdeed | undefined =>
  payload === undefined || (validators[key]?.(payload) ?? true) ? undefined : 'garbled';

function rename(interfaces: unknown): void {
  if (!Array.isArray(interfaces)) return;
  for (const listed of interfaces) {
    if (!isObject(listed) || typeof listed['name'] !== 'string') continue;
    (listed as Record<string, unknown>)['name'] = listed['name'].slice(0, 1).toUpperCase() + listed['name'].slice(1);
  }
}
