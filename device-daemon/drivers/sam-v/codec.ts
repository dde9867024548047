/** Commands, answers and status words of id-card-reader.md 3 to 5, declared as data. */
import { bytes, constant, decodeShape, encodeShape, type Shape, type Values } from '../common/fields.ts';
import { samId } from './sam-id.ts';

/** SW3 of section 4, by what it says. */
export const statuses = {
  success: 0x90,
  /** The card holds nothing for what was asked. */
  nothingThere: 0x91,
  found: 0x9f,
  checksumWrong: 0x10,
  lengthWrong: 0x11,
  commandWrong: 0x21,
  notPermitted: 0x23,
  unrecognisedError: 0x24,
  /** The card did not believe the SAM. */
  samNotAuthenticated: 0x31,
  /** The SAM did not believe the card. */
  cardNotAuthenticated: 0x32,
  verificationFailed: 0x33,
  cardTypeUnknown: 0x40,
  readFailed: 0x41,
  randomNumberFailed: 0x47,
  selfTestFailed: 0x60,
  notAuthorised: 0x66,
  noCard: 0x80,
  selectFailed: 0x81,
} as const;

export type KnownStatus = keyof typeof statuses;
/** Why a command was not carried out; `unknown`: an SW3 that is in no table. */
export type Refusal = Exclude<KnownStatus, 'success' | 'found'> | 'unknown';

const names: ReadonlyMap<number, KnownStatus> = new Map(
  (Object.keys(statuses) as KnownStatus[]).map((name) => [statuses[name], name]),
);

/** The name of an SW3. */
export const statusOf = (sw3: number): KnownStatus | 'unknown' => names.get(sw3) ?? 'unknown';

export interface Command<Reply extends Shape = Shape> {
  readonly code: number;
  readonly parameter: number;
  readonly success: 'success' | 'found';
  /** DATA of the answer that says success; every other answer has none. */
  readonly reply: Reply;
}

const command = <Reply extends Shape>(
  code: number,
  parameter: number,
  reply: Reply,
  success: Command['success'] = 'success',
): Command<Reply> => ({ code, parameter, reply, success });

export const textBytes = 256;
export const photoBytes = 1024;
export const addressBytes = 70;

/**
 * The commands this driver knows. 30 10 would fetch fingerprints, which no service of a kiosk needs, so it cannot even
 * be spelled here; 60 (line rate) would make the reader deaf to the next start, 30 05 is not verified (section 11).
 */
export const commands = {
  reset: command(0x10, 0xff, {}),
  selfTest: command(0x11, 0xff, {}),
  readSamId: command(0x12, 0xff, { serialNumber: samId }),
  find: command(0x20, 0x01, { reserved: bytes(4) }, 'found'),
  select: command(0x20, 0x02, { reserved: bytes(8) }),
  read: command(0x30, 0x01, {
    textLength: constant(textBytes),
    photoLength: constant(photoBytes),
    text: bytes(textBytes),
    photo: bytes(photoBytes),
  }),
  newestAddress: command(0x30, 0x03, { address: bytes(addressBytes) }),
} as const;

export type CommandName = keyof typeof commands;

/** CMD and PARA: no command of these has DATA. */
export const encodeCommand = (of: Command): Buffer => Buffer.from([of.code, of.parameter]);

/** Which command a body is, if it is one. */
export function decodeCommand(body: Uint8Array): CommandName | undefined {
  if (body.length !== 2) return undefined;
  return (Object.keys(commands) as CommandName[]).find(
    (name) => commands[name].code === body[0] && commands[name].parameter === body[1],
  );
}

/** SW1 SW2: the card's own status word as the SAM forwards it, 0 in practice. */
export type Reply<S extends Shape> =
  | { readonly status: 'success'; readonly cardStatus: number; readonly values: Values<S> }
  | { readonly status: Refusal; readonly cardStatus: number; readonly values?: never };

/**
 * An answer names no command, so its form must do: undefined when the body cannot be an answer to this one. Values that
 * are bytes are the caller's to zero.
 */
export function decodeReply<S extends Shape>(of: Command<S>, body: Uint8Array): Reply<S> | undefined {
  const [sw1, sw2, sw3] = body;
  if (sw1 === undefined || sw2 === undefined || sw3 === undefined) return undefined;
  const cardStatus = (sw1 << 8) | sw2;
  const status = statusOf(sw3);
  if (status === of.success) {
    const values = decodeShape(of.reply, body.subarray(3));
    return values === undefined ? undefined : { status: 'success', cardStatus, values };
  }
  if (status === 'success' || status === 'found' || body.length !== 3) return undefined;
  return { status, cardStatus };
}

/** What a reader answers when it did what it was told. Throws RangeError when a value does not fit. */
export function encodeReply<S extends Shape>(of: Command<S>, values: Values<S>): Buffer {
  const data = encodeShape(of.reply, values);
  if (data === undefined) throw new RangeError('values do not fit the answer');
  const body = Buffer.alloc(3 + data.length);
  body[2] = statuses[of.success];
  body.set(data, 3);
  data.fill(0);
  return body;
}

/** What a reader answers when it did not. */
export const encodeRefusal = (sw3: number, cardStatus = 0): Buffer =>
  Buffer.from([cardStatus >> 8, cardStatus & 0xff, sw3]);
