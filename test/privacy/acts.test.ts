import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { Act } from '#protocol/generated/kiosk.ts';
import { benchStaff } from '#simulators/wallet/staff.ts';
import { benchCardPin } from '#simulators/wallet/wallet.ts';
import { Person } from '../node-kiosk/acts.ts';
import { type NodeKiosk, startNodeKiosk } from '../node-kiosk/node-kiosk.ts';
import { plant } from './plant.ts';
import { describeFindings, SecretSearch } from './search.ts';
import { codesOf, hostReferences, pinKeysOf, type Secret, walletSecrets } from './secrets.ts';

// Loss report, unfreezing, activation, PIN: what people show and enter is nowhere afterwards, and never on the screen.

let kiosk: NodeKiosk;
let scratch: string;
/** Every frame between daemon and page, both ways: both ends are in this process. */
const frames: string[] = [];
/** What was printed to the terminal. */
const output: string[] = [];

beforeAll(async () => {
  const { emit } = WebSocket.prototype;
  vi.spyOn(WebSocket.prototype, 'emit').mockImplementation(function (this: WebSocket, ...args: unknown[]) {
    if (args[0] === 'message') frames.push(String(args[1]));
    return Reflect.apply(emit, this, args);
  });
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
    vi.spyOn(stream, 'write').mockImplementation((...args: unknown[]) => {
      output.push(String(args[0]));
      return write(...args);
    });
  }
  kiosk = await startNodeKiosk();
});
afterAll(async () => {
  await kiosk.stop();
  vi.restoreAllMocks();
});
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'privacy-acts-'));
});
afterEach(() => rmSync(scratch, { recursive: true }));

const pins = { wrong: '264081', mistyped: '739165', changed: '739164', first: '530918', ofCard: '486203' };
const wrongCode = '715093';

async function actsAndPrints(person: Person, act: Act, given: object): Promise<void> {
  const answer = await person.acts(act, given);
  expect([answer.social?.state, answer.financial?.state]).toContain('done');
  const { visitId } = person;
  const printed = await person.page.call('Receipt.Print', { visitId, resultId: answer.resultId ?? '' });
  expect(printed).toMatchObject({ outcome: 'done' });
}

async function reportsLoss(): Promise<void> {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('resident'));
  expect(await person.passes('bankPin', 'temporaryLoss', undefined, `${pins.wrong}E`)).toMatchObject({
    errorCode: 'wrongPin',
  });
  expect(await person.passes('oneTimeCode', 'temporaryLoss', undefined, `${wrongCode}E`)).toMatchObject({
    errorCode: 'wrongCode',
  });
  const { checkEvidence } = await person.passes('oneTimeCode', 'temporaryLoss');
  await actsAndPrints(person, 'temporaryLoss', { checkEvidence });
  await person.leaves();
}

/** The answer is lost on the way, so the act is also asked about. */
async function unfreezes(): Promise<void> {
  const person = await Person.arrives(kiosk);
  const document = await person.shows('resident');
  await person.finds(document, { cardEvidence: await person.inserts('gen3-active') });
  const { checkEvidence } = await person.passes('bankPin', 'unfreeze');
  await kiosk.bench.hosts.bankCore.faults.set({ kind: 'actThenDrop', operation: 'actOnCard', times: 1 });
  await actsAndPrints(person, 'unfreeze', { checkEvidence });
  await person.leaves();
}

async function changesPin(): Promise<void> {
  const person = await Person.arrives(kiosk);
  const document = await person.shows('resident');
  await person.finds(document, { cardEvidence: await person.inserts('gen3-active') });
  for (const second of [pins.mistyped, pins.changed]) {
    const { checkEvidence } = await person.passes('bankPin', 'changePin');
    const { newPinEvidence } = await person.entersNewPin('changePin', pins.changed, second);
    const { financial } = await person.acts('changePin', { checkEvidence, newPinEvidence });
    expect(financial?.state).toBe(second === pins.changed ? 'done' : 'refused');
  }
  // The card's own leaves the pad in the clear (invariant 4): wrong, weak, mistyped, changed.
  const act = 'changeCardPin';
  expect(await person.entersPins(act, [pins.wrong])).toMatchObject({ errorCode: 'wrongPin' });
  const { newPinEvidence } = await person.entersPins(act, [
    benchCardPin,
    pins.ofCard,
    pins.mistyped,
    pins.ofCard,
    pins.ofCard,
  ]);
  await actsAndPrints(person, act, { newPinEvidence });
  await person.leaves();
}

async function activates(): Promise<void> {
  const person = await Person.arrives(kiosk);
  const document = await person.shows('resident-not-activated');
  await person.finds(document, { cardEvidence: await person.inserts('gen3-not-activated') });
  const { checkEvidence } = await person.passes('oneTimeCode', 'activate');
  const { newPinEvidence } = await person.entersNewPin('activate', pins.first, pins.first);
  await actsAndPrints(person, 'activate', { checkEvidence, newPinEvidence });
  await person.leaves();
}

