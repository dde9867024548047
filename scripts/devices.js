// Writes docs/devices.md from the drivers, and into their README.md what a person does about each report; a test fails
// while they are stale. `--check FILE` instead looks into vitest's JSON
// report whether every test that the page names ran and passed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withModules } from './lib/load.js';
import { root } from './lib/prepare.js';

const [option, file] = process.argv.slice(2);

await withModules(async (load) => {
  const { devicePage, devicePageMistakes } = await load('/device-daemon/drivers/manual/page.ts');
  const { drivers } = await load('/device-daemon/drivers/manual/drivers.ts');
  const { withAdvice } = await load('/device-daemon/drivers/manual/readme.ts');
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
});
