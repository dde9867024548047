import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { err, ok } from '#protocol/result.ts';
import { buildCard, buildCardFrom, directChannel } from '#simulators/cards/index.ts';
import { SecurityModule, type SecurityModuleOptions } from '#simulators/crypto/index.ts';
import type { VirtualCard } from '#simulators/virtual-reader/virtual-card.ts';
import { people, personOf, type WalletCardId, walletCard } from '#simulators/wallet/wallet.ts';
import type { ApduChannel } from './apdu.ts';
import { readSocialCard, type SocialAuthenticator, type SocialCard } from './social-card.ts';

const today = '2026-11-24';

/** The simulated security module as the kernel's port, without a network between. */
function securityModule(options: SecurityModuleOptions = {}): SocialAuthenticator<string> {
  const module = new SecurityModule(options);
  return {
    step1: (facts) => Promise.resolve(module.step1(facts)),
    step2: (answer) => Promise.resolve(module.step2(answer)),
  };
}

const read = (card: VirtualCard, authenticate: SocialAuthenticator<string> | undefined = securityModule()) =>
  readSocialCard<string>(directChannel(card), {
    atr: card.atr,
    today,
    timeoutMs: 1000,
    ...(authenticate === undefined ? {} : { authenticate }),
  });

async function readGood(card: VirtualCard, module?: SocialAuthenticator<string>): Promise<SocialCard<string>> {
  const result = await read(card, module);
  if (!result.ok) throw new Error(`not read: ${result.error.code}`);
  return result.value;
}

const whole: readonly WalletCardId[] = [
  'gen3-active',
  'gen3-not-activated',
  'gen3-sealed',
  'gen3-no-9f61',
  'two-halves',
  'gen2',
  'gen1-citizen',
  'other-bank',
  'wrong-cryptogram',
  'gen3-second-account',
  'gen3-dormant',
  'gen3-gbk-name',
  'gen3-long-name',
];

test.each(whole)('%s is read whole, genuine and without a warning', async (id) => {
  const card = await readGood(buildCard(id));
  const chip = walletCard(id).social;
  const person = people.find((candidate) => candidate.id === chip?.holder);
  expect({
    generation: card.generation,
    version: card.version,
    areaCode: card.areaCode,
    idCode: card.idCode.toString('hex').toUpperCase(),
    cardNumber: card.cardNumber?.toString('latin1'),
    issueDate: card.issueDate?.replaceAll('-', ''),
    validUntil: card.validUntil?.replaceAll('-', ''),
    authentication: card.authentication.state,
    warnings: card.warnings,
    number: card.holder?.number.toString('latin1'),
    name: card.holder?.name.toString('utf8'),
    sex: card.holder?.sex,
    ethnicity: card.holder?.ethnicity,
    birthplace: card.holder?.birthplace,
    birthDate: card.holder?.birthDate?.replaceAll('-', ''),
  }).toEqual({
    generation: `gen${chip?.generation}`,
    version: chip?.version,
    areaCode: chip?.areaCode,
    idCode: chip?.idCode,
    cardNumber: chip?.cardNumber,
    issueDate: chip?.issueDate,
    validUntil: chip?.validUntil,
    authentication: 'genuine',
    warnings: [],
    number: person?.idNumber,
    name: person?.name,
    sex: person?.sex,
    ethnicity: person?.ethnicity,
    birthplace: person?.birthplace,
    birthDate: person?.birthDate,
  });
});

describe('cards that are refused', () => {
  test.each([
    ['debit', { code: 'notSocialCard' }],
    ['gen3-blocked', { code: 'applicationBlocked' }],
    ['gen3-key-blocked', { code: 'keyBlocked' }],
    ['cloned', { code: 'notGenuine' }],
  ] as const)('%s', async (id, error) => {
    expect(await read(buildCard(id))).toEqual(err(error));
  });

  test('a copy of a second-generation card, whose data are free to read, is still not genuine', async () => {
    const card = walletCard('gen2');
    const copy = buildCardFrom({ ...card, social: card.social && { ...card.social, keys: 'absent' } });
    expect(await read(copy)).toEqual(err({ code: 'notGenuine' }));
  });
});

test('an expired card is read and says so', async () => {
  expect((await readGood(buildCard('expired'))).warnings).toEqual(['expired']);
});

describe('without the security module', () => {
  const down: SocialAuthenticator<string> = {
    step1: () => Promise.resolve(err('no route')),
    step2: () => Promise.resolve(err('no route')),
  };

  test('a third-generation card shows its issuer data and keeps its holder: a state, not a failure', async () => {
    const card = await readGood(buildCard('gen3-active'), down);
    expect(card.authentication).toEqual({ state: 'unavailable', cause: 'no route' });
    expect(card.holder).toBeUndefined();
    expect(card.cardNumber?.toString()).toBe(walletCard('gen3-active').social?.cardNumber);
    expect(card.warnings).toEqual([]);
  });

  test('a second-generation card is read, but not genuine', async () => {
    const card = await readGood(buildCard('gen2'), down);
    expect(card.authentication.state).toBe('unavailable');
    expect(card.holder?.number.toString()).toBe(personOf('ren').idNumber);
  });

  test('a copy of a third-generation card betrays itself by opening to anybody', async () => {
    const card = await readGood(buildCard('cloned'), down);
    expect(card.warnings).toEqual(['holderFileUnprotected']);
  });

  test('the module may also fail between the two steps', async () => {
    const module = { ...securityModule(), step2: down.step2 };
    const card = await readGood(buildCard('gen3-active'), module);
    expect(card.authentication).toEqual({ state: 'unavailable', cause: 'no route' });
    expect(card.holder).toBeUndefined();
  });
});

