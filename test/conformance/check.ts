import {
  type CatalogueMessage,
  cash,
  type Family,
  headerFaultOf,
  type Kind,
  kiosk,
  type StrictCatalogue,
  standard,
} from './schemas.ts';

/** A message that must not have been sent: which one, and where in it. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';

  constructor(what: string, fault: string, text: string) {
    super(`${what}: ${fault}\n  in ${text.length > 500 ? `${text.slice(0, 500)}…` : text}`);
  }
}

export interface CheckedMessage {
  /** `unsupported`: a completion that says so, which shows nothing of the message itself. */
  readonly kind: Kind | 'unsupported';
  /** `?` where no catalogue has the name, or none could be read. */
  readonly name: string;
  /** A completion of success. */
  readonly succeeded: boolean;
}

type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Throws a ConformanceError when the daemon must not send this text (protocol.md 3, 4 and 14). */
export function checkMessage(family: Family, text: string): CheckedMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new ConformanceError('a text that is no JSON', '/', text);
  }
  const header = isObject(message) ? message['header'] : undefined;
  if (!isObject(message) || !isObject(header)) throw new ConformanceError('a text without header', '/header', text);
  const { name = '', type } = header as { name?: unknown; type?: unknown };
  const what = `${String(type)} ${String(name)}`;
  const fault =
    foreignMember(message) ??
    headerFault(header) ??
    bodyFault(family, header, message['payload'], 'payload' in message);
  if (fault !== undefined) throw new ConformanceError(what, fault, text);
  const code = header['completionCode'];
  return {
    kind: code === 'unsupportedCommand' ? 'unsupported' : kindOf(header),
    name: knownNames.has(String(name)) ? String(name) : '?',
    succeeded: code === 'success',
  };
}

function foreignMember(message: Members): string | undefined {
  const foreign = Object.keys(message).find((key) => key !== 'header' && key !== 'payload');
  return foreign === undefined ? undefined : `/${foreign} is neither header nor payload`;
}

/** KAL's clients get unsolicited messages as `event` without an id (protocol.md 7). */
function kindOf(header: Members): Kind {
  const type = header['type'];
  return type === 'event' && !('requestId' in header) ? 'unsolicited' : (type as Kind);
}

function headerFault(header: Members): string | undefined {
  const kind = kindOf(header);
  if (kind !== 'acknowledge' || header['status'] === undefined) return headerFaultOf(kind, header);
  // A refusal carries what could be read, and an id of 0 is read (protocol.md 14).
  const complete = { name: 'A.B', version: '1.0', requestId: 1, ...header };
  return headerFaultOf(kind, complete.requestId === 0 ? { ...complete, requestId: 1 } : complete);
}

function bodyFault(family: Family, header: Members, payload: unknown, given: boolean): string | undefined {
  const kind = kindOf(header);
  const name = String(header['name']);
  if (given && (!isObject(payload) || Object.keys(payload).length === 0)) return '/payload is given and empty';
  if (kind === 'acknowledge') return given ? '/payload does not belong into an acknowledge' : undefined;

  const code = header['completionCode'];
  if ('errorDescription' in header && code === 'success') return '/header/errorDescription beside success';
  if (code === 'unsupportedCommand') return given ? '/payload beside unsupportedCommand' : undefined;
  const errorCode = isObject(payload) ? payload['errorCode'] : undefined;
  // An event may tell an error code of its own (KeyManagement.IllegalKeyAccessEvent).
  if (kind === 'completion' && (code === 'commandErrorCode') !== (errorCode !== undefined))
    return '/payload/errorCode goes with commandErrorCode';

  const known = find(family, kind, name);
  if (known === undefined) return '/header/name is in no catalogue of this service';
  const { row, catalogue } = known;
  if (header['version'] !== row.version) return `/header/version is not ${row.version}`;
  if (!given) return missing(name, kind, code, {});
  if (typeof row.payload !== 'string') return '/payload of a message that has none';
  const body = family === 'kiosk' ? withoutOwnInterfaces(name, payload as Members) : (payload as Members);
  return catalogue.fault(row.payload, body) ?? missing(name, kind, code, body);
}

function find(
  family: Family,
  kind: Kind,
  name: string,
): { readonly row: CatalogueMessage; readonly catalogue: StrictCatalogue } | undefined {
  const ofCash = family === 'cash' && name.startsWith('CashDispenser.');
  const catalogue = ofCash ? cash : family === 'kiosk' && !name.startsWith('Common.') ? kiosk : standard;
  const row = catalogue.find(kind, name);
  return row === undefined ? undefined : { row, catalogue };
}

/** Members that every client may count on in a successful completion, which the generated schemas leave optional. */
const promised: Readonly<Record<string, readonly string[]>> = {
  'Common.Status': ['common'],
  'Common.Capabilities': ['interfaces', 'common'],
  'ServicePublisher.GetServices': ['vendorName', 'services'],
};

function missing(name: string, kind: Kind, code: unknown, payload: Members): string | undefined {
  if (kind !== 'completion' || code !== 'success') return undefined;
  const lacks = promised[name]?.find((member) => payload[member] === undefined);
  if (lacks !== undefined) return `/payload/${lacks} is missing`;
  if (name !== 'Common.Status') return undefined;
  const device = isObject(payload['common']) ? payload['common']['device'] : undefined;
  return device === undefined ? '/payload/common/device is missing' : undefined;
}

const knownNames = new Set([...standard.messages, ...kiosk.messages, ...cash.messages].map((message) => message.name));
const ownInterfaces = new Set(kiosk.messages.map((message) => message.interface));

/** The standard's list of interfaces is closed; the kiosk's own service adds its own, which only its page reads. */
function withoutOwnInterfaces(name: string, payload: Members): Members {
  if (name !== 'Common.Capabilities' || !Array.isArray(payload['interfaces'])) return payload;
  const interfaces = payload['interfaces'].map((listed: unknown) =>
    isObject(listed) && ownInterfaces.has(String(listed['name'])) ? { ...listed, name: 'Common' } : listed,
  );
  return { ...payload, interfaces };
}
