/** docs/devices.md tells what the code says, and names tests that ran. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { advice } from '#assets/devices/advice.ts';
import { allOptions } from '../../config/index.ts';
import { drivers } from './drivers.ts';
import { type FaultsCovered, lineFaults, mistakesOf, type RunReport } from './line-faults.ts';
import { devicePage, devicePageMistakes } from './page.ts';
import { withAdvice } from './readme.ts';

const folder = join(import.meta.dirname, '..');

test('the page in docs is what the code says', () => {
  const file = join(folder, '../../docs/devices.md');
  expect(readFileSync(file, 'utf8'), 'stale: npm run devices').toBe(devicePage());
});

test('every driver that is there, and every one that can be configured, has its section', () => {
  const folders = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'README.md')));
  expect(drivers.map(({ driver }) => driver).sort()).toEqual(folders.sort());
  for (const setting of new Set(drivers.map((entry) => entry.setting))) {
    const choosing = drivers.filter((entry) => entry.setting === setting || entry.alsoIn?.includes(setting));
    const option = allOptions().find(({ key }) => key === `devices.${setting}.driver`)?.option;
    const values = [...choosing.flatMap(({ chosenBy }) => chosenBy), 'none'];
    expect(option?.wants, setting).toBe(`one of ${values.join(', ')}`);
  }
});

/** `failed portBusy` and the like, as the table of faults in a README has them. */
function documentedReports(driver: string): string[] {
  const readme = readFileSync(join(folder, driver, 'README.md'), 'utf8');
  const faults = readme.slice(readme.indexOf('## Faults'));
  const table = faults.slice(faults.indexOf('| report'), faults.indexOf('\n\n', faults.indexOf('| report')));
  return table
    .split('\n')
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`(\w+ \w+)`/g)].map(([, report]) => report ?? ''));
}

test.each(drivers)(
  '$driver: README.md tells what to do about each report, and of none that is never given',
  (entry) => {
    const given = Object.entries(entry.reasons).flatMap(([reason, states]) =>
      states.map((state) => `${state} ${reason}`),
    );
    expect(documentedReports(entry.driver).sort()).toEqual(given.sort());
  },
);

test('there are words for each report that a driver gives, and for no other', () => {
  expect(Object.keys(advice).sort()).toEqual(drivers.map(({ driver }) => driver).sort());
  for (const { driver, reasons } of drivers) {
    const given = Object.entries(reasons).flatMap(([reason, states]) => states.map((state) => `${state} ${reason}`));
    const said = Object.entries(advice).find(([name]) => name === driver)?.[1] ?? {};
    expect(
      Object.keys(said)
        .filter((report) => report !== 'absent')
        .sort(),
      driver,
    ).toEqual(given.sort());
  }
});

test.each(drivers)('$driver: README.md says of each report what those words say', ({ driver }) => {
  const readme = readFileSync(join(folder, driver, 'README.md'), 'utf8');
  expect(readme, 'stale: npm run devices').toBe(withAdvice(readme, driver));
});

const all = (cell: FaultsCovered['silent']): FaultsCovered => ({
  absentAtStart: cell,
  unplugged: cell,
  silent: cell,
  byteByByte: cell,
  junk: cell,
  wrongChecksum: cell,
  truncated: cell,
  repeated: cell,
  busyPort: cell,
  otherDevice: cell,
});
const only = (...tests: string[]): FaultsCovered => ({ ...all('notCovered'), silent: { tests } });

function report(...tests: readonly (readonly [id: string, status: string])[]): RunReport {
  return {
    testResults: tests.map(([id, status]) => {
      const [file = '', ...titles] = id.split(' > ');
      const title = titles.pop() ?? '';
      return { name: `/somewhere/drivers/x/${file}`, assertionResults: [{ ancestorTitles: titles, title, status }] };
    }),
  };
}

describe('a test that is named', () => {
  const ran = report(
    ['a.test.ts > silent', 'passed'],
    ['a.test.ts > a group > one', 'passed'],
    ['a.test.ts > a group > deep > two', 'passed'],
    ['a.test.ts > bad > one', 'passed'],
    ['a.test.ts > bad > two', 'failed'],
    ['a.test.ts > later', 'skipped'],
    ['a.test.ts > silent (all of it)', 'failed'],
  );
  test.each([
    ['ran and passed', 'a.test.ts > silent', []],
    ['is a group of which all passed', 'a.test.ts > a group', []],
    ['is any of some', 'a.test.ts > a * > *', []],
    ['did not run', 'a.test.ts > noise', ['drivers/x, silent: "a.test.ts > noise" did not run']],
    ['stands in another file', 'b.test.ts > silent', ['drivers/x, silent: "b.test.ts > silent" did not run']],
    ['is only the beginning of a name', 'a.test.ts > a gro', ['drivers/x, silent: "a.test.ts > a gro" did not run']],
    ['failed, one of a group', 'a.test.ts > bad', ['drivers/x, silent: "a.test.ts > bad > two" did not pass']],
    ['was skipped', 'a.test.ts > later', ['drivers/x, silent: "a.test.ts > later" did not pass']],
    [
      'has signs of a pattern in its name',
      'a.test.ts > silent (all of it)',
      ['drivers/x, silent: "a.test.ts > silent (all of it)" did not pass'],
    ],
  ])('%s', (_what, named, mistakes) => {
    expect(mistakesOf('drivers/x', only(named), ran)).toEqual(mistakes);
  });

  test('of another driver is none of this one', () => {
    expect(mistakesOf('drivers/y', only('a.test.ts > silent'), ran)).toHaveLength(1);
  });

  test('an empty cell says nothing', () => {
    expect(mistakesOf('drivers/x', only(), ran)).toEqual(['drivers/x, silent: names no test']);
    expect(mistakesOf('drivers/x', all({ doesNotApply: 'no such thing' }), ran)).toEqual([]);
  });
});

test('a run of nothing covers nothing: every cell with a test is told', () => {
  const named = drivers.flatMap(({ covered }) =>
    Object.values(covered).flatMap((cell) => (typeof cell === 'object' && 'tests' in cell ? cell.tests : [])),
  );
  expect(devicePageMistakes({ testResults: [] })).toHaveLength(named.length);
  expect(named.length).toBeGreaterThan(drivers.length * 5);
  expect(Object.keys(lineFaults)).toHaveLength(10);
});
