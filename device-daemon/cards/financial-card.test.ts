import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { err, type Result } from '#protocol/result.ts';
import { buildCard, buildCardFrom, directChannel } from '#simulators/cards/index.ts';
import { personOf, walletCard, walletCards } from '#simulators/wallet/wallet.ts';
import { type FinancialCard, type FinancialFault, readFinancialCard } from './index.ts';
import { type Answers, image, reading, type Step, scriptedCard, tlvHex } from './scripted-card.fixture.ts';

/** Reading a bank application: every card of the wallet, and everything a hostile one may say. */

const read = (answers: Answers): Promise<Result<FinancialCard, FinancialFault>> =>
  readFinancialCard(scriptedCard(answers), reading);
const bad = (element: string) => err({ code: 'badData', element });
const record = (...objects: readonly string[]): string => `${tlvHex('70', ...objects)}9000`;

/** A record of the image with an object in place of another. */
const changed = (name: 'record11' | 'record12' | 'record21' | 'record22', from: string, to: string): Answers => {
  const body = image[name].slice(4, -4).replace(from, to);
  return { [name]: record(body) };
};

describe('the wallet', () => {
  const readable = walletCards.filter((card) => card.financial !== undefined);

  test.each(readable.map((card) => card.id))('%s', async (id) => {
    const chip = walletCard(id).financial;
    const result = await readFinancialCard(directChannel(buildCard(id)), { ...reading, today: '2026-11-24' });
    if (!result.ok) throw new Error(result.error.code);
    const { data } = result.value;
    expect({
      pan: data.pan.toString('latin1'),
      panSequence: data.panSequence,
      track: data.track2?.toString('latin1', 0, 24),
      expiry: data.expiry.slice(2, 7).replace('-', ''),
      effective: data.effective?.slice(2).replaceAll('-', ''),
      holder: data.holderIdNumber?.toString('latin1'),
      idType: data.holderIdType,
      warnings: data.warnings,
    }).toEqual({
      pan: chip?.pan,
      panSequence: '01',
      track: `${chip?.pan}D${chip?.expiry}`,
      expiry: chip?.expiry,
      effective: chip?.effective,
      holder: chip?.holderIdNumber,
      idType: chip?.holderIdNumber === undefined ? undefined : 0,
      warnings: id === 'expired' ? ['expired'] : [],
    });
  });

  test('both halves of one card in one insertion, in either order', async () => {
    const chip = buildCard('gen3-active');
    const social = Buffer.from('00A404000F7378312E73682EC9E7BBE1B1A3D5CF00', 'hex');
    for (const _ of [1, 2]) {
      expect(Buffer.from(chip.process(social)).toString('hex')).toMatch(/9000$/);
      const result = await readFinancialCard(directChannel(chip), reading);
      expect(result.ok && result.value.data.holderIdNumber?.toString()).toBe(personOf('jia').idNumber);
    }
  });

  test('a citizen card has no bank application', async () => {
    expect(await readFinancialCard(directChannel(buildCard('gen1-citizen')), reading)).toEqual(
      err({ code: 'noApplication' }),
    );
  });

  test('what does not add up is a warning, not a refusal', async () => {
    const gen3 = walletCard('gen3-active');
    const odd = buildCardFrom({
      ...gen3,
      financial: gen3.financial && { ...gen3.financial, pan: '6217214301000000017', effective: '270101' },
    });
    const result = await readFinancialCard(directChannel(odd), reading);
    expect(result.ok && result.value.data.warnings).toEqual(['panCheckDigit', 'notYetEffective']);
    const other = await read(changed('record11', 'D3412', 'D3411'));
    expect(other.ok && other.value.data.warnings).toEqual(['expiryDiffers']);
  });
});

