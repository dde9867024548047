import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { err } from '#protocol/result.ts';
import { personOf, type WalletCard, type WalletCardId, walletCard } from '#simulators/wallet/wallet.ts';
import type { SocialCard } from '../cards/index.ts';
import { type HostFailure, newIdempotencyKey } from './index.ts';
import { good, type Rig, startRig } from './rig.fixture.ts';
import { readCard } from './social-card.fixture.ts';

/** Card management over HTTPS: its security module proves simulated chips, its records say who holds them. */

let rig: Rig;

beforeAll(async () => {
  rig = await startRig();
});
beforeEach(() => rig.hosts.reset());
afterEach(() => expect(rig.violations).toEqual([]));
afterAll(() => rig.stop());

const refused = (reason: string) => err({ code: 'refused', reason, safeToRetry: false });

const read = (card: WalletCardId | WalletCard) => readCard(rig.cards, card);

/** What the kiosk says of a card it has read. */
function evidenceOf(card: SocialCard<HostFailure>) {
  return {
    kind: 'card',
    cardNumber: card.cardNumber?.toString('latin1') ?? '',
    socialSecurityNumber: card.holder?.number.toString('latin1') ?? '',
    name: card.holder?.name.toString('utf8') ?? '',
    generation: card.generation,
    ...(card.authentication.state === 'genuine' && { authRef: card.authentication.authRef }),
  } as const;
}

describe('card authentication', () => {
  test.each(['gen1-citizen', 'gen2', 'gen3-active', 'gen3-long-name', 'other-bank'] as const)(
    '%s is genuine and gives its holder',
    async (id) => {
      const card = good(await read(id));
      const holder = personOf(walletCard(id).social?.holder ?? 'jia');
      expect(card.authentication.state).toBe('genuine');
      expect(card.warnings).toEqual([]);
      expect(card.holder?.name.toString('utf8')).toBe(holder.name);
      expect(card.holder?.number.toString('latin1')).toBe(holder.idNumber);
    },
  );

  test('a copy of any generation is not genuine', async () => {
    expect(await read('cloned')).toEqual(err({ code: 'notGenuine' }));
    const gen2 = walletCard('gen2');
    const copy = { ...gen2, social: gen2.social && { ...gen2.social, keys: 'absent' as const } };
    expect(await read(copy)).toEqual(err({ code: 'notGenuine' }));
  });

  test('a genuine chip that the province does not know is not genuine either', async () => {
    const card = walletCard('gen3-active');
    const serial = '0A0BFFFF';
    const strange = {
      ...card,
      social: card.social && {
        ...card.social,
        serial,
        idCode: `320100D156000005${serial}FFFFFFFF`,
        historicalBytes: `0081544C9786843201${serial}`,
      },
    };
    expect(await read(strange)).toEqual(err({ code: 'notGenuine' }));
  });

  test('a blocked key is a fault of the card; the host is asked nothing more', async () => {
    expect(await read('gen3-key-blocked')).toEqual(err({ code: 'keyBlocked' }));
    expect(rig.hosts.cardManagement.ledger().map((line) => line.operation)).toEqual(['authenticateCardStep1']);
  });

  test('the host away: an earlier generation is read, a third-generation holder stays closed', async () => {
    await rig.hosts.cardManagement.faults.set({ kind: 'status', status: 500 });
    const gen3 = good(await read('gen3-active'));
    expect(gen3.authentication).toEqual({ state: 'unavailable', cause: { code: 'noAnswer' } });
    expect(gen3.holder).toBeUndefined();
    expect(good(await read('gen2')).holder?.number.toString()).toBe(personOf('ren').idNumber);
  });

  test('the host falls between the two steps', async () => {
    await rig.hosts.cardManagement.faults.set({ kind: 'closed', seconds: 60, operation: 'authenticateCardStep2' });
    const cause = { code: 'unavailable', reason: 'hostClosed', retryAfterSeconds: 60 };
    expect(good(await read('gen3-active')).authentication).toEqual({ state: 'unavailable', cause });
  });

  test('what the security module does not serve', async () => {
    const order = { cardIdentificationCode: walletCard('gen2').social?.idCode ?? '', version: '2.00' };
    const historicalBytes = walletCard('gen2').social?.historicalBytes ?? '';
    expect(await rig.cards.authenticateCardStep1({ ...order, historicalBytes, algorithm: 'ssf33' })).toEqual(
      refused('unsupportedAlgorithm'),
    );
    expect(await rig.cards.authenticateCardStep1({ ...order, historicalBytes: '00', algorithm: 'tdes' })).toEqual(
      refused('cardMalformed'),
    );
    const step2 = { authRef: 'A-unknown', internalAuthResult: '00'.repeat(8) };
    expect(await rig.cards.authenticateCardStep2(step2)).toEqual(refused('notFound'));
  });

  test('an authentication serves once', async () => {
    const { authRef } = good(
      await rig.cards.authenticateCardStep1({
        cardIdentificationCode: walletCard('gen2').social?.idCode ?? '',
        historicalBytes: walletCard('gen2').social?.historicalBytes ?? '',
        algorithm: 'tdes',
        version: '2.00',
      }),
    );
    const guess = { authRef, internalAuthResult: '00'.repeat(8), cardChallenge: '00'.repeat(8) };
    expect(good(await rig.cards.authenticateCardStep2(guess))).toEqual({ genuine: false });
    expect(await rig.cards.authenticateCardStep2(guess)).toEqual(refused('authenticationOver'));
  });
});

