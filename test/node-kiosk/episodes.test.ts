import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { CommandPayloads, EpisodeSummary } from '#protocol/generated/kiosk.ts';
import { headed, journalIn, printed } from './journal-cli.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import { signsOn } from './sign-on.ts';
import { beginWith, endVisit } from './steps.ts';

// The journal's page tells everything: visits, what staff did, and what happened while nobody was there.

let kiosk: NodeKiosk;
/** The visit in the middle of it all. */
let visitId: string;

const states = (device: string, state: string): number =>
  kiosk
    .entries({ event: 'device.state' })
    .filter(({ fields }) => fields['device'] === device && fields['state'] === state).length;

/** The pad is unplugged and plugged in again, while nobody is there. */
async function loosePlug(): Promise<void> {
  const [absent, ready] = [states('pinPad', 'absent'), states('pinPad', 'ready')];
  await kiosk.bench.pinPad.unplug();
  await vi.waitUntil(() => states('pinPad', 'absent') > absent, { timeout: 20_000 });
  await kiosk.bench.pinPad.replug();
  await vi.waitUntil(() => states('pinPad', 'ready') > ready, { timeout: 40_000 });
}

/** The card comes out, and with it the session is over. */
async function leaves(): Promise<void> {
  const over = kiosk.entries({ event: 'staff.signedOff' }).length;
  await kiosk.bench.cardReader.remove();
  await vi.waitUntil(() => kiosk.entries({ event: 'staff.signedOff' }).length > over, { timeout: 20_000 });
}

beforeAll(async () => {
  kiosk = await startNodeKiosk();
  const page = await kiosk.page();
  await page.ready();
  await loosePlug();
  const visit = await beginWith(kiosk, page, 'expired');
  ({ visitId } = visit);
  await endVisit(kiosk, page, visit);
  const staff = await signsOn(kiosk, 'staff-technician');
  await staff.call('Maintenance.Close', { reason: 'repair' });
  await staff.call('Maintenance.Open');
  await leaves();
  // A customer's card is no way in.
  const stranger = await kiosk.operator();
  await vi.waitUntil(async () => !(await stranger.state()).occupied, { timeout: 20_000 });
  const refused = stranger.call('Maintenance.SignOn');
  await stranger.prompted('insertCard');
  await kiosk.bench.cardReader.insert('gen3-active');
  await stranger.prompted('takeCard');
  await kiosk.bench.cardReader.remove();
  expect(await refused).toEqual({ errorCode: 'notStaffCard' });
  await loosePlug();
});
afterAll(async () => {
  await kiosk.stop();
});

test('each kind is found, and each row tells what the command line tells of it', async () => {
  const operator = await signsOn(kiosk, 'staff');
  const list = async (query: CommandPayloads['Maintenance.GetEpisodes'] = {}): Promise<readonly EpisodeSummary[]> => {
    const found: EpisodeSummary[] = [];
    for (let before: number | undefined; ; before = found.at(-1)?.seq) {
      const asked = { language: 'en' as const, ...query, ...(before !== undefined && { before }) };
      const { episodes = [], more } = await operator.call('Maintenance.GetEpisodes', asked);
      found.push(...episodes);
      if (more !== true) return found;
    }
  };
  const rows = await list();
  const [present, ...past] = rows;
  expect(present).toMatchObject({ kind: 'staff', role: 'branchClerk' });
  expect(present).not.toHaveProperty('ended');
  expect(past.filter(({ kind }) => kind === 'visit').map((row) => row.visitId)).toEqual([visitId]);
  const staff = past.filter(({ kind }) => kind === 'staff');
  expect(staff).toMatchObject([{}, { role: 'technician', ended: 'cardRemoved', seconds: expect.any(Number) }]);
  const [refused, worked] = staff;
  expect(refused).not.toHaveProperty('role');
  expect(refused?.troubles).toEqual(['No approval of maintenance (card): notStaffCard.']);
  expect([worked?.troubles, worked?.others].flat()).toEqual([
    'The kiosk was taken out of service by staff: repair.',
    'The kiosk was put back into service by staff.',
  ]);
  const [newest, ...older] = past.filter(({ kind }) => kind === 'between');
  expect(newest?.troubles[0]).toMatch(/^The PIN pad is now absent/);
  expect(older.length).toBeGreaterThan(0);

  // Where the staff's own cards went is told with what they did, and makes no row of its own.
  const ofOwnCards = new Set(staff.map((row) => row.visitId));
  const taken = kiosk.entries({ event: 'card.removed' }).filter(({ visit }) => visit !== visitId);
  expect(taken.map(({ visit }) => ofOwnCards.has(visit))).toEqual([true, true]);

  const seqs = (found: readonly EpisodeSummary[]) => found.map(({ seq }) => seq);
  const ofPad = await list({ device: 'pinPad' });
  expect(seqs(ofPad)).toContain(newest?.seq);
  expect(seqs(ofPad)).not.toContain(worked?.seq);
  expect(seqs(await list({ event: 'kiosk.closed' }))).toEqual([worked?.seq]);
  expect(seqs(await list({ event: 'card.readFailed' }))).toEqual(seqs(past.filter(({ kind }) => kind === 'visit')));
  const visit = past.find(({ kind }) => kind === 'visit');
  expect(seqs(await list({ case: visit?.caseCode ?? '' }))).toEqual([visit?.seq]);
  expect(await list({ from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' })).toEqual([]);

  // Whole, in both languages, found by id and by the minute; the session that is running goes on meanwhile.
  for (const row of past)
    for (const language of ['en', 'zh-Hans'] as const) {
      const { lines = [], seq } = await operator.call('Maintenance.GetStory', { seq: row.seq, language });
      expect(seq).toBe(row.seq);
      expect(lines.length).toBeGreaterThan(0);
      if (row.entries !== undefined) expect(lines).toHaveLength(row.entries);
      const byMinute = headed(await journalIn(kiosk, language, '--at', lines[0]?.when.slice(0, -3) ?? ''));
      expect(byMinute).toContainEqual(printed(lines));
      if (row.visitId === undefined) continue;
      const byId = headed(await journalIn(kiosk, language, '--visit', row.visitId));
      expect(byId).toEqual([printed(lines)]);
    }

  // Whatever is in the journal is in one of them, but for what nobody has to know.
  const told = new Set<number>();
  for (const { seq } of await list())
    for (const line of (await operator.call('Maintenance.GetStory', { seq })).lines ?? []) told.add(line.seq);
  const background = ['journal.verified', 'journal.headSent', 'host.signedOn', 'ui.connected'];
  const untold = kiosk.entries().filter(({ seq, event }) => !told.has(seq) && !background.includes(event));
  expect(untold.map(({ event }) => event)).toEqual([]);
  await leaves();
});
