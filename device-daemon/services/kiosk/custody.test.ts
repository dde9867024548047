import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildCard } from '#simulators/cards/index.ts';
import { asT0 } from '#simulators/virtual-reader/index.ts';
import { type Rig, rig, soon, until } from '../../drivers/crt591/rig.fixture.ts';
import { Journal, MachineKeys } from '../../journal/index.ts';
import { type CardMarks, Custody, type TakeCardNotice } from './custody.ts';

// Custody over the card unit's own driver and a pseudo-terminal, with a journal on the disk.

let folder: string;
let unit: Rig;
let journal: Journal;
let custody: Custody;
let notices: TakeCardNotice[];
let slips: string[];
let marks: CardMarks | undefined;

const openJournal = (): Journal => {
  const place = { dataFolder: join(folder, 'data'), keyFolder: join(folder, 'keys') };
  return Journal.open({ ...place, keys: MachineKeys.open(place.keyFolder), maxBytes: 1e8 });
};
const openCustody = (takeCardMs: number): Custody =>
  new Custody({
    ...{ reader: unit.reader, journal, takeCardMs },
    marksOf: () => Promise.resolve(marks),
    onRetained: (_visit, claim) => void slips.push(claim),
    onChange: () => undefined,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'custody-'));
  mkdirSync(join(folder, 'data'));
  unit = await rig({ driver: { settings: { accepts: true } } });
  notices = [];
  slips = [];
  marks = undefined;
  journal = openJournal();
});
afterEach(async () => {
  await custody.stop();
  await unit.close();
  journal.close();
  rmSync(folder, { recursive: true, force: true });
});

const never = new AbortController().signal;
const entries = (event: string) => journal.entries({ event });
const giveBack = (signal = never) => custody.giveBack('visit-1', signal, (notice) => notices.push(notice));

async function begin(takeCardMs: number): Promise<void> {
  custody = openCustody(takeCardMs);
  await unit.up();
}
async function insert(): Promise<void> {
  await until(() => unit.emulator.insert(asT0(buildCard('gen3-active'))));
  const card = await unit.reader.waitForCard(soon);
  expect(card.ok).toBe(true);
}

describe('a visit ends', () => {
  test('taken within the first period: nothing more is said', async () => {
    await begin(20_000);
    await insert();
    const given = giveBack();
    await until(() => unit.emulator.take());
    expect(await given).toBe('taken');
    expect(notices).toEqual([{ attention: 'normal', secondsLeft: 20 }]);
    expect(custody.claimOf('visit-1')).toBeUndefined();
  });

  test('not taken: called twice, the second time louder, then kept under a claim number; asked again, it says the same', async () => {
    await begin(60);
    await insert();
    expect(await giveBack()).toBe('retained');
    expect(notices.map(({ attention }) => attention)).toEqual(['normal', 'louder']);
    expect(unit.emulator.state()).toMatchObject({ path: null, bin: 1 });
    const [record, ...more] = entries('card.retained');
    expect(more).toEqual([]);
    expect(record).toMatchObject({ visit: 'visit-1', fields: { why: 'notTaken', claim: slips[0] } });
    expect(custody.claimOf('visit-1')).toBe(slips[0]);
    expect(await giveBack()).toBe('retained');
    expect(slips).toHaveLength(1);
  });

  test('called off while the card stands at the gate: it is still there, and whoever ends the visit takes over', async () => {
    await begin(20_000);
    await insert();
    const off = new AbortController();
    const first = giveBack(off.signal);
    await until(() => notices.length === 1);
    const second = giveBack();
    off.abort();
    expect(await first).toBe('stillInside');
    await until(() => unit.emulator.take());
    expect(await second).toBe('taken');
  });

  test.each(['jamEject', 'gateBlocked'])('%s: not waited for, kept at once', async (fault) => {
    await begin(20_000);
    await insert();
    unit.emulator.setFault(fault, fault === 'jamEject' ? 1 : true);
    expect(await giveBack()).toBe('retained');
    expect(notices).toEqual([]);
    expect(entries('card.retained')[0]?.fields).toMatchObject({ why: 'notEjected' });
    expect(entries('card.notTaken')).toEqual([]);
  });

  test('a full bin: the card stays at the gate, which is said and not called kept', async () => {
    await begin(60);
    await insert();
    unit.emulator.setFault('binFull', true);
    expect(await giveBack()).toBe('unknown');
    expect(entries('card.stuck')).toHaveLength(1);
    expect(entries('card.retained')).toEqual([]);
    custody.disown('visit-1');
    expect([custody.strangerInside(), custody.cardWaiting()]).toEqual([true, false]);
    unit.emulator.take();
    await until(() => !custody.strangerInside());
  });

  test('the answer to a motion is lost: the sensors settle it', async () => {
    await begin(60);
    await insert();
    unit.emulator.setFault('answerLost', 2);
    expect(await giveBack()).toBe('retained');
    expect(unit.emulator.state().bin).toBe(1);
  });
});

