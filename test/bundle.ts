import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const root = join(import.meta.dirname, '..');

/**
 * Bundles programs for processes of their own, as Node runs no TypeScript: name of the program -> its file. The folder of
 * the bundles is the caller's to remove.
 */
export async function bundle(
  purpose: string,
  sources: Readonly<Record<string, string>>,
): Promise<{ path(name: string): string; remove(): void }> {
  const folder = join(root, `out/${purpose}-${process.pid}`);
  const input = Object.fromEntries(Object.entries(sources).map(([name, file]) => [name, join(root, file)]));
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    build: { ssr: true, outDir: folder, emptyOutDir: true, target: 'node20', rollupOptions: { input } },
  });
  return { path: (name) => join(folder, `${name}.js`), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
