import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Validator } from '#protocol/generated/validators-xfs4iot.js';

/**
 * The few messages of XFS4IoT's CashDispenser that KAL's console client sends and reads (testclient.md A.3), in the shape
 * of protocol/xfs4iot/catalogue.json, which has none of that interface: a kiosk gives out no cash. Names, members and enum
 * values are those of release 2024-03.
 */
const base = '#/$defs/';
const tokenPattern =
  '^(?=[!-~]{0,1024}$)NONCE=[0-9A-F]+,TOKENFORMAT=1,TOKENLENGTH=[0-9]{4},(?:[A-Z0-9]+=[^,=]+?,)+HMACSHA256=[0-9A-F]{64}$';

const denomination = {
  type: 'object',
  properties: {
    currencies: { type: 'object', additionalProperties: { type: 'number', minimum: 0.001 } },
    values: { type: 'object', additionalProperties: { type: 'integer', minimum: 1 } },
  },
};
const position = {
  type: 'string',
  enum: ['outDefault', 'outLeft', 'outRight', 'outCenter', 'outTop', 'outBottom', 'outFront', 'outRear'],
};

const $defs = {
  'CashDispenser.Dispense.command': {
    type: 'object',
    required: ['denomination'],
    properties: {
      denomination: {
        type: 'object',
        required: ['denomination'],
        properties: { denomination, mix: { type: 'string', pattern: '^individual$|^mix[0-9a-zA-Z]+$' } },
      },
      position,
      token: { type: 'string', pattern: tokenPattern },
    },
  },
  'CashDispenser.Dispense.completion': {
    type: 'object',
    properties: { errorCode: { type: 'string', enum: ['notDispensable'] } },
  },
  'CashDispenser.Present.command': { type: 'object', properties: { position } },
  'CashDispenser.Present.completion': {
    type: 'object',
    properties: { errorCode: { type: 'string', enum: ['noItems'] } },
  },
  'CashDispenser.GetPresentStatus.command': {
    type: 'object',
    properties: { position, nonce: { type: 'string', pattern: '^[0-9A-F]{32}$|^[0-9]*$' } },
  },
  'CashDispenser.GetPresentStatus.completion': {
    type: 'object',
    properties: {
      errorCode: { type: 'string', enum: ['unsupportedPosition'] },
      denomination,
      presentState: { type: 'string', enum: ['presented', 'notPresented', 'unknown'] },
      token: { type: 'string', pattern: tokenPattern },
    },
  },
} as const;

const versions = { Dispense: '3.0', Present: '2.0', GetPresentStatus: '2.0' } as const;

/** As the catalogue's own `messages` and `schemas`. */
export const cashCatalogue = {
  messages: Object.entries(versions).flatMap(([message, version]) =>
    (['command', 'completion'] as const).map((kind) => {
      const name = `CashDispenser.${message}`;
      return { name, kind, version, interface: 'CashDispenser', payload: `${base}${name}.${kind}` };
    }),
  ),
  schemas: { $defs },
} as const;

const ajv = new Ajv2020({ strict: false });

/** By the names of `schemas.$defs`. */
export const cashValidators: Readonly<Record<string, Validator | undefined>> = Object.fromEntries(
  Object.entries($defs).map(([name, schema]) => [name, ajv.compile(schema) as Validator]),
);
