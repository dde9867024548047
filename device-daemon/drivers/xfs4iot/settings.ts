import { publisherPorts } from '#protocol/client/publisher-ports.ts';

export interface ProviderSettings {
  /**
   * `ws://host:port` of a publisher, with or without its path; without a port the publishers of that machine are looked
   * for on the standard's ports.
   */
  readonly url: string;
  /** Last part of the service's URI; empty: the first service that has what the device needs. */
  readonly service: string;
  /** Our own listeners, where they stand on that machine: never driven by ourselves (design.md 5). */
  readonly ownPorts?: readonly number[];
  /** Another device is refused. */
  readonly serialNumber?: string;
  readonly credentials?: Credentials;
}

/** How we know the provider, and it us. PEM. */
export interface Credentials {
  readonly authority?: Buffer;
  readonly certificate?: Buffer;
  readonly key?: Buffer;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
}

const path = '/xfs4iot/v1.0';
const loopback = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/;

export const isLoopback = (url: string): boolean => loopback.test(new URL(url).hostname);

/** Of the text rather than of the URL, which forgets a port that is the scheme's own. */
const named = (url: string): boolean => /^wss?:\/\/(\[[^\]]+\]|[^/:]+):\d+/.test(url);

/** Whether that publisher is this daemon. */
export function isOwn(url: string, ownPorts: readonly number[]): boolean {
  const { protocol, port } = new URL(url);
  return named(url) && isLoopback(url) && ownPorts.includes(Number(port || defaultPort(protocol)));
}

/** URIs of the publishers to ask, best first. */
export function publishersOf({ url, ownPorts = [] }: Pick<ProviderSettings, 'url' | 'ownPorts'>): readonly string[] {
  const { protocol, hostname, pathname, host } = new URL(url);
  if (named(url)) return [`${protocol}//${host}${pathname === '/' ? path : pathname}`];
  const other = protocol === 'ws:' ? 443 : 80;
  const own = isLoopback(url) ? ownPorts : [];
  return publisherPorts
    .filter((port) => port !== other && !own.includes(port))
    .map((port) => `${protocol}//${hostname}:${port}${path}`);
}

const defaultPort = (protocol: string): number => (protocol === 'wss:' ? 443 : 80);

/**
 * Where a service that a publisher lists is reached: by the name and the scheme by which the publisher was called, for a
 * provider tells the name it was configured with (protocol.md 10), and must not send us elsewhere. Undefined: no URI.
 */
export function serviceUrl(serviceUri: string, publisher: string): string | undefined {
  if (!URL.canParse(serviceUri)) return undefined;
  const listed = new URL(serviceUri);
  if (listed.protocol !== 'ws:' && listed.protocol !== 'wss:') return undefined;
  const { protocol, hostname } = new URL(publisher);
  return `${protocol}//${hostname}:${listed.port || defaultPort(listed.protocol)}${listed.pathname}`;
}

/** With or without a slash at the end (protocol.md 2). */
export const serviceName = (uri: string): string => new URL(uri).pathname.replace(/\/$/, '').split('/').at(-1) ?? '';
