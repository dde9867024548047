/** Commands and answers of dialect C (card-dispenser reference 3.1), declared as data. */
import { bytes, constant, decodeShape, encodeShape, type Field, type Shape, type Values } from '../common/fields.ts';

/** What kind of act it is, which decides whether it is answered and whether it may be sent again. */
export type CommandKind =
  /** Answered with a frame; changes nothing. */
  | 'query'
  /** Moves a card; never answered, and never sent again once ENQ was. */
  | 'motion';

export interface Command<Reply extends Shape = Shape, Kind extends CommandKind = CommandKind> {
  /** The whole text. */
  readonly text: string;
  readonly kind: Kind;
  /** Text of the answer; of a motion there is none. */
  readonly reply: Reply;
}

const motion = (text: string): Command<Record<never, never>, 'motion'> => ({ text, kind: 'motion', reply: {} });
const query = <Reply extends Shape>(text: string, reply: Reply): Command<Reply, 'query'> => ({
  text,
  kind: 'query',
  reply,
});

/** `SF`. */
const head = constant(0x5346);
const characters = (count: number): Field<Buffer> => ({ ...bytes(count), harmless: true });
const longestVersion = 64;
const version: Field<string> = {
  sizes: Array.from({ length: longestVersion }, (_, index) => index + 1),
  harmless: true,
  encode: (value) => (/^[\x20-\x7e]{1,64}$/.test(value) ? Buffer.from(value, 'latin1') : undefined),
  decode: (value) => {
    const text = Buffer.from(value).toString('latin1');
    return /^[\x20-\x7e]+$/.test(text) ? text.trim() : undefined;
  },
};

export const commands = {
  /** To the take position, within a person's reach; from the hopper when the path is empty (0a). */
  dispense: motion('DC'),
  /** Into the bin: the card in the path, else the fresh one at sensor 3 (0a). */
  recycle: motion('CP'),
  toHopper: motion('DB'),
  reset: motion('RS'),
  /** The last three characters of `status`. */
  simpleStatus: query('RF', { head, characters: characters(3) }),
  status: query('AP', { head, characters: characters(4) }),
  version: query('GV', { version }),
  /** Each of these feeds a card from the hopper when the path is empty (0a). */
  toTake: motion('FC0'),
  toMouth: motion('FC4'),
  toSensor2: motion('FC6'),
  toRead: motion('FC7'),
  accept: motion('FC8'),
} as const;

export type CommandName = keyof typeof commands;
export type MotionName = {
  [Name in CommandName]: (typeof commands)[Name]['kind'] extends 'motion' ? Name : never;
}[CommandName];

export const encodeCommand = ({ text }: Command): Buffer => Buffer.from(text, 'latin1');

/** What a unit reads; undefined when it is none of the commands. */
export function decodeCommand(text: Uint8Array): CommandName | undefined {
  const name = Buffer.from(text).toString('latin1');
  return (Object.keys(commands) as CommandName[]).find((each) => commands[each].text === name);
}

/** Undefined when the text cannot be an answer to this command. */
export const decodeReply = <Reply extends Shape>(of: Command<Reply>, text: Uint8Array): Values<Reply> | undefined =>
  decodeShape(of.reply, text);

/** For emulators. Throws RangeError when a value does not fit its field. */
export function encodeReply<Reply extends Shape>(of: Command<Reply>, values: Values<Reply>): Buffer {
  const text = encodeShape(of.reply, values);
  if (text === undefined) throw new RangeError(`values do not fit the answer to ${of.text}`);
  return text;
}
