import { err, ok, type Result } from '#protocol/result.ts';
import type { DeviceFault } from '../../devices/device.ts';
import type { Shape, Values } from '../common/fields.ts';
import { type Command, commands, decodeReply, encodeCommand, type Refusal, type Reply } from './codec.ts';
import type { Delays } from './delays.ts';
import type { Link, LinkFault } from './link.ts';

export type Rung = 'resend' | 'reset' | 'reopen';

export type AskFault =
  | DeviceFault
  | { readonly code: 'refused'; readonly status: Refusal; readonly detail: string }
  /** The ladder had to reset the module: it knows of no card any more. */
  | { readonly code: 'wasReset' };

/** Section 4: 60 and 66 need a person; the module takes nothing more. */
export type OutOfService = 'selfTest' | 'notAuthorised';
const outOfService: ReadonlyMap<Refusal, OutOfService> = new Map<Refusal, OutOfService>([
  ['selfTestFailed', 'selfTest'],
  ['notAuthorised', 'notAuthorised'],
]);

/** A SAM_V module behind an open link: commands with the recovery ladder resend -> reset -> reopen. */
export class Sam {
  readonly link: Link;
  readonly #delays: Delays;
  readonly #onRung: (rung: Rung) => void;
  serialNumber: string | undefined;
  lastExchangeAt: string | undefined;
  outOfService: OutOfService | undefined;
  #inStep = false;
  #resets = 0;

  constructor(link: Link, delays: Delays, onRung: (rung: Rung) => void) {
    this.link = link;
    this.#delays = delays;
    this.#onRung = onRung;
  }

  /** False after a silence or a cancel: an answer may still come, so that the SAM id must be asked for first. */
  get inStep(): boolean {
    return this.#inStep;
  }

