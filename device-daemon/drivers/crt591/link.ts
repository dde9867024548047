import { err, ok, type Result } from '#protocol/result.ts';
import type { ByteChannel, ChannelFault } from '../../transports/channel.ts';
import { untilQuiet } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { Framer } from './framer.ts';
import { type Control, controls, type Dialect, encodeFrame, framings } from './framing.ts';

export type LinkFault =
  /** NAK to every sending: it was not begun. */
  | { readonly code: 'notTaken' }
  /** Neither ACK nor NAK: it may have been begun. */
  | { readonly code: 'notAcknowledged' }
  /** ACK and nothing more. */
  | { readonly code: 'noAnswer' }
  /** Only damaged answers. */
  | { readonly code: 'garbled' }
  | { readonly code: 'cancelled' }
  | { readonly code: 'closed'; readonly detail: string };

export interface Exchange {
  /** Head, CM, PM, DATA. Zeroed when the exchange ends. */
  readonly text: Buffer;
  /** Whether a text answers it. Others are acknowledged and dropped: they come too late. */
  readonly isAnswer: (text: Uint8Array) => boolean;
  /** Longest time from ACK to answer. */
  readonly replyMs: number;
  /** `always`: on NAK and on silence. `refused`: on NAK only, when it was surely not begun. */
  readonly resend: 'always' | 'refused' | 'never';
  /** Call it back with EOT when no answer comes. Never in a motion: the card would stop anywhere (0a). */
  readonly callBack: boolean;
  /** Ends the waiting, not what the unit does. */
  readonly signal: AbortSignal;
}

type Heard = { readonly kind: Control | 'damaged' } | { readonly kind: 'frame'; readonly text: Buffer };

/** Beyond it somebody talks without end. */
const maximumHeard = 1_000;

/** One command at a time, with the handshake of 1.3: command, ACK, answer, ACK. */
export class Link {
  /** Answers that were whole. */
  frames = 0;
  damaged = 0;
  address = 0;
  readonly dialect: Dialect;
  readonly #channel: ByteChannel;
  readonly #delays: Delays;
  readonly #framer: Framer;
  readonly #ended = new AbortController();
  readonly #stopListening: () => void;
  #fault: ChannelFault | undefined;
  #heard: Heard[] = [];
  #wake: (() => void) | undefined;
  #lastByteAtMs = performance.now();