/** Staff approve with their own card, whose number and PIN are theirs alone. */
async function isHelpedByStaff(): Promise<void> {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows('passport'));
  const { page, visitId, holder, cards } = person;
  page.events.length = 0;
  const cardId = cards[0]?.cardId ?? '';
  const checking = page.call('CardService.Check', { visitId, holder, cardId, act: 'formalLoss', kind: 'staff' });
  await page.event('CardService.StaffCalledEvent');
  await kiosk.bench.cardReader.insert('staff');
  await page.event('CardService.PinReadyEvent');
  kiosk.bench.pinPad.press(`${benchStaff[0].pin}E`);
  await page.event('SocialCard.TakeCardEvent');
  await kiosk.bench.cardReader.remove();
  const { checkEvidence } = await checking;
  await actsAndPrints(person, 'formalLoss', { checkEvidence });
  await person.leaves();
}

/** Documents of the other kinds, and two people at once. */
async function othersReportLoss(): Promise<void> {
  for (const document of ['permit-hong-kong', 'permit-taiwan', 'foreign-2017', 'passport-foreign'] as const) {
    const person = await Person.arrives(kiosk);
    await person.finds(await person.shows(document));
    const { checkEvidence } = await person.passes('staff', 'temporaryLoss');
    await actsAndPrints(person, 'temporaryLoss', { checkEvidence });
    await person.leaves();
  }
  const parent = await Person.arrives(kiosk);
  const child = await parent.shows('resident-minor');
  const agentEvidence = await parent.shows('resident');
  await parent.finds(child, { forWhom: 'child', agentEvidence });
  const { checkEvidence } = await parent.passes('staff', 'temporaryLoss');
  await actsAndPrints(parent, 'temporaryLoss', { checkEvidence });
  await parent.leaves();
}

function secretsOfTheRun(): readonly Secret[] {
  const bankCore = join(kiosk.folder, 'hosts/bank-core.sqlite');
  const codes = codesOf(bankCore);
  const pinKeys = pinKeysOf(bankCore);
  // Two people had a code on their telephone; the pad had its keys.
  expect(codes.length).toBeGreaterThanOrEqual(2);
  expect(pinKeys.length).toBeGreaterThan(0);
  // A staff PIN travels as a code does, in a block for no account.
  const staff = benchStaff.flatMap(({ number, pin }) => [number, pin]);
  return walletSecrets({
    pins: [kiosk.bench.firstPin, benchCardPin, ...Object.values(pins)],
    pinKeys,
    codes: [...codes, wrongCode, ...staff],
  });
}

test('what is shown and entered for an act is in no journal, log, file or slip, and never on the way to the page', async () => {
  await kiosk.bench.reset();
  await reportsLoss();
  await unfreezes();
  await changesPin();
  await activates();
  await othersReportLoss();
  await isHelpedByStaff();

  const secrets = secretsOfTheRun();
  const search = new SecretSearch(secrets);
  // While it runs: the write-ahead log is there too.
  const folders = ['data', 'keys'].map((folder) => search.searchFolder(join(kiosk.folder, folder)));
  const wire = frames.join('\n');
  const journal = JSON.stringify(kiosk.entries());
  const slips = kiosk.bench.tray.receipts().flatMap(({ lines }) => lines.map((line) => JSON.stringify(line)));
  const told = [
    ...search.searchText(wire, 'wire'),
    ...search.searchText(journal, 'journal'),
    ...search.searchText(output.join(''), 'output'),
    ...search.searchText(slips.join('\n'), 'slips'),
  ];
  expect(describeFindings([...folders.flatMap(({ findings }) => findings), ...told])).toEqual([]);

  // References of the hosts stand in the journal, by which acts are seen through; the page has none.
  const references = new SecretSearch(hostReferences(join(kiosk.folder, 'hosts')));
  expect(describeFindings(references.searchText(wire, 'wire'))).toEqual([]);
  expect(references.searchText(journal, 'journal').length).toBeGreaterThan(10);

  // A search of nothing finds nothing: all of it was really there.
  for (const message of ['Identity.Read', 'CardService.FindCards', 'CardService.EnterNewPin', 'CardService.Act']) {
    const ways = frames.filter((frame) => frame.includes(`"name":"${message}"`));
    expect(ways.some((frame) => frame.includes('"type":"command"'))).toBe(true);
    expect(ways.some((frame) => frame.includes('"type":"completion"'))).toBe(true);
  }
  expect(wire).toContain('120******01');
  expect(folders[0]?.bytes).toBeGreaterThan(50_000);
  expect(journal).toContain('saga.settled');
  expect(slips.length).toBeGreaterThan(50);
}, 240_000);

test('the same search finds every one of these values where it was planted, and every reference', () => {
  const references = hostReferences(join(kiosk.folder, 'hosts'));
  expect(new Set(references.map(({ owner }) => owner)).size).toBeGreaterThanOrEqual(7);
  for (const [name, secrets] of Object.entries({ secrets: secretsOfTheRun(), references })) {
    const { bytes, values } = plant(secrets);
    const folder = join(scratch, name);
    mkdirSync(folder);
    writeFileSync(join(folder, 'planted'), bytes);
    const starts = new Map<string, number[]>();
    for (const { kind, owner, offset } of new SecretSearch(secrets).searchFolder(folder).findings)
      starts.set(`${kind} ${owner}`, [...(starts.get(`${kind} ${owner}`) ?? []), offset]);
    const missed = values.filter(
      ({ secret: { kind, owner }, start, end }) =>
        !(starts.get(`${kind} ${owner}`) ?? []).some((offset) => offset >= start && offset < end),
    );
    expect(missed.map(({ secret, encoding }) => `${secret.kind} of ${secret.owner} as ${encoding}`)).toEqual([]);
    expect(values.length).toBeGreaterThan(1_000);
  }
});
