import { readFileSync } from 'node:fs';
import { balanceVisit } from './kit/balance-visit.ts';
import { expect, test } from './kit/fixtures.ts';

test.use({ hardware: 'xfs4iot' });

test('a third-generation card gives its balance and a slip, and goes home', async ({ person }) => {
  const { kiosk } = person;
  const { devices } = JSON.parse(readFileSync(kiosk.configFile, 'utf8')) as {
    readonly devices: Readonly<Record<string, { readonly driver: string }>>;
  };
  const drivers = new Set(Object.values(devices).map(({ driver }) => driver));
  expect([...drivers].filter((driver) => driver !== 'none')).toEqual(['xfs4iot']);
  await balanceVisit(person);
});
