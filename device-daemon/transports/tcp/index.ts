import { connect, type Socket } from 'node:net';
import { err, ok, type Result } from '#protocol/result.ts';
import type { ChannelFault, OpenChannel } from '../channel.ts';
import { streamChannel } from '../stream-channel.ts';

export interface TcpSpec {
  readonly kind: 'tcp';
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: number;
  readonly writeTimeoutMs: number;
}

/** A peer that vanished without a FIN (power cut) is noticed after this long without traffic, plus the system's probes. */
const KEEP_ALIVE_MS = 10_000;

/** Connects to a device behind a terminal server, or to an emulator. Every failure is a `ChannelFault`. */
export function openTcp(spec: TcpSpec): OpenChannel {
  const name = `tcp://${spec.host}:${spec.port}`;
  return async (signal) => {
    if (signal.aborted) return err({ code: 'closed', detail: `${name}: cancelled` });
    const socket = connect({ host: spec.host, port: spec.port, noDelay: true });
    const opened = await connected(socket, name, spec.connectTimeoutMs, signal);
    if (!opened.ok) {
      socket.destroy();
      return opened;
    }
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    return ok(
      streamChannel(socket, {
        name,
        writeTimeoutMs: spec.writeTimeoutMs,
        flush: (done) => done(),
        release: () =>
          new Promise<void>((resolve) => {
            if (socket.closed) return resolve();
            socket.once('close', () => resolve());
            socket.destroy();
          }),
      }),
    );
  };
}

function connected(
  socket: Socket,
  name: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Result<void, ChannelFault>> {
  return new Promise((resolve) => {
    const settle = (result: Result<void, ChannelFault>) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect);
      resolve(result);
    };
    const onConnect = () => settle(ok());
    const onAbort = () => settle(err({ code: 'closed', detail: `${name}: cancelled` }));
    const timer = setTimeout(
      () => settle(err({ code: 'absent', detail: `${name}: no connection within ${timeoutMs} ms` })),
      timeoutMs,
    );
    signal.addEventListener('abort', onAbort);
    socket.once('connect', onConnect);
    // Stays on: a socket without an error listener would throw in the process.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      settle(err({ code: error.code === 'EACCES' ? 'denied' : 'absent', detail: `${name}: ${error.message}` })),
    );
  });
}
