import { WebSocket } from 'ws';
import type { HostileFrame } from './frames.ts';

type Header = Readonly<Record<string, unknown>> & { readonly type: string };
interface Message {
  readonly header: Header;
  readonly payload?: unknown;
}

export interface BatchResult {
  readonly accepted: number;
  readonly refused: number;
  readonly completions: readonly Message[];
  /** What was not as it must be; empty when all is well. */
  readonly faults: readonly string[];
}

const patienceMs = 60_000;
/** Ends whatever still waits or runs when all frames are acknowledged. */
const lastCancelId = 2_000_000_000;
const lastCancel = JSON.stringify({
  header: { name: 'Common.Cancel', type: 'command', requestId: lastCancelId, version: '2.0' },
});
const faultsKept = 20;

/**
 * Sends frames on one connection and checks the whole conversation: the n-th acknowledge answers the n-th frame; each
 * accepted command has one completion, after its acknowledge, its events between them; a refused one has nothing more.
 */
export async function runBatch(
  url: string,
  headers: Record<string, string>,
  frames: readonly HostileFrame[],
): Promise<BatchResult> {
  const conversation = new Conversation(frames);
  const socket = new WebSocket(url, { perMessageDeflate: false, headers });
  let closed: number | undefined;
  let wake: () => void = () => {};
  socket.on('open', () => wake());
  socket.on('error', () => {});
  socket.on('close', (code) => {
    closed = code;
    wake();
  });
  socket.on('message', (data) => {
    conversation.receive(JSON.parse(String(data)) as Message);
    wake();
  });
  const until = async (what: string, reached: () => boolean): Promise<boolean> => {
    const deadline = performance.now() + patienceMs;
    while (!reached()) {
      const leftMs = deadline - performance.now();
      if (closed !== undefined || leftMs <= 0) {
        conversation.fault(`waited for ${what}, ${closed === undefined ? conversation.open : `closed with ${closed}`}`);
        return false;
      }
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        timer = setTimeout(resolve, leftMs);
      });
      clearTimeout(timer);
    }
    return true;
  };

  if (await until('the connection', () => socket.readyState === WebSocket.OPEN)) {
    for (const { text } of frames) socket.send(text);
    if (await until('acknowledges', () => conversation.acknowledged === frames.length)) {
      // The publisher has nothing to cancel: it answers at once.
      if (!/\/v1\.0\/?$/.test(url)) socket.send(lastCancel);
      await until('completions', () => conversation.isComplete);
    }
  }
  socket.close();
  return conversation;
}

class Conversation implements BatchResult {
  readonly faults: string[] = [];
  readonly completions: Message[] = [];
  accepted = 0;
  refused = 0;
  acknowledged = 0;
  readonly #frames: readonly HostileFrame[];
  /** Accepted commands without completion, by id: a duplicate may have been accepted after the first was complete. */
  readonly #open = new Map<unknown, number>();

  constructor(frames: readonly HostileFrame[]) {
    this.#frames = frames;
  }

  get isComplete(): boolean {
    return this.#open.size === 0;
  }

  get open(): string {
    return `open: ${[...this.#open.keys()].join(', ')}`;
  }

  fault(what: string): void {
    if (this.faults.length < faultsKept) this.faults.push(what);
  }

  receive(message: Message): void {
    const { header } = message;
    if (header['requestId'] === lastCancelId || header.type === 'unsolicited') return;
    if (header.type === 'acknowledge') {
      this.#acknowledge(header);
      return;
    }
    const waiting = this.#open.get(header['requestId']) ?? 0;
    if (waiting === 0) this.fault(`${header.type} outside of its command: ${JSON.stringify(header)}`);
    if (header.type !== 'completion') return;
    this.completions.push(message);
    if (waiting <= 1) this.#open.delete(header['requestId']);
    else this.#open.set(header['requestId'], waiting - 1);
  }

  #acknowledge(header: Header): void {
    const frame = this.#frames[this.acknowledged];
    this.acknowledged += 1;
    if (frame === undefined) {
      this.fault(`an acknowledge too many: ${JSON.stringify(header)}`);
      return;
    }
    const { status, ...rest } = header;
    const { status: wanted, ...echo } = frame.acknowledge;
    const isRight = wanted === undefined ? mayBe(status, frame) : status === wanted;
    if (!isRight || !same(rest, echo)) {
      this.fault(`${frame.text.slice(0, 300)}\n  was acknowledged ${JSON.stringify(header)}`);
    }
    if (status !== undefined) {
      this.refused += 1;
      return;
    }
    this.accepted += 1;
    this.#open.set(header['requestId'], (this.#open.get(header['requestId']) ?? 0) + 1);
  }
}

/** A readable command is accepted, unless the queue is full or its id is in use. */
const mayBe = (status: unknown, frame: HostileFrame): boolean =>
  status === undefined || status === 'tooManyRequests' || (frame.mayBeDuplicate && status === 'invalidRequestID');

function same(left: Readonly<Record<string, unknown>>, right: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(right).filter((key) => right[key] !== undefined);
  return keys.length === Object.keys(left).length && keys.every((key) => left[key] === right[key]);
}
