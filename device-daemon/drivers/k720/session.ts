/** One connection to a unit: who it is, what its sensors say, and motions that are only begun here. */
import { err, ok, type Result } from '#protocol/result.ts';
import type { Shape, Values } from '../common/fields.ts';
import { type Command, commands, decodeReply, encodeCommand, type MotionName } from './codec.ts';
import type { Link, LinkFault } from './link.ts';
import type { K720Settings } from './settings.ts';
import { decodeStatus, type Status } from './status.ts';

export type AskFault =
  | LinkFault
  /** What the answer says is of no list. */
  | { readonly code: 'notUnderstood' };

const maximumAddress = 15;

export class Session {
  readonly link: Link;
  model: string | undefined;
  lastExchangeAt: string | undefined;
  readonly #settings: K720Settings;

  constructor(link: Link, settings: K720Settings) {
    this.link = link;
    this.#settings = settings;
  }

  /** First words on a line: a look at the sensors, at each address that it may have. Moves nothing. */
  async find(signal: AbortSignal): Promise<Result<Status, AskFault>> {
    const { address } = this.#settings;
    const tried = address === 'probe' ? Array.from({ length: maximumAddress + 1 }, (_, index) => index) : [address];
    let last: Result<Status, AskFault> = err({ code: 'notTaken' });
    for (const each of tried) {
      this.link.address = each;
      last = await this.status(signal);
      if (last.ok || last.error.code !== 'notTaken') return last;
    }
    return last;
  }

  /** The firmware, if it tells it. It has no serial number to tell. */
  async identify(signal: AbortSignal): Promise<void> {
    const told = await this.#ask(commands.version, signal);
    if (told.ok) this.model = told.value.version;
  }

  async status(signal: AbortSignal): Promise<Result<Status, AskFault>> {
    const told = await this.#ask(commands.status, signal);
    if (!told.ok) return told;
    const status = decodeStatus(told.value.characters);
    return status === undefined ? err({ code: 'notUnderstood' }) : ok(status);
  }

  /** See `Link.order`. */
  order(motion: MotionName, signal: AbortSignal): Promise<Result<void, LinkFault>> {
    return this.link.order(encodeCommand(commands[motion]), signal);
  }

  async #ask<R extends Shape>(command: Command<R>, signal: AbortSignal): Promise<Result<Values<R>, AskFault>> {
    const answer = await this.link.ask(encodeCommand(command), signal);
    if (!answer.ok) return answer;
    const reply = decodeReply(command, answer.value);
    answer.value.fill(0);
    this.lastExchangeAt = new Date().toISOString();
    return reply === undefined ? err({ code: 'notUnderstood' }) : ok(reply);
  }
}