test.each(['left', 'right', 'xor'] as const)('card and module may cut SM4 to the %s', async (cut) => {
  const card = await readGood(buildCard('gen3-active', { cut }), securityModule({ cut }));
  expect(card.holder).toBeDefined();
});

test('a module that knows another key costs one try and no more', async () => {
  const card = buildCard('gen3-active');
  const module = securityModule();
  const wrong: SocialAuthenticator<string> = {
    step1: module.step1,
    step2: async () => ok({ genuine: true, externalAuthData: Buffer.alloc(16, 0x11), keyId: 0x0a }),
  };
  expect(await read(card, wrong)).toEqual(err({ code: 'externalAuthenticationFailed', triesLeft: 4 }));
  expect(await read(card)).toMatchObject({ ok: true });
});

test('a card number behind the key is read after authentication', async () => {
  const card = await readGood(buildCard('gen3-active', { cardNumberNeedsKey: true }));
  expect(card.cardNumber?.toString()).toBe(walletCard('gen3-active').social?.cardNumber);
});

test('what does not add up is a warning, not a refusal', async () => {
  const entry = walletCard('gen2');
  const odd = buildCardFrom({
    ...entry,
    social: entry.social && {
      ...entry.social,
      idCode: '320100D156000006FFFFFFFFFFFFFFFF',
      cardNumber: 'NJ0000016',
      issueDate: '20270101',
      validUntil: '20269999',
    },
  });
  expect((await readGood(odd, { ...securityModule(), step1: () => Promise.resolve(err('')) })).warnings).toEqual([
    'atrSerialDiffers',
    'idCodeNotOfMinistry',
    'cardNumberCheck',
    'dateMalformed',
    'notYetValid',
  ]);
});

test('a removed card ends the reading with that, at every command', async () => {
  const counting = directChannel(buildCard('gen3-active'));
  await readSocialCard(counting, {
    atr: buildCard('gen3-active').atr,
    today,
    timeoutMs: 1,
    authenticate: securityModule(),
  });
  expect(counting.sent).toHaveLength(16);
  for (let at = 0; at < counting.sent.length; at++) {
    const card = buildCard('gen3-active');
    const result = await readSocialCard(directChannel(card, { failAt: at, fault: { code: 'cardRemoved' } }), {
      atr: card.atr,
      today,
      timeoutMs: 1,
      authenticate: securityModule(),
    });
    expect(result).toEqual(err({ code: 'cardRemoved' }));
  }
});

test('a cancelled reading sends nothing more', async () => {
  const card = buildCard('gen3-active');
  const channel = directChannel(card);
  const controller = new AbortController();
  const module = securityModule();
  const result = await readSocialCard(channel, {
    atr: card.atr,
    today,
    timeoutMs: 1000,
    signal: controller.signal,
    authenticate: {
      step1: (facts) => {
        controller.abort();
        return module.step1(facts);
      },
      step2: module.step2,
    },
  });
  expect(result).toEqual(err({ code: 'cancelled' }));
  expect(channel.sent.at(-1)?.[1]).toBe(0xb2);
});

test.each([
  ['another tag', 'idCode', '0110', '0210'],
  ['another length', 'version', '0304', '0303'],
])('a record with %s is not believed', async (_name, element, from, to) => {
  const card = buildCard('gen2');
  const result = await readSocialCard(directChannel(card, { rewrite: [from, to] }), {
    atr: card.atr,
    today,
    timeoutMs: 1,
  });
  expect(result).toEqual(err({ code: 'badData', element }));
});

test('after wiping nothing of the holder is left', async () => {
  const card = await readGood(buildCard('gen3-active'));
  card.wipe();
  for (const buffer of [card.idCode, card.cardNumber, card.holder?.number, card.holder?.name])
    expect(buffer?.every((byte) => byte === 0)).toBe(true);
});

test('whatever bytes a card says, reading it ends, throws nothing and takes no other person for its holder', async () => {
  const whole = directChannel(buildCard('gen2'));
  await readSocialCard(whole, { atr: buildCard('gen2').atr, today, timeoutMs: 1, authenticate: securityModule() });
  const commands = whole.sent.length;
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: commands - 1 }),
      fc.oneof(
        fc.record({ flip: fc.nat(), mask: fc.integer({ min: 1, max: 255 }) }),
        fc.record({ bytes: fc.uint8Array({ maxLength: 258 }) }),
      ),
      async (at, change) => {
        const card = buildCard('gen2');
        let count = 0;
        const channel: ApduChannel = {
          transmit(apdu) {
            const answer = Buffer.from(card.process(apdu));
            if (count++ !== at) return Promise.resolve(ok(answer));
            if ('bytes' in change) return Promise.resolve(ok(change.bytes));
            const index = change.flip % answer.length;
            answer.writeUInt8(answer.readUInt8(index) ^ change.mask, index);
            return Promise.resolve(ok(answer));
          },
        };
        const result = await readSocialCard<string>(channel, {
          atr: card.atr,
          today,
          timeoutMs: 1000,
          authenticate: securityModule(),
        });
        const number = result.ok ? result.value.holder?.number.toString('latin1') : undefined;
        const warned = result.ok && result.value.warnings.length > 0;
        if (number !== undefined && !warned) expect(number).toBe(personOf('ren').idNumber);
        expect(count).toBeLessThan(40);
      },
    ),
    { numRuns: 1_500, seed: 1126 },
  );
});
