import { assertNever, err, ok, type Result } from '#protocol/result.ts';
import type { PinPadFault } from '../../devices/pin-pad.ts';
import type { Shape, Values } from '../common/fields.ts';
import {
  type Command,
  commands,
  decodeReply,
  encodeRequest,
  type Reply,
  type SelfTestPart,
  type Status,
} from './codec.ts';
import type { Delays } from './delays.ts';
import type { KeyListener, Link, LinkFault } from './link.ts';
import type { KmySettings } from './settings.ts';

export type Rung = 'resend' | 'reset' | 'reopen';
export type AskFault = PinPadFault | { readonly code: 'refused'; readonly detail: string };

export interface Health {
  masterKeyValid: boolean;
  batteryLow: boolean;
  /** What the last self-test found. */
  selfTest: SelfTestPart | undefined;
}

/** A self-test that found only these leaves a pad that works, though perhaps not for PINs. */
export const tolerable: ReadonlySet<SelfTestPart | undefined> = new Set(['cpuCard', 'battery', 'masterKey'] as const);

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly listen?: KeyListener;
}

/** A pad behind an open link: commands with the recovery ladder resend -> reset -> reopen. */
export class Pad {
  readonly link: Link;
  readonly health: Health = { masterKeyValid: true, batteryLow: false, selfTest: undefined };
  firmware: string | undefined;
  serialNumber: string | undefined;
  lastExchangeAt: string | undefined;
  readonly #settings: KmySettings;
  readonly #delays: Delays;
  readonly #onRung: (rung: Rung) => void;
  #inStep = false;
  #resets = 0;

  constructor(link: Link, settings: KmySettings, delays: Delays, onRung: (rung: Rung) => void) {
    this.link = link;
    this.#settings = settings;
    this.#delays = delays;
    this.#onRung = onRung;
  }

  /** False after a silence: an answer may still come, so that the version must be asked first. */
  get inStep(): boolean {
    return this.#inStep;
  }

