/** One connection to a unit: commands with the rungs resend and INIT; above it the port is opened again. */
import { err, ok, type Result } from '#protocol/result.ts';
import type { DispenserState, InitPolicy } from '../../devices/card-dispenser.ts';
import type { Shape, Values } from '../common/fields.ts';
import {
  answers,
  type Command,
  type CommandKind,
  commands,
  decodeReply,
  encodeCommand,
  errorOf,
  type Reply,
} from './codec.ts';
import type { Delays } from './delays.ts';
import type { Link, LinkFault } from './link.ts';
import type { CrtProfile, CrtSettings } from './settings.ts';
import { stateOf } from './status.ts';

export type AskFault =
  | LinkFault
  /** What the answer says cannot be understood. */
  | { readonly code: 'notUnderstood' }
  | { readonly code: 'refused'; readonly error: string; readonly data: Buffer };

const maximumAddress = 15;

type InitName = Extract<keyof typeof commands, `init${string}`>;
const inits: Readonly<Record<InitPolicy, readonly [plain: InitName, counting: InitName]>> = {
  leave: ['initLeave', 'initLeaveCounting'],
  toGate: ['initToGate', 'initToGateCounting'],
  toBin: ['initToBin', 'initToBinCounting'],
};

/** Whether a unit speaks this dialect: it answers STATUS, which moves nothing, with whatever. */
export async function isThere(link: Link, delays: Delays, signal: AbortSignal): Promise<boolean> {
  const answer = await link.exchange({
    text: encodeCommand(commands.status, {}),
    isAnswer: (text) => answers(commands.status, text),
    replyMs: delays.queryMs,
    resend: 'always',
    callBack: false,
    signal,
  });
  if (answer.ok) answer.value.fill(0);
  return answer.ok;
}

export class Session {
  readonly link: Link;
  readonly profile: CrtProfile;
  model: string | undefined;
  serialNumber: string | undefined;
  lastExchangeAt: string | undefined;
  /** How often it was initialised: entry is off and the contacts are released since. */
  inits = 0;
  readonly #settings: CrtSettings;
  readonly #delays: Delays;
  readonly #onRung: (rung: 'resend' | 'reset') => void;

  constructor(
    link: Link,
    profile: CrtProfile,
    settings: CrtSettings,
    delays: Delays,
    onRung: (rung: 'resend' | 'reset') => void,
  ) {
    this.link = link;
    this.profile = profile;
    this.#settings = settings;
    this.#delays = delays;
    this.#onRung = onRung;
  }

  /**
   * One command, one answer. A unit that lost its power (B0) is initialised, the card left where it is; then only a query is
   * asked again (1.6).
   */
  async ask<Q extends Shape, R extends Shape>(
    command: Command<Q, R>,
    values: Values<Q>,
    signal: AbortSignal,
  ): Promise<Result<Values<R>, AskFault>> {
    const first = await this.askOnce(command, values, signal);
    if (first.ok || first.error.code !== 'refused' || first.error.error !== 'B0' || command.kind === 'init')
      return first;
    const reset = await this.init('leave', signal);
    return reset.ok && command.kind === 'query' ? this.askOnce(command, values, signal) : first;
  }

  async askOnce<Q extends Shape, R extends Shape>(
    command: Command<Q, R>,
    values: Values<Q>,
    signal: AbortSignal,
    replyMs = this.#budget(command.kind),
  ): Promise<Result<Values<R>, AskFault>> {
    const replied = await this.#reply(command, values, signal, replyMs);
    if (!replied.ok) return replied;
    const reply = replied.value;
    this.lastExchangeAt = new Date().toISOString();
    return reply.kind === 'positive' ? ok(reply.values) : err({ code: 'refused', error: reply.code, data: reply.data });
  }

  /** Where the card is, how full hopper and bin are. */
  async look(signal: AbortSignal): Promise<Result<DispenserState, AskFault>> {
    const replied = await this.#reply(commands.sensors, {}, signal, this.#delays.queryMs);
    if (!replied.ok) return replied;
    const reply = replied.value;
    this.lastExchangeAt = new Date().toISOString();
    if (reply.kind === 'positive') return ok(stateOf(reply.status, reply.values.data, this.profile));
    if (reply.code !== 'B0') return err({ code: 'refused', error: reply.code, data: reply.data });
    const reset = await this.init('leave', signal);
    if (!reset.ok) return reset;
    const again = await this.#reply(commands.sensors, {}, signal, this.#delays.queryMs);
    if (!again.ok) return again;
    return again.value.kind === 'positive'
      ? ok(stateOf(again.value.status, again.value.values.data, this.profile))
      : err({ code: 'refused', error: again.value.code, data: again.value.data });
  }

