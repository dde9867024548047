/** A recorded session played against a driver: a channel without a device. For tests. */
import { err, ok, type Result } from '#protocol/result.ts';
import type { ByteChannel, ChannelFault, OpenChannel } from '../channel.ts';
import type { RecordedStep, Recording } from './format.ts';

export interface Replay {
  readonly open: OpenChannel;
  /**
   * What the device said without having been told anything since the port was opened waits for this: a hand swiped a
   * document or held a code, and the driver must listen first. Everything else comes behind what it was an answer to.
   */
  release(): void;
  /** The first thing that went otherwise than recorded, or what the driver has not come to; undefined: all was played. */
  problem(): string | undefined;
}

const hexAt = (bytes: Uint8Array, at: number): string => bytes[at]?.toString(16).padStart(2, '0') ?? 'nothing';

/** Where two pieces differ. Never the pieces: a recording may be somebody's. */
function difference(got: Uint8Array, recorded: Uint8Array): string | undefined {
  const at = Array.from({ length: Math.max(got.length, recorded.length) }).findIndex(
    (_, index) => got[index] !== recorded[index],
  );
  return at < 0
    ? undefined
    : `byte ${at + 1} of ${got.length} is ${hexAt(got, at)}, recorded was ${hexAt(recorded, at)}`;
}

/** As a stream's `close` has it (stream-channel.ts). */
const isOwn = ({ detail }: ChannelFault): boolean => detail.endsWith(': closed');

export function replay({ steps }: Recording): Replay {
  let next = 0;
  let wrong: string | undefined;
  let held = false;
  let channel: Player | undefined;

  const lineOf = (step: number): number => step + 2;
  const fail = (why: string): ChannelFault => {
    wrong ??= `line ${lineOf(next)}: ${why}`;
    const fault = { code: 'closed', detail: `replay: ${wrong}` } as const;
    channel?.end(fault);
    return fault;
  };
  const told = (step: RecordedStep | undefined): string => {
    if (step === undefined) return 'the end';
    return 'sent' in step
      ? 'another command'
      : 'received' in step
        ? 'an answer'
        : 'opened' in step
          ? 'an opening'
          : 'the end of the port';
  };
  /** Gives the driver the next piece that it may have. False: there is none now. */
  function playOne(): boolean {
    const step = steps[next];
    if (channel === undefined || held || step === undefined) return false;
    if ('received' in step) {
      next += 1;
      channel.hear(step.received);
      return true;
    }
    // A port that the driver closed it will close again.
    if ('closed' in step && !isOwn(step.closed)) {
      next += 1;
      channel.end(step.closed);
    }
    return false;
  }
  /** One piece a turn, as a port would give them. */
  const playOn = (): void => {
    setImmediate(() => {
      if (playOne()) playOn();
    });
  };

  function write(bytes: Uint8Array): Result<void, ChannelFault> {
    while (playOne());
    const step = steps[next];
    if (step === undefined || !('sent' in step))
      return err(fail(`the driver sends ${bytes.length} bytes, recorded was ${told(step)}`));
    const differs = difference(bytes, step.sent);
    if (differs !== undefined) return err(fail(differs));
    next += 1;
    held = false;
    playOn();
    return ok();
  }

  /** Closed by the driver, what was still to come to it is lost. */
  function onEnd(): void {
    channel = undefined;
    const closing = steps.findIndex((step, index) => index >= next && !('received' in step));
    const step = steps[closing];
    if (step !== undefined && 'closed' in step && isOwn(step.closed)) next = closing + 1;
  }

  return {
    async open(signal) {
      if (signal.aborted) return err({ code: 'closed', detail: 'cancelled' });
      const step = steps[next];
      if (step !== undefined && 'closed' in step) {
        next += 1;
        return err(step.closed);
      }
      if (step === undefined || !('opened' in step))
        return err(fail(`the driver opens the port, recorded was ${told(step)}`));
      next += 1;
      held = true;
      channel = new Player(write, onEnd);
      return ok(channel);
    },
    release() {
      held = false;
      playOn();
    },
    problem() {
      if (wrong !== undefined) return wrong;
      const left = steps.slice(next);
      return left.length === 0 ? undefined : `line ${lineOf(next)}: the driver never came to it (${told(left[0])})`;
    },
  };
}

/** The driver's end. */
class Player implements ByteChannel {
  readonly #write: (bytes: Uint8Array) => Result<void, ChannelFault>;
  readonly #onEnd: () => void;
  readonly #data = new Set<(bytes: Uint8Array) => void>();
  readonly #close = new Set<(fault: ChannelFault) => void>();
  #fault: ChannelFault | undefined;

  constructor(write: (bytes: Uint8Array) => Result<void, ChannelFault>, onEnd: () => void) {
    this.#write = write;
    this.#onEnd = onEnd;
  }

  hear(bytes: Uint8Array): void {
    // A copy: drivers zero what they were given.
    const piece = Buffer.from(bytes);
    for (const listener of [...this.#data]) listener(piece);
  }

  end(fault: ChannelFault): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#onEnd();
    for (const listener of [...this.#close]) listener(fault);
  }

  write(bytes: Uint8Array): Promise<Result<void, ChannelFault>> {
    return Promise.resolve(this.#fault === undefined ? this.#write(bytes) : err(this.#fault));
  }

  onData(listener: (bytes: Uint8Array) => void): () => void {
    this.#data.add(listener);
    return () => this.#data.delete(listener);
  }

  onClose(listener: (fault: ChannelFault) => void): () => void {
    this.#close.add(listener);
    return () => this.#close.delete(listener);
  }

  close(): Promise<void> {
    this.end({ code: 'closed', detail: 'closed' });
    return Promise.resolve();
  }
}
