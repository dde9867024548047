/** What the pages say must be there is there. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');

/** Pages that are linked from the two a reader begins with, and so on. */
function pages(): string[] {
  const found = new Set([join(root, 'README.md'), join(root, 'AGENTS.md')]);
  for (const page of found) {
    for (const target of linksOf(page)) if (target.endsWith('.md') && existsSync(target)) found.add(target);
  }
  return [...found];
}

/** Links and pictures within the repository, absolute. */
function linksOf(page: string): string[] {
  return [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .flatMap(([, link]) => link ?? [])
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => join(dirname(page), link));
}

const names = pages().map((page) => relative(root, page));

test('a reader who begins at README.md comes to every kind of page', () => {
  for (const name of [
    'docs/integrator.md',
    'docs/technician.md',
    'docs/configuration.md',
    'docs/events.md',
    'docs/machines/visit.md',
    'docs/decisions/sqlite-journal.md',
    'device-daemon/drivers/escpos/README.md',
  ]) {
    expect(names).toContain(name);
  }
});

test.each(names)('%s links to nothing that is missing', (name) => {
  const missing = linksOf(join(root, name)).filter((target) => !existsSync(target));
  expect(missing.map((target) => relative(root, target))).toEqual([]);
});

test('README.md has a row for every folder of the house, and AGENTS.md too', () => {
  const folders = [
    'kiosk-ui',
    'state-machines',
    'device-daemon',
    'protocol',
    'simulators',
    'assets',
    'test',
    'scripts',
  ];
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const agents = readFileSync(join(root, 'AGENTS.md'), 'utf8');
  expect(folders.filter((folder) => !readme.includes(`\`${folder}/\``))).toEqual([]);
  expect(folders.filter((folder) => !new RegExp(`^\\| ${folder} +\\|`, 'm').test(agents))).toEqual([]);
});
