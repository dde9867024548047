/**
 * Commands, answers and errors of dialect A (card-dispenser reference 1.4 to 1.6), declared as data. Of dialect B two sources
 * tell the shape of a text, with two state bytes in place of three, and STATUS 31 30 (2.1, 2.2); its other letters mean other
 * things, or nobody tells what.
 */
import type { MotionReason } from '../../devices/card-dispenser.ts';
import {
  bytes,
  choice,
  decodeShape,
  digits,
  encodeShape,
  type Field,
  type Shape,
  type Values,
} from '../common/fields.ts';
import type { Dialect } from './framing.ts';

const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** Printable ASCII of any length that fits. */
const ascii = (longest: number): Field<string> => ({
  sizes: upTo(0, longest),
  harmless: true,
  encode: (value) => (/^[\x20-\x7e]*$/.test(value) && value.length <= longest ? Buffer.from(value) : undefined),
  decode: (value) => {
    const text = Buffer.from(value).toString('latin1').replaceAll('\0', ' ').trimEnd();
    return /^[\x20-\x7e]*$/.test(text) ? text : undefined;
  },
});

/** One byte that says how many characters follow, 0 to 18. */
const counted = (longest: number): Field<string> => ({
  sizes: upTo(1, longest + 1),
  harmless: true,
  encode: (value) =>
    /^[\x20-\x7e]*$/.test(value) && value.length <= longest
      ? Buffer.concat([Uint8Array.of(value.length), Buffer.from(value)])
      : undefined,
  decode: (value) => {
    const text = Buffer.from(value.subarray(1)).toString('latin1');
    return value[0] === text.length && /^[\x20-\x7e]*$/.test(text) ? text.trim() : undefined;
  },
});

const harmless = <T>(field: Field<T>): Field<T> => ({ ...field, harmless: true });

/** What kind of act it is, which decides how long it may take and whether it may be sent again. */
export type CommandKind =
  /** Changes nothing: may be sent again, and after an initialisation. */
  | 'query'
  /** Moves a card or may; never sent again on silence (0a: the ban outranks "resend" of 1.3). */
  | 'motion'
  | 'init'
  /** Sets something, the same whether once or twice. */
  | 'setting'
  /** An exchange with the chip, which counts every one: never sent again on silence. */
  | 'chip';

export interface Command<Request extends Shape = Shape, Reply extends Shape = Shape> {
  readonly cm: number;
  readonly pm: number;
  readonly kind: CommandKind;
  readonly request: Request;
  /** DATA of a positive answer, behind the state bytes. */
  readonly reply: Reply;
}

const command = <Request extends Shape, Reply extends Shape>(
  cm: number,
  pm: number,
  kind: CommandKind,
  request: Request,
  reply: Reply,
): Command<Request, Reply> => ({ cm, pm, kind, request, reply });

/** Firmware text; some versions leave it out. */
const firmware = { firmware: ascii(64) };
const anyData = { data: harmless(bytes(...upTo(0, 64))) };
/** C-APDU 4 to 261, R-APDU 2 to 258 bytes (1.5). */
const apdu = { apdu: bytes(...upTo(4, 261)) };
const response = { response: bytes(...upTo(2, 258)) };
/** `0` or `1` (T=0, T=1), then the answer to reset. */
const reset = { answer: bytes(...upTo(1, 34)) };
const noData = {};

