import type { ClientOptions } from 'ws';
import {
  createWireServer,
  type ListenerConfig,
  type ServiceFault,
  type WireHooks,
  type WireServer,
  type WireServerOptions,
} from '#device-daemon/wire/index.ts';
import { checkSent, recordSent } from '#test/conformance/recorder.ts';
import { RawClient } from './raw-client.ts';
import { isTiny } from './tiny-service.ts';

export interface RunningWire {
  readonly port: number;
  readonly ports: readonly number[];
  readonly faults: ServiceFault[];
  readonly server: WireServer;
  readonly httpBase: string;
  url(path: string): string;
  /** An open connection to `/xfs4iot/v1.0/<service>`; throws when it is refused. */
  connect(service?: string, options?: ClientOptions): Promise<RawClient>;
  stop(): Promise<void>;
}

/** Device clients without credentials, as the bench profile allows on loopback. */
export const openListener: ListenerConfig = {
  address: '127.0.0.1',
  port: 0,
  roles: { 'device-client': { auth: 'none', allowMissingOrigin: true } },
};

/**
 * A real server on a free port. Faults of handlers are collected for the test to judge; every message sent is checked
 * against the catalogues, and counted where its service is the daemon's own.
 */
export async function startWire(
  options: Partial<WireServerOptions> & Pick<WireServerOptions, 'services'>,
): Promise<RunningWire> {
  const faults: ServiceFault[] = [];
  const hooks: WireHooks = {
    ...options.hooks,
    onSent(message) {
      const tiny = options.services.some((service) => service.name === message.service && isTiny(service));
      if (tiny) checkSent(message);
      else recordSent(message);
      options.hooks?.onSent?.(message);
    },
    onFault(fault) {
      faults.push(fault);
      options.hooks?.onFault?.(fault);
    },
  };
  const server = createWireServer({
    profile: 'bench',
    vendorName: 'Test',
    listeners: [openListener],
    ...options,
    hooks,
  });
  const started = await server.start();
  if (!started.ok) throw new Error(JSON.stringify(started.error));
  const ports = started.value.map((address) => address.port);
  const port = ports[0] ?? 0;
  const clients: RawClient[] = [];
  return {
    port,
    ports,
    faults,
    server,
    httpBase: `http://127.0.0.1:${port}`,
    url: (path) => `ws://127.0.0.1:${port}${path}`,
    async connect(service = '/CardReader', clientOptions = {}) {
      const client = new RawClient(`ws://127.0.0.1:${port}/xfs4iot/v1.0${service}`, clientOptions);
      clients.push(client);
      const opened = await client.opened();
      if (opened !== 'open') throw new Error(`refused with ${opened}`);
      return client;
    },
    async stop() {
      for (const client of clients) client.socket.terminate();
      await server.close();
    },
  };
}
