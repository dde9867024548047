import { defineConfig } from 'vite';

// The kiosk's face. The daemon serves dist/ui at /.
export default defineConfig({
  root: 'kiosk-ui',
  publicDir: '../assets/public',
  build: { outDir: '../dist/ui', emptyOutDir: true, target: 'chrome120', assetsInlineLimit: 0, sourcemap: false },
});
