import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { loadConfig } from './config/index.ts';
import { startDaemon } from './daemon.ts';

/** EX_TEMPFAIL: start us again. */
const again = 75;
const exitCodes = { configuration: 2, alreadyRunning: 3, cannotListen: 4 } as const;

function fail(code: number, lines: readonly string[]): never {
  for (const line of lines) console.error(line);
  process.exit(code);
}

const { values } = parseArgs({ options: { config: { type: 'string' } } });
const loaded = loadConfig(values.config);
if (!loaded.ok) fail(exitCodes.configuration, loaded.error);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
const started = await startDaemon({
  ...loaded.value,
  version,
  log: (line) => console.error(line),
  restart: () => void daemon.stop('restart').then(() => process.exit(again)),
});
if (!started.ok) fail(exitCodes[started.error.code], started.error.lines);
const daemon = started.value;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void daemon.stop(signal).then(() => process.exit(0)));
}
// Whoever started us is gone: so are we, in order; also when it went before we were ready.
const alone = () => void daemon.stop('parent gone').then(() => process.exit(0));
process.on('disconnect', alone);
if (process.connected) process.send?.({ type: 'ready', url: daemon.url, publisher: daemon.publisher });
else if (process.send !== undefined) alone();