describe('identification', () => {
  test('by a genuine card: the holder, the cards, and which one it is', async () => {
    const answer = good(await rig.cards.identify(evidenceOf(good(await read('gen3-active')))));
    expect(answer).toEqual({
      holderRef: expect.stringMatching(/^H-/),
      phoneMask: expect.stringMatching(/^120\*{6}\d\d$/),
      presentedCardRef: answer.cards[0]?.cardRef,
      cards: [
        {
          cardRef: expect.stringMatching(/^C-/),
          generation: 'gen3',
          cardNumberLast4: walletCard('gen3-active').social?.cardNumber.slice(-4),
          socialStatus: 'normal',
          revision: 0,
          financialStatus: 'active',
          areaCode: '320100',
          bankCode: 'icbc',
          panMasked: '621721*********0016',
          outOfArea: true,
        },
      ],
    });
  });

  test('a first-generation card is not for treatment outside its area, and its bank side is not opened', async () => {
    const answer = good(await rig.cards.identify(evidenceOf(good(await read('gen1-citizen')))));
    expect(answer.cards).toMatchObject([{ generation: 'gen1', outOfArea: false, financialStatus: 'notOpened' }]);
  });

  test.each([
    ['gen3-sealed', 'sealed', 'openedInactive'],
    ['gen3-not-activated', 'normal', 'openedInactive'],
  ] as const)('%s: both statuses', async (id, socialStatus, financialStatus) => {
    const answer = good(await rig.cards.identify(evidenceOf(good(await read(id)))));
    expect(answer.cards).toMatchObject([{ socialStatus, financialStatus }]);
  });

  test.each([
    ['an unknown card number', 'noCard', { cardNumber: 'NJ9999999' }],
    ["another person's number", 'holderMismatch', { socialSecurityNumber: personOf('yi').idNumber }],
    ['another name', 'holderMismatch', { name: personOf('yi').name }],
    ['another generation', 'holderMismatch', { generation: 'gen2' }],
    ['an authentication of nobody', 'notGenuine', { authRef: 'A-unknown' }],
  ] as const)('%s: %s', async (_name, reason, change) => {
    const evidence = evidenceOf(good(await read('gen3-active')));
    expect(await rig.cards.identify({ ...evidence, ...change })).toEqual(refused(reason));
  });

  test('the authentication of one card does not make another genuine', async () => {
    const { authRef } = evidenceOf(good(await read('gen3-active'))) as { authRef: string };
    const other = evidenceOf(good(await read('gen3-no-9f61')));
    expect(await rig.cards.identify({ ...other, authRef })).toEqual(refused('notGenuine'));
  });

  test('by a document', async () => {
    const evidence = { kind: 'document', documentType: 'residentId', grade: 'chip' } as const;
    const { idNumber, name } = personOf('jia');
    const answer = good(await rig.cards.identify({ ...evidence, documentNumber: idNumber, name }));
    expect(answer).not.toHaveProperty('presentedCardRef');
    expect(answer.cards).toHaveLength(1);
    const wrongName = { ...evidence, documentNumber: idNumber, name: '别人' };
    expect(await rig.cards.identify(wrongName)).toEqual(refused('holderMismatch'));
    const nobody = { ...evidence, documentNumber: '000000190001010011', name };
    expect(await rig.cards.identify(nobody)).toEqual(refused('noSuchPerson'));
  });
});