describe('finding the application', () => {
  const entry = (aid: string, priority?: string): string =>
    tlvHex('61', tlvHex('4F', aid), ...(priority === undefined ? [] : [tlvHex('87', priority)]));

  test('no directory: the known list, in its order', async () => {
    const channel = scriptedCard({ pse: '6A82', application: '6A82' });
    expect(await readFinancialCard(channel, reading)).toEqual(err({ code: 'noApplication' }));
    expect(channel.sent.slice(1)).toEqual(['00A4040008A00000033301010100', '00A4040008A00000033301010800']);
  });

  test.each([
    ['the card is blocked', { pse: '6A81' }, { code: 'applicationBlocked' }],
    ['the application is blocked', { application: '6A81' }, { code: 'applicationBlocked' }],
    ['the application is invalidated', { application: '6283' }, { code: 'applicationBlocked' }],
    [
      'it answers strangely',
      { application: '6F00' },
      { code: 'unexpectedStatus', step: 'select application', sw: '6F00' },
    ],
    [
      'the directory answers strangely',
      { directory1: '6F00' },
      { code: 'unexpectedStatus', step: 'read directory', sw: '6F00' },
    ],
    [
      'no file number',
      { pse: `${tlvHex('6F', tlvHex('A5', tlvHex('5F2D', '7A68')))}9000` },
      { code: 'badData', element: 'fci' },
    ],
    ['file number 31', { pse: image.pse.replace('880101', '88011F') }, { code: 'badData', element: 'fci' }],
    ['half an FCI', { application: `${image.application.slice(0, 40)}9000` }, { code: 'badData', element: 'fci' }],
    [
      'an FCI without a name',
      { application: `${tlvHex('6F', tlvHex('A5', tlvHex('50', '41')))}9000` },
      { code: 'badData', element: 'fci' },
    ],
    [
      'an application name of four bytes',
      { directory1: record(entry('A0000003')) },
      { code: 'badData', element: 'directory' },
    ],
    [
      'one of seventeen',
      { directory1: record(entry('A000000333'.padEnd(34, '0'))) },
      { code: 'badData', element: 'directory' },
    ],
    ['a directory that is no TLV', { directory1: '70FF9000' }, { code: 'badData', element: 'directory' }],
  ] as const)('%s', async (_name, answers, error) => {
    expect(await read(answers)).toEqual(err(error));
  });

  test('by priority, others’ applications not at all', async () => {
    const channel = scriptedCard({
      directory1: record(
        entry('A000000333010102'),
        entry('A0000000031010', '01'),
        entry('A000000333010108', '02'),
        entry('A000000333010101', '01'),
      ),
      application: '6A82',
    });
    await readFinancialCard(channel, reading);
    const asked = channel.sent.filter((apdu) => apdu.startsWith('00A4040008')).map((apdu) => apdu.slice(10, -2));
    expect(asked).toEqual(['A000000333010101', 'A000000333010108', 'A000000333010102']);
  });

  test('a directory without end is left', async () => {
    const channel = scriptedCard({ directory2: image.directory1, otherRecord: image.directory1 });
    expect((await readFinancialCard(channel, reading)).ok).toBe(true);
    expect(channel.steps.slice(1).indexOf('application')).toBe(16);
  });
});

