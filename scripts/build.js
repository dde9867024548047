// Builds what the kiosk runs: `build.js [daemon] [bench] [ui]`, all without arguments. Node 20 runs no TypeScript, so the
// Node programs are bundled too; npm packages stay outside the bundles.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { buildBenchPage } from './lib/bench-page.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Entry points of each Node bundle. The daemon's never includes simulators/ (design.md 2). */
const nodeBundles = {
  daemon: {
    daemon: 'device-daemon/main.ts',
    kiosk: 'device-daemon/cli.ts',
    'pcsc-child': 'device-daemon/transports/pcsc/child.ts',
  },
  bench: { bench: 'simulators/bench/main.ts' },
};

const wanted = process.argv.length > 2 ? process.argv.slice(2) : ['daemon', 'bench', 'ui'];
for (const [name, entries] of Object.entries(nodeBundles)) {
  if (!wanted.includes(name)) continue;
  const input = Object.fromEntries(Object.entries(entries).filter(([, file]) => existsSync(join(root, file))));
  if (Object.keys(input).length === 0) continue;
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      ssr: true,
      outDir: `dist/${name}`,
      emptyOutDir: true,
      target: 'node20',
      sourcemap: true,
      rollupOptions: { input: Object.fromEntries(Object.entries(input).map(([key, file]) => [key, join(root, file)])) },
    },
  });
}
if (wanted.includes('bench')) await buildBenchPage(join(root, 'dist/bench/page'));
if (wanted.includes('ui') && existsSync(join(root, 'kiosk-ui/index.html'))) {
  const ui = { configFile: join(root, 'vite.config.ts'), logLevel: 'warn' };
  await build(ui);
  // By themselves: in one build the pages would share chunks, and the kiosk's first screen would wait for one file more.
  for (const page of ['devices', 'maintenance']) {
    const input = join(root, `kiosk-ui/${page}.html`);
    await build({ ...ui, build: { emptyOutDir: false, rollupOptions: { input } } });
  }
}
