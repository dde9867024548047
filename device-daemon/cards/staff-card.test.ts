import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ok } from '#protocol/result.ts';
import { buildCard, buildStaffCard, directChannel } from '#simulators/cards/index.ts';
import { encryptBlocks } from '#simulators/crypto/block.ts';
import { asT0 } from '#simulators/virtual-reader/index.ts';
import { benchStaff } from '#simulators/wallet/staff.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import { answerStaffChallenge, readStaffCard, staffChallengeLength } from './staff-card.ts';

const soon = { timeoutMs: 1_000 };
const [staff] = benchStaff;
const challenge = Buffer.from('000102030405060708090A0B0C0D0E0F', 'hex');

test('tells its number and enciphers a challenge, over the very bytes of ISO/IEC 7816-4', async () => {
  const channel = directChannel(buildStaffCard(staff));
  expect(await readStaffCard(channel, soon)).toEqual(ok(Buffer.from(staff.number)));
  expect(await answerStaffChallenge(channel, challenge, soon)).toEqual(ok(encryptBlocks('sm4', staff.key, challenge)));
  expect(channel.sent.map((apdu) => Buffer.from(apdu).toString('hex').toUpperCase())).toEqual([
    '00A4040008F04B494F534B535400',
    '00B2010C00',
    '00A4040008F04B494F534B535400',
    '0088000010000102030405060708090A0B0C0D0E0F00',
  ]);
});

test('a chip that was powered down meanwhile answers all the same', async () => {
  const card = buildStaffCard(staff);
  expect((await readStaffCard(directChannel(card), soon)).ok).toBe(true);
  card.reset();
  expect((await answerStaffChallenge(directChannel(card), challenge, soon)).ok).toBe(true);
});

test.each<WalletCardId>(['gen3-active', 'gen2', 'gen1-citizen', 'debit', 'gen3-blocked', 'cloned'])(
  'a customer’s card is none, and is only asked for its name: %s',
  async (id) => {
    const channel = directChannel(buildCard(id));
    expect(await readStaffCard(channel, soon)).toEqual({ ok: false, error: { code: 'notStaffCard' } });
    expect(channel.sent).toHaveLength(1);
  },
);

describe('a card that is not as it should be', () => {
  const cardFault = { code: 'cardRemoved' } as const;
  test.each([0, 1])('pulled out at command %i', async (failAt) => {
    const channel = directChannel(buildStaffCard(staff), { failAt, fault: cardFault });
    expect(await readStaffCard(channel, soon)).toEqual({ ok: false, error: cardFault });
  });

  test.each([
    ['says yes to every name', ['6F0A8408F04B494F534B5354', '6F0A8408A000000333010101'], 'notStaffCard'],
    ['number that is none', ['70088006', '700880063930'], 'badData'],
    ['record that is none', ['7008', '6A83'], 'badData'],
  ] as const)('%s', async (_what, [from, to], code) => {
    const channel = directChannel(buildStaffCard(staff), { rewrite: [from, to] });
    expect(await readStaffCard(channel, soon)).toMatchObject({ ok: false, error: { code } });
  });

  test('no key', async () => {
    const cipher = encryptBlocks('sm4', staff.key, challenge).toString('hex').toUpperCase();
    for (const [to, code] of [
      ['6A88', 'unexpectedStatus'],
      ['00', 'badData'],
    ] as const) {
      const channel = directChannel(buildStaffCard(staff), { rewrite: [to === '00' ? cipher : `${cipher}9000`, to] });
      expect(await answerStaffChallenge(channel, challenge, soon)).toMatchObject({ ok: false, error: { code } });
    }
  });
});

test('whatever a card answers, nothing throws', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 4, maxLength: 4 }), async (answers) => {
      const rest = [...answers];
      const channel = { transmit: () => Promise.resolve(ok(rest.shift() ?? new Uint8Array(0))) };
      const number = await readStaffCard(channel, soon);
      if (number.ok) expect(number.value.toString('latin1')).toMatch(/^[0-9]{4,12}$/);
      const answer = await answerStaffChallenge(channel, challenge, soon);
      if (answer.ok) expect(answer.value).toHaveLength(staffChallengeLength);
    }),
  );
});

test('over T=0, as the reader speaks to it', async () => {
  const card = asT0(buildStaffCard(staff));
  const hex = (bytes: string) =>
    Buffer.from(card.process(Buffer.from(bytes, 'hex')))
      .toString('hex')
      .toUpperCase();
  expect(hex('00A4040008F04B494F534B535400')).toBe('610C');
  expect(hex('00C000000C')).toBe('6F0A8408F04B494F534B53549000');
  expect(hex('00B2010C00')).toBe('6C0A');
  expect(hex('00B2010C0A')).toBe('70088006393030303031' + '9000');
  expect(hex(`0088000010${challenge.toString('hex')}`)).toBe('6110');
});
