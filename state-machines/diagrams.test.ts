import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diagramPages } from './testing/mermaid.ts';

const folder = join(import.meta.dirname, '../docs/machines');

test.each([...diagramPages()])('docs/machines/%s shows the machine as it is', (name, page) => {
  const file = join(folder, name);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '', 'stale: run node scripts/diagrams.js').toBe(page);
});

test('docs/machines has no page of a machine that is gone', () => {
  expect(readdirSync(folder).sort()).toEqual([...diagramPages().keys()].sort());
});
