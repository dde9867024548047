// Draws the state machines: writes docs/machines/*.md from the code. A test fails while they are stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = join(root, 'docs/machines');

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
  const { diagramPages } = await vite.ssrLoadModule('/state-machines/testing/mermaid.ts');
  mkdirSync(folder, { recursive: true });
  for (const [name, page] of diagramPages()) {
    writeFileSync(join(folder, name), page);
    console.log(`docs/machines/${name}`);
  }
} finally {
  await vite.close();
}