export const commands = {
  initToGate: command(0x30, 0x30, 'init', noData, firmware),
  initToBin: command(0x30, 0x31, 'init', noData, firmware),
  initLeave: command(0x30, 0x33, 'init', noData, firmware),
  initToGateCounting: command(0x30, 0x34, 'init', noData, firmware),
  initToBinCounting: command(0x30, 0x35, 'init', noData, firmware),
  initLeaveCounting: command(0x30, 0x37, 'init', noData, firmware),
  status: command(0x31, 0x30, 'query', noData, anyData),
  sensors: command(0x31, 0x31, 'query', noData, anyData),
  moveToGate: command(0x32, 0x30, 'motion', noData, anyData),
  /** Takes a card from the stacker when the path is empty. */
  moveToIc: command(0x32, 0x31, 'motion', noData, anyData),
  moveToRf: command(0x32, 0x32, 'motion', noData, anyData),
  moveToBin: command(0x32, 0x33, 'motion', noData, anyData),
  moveOut: command(0x32, 0x39, 'motion', noData, anyData),
  entryEnable: command(0x33, 0x30, 'setting', noData, anyData),
  entryDisable: command(0x33, 0x31, 'setting', noData, anyData),
  /** R02 only, where 33 30 forbids. */
  entryMagnetic: command(0x33, 0x32, 'setting', noData, anyData),
  icReset: command(0x51, 0x30, 'setting', { voltage: choice({ emv5: 0x30, iso5: 0x33, iso3: 0x35 }) }, reset),
  icPowerOff: command(0x51, 0x31, 'setting', noData, anyData),
  icStatus: command(0x51, 0x32, 'query', noData, anyData),
  apduT0: command(0x51, 0x33, 'chip', apdu, response),
  apduT1: command(0x51, 0x34, 'chip', apdu, response),
  icWarmReset: command(0x51, 0x38, 'setting', noData, reset),
  apduAuto: command(0x51, 0x39, 'chip', apdu, response),
  serialNumber: command(0xa2, 0x30, 'query', noData, { serialNumber: counted(18) }),
  configuration: command(0xa3, 0x30, 'query', noData, anyData),
  version: command(0xa4, 0x30, 'query', noData, { version: ascii(64) }),
  binCounter: command(0xa5, 0x30, 'query', noData, { count: harmless(digits(3)) }),
  setBinCounter: command(0xa5, 0x31, 'setting', { count: harmless(digits(3)) }, anyData),
} as const;

export type CommandName = keyof typeof commands;

const heads = { command: 0x43, positive: 0x50, negative: 0x4e, negativePrinted: 0x45 } as const;

/** State bytes of a positive answer: st0 st1 st2 (1.2), st1 st0 (2.1). */
export const stateBytes: Readonly<Record<Dialect, number>> = { a: 3, b: 2 };

export type Reply<S extends Shape> =
  /** `status`: the state bytes as they came; what they mean depends on dialect and model, see `status.ts`. */
  | { readonly kind: 'positive'; readonly status: Uint8Array; readonly values: Values<S> }
  /** `code`: e1 e0, two characters. DATA stays behind, but for what error 69 carries. */
  | { readonly kind: 'negative'; readonly code: string; readonly data: Buffer };

/** Text of a command. Throws RangeError when a value does not fit its field: a bug of the caller. Zeroed by the caller. */
export function encodeCommand<Request extends Shape>(of: Command<Request>, values: Values<Request>): Buffer {
  const data = encodeShape(of.request, values);
  if (data === undefined) throw new RangeError(`values do not fit command ${nameOf(of)}`);
  const text = Buffer.alloc(3 + data.length);
  text.set([heads.command, of.cm, of.pm]);
  text.set(data, 3);
  data.fill(0);
  return text;
}

/** What a unit reads; undefined when it is not that command or not well formed. */
export function decodeCommand<Request extends Shape>(
  of: Command<Request>,
  text: Uint8Array,
): Values<Request> | undefined {
  const same = text[0] === heads.command && text[1] === of.cm && text[2] === of.pm;
  return same ? decodeShape(of.request, text.subarray(3)) : undefined;
}

/** Whether the text answers this command: CM and PM are echoed. */
export const answers = ({ cm, pm }: Command, text: Uint8Array): boolean =>
  (text[0] === heads.positive || text[0] === heads.negative || text[0] === heads.negativePrinted) &&
  text[1] === cm &&
  text[2] === pm;

/** Undefined when the text cannot be an answer to this command. The printed manual writes `E` where units send `N`. */
export function decodeReply<S extends Shape>(
  of: Command<Shape, S>,
  text: Uint8Array,
  dialect: Dialect = 'a',
): Reply<S> | undefined {
  if (!answers(of, text)) return undefined;
  if (text[0] !== heads.positive) {
    const code = Buffer.from(text.subarray(3, 5)).toString('latin1');
    return /^[0-9A-F]{2}$/.test(code) ? { kind: 'negative', code, data: ownCopy(text.subarray(5)) } : undefined;
  }
  const dataAt = 3 + stateBytes[dialect];
  if (text.length < dataAt) return undefined;
  const values = decodeShape(of.reply, text.subarray(dataAt));
  return values === undefined ? undefined : { kind: 'positive', status: ownCopy(text.subarray(3, dataAt)), values };
}

