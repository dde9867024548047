#!/usr/bin/env node
// `npx kiosk …`: the command line of the kiosk, built from device-daemon/cli.ts.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const cli = join(dirname(fileURLToPath(import.meta.url)), '../dist/daemon/kiosk.js');
if (!existsSync(cli)) {
  console.error('The kiosk is not built yet: run npm start once, or npm run build.');
  process.exit(1);
}
await import(cli);
