import { err, ok, type Result } from '#protocol/result.ts';
import type { ByteChannel, ChannelFault } from '../../transports/channel.ts';
import { underAny, untilQuiet, within } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { encodeFrame, Framer } from './framer.ts';

export type LinkFault =
  | { readonly code: 'silent' }
  | { readonly code: 'cancelled' }
  | { readonly code: 'closed'; readonly detail: string };

export interface Exchange<T> {
  /** CMD and DATA. Zeroed when the exchange ends. */
  readonly body: Buffer;
  /** What the answer says, or undefined when the frame cannot be an answer to this command. The bytes do not outlive it. */
  readonly decode: (answer: Uint8Array) => T | undefined;
  readonly replyMs: number;
  readonly signal: AbortSignal;
  /** Takes the single bytes from the answer on, without a gap, until `stopListening`. */
  readonly listen?: KeyListener;
}

export interface KeyListener {
  byte(value: number): void;
  /** A whole frame that no command asked for. */
  frame(body: Uint8Array): void;
}

interface Outstanding {
  take(answer: Uint8Array): boolean;
}

/**
 * One command at a time, one answer each. Answers carry nothing that names their command, so the link keeps books: an
 * answer is taken only while its command is out and only if its form fits; a repetition right behind it is dropped;
 * every other frame is a stray, and a sequence of commands during which `strays` rose is void (see `Pad.getInStep`).
 */
export class Link {
  readonly #channel: ByteChannel;
  readonly #delays: Delays;
  readonly #framer: Framer;
  readonly #ended = new AbortController();
  readonly #stopListening: () => void;
  #fault: ChannelFault | undefined;
  #outstanding: Outstanding | undefined;
  #listener: KeyListener | undefined;
  /** What it was saying when the port was opened began before anybody asked. */
  #lastByteAtMs = performance.now();
  #lastAnswer: Buffer | undefined;
  #lastAnswerAtMs = 0;

  /** Frames that were right but not asked for. */
  strays = 0;
  /** Frames that were right. */
  frames = 0;
  /** Frames that were broken. */
  damaged = 0;

  constructor(channel: ByteChannel, delays: Delays) {
    this.#channel = channel;
    this.#delays = delays;
    this.#framer = new Framer(
      {
        frame: (body) => this.#onFrame(body),
        byte: (value) => this.#listener?.byte(value),
        damaged: () => {
          this.damaged += 1;
        },
      },
      delays.gapMs,
    );
    const stopData = channel.onData((bytes) => {
      this.#lastByteAtMs = performance.now();
      this.#framer.push(bytes, this.#lastByteAtMs);
      // Of plain keys they say which.
      bytes.fill(0);
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

  async exchange<T>(of: Exchange<T>): Promise<Result<T, LinkFault>> {
    try {
      this.stopListening();
      const quiet = await this.#untilQuiet(of);
      if (of.signal.aborted) return err({ code: 'cancelled' });
      if (this.#fault !== undefined) return err({ code: 'closed', detail: this.#fault.detail });
      // Who talks without end listens to nothing.
      if (!quiet) return err({ code: 'silent' });
      return await this.#sendAndWait(of);
    } finally {
      of.body.fill(0);
    }
  }

  stopListening(): void {
    this.#listener = undefined;
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

  #end(fault: ChannelFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#lastAnswer?.fill(0);
    this.#ended.abort();
  }

  /** A late or repeated answer that is under way arrives before the next command goes out. False: no end of it. */
  #untilQuiet({ replyMs, signal }: { readonly replyMs: number; readonly signal: AbortSignal }): Promise<boolean> {
    return underAny([signal, this.ended], (either) =>
      untilQuiet(() => this.#lastByteAtMs, { quietMs: this.#delays.quietMs, withinMs: replyMs, signal: either }),
    );
  }

  async #sendAndWait<T>(of: Exchange<T>): Promise<Result<T, LinkFault>> {
    let timer: NodeJS.Timeout | undefined;
    let settle: (result: Result<T, LinkFault>) => void = () => undefined;
    const answered = new Promise<Result<T, LinkFault>>((resolve) => {
      settle = resolve;
    });
    const onAbort = (): void => settle(err({ code: 'cancelled' }));
    const onEnd = (): void => settle(err({ code: 'closed', detail: this.#fault?.detail ?? 'closed' }));
    of.signal.addEventListener('abort', onAbort);
    this.ended.addEventListener('abort', onEnd);
    this.#outstanding = {
      take: (answer) => {
        const value = of.decode(answer);
        if (value === undefined) return false;
        if (of.listen !== undefined) this.#listener = of.listen;
        settle(ok(value));
        return true;
      },
    };
    try {
      const frame = encodeFrame(of.body);
      // Zeroed when the system has taken it, not before: a cancelled wait must not send zeros.
      const writing = this.#channel.write(frame).finally(() => frame.fill(0));
      const written = await within(writing, of.signal);
      if (written === undefined) return err({ code: 'cancelled' });
      if (!written.ok) return err({ code: 'closed', detail: written.error.detail });
      timer = setTimeout(() => settle(err({ code: 'silent' })), of.replyMs);
      return await answered;
    } finally {
      clearTimeout(timer);
      this.#outstanding = undefined;
      of.signal.removeEventListener('abort', onAbort);
      this.ended.removeEventListener('abort', onEnd);
    }
  }

  #onFrame(body: Uint8Array): void {
    this.frames += 1;
    const now = performance.now();
    const outstanding = this.#outstanding;
    if (outstanding?.take(body) === true) {
      this.#outstanding = undefined;
      this.#lastAnswer?.fill(0);
      this.#lastAnswer = Buffer.from(body);
      this.#lastAnswerAtMs = now;
      return;
    }
    const repeated =
      outstanding === undefined &&
      now - this.#lastAnswerAtMs <= this.#delays.duplicateMs &&
      this.#lastAnswer?.equals(body) === true;
    if (repeated) return;
    this.strays += 1;
    this.#listener?.frame(body);
  }
}
