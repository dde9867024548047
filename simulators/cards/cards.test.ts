import { describe, expect, test } from 'vitest';
import { authenticate, benchCut, benchKeys, cardFactor, cityFactor, diversify } from '../crypto/index.ts';
import type { VirtualCard } from '../virtual-reader/virtual-card.ts';
import { walletCard, walletCards } from '../wallet/wallet.ts';
import { buildCard, buildCardFrom } from './index.ts';

const send = (card: VirtualCard, hex: string): string =>
  Buffer.from(card.process(Buffer.from(hex.replaceAll(' ', ''), 'hex')))
    .toString('hex')
    .toUpperCase();

const selectSocial = '00A404000F7378312E73682EC9E7BBE1B1A3D5CF00';
const selectDirectory = '00A404000E315041592E5359532E444446303100';
const selectDebit = '00A4040008A00000033301010100';
const getOptions = '80A800000B83090000000000000001560 0'.replaceAll(' ', '');
/** 9F02 9F03 9F1A 95 5F2A 9A 9C 9F37 9F21 9F4E */
const cdol1Data = `${'00'.repeat(12)}0156${'00'.repeat(5)}01562611233111223344120000${'20'.repeat(20)}`;
const firstAc = `80AE800034${cdol1Data}00`;

/** Opens EF06 as the security module would. */
function openHolder(card: VirtualCard, historical: string, wrong = false): string {
  const challenge = Buffer.from(send(card, '0084000008').slice(0, 16), 'hex');
  const key = diversify(
    benchKeys.social.sm4.readHolder,
    'sm4',
    cityFactor('320100'),
    cardFactor(Buffer.from(historical, 'hex')),
  );
  const cipher = authenticate(key, 'sm4', challenge, benchCut);
  if (wrong) cipher.writeUInt8(cipher.readUInt8(0) ^ 1, 0);
  return send(card, `0082000A10${cipher.toString('hex')}8684320100000000`);
}

const gen3 = walletCard('gen3-active');

describe('the social card image of the reference', () => {
  const card = buildCardFrom({
    ...gen3,
    social: gen3.social && {
      ...gen3.social,
      serial: '0A0B0C0D',
      historicalBytes: '0081544C97868432010A0B0C0D',
      idCode: '320100D1560000050A0B0C0DFFFFFFFF',
      cardNumber: 'NJ0000015',
    },
  });

  test('answer to reset', () => {
    expect(Buffer.from(card.atr).toString('hex').toUpperCase()).toBe('3B6D00000081544C97868432010A0B0C0D');
  });

  test.each([
    ['select SSSE', selectSocial, '6F19840F7378312E73682EC9E7BBE1B1A3D5CFA5069F0C038601039000'],
    ['id code by tag', '00B2012812', '0110320100D1560000050A0B0C0DFFFFFFFF9000'],
    ['id code by number', '00B2012C12', '0110320100D1560000050A0B0C0DFFFFFFFF9000'],
    ['category', '00B2022803', '0201319000'],
    ['version', '00B2032806', '0304332E30309000'],
    ['initialising organisation', '00B204280E', '040C915600000232010032010A019000'],
    ['issue date', '00B2052806', '0504202403189000'],
    ['valid until', '00B2062806', '0604203403189000'],
    ['card number', '00B207280B', '07094E4A303030303031359000'],
    ['card number with Le 00', '00B2072800', '07094E4A303030303031359000'],
    ['card number with a wrong Le', '00B2072809', '6C0B'],
    ['holder before authentication', '00B2083014', '6982'],
    ['holder by number before authentication', '00B2013414', '6982'],
    ['unknown tag', '00B20F2800', '6A83'],
    ['record 8 of EF05', '00B2082C00', '6A83'],
    ['explicit select of EF05', '00A4000002EF05', '9000'],
    ['then by number in the current file', '00B2030406', '0304332E30309000'],
    ['then by tag in the current file', '00B2030006', '0304332E30309000'],
    ['EF under the current DF', '00A4020002EF08', '9000'],
    ['a record of a transparent file', '00B2010400', '6981'],
    ['the photo needs a key', '00B0880000', '6982'],
    ['binary of a record file', '00B0850000', '6981'],
    ['unknown file', '00A4000002EF0B', '6A82'],
    ['unknown file by SFI', '00B2016400', '6A82'],
    ['writing', '00DC0128030101FF', '6982'],
    ['a wrong card PIN costs a try', '002000000 3031234'.replaceAll(' ', ''), '63C4'],
    ['wrong class', '80B2012812', '6E00'],
    ['wrong mode', '00B2012D12', '6A86'],
    ['half a command', '00B201', '6700'],
  ])('%s', (_name, command, response) => {
    expect(send(card, command)).toBe(response);
  });

  test.each([
    ['number', '00B2083014', '0812303030303030313939303031303130303138'],
    ['name', '00B2093020', `091EB2E2CAD4BCD7${'00'.repeat(24)}`],
    ['name extension', '00B24E3016', `4E14${'00'.repeat(20)}`],
    ['sex', '00B20A3003', '0A0131'],
    ['ethnicity', '00B20B3003', '0B0101'],
    ['birthplace', '00B20C3005', '0C03320100'],
    ['birth date', '00B20D3006', '0D0419900101'],
    ['sex by number', '00B2043403', '0A0131'],
  ])('holder after authentication: %s', (_name, command, response) => {
    send(card, selectSocial);
    expect(openHolder(card, '0081544C97868432010A0B0C0D')).toBe('9000');
    expect(send(card, command)).toBe(`${response}9000`);
  });
});