describe('by the reference that the host issued', () => {
  const holderOf = async (id: WalletCardId): Promise<string> =>
    good(await rig.cards.identify(evidenceOf(good(await read(id))))).holderRef;

  test('cards as they are now; a temporary report lifts by itself', async () => {
    const holderRef = await holderOf('gen2');
    const cardNumber = walletCard('gen2').social?.cardNumber ?? '';
    rig.hosts.cardManagement.domain.setSocialStatus(cardNumber, 'tempLost', new Date('2026-12-01T08:00:00Z'));
    const status = async () => {
      const [card] = good(await rig.cards.holderCards(holderRef)).cards;
      return [card?.socialStatus, card?.temporaryUntil];
    };
    expect(await status()).toEqual(['tempLost', '2026-12-01T08:00:00.000Z']);
    rig.hosts.setClockOffset(7 * 24 * 3_600_000);
    expect(await status()).toEqual(['normal', undefined]);
    rig.hosts.cardManagement.domain.setSocialStatus(cardNumber, 'lost');
    expect(await status()).toEqual(['lost', undefined]);
    expect(await rig.cards.holderCards('H-unknown')).toEqual(refused('notFound'));
  });

  test('the medical account; its own answer for who has none and for whom nobody knows', async () => {
    expect(good(await rig.cards.medicalAccount(await holderOf('gen3-active')))).toEqual({
      balance: '1830.50',
      currency: 'CNY',
      outOfArea: true,
    });
    expect(good(await rig.cards.medicalAccount(await holderOf('gen1-citizen'))).outOfArea).toBe(false);
    expect(await rig.cards.medicalAccount(await holderOf('gen3-gbk-name'))).toEqual(refused('noAccount'));
    expect(await rig.cards.medicalAccount('H-unknown')).toEqual(refused('notFound'));
  });
});

describe('journal heads', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const head = (sequence: number, digit = 'a') => ({
    segment: 0,
    sequence,
    hash: digit.repeat(64),
    signature: sign(null, Buffer.from(digit), privateKey).toString('base64'),
    keyId: createPublicKey(privateKey).export({ format: 'jwk' }).x?.slice(0, 16) ?? '',
    at: '2026-11-24T08:00:00.000Z',
  });
  const deposit = (one: ReturnType<typeof head>) =>
    rig.cards.reportJournalHead(one, { idempotencyKey: newIdempotencyKey() });

  test('rise, may be told again, and never go back or change', async () => {
    expect(good(await deposit(head(1000)))).toEqual({ receivedAt: '2026-11-24T08:00:00.000Z' });
    expect((await deposit(head(1000))).ok).toBe(true);
    expect((await deposit(head(2000, 'b'))).ok).toBe(true);
    expect(await deposit(head(1000))).toEqual(refused('headOutOfOrder'));
    expect(await deposit(head(2000, 'c'))).toEqual(refused('headOutOfOrder'));
    expect((await deposit(head(2001, 'd'))).ok).toBe(true);
  });
});

describe('a copy of the journal, in parts', () => {
  const whole = Buffer.from('a copy of a journal, in parts');
  const sha256 = createHash('sha256').update(whole).digest('hex');
  const deposit = (bundle: string, part: number, data: Buffer, hash = sha256) =>
    rig.cards.depositJournalPart({ bundle, part, parts: 3, sha256: hash, data: data.toString('base64') });
  const part = (number: number) => whole.subarray((number - 1) * 10, number * 10);

  test('in any order, a part twice, whole with the last', async () => {
    expect(good(await deposit('bundle-0000000001', 3, part(3)))).toMatchObject({ missing: 2 });
    expect(good(await deposit('bundle-0000000001', 1, part(1)))).toMatchObject({ missing: 1 });
    expect(good(await deposit('bundle-0000000001', 1, part(1)))).toMatchObject({ missing: 1 });
    expect(good(await deposit('bundle-0000000001', 2, part(2)))).toMatchObject({ missing: 0 });
  });

  test('other than its hash says: refused, and it may be sent anew', async () => {
    for (const number of [1, 2]) await deposit('bundle-0000000002', number, part(number));
    expect(await deposit('bundle-0000000002', 3, part(1))).toEqual(refused('bundleDamaged'));
    expect(good(await deposit('bundle-0000000002', 1, part(1)))).toMatchObject({ missing: 2 });
  });
});