describe('processing options', () => {
  const withPdol = (pdol: string): Answers => ({
    application: `${tlvHex('6F', tlvHex('84', 'A000000333010101'), tlvHex('A5', tlvHex('9F38', pdol)))}9000`,
  });
  const optionsFor = async (answers: Answers): Promise<string | undefined> => {
    const channel = scriptedCard(answers);
    await readFinancialCard(channel, reading);
    return channel.sent.find((apdu) => apdu.startsWith('80A8'));
  };

  test('no list: an empty template', async () => {
    const application = `${tlvHex('6F', tlvHex('84', 'A000000333010101'))}9000`;
    expect(await optionsFor({ application })).toBe('80A8000002830000');
  });

  test('what the terminal knows, and zeros for the rest', async () => {
    expect(await optionsFor(withPdol('9F1A029F33039F35015F2A0299039F6604'))).toBe(
      `80A8000011830F0156E0E1C8220156000000${'00'.repeat(4)}00`,
    );
  });

  test('of more than 127 bytes: a long length', async () => {
    expect(await optionsFor(withPdol('DF017FDF0203'))).toBe(`80A8000085838182${'00'.repeat(130)}00`);
  });

  test.each([
    ['more than a command can carry', 'DF017FDF027F'],
    ['half a tag', '9F'],
    ['no length', '9F02'],
    ['a length of 128', '9F0280'],
  ])('%s is no list', async (_name, pdol) => {
    expect(await read(withPdol(pdol))).toEqual(bad('fci'));
  });

  test.each([
    ['format 2', `${tlvHex('77', tlvHex('94', '0801020010010200'), tlvHex('82', '7C00'))}9000`, undefined],
    ['an error', '6985', err({ code: 'unexpectedStatus', step: 'get processing options', sw: '6985' })],
    ['nothing', '9000', bad('gpo')],
    ['no locator', '80027C009000', bad('gpo')],
    ['half a locator', `${tlvHex('80', '7C00', '080102')}9000`, bad('gpo')],
    ['format 2 without a profile', `${tlvHex('77', tlvHex('94', '08010200'))}9000`, bad('gpo')],
  ])('%s', async (_name, options, error) => {
    const result = await read({ options });
    if (error === undefined) expect(result.ok).toBe(true);
    else expect(result).toEqual(error);
  });
});

describe('a file locator', () => {
  const read254 = async (afl: string) => {
    const channel = scriptedCard({
      options: `${tlvHex('80', '7C00', afl)}9000`,
      otherRecord: record(tlvHex('9F6E', '00')),
    });
    const result = await readFinancialCard(channel, reading);
    return { result, records: channel.steps.slice(channel.steps.indexOf('options') + 1).length };
  };

  test('that asks for 30 files of 255 records is not followed to the end', async () => {
    const all = Array.from({ length: 30 }, (_, index) => `${((index + 1) << 3).toString(16).padStart(2, '0')}01FF00`);
    const { result, records } = await read254(all.join('').toUpperCase());
    expect(result).toEqual(bad('afl'));
    expect(records).toBe(64);
  });

  test.each([
    ['file 0', '00010200'],
    ['file 31', 'F8010200'],
    ['a mode in the file number', '0C010200'],
    ['record 0', '08000200'],
    ['an end before its beginning', '08020100'],
  ])('%s', async (_name, afl) => {
    expect((await read254(afl)).result).toEqual(bad('afl'));
  });

  test('may name a file of the issuer, whose records have a form of their own', async () => {
    const options = `${tlvHex('80', '7C00', '080102001001020058010100')}9000`;
    expect((await read({ options, otherRecord: '9F1001019000' })).ok).toBe(true);
    expect(await read({ options, otherRecord: '6A83' })).toEqual(
      err({ code: 'unexpectedStatus', step: 'read record', sw: '6A83' }),
    );
  });
});

