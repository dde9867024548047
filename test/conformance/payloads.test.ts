import { describe, expect, test } from 'vitest';
import { PayloadGenerator } from './payloads.ts';
import { type Schema, standard } from './schemas.ts';

const generator = new PayloadGenerator((pointer) => standard.resolve(pointer));

describe('the parts of a schema', () => {
  const schema: Schema = {
    type: 'object',
    required: ['length'],
    properties: {
      length: { type: 'integer', minimum: 3, maximum: 5 },
      mode: { type: 'string', enum: ['ecb', 'cbc'] },
      unit: { type: 'string', pattern: '^unit[0-9]+$' },
      data: { type: 'string', pattern: '^[A-Za-z0-9+/]+={0,2}$', contentEncoding: 'base64' },
      on: { type: 'boolean' },
      keys: { type: 'object', additionalProperties: { type: 'object', properties: { ends: { type: 'boolean' } } } },
      list: { type: 'array', items: { type: 'number' } },
      text: { anyOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
      any: {},
    },
  };

  test('a full payload', () => {
    expect(generator.full(schema)).toEqual({
      length: 3,
      mode: 'ecb',
      unit: expect.stringMatching(/^unit[0-9]+$/),
      data: 'AAECAwQFBgc=',
      on: true,
      keys: { unit1: { ends: true } },
      list: [1],
      text: 'text',
      any: {},
    });
  });

  test('a minimal payload', () => {
    expect(generator.minimal(schema)).toEqual({ length: 3 });
  });

  test('wrong ones: each has one fault at one place', () => {
    const full = generator.full(schema) as Readonly<Record<string, unknown>>;
    const faults = generator.wrong(schema);
    expect(faults.map(({ what }) => what)).toEqual([
      'wrong type of /length',
      'fraction as /length',
      'too little as /length',
      'too much as /length',
      'wrong type of /mode',
      'unknown value of /mode',
      'wrong type of /unit',
      'broken pattern of /unit',
      'wrong type of /data',
      'broken pattern of /data',
      'wrong type of /on',
      'wrong type of /keys',
      'wrong type of /keys/unit1',
      'wrong type of /keys/unit1/ends',
      'wrong type of /list',
      'wrong type of /list/0',
      'wrong type of /text',
      'missing /length',
    ]);
    const changed = (payload: unknown) =>
      Object.keys(full).filter((name) => JSON.stringify((payload as typeof full)[name]) !== JSON.stringify(full[name]));
    for (const { payload, place } of faults) expect(changed(payload)).toEqual([place.split('/')[2]]);
    expect(faults[1]).toMatchObject({ place: '/payload/length', payload: { length: 1.5 } });
    expect(faults.at(-1)?.payload).not.toHaveProperty('length');
  });

  test('an unknown member may be of any type, or there is none', () => {
    expect(generator.takesUnknown(schema)).toBe(true);
    expect(generator.takesUnknown({ type: 'object', additionalProperties: { type: 'string' } })).toBe(false);
    const closed = standard
      .commands()
      .filter(({ payload }) => typeof payload === 'string' && !generator.takesUnknown(standard.resolve(payload)));
    expect(closed.map(({ name }) => name)).toEqual(['Auxiliaries.Register', 'CardReader.WriteRawData']);
  });
});

describe.each(standard.commands().filter(({ payload }) => typeof payload === 'string'))('$name', ({ payload }) => {
  const pointer = payload ?? '';
  const schema = standard.resolve(pointer);

  test('right ones are right, wrong ones wrong', () => {
    const verdicts = [generator.full(schema), generator.minimal(schema)].map((right) =>
      standard.accepts(pointer, right),
    );
    expect(verdicts).toEqual([true, true]);
    const passed = generator.wrong(schema).filter((wrong) => standard.accepts(pointer, wrong.payload));
    expect(passed).toEqual([]);
  });
});
