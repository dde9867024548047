import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CardActionRequest } from '#protocol/generated/card-management.ts';
import { err, ok } from '#protocol/result.ts';
import { type HolderId, personOf, walletCard } from '#simulators/wallet/wallet.ts';
import {
  agreed,
  chipDocument,
  codeOfTheBank,
  documentOf,
  key,
  numberOf,
  printedDocument,
  SocialDesk,
} from './acts.fixture.ts';
import { outcomeUnknown } from './index.ts';
import { good, hostNow, type Rig, startRig } from './rig.fixture.ts';
import { authRefOf } from './social-card.fixture.ts';

/** Acts on the social side over HTTPS: the province keeps the transition table itself. */

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
beforeEach(() => rig.hosts.reset());
afterEach(() => expect(rig.violations).toEqual([]));
afterAll(() => rig.stop());

const refused = (reason: string) => err({ code: 'refused', reason, safeToRetry: false });
const dayMs = 24 * 3_600_000;
const staff = { kind: 'staffApproval', ref: 'V-somewhere' } as const;
const cardNumberOf = (id: Parameters<typeof walletCard>[0]): string => walletCard(id).social?.cardNumber ?? '';
const genuine = async (id: Parameters<typeof walletCard>[0]) => ({
  kind: 'cardGenuine' as const,
  grade: 'genuine' as const,
  ref: await authRefOf(rig.cards, id),
});

describe('a report', () => {
  test('for a few days: by a document and a live check, and it lifts by itself without a trace in the revision', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    const done = good(await desk.act('temporaryLoss', [printedDocument, codeOfTheBank]));
    expect(done).toEqual({
      cardRef: desk.card.cardRef,
      action: 'temporaryLoss',
      socialStatus: 'tempLost',
      revision: 1,
      businessNumber: expect.stringMatching(/^N-/),
      at: hostNow.toISOString(),
      temporaryUntil: '2026-12-01T08:00:00.000Z',
    });
    expect(await desk.look()).toMatchObject({
      socialStatus: 'tempLost',
      revision: 1,
      temporaryUntil: '2026-12-01T08:00:00.000Z',
    });
    rig.hosts.setClockOffset(7 * dayMs);
    const card = await desk.look();
    expect(card).toMatchObject({ socialStatus: 'normal', revision: 1 });
    expect(card).not.toHaveProperty('temporaryUntil');
  });

  test('for good: after a temporary one too, with the consent on record', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    await desk.act('temporaryLoss', [chipDocument, codeOfTheBank]);
    await desk.look();
    const consents = agreed;
    expect(await desk.act('formalLoss', [chipDocument, codeOfTheBank])).toEqual(refused('consentMissing'));
    const declined = consents.map((one) => ({ ...one, choice: 'declined' as const }));
    expect(await desk.act('formalLoss', [chipDocument, codeOfTheBank], { consents: declined })).toEqual(
      refused('consentMissing'),
    );
    expect(good(await desk.act('formalLoss', [chipDocument, codeOfTheBank], { consents }))).toMatchObject({
      socialStatus: 'lost',
      revision: 2,
    });
    rig.hosts.setClockOffset(30 * dayMs);
    expect(await desk.look()).toMatchObject({ socialStatus: 'lost' });
  });

  test.each([
    ['temporaryLoss', 'nothing', []],
    ['temporaryLoss', 'no live check', [chipDocument]],
    ['temporaryLoss', 'no document', [codeOfTheBank]],
    ['temporaryLoss', 'a document of no grade', [{ kind: 'document' }, codeOfTheBank]],
    ['formalLoss', 'a printed document without staff', [printedDocument, codeOfTheBank]],
    ['formalLoss', 'no live check', [chipDocument]],
  ] as const)('%s with %s: not believed, and nothing is done', async (action, _name, evidence) => {
    const desk = await SocialDesk.of(rig, 'jia');
    expect(await desk.act(action, evidence, { consents: agreed })).toEqual(refused('evidenceMissing'));
    expect(await desk.look()).toMatchObject({ socialStatus: 'normal', revision: 0 });
  });

  test('a printed document will do for good where staff looked at it', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    expect((await desk.act('formalLoss', [printedDocument, staff], { consents: agreed })).ok).toBe(true);
  });
});