  /** Sends a command and climbs the ladder on silence. A reset on the way fails it: account and active key are gone. */
  async ask<Q extends Shape, R extends Shape>(
    command: Command<Q, R>,
    values: Values<Q>,
    options: AskOptions,
  ): Promise<Result<Values<R>, AskFault>> {
    const resets = this.#resets;
    for (let resends = 0; ; resends += 1) {
      const answer = await this.askOnce(command, values, options);
      if (answer !== 'silent') return answer;
      const inStep = await this.getInStep(options.signal);
      if (!inStep.ok) return inStep;
      if (resets !== this.#resets) return err({ code: 'hardwareError', detail: 'the pad had to be reset' });
      if (!command.repeatable) return err({ code: 'hardwareError', detail: `no answer to ${nameOf(command)}` });
      if (resends >= this.#delays.resends) return this.#reset(options.signal);
      this.#onRung('resend');
    }
  }

  /** Without the ladder. */
  async askOnce<Q extends Shape, R extends Shape>(
    command: Command<Q, R>,
    values: Values<Q>,
    options: AskOptions,
  ): Promise<Result<Values<R>, AskFault> | 'silent'> {
    const answer = await this.link.exchange<Reply<R>>({
      body: encodeRequest(command, values),
      decode: (body) => decodeReply(command, body),
      replyMs: command.code === commands.reset.code ? this.#delays.resetMs : this.#delays.replyMs,
      ...options,
    });
    if (answer.ok) {
      this.lastExchangeAt = new Date().toISOString();
      return this.#judge(command, answer.value);
    }
    this.#inStep = false;
    return answer.error.code === 'silent' ? 'silent' : err(faultOf(answer.error));
  }

  /**
   * Asks for the version, whose answer has a form of its own, and drops all that comes before it: the pad answers in
   * order, so nothing asked earlier can be answered later. Climbs to reset and reopen on silence.
   */
  async getInStep(signal: AbortSignal): Promise<Result<void, PinPadFault>> {
    for (let probe = 0; probe < this.#delays.probes; probe += 1) {
      const answer = await this.#probe(signal);
      if (answer !== 'silent') return answer;
    }
    const reset = await this.#reset(signal);
    // Nothing was begun yet that a reset could take away: the caller may go on.
    return this.#inStep ? ok() : reset;
  }

  /** Self-test and ciphers (second reading: 46 00 and 46 01 before keys are loaded). */
  async setUp(signal: AbortSignal): Promise<Result<void, AskFault>> {
    const inStep = await this.getInStep(signal);
    if (!inStep.ok) return inStep;
    this.health.selfTest = undefined;
    const reset = await this.ask(commands.reset, {}, { signal });
    return reset.ok || tolerable.has(this.health.selfTest) ? this.setCiphers(signal) : reset;
  }

  async setCiphers(signal: AbortSignal): Promise<Result<void, AskFault>> {
    for (const name of ['masterKeyCipher', 'workingKeyCipher'] as const) {
      const set = await this.ask(commands.parameter, { name, value: this.#settings.cipherParameter }, { signal });
      if (!set.ok) return set;
    }
    return ok();
  }

  async #probe(signal: AbortSignal): Promise<Result<void, PinPadFault> | 'silent'> {
    const answer = await this.link.exchange({
      body: encodeRequest(commands.version, {}),
      decode: (body) => {
        const reply = decodeReply(commands.version, body);
        return reply?.values && { status: reply.status, ...reply.values };
      },
      replyMs: this.#delays.replyMs,
      signal,
    });
    if (!answer.ok) {
      this.#inStep = false;
      return answer.error.code === 'silent' ? 'silent' : err(faultOf(answer.error));
    }
    if (this.serialNumber !== undefined && this.serialNumber !== answer.value.serialNumber) {
      this.link.abandon('another pad answers on this port');
      return err({ code: 'notReady', detail: 'another pad answers on this port' });
    }
    this.#inStep = true;
    this.lastExchangeAt = new Date().toISOString();
    // Of a pad that nobody uses nothing else tells that its battery runs low, or that it has a new one.
    this.#learn(answer.value.status);
    this.firmware = answer.value.firmware;
    this.serialNumber = answer.value.serialNumber;
    return ok();
  }

  /** Second rung; the third is to open the port again, which whoever owns the link does when it ends. Never succeeds. */
  async #reset(signal: AbortSignal): Promise<Result<never, PinPadFault>> {
    this.#resets += 1;
    this.#inStep = false;
    this.#onRung('reset');
    this.health.selfTest = undefined;
    const reset = await this.askOnce(commands.reset, {}, { signal });
    const passed = reset !== 'silent' && (reset.ok || tolerable.has(this.health.selfTest));
    const back = passed ? await this.#probe(signal) : 'silent';
    if (back !== 'silent' && back.ok && (await this.#setCiphersOnce(signal))) {
      return err({ code: 'hardwareError', detail: 'the pad had to be reset' });
    }
    this.#inStep = false;
    if (signal.aborted) return err({ code: 'cancelled' });
    if (!this.link.ended.aborted) this.#onRung('reopen');
    this.link.abandon('the pad does not answer');
    return err({ code: 'notReady', detail: 'the pad does not answer' });
  }

  async #setCiphersOnce(signal: AbortSignal): Promise<boolean> {
    for (const name of ['masterKeyCipher', 'workingKeyCipher'] as const) {
      const set = await this.askOnce(commands.parameter, { name, value: this.#settings.cipherParameter }, { signal });
      if (set === 'silent' || !set.ok) return false;
    }
    return true;
  }

  #judge<Q extends Shape, R extends Shape>(command: Command<Q, R>, reply: Reply<R>): Result<Values<R>, AskFault> {
    this.#learn(reply.status);
    if (reply.values !== undefined) return ok(reply.values);
    const status: Status = reply.status;
    const name = nameOf(command);
    switch (status.kind) {
      case 'refused':
        return status.masterKeyValid
          ? err({ code: 'refused', detail: `${name} refused` })
          : err({ code: 'keyMissing' });
      case 'timeOut':
        return err({ code: 'hardwareError', detail: `time-out inside the pad at ${name}` });
      case 'unknownCommand':
        return err({ code: 'hardwareError', detail: `${name} is unknown to this pad` });
      case 'selfTest':
        return err({ code: 'hardwareError', detail: `self-test: ${status.part}` });
      case 'accepted':
        throw new Error(`an accepting answer to ${name} has values`);
      default:
        return assertNever(status);
    }
  }

  #learn(status: Status): void {
    if (status.kind === 'accepted' || status.kind === 'refused') {
      this.health.masterKeyValid = status.masterKeyValid;
      if (status.batteryLow) this.health.batteryLow = true;
      else if (status.masterKeyValid && status.kind === 'accepted') this.health.batteryLow = false;
    } else if (status.kind === 'selfTest') {
      this.health.selfTest = status.part;
      if (status.part === 'masterKey') this.health.masterKeyValid = false;
      if (status.part === 'battery') this.health.batteryLow = true;
    }
  }
}

function nameOf(command: Command): string {
  return `command ${command.code.toString(16)}`;
}

function faultOf(fault: Exclude<LinkFault, { code: 'silent' }>): PinPadFault {
  return fault.code === 'cancelled' ? { code: 'cancelled' } : { code: 'notReady', detail: fault.detail };
}
