import { err, ok, type Result } from '#protocol/result.ts';
import type { OpenChannel } from './channel.ts';
import { openSerial, type SerialSpec } from './serial/index.ts';
import { openTcp, type TcpSpec } from './tcp/index.ts';

export type { ByteChannel, ChannelFault, OpenChannel } from './channel.ts';
export { type MakeMask, type Mask, nothingSeen, type Seen, tracer } from './trace.ts';
export { type ChannelWatcher, watched, watchedSlot } from './watched.ts';
export type { SerialSpec, TcpSpec };
export type ChannelSpec = SerialSpec | TcpSpec;

/** Flow control may stop the host while a printer works off its buffer; beyond this the device is not coming back. */
const DEFAULT_WRITE_TIMEOUT_MS = 15_000;
/** A device in the same housing answers a connection at once or not at all. */
const DEFAULT_CONNECT_TIMEOUT_MS = 3_000;

const PARITIES = ['none', 'even', 'odd', 'mark', 'space'] as const;
const DATA_BITS = [5, 6, 7, 8] as const;
const STOP_BITS = [1, 1.5, 2] as const;

const among = <T extends string | number>(
  values: readonly T[],
  text: string | undefined,
  fallback: T,
): T | undefined => (text === undefined ? fallback : values.find((value) => String(value) === text));

/**
 * Reads a channel as configuration writes it: `serial:///dev/serial/by-id/x?baudRate=9600&parity=none&dataBits=8&
 * stopBits=1&rtscts=false&xon=false`, `tcp://127.0.0.1:4001`; both take `writeTimeoutMs`, tcp `connectTimeoutMs`.
 * The error is one sentence for the person who wrote the configuration.
 */
export function parseChannel(text: string): Result<ChannelSpec, string> {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return err(`"${text}" is no channel; it wants serial:///dev/…?baudRate=9600 or tcp://host:port`);
  }
  const known =
    url.protocol === 'serial:'
      ? ['baudRate', 'dataBits', 'parity', 'stopBits', 'rtscts', 'xon', 'writeTimeoutMs']
      : ['connectTimeoutMs', 'writeTimeoutMs'];
  const unknown = [...url.searchParams.keys()].find((key) => !known.includes(key));
  if (unknown !== undefined) return err(`"${text}": unknown option ${unknown}; it knows ${known.join(', ')}`);

  const option = (key: string): string | undefined => url.searchParams.get(key) ?? undefined;
  const wrong = (key: string, wants: string) => err(`"${text}": ${key} is "${option(key) ?? ''}"; it wants ${wants}`);
  const count = (key: string, fallback: number): number | undefined => {
    const value = option(key);
    if (value === undefined) return fallback;
    return /^[1-9]\d{0,7}$/.test(value) ? Number(value) : undefined;
  };

  const writeTimeoutMs = count('writeTimeoutMs', DEFAULT_WRITE_TIMEOUT_MS);
  if (writeTimeoutMs === undefined) return wrong('writeTimeoutMs', 'milliseconds');

  if (url.protocol === 'tcp:') {
    const connectTimeoutMs = count('connectTimeoutMs', DEFAULT_CONNECT_TIMEOUT_MS);
    if (connectTimeoutMs === undefined) return wrong('connectTimeoutMs', 'milliseconds');
    const port = Number(url.port);
    if (url.hostname === '' || url.port === '' || port === 0) return err(`"${text}": it wants tcp://host:port`);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    return ok({ kind: 'tcp', host, port, connectTimeoutMs, writeTimeoutMs });
  }
  if (url.protocol === 'serial:') {
    const path = decodeURIComponent(url.pathname);
    if (url.hostname !== '' || path.length < 2)
      return err(`"${text}": it wants three slashes and a path, serial:///dev/…`);
    const baudRate = count('baudRate', 9600);
    if (baudRate === undefined) return wrong('baudRate', 'bits per second');
    const parity = among(PARITIES, option('parity'), 'none');
    if (parity === undefined) return wrong('parity', PARITIES.join(', '));
    const dataBits = among(DATA_BITS, option('dataBits'), 8);
    if (dataBits === undefined) return wrong('dataBits', DATA_BITS.join(', '));
    const stopBits = among(STOP_BITS, option('stopBits'), 1);
    if (stopBits === undefined) return wrong('stopBits', STOP_BITS.join(', '));
    const rtscts = among(['true', 'false'], option('rtscts'), 'false');
    if (rtscts === undefined) return wrong('rtscts', 'true or false');
    const xon = among(['true', 'false'], option('xon'), 'false');
    if (xon === undefined) return wrong('xon', 'true or false');
    return ok({
      kind: 'serial',
      path,
      baudRate,
      dataBits,
      parity,
      stopBits,
      rtscts: rtscts === 'true',
      xon: xon === 'true',
      writeTimeoutMs,
    });
  }
  return err(`"${text}": ${url.protocol} is unknown; it wants serial: or tcp:`);
}

/**
 * The opener of a configured channel. Throws on a channel that cannot be read: configuration is checked with
 * `parseChannel` before anything opens.
 */
export function openChannel(spec: string | ChannelSpec): OpenChannel {
  let parsed: ChannelSpec;
  if (typeof spec === 'string') {
    const result = parseChannel(spec);
    if (!result.ok) throw new Error(result.error);
    parsed = result.value;
  } else {
    parsed = spec;
  }
  return parsed.kind === 'serial' ? openSerial(parsed) : openTcp(parsed);
}
