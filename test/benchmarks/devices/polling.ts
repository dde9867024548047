// The driver alone, looking for a document that never comes, as fast as the line answers. Sends its memory after garbage
// collection, again and again over all the exchanges.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSamV } from '#device-daemon/drivers/sam-v/index.ts';
import { openChannel } from '#device-daemon/transports/index.ts';
import { err, ok } from '#protocol/result.ts';

interface Task {
  readonly address: string;
  readonly exchanges: number;
  readonly samples: number;
  /** Silence before each command; the driver's own when absent. */
  readonly quietMs?: number;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const { address, exchanges, samples, quietMs } = JSON.parse(process.argv[2] ?? '') as Task;
const every = Math.floor(exchanges / samples);
const open = openChannel(address);
const done = new AbortController();
const memory: { readonly heap: number; readonly rss: number }[] = [];
let sent = 0;
let counting = false;
let fromMs = 0;

function sample(): void {
  for (let round = 0; round < 2; round += 1) collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  memory.push({ heap: heapUsed + external, rss });
}

const driver = createSamV({
  name: 'identity-reader',
  // Every write is one command, and its answer is awaited before the next.
  open: async (signal) => {
    const opened = await open(signal);
    if (!opened.ok) return opened;
    const channel = opened.value;
    return ok({
      ...channel,
      write(bytes) {
        if (counting) {
          sent += 1;
          if (sent % every === 0) sample();
          if (sent >= exchanges) done.abort();
        }
        return channel.write(bytes);
      },
    });
  },
  decode: () => err('unknownKind'),
  delays: { powerOnMs: 0, pollMs: 0, ...(quietMs !== undefined && { quietMs }) },
});
const rungs: string[] = [];
driver.onReport(({ state, reason }) => {
  if (counting && state !== 'ready') rungs.push(`${state} ${reason ?? ''}`);
  if (state === 'ready' && !counting) void poll();
});
driver.start();
process.on('disconnect', () => process.exit(0));

async function poll(): Promise<void> {
  counting = true;
  fromMs = performance.now();
  const read = await driver.read({ timeoutMs: 2 ** 31 - 1, signal: done.signal });
  const seconds = (performance.now() - fromMs) / 1_000;
  const how = read.ok ? 'a document' : read.error.code;
  if (how !== 'cancelled' || rungs.length > 0) throw new Error(`the polling ended with ${how} ${rungs.join(', ')}`);
  process.send?.({ memory, exchanges: sent, seconds });
  await driver.stop();
}
