import { describe, expect, test } from 'vitest';
import { buildCard, ChipCard, directChannel } from '#simulators/cards/index.ts';
import { benchCardPin, type WalletCardId } from '#simulators/wallet/wallet.ts';
import type { CardFault } from '../devices/card-reader.ts';
import { changeCardPin, newPinRefusal, PinDigits, verifyCardPin } from './social-pin.ts';

const options = { timeoutMs: 1_000 };
const header = Buffer.from('805E0100', 'hex');
const digits = (text: string): Buffer => Buffer.from(text, 'latin1');
const change = (from: string, to: string) => ({
  from: digits(from),
  to: digits(to),
  header,
  aboutToSend: () => true,
});

function chip(id: WalletCardId = 'gen3-active'): ChipCard {
  const card = buildCard(id);
  if (!(card instanceof ChipCard)) throw new Error(`${id} has no chip`);
  return card;
}

test('VERIFY and CHANGE PIN reach the card, and no copy of the digits is left', async () => {
  const card = chip();
  const seen: string[] = [];
  const sent: Uint8Array[] = [];
  const channel = {
    transmit(apdu: Uint8Array) {
      seen.push(Buffer.from(apdu).toString('hex').toUpperCase());
      sent.push(apdu);
      return directChannel<CardFault>(card).transmit(apdu);
    },
  };
  expect(await verifyCardPin(channel, digits(benchCardPin), options)).toEqual({ ok: true });
  expect(await changeCardPin(channel, change(benchCardPin, '604713'), options)).toEqual({ outcome: 'done' });
  expect([seen[1], seen[3]]).toEqual(['0020000003915308', '805E010007915308FF604713']);
  for (const at of [1, 3]) expect(sent[at]?.every((byte) => byte === 0)).toBe(true);
  expect(card.cardPin).toEqual({ digits: '604713', triesLeft: 5 });
});

test('wrong PINs count down to 63C0, then 6983; the right one no longer helps', async () => {
  const card = chip();
  const channel = directChannel<CardFault>(card);
  for (const triesLeft of [4, 3, 2, 1])
    expect(await verifyCardPin(channel, digits('111222'), options)).toEqual({
      ok: false,
      error: { code: 'wrongPin', triesLeft },
    });
  for (const pin of ['111222', benchCardPin])
    expect(await verifyCardPin(channel, digits(pin), options)).toEqual({ ok: false, error: { code: 'pinLocked' } });
  expect(await changeCardPin(channel, change(benchCardPin, '604713'), options)).toEqual({
    outcome: 'notDone',
    fault: { code: 'pinLocked' },
  });
  expect(card.cardPin).toEqual({ digits: benchCardPin, triesLeft: 0 });
});

describe('a change of which the answer is lost', () => {
  test('is unknown, and the card is asked nothing more', async () => {
    const channel = directChannel<CardFault>(chip(), { failAt: 1, fault: { code: 'cardRemoved' } });
    expect(await changeCardPin(channel, change(benchCardPin, '604713'), options)).toEqual({
      outcome: 'unknown',
      why: 'cardRemoved',
    });
    expect(channel.sent).toHaveLength(1);
  });

  test('before the command was sent, it is not done', async () => {
    const channel = directChannel<CardFault>(chip(), { failAt: 0, fault: { code: 'cardRemoved' } });
    expect(await changeCardPin(channel, change(benchCardPin, '604713'), options)).toEqual({
      outcome: 'notDone',
      fault: { code: 'cardRemoved' },
    });
  });

  test('a memory failure says nothing of which PIN is in force', async () => {
    const channel = directChannel<CardFault>(chip(), { rewrite: ['9000', '6581'] });
    expect(await changeCardPin(channel, change(benchCardPin, '604713'), options)).toEqual({
      outcome: 'unknown',
      why: '6581',
    });
  });
});

test.each([
  ['915308', 'sameAsOld'],
  ['702938', 'initialPin'],
  ['777777', 'weakPin'],
  ['345678', 'weakPin'],
  ['900101', 'weakPin'],
  ['010190', 'weakPin'],
  ['604713', undefined],
] as const)('%s as the new PIN: %s', (next, refusal) => {
  const facts = { old: digits('915308'), initial: ['702938'], idNumber: digits('000000199001010018') };
  expect(newPinRefusal(digits(next), facts)).toBe(refusal);
});

test('three entries lie in one Buffer, which is zeroed as one', () => {
  const pin = new PinDigits();
  const rooms = ([0, 1, 2] as const).map((entry) => {
    pin.room(entry).set(digits('604713'));
    pin.written(entry, 6);
    return pin.of(entry);
  });
  expect(rooms.map((room) => room.toString('latin1'))).toEqual(['604713', '604713', '604713']);
  pin.wipe();
  expect(rooms.every((room) => room.every((byte) => byte === 0))).toBe(true);
});
