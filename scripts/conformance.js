// `npm run conformance`: the built daemon against the standard and against KAL's console client, on simulated devices
// (test/conformance/run.ts). `--ports N,N` instead of the standard's 13 ports. Ends with "Done" and code 0, or a reason.
import { parseArgs } from 'node:util';
import { withModules } from './lib/load.js';
import { prepare } from './lib/prepare.js';

const { values } = parseArgs({ options: { ports: { type: 'string' } } });
const ports = values.ports?.split(',').map(Number);
if (ports?.some((port) => !Number.isInteger(port) || port < 0 || port > 65_535)) {
  console.error('--ports wants numbers of ports, with commas between them');
  process.exit(2);
}
await prepare();
const abort = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => abort.abort());
const passed = await withModules(async (load) => {
  const { runConformance } = await load('/test/conformance/run.ts');
  return runConformance({ ...(ports && { ports }), log: (line) => console.log(line), signal: abort.signal });
});
process.exit(passed ? 0 : 1);
