import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Act } from '#protocol/generated/kiosk.ts';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';
import { benchStaff } from '#simulators/wallet/staff.ts';
import { Person } from './acts.ts';
import { type NodeKiosk, startNodeKiosk } from './node-kiosk.ts';

// Staff stand for an act, at the branch or at the kiosk with their own card; real reader, real pad, real bank.

let kiosk: NodeKiosk;

beforeAll(async () => {
  kiosk = await startNodeKiosk();
});
afterAll(async () => {
  await kiosk.stop();
});
beforeEach(async () => {
  await kiosk.bench.reset();
});
afterEach(() => {
  // Neither numbers nor PINs of staff are written down.
  const journal = JSON.stringify(kiosk.entries());
  for (const { number, pin } of benchStaff) for (const secret of [number, pin]) expect(journal).not.toContain(secret);
});

const [staff, holder] = benchStaff;

/** A person who asked for staff, and staff who come. */
class Calling {
  readonly person: Person;
  readonly #checking: Promise<object>;
  #entries = 0;

  private constructor(person: Person, act: Act) {
    const { page, visitId, holder: who, cards } = person;
    this.person = person;
    page.events.length = 0;
    this.#checking = page.call('CardService.Check', {
      visitId,
      holder: who,
      cardId: cards[0]?.cardId ?? '',
      act,
      kind: 'staff',
    });
  }

  static async staff(person: Person, act: Act = 'temporaryLoss'): Promise<Calling> {
    const calling = new Calling(person, act);
    await person.page.event('CardService.StaffCalledEvent');
    return calling;
  }

  /** The pad listens once more, and gets these keys. */
  async keys(keys: string): Promise<void> {
    const { page } = this.person;
    const ready = (): number => page.events.filter(({ name }) => name === 'CardService.PinReadyEvent').length;
    await page.until('the pad listens', () => ready() > this.#entries);
    this.#entries = ready();
    kiosk.bench.pinPad.press(keys);
  }

  async takesCard(): Promise<void> {
    await this.person.page.event('SocialCard.TakeCardEvent');
    await kiosk.bench.cardReader.remove();
  }

  get answer(): Promise<object> {
    return this.#checking;
  }
}

async function withDocument(document: WalletDocumentId = 'resident'): Promise<Person> {
  const person = await Person.arrives(kiosk);
  await person.finds(await person.shows(document));
  return person;
}

const toldOf = (person: Person, event: string) =>
  kiosk.entries({ visit: person.visitId, event }).map(({ fields }) => fields);
const evidenceOf = (answer: object): string => (answer as { checkEvidence?: string }).checkEvidence ?? '';
const approved = { checkEvidence: expect.any(String) };

