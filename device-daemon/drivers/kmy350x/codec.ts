/** Commands and answers of b.1 (printer and PIN pad reference), declared as data. */
import {
  bytes,
  choice,
  decodeShape,
  digits,
  encodeShape,
  hex,
  type Shape,
  text,
  u8,
  type Values,
} from '../common/fields.ts';

export interface Command<Request extends Shape = Shape, Reply extends Shape = Shape> {
  readonly code: number;
  readonly request: Request;
  /** What follows ST in an answer that accepts the command; an answer that refuses has ST alone. */
  readonly reply: Reply;
  /** Sending it twice leaves the pad as sending it once: only then may silence be answered with a resend. */
  readonly repeatable: boolean;
  /** Works with a key, so that `accepted, but key not valid` (A4) is a refusal. */
  readonly needsKey: boolean;
}

const command = <Request extends Shape, Reply extends Shape>(
  code: number,
  request: Request,
  reply: Reply,
  traits: { readonly repeatable?: boolean; readonly needsKey?: boolean } = {},
): Command<Request, Reply> => ({ code, request, reply, repeatable: true, needsKey: false, ...traits });

/**
 * The commands this driver knows. 32 (master keys) belongs to the maker's key loader under dual control; 36, 37
 * (encrypt, decrypt) and 41 would let a PIN key work outside a PIN block, so they cannot even be spelled here.
 */
export const commands = {
  version: command(0x30, {}, { firmware: text(16), serialNumber: hex(8), suffix: bytes(2) }),
  reset: command(0x31, {}, {}),
  /** `slot` + `withCheckValue` asks for the check value: 4 bytes of TDES, 8 of SM4. */
  loadWorkingKey: command(
    0x33,
    { masterKey: u8, slot: u8, key: bytes(8, 16, 24) },
    { checkValue: bytes(4, 8) },
    { needsKey: true },
  ),
  account: command(0x34, { digits: digits(12) }, {}),
  startPin: command(
    0x35,
    { length: u8, displayMode: u8, addMode: u8, prompt: u8, timeOut: u8 },
    {},
    { repeatable: false, needsKey: true },
  ),
  fetchPinBlock: command(0x42, {}, { block: bytes(8, 16) }, { repeatable: false, needsKey: true }),
  activateKey: command(0x43, { masterKey: u8, slot: u8 }, {}, { needsKey: true }),
  keypad: command(0x45, { mode: choice({ close: 0x01, open: 0x02, openSilent: 0x03, system: 0x04 }) }, {}),
  /** 00 and 01 choose the cipher of master and working keys (second reading: send both before loading keys). */
  parameter: command(0x46, { name: choice({ masterKeyCipher: 0x00, workingKeyCipher: 0x01 }), value: u8 }, {}),
} as const;

export type CommandName = keyof typeof commands;

/** Added to the slot of 33 it asks for the check value. */
export const withCheckValue = 0x40;

export type SelfTestPart =
  | 'cpu'
  | 'memory'
  | 'keyShort'
  | 'serialLevel'
  | 'cpuCard'
  | 'battery'
  | 'masterKey'
  | 'other';

export type Status =
  | { readonly kind: 'accepted'; readonly masterKeyValid: boolean; readonly batteryLow: boolean }
  | { readonly kind: 'refused'; readonly masterKeyValid: boolean; readonly batteryLow: boolean }
  | { readonly kind: 'timeOut' }
  | { readonly kind: 'unknownCommand' }
  | { readonly kind: 'selfTest'; readonly part: SelfTestPart };

const sound = { masterKeyValid: true, batteryLow: false } as const;

/** ST of b.1. A byte that is not here is no answer of this pad. */
export const statuses: ReadonlyMap<number, Status> = new Map<number, Status>([
  [0x04, { kind: 'accepted', ...sound }],
  [0x15, { kind: 'refused', ...sound }],
  [0x80, { kind: 'timeOut' }],
  [0xa4, { kind: 'accepted', ...sound, masterKeyValid: false }],
  [0xb5, { kind: 'refused', ...sound, masterKeyValid: false }],
  [0xc4, { kind: 'accepted', ...sound, batteryLow: true }],
  [0xd5, { kind: 'refused', ...sound, batteryLow: true }],
  [0xe0, { kind: 'unknownCommand' }],
  [0xf0, { kind: 'selfTest', part: 'cpu' }],
  [0xf1, { kind: 'selfTest', part: 'memory' }],
  [0xf2, { kind: 'selfTest', part: 'keyShort' }],
  [0xf3, { kind: 'selfTest', part: 'serialLevel' }],
  [0xf4, { kind: 'selfTest', part: 'cpuCard' }],
  [0xf5, { kind: 'selfTest', part: 'battery' }],
  [0xf6, { kind: 'selfTest', part: 'masterKey' }],
  [0xf7, { kind: 'selfTest', part: 'other' }],
]);

/** Single bytes while a PIN entry is open (b.1). */
export const pinKeyBytes = { digit: 0x2a, enter: 0x0d, cancel: 0x1b, clear: 0x08, timeOut: 0x00 } as const;

/** Body of a command. Throws RangeError when a value does not fit its field: a bug of the caller. Zeroed by the caller. */
export function encodeRequest<Request extends Shape>(of: Command<Request>, values: Values<Request>): Buffer {
  const data = encodeShape(of.request, values);
  if (data === undefined) throw new RangeError(`values do not fit command ${of.code.toString(16)}`);
  const body = Buffer.concat([Uint8Array.of(of.code), data]);
  data.fill(0);
  return body;
}

/** What a pad reads out of a command's body; undefined when it is not that command or not well formed. */
export function decodeRequest<Request extends Shape>(
  of: Command<Request>,
  body: Uint8Array,
): Values<Request> | undefined {
  return body[0] === of.code ? decodeShape(of.request, body.subarray(1)) : undefined;
}

export type Reply<S extends Shape> =
  | { readonly status: Extract<Status, { kind: 'accepted' }>; readonly values: Values<S> }
  | { readonly status: Exclude<Status, { kind: 'accepted' }>; readonly values?: never };

/**
 * An answer names no command, so its form must do: undefined when the body cannot be an answer to this one. A4 to a
 * command that needs a key refuses it, with or without data: whatever came with it was made without a valid key.
 */
export function decodeReply<S extends Shape>(of: Command<Shape, S>, body: Uint8Array): Reply<S> | undefined {
  const status = statuses.get(body[0] ?? -1);
  if (status === undefined) return undefined;
  if (status.kind === 'accepted') {
    const refused = of.needsKey && !status.masterKeyValid;
    if (refused && body.length === 1) return { status: { ...status, kind: 'refused' } };
    const values = decodeShape(of.reply, body.subarray(1));
    if (values === undefined) return undefined;
    return refused ? { status: { ...status, kind: 'refused' } } : { status, values };
  }
  return body.length === 1 ? { status } : undefined;
}

/** What a pad answers: ST, and DATA when it accepts. */
export function encodeReply<S extends Shape>(of: Command<Shape, S>, status: number, values?: Values<S>): Buffer {
  const data = values === undefined ? Buffer.alloc(0) : encodeShape(of.reply, values);
  if (data === undefined) throw new RangeError(`values do not fit the answer to ${of.code.toString(16)}`);
  return Buffer.concat([Uint8Array.of(status), data]);
}
