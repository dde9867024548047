// Node 20 runs no TypeScript: vite loads modules of ours for the scripts that write pages from the code.
import { createServer } from 'vite';
import { root } from './prepare.js';

/** `use` is given a function that loads a module by its path from the root, `/folder/file.ts`. */
export async function withModules(use) {
  const vite = await createServer({
    root,
    configFile: false,
    appType: 'custom',
    logLevel: 'error',
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  try {
    return await use((path) => vite.ssrLoadModule(path));
  } finally {
    await vite.close();
  }
}
