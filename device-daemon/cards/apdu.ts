import { err, ok, type Result } from '#protocol/result.ts';
import type { CardFault } from '../devices/card-reader.ts';
import type { OperationOptions } from '../devices/device.ts';
import { encodeTlv } from './tlv.ts';

/** What a card kernel needs of a reader: whole responses, `61xx` and `6Cxx` already answered. */
export interface ApduChannel {
  transmit(apdu: Uint8Array, options: OperationOptions): Promise<Result<Uint8Array, CardFault>>;
}

export interface Response {
  /** Without the status word. The caller zeroes it when it held something personal. */
  readonly data: Uint8Array;
  readonly sw: number;
}

/** One command, one response. A response too short for a status word is the chip's failure. */
export async function exchange(
  channel: ApduChannel,
  apdu: Uint8Array,
  options: OperationOptions,
): Promise<Result<Response, CardFault>> {
  if (options.signal?.aborted === true) return err({ code: 'cancelled' });
  const result = await channel.transmit(apdu, options);
  if (!result.ok) return result;
  const bytes = result.value;
  const end = bytes.length - 2;
  const [sw1, sw2] = bytes.subarray(Math.max(end, 0));
  if (sw1 === undefined || sw2 === undefined) return err({ code: 'cardUnresponsive', detail: 'no status word' });
  return ok({ data: bytes.subarray(0, end), sw: (sw1 << 8) | sw2 });
}

const withData = (cla: number, ins: number, p1: number, p2: number, data: Uint8Array, le?: number): Buffer =>
  Buffer.concat([
    Buffer.from([cla, ins, p1, p2, data.length]),
    data,
    le === undefined ? Buffer.alloc(0) : Buffer.from([le & 0xff]),
  ]);

/** The commands of ISO/IEC 7816-4 and EMV that the kernels send. `le` 0 asks for all there is. */
export const command = {
  /** With Le 00: without it a card may answer 61xx, data or nothing. */
  selectByName: (name: Uint8Array): Buffer => withData(0x00, 0xa4, 0x04, 0x00, name, 0),
  readRecordByNumber: (sfi: number, record: number): Buffer => Buffer.from([0x00, 0xb2, record, (sfi << 3) | 4, 0]),
  /** Social-security application: P1 is the tag, Le is exact. */
  readRecordByTag: (sfi: number, tag: number, valueLength: number): Buffer =>
    Buffer.from([0x00, 0xb2, tag, sfi << 3, valueLength + 2]),
  getChallenge: (): Buffer => Buffer.from([0x00, 0x84, 0x00, 0x00, 0x08]),
  /** 16 bytes: factor, source. */
  internalAuthenticate: (data: Uint8Array): Buffer => withData(0x00, 0x88, 0x00, 0x00, data, 0),
  /** Key id 0 and ten bytes for PBOC, the card's key id and 16 bytes for the social-security application. */
  externalAuthenticate: (keyId: number, data: Uint8Array): Buffer => withData(0x00, 0x82, 0x00, keyId, data),
  getProcessingOptions: (pdolData: Uint8Array): Buffer =>
    withData(0x80, 0xa8, 0x00, 0x00, encodeTlv(0x83, pdolData), 0),
  generateAc: (kind: 'arqc' | 'tc' | 'aac', data: Uint8Array): Buffer =>
    withData(0x80, 0xae, { arqc: 0x80, tc: 0x40, aac: 0x00 }[kind], 0x00, data, 0),
} as const;

export type StatusMeaning =
  | 'done'
  | 'warning'
  | 'wrongTriesLeft'
  | 'memoryFailure'
  | 'wrongLength'
  | 'notNow'
  | 'wrongFileKind'
  | 'notAuthenticated'
  | 'blocked'
  | 'challengeUsed'
  | 'noCurrentFile'
  | 'wrongMac'
  | 'wrongParameters'
  | 'functionBlocked'
  | 'notFound'
  | 'recordMissing'
  | 'keyMissing'
  | 'unsupported'
  | 'applicationBlocked'
  | 'unknown';

const meanings: ReadonlyMap<number, StatusMeaning> = new Map([
  [0x9000, 'done'],
  [0x6283, 'applicationBlocked'], // PBOC, selected file invalidated
  [0x6300, 'wrongTriesLeft'],
  [0x6581, 'memoryFailure'],
  [0x6700, 'wrongLength'],
  [0x6901, 'notNow'],
  [0x6985, 'notNow'],
  [0x6981, 'wrongFileKind'],
  [0x6982, 'notAuthenticated'],
  [0x6983, 'blocked'],
  [0x6984, 'challengeUsed'],
  [0x6986, 'noCurrentFile'],
  [0x6988, 'wrongMac'],
  [0x6a80, 'wrongParameters'],
  [0x6a81, 'functionBlocked'],
  [0x6a82, 'notFound'],
  [0x6a83, 'recordMissing'],
  [0x6a86, 'wrongParameters'],
  [0x6a88, 'keyMissing'],
  [0x6d00, 'unsupported'],
  [0x6e00, 'unsupported'],
  [0x9302, 'wrongMac'],
  [0x9303, 'applicationBlocked'],
  [0x9403, 'keyMissing'],
  [0x9406, 'wrongMac'],
]);

/** Social-security card reference 1.12. */
export function statusMeaning(sw: number): StatusMeaning {
  const exact = meanings.get(sw);
  if (exact !== undefined) return exact;
  if ((sw & 0xfff0) === 0x63c0) return 'wrongTriesLeft';
  return sw >> 8 === 0x62 || sw >> 8 === 0x63 ? 'warning' : 'unknown';
}

/** For logs: four hex digits. */
export const showStatus = (sw: number): string => sw.toString(16).padStart(4, '0').toUpperCase();
