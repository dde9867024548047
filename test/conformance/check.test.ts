import { describe, expect, test } from 'vitest';
import { checkMessage } from './check.ts';
import type { Family } from './schemas.ts';

const status = {
  header: { name: 'Common.Status', type: 'completion', requestId: 1, version: '3.0', completionCode: 'success' },
  payload: { common: { device: 'online' }, cardReader: { media: 'present' } },
};
const check =
  (message: object, family: Family = 'standard') =>
  () =>
    checkMessage(family, JSON.stringify(message));
const withHeader = (more: object) => ({ ...status, header: { ...status.header, ...more } });
const acknowledge = (more: object) => ({
  header: { name: 'A.B', type: 'acknowledge', requestId: 1, version: '1.0', ...more },
});

describe('right', () => {
  test.each<[string, object, Family?]>([
    ['a completion', status],
    ['an acknowledge', acknowledge({})],
    ['a refusal of what could not be read', { header: { type: 'acknowledge', status: 'invalidMessage' } }],
    ['a refusal of id 0', acknowledge({ requestId: 0, status: 'invalidRequestID' })],
    ['an unsolicited event', { header: { name: 'CardReader.MediaRemovedEvent', type: 'unsolicited', version: '2.0' } }],
    [
      'one that is sent as an event',
      { header: { name: 'CardReader.MediaRemovedEvent', type: 'event', version: '2.0' } },
    ],
    [
      'an unsupported command, its version echoed',
      { header: { ...status.header, name: 'X.Y', version: '9.9', completionCode: 'unsupportedCommand' } },
    ],
    [
      "the kiosk's own interfaces among those of its own service",
      {
        header: { ...status.header, name: 'Common.Capabilities' },
        payload: { interfaces: [{ name: 'Visit', maximumRequests: 1 }], common: { serviceVersion: '2.0' } },
      },
      'kiosk',
    ],
  ])('%s', (_what, message, family = 'standard') => {
    expect(check(message, family)).not.toThrow();
  });
});

describe('wrong, with the message and the place', () => {
  test.each<[string, object, string, Family?]>([
    [
      'a member that is not in the schema',
      { ...status, payload: { ...status.payload, x: 1 } },
      '/payload/x is not in the schema',
    ],
    [
      'one further down',
      { ...status, payload: { common: { device: 'online', colour: 'red' } } },
      'completion Common.Status: /payload/common/colour is not in',
    ],
    [
      'an enum value that does not exist',
      { ...status, payload: { common: { device: 'fine' } } },
      '/payload/common/device must be equal',
    ],
    ['a null', { ...status, payload: { common: { device: null } } }, '/payload/common/device must be'],
    ['no status at all', { ...status, payload: { cardReader: { media: 'present' } } }, '/payload/common is missing'],
    ['an empty payload', { ...status, payload: {} }, '/payload is given and empty'],
    ['a member beside the payload', { ...status, more: 1 }, '/more is neither'],
    ['a member in the header', withHeader({ status: 'ok' }), '/header/status must NOT'],
    ['another version', withHeader({ version: '2.0' }), '/header/version is not 3.0'],
    ['an invented completion code', withHeader({ completionCode: 'nearly' }), '/header/completionCode must be'],
    ['a description beside success', withHeader({ errorDescription: 'x' }), '/header/errorDescription beside success'],
    ['no error code', withHeader({ completionCode: 'commandErrorCode' }), '/payload/errorCode goes with'],
    ['a name that nobody knows', withHeader({ name: 'Common.Juggle' }), '/header/name is in no catalogue'],
    [
      'an event of the other kind',
      { header: { name: 'CardReader.MediaRemovedEvent', type: 'event', requestId: 1, version: '2.0' } },
      '/header/name is in no',
    ],
    ['an acknowledge with a payload', { ...acknowledge({}), payload: { a: 1 } }, '/payload does not belong'],
    ['an acknowledge of id 0 without status', acknowledge({ requestId: 0 }), '/header/requestId must be >= 1'],
    ['an acknowledge with status ok', acknowledge({ status: 'ok' }), '/header/status must be'],
    [
      "the kiosk's own interface on a standard service",
      {
        header: { ...status.header, name: 'Common.Capabilities' },
        payload: { interfaces: [{ name: 'Visit' }], common: {} },
      },
      '/payload/interfaces/0/name must be',
    ],
    [
      "the kiosk's own message on a standard service",
      {
        header: {
          name: 'Visit.Heartbeat',
          type: 'completion',
          requestId: 1,
          version: '1.0',
          completionCode: 'success',
        },
      },
      '/header/name is in no catalogue',
    ],
    [
      "an unknown member in one of the kiosk's own messages",
      {
        header: { name: 'Visit.Begin', type: 'completion', requestId: 1, version: '1.0', completionCode: 'success' },
        payload: { holderName: 'x' },
      },
      'completion Visit.Begin: /payload/holderName must NOT',
      'kiosk',
    ],
  ])('%s', (_what, message, fault, family = 'standard') => {
    expect(check(message, family)).toThrow(fault);
  });

  test('no JSON', () => {
    expect(() => checkMessage('standard', '{')).toThrow('no JSON');
  });
});