describe('external authentication', () => {
  const historical = gen3.social?.historicalBytes ?? '';

  test('a challenge serves once', () => {
    const card = buildCard('gen3-active');
    send(card, selectSocial);
    expect(send(card, '0082000A1000000000000000000000000000000000')).toBe('6984');
    expect(openHolder(card, historical)).toBe('9000');
    expect(send(card, '0082000A1000000000000000000000000000000000')).toBe('6984');
  });

  test('counts down to 63C0, stays blocked over a reset, and a success before that fills the counter again', () => {
    const card = buildCard('gen3-active');
    send(card, selectSocial);
    expect(openHolder(card, historical, true)).toBe('63C4');
    expect(openHolder(card, historical)).toBe('9000');
    const answers = Array.from({ length: 6 }, () => openHolder(card, historical, true));
    expect(answers).toEqual(['63C4', '63C3', '63C2', '63C1', '63C0', '6983']);
    card.reset();
    send(card, selectSocial);
    expect(openHolder(card, historical)).toBe('6983');
    expect(send(card, '00B2083014')).toBe('6982');
  });

  test('selecting the other application closes the holder file again', () => {
    const card = buildCard('gen3-active');
    send(card, selectSocial);
    openHolder(card, historical);
    expect(send(card, '00B20A3003')).toBe('0A01319000');
    send(card, selectDebit);
    expect(send(card, '00B20A3003')).not.toContain('0A0131');
    send(card, selectSocial);
    expect(send(card, '00B20A3003')).toBe('6982');
  });

  test('a name that nobody has leaves the selection as it was', () => {
    const card = buildCard('gen2');
    send(card, selectSocial);
    expect(send(card, '00A4040002AAAA')).toBe('6A82');
    expect(send(card, '00B2032806')).toBe('0304322E30309000');
  });
});

test('records move between the first and the second generation, tags do not', () => {
  const [gen1, gen2] = [buildCard('gen1-citizen'), buildCard('gen2')];
  for (const card of [gen1, gen2]) send(card, selectSocial);
  expect(send(gen1, '00B2033403').slice(0, 2)).toBe('0A');
  expect(send(gen2, '00B2033416').slice(0, 2)).toBe('4E');
  expect(send(gen1, '00B24E3016')).toBe('6A83');
  for (const card of [gen1, gen2]) expect(send(card, '00B20A3003').slice(0, 4)).toBe('0A01');
  expect(send(gen1, '00B2073400')).toBe('6A83');
});

