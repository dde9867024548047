import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { walletCard } from '../wallet/wallet.ts';
import { type Bench, startBench } from './bench.ts';
import type { PartOptions } from './parts.ts';

const { values } = parseArgs({
  options: {
    folder: { type: 'string', default: 'data/bench' },
    port: { type: 'string', default: '8610' },
    'kiosk-port': { type: 'string', default: '5846' },
    data: { type: 'string', default: 'data' },
    face: { type: 'boolean', default: false },
    reader: { type: 'string', default: 'dip' },
  },
});

/** scripts/build.js puts the page beside this program. */
const pageFolder = fileURLToPath(new URL('./page', import.meta.url));

let bench: Bench | undefined;
let stopping = false;
/** Also in the middle of starting: what is up by then is stopped when it is complete. */
async function stop(): Promise<void> {
  if (stopping) return;
  stopping = true;
  await starting.catch(() => undefined);
  await bench?.stop();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
// Whoever started us is gone: so are we.
process.on('disconnect', () => void stop());

process.on('message', (message) => {
  if ((message as { readonly type?: unknown } | null)?.type !== 'powerBack') return;
  void bench?.mains.restore().then(() => process.send?.({ type: 'powerBack' }));
});

const readers: Readonly<Record<string, PartOptions['cardReader']>> = { dip: undefined, crt591: 'crt591' };
if (!Object.hasOwn(readers, values.reader)) {
  console.error(`--reader: got ${values.reader}, wants one of ${Object.keys(readers).join(', ')}`);
  process.exit(1);
}
const cardReader = readers[values.reader];

const starting = startBench({
  folder: values.folder,
  port: Number(values.port),
  kioskPort: Number(values['kiosk-port']),
  dataFolder: values.data,
  face: values.face,
  ...(cardReader && { cardReader }),
  onPowerCut: () => void process.send?.({ type: 'powerCut' }),
  ...(existsSync(pageFolder) && { pageFolder }),
});
try {
  bench = await starting;
  const { url, configFile, firstCard, firstPin } = bench;
  const label = walletCard(firstCard).label;
  if (process.connected)
    process.send?.({ type: 'ready', url, configFile, firstCard: `${label['zh-Hans']} ${label.en}`, firstPin });
  // It went while we started, before there was anybody to be told.
  else if (process.send !== undefined) void stop();
} catch (error) {
  console.error(`The bench cannot start: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}
