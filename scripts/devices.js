// Writes docs/devices.md from the drivers, and into their README.md what a person does about each report; a test fails
// while they are stale. `--check FILE` instead looks into vitest's JSON
// report whether every test that the page names ran and passed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [option, file] = process.argv.slice(2);

// Node 20 runs no TypeScript: vite loads it.
const vite = await createServer({
  root,
  configFile: false,
  appType: 'custom',
  logLevel: 'error',
  server: { middlewareMode: true, hmr: false, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true },
});
try {
  const { devicePage, devicePageMistakes } = await vite.ssrLoadModule('/device-daemon/drivers/manual/page.ts');
  const { drivers } = await vite.ssrLoadModule('/device-daemon/drivers/manual/drivers.ts');
  const { withAdvice } = await vite.ssrLoadModule('/device-daemon/drivers/manual/readme.ts');
  if (option === undefined) {
    writeFileSync(join(root, 'docs/devices.md'), devicePage());
    for (const { driver } of drivers) {
      const readme = join(root, 'device-daemon/drivers', driver, 'README.md');
      writeFileSync(readme, withAdvice(readFileSync(readme, 'utf8'), driver));
    }
    console.log('docs/devices.md, device-daemon/drivers/*/README.md');
  } else if (option === '--check' && file !== undefined && existsSync(file)) {
    const mistakes = devicePageMistakes(JSON.parse(readFileSync(file, 'utf8')));
    for (const mistake of mistakes) console.error(mistake);
    if (mistakes.length === 0) console.log('every test that docs/devices.md names ran and passed');
    process.exitCode = mistakes.length === 0 ? 0 : 1;
  } else {
    console.error(
      file === undefined ? 'Usage: node scripts/devices.js [--check REPORT.json]' : `${file}: no report here`,
    );
    process.exitCode = 1;
  }
} finally {
  await vite.close();
}
