import { err, ok, type Result } from '#protocol/result.ts';
import type { ByteChannel, ChannelFault } from '../../transports/channel.ts';
import { underAny, untilQuiet, within } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { encodeFrame, Framer } from './framer.ts';

export type LinkFault =
  /** No answer, or none that was whole. */
  { readonly code: 'silent' } | { readonly code: 'cancelled' } | { readonly code: 'closed'; readonly detail: string };

export interface Exchange<T> {
  /** CMD and PARA. */
  readonly body: Buffer;
  /** What the answer says, or undefined when the frame cannot be an answer to this command. */
  readonly decode: (answer: Uint8Array) => T | undefined;
  /** Zeroes a decoded answer that will reach nobody. */
  readonly discard: (value: T) => void;
  readonly replyMs: number;
  readonly signal: AbortSignal;
  /**
   * Believes the answer only when the line is silent behind it. Bytes that were put into a frame push its end out, and
   * one in 256 of such frames has a right checksum by chance: then its own last bytes follow.
   */
  readonly confirmed: boolean;
}

/**
 * One command at a time, one answer each. Answers carry nothing that names their command: one is taken only while its
 * command is out and its form fits, everything buffered is discarded before a command goes out (id-card-reader.md 12),
 * and whoever lost an answer gets into step first (`Sam.getInStep`).
 */
export class Link {
  readonly #channel: ByteChannel;
  readonly #delays: Delays;
  readonly #framer: Framer;
  readonly #ended = new AbortController();
  readonly #stopListening: () => void;
  #fault: ChannelFault | undefined;
  #take: ((answer: Uint8Array) => boolean) | undefined;
  /** What it was saying when the port was opened began before anybody asked. */
  #lastByteAtMs = performance.now();
  #gapTimer: NodeJS.Timeout | undefined;
  /** To tell a repetition from a stray. Zeroed when the line was quiet behind it. */
  #lastAnswer: Buffer | undefined;

  /** What `#noise` was when the answer had been taken: what came with it in one piece counts as behind it. */
  #answeredAt = 0;

  /** Frames that were right but not asked for. */
  strays = 0;
  /** Frames that were right. */
  frames = 0;
  /** Frames that were broken. */
  damaged = 0;

  constructor(channel: ByteChannel, delays: Delays) {
    this.#channel = channel;
    this.#delays = delays;
    this.#framer = new Framer({
      frame: (body) => this.#onFrame(body),
      damaged: () => {
        this.damaged += 1;
      },
    });
    const stopData = channel.onData((bytes) => this.#onBytes(bytes));
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

  /** Bytes that belonged to no frame. */
  get junk(): number {
    return this.#framer.junk;
  }

  /** Rises with everything heard that was no answer and no repetition of one. */
  get #noise(): number {
    return this.strays + this.damaged + this.junk;
  }

  async exchange<T>(of: Exchange<T>): Promise<Result<T, LinkFault>> {
    const quiet = await this.#untilQuiet(of);
    if (of.signal.aborted) return err({ code: 'cancelled' });
    if (this.#fault !== undefined) return err({ code: 'closed', detail: this.#fault.detail });
    // Who talks without end listens to nothing.
    if (!quiet) return err({ code: 'silent' });
    this.#framer.reset();
    this.#forgetAnswer();
    const answer = await this.#sendAndWait(of);
    if (!answer.ok || !of.confirmed) return answer;
    const settled = await this.#untilQuiet(of);
    this.#forgetAnswer();
    const alone = settled && this.#answeredAt === this.#noise && !this.#framer.partial;
    if (alone && !of.signal.aborted && this.fault === undefined) return answer;
    of.discard(answer.value);
    if (of.signal.aborted) return err({ code: 'cancelled' });
    return err(this.fault === undefined ? { code: 'silent' } : { code: 'closed', detail: this.fault.detail });
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
    clearTimeout(this.#gapTimer);
    this.#framer.reset();
    this.#forgetAnswer();
    this.#ended.abort();
  }

  #forgetAnswer(): void {
    this.#lastAnswer?.fill(0);
    this.#lastAnswer = undefined;
  }

  /** A late or repeated answer that is under way arrives before the next command goes out. False: no end of it. */
  #untilQuiet({ replyMs, signal }: { readonly replyMs: number; readonly signal: AbortSignal }): Promise<boolean> {
    return underAny([signal, this.ended], (either) =>
      untilQuiet(() => this.#lastByteAtMs, { quietMs: this.#delays.quietMs, withinMs: replyMs, signal: either }),
    );
  }

  async #sendAndWait<T>(of: Exchange<T>): Promise<Result<T, LinkFault>> {
    let timer: NodeJS.Timeout | undefined;
    const ending = new AbortController();
    const answered = new Promise<Result<T, LinkFault>>((resolve) => {
      // From the first outcome on nothing is decoded any more: a copy would reach nobody.
      const settle = (result: Result<T, LinkFault>): void => {
        this.#take = undefined;
        ending.abort();
        resolve(result);
      };
      this.#take = (answer) => {
        const value = of.decode(answer);
        if (value === undefined) return false;
        settle(ok(value));
        return true;
      };
      const ended = (): void => settle(err({ code: 'closed', detail: this.#fault?.detail ?? 'closed' }));
      of.signal.addEventListener('abort', () => settle(err({ code: 'cancelled' })), { signal: ending.signal });
      this.ended.addEventListener('abort', ended, { signal: ending.signal });
      timer = setTimeout(() => settle(err({ code: 'silent' })), of.replyMs);
    });
    try {
      const written = await within(this.#channel.write(encodeFrame(of.body)), ending.signal);
      if (written !== undefined && !written.ok) return err({ code: 'closed', detail: written.error.detail });
      return await answered;
    } finally {
      clearTimeout(timer);
      ending.abort();
      this.#take = undefined;
    }
  }

  #onBytes(bytes: Uint8Array): void {
    this.#lastByteAtMs = performance.now();
    clearTimeout(this.#gapTimer);
    if (this.#fault === undefined) this.#framer.push(bytes);
    // Nobody reads them after the link: what stays in the port's own buffer may be somebody's text and photo.
    bytes.fill(0);
    if (this.#framer.partial) this.#gapTimer = setTimeout(() => this.#framer.cut(), this.#delays.gapMs);
  }

  #onFrame(body: Uint8Array): void {
    this.frames += 1;
    if (this.#take?.(body) === true) {
      this.#answeredAt = this.#noise;
      this.#lastAnswer = Buffer.alloc(body.length);
      this.#lastAnswer.set(body);
    } else if (this.#lastAnswer?.equals(body) !== true) {
      this.strays += 1;
    }
  }
}
