// Builds the bench page: `bench-page.js FOLDER`. It takes the drawing of the kiosk's front that the touchscreen uses too.
import { copyFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

export async function buildBenchPage(outDir) {
  await build({
    root: join(root, 'simulators/bench/page'),
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: { outDir, emptyOutDir: true, target: 'chrome120', assetsInlineLimit: 0, modulePreload: false },
  });
  copyFileSync(join(root, 'assets/pictures/kiosk-front.svg'), join(outDir, 'kiosk-front.svg'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await buildBenchPage(resolve(process.argv[2] ?? ''));