describe('unfreezing', () => {
  const lost = async (id: HolderId, status: 'tempLost' | 'lost' = 'lost') => {
    const desk = await SocialDesk.of(rig, id);
    const until = status === 'tempLost' ? new Date('2026-12-01T08:00:00Z') : undefined;
    rig.hosts.cardManagement.domain.setSocialStatus(cardNumberOf('gen3-active'), status, until);
    await desk.look();
    return desk;
  };

  test.each(['tempLost', 'lost'] as const)('%s: with document, genuine card and live check', async (status) => {
    const desk = await lost('jia', status);
    const done = good(await desk.act('unfreeze', [chipDocument, await genuine('gen3-active'), codeOfTheBank]));
    expect(done).toMatchObject({ socialStatus: 'normal', revision: 2 });
    expect(done).not.toHaveProperty('temporaryUntil');
  });

  test('not once a replacement was requested (J6)', async () => {
    const desk = await lost('jia');
    expect(rig.hosts.cardManagement.domain.requestReplacement(cardNumberOf('gen3-active'))).toBe(true);
    await desk.look();
    expect(await desk.act('unfreeze', [chipDocument, await genuine('gen3-active'), codeOfTheBank])).toEqual(
      refused('replacementRequested'),
    );
  });

  test('a card that was only read, that is another one, or was proven long ago is not this card', async () => {
    const desk = await lost('jia');
    const attempt = (card: object) =>
      desk.act('unfreeze', [chipDocument, { kind: 'cardGenuine', ...card }, codeOfTheBank]);
    expect(await attempt({})).toEqual(refused('evidenceMissing'));
    expect(await attempt({ ref: 'A-unknown' })).toEqual(refused('evidenceMissing'));
    expect(await attempt(await genuine('gen2'))).toEqual(refused('evidenceMissing'));
    const own = await genuine('gen3-active');
    rig.hosts.setClockOffset(31 * 60_000);
    expect(await attempt(own)).toEqual(refused('evidenceMissing'));
    expect((await attempt(await genuine('gen3-active'))).ok).toBe(true);
  });
});

describe('other acts', () => {
  test('a sealed card is enabled by its holder, with the card', async () => {
    const desk = await SocialDesk.of(rig, 'bing');
    expect(await desk.act('enableSocial', [printedDocument, await genuine('gen3-sealed')])).toEqual(
      refused('evidenceMissing'),
    );
    const done = good(await desk.act('enableSocial', [chipDocument, await genuine('gen3-sealed')]));
    expect(done).toMatchObject({ socialStatus: 'normal', revision: 1 });
  });

  test('a locked card is unlocked only with staff', async () => {
    const desk = await SocialDesk.of(rig, 'ren');
    rig.hosts.cardManagement.domain.setSocialStatus(cardNumberOf('gen2'), 'locked');
    await desk.look();
    expect(await desk.act('unlockSocialPin', [chipDocument, await genuine('gen2'), codeOfTheBank])).toEqual(
      refused('evidenceMissing'),
    );
    expect((await desk.act('unlockSocialPin', [chipDocument, await genuine('gen2'), staff])).ok).toBe(true);
  });

  test('what the state does not allow, and what this host does not do for a kiosk', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    for (const action of ['unfreeze', 'enableSocial', 'unlockSocialPin'] as const)
      expect(await desk.act(action, [chipDocument, codeOfTheBank])).toEqual(refused('statusForbids'));
    expect(await desk.act('requestNew', [chipDocument])).toEqual(refused('notAllowed'));
  });

  test("somebody else's card, and references that nobody issued", async () => {
    const jia = await SocialDesk.of(rig, 'jia');
    const yi = await SocialDesk.of(rig, 'yi');
    const order = jia.order('temporaryLoss', [chipDocument, codeOfTheBank]);
    expect(await rig.cards.act(yi.card.cardRef, order, key())).toEqual(refused('holderMismatch'));
    expect(await rig.cards.act('C-unknown', order, key())).toEqual(refused('notFound'));
    const nobody = { ...order, holderRef: 'H-unknown' };
    expect(await rig.cards.act(jia.card.cardRef, nobody, key())).toEqual(refused('notFound'));
  });
});

describe('compare and set', () => {
  test('a card that a counter touched meanwhile is left alone, even when it looks the same', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    const { domain } = rig.hosts.cardManagement;
    domain.setSocialStatus(cardNumberOf('gen3-active'), 'lost');
    expect(await desk.act('temporaryLoss', [chipDocument, codeOfTheBank])).toEqual(refused('stateChanged'));
    domain.setSocialStatus(cardNumberOf('gen3-active'), 'normal');
    expect(await desk.act('temporaryLoss', [chipDocument, codeOfTheBank])).toEqual(refused('stateChanged'));
    await desk.look();
    expect((await desk.act('temporaryLoss', [chipDocument, codeOfTheBank])).ok).toBe(true);
  });

  test('two kiosks at once: one of them is told', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    const evidence = [chipDocument, codeOfTheBank];
    const both = await Promise.all([desk.act('temporaryLoss', evidence), desk.act('temporaryLoss', evidence)]);
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    expect(both.filter((one) => !one.ok)).toEqual([refused('stateChanged')]);
    expect(await desk.look()).toMatchObject({ revision: 1 });
  });
});