describe('the financial card image of the reference', () => {
  const fresh = (): VirtualCard =>
    buildCardFrom({
      ...gen3,
      financial: gen3.financial && { ...gen3.financial, pan: '6222021234567890128' },
    });

  test('answers byte for byte', () => {
    const card = fresh();
    const dialogue: readonly (readonly [string, string])[] = [
      [selectDirectory, '6F20840E315041592E5359532E4444463031A50E8801015F2D047A68656E9F110101'],
      ['00B2010C00', '701B61194F08A000000333010101500A50424F43204445424954870101'],
      [
        selectDebit,
        '6F3F8408A000000333010101A533500A50424F432044454249548701019F38099F7A019F02065F2A025F2D047A68656E9F110101BF0C0A9F4D020B0ADF4D020C0A',
      ],
      [getOptions, '800A7C000801020010010200'],
      ['00B2010C00', '702257136222021234567890128D34122200000000000F5F200A434520534849204A4941'],
      ['00B2020C00', '70199F61123030303030303139393030313031303031389F620100'],
      [
        '00B2011400',
        '703B5A0A6222021234567890128F5F3401015F24033412315F25032403185F280201565F300202209F0702FF008E0E000000000000000042031E031F00',
      ],
      [
        '00B2021400',
        '70418C1B9F02069F03069F1A0295055F2A029A039C019F37049F21039F4E148D1D8A029F02069F03069F1A0295055F2A029A039C019F37049F21039F4E149F08020030',
      ],
      [firstAc, '801E800001BC11248E743CBC2507010103A00000010A010000000000775878FC'],
    ];
    for (const [command, response] of dialogue) expect(send(card, command)).toBe(`${response}9000`);
  });

  const begin = (card: VirtualCard): void => {
    card.reset();
    send(card, selectDebit);
    send(card, getOptions);
  };

  test('the right ARPC earns a TC, a wrong or missing one an AAC', () => {
    const card = fresh();
    begin(card);
    send(card, firstAc);
    expect(send(card, '008200000AC6F25AB248D41C123030')).toBe('9000');
    expect(send(card, '008200000AC6F25AB248D41C123030')).toBe('6985');
    expect(send(card, `80AE4000363030${cdol1Data}00`).slice(0, 10)).toBe('801E400001');
    begin(card);
    send(card, firstAc);
    expect(send(card, '008200000AC6F25AB248D41C123030')).toBe('6300');
    expect(send(card, `80AE4000363030${cdol1Data}00`).slice(0, 10)).toBe('801E000002');
    begin(card);
    send(card, firstAc);
    expect(send(card, `80AE4000363030${cdol1Data}00`).slice(0, 10)).toBe('801E000003');
  });

  test('at most two cryptograms, and the counter rises over resets', () => {
    const card = fresh();
    begin(card);
    expect(send(card, firstAc).slice(6, 10)).toBe('0001');
    send(card, `80AE0000363030${cdol1Data}00`);
    expect(send(card, `80AE0000363030${cdol1Data}00`)).toBe('6985');
    expect(send(card, '80CA9F3600')).toBe('9F360200019000');
    begin(card);
    expect(send(card, firstAc).slice(6, 10)).toBe('0002');
    expect(send(card, '80CA9F7900')).toBe('6A88');
  });

  test.each([
    ['processing options twice', [selectDebit, getOptions, getOptions], '6985'],
    ['a cryptogram before processing options', [selectDebit, firstAc], '6985'],
    ['wrong PDOL data', [selectDebit, '80A80000028300'], '6A80'],
    ['wrong CDOL data', [selectDebit, getOptions, '80AE800002000000'], '6700'],
    ['reading before selecting', ['00B2010C00'], '6985'],
    ['the second directory record', [selectDirectory, '00B2020C00'], '6A83'],
    ['combined data authentication', [selectDebit, getOptions, `80AE900034${cdol1Data}00`], '6A86'],
  ])('%s is refused', (_name, commands, sw) => {
    const card = fresh();
    expect(commands.map((command) => send(card, command)).at(-1)).toBe(sw);
  });
});

test('every card of the wallet is built as its entry says', () => {
  for (const entry of walletCards) {
    const card = buildCard(entry.id);
    if (entry.mute) {
      expect(card.atr).toHaveLength(0);
      continue;
    }
    const social = entry.social === undefined ? '6A82' : entry.social.applicationBlocked ? '6A81' : '9000';
    expect(send(card, selectSocial).slice(-4), entry.id).toBe(social);
    expect(send(card, selectDebit).slice(-4), entry.id).toBe(entry.financial === undefined ? '6A82' : '9000');
  }
});

test('no hostile command makes a card throw', () => {
  let seed = 7;
  const next = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 24;
  };
  const card = buildCard('gen3-active');
  for (let round = 0; round < 50_000; round++) {
    if (round % 16 === 0) send(card, round % 32 === 0 ? selectSocial : selectDebit);
    const instructions = [0xa4, 0xb2, 0xb0, 0x84, 0x88, 0x82, 0xa8, 0xae, 0xca, next()];
    const length = next() % 24;
    const apdu = [next() % 2 === 0 ? 0x00 : 0x80, instructions[next() % instructions.length] ?? 0];
    while (apdu.length < length) apdu.push(apdu.length === 4 ? length - 5 : next());
    expect(card.process(Buffer.from(apdu)).length).toBeGreaterThanOrEqual(2);
  }
});
