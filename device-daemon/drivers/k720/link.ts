import { err, ok, type Result } from '#protocol/result.ts';
import type { ByteChannel, ChannelFault } from '../../transports/channel.ts';
import { Heard } from '../common/heard.ts';
import { underAny, untilQuiet } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { type Control, encodeControl, encodeFrame, Framer } from './framer.ts';

export type LinkFault =
  /** No ACK, so no ENQ was sent: certainly not begun (3.1). */
  | { readonly code: 'notTaken' }
  /** A query that was taken and not answered. */
  | { readonly code: 'noAnswer' }
  /** Only damaged answers. */
  | { readonly code: 'garbled' }
  | { readonly code: 'cancelled' }
  | { readonly code: 'closed'; readonly detail: string };

type Said = { readonly kind: Control | 'damaged' } | { readonly kind: 'frame'; readonly text: Buffer };

const wipe = (said: Said): void => {
  if (said.kind === 'frame') said.text.fill(0);
};

/**
 * One command at a time, with the handshake of 3.1:
 *
 *     frame ->   <- ACK   ENQ ->   [<- answer of a query]
 *
 * The unit acts on ENQ and not before: what was not acknowledged may be sent again or taken back with EOT (0a).
 */
export class Link {
  /** Answers that were whole. */
  frames = 0;
  damaged = 0;
  address: number;
  readonly #channel: ByteChannel;
  readonly #delays: Delays;
  readonly #framer: Framer;
  readonly #onResend: () => void;
  readonly #ended = new AbortController();
  readonly #stopListening: () => void;
  readonly #heard = new Heard<Said>(wipe);
  #fault: ChannelFault | undefined;
  #lastByteAtMs = performance.now();

  constructor(channel: ByteChannel, delays: Delays, address: number, onResend: () => void) {
    this.#channel = channel;
    this.#delays = delays;
    this.#onResend = onResend;
    this.address = address;
    this.#framer = new Framer(
      {
        frame: (from, text) => {
          if (from !== this.address) return this.#heard.push({ kind: 'damaged' });
          this.frames += 1;
          const copy = Buffer.alloc(text.length);
          copy.set(text);
          this.#heard.push({ kind: 'frame', text: copy });
        },
        control: (kind, from) => {
          if (from === undefined || from === this.address) this.#heard.push({ kind });
        },
        damaged: () => {
          this.damaged += 1;
          this.#heard.push({ kind: 'damaged' });
        },
      },
      delays.gapMs,
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

  /** Asks as often as it takes: a query changes nothing. */
  ask(text: Uint8Array, signal: AbortSignal): Promise<Result<Buffer, LinkFault>> {
    return underAny([signal, this.#ended.signal], async (either) => {
      for (let asked = 0; ; asked += 1) {
        const placed = await this.#place(text, either, signal);
        if (!placed.ok) return placed;
        await this.#say('enq');
        const answer = await this.#answer(either, signal);
        const lost = !answer.ok && (answer.error.code === 'noAnswer' || answer.error.code === 'garbled');
        if (!lost || asked >= this.#delays.resends) return answer;
        this.#onResend();
      }
    });
  }

  /**
   * Has a motion begun. An error: ENQ was not sent, so it has certainly not begun and was taken back. Otherwise it may have,
   * whatever became of the ENQ: it is never sent again, the sensors are asked.
   */
  order(text: Uint8Array, signal: AbortSignal): Promise<Result<void, LinkFault>> {
    return underAny([signal, this.#ended.signal], async (either) => {
      const placed = await this.#place(text, either, signal);
      if (placed.ok && !either.aborted) {
        await this.#say('enq');
        return ok();
      }
      if (this.#fault === undefined) await this.#takeBack();
      return placed.ok ? err(this.#why(signal)) : placed;
    });
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

  /** Sends the frame until it is acknowledged. */
  async #place(text: Uint8Array, either: AbortSignal, signal: AbortSignal): Promise<Result<void, LinkFault>> {
    for (let sent = 0; sent <= this.#delays.resends; sent += 1) {
      if (sent > 0) this.#onResend();
      const quiet = await untilQuiet(() => this.#lastByteAtMs, {
        quietMs: this.#delays.quietMs,
        withinMs: this.#delays.queryMs,
        signal: either,
      });
      if (either.aborted) return err(this.#why(signal));
      if (!quiet) return err({ code: 'notTaken' });
      // What has begun and did not end before the line fell quiet is no frame any more, and what came is too late.
      this.#framer.reset();
      this.#heard.clear();
      const frame = encodeFrame(this.address, text);
      const written = await this.#channel.write(frame);
      if (!written.ok) return err({ code: 'closed', detail: written.error.detail });
      if (await this.#acknowledged(either)) return ok();
      if (either.aborted) return err(this.#why(signal));
    }
    return err({ code: 'notTaken' });
  }

  async #acknowledged(either: AbortSignal): Promise<boolean> {
    const endsAtMs = performance.now() + this.#delays.ackMs;
    for (;;) {
      const said = await this.#heard.next(endsAtMs, either);
      if (said === undefined || said.kind === 'nak') return false;
      if (said.kind === 'ack') {
        // What was said before is no answer to what is asked for now.
        this.#heard.clear();
        return true;
      }
      wipe(said);
    }
  }

  async #answer(either: AbortSignal, signal: AbortSignal): Promise<Result<Buffer, LinkFault>> {
    const endsAtMs = performance.now() + this.#delays.queryMs;
    for (let damaged = false; ; ) {
      const said = await this.#heard.next(endsAtMs, either);
      if (said === undefined) {
        if (either.aborted) return err(this.#why(signal));
        return err({ code: damaged || this.#framer.inFrame ? 'garbled' : 'noAnswer' });
      }
      if (said.kind === 'frame') return ok(said.text);
      // Noise may come before the answer; when nothing follows it, it was the answer.
      if (said.kind === 'damaged') {
        damaged = true;
        const quiet = await untilQuiet(() => this.#lastByteAtMs, {
          quietMs: this.#delays.quietMs,
          withinMs: this.#delays.queryMs,
          signal: either,
        });
        if (quiet && !this.#heard.any) return err({ code: 'garbled' });
      }
    }
  }

  /** EOT; units answer it or do not, no list says. */
  async #takeBack(): Promise<void> {
    await this.#say('eot');
    const endsAtMs = performance.now() + this.#delays.ackMs;
    for (let said = await this.#heard.next(endsAtMs, this.ended); said !== undefined; ) {
      wipe(said);
      if (said.kind === 'eot') return;
      said = await this.#heard.next(endsAtMs, this.ended);
    }
  }

  #why(signal: AbortSignal): LinkFault {
    if (this.#fault !== undefined) return { code: 'closed', detail: this.#fault.detail };
    return { code: signal.aborted ? 'cancelled' : 'notTaken' };
  }

  async #say(name: Control): Promise<void> {
    await this.#channel.write(encodeControl(name, this.address));
  }

  #end(fault: ChannelFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#heard.clear();
    this.#ended.abort();
  }
}