describe('records', () => {
  test.each([
    ['two templates', { record12: `${image.record12.slice(0, -4)}${image.record12}` }, 'record'],
    ['another template', { record12: image.record12.replace('7019', '7719') }, 'record'],
    ['a tag again with another value', changed('record12', '9F620100', '5F340102'), 'record'],
    ['a number of ten digits', changed('record21', '5A0A6222021234567890128F', '5A056222021234'), 'pan'],
    ['a number with a letter', changed('record21', '5A0A6222', '5A0A6A22'), 'pan'],
    ['a number with filling in the middle', changed('record21', '5A0A6222', '5A0A6F22'), 'pan'],
    ['another number on track 2', changed('record11', '622202', '622203'), 'track2'],
    ['a track 2 without a separator', changed('record11', '8D3412', '803412'), 'track2'],
    ['a track 2 with two separators', changed('record11', 'D34122', 'D34D22'), 'track2'],
    [
      'a track 2 that ends after the month',
      changed('record11', '57136222021234567890128D34122200000000000F', '570C6222021234567890128D3412'),
      'track2',
    ],
    ['a sequence number that is none', changed('record21', '5F340101', '5F3401FA'), 'panSequence'],
    ['a sequence number of two bytes', changed('record21', '5F340101', '5F34020101'), 'panSequence'],
    ['no month', changed('record21', '5F2403341231', '9F6E03341231'), 'expiry'],
    ['the 31st of February', changed('record21', '5F2403341231', '5F2403340231'), 'expiry'],
    ['no first list', changed('record22', '8C1B', '8B1B'), 'cdol'],
    [
      'an empty second list',
      changed('record22', '8D1D8A029F02069F03069F1A0295055F2A029A039C019F37049F21039F4E14', '8D00'),
      'cdol',
    ],
    ['a list that ends in a tag', changed('record22', '9F4E148D', '9F4E9F8D'), 'cdol'],
  ] as const)('%s: %s', async (_name, answers, element) => {
    expect(await read(answers)).toEqual(bad(element));
  });

  test('a tag again with the same value is fine; the number may stand on track 2 alone', async () => {
    expect((await read(changed('record12', '9F620100', '9F6201005F340101'))).ok).toBe(true);
    const alone = await read(changed('record21', '5A0A6222021234567890128F', ''));
    expect(alone.ok && alone.value.data.pan.toString()).toBe('6222021234567890128');
  });

  test('blanks and zeros after the holder’s number do not belong to it', async () => {
    const number = Buffer.from('000000199001010018').toString('hex');
    const result = await read({ record12: record(tlvHex('9F61', number, '2000'), tlvHex('9F62', '00')) });
    expect(result.ok && result.value.data.holderIdNumber?.toString()).toBe('000000199001010018');
  });
});

const answered: readonly Step[] = [
  'pse',
  'directory1',
  'application',
  'options',
  'record11',
  'record12',
  'record21',
  'record22',
];

test('cut anywhere, an answer is refused or harmless, and no cut makes another card of it', async () => {
  let refused = 0;
  for (const name of answered) {
    const body = image[name].slice(0, -4);
    for (let end = 0; end < body.length; end += 2) {
      const result = await read({ [name]: `${body.slice(0, end)}9000` });
      if (!result.ok) refused += 1;
      else expect(result.value.data.pan.toString(), `${name} at ${end / 2}`).toBe('6222021234567890128');
    }
  }
  expect(refused).toBeGreaterThan(250);
});

test('without a status word the chip has failed', async () => {
  for (const name of answered)
    expect(await read({ [name]: '90' }), name).toMatchObject({ ok: false, error: { code: 'cardUnresponsive' } });
});

test('whatever bytes a card says, reading it ends and throws nothing', async () => {
  const answer = fc.oneof(
    fc.uint8Array({ maxLength: 64 }).map((bytes) => `${Buffer.from(bytes).toString('hex')}9000`),
    fc.uint8Array({ maxLength: 258 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  );
  // A byte of the image changed: nearer to the truth than noise, so it gets further.
  const flipped = fc
    .tuple(fc.constantFrom(...answered), fc.nat(), fc.integer({ min: 1, max: 255 }))
    .map(([name, at, mask]): Answers => {
      const bytes = Buffer.from(image[name], 'hex');
      const index = at % (bytes.length - 2);
      bytes.writeUInt8(bytes.readUInt8(index) ^ mask, index);
      return { [name]: bytes.toString('hex').toUpperCase() };
    });
  const noise = fc
    .record({ step: fc.constantFrom(...answered), answer, otherRecord: answer })
    .map(({ step, answer: text, otherRecord }): Answers => ({ [step]: text, otherRecord }));
  await fc.assert(
    fc.asyncProperty(fc.oneof(flipped, noise), async (answers) => {
      const channel = scriptedCard(answers);
      const result = await readFinancialCard(channel, reading);
      expect(typeof result.ok).toBe('boolean');
      expect(channel.sent.length).toBeLessThan(100);
      for (const apdu of channel.sent) expect(apdu.length).toBeLessThanOrEqual(2 * 261);
    }),
    { numRuns: 2_000, seed: 1126 },
  );
});