describe('an answer that got lost', () => {
  test('done: asking by the key tells exactly what the act itself would have told; nothing is done twice', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    await rig.hosts.cardManagement.faults.set({ kind: 'actThenDrop', operation: 'actOnCard', times: 1 });
    const intent = key();
    const order = desk.order('temporaryLoss', [chipDocument, codeOfTheBank]);
    const lost = await rig.cards.act(desk.card.cardRef, order, intent);
    expect(!lost.ok && outcomeUnknown(lost.error)).toBe(true);
    const { state, answer } = good(await rig.cards.ask(intent.idempotencyKey));
    expect([state, answer]).toMatchObject(['done', { action: 'temporaryLoss', socialStatus: 'tempLost', revision: 1 }]);
    // Told again under the same key: the same answer, and no second act.
    expect(await rig.cards.act(desk.card.cardRef, order, intent)).toEqual(ok(answer));
    expect(await desk.look()).toMatchObject({ revision: 1 });
    const acts = rig.hosts.cardManagement.ledger().filter((line) => line.operation === 'actOnCard');
    expect(acts.map(({ act, fault }) => [act, fault])).toEqual([
      ['done', 'actThenDrop'],
      ['repeated', undefined],
    ]);
  });

  test('refused: asking tells why', async () => {
    const desk = await SocialDesk.of(rig, 'jia');
    await rig.hosts.cardManagement.faults.set({ kind: 'halfAnswer', operation: 'actOnCard', times: 1 });
    const intent = key();
    const lost = await rig.cards.act(desk.card.cardRef, desk.order('unfreeze', [chipDocument]), intent);
    expect(!lost.ok && outcomeUnknown(lost.error)).toBe(true);
    expect(good(await rig.cards.ask(intent.idempotencyKey))).toMatchObject({
      state: 'refused',
      problem: { code: 'statusForbids' },
    });
  });
});

test('the ledger tells of each act which card, which act and the business number, also of one that was refused', async () => {
  const desk = await SocialDesk.of(rig, 'jia');
  const { businessNumber } = good(await desk.act('temporaryLoss', [chipDocument, codeOfTheBank]));
  await desk.look();
  await desk.act('temporaryLoss', [chipDocument, codeOfTheBank]);
  const { cardRef } = desk.card;
  expect(rig.hosts.cardManagement.ledger().filter((line) => line.operation === 'actOnCard')).toMatchObject([
    {
      act: 'done',
      about: { cardRef, action: 'temporaryLoss' },
      result: { cardRef, action: 'temporaryLoss', businessNumber },
    },
    { act: 'refused', about: { cardRef, action: 'temporaryLoss' }, result: { code: 'statusForbids' } },
  ]);
});

describe('for somebody else', () => {
  const together = (holder: HolderId, relation: 'child' | 'other', agent: HolderId) =>
    rig.cards.identifyDocument({ ...documentOf(holder), agent: { relation, document: documentOf(agent) } });

  test("a parent reports a child's card, for a few days and no more", async () => {
    const { holderRef, agentRef = '', cards } = good(await together('xiao', 'child', 'jia'));
    expect(agentRef).toMatch(/^G-/);
    const [card] = cards;
    const order = {
      holderRef,
      agentRef,
      expectedState: 'normal',
      expectedRevision: 0,
      evidence: [chipDocument, codeOfTheBank],
      consents: agreed,
    } satisfies Omit<CardActionRequest, 'terminalId' | 'action'>;
    const act = (action: 'temporaryLoss' | 'formalLoss', ref = agentRef) =>
      rig.cards.act(card?.cardRef ?? '', { ...order, evidence: [...order.evidence], action, agentRef: ref }, key());
    expect(await act('formalLoss')).toEqual(refused('agentNotAllowed'));
    expect(await act('temporaryLoss', 'G-unknown')).toEqual(refused('agentNotAllowed'));
    expect(good(await act('temporaryLoss'))).toMatchObject({ socialStatus: 'tempLost' });
  });

  test.each([
    ['for a grown person', 'yi', 'child', 'jia'],
    ['as something else', 'xiao', 'other', 'jia'],
    ['as a child oneself', 'xiao', 'child', 'xiao'],
  ] as const)('%s: not allowed', async (_name, holder, relation, agent) => {
    expect(await together(holder, relation, agent)).toEqual(refused('agentNotAllowed'));
  });

  test('an agent whom nobody knows, or under another name: not allowed', async () => {
    const attempt = (change: object) =>
      rig.cards.identifyDocument({
        ...documentOf('xiao'),
        agent: { relation: 'child', document: { ...documentOf('jia'), ...change } },
      });
    expect(await attempt({ documentNumber: Buffer.from('000000190001010011') })).toEqual(refused('agentNotAllowed'));
    expect(await attempt({ name: Buffer.from('别人') })).toEqual(refused('agentNotAllowed'));
    expect((await attempt({})).ok).toBe(true);
  });

  test('the word for one child does not serve for another card', async () => {
    const { agentRef = '' } = good(await together('xiao', 'child', 'jia'));
    const desk = await SocialDesk.of(rig, 'yi');
    expect(await desk.act('temporaryLoss', [chipDocument, codeOfTheBank], { agentRef })).toEqual(
      refused('agentNotAllowed'),
    );
  });
});

