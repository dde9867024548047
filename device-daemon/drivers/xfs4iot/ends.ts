/** How a command of ours ended, in the words of our devices. What a provider writes in its own words is passed to nobody. */
import type { Completion, RequestFault } from '#protocol/client/messages.ts';
import type { Result } from '#protocol/result.ts';
import type { DeviceFault } from '../../devices/device.ts';

export type End<P> = Result<Completion<P>, RequestFault>;

/**
 * Codes of a service that has not begun (protocol.md 4): it understood no command, has no such one, or somebody else has
 * the device. Whatever else it says, it may have moved something before.
 */
const notBegun: ReadonlySet<string> = new Set([
  'invalidCommand',
  'invalidData',
  'invalidRequestID',
  'unsupportedCommand',
  'unsupportedData',
  'sequenceError',
  'authorisationRequired',
]);

/** Whether it is certain that nothing was done. */
export function surelyNotDone<P>(end: End<P>): boolean {
  if (end.ok) return notBegun.has(end.value.completionCode);
  return end.error.code === 'notConnected' || end.error.code === 'canceled' || end.error.code === 'refused';
}

/** The fault of a command that did not succeed. `commandErrorCode` is for the caller, who knows its codes. */
export function faultOf<P>(end: End<P>): DeviceFault {
  if (!end.ok) {
    switch (end.error.code) {
      case 'notConnected':
      case 'connectionLost':
        return { code: 'notReady', detail: 'lost' };
      case 'refused':
        return { code: 'notReady', detail: end.error.status };
      case 'deadline':
        return { code: 'timeOut' };
      case 'canceled':
        return { code: 'cancelled' };
    }
  }
  const { completionCode } = end.value;
  switch (completionCode) {
    case 'timeOut':
      return { code: 'timeOut' };
    case 'canceled':
      return { code: 'cancelled' };
    case 'deviceNotReady':
    case 'sequenceError':
    case 'authorisationRequired':
      return { code: 'notReady', detail: completionCode };
    default:
      return { code: 'hardwareError', detail: errorCodeOf(end) ?? completionCode };
  }
}

/** Of the standard's list: the answer was held against the catalogue. */
export function errorCodeOf<P>(end: End<P>): string | undefined {
  if (!end.ok || end.value.completionCode !== 'commandErrorCode') return undefined;
  const { errorCode } = end.value.payload as { readonly errorCode?: string };
  return errorCode ?? '';
}

/** Undefined where the text is no base64: Node's decoder passes over what it does not know. */
export function base64(text: string | undefined): Buffer | undefined {
  if (text === undefined || !/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0) return undefined;
  return Buffer.from(text, 'base64');
}
