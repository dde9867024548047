import { join } from 'node:path';
import { parseConfig } from '#device-daemon/config/index.ts';
import { type Daemon, startDaemon } from '#device-daemon/daemon.ts';
import { freePort } from '#simulators/bench/card-reader.ts';
import type { Bench } from '#simulators/bench/index.ts';
import { recordSent } from '../conformance/recorder.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';

/** A daemon that has the bench's reader, PIN pad, printer and cabinet, and serves them to standard clients: a provider to another. */
export interface Provider {
  readonly url: string;
  start(): Promise<void>;
  /** At once and without a word, as far as its clients can see. */
  stop(): Promise<void>;
}

function providerOn(bench: Bench, port: number): Provider {
  const { cardReader, pinPad, printer, cabinet } = bench.configuration['devices'] as Record<string, object>;
  const folder = join(bench.configFile, '../provider');
  let daemon: Daemon | undefined;
  return {
    url: `ws://127.0.0.1:${port}/xfs4iot/v1.0`,
    async start() {
      const loaded = parseConfig({
        server: { port, uiFolder: folder },
        storage: { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') },
        devices: {
          cardReader: { ...cardReader, ...bench.cardReader.connection },
          pinPad: { ...pinPad, driver: 'kmy350x' },
          printer: { ...printer, driver: 'escpos' },
          cabinet: { ...cabinet, driver: 'sysfs' },
        },
      });
      if (!loaded.ok) throw new Error(loaded.error.join('\n'));
      const started = await startDaemon({ ...loaded.value, version: 'test', onSent: recordSent });
      if (!started.ok) throw new Error(started.error.lines.join('\n'));
      daemon = started.value;
    },
    async stop() {
      await daemon?.stop('test');
      daemon = undefined;
    },
  };
}

/** A kiosk that has nothing of its own but its hosts: reader, PIN pad, printer and cabinet are another daemon's. */
export async function startProvidedKiosk(): Promise<NodeKiosk & { readonly provider: Provider }> {
  const port = await freePort();
  const url = `ws://127.0.0.1:${port}`;
  let provider: Provider | undefined;
  const device = (service: string) => ({ driver: 'xfs4iot', provider: { url, service } });
  const kiosk = await startNodeKiosk(
    {
      settings: {
        devices: {
          ...{ cardReader: device('CardReader'), pinPad: device('PinPad'), printer: device('') },
          cabinet: device('Auxiliaries'),
        },
      },
    },
    async (bench) => {
      provider = providerOn(bench, port);
      await provider.start();
    },
  );
  if (provider === undefined) throw new Error('no provider');
  const there = provider;
  return {
    ...kiosk,
    provider: there,
    async stop() {
      await kiosk.stop();
      await there.stop();
    },
  };
}
