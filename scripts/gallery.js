// `npm run gallery`: builds the stage page and test/gallery/run.ts (Node 20 runs no TypeScript), and runs it with the same
// arguments; see there for them.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'vite';
import { buildFonts, fontFolder } from './fonts.js';
import { root } from './lib/prepare.js';

// `--build-only FOLDER` builds there and runs nothing (test/gallery/ruler.test.ts).
const only = process.argv[2] === '--build-only' ? process.argv[3] : undefined;
const cache = only ?? join(root, 'node_modules/.cache/gallery');
const common = { configFile: false, logLevel: 'warn' };
// What is drawn is what ships: without it Lit would be its development build.
process.env.NODE_ENV = 'production';

await buildFonts();
await build({
  ...common,
  root: join(root, 'test/gallery/page'),
  publicDir: join(root, 'assets/public'),
  resolve: { alias: { 'kiosk-fonts': fontFolder } },
  build: { outDir: join(cache, 'page'), emptyOutDir: true, target: 'chrome120', assetsInlineLimit: 0 },
});
await build({
  ...common,
  root,
  publicDir: false,
  build: {
    ssr: true,
    outDir: join(cache, 'run'),
    emptyOutDir: true,
    target: 'node20',
    rollupOptions: { input: { run: join(root, 'test/gallery/run.ts') } },
  },
});
if (only === undefined) {
  const args = process.argv.slice(2);
  const customers = spawnSync(process.execPath, [join(cache, 'run/run.js'), '--page', join(cache, 'page'), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = customers.status ?? 1;
  // The pages of staff are drawn on a real kiosk (test/gallery/staff-pages.spec.ts).
  if (args.length === 0) {
    const built = spawnSync(process.execPath, ['scripts/build.js'], { cwd: root, stdio: 'inherit' });
    const staff = spawnSync(join(root, 'node_modules/.bin/playwright'), ['test', '--project', 'pictures'], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, KIOSK_PICTURES: '1' },
    });
    process.exitCode ||= built.status || staff.status || 0;
  }
}