describe('a card that is found', () => {
  /** As kill -9 leaves it: the visit has no end in the journal, and the unit still has the card where it was. */
  async function cutOff(place: 'inside' | 'gate'): Promise<void> {
    await begin(20_000);
    await insert();
    journal.record('visit.began', { case: '7K2M-04QX', language: 'en' }, 'visit-0');
    journal.record('card.inserted', { insertion: 1 }, 'visit-0');
    const read = { class: 'gen3', social: true, financial: true, panToken: 'token-1', last4: '0016' };
    journal.record('card.read', read, 'visit-0');
    if (place === 'gate') await unit.reader.eject(soon);
    const { emulator } = unit;
    await Promise.all([unit.reader.stop(), unit.dispenser.stop()]);
    await custody.stop();
    journal.close();
    journal = openJournal();
    unit = await rig({ emulator, driver: { settings: { accepts: true } } });
  }
  const end = () => entries('visit.ended').map(({ visit, fields }) => [visit, fields['reason'], fields['card']]);

  test.each(['inside', 'gate'] as const)('%s, and taken: the visit that was cut off has its end', async (place) => {
    await cutOff(place);
    marks = { panToken: 'token-1', last4: '0016' };
    await begin(20_000);
    await until(() => unit.emulator.state().path === 'gate');
    expect([custody.strangerInside(), custody.cardWaiting()]).toEqual([true, false]);
    await until(() => entries('card.found').length > 0 && unit.emulator.take());
    await until(() => entries('visit.ended').length > 0);
    expect(entries('card.found')[0]).toMatchObject({ visit: 'visit-0', fields: { match: 'same', last4: '0016' } });
    expect(end()).toEqual([['visit-0', 'cutOff', 'taken']]);
  });

  test('not taken: kept, with the number of the card of that visit', async () => {
    await cutOff('inside');
    await begin(60);
    await until(() => entries('visit.ended').length > 0);
    expect(entries('card.found')[0]?.fields).toMatchObject({ match: 'presumed' });
    expect(entries('card.retained')).toMatchObject([{ visit: 'visit-0', fields: { last4: '0016', token: 'token-1' } }]);
    expect(end()).toEqual([['visit-0', 'cutOff', 'retained']]);
    expect(unit.emulator.state().bin).toBe(1);
  });

  test('another’s: given back all the same, and not booked on that visit', async () => {
    await cutOff('inside');
    marks = { panToken: 'token-2', last4: '0024' };
    await begin(60);
    await until(() => entries('card.retained').length > 0);
    expect(entries('card.found')).toMatchObject([{ visit: undefined, fields: { match: 'other' } }]);
    expect(entries('card.retained')[0]?.visit).toBeUndefined();
  });

  test('no card any more: it was taken meanwhile', async () => {
    await cutOff('gate');
    unit.emulator.take();
    await begin(60);
    await until(() => entries('visit.ended').length > 0);
    expect(end()).toEqual([['visit-0', 'cutOff', 'taken']]);
  });
});
