import type { MakeMask, Seen } from '../../transports/index.ts';
import { COMMANDS, type CommandName, decode } from './codec.ts';
import { type Answer, Framer } from './framer.ts';
import { AUTOMATIC, flagBits, QUEUED, REAL_TIME } from './status.ts';

/** Bits that an answer may have beside its fixed ones; text that strays onto the port has others. */
const REAL_TIME_BITS = Object.values(REAL_TIME).reduce((bits, kind) => bits | kind.fixed | flagBits(kind), 0);
const QUEUED_BITS = QUEUED.fixed | flagBits(QUEUED);

/**
 * Seen are of what is printed the fixed bytes and the numbers of commands of the table; text, pictures and two-dimensional
 * codes are somebody's receipt. Of what the printer says: answers to what was asked, and no more of them.
 */
export const mask: MakeMask = () => {
  const asked = { realTime: 0, queued: 0, cleared: 0, automatic: false };
  /** The beginning of a command whose end has not been written yet. */
  let pending: Buffer = Buffer.alloc(0);
  const framer = new Framer();

  const note = (name: CommandName): void => {
    if (name === 'realTimeStatus') asked.realTime += 1;
    else if (name === 'queuedStatus') asked.queued += 1;
    else if (name === 'clearBuffers') asked.cleared += 1;
    else if (name === 'automaticStatus') asked.automatic = true;
  };

  /** Real-time commands are written between the pieces of a job, perhaps inside a picture. */
  function sentAtOnce(bytes: Uint8Array): Seen | undefined {
    const command = decode(bytes);
    if (typeof command !== 'object' || command.length !== bytes.length) return undefined;
    if (!('realTime' in COMMANDS[command.name])) return undefined;
    note(command.name);
    return { shown: [...bytes].map(() => true), names: [command.name] };
  }

  function isAsked(answer: Answer): boolean {
    switch (answer.kind) {
      case 'realTime':
        asked.realTime -= 1;
        return asked.realTime >= 0 && (answer.byte & ~REAL_TIME_BITS) === 0;
      case 'queued':
        asked.queued -= 1;
        return asked.queued >= 0 && (answer.byte & ~QUEUED_BITS) === 0;
      case 'cleared':
        asked.cleared -= 1;
        return asked.cleared >= 0;
      case 'automatic':
        return (
          asked.automatic &&
          AUTOMATIC.every((kind, index) => ((answer.bytes[index] ?? 0) & ~(kind.fixed | flagBits(kind))) === 0)
        );
    }
  }

  return {
    sent(bytes) {
      const atOnce = sentAtOnce(bytes);
      if (atOnce !== undefined) return atOnce;
      const input = Buffer.concat([pending, bytes]);
      const before = pending.length;
      pending.fill(0);
      pending = Buffer.alloc(0);
      const shown: boolean[] = [];
      const names: string[] = [];
      for (let at = 0; at < input.length; ) {
        const command = decode(input, at);
        if (command === 'more') {
          pending = Buffer.from(input.subarray(at));
          break;
        }
        if (command === undefined) {
          at += 1;
          continue;
        }
        names.push(command.name);
        note(command.name);
        for (const [index, harmless] of harmlessBytes(command.name, command.length).entries())
          if (harmless && at + index >= before) shown[at + index - before] = true;
        at += command.length;
      }
      input.fill(0);
      return { shown, names };
    },
    received(bytes) {
      const shown: boolean[] = [];
      const names: string[] = [];
      for (const [index, byte] of bytes.entries()) {
        const [answer] = framer.push(Uint8Array.of(byte));
        if (answer === undefined) continue;
        const known = isAsked(answer);
        names.push(known ? answer.kind : 'unasked');
        if (!known) continue;
        const length = answer.kind === 'automatic' ? AUTOMATIC.length : answer.kind === 'cleared' ? 3 : 1;
        for (let back = Math.max(0, index - length + 1); back <= index; back += 1) shown[back] = true;
      }
      for (const [name, count] of Object.entries(asked))
        if (typeof count === 'number' && count < 0) asked[name as 'realTime' | 'queued' | 'cleared'] = 0;
      return { shown, names };
    },
  };
};

/** By position in a command that is so long: whether it is a fixed byte or a number, not data. */
function harmlessBytes(name: CommandName, length: number): boolean[] {
  const { prefix, fields } = COMMANDS[name];
  const harmless: boolean[] = prefix.map(() => true);
  for (const field of fields) {
    const isData = field.value instanceof Uint8Array;
    const size = isData ? length - harmless.length : field.size({});
    for (let count = 0; count < size; count += 1) harmless.push(!isData);
  }
  return harmless;
}
