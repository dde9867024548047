import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeJson, secretAscii, secretHex, secretText, takeDigits } from './secret-json.ts';

test('secrets are written as text, everything else as JSON.stringify does', () => {
  const body = encodeJson({
    pan: secretAscii(Buffer.from('9999990000000000017')),
    pinBlock: { format: 'iso0', hex: secretHex(Buffer.from('041234fffffffff0', 'hex')) },
    list: [1, { a: null }, []],
    absent: undefined,
    name: '测试"甲\n',
    empty: {},
  });
  expect(body.toString()).toBe(
    '{"pan":"9999990000000000017","pinBlock":{"format":"iso0","hex":"041234FFFFFFFFF0"},' +
      '"list":[1,{"a":null},[]],"name":"测试\\"甲\\n","empty":{}}',
  );
});

test('any JSON without secrets comes back as it was', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.jsonValue(),
      ),
      (value) => {
        expect(JSON.parse(encodeJson(value).toString())).toEqual(JSON.parse(JSON.stringify(value)));
      },
    ),
  );
});

test('a text that would break out of its quotes is refused without being quoted', () => {
  expect(() => encodeJson({ pan: secretAscii(Buffer.from('1","x":"')) })).toThrow(/digits, letters and = only/);
});

test('the body shares no memory with the pool, so that wiping it wipes all of it', () => {
  const body = encodeJson({ pan: secretAscii(Buffer.from('1')) });
  expect(body.buffer.byteLength).toBe(body.length);
});

test('a secret text of any characters is the JSON string of that text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const body = encodeJson({ name: secretText(Buffer.from(text, 'utf8')) }).toString();
      expect(JSON.parse(body)).toEqual({ name: Buffer.from(text, 'utf8').toString('utf8') });
    }),
  );
});

test.each(['{"pan":"6217001"}', '{ "a":1,\n "pan" :\t"6217001" , "b":[2]}'])('digits are cut out of %j', (text) => {
  const json = Buffer.from(text);
  const digits = takeDigits(json, 'pan');
  expect(digits?.toString()).toBe('6217001');
  expect(json.toString()).toBe(text.replace('6217001', '0000000'));
});

test.each(['{"pan":6217001}', '{"pan":"62 17001"}', '{"pan":""}', '{"pen":"6217001"}', '"pan":"6217001', '{"pan"', ''])(
  'where they are not a string of digits there is nothing, and nothing is left to read: %j',
  (text) => {
    const json = Buffer.from(text);
    expect(takeDigits(json, 'pan')).toBeUndefined();
    expect(json.every((byte) => byte === 0)).toBe(true);
  },
);
