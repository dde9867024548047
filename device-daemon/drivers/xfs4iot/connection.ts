/** One connection to one URI of a provider: everything that comes is judged, and it ends with the reason for it. */
import { WebSocket } from 'ws';
import { createStandardClient, type StandardClient } from '#protocol/client/standard-client.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { within } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { judge, type Misdeed } from './judge.ts';
import type { Credentials } from './settings.ts';

/** Why there is no connection, or no longer one. */
export type ConnectionFault =
  | Misdeed
  /** Nobody listens there. */
  | 'unreachable'
  /** Somebody listens there and does not let us in: another HTTP answer than an upgrade. */
  | 'refused'
  /** Its certificate is not one we know, or ours not one it knows. */
  | 'certificate'
  /** A message longer than any may be (protocol.md 2). */
  | 'tooLong'
  /** A question was not answered in time. */
  | 'silent'
  /** It was there and ended. */
  | 'lost';

export interface Connection {
  readonly client: StandardClient;
  /** Aborts when the connection has ended; the reason is a `ConnectionFault`. */
  readonly ended: AbortSignal;
  /** Ends it for that reason. Whatever is under way settles. Idempotent. */
  end(reason: ConnectionFault): void;
}

export interface ConnectionOptions {
  readonly credentials: Credentials | undefined;
  readonly delays: Delays;
  readonly versionOf?: (name: string) => string | undefined;
}

const maximumMessageBytes = 2 * 1024 * 1024;

/** Connects once. Resolves when the handshake is over, one way or the other. */
export async function connect(
  url: string,
  { credentials = {}, delays, versionOf }: ConnectionOptions,
  signal: AbortSignal,
): Promise<Result<Connection, ConnectionFault>> {
  const over = new AbortController();
  /** What the socket or the judge has found, before the client tells that it is over. */
  let found: ConnectionFault | undefined;
  let opened = false;
  const { authority, certificate, key, token } = credentials;
  const client = createStandardClient({
    url,
    connectMs: delays.connectMs,
    livenessMs: delays.livenessMs,
    ...(versionOf === undefined ? {} : { versionOf }),
    openSocket(href) {
      const socket = new WebSocket(href, {
        perMessageDeflate: false,
        maxPayload: maximumMessageBytes,
        handshakeTimeout: delays.connectMs,
        ...(authority === undefined ? {} : { ca: authority }),
        ...(certificate === undefined ? {} : { cert: certificate }),
        ...(key === undefined ? {} : { key }),
        ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      });
      socket.on('error', (error) => {
        found ??= faultOf(error);
      });
      return socket;
    },
    accepts(message, asked) {
      found ??= judge(message, asked);
      return found === undefined;
    },
  });
  const end = (reason: ConnectionFault): void => {
    if (over.signal.aborted) return;
    // First of all: whoever is settled by the closing asks why.
    over.abort(found ?? reason);
    client.close();
  };
  const handshake = new Promise<void>((resolve) => {
    client.onState((state) => {
      if (state === 'open') opened = true;
      // One life of one connection: coming back is for whoever looks for the service anew.
      else if (state !== 'closed') end(opened ? 'lost' : 'unreachable');
      resolve();
    });
  });
  await within(handshake, signal);
  if (!opened || signal.aborted) end('unreachable');
  return over.signal.aborted ? err(faultIn(over.signal)) : ok({ client, ended: over.signal, end });
}

/** Why a connection ended. */
export const faultIn = (ended: AbortSignal): ConnectionFault => ended.reason as ConnectionFault;

function faultOf(error: Error & { readonly code?: unknown }): ConnectionFault | undefined {
  const code = typeof error.code === 'string' ? error.code : '';
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 'tooLong';
  if (code.startsWith('WS_ERR_')) return 'garbled';
  if (/CERT|ERR_TLS|ERR_SSL|SELF_SIGNED|UNABLE_TO|EPROTO/.test(code)) return 'certificate';
  return error.message.startsWith('Unexpected server response') ? 'refused' : undefined;
}
