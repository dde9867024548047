import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CommandPayloads } from '#protocol/generated/kiosk.ts';
import { documentOf, type WalletDocumentId, walletDocuments } from '#simulators/wallet/documents.ts';
import { documentFacts, documentRefusals } from '../documents.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';

// Every identity document of the wallet, through the real drivers on real pseudo-terminals.

let kiosk: NodeKiosk;
let page: Page;

beforeAll(async () => {
  kiosk = await startNodeKiosk({ settings: { visit: { takeCardSeconds: 10 } } });
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
  page = await kiosk.page();
  await page.until('both readers are there', () => page.snapshot.documents.every(({ available }) => available));
});

async function begin(): Promise<string> {
  return (await page.call('Visit.Begin', { language: 'en' })).visitId ?? '';
}
const end = (visitId: string) => page.call('Visit.End', { visitId, reason: 'completed' });

/** Presents a document when the reader waits for one. */
async function read(visitId: string, document: WalletDocumentId, kinds?: CommandPayloads['Identity.Read']['kinds']) {
  page.events.length = 0;
  const reading = page.call('Identity.Read', { visitId, ...(kinds !== undefined && { kinds }) });
  const { place } = documentOf(document).content;
  await page.until('the reader waits', () =>
    page.events.some(
      ({ name, payload }) => name === 'Identity.HintEvent' && (payload as { reader?: string }).reader === place,
    ),
  );
  await kiosk.bench.present(document);
  // Whoever is asked to lift it does, and puts it down again.
  const lifts = (): number =>
    page.events.filter(({ payload }) => (payload as { hint?: string }).hint === 'lift').length;
  let over = false;
  const ended = reading.finally(() => {
    over = true;
  });
  for (let done = 0; ; done += 1) {
    await Promise.race([ended, vi.waitUntil(() => over || lifts() > done, { timeout: 30_000 })]);
    if (over) break;
    kiosk.bench.lift();
    await kiosk.bench.present(document);
  }
  return reading;
}

describe('every document of the wallet', () => {
  test('is here', () => {
    expect([...Object.keys(documentFacts), ...Object.keys(documentRefusals)].sort()).toEqual(
      walletDocuments.map(({ id }) => id).sort(),
    );
  });

  test.each(walletDocuments.map(({ id }) => id))('%s', async (id) => {
    const visitId = await begin();
    const answer = await read(visitId, id);
    const refusal = documentRefusals[id];
    if (refusal === undefined) {
      expect(answer.documentEvidence).toMatch(/^\S+$/);
      expect(answer.document).toMatchObject(documentFacts[id] ?? {});
    } else expect(answer).toEqual({ errorCode: refusal, caseCode: expect.any(String) });
    await end(visitId);
    const told = [...kiosk.sentences(visitId), JSON.stringify(answer), JSON.stringify(page.events)].join('\n');
    expect(told).toContain(refusal ?? 'A document was read');
    for (const secret of documentOf(id).secrets) expect(told).not.toContain(secret);
  });
});

test('a document that does not serve the purpose is not accepted; the next one may be', async () => {
  const visitId = await begin();
  const kinds: ['residencePermit'] = ['residencePermit'];
  expect(await read(visitId, 'resident', kinds)).toMatchObject({ errorCode: 'documentNotAccepted' });
  kiosk.bench.lift();
  expect(await read(visitId, 'permit-taiwan', kinds)).toMatchObject({ document: { kind: 'residencePermit' } });
  await end(visitId);
});

test('while both readers wait the first document counts, and what is put there later is nobody’s', async () => {
  const visitId = await begin();
  expect(await read(visitId, 'passport')).toMatchObject({ document: { kind: 'passport' } });
  await kiosk.bench.present('resident');
  expect(kiosk.sentences(visitId).filter((line) => line.startsWith('A document was read'))).toHaveLength(1);
  await end(visitId);
});

test('cancelled while it waits: nothing is read, and the next visit begins clean', async () => {
  const visitId = await begin();
  const cancel = new AbortController();
  page.events.length = 0;
  const reading = page.complete('Identity.Read', { visitId }, cancel.signal);
  await page.event('Identity.HintEvent');
  cancel.abort();
  expect((await reading).completionCode).toBe('canceled');
  await end(visitId);
  const next = await begin();
  expect(await read(next, 'resident')).toMatchObject({ document: { kind: 'residentId' } });
  await end(next);
});

test('a document that lies there again is called for; a swipe cannot be sensed', async () => {
  const visitId = await begin();
  expect(await page.call('Identity.TakeBack', { visitId })).toEqual({ document: 'none' });
  await read(visitId, 'resident');
  kiosk.bench.lift();
  await kiosk.bench.present('resident');
  page.events.length = 0;
  const taking = page.call('Identity.TakeBack', { visitId });
  await page.event('Identity.LeftBehindEvent');
  kiosk.bench.lift();
  expect(await taking).toEqual({ document: 'taken' });
  await read(visitId, 'passport');
  expect(await page.call('Identity.TakeBack', { visitId })).toEqual({ document: 'notSensed' });
  await end(visitId);
  expect(kiosk.sentences(visitId)).toEqual(
    expect.arrayContaining([
      'The document was taken back.',
      'Whether the document was taken back this reader cannot tell.',
    ]),
  );
});

test('left behind to the end: the journal says so', async () => {
  const visitId = await begin();
  await read(visitId, 'resident');
  kiosk.bench.lift();
  await kiosk.bench.present('resident');
  expect(await page.call('Identity.TakeBack', { visitId })).toEqual({ document: 'leftBehind' });
  await end(visitId);
  expect(kiosk.sentences(visitId).filter((line) => line === 'The document was left on the reader.')).toHaveLength(2);
});

test('a reader that works only later listens from then on', async () => {
  const reader = kiosk.bench.devices.get('id-reader');
  const usable = () => page.snapshot.documents.find(({ kind }) => kind === 'residentId')?.available === true;
  await reader?.setFault('unplugged', true);
  await page.until('it is gone', () => !usable());
  const visitId = await begin();
  page.events.length = 0;
  const reading = page.call('Identity.Read', { visitId });
  await reader?.setFault('unplugged', false);
  await page.until('it is back', usable);
  await kiosk.bench.present('resident');
  expect(await reading).toMatchObject({ document: { kind: 'residentId' } });

  // The same in the middle of a read that it had begun.
  const again = page.call('Identity.Read', { visitId });
  await reader?.setFault('unplugged', true);
  await page.until('it is gone', () => !usable());
  await reader?.setFault('unplugged', false);
  await page.until('it is back', usable);
  await kiosk.bench.present('resident');
  expect(await again).toMatchObject({ document: { kind: 'residentId' } });
  await end(visitId);
});

test('the identity reader is pulled out while it waits: told, the passport reader goes on', async () => {
  const visitId = await begin();
  page.events.length = 0;
  const reading = page.call('Identity.Read', { visitId });
  await page.event('Identity.HintEvent');
  await kiosk.bench.devices.get('id-reader')?.setFault('unplugged', true);
  await page.until('it is told', () =>
    page.snapshot.documents.some(({ kind, available }) => kind === 'residentId' && !available),
  );
  await kiosk.bench.present('passport');
  expect(await reading).toMatchObject({ document: { kind: 'passport' } });
  await end(visitId);
});
