import { expect, test } from 'vitest';
import { encryptBlocks } from './block.ts';
import {
  arpc,
  arqc,
  authenticate,
  benchKeyCheckValues,
  benchKeys,
  cardFactor,
  checkValue,
  cityFactor,
  deriveCardKey,
  deriveSessionKey,
  diversify,
  iadMac,
  parseDe55,
  verifyDe55,
} from './index.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const show = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();

const arc = hex('3030');
const pan = '6222021234567890128';
const zeroInquiry = hex('000000000000 000000000000 0156 0000000000 0156 261123 31 11223344 7C00 0001 03A00000');
/** Reference 3.6: 145 bytes that carry the 3DES cryptogram below. */
const sampleDe55 = hex(
  '9F2608BC11248E743CBC259F2701809F101307010103A00000010A010000000000775878FC9F3704112233449F36020001950500000000009A032611239C01319F02060000000000005F2A02015682027C009F1A0201569F03060000000000009F3303E0E1C89F34034203009F3501229F1E084B494F534B3030318408A0000003330101019F090200309F410400000001',
);

test('the published vector of a 3DES cryptogram', () => {
  const sessionKey = deriveSessionKey(hex('0D2E3CB0BC1F9E03AED58F663A2F9679'), 0x000e, '3des');
  expect(show(sessionKey)).toBe('C3D3F062E9992B4E923D338D66193526');
  const input = hex('000000001234 000000000034 0156 D86004A800 0156 120516 01 01010101 7C00 000E 03A4B904');
  const cryptogram = arqc(sessionKey, input, '3des');
  expect(show(cryptogram)).toBe('F294D7022FA9B058');
  expect(show(arpc(sessionKey, cryptogram, arc, '3des'))).toBe('3846EEB4C8D34271');
});

test.each([
  {
    alg: '3des' as const,
    udk: 'F0DDDB8DD63C750CD8E7A31E7589CECF',
    sk: 'A01E5CE36187123A3ECD5A9E02CC5345',
    ac: 'BC11248E743CBC25',
    answer: 'C6F25AB248D41C12',
  },
  {
    alg: 'sm4' as const,
    udk: 'D42C04DDE9317B4021A38C0A3FF4CFF1',
    sk: '7AD4016362C45F71563352A0914E86FA',
    ac: 'D740C5B038D0695B',
    answer: 'CF77F010DC157C10',
  },
])('the self-made vectors: $alg', ({ alg, udk, sk, ac, answer }) => {
  const cardKey = deriveCardKey(benchKeys.bankMdk, pan, 1, alg);
  expect(show(cardKey)).toBe(udk);
  const sessionKey = deriveSessionKey(cardKey, 1, alg);
  expect(show(sessionKey)).toBe(sk);
  const cryptogram = arqc(sessionKey, zeroInquiry, alg);
  expect(show(cryptogram)).toBe(ac);
  expect(show(arpc(sessionKey, cryptogram, arc, alg))).toBe(answer);
});

test('the MAC in the issuer application data', () => {
  const sessionKey = deriveSessionKey(deriveCardKey(benchKeys.bankMdk, pan, 1, '3des'), 1, '3des');
  expect(show(iadMac(sessionKey, 1, Buffer.alloc(5), '3des'))).toBe('775878FC');
});

test('the ciphers themselves: SM4 as published in GM/T 0002, triple DES by its known check value', () => {
  const key = hex('0123456789ABCDEFFEDCBA9876543210');
  expect(show(encryptBlocks('sm4', key, key))).toBe('681EDF34D206965E86B3E94F536E4246');
  expect(checkValue('3des', key)).toBe('08D7B4');
});

test('authentication: the whole block for 3DES, a cut of it for SM4', () => {
  const key = hex('0123456789ABCDEFFEDCBA9876543210');
  const challenge = hex('1122334455667788');
  const block = encryptBlocks('sm4', key, Buffer.concat([challenge, Buffer.alloc(8)]));
  expect(show(authenticate(key, 'sm4', challenge, 'left'))).toBe(show(block).slice(0, 16));
  expect(show(authenticate(key, 'sm4', challenge, 'right'))).toBe(show(block).slice(16));
  const xored = block.subarray(0, 8).map((byte, index) => byte ^ block.readUInt8(index + 8));
  expect(show(authenticate(key, 'sm4', challenge, 'xor'))).toBe(show(xored));
  for (const cut of ['left', 'right', 'xor'] as const)
    expect(show(authenticate(key, '3des', challenge, cut))).toBe(show(encryptBlocks('3des', key, challenge)));
});

test('field 55 of the reference is verified, and any changed byte of it is not', () => {
  const verdict = verifyDe55(benchKeys.bankMdk, pan, 1, sampleDe55);
  expect(verdict).toMatchObject({ verdict: 'right', atc: 1, algorithm: '3des' });
  expect(verifyDe55(benchKeys.strangerMdk, pan, 1, sampleDe55)).toEqual({ verdict: 'wrongCryptogram', atc: 1 });
  expect(verifyDe55(benchKeys.bankMdk, pan, 2, sampleDe55)).toEqual({ verdict: 'wrongCryptogram', atc: 1 });
  for (const tag of ['9F26', '9F37', '95', '9A', '9C', '9F02', '5F2A', '82', '9F1A', '9F03']) {
    const value = parseDe55(sampleDe55)?.get(tag);
    const at = value === undefined ? -1 : sampleDe55.indexOf(Buffer.concat([hex(tag), Buffer.from([value.length])]));
    const forged = Buffer.from(sampleDe55);
    forged.writeUInt8(forged.readUInt8(at + tag.length / 2 + 1) ^ 0x01, at + tag.length / 2 + 1);
    expect(verifyDe55(benchKeys.bankMdk, pan, 1, forged), tag).toEqual({ verdict: 'wrongCryptogram', atc: 1 });
  }
  expect(verifyDe55(benchKeys.bankMdk, pan, 1, sampleDe55.subarray(0, 144))).toEqual({
    verdict: 'malformed',
    element: 'DE55',
  });
});

test('social keys: factors of the reference, keys that differ by card, city and purpose', () => {
  expect(show(cardFactor(hex('0081544C97868432010A0B0C0D')))).toBe('868432010A0B0C0D');
  expect(show(cityFactor('320100'))).toBe('3332303130307378');
  const keys = (['3des', 'sm4'] as const).flatMap((alg) =>
    ['320100', '320200'].flatMap((area) =>
      ['868432010A0B0C0D', '868432010A0B0C0E'].map((card) =>
        show(diversify(benchKeys.social[alg].internal, alg, cityFactor(area), hex(card))),
      ),
    ),
  );
  expect(new Set(keys).size).toBe(8);
  expect(new Set(keys.map((key) => key.length))).toEqual(new Set([32]));
});

test('every bench key is known by its check value', () => {
  expect(benchKeyCheckValues.has('08D7B4')).toBe(true);
  expect(benchKeyCheckValues.size).toBe(22);
});
