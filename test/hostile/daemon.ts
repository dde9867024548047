// The whole daemon in a process of its own, whose memory is nobody else's: `daemon.js <configuration file>`.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { loadConfig } from '#device-daemon/config/index.ts';
import { startDaemon } from '#device-daemon/daemon.ts';
import { recordSent } from '../conformance/recorder.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const loaded = loadConfig(process.argv[2]);
if (!loaded.ok) throw new Error(loaded.error.join('\n'));
const started = await startDaemon({
  ...loaded.value,
  version: '0.0.0',
  onSent: recordSent,
  log: (line) => process.send?.({ bug: line }),
});
if (!started.ok) throw new Error(started.error.lines.join('\n'));
const daemon = started.value;

process.on('message', () => {
  for (let round = 0; round < 4; round++) collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send?.({ heap: heapUsed + external, rss });
});
process.on('disconnect', () => void daemon.stop('test').then(() => process.exit(0)));
process.send?.({ url: daemon.url, publisher: daemon.publisher });