/** For emulators. */
export function encodeReply<S extends Shape>(of: Command<Shape, S>, status: Uint8Array, values: Values<S>): Buffer {
  const data = encodeShape(of.reply, values);
  if (data === undefined) throw new RangeError(`values do not fit the answer to ${nameOf(of)}`);
  return Buffer.concat([Uint8Array.of(heads.positive, of.cm, of.pm), status, data]);
}

export function encodeRefusal(
  of: Pick<Command, 'cm' | 'pm'>,
  code: string,
  data: Uint8Array = Buffer.alloc(0),
): Buffer {
  return Buffer.concat([Uint8Array.of(heads.negative, of.cm, of.pm), Buffer.from(code, 'latin1'), data]);
}

export const nameOf = (of: Command): string =>
  Object.entries<Command>(commands).find(([, each]) => each.cm === of.cm && each.pm === of.pm)?.[0] ??
  `${of.cm.toString(16)} ${of.pm.toString(16)}`;

function ownCopy(from: Uint8Array): Buffer {
  const copy = Buffer.alloc(from.length);
  copy.set(from);
  return copy;
}

/** What to do about an error (1.6). */
export type ErrorClass =
  /** Ours, or the model lacks it. */
  | 'program'
  /** INIT (leave), then look. */
  | 'init'
  | 'retry'
  /** Release the contacts first. */
  | 'contacts'
  /** A person. */
  | 'attention'
  | 'card';

export interface ErrorFacts {
  readonly class: ErrorClass;
  readonly what: string;
  /** For motions. */
  readonly reason: MotionReason;
}

const fact = (errorClass: ErrorClass, what: string, reason: MotionReason): ErrorFacts => ({
  class: errorClass,
  what,
  reason,
});

/** e1 e0 (1.6). */
export const errors: ReadonlyMap<string, ErrorFacts> = new Map([
  ['00', fact('program', 'undefined command', 'unsupported')],
  ['01', fact('program', 'wrong parameter', 'refused')],
  // Said too of a move with an empty path (0a): then INIT would be the wrong answer, so a motion never gets one for it.
  ['02', fact('init', 'wrong sequence', 'refused')],
  ['03', fact('program', 'the hardware lacks it', 'unsupported')],
  ['04', fact('retry', 'data error in the frame', 'refused')],
  ['05', fact('contacts', 'contacts not released', 'refused')],
  ['10', fact('attention', 'card jam', 'jammed')],
  ['12', fact('attention', 'sensor fault', 'mechanicalFault')],
  ['13', fact('attention', 'card too long', 'cardSize')],
  ['14', fact('attention', 'card too short', 'cardSize')],
  ['16', fact('init', 'the card is elsewhere', 'movedByHand')],
  ['40', fact('attention', 'cannot retract', 'jammed')],
  ['41', fact('attention', 'contact magnet', 'mechanicalFault')],
  ['42', fact('attention', 'cannot move to the contacts', 'jammed')],
  ['43', fact('attention', 'cannot move to the contacts', 'jammed')],
  ['45', fact('init', 'moved by hand', 'movedByHand')],
  ['50', fact('attention', 'bin counter overflow', 'binCounterFull')],
  ['51', fact('attention', 'motor fault', 'mechanicalFault')],
  ['60', fact('card', 'supply short-circuit', 'refused')],
  ['61', fact('card', 'activation failed', 'refused')],
  ['62', fact('card', 'not supported by this card', 'refused')],
  ['63', fact('card', 'no answer in the work waiting time', 'refused')],
  ['64', fact('card', 'protocol error', 'refused')],
  ['65', fact('program', 'not activated', 'refused')],
  ['66', fact('card', 'not supported by this card', 'refused')],
  ['67', fact('card', 'transmission error', 'refused')],
  ['68', fact('card', 'transmission time-out', 'refused')],
  ['69', fact('card', 'answer to reset is not EMV', 'refused')],
  ['A0', fact('attention', 'stacker empty', 'hopperEmpty')],
  ['A1', fact('attention', 'bin full', 'binFull')],
  ['B0', fact('init', 'not reset since power-on', 'powerLost')],
]);

const unlisted: ErrorFacts = { class: 'attention', what: 'an error of no list', reason: 'mechanicalFault' };
export const errorOf = (code: string): ErrorFacts => errors.get(code) ?? unlisted;
