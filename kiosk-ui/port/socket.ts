import type { WebSocketLike } from '#protocol/client/client.ts';

/** The daemon closes with this when another page has taken the one place at the kiosk (device-daemon/wire/server.ts). */
const replacedCode = 4001;

/** One of the kiosk's own services on the daemon that served this page. */
export function serviceUrl(
  { protocol, host }: Pick<Location, 'protocol' | 'host'>,
  service: 'Kiosk' | 'Maintenance',
): string {
  return `${protocol === 'https:' ? 'wss' : 'ws'}://${host}/kiosk/v1/${service}`;
}

/**
 * Opens sockets and hears the one thing that the client does not tell: that this page has lost its place. A socket that
 * was given up for a newer one of our own does not count.
 */
export function socketsOf(onReplaced: () => void): (url: string) => WebSocketLike {
  let latest: WebSocket | undefined;
  return (url) => {
    const socket = new WebSocket(url);
    latest = socket;
    socket.addEventListener('close', ({ code }) => {
      if (code === replacedCode && socket === latest) onReplaced();
    });
    return socket;
  };
}
