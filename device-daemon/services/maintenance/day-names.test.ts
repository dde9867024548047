import { afterEach, beforeEach, expect, test } from 'vitest';
import { ok } from '#protocol/result.ts';
import { Desk } from '../../sagas/desk.fixture.ts';
import { type Asked, namesOf } from './day-names.ts';

// Which acts it is about when a host counts otherwise than the journal.

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});
afterEach(() => desk.remove());

/** The far side's own ledger. */
const host = (leg: 'social' | 'financial'): Asked => ({
  ask: (key) => {
    const seen = desk.hosts[leg]?.ledger.some((line) => line.key === key);
    return Promise.resolve(ok({ state: seen === true ? 'done' : 'neverSeen' }));
  },
});
const names = (leg: 'social' | 'financial', from = 0) =>
  namesOf(desk.journal, host(leg), { leg, act: 'test', from }, new AbortController().signal);

test('an act that the host has done and the journal cannot know of is named; the others are not', async () => {
  desk.begin();
  await desk.clock.pass(1_000);
  const { social } = desk.hosts;
  if (social === undefined) throw new Error('no host');
  social.faults.push('dropAfter');
  social.reachable = false;
  const begun = desk.sagas.begin(
    desk.table,
    { card: 'C-2', legs: ['social', 'financial'], repeat: 'once' },
    { visit: 'v2', caseCode: '9X8Y-7Z6A' },
  );
  expect(begun.ok).toBe(true);
  await desk.clock.pass(10_000);
  expect(await names('social')).toEqual(['9X8Y-7Z6A']);
  expect(await names('financial')).toEqual([]);
  // An act of an earlier day is none of this one's.
  expect(await names('social', desk.journal.lastSeq + 1)).toEqual([]);
});

test('an act that the journal has as done and the host never saw is named', async () => {
  desk.begin();
  await desk.clock.pass(1_000);
  desk.hosts['financial']?.ledger.splice(0);
  expect(await names('financial')).toEqual(['7K2M-04QX']);
});