  constructor(channel: ByteChannel, delays: Delays, dialect: Dialect) {
    this.#channel = channel;
    this.#delays = delays;
    this.dialect = dialect;
    this.#framer = new Framer(
      {
        frame: (from, text) => {
          if (from !== this.address) return this.#hear({ kind: 'damaged' });
          this.frames += 1;
          this.#hear({ kind: 'frame', text: ownCopy(text) });
        },
        control: (kind) => this.#hear({ kind }),
        damaged: () => {
          this.damaged += 1;
          this.#hear({ kind: 'damaged' });
        },
      },
      delays.gapMs,
      dialect,
    );
    const stopData = channel.onData((bytes) => {
      this.#lastByteAtMs = performance.now();
      this.#framer.push(bytes, this.#lastByteAtMs);
    });
    const stopClose = channel.onClose((fault) => this.#end(fault));
    this.#stopListening = () => {
      stopData();
      stopClose();
    };
  }

  /** Aborted when the channel is gone. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  get fault(): ChannelFault | undefined {
    return this.#fault;
  }

  async exchange(of: Exchange): Promise<Result<Buffer, LinkFault>> {
    try {
      for (let sent = 0; ; sent += 1) {
        const answer = await this.#once(of);
        if (answer.ok || sent >= this.#delays.resends) return answer;
        const { code } = answer.error;
        const again =
          code === 'notTaken'
            ? of.resend !== 'never'
            : of.resend === 'always' && (code === 'notAcknowledged' || code === 'noAnswer' || code === 'garbled');
        if (!again) return answer;
      }
    } finally {
      of.text.fill(0);
    }
  }

  /** Ends the link as if the cable were pulled: the ladder's next rung is to open it again. */
  abandon(detail: string): void {
    this.#end({ code: 'closed', detail });
  }

  async close(): Promise<void> {
    this.#end({ code: 'closed', detail: 'closed' });
    this.#stopListening();
    await this.#channel.close();
  }

  async #once(of: Exchange): Promise<Result<Buffer, LinkFault>> {
    const quiet = await this.#untilQuiet(of.signal);
    if (this.#fault !== undefined) return err({ code: 'closed', detail: this.#fault.detail });
    if (of.signal.aborted) return err({ code: 'cancelled' });
    if (!quiet) return err({ code: 'notTaken' });
    await this.#dropHeard();
    // What has begun and did not end before the line fell quiet is no frame any more.
    this.#framer.reset();
    this.#heard = [];
    const frame = encodeFrame(this.address, of.text, this.dialect);
    // Zeroed when the system has taken it, not before: a cancelled wait must not send zeros.
    const written = await this.#channel.write(frame).finally(() => frame.fill(0));
    if (!written.ok) return err({ code: 'closed', detail: written.error.detail });
    const acknowledged = await this.#untilAcknowledged(of);
    return acknowledged.ok ? this.#untilAnswered(of) : acknowledged;
  }

  async #untilAcknowledged({ resend, signal }: Exchange): Promise<Result<void, LinkFault>> {
    const endsAtMs = performance.now() + (resend === 'always' ? this.#delays.ackMs : this.#delays.lateAckMs);
    for (;;) {
      const heard = await this.#next(endsAtMs, signal);
      if (heard === undefined) return this.#silence(signal, 'notAcknowledged');
      if (heard.kind === 'ack') return ok();
      if (heard.kind === 'nak') return err({ code: 'notTaken' });
      if (heard.kind === 'frame') await this.#dismiss(heard.text);
    }
  }

  async #untilAnswered(of: Exchange): Promise<Result<Buffer, LinkFault>> {
    const endsAtMs = performance.now() + of.replyMs + this.#delays.graceMs;
    for (let naks = 0; ; ) {
      const heard = await this.#next(endsAtMs, of.signal);
      if (heard === undefined) {
        // The beginning of an answer is a damaged one.
        if (this.#framer.inFrame) this.#framer.reset();
        else if (of.callBack && this.#hasEot && !of.signal.aborted && this.#fault === undefined)
          return this.#callBack(of);
        else return this.#silence(of.signal, 'noAnswer');
      } else if (heard.kind === 'frame') {
        await this.#say('ack');
        if (of.isAnswer(heard.text)) return ok(heard.text);
        heard.text.fill(0);
      } else if (heard.kind === 'damaged') {
        if (naks >= this.#delays.naks) return err({ code: 'garbled' });
        naks += 1;
        await this.#untilQuiet(of.signal);
        this.#framer.reset();
        this.#heard = this.#heard.filter(({ kind }) => kind === 'frame');
        if (this.#heard.length === 0) await this.#say('nak');
      }
    }
  }

  get #hasEot(): boolean {
    return framings[this.dialect].controls.has(controls.eot);
  }

  /** EOT until it is answered. An answer that crosses it is one all the same. */
  async #callBack(of: Exchange): Promise<Result<Buffer, LinkFault>> {
    for (let eots = 0; eots < this.#delays.eots; eots += 1) {
      await this.#say('eot');
      const endsAtMs = performance.now() + this.#delays.ackMs;
      for (;;) {
        const heard = await this.#next(endsAtMs, of.signal);
        if (heard === undefined) break;
        if (heard.kind === 'eot') return err({ code: 'noAnswer' });
        if (heard.kind !== 'frame') continue;
        await this.#say('ack');
        if (of.isAnswer(heard.text)) return ok(heard.text);
        heard.text.fill(0);
      }
    }
    return this.#silence(of.signal, 'noAnswer');
  }

  #silence(signal: AbortSignal, code: 'notAcknowledged' | 'noAnswer'): Result<never, LinkFault> {
    if (this.#fault !== undefined) return err({ code: 'closed', detail: this.#fault.detail });
    return err(signal.aborted ? { code: 'cancelled' } : { code });
  }

  /** What comes next, or undefined at the time named, when the link ends or the signal aborts. */
  async #next(endsAtMs: number, signal: AbortSignal): Promise<Heard | undefined> {
    for (let looked = false; ; ) {
      const heard = this.#heard.shift();
      if (heard !== undefined) return heard;
      if (signal.aborted || this.#fault !== undefined) return undefined;
      const leftMs = endsAtMs - performance.now();
      if (leftMs <= 0) {
        if (looked) return undefined;
        // Timers run before reads: what waits in the system's buffer is no silence.
        looked = true;
        await new Promise<void>((resolve) => setImmediate(resolve));
        continue;
      }
      looked = false;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          this.#wake = undefined;
          resolve();
        };
        const timer = setTimeout(done, leftMs);
        signal.addEventListener('abort', done);
        this.#wake = done;
      });
    }
  }

  #hear(heard: Heard): void {
    if (this.#heard.length < maximumHeard) this.#heard.push(heard);
    else if (heard.kind === 'frame') heard.text.fill(0);
    this.#wake?.();
  }

  /** Answers that nobody waits for any more: acknowledged, so that they are not sent again. */
  async #dropHeard(): Promise<void> {
    for (const heard of this.#heard.splice(0)) if (heard.kind === 'frame') await this.#dismiss(heard.text);
  }

  async #dismiss(text: Buffer): Promise<void> {
    text.fill(0);
    await this.#say('ack');
  }

  async #say(name: Control): Promise<void> {
    await this.#channel.write(Uint8Array.of(controls[name]));
  }

  #untilQuiet(signal: AbortSignal): Promise<boolean> {
    return untilQuiet(() => (this.#fault === undefined ? this.#lastByteAtMs : 0), {
      quietMs: this.#delays.quietMs,
      withinMs: this.#delays.queryMs,
      signal,
    });
  }

  #end(fault: ChannelFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    for (const heard of this.#heard.splice(0)) if (heard.kind === 'frame') heard.text.fill(0);
    this.#ended.abort();
    this.#wake?.();
  }
}

function ownCopy(from: Uint8Array): Buffer {
  const copy = Buffer.alloc(from.length);
  copy.set(from);
  return copy;
}
