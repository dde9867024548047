// Draws the state machines: writes docs/machines/*.md from the code. A test fails while they are stale.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withModules } from './lib/load.js';
import { root } from './lib/prepare.js';

const folder = join(root, 'docs/machines');

await withModules(async (load) => {
  const { diagramPages } = await load('/state-machines/testing/mermaid.ts');
  mkdirSync(folder, { recursive: true });
  for (const [name, page] of diagramPages()) {
    writeFileSync(join(folder, name), page);
    console.log(`docs/machines/${name}`);
  }
});