describe('with a staff card', () => {
  test('card, PIN, card out: approved, and the bank takes it for this act', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys(`${staff.pin}E`);
    await call.takesCard();
    const answer = await call.answer;
    expect(answer).toEqual(approved);
    expect(toldOf(person, 'staff.approved')).toEqual([
      { act: 'temporaryLoss', by: 'card', token: expect.stringMatching(/^[0-9a-f]{16}$/) },
    ]);
    // The branch is not asked for what its own staff decided here.
    expect(kiosk.bench.hosts.bankCore.domain.waitingApprovals()).toEqual([]);
    expect(await person.acts('temporaryLoss', { checkEvidence: evidenceOf(answer) })).toMatchObject({
      social: { state: 'done' },
      financial: { state: 'done' },
    });
    await person.leaves();
  });

  test('it is for one act: another takes staff again', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys(`${staff.pin}E`);
    await call.takesCard();
    const checkEvidence = evidenceOf(await call.answer);
    expect(await person.acts('formalLoss', { checkEvidence })).toMatchObject({ errorCode: 'evidenceMissing' });
    await person.leaves();
  });

  test('nothing goes on before it is taken out again', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys(`${staff.pin}E`);
    await person.page.event('SocialCard.TakeCardEvent');
    const first = await Promise.race([call.answer, person.page.call('Visit.GetSnapshot')]);
    expect(first).toHaveProperty('visit.card', 'inserted');
    await kiosk.bench.cardReader.remove();
    expect(await call.answer).toEqual(approved);
    // And the next card in is the customer's.
    expect(await person.inserts('gen3-active')).toEqual(expect.any(String));
    await person.leaves();
  });

  test('a wrong PIN may be tried again, after the second only a while later; the third is the bank’s last', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys('111111E');
    await call.keys('111111E');
    const began = performance.now();
    await call.keys('111111E');
    expect(performance.now() - began).toBeGreaterThan(4_000);
    await call.takesCard();
    expect(await call.answer).toMatchObject({ errorCode: 'staffRefused' });
    const why = toldOf(person, 'staff.refused').map((fields) => fields['why']);
    expect(why).toEqual(['wrongPin', 'wrongPin', 'pinLocked']);
    const told = person.page.events.flatMap(({ name, payload }) =>
      name === 'CardService.StaffCardEvent' ? [payload] : [],
    );
    expect(told, 'and staff are told').toEqual([
      { state: 'wrongPin' },
      { state: 'wrongPin' },
      { state: 'locked', secondsLeft: 5 },
    ]);
    expect(toldOf(person, 'staff.lockedOut').map(({ by, seconds }) => [by, seconds])).toEqual([
      ['kiosk', 5],
      ['bankCore', undefined],
    ]);
    await person.leaves();
  });

  test('the right one after a wrong one', async () => {
    const person = await withDocument('resident-not-activated');
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff-holder');
    await call.keys('111111E');
    await call.keys(`${holder.pin}E`);
    await call.takesCard();
    // For somebody else they may.
    expect(await call.answer).toEqual(approved);
    await person.leaves();
  });

  test('nobody approves for themselves', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff-holder');
    await call.keys(`${holder.pin}E`);
    await call.takesCard();
    expect(await call.answer).toMatchObject({ errorCode: 'staffRefused' });
    expect(toldOf(person, 'staff.refused')).toMatchObject([{ by: 'card', why: 'ownApproval' }]);
    await person.leaves();
  });

  test('pulled while the PIN is entered: nothing is approved, and it may come back', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys('975');
    await kiosk.bench.cardReader.remove();
    await person.page.event('SocialCard.CardRemovedEvent');
    await kiosk.bench.cardReader.insert('staff');
    await call.keys(`${staff.pin}E`);
    await call.takesCard();
    expect(await call.answer).toEqual(approved);
    expect(toldOf(person, 'staff.refused')).toMatchObject([{ why: 'cardRemoved' }]);
    await person.leaves();
  });

  test.each([1, 2, 3, 4])('pulled at its command %i: nothing is approved, and it may come back', async (command) => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.setFault('pullAtCommand', command);
    await kiosk.bench.cardReader.insert('staff');
    await person.page.event('SocialCard.CardRemovedEvent');
    expect(toldOf(person, 'staff.approved')).toEqual([]);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys(`${staff.pin}E`);
    await call.takesCard();
    expect(await call.answer).toEqual(approved);
    await person.leaves();
  });

  test('cancelled on the pad: the card is given back, the branch may still decide', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys('C');
    await call.takesCard();
    kiosk.bench.hosts.bankCore.domain.approve();
    expect(await call.answer).toEqual(approved);
    expect(toldOf(person, 'staff.refused')).toMatchObject([{ why: 'pinCancelled' }]);
    await person.leaves();
  });

  test('the bank’s answer gets lost: it is asked, and nothing is approved twice', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.hosts.bankCore.faults.set({ kind: 'actThenDrop', operation: 'approveByStaff', times: 1 });
    await kiosk.bench.cardReader.insert('staff');
    await call.keys(`${staff.pin}E`);
    await call.takesCard();
    expect(await call.answer).toEqual(approved);
    const acted = kiosk.bench.hosts.bankCore.ledger().filter(({ operation }) => operation === 'approveByStaff');
    expect(acted).toHaveLength(1);
    await person.leaves();
  });

  test('the visit ends in the middle of it: the card is asked back, the next visit is clean', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    const ended = call.answer.then(
      () => 'answered',
      () => 'interrupted',
    );
    await kiosk.bench.cardReader.insert('staff');
    await call.keys('97');
    expect(await person.leaves()).toMatchObject({ card: 'taken' });
    expect(await ended).toBe('interrupted');
    const next = await withDocument();
    // What the first visit asked of the branch is answered, and is nothing to the second.
    kiosk.bench.hosts.bankCore.domain.refuse();
    expect((await next.passes('staff', 'temporaryLoss')).checkEvidence).toEqual(expect.any(String));
    await next.leaves();
  });
});

describe('a customer’s card meanwhile', () => {
  test('put in early: it is left alone, and the branch decides', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('gen3-active');
    await person.page.until('the card is seen', () => person.page.snapshot.visit?.card === 'inserted');
    kiosk.bench.hosts.bankCore.domain.approve();
    expect(await call.answer).toEqual(approved);
    expect(kiosk.bench.cardReader.inserted()).toBe('gen3-active');
    expect(person.page.events.map(({ name }) => name)).not.toContain('SocialCard.TakeCardEvent');
    expect(toldOf(person, 'staff.refused')).toEqual([]);
    const { cardEvidence } = await person.page.call('SocialCard.Read', { visitId: person.visitId, purpose: 'act' });
    expect(cardEvidence).toEqual(expect.any(String));
    await person.leaves();
  });

  test('taken out again, it makes room for the staff card', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('debit');
    await person.page.until('the card is seen', () => person.page.snapshot.visit?.card === 'inserted');
    await kiosk.bench.cardReader.remove();
    await person.page.event('SocialCard.CardRemovedEvent');
    await kiosk.bench.cardReader.insert('staff');
    await call.keys(`${staff.pin}E`);
    await call.takesCard();
    expect(await call.answer).toEqual(approved);
    await person.leaves();
  });

  test('that was read before stays as it was', async () => {
    const person = await Person.arrives(kiosk);
    const document = await person.shows('resident-not-activated');
    await person.finds(document, { cardEvidence: await person.inserts('gen3-not-activated') });
    expect((await person.passes('staff', 'activate')).checkEvidence).toEqual(expect.any(String));
    expect(person.cards[0]).toMatchObject({ presented: true });
    await person.leaves();
  });
});