  /** Clears errors; entry is off afterwards. Never sent twice. */
  async init(policy: InitPolicy, signal: AbortSignal, replyMs = this.#delays.initMs): Promise<Result<void, AskFault>> {
    this.#onRung('reset');
    const command = commands[inits[policy][this.#settings.countsBin ? 1 : 0]];
    const done = await this.askOnce(command, {}, signal, replyMs);
    if (done.ok || done.error.code === 'refused') this.inits += 1;
    if (done.ok && done.value.firmware !== '') this.model = done.value.firmware;
    return done.ok ? ok() : done;
  }

  /**
   * First words on a line: INIT that leaves a card where it is, at each address that it may have. An INIT that is refused
   * was understood: the unit is there and says what it lacks.
   */
  async find(signal: AbortSignal): Promise<Result<void, AskFault>> {
    const { address } = this.#settings;
    const tried = address === 'probe' ? Array.from({ length: maximumAddress + 1 }, (_, index) => index) : [address];
    let last: Result<void, AskFault> = err({ code: 'notAcknowledged' });
    for (const each of tried) {
      this.link.address = each;
      last = await this.init('leave', signal, this.#delays.probeInitMs);
      if (last.ok || last.error.code !== 'notAcknowledged') return last;
    }
    return last;
  }

  /** Serial number and firmware, as far as the unit tells them. */
  async identify(signal: AbortSignal): Promise<Result<void, AskFault>> {
    const serial = await this.ask(commands.serialNumber, {}, signal);
    if (serial.ok) this.serialNumber = serial.value.serialNumber;
    else if (serial.error.code !== 'refused' && serial.error.code !== 'notUnderstood') return serial;
    const version = await this.ask(commands.version, {}, signal);
    if (version.ok && version.value.version !== '') this.model = version.value.version;
    else if (!version.ok && version.error.code !== 'refused' && version.error.code !== 'notUnderstood') return version;
    return ok();
  }

  /** Cards in the bin; undefined where it does not count, or did not say. */
  async binCount(signal: AbortSignal): Promise<number | undefined> {
    if (!this.#settings.countsBin) return undefined;
    const counter = await this.ask(commands.binCounter, {}, signal);
    return counter.ok ? Number(Buffer.from(counter.value.count).toString('latin1')) : undefined;
  }

  async #reply<Q extends Shape, R extends Shape>(
    command: Command<Q, R>,
    values: Values<Q>,
    signal: AbortSignal,
    replyMs: number,
  ): Promise<Result<Reply<R>, AskFault>> {
    const repeatable = command.kind === 'query' || command.kind === 'setting';
    const answer = await this.link.exchange({
      text: encodeCommand(command, values),
      isAnswer: (text) => answers(command, text),
      replyMs,
      // A damaged frame (NAK) was not begun: what is no motion may be sent again.
      resend: repeatable ? 'always' : command.kind === 'chip' ? 'refused' : 'never',
      callBack: command.kind === 'chip' || command.kind === 'query',
      signal,
    });
    if (!answer.ok) return answer;
    const reply = decodeReply(command, answer.value, this.profile.dialect);
    answer.value.fill(0);
    if (reply === undefined) return err({ code: 'notUnderstood' });
    // 04: the frame was damaged on the way; the unit did nothing.
    const damaged = reply.kind === 'negative' && errorOf(reply.code).class === 'retry';
    if (!damaged || !repeatable) return ok(reply);
    this.#onRung('resend');
    const again = await this.link.exchange({
      text: encodeCommand(command, values),
      isAnswer: (text) => answers(command, text),
      replyMs,
      resend: 'always',
      callBack: false,
      signal,
    });
    if (!again.ok) return again;
    const second = decodeReply(command, again.value, this.profile.dialect);
    again.value.fill(0);
    return second === undefined ? err({ code: 'notUnderstood' }) : ok(second);
  }

  #budget(kind: CommandKind): number {
    switch (kind) {
      case 'motion':
        return this.#delays.motionMs;
      case 'init':
        return this.#delays.initMs;
      case 'chip':
      case 'setting':
        return this.#delays.chipMs;
      case 'query':
        return this.#delays.queryMs;
    }
  }
}
