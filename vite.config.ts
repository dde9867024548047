import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { buildFonts, fontFolder } from './scripts/fonts.js';

const contentKinds = ['branches', 'questions', 'bring', 'notices'] as const;

/** Content packs are served beside the page under stable names, so that a bank may replace one without a new release. */
function contentPacks(): Plugin {
  return {
    name: 'content-packs',
    generateBundle() {
      for (const kind of contentKinds) {
        const file = fileURLToPath(new URL(`assets/content/${kind}.json`, import.meta.url));
        this.emitFile({ type: 'asset', fileName: `content/${kind}.json`, source: readFileSync(file, 'utf8') });
      }
    },
  };
}

// The kiosk's face. The daemon serves dist/ui at /. Nothing is inlined: the daemon's policy knows no data: addresses.
export default defineConfig(async () => {
  await buildFonts();
  return {
    root: 'kiosk-ui',
    publicDir: '../assets/public',
    plugins: [contentPacks()],
    resolve: { alias: { 'kiosk-fonts': fontFolder } },
    build: { outDir: '../dist/ui', emptyOutDir: true, target: 'chrome120', assetsInlineLimit: 0, sourcemap: false },
  };
});