describe('who is on file', () => {
  test.each([
    ['gang', 0],
    ['gang', 1],
    ['ao', 0],
    ['tai', 0],
    ['tai', 1],
    ['jane', 0],
    ['jack', 0],
    ['anna', 0],
    ['jia', 1],
  ] as const)('%s is found by document %i at both hosts, and the card joins', async (id, index) => {
    const order = documentOf(id, index);
    const province = good(await rig.cards.identifyDocument(order));
    const bank = good(await rig.bank.identifyDocument(order));
    expect(province.cards).toHaveLength(1);
    expect(province.cards[0]).toMatchObject({ socialStatus: 'normal', panMasked: bank.cards[0]?.panMasked });
    expect(province.phoneMask).toBe(bank.phoneMask);
  });

  test('by any name that the document bears, with or without the comma of the surname', async () => {
    const order = documentOf('jane');
    for (const name of ['样简', 'SPECIMEN, JANE', 'SPECIMEN JANE'])
      expect((await rig.cards.identifyDocument({ ...order, name: Buffer.from(name) })).ok).toBe(true);
    expect(await rig.cards.identifyDocument({ ...order, name: Buffer.from('SPECIMEN, JOHN') })).toEqual(
      refused('holderMismatch'),
    );
  });

  test('not by the number on another kind of document, nor by a passport of another country', async () => {
    const order = documentOf('anna');
    expect(await rig.cards.identifyDocument({ ...order, documentType: 'residentId' })).toEqual(refused('noSuchPerson'));
    expect(await rig.cards.identifyDocument({ ...order, issuingCountry: 'CHN' })).toEqual(refused('noSuchPerson'));
  });

  test('somebody without a card, and what has become of the one in the making', async () => {
    const found = good(await rig.cards.identifyDocument(documentOf('wei')));
    expect(found.cards).toEqual([]);
    expect(good(await rig.cards.progress(found.holderRef))).toEqual({
      holderRef: found.holderRef,
      applications: [
        {
          applicationRef: expect.stringMatching(/^L-/),
          business: 'new',
          progress: 7,
          updatedAt: expect.stringMatching(/Z$/),
          place: '未来广场支行',
        },
      ],
    });
    const { holderRef } = good(await rig.cards.identifyDocument(documentOf('yi')));
    expect(good(await rig.cards.progress(holderRef)).applications).toEqual([]);
    expect(await rig.cards.progress('H-unknown')).toEqual(refused('notFound'));
  });

  test('somebody with five cards, each in another state; one has a successor, one is of another bank', async () => {
    const { cards } = good(await rig.cards.identifyDocument(documentOf('shen')));
    const ref = (index: number) => cards[index]?.cardRef;
    expect(cards.map((card) => [card.generation, card.socialStatus, card.bankCode])).toEqual([
      ['gen1', 'cancelled', 'icbc'],
      ['gen2', 'lost', 'icbc'],
      ['gen3', 'normal', 'abc'],
      ['gen3', 'tempLost', 'icbc'],
      ['gen3', 'normal', 'icbc'],
    ]);
    expect(cards.map((card) => card.successorRef)).toEqual([ref(1), undefined, undefined, undefined, undefined]);
    expect(Date.parse(cards[3]?.temporaryUntil ?? '')).toBe(hostNow.getTime() + 3 * dayMs);
    expect(rig.hosts.cardManagement.domain.cardsOf(numberOf('shen'))).toEqual(cards);
    const bank = good(await rig.bank.identifyDocument(documentOf('shen')));
    expect(bank.cards.map((card) => card.financialStatus)).toEqual(['closed', 'lost', 'tempLost', 'active']);
  });

  test('no name or number is in the ledger', async () => {
    await rig.cards.identifyDocument({
      ...documentOf('xiao'),
      agent: { relation: 'child', document: documentOf('jia') },
    });
    const told = JSON.stringify(rig.hosts.cardManagement.ledger());
    for (const id of ['xiao', 'jia'] as const) {
      expect(told).not.toContain(personOf(id).name);
      expect(told).not.toContain(personOf(id).idNumber);
    }
  });
});
