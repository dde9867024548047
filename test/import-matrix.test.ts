import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** One file with one import each, in a tree of its own under the project's lint rules. */
const forbidden: readonly (readonly [file: string, imports: string])[] = [
  ['protocol/a.ts', '#device-daemon/main.ts'],
  ['protocol/b.ts', '../assets/languages/en.ts'],
  ['assets/a.ts', '#protocol/result.ts'],
  ['state-machines/a.ts', '#kiosk-ui/app.ts'],
  ['state-machines/b.ts', '#assets/languages/en.ts'],
  ['state-machines/c.ts', 'node:fs'],
  ['kiosk-ui/a.ts', '#device-daemon/config/index.ts'],
  ['kiosk-ui/screens/b.ts', '../../device-daemon/config/index.ts'],
  ['kiosk-ui/c.ts', '#simulators/wallet/wallet.ts'],
  ['kiosk-ui/d.ts', '#protocol/generated/validators-xfs4iot.js'],
  ['device-daemon/services/a.ts', '#simulators/wallet/wallet.ts'],
  ['device-daemon/services/b.ts', '../wire/index.ts'],
  ['device-daemon/drivers/x/c.ts', '../../services/service.ts'],
  ['device-daemon/transports/d.ts', '../devices/device.ts'],
  ['device-daemon/documents/g.ts', '../devices/device.ts'],
  ['device-daemon/config/e.ts', '../main.ts'],
  ['device-daemon/f.ts', '#kiosk-ui/app.ts'],
  ['simulators/a.ts', '#device-daemon/journal/index.ts'],
  ['simulators/b.ts', '#device-daemon/drivers/escpos/driver.ts'],
  ['simulators/c.ts', '#kiosk-ui/app.ts'],
];
const allowed: readonly (readonly [file: string, imports: string])[] = [
  ['state-machines/ok.ts', '#protocol/result.ts'],
  ['kiosk-ui/ok.ts', '#state-machines/screens.ts'],
  ['kiosk-ui/ok2.ts', '#assets/languages/en.ts'],
  ['device-daemon/services/ok.ts', '../devices/device.ts'],
  ['device-daemon/drivers/x/ok.ts', '../../documents/index.ts'],
  ['device-daemon/wire/ok.ts', '../services/service.ts'],
  ['simulators/ok.ts', '#device-daemon/drivers/escpos/index.ts'],
  ['device-daemon/services/ok.test.ts', '#simulators/wallet/wallet.ts'],
];

let refused: Set<string>;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), 'imports-'));
  const config = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')) as { vcs: { enabled: boolean } };
  config.vcs.enabled = false;
  writeFileSync(join(folder, 'biome.json'), JSON.stringify(config));
  for (const [file, imports] of [...forbidden, ...allowed]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `import '${imports}';\n`);
  }
  const biome = join(root, 'node_modules/.bin/biome');
  execFileSync(biome, ['--version']);
  const lint = spawnSync(
    biome,
    ['lint', '--only=style/noRestrictedImports', '--reporter=json', '--max-diagnostics=none', '.'],
    { cwd: folder, encoding: 'utf8' },
  );
  const report = JSON.parse(lint.stdout) as {
    diagnostics: { category: string; location: { path: string | { file: string } } }[];
  };
  refused = new Set(
    report.diagnostics
      .filter((diagnostic) => diagnostic.category === 'lint/style/noRestrictedImports')
      .map(({ location }) => (typeof location.path === 'string' ? location.path : location.path.file)),
  );
});

test.each(forbidden)('%s may not import %s', (file) => {
  expect([...refused]).toContain(file);
});

test.each(allowed)('%s may import %s', (file) => {
  expect([...refused]).not.toContain(file);
});