describe('at the branch', () => {
  test('yes, with its place in the journal', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    kiosk.bench.hosts.bankCore.domain.approve();
    expect(await call.answer).toEqual(approved);
    expect(toldOf(person, 'staff.approved')).toEqual([{ act: 'temporaryLoss', by: 'branch' }]);
    await person.leaves();
  });

  test('yes, while a staff card is at the pad: that card is given back first', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    await kiosk.bench.cardReader.insert('staff');
    await call.keys('975');
    kiosk.bench.hosts.bankCore.domain.approve();
    await call.takesCard();
    expect(await call.answer).toEqual(approved);
    expect(toldOf(person, 'staff.approved')).toMatchObject([{ by: 'branch' }]);
    await person.leaves();
  });

  test('no', async () => {
    const person = await withDocument();
    const call = await Calling.staff(person);
    kiosk.bench.hosts.bankCore.domain.refuse();
    expect(await call.answer).toMatchObject({ errorCode: 'staffRefused' });
    expect(toldOf(person, 'staff.refused')).toMatchObject([{ by: 'branch' }]);
    await person.leaves();
  });
});

describe('with another provider’s camera', () => {
  let withCamera: NodeKiosk;
  beforeAll(async () => {
    withCamera = await startNodeKiosk({ face: true });
  });
  afterAll(async () => {
    await withCamera.stop();
  });

  test.each([
    ['match', undefined],
    ['differs', 'faceDiffers'],
    ['unavailable', 'checkUnavailable'],
  ] as const)('%s', async (result, errorCode) => {
    const { face, hosts } = withCamera.bench;
    if (face === undefined) throw new Error('no camera');
    await withCamera.bench.reset();
    face.result = result;
    const person = await Person.arrives(withCamera);
    await person.finds(await person.shows('resident'));
    expect(person.offer('temporaryLoss')).toMatchObject({ checks: ['bankPin', 'oneTimeCode', 'staff', 'face'] });
    const answer = await person.passes('face', 'temporaryLoss');
    expect(answer.errorCode).toBe(errorCode);
    if (answer.checkEvidence !== undefined) {
      const { checkEvidence } = answer;
      // A face takes an agreement of its own.
      expect(await person.acts('temporaryLoss', { checkEvidence })).toMatchObject({ errorCode: 'evidenceMissing' });
      const texts = [...(person.offer('temporaryLoss')?.consents ?? []), 'face-1'];
      const consents = texts.map((text) => ({ text, choice: 'agreed' as const }));
      expect(await person.acts('temporaryLoss', { checkEvidence, consents })).toMatchObject({
        financial: { state: 'done' },
      });
    } else {
      // There is always another way.
      expect((await person.passes('oneTimeCode', 'temporaryLoss')).checkEvidence).toEqual(expect.any(String));
    }
    expect(hosts.bankCore.domain.messages()).toHaveLength(result === 'match' ? 0 : 1);
    await person.leaves();
  });
});

describe('the mains are cut in the middle of a visit', () => {
  const allBack = (person: Person) =>
    person.page.until('everything is back', () => (person.page.service('balance')?.reasons ?? ['']).length === 0);

  test.each([
    ['while a card lies in the reader', () => Promise.resolve()],
    ['while a PIN is entered', async (call: Calling) => call.keys('97')],
  ])('%s: nothing is approved, and afterwards the next visit is clean', async (_when, until) => {
    const { bench } = kiosk;
    const person = await withDocument();
    const call = await Calling.staff(person);
    await bench.cardReader.insert('staff');
    await until(call);
    await bench.mains.cut();
    await person.page.until('reader and pad are away', () =>
      ['cardReader', 'pinPad'].every((name) =>
        person.page.snapshot.devices.some((device) => device.name === name && device.state !== 'ready'),
      ),
    );
    expect(toldOf(person, 'staff.approved')).toEqual([]);
    // A person who was standing there when it got dark goes; the branch may decide what it likes.
    const ended = call.answer.catch(() => undefined);
    await bench.mains.restore();
    await allBack(person);
    await person.leaves();
    await ended;
    expect(kiosk.verifyJournal().damage).toBeUndefined();
    kiosk.bench.hosts.bankCore.domain.refuse();
    const next = await withDocument();
    expect((await next.passes('oneTimeCode', 'temporaryLoss')).checkEvidence).toEqual(expect.any(String));
    await next.leaves();
  });
});
