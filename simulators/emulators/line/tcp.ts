import { createServer, type Server, type Socket } from 'node:net';
import type { OpenWire } from './index.ts';

/** A terminal server on loopback: one connection at a time, others are hung up on. Port 0 chooses one and keeps it. */
export const openTcpWire =
  (wantedPort: number): OpenWire =>
  async (received) => {
    let port = wantedPort;
    let server: Server | undefined;
    let peer: Socket | undefined;

    const listen = () =>
      new Promise<void>((resolve, reject) => {
        const next = createServer((socket) => {
          if (peer !== undefined && !peer.destroyed) {
            socket.destroy();
            return;
          }
          peer = socket;
          socket.setNoDelay(true);
          socket.on('data', (bytes: Uint8Array) => received(bytes));
          socket.on('error', () => socket.destroy());
          socket.on('close', () => {
            if (peer === socket) peer = undefined;
          });
        });
        next.once('error', reject);
        next.listen(port, '127.0.0.1', () => {
          const address = next.address();
          if (address !== null && typeof address === 'object') port = address.port;
          server = next;
          resolve();
        });
      });

    await listen();
    return {
      address: `tcp://127.0.0.1:${port}`,
      send: (bytes) => void peer?.write(bytes),
      unplug: () =>
        new Promise<void>((resolve) => {
          const closing = server;
          server = undefined;
          peer?.destroy();
          if (closing === undefined) resolve();
          else closing.close(() => resolve());
        }),
      replug: listen,
      pause: () => void peer?.pause(),
      dispose: () => Promise.resolve(),
    };
  };