  /** Sends a command and climbs the ladder on silence. Nothing here moves anything, so that all may be repeated. */
  async ask<R extends Shape>(command: Command<R>, signal: AbortSignal): Promise<Result<Values<R>, AskFault>> {
    const resets = this.#resets;
    let refusals = 0;
    for (let resends = 0; ; ) {
      const answer = await this.#askOnce(command, signal);
      if (answer !== 'silent') {
        const misheard = !answer.ok && answer.error.code === 'refused' && misheardOnes.has(answer.error.status);
        // Section 4: 10 and 11 are worth one more try.
        if (!misheard || refusals > 0) return answer;
        refusals += 1;
      } else {
        const inStep = await this.getInStep(signal);
        if (!inStep.ok) return inStep;
        if (resets !== this.#resets) return err({ code: 'wasReset' });
        if (resends >= this.#delays.resends) return this.#reset(signal);
        resends += 1;
      }
      this.#onRung('resend');
    }
  }

  /**
   * Asks for the SAM id, whose answer has a form of its own, and drops all that comes before it: the module answers in
   * order, so nothing asked earlier can be answered later. Climbs to reset and reopen on silence.
   */
  async getInStep(signal: AbortSignal): Promise<Result<void, DeviceFault>> {
    for (let probe = 0; probe < this.#delays.probes; probe += 1) {
      const answer = await this.#probe(signal);
      if (answer !== 'silent') return answer;
    }
    const reset = await this.#reset(signal);
    // Nothing was begun yet that a reset could take away: the caller may go on.
    if (this.#inStep || reset.error.code === 'wasReset') return ok();
    return err(reset.error);
  }

  /** After the port was opened: SAM id, reset, self-test. */
  async setUp(signal: AbortSignal): Promise<Result<void, AskFault>> {
    const inStep = await this.getInStep(signal);
    if (!inStep.ok) return inStep;
    for (const command of [commands.reset, commands.selfTest]) {
      const done = await this.ask(command, signal);
      if (!done.ok && done.error.code !== 'wasReset') return done;
    }
    return ok();
  }

  async #probe(signal: AbortSignal): Promise<Result<void, DeviceFault> | 'silent'> {
    // A refusal has no form of its own: only those that the module has for every command are taken for the answer.
    const answer = await this.#exchange(
      commands.readSamId,
      signal,
      (reply) => reply.status === 'success' || outOfService.has(reply.status),
    );
    if (!answer.ok) return answer.error.code === 'silent' ? 'silent' : err(answer.error);
    if (answer.value.status !== 'success') return err(this.#giveUpOn(answer.value.status));
    const { serialNumber } = answer.value.values;
    if (this.serialNumber !== undefined && this.serialNumber !== serialNumber) {
      this.#inStep = false;
      this.link.abandon('another reader answers on this port');
      return err({ code: 'notReady', detail: 'another reader answers on this port' });
    }
    this.#inStep = true;
    this.serialNumber = serialNumber;
    return ok();
  }

  /** Without the ladder. */
  async #askOnce<R extends Shape>(
    command: Command<R>,
    signal: AbortSignal,
  ): Promise<Result<Values<R>, AskFault> | 'silent'> {
    const answer = await this.#exchange(command, signal, () => true);
    if (!answer.ok) return answer.error.code === 'silent' ? 'silent' : err(answer.error);
    const { status, cardStatus, values } = answer.value;
    if (status === 'success') return ok(values);
    if (outOfService.has(status)) return err(this.#giveUpOn(status));
    const card = cardStatus === 0 ? '' : `, card status ${cardStatus.toString(16).padStart(4, '0')}`;
    return err({ code: 'refused', status, detail: `${nameOf(command)}: ${status}${card}` });
  }

  async #exchange<R extends Shape>(
    command: Command<R>,
    signal: AbortSignal,
    fits: (reply: Reply<R>) => boolean,
  ): Promise<Result<Reply<R>, { readonly code: 'silent' } | DeviceFault>> {
    const answer = await this.link.exchange<Reply<R>>({
      body: encodeCommand(command),
      decode: (body) => {
        const reply = decodeReply(command, body);
        return reply !== undefined && fits(reply) ? reply : undefined;
      },
      discard: (reply) => wipeValues(reply.values ?? {}),
      replyMs: this.#delays[waits.get(codeOf(command)) ?? 'replyMs'],
      signal,
      confirmed: codeOf(command) === codeOf(commands.read),
    });
    if (answer.ok) {
      this.lastExchangeAt = new Date().toISOString();
      return answer;
    }
    this.#inStep = false;
    return err(answer.error.code === 'silent' ? answer.error : faultOf(answer.error));
  }

  /** Second rung; the third is to open the port again, which whoever owns the link does when it ends. Never succeeds. */
  async #reset(
    signal: AbortSignal,
  ): Promise<{ readonly ok: false; readonly error: DeviceFault | { code: 'wasReset' } }> {
    this.#resets += 1;
    this.#inStep = false;
    this.#onRung('reset');
    const reset = await this.#askOnce(commands.reset, signal);
    const back = reset !== 'silent' && reset.ok ? await this.#probe(signal) : 'silent';
    if (back !== 'silent' && back.ok) return { ok: false, error: { code: 'wasReset' } };
    this.#inStep = false;
    if (signal.aborted) return { ok: false, error: { code: 'cancelled' } };
    if (!this.link.ended.aborted) this.#onRung('reopen');
    this.link.abandon('the reader does not answer');
    return { ok: false, error: { code: 'notReady', detail: this.outOfService ?? 'the reader does not answer' } };
  }

  #giveUpOn(status: Refusal): DeviceFault {
    const reason = outOfService.get(status) ?? 'selfTest';
    this.outOfService = reason;
    this.#inStep = false;
    this.link.abandon(reason);
    return { code: 'hardwareError', detail: reason };
  }
}

const misheardOnes: ReadonlySet<Refusal> = new Set<Refusal>(['checksumWrong', 'lengthWrong']);

const codeOf = (command: Command): number => (command.code << 8) | command.parameter;
const waits: ReadonlyMap<number, keyof Delays> = new Map<number, keyof Delays>([
  [codeOf(commands.reset), 'resetMs'],
  [codeOf(commands.selfTest), 'resetMs'],
  [codeOf(commands.read), 'readMs'],
  [codeOf(commands.newestAddress), 'addressMs'],
]);

/** As the reference writes it: `20 01`. */
function nameOf(command: Command): string {
  return [command.code, command.parameter].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}

export function wipeValues(values: Readonly<Record<string, unknown>>): void {
  for (const value of Object.values(values)) if (value instanceof Uint8Array) value.fill(0);
}

function faultOf(fault: Exclude<LinkFault, { code: 'silent' }>): DeviceFault {
  return fault.code === 'cancelled' ? { code: 'cancelled' } : { code: 'notReady', detail: fault.detail };
}
