import type { Duplex } from 'node:stream';
import { err, ok, type Result } from '#protocol/result.ts';
import type { ByteChannel, ChannelFault } from './channel.ts';

/** What a serial port and a socket do differently. */
export interface StreamEnds {
  /** For faults: `serial:///dev/…`, `tcp://host:port`. */
  readonly name: string;
  /** Longest time the operating system may take to accept one write. Flow control of a stopped device ends here. */
  readonly writeTimeoutMs: number;
  /** Calls back when what was written has left the process. */
  flush(done: (error?: Error | null) => void): void;
  /** Releases the descriptor; resolves when another open of the same device can succeed. */
  release(): Promise<void>;
}

/** Bytes that arrive before anybody listens, kept in order; more than this without a listener is babble. */
const EARLY_LIMIT = 65_536;

/** Makes a `ByteChannel` of an open Node stream. The first fault wins; everything pending settles with it. */
export function streamChannel(stream: Duplex, ends: StreamEnds): ByteChannel & { fail(detail: string): void } {
  const dataListeners = new Set<(bytes: Uint8Array) => void>();
  const closeListeners = new Set<(fault: ChannelFault) => void>();
  const pending = new Set<(fault: ChannelFault) => void>();
  let early: Uint8Array[] = [];
  let earlyBytes = 0;
  let fault: ChannelFault | undefined;
  let released: Promise<void> | undefined;

  function end(detail: string): Promise<void> {
    if (released !== undefined) return released;
    const ended: ChannelFault = { code: 'closed', detail: `${ends.name}: ${detail}` };
    fault = ended;
    early = [];
    released = ends.release();
    for (const settle of [...pending]) settle(ended);
    dataListeners.clear();
    for (const listener of [...closeListeners]) listener(ended);
    closeListeners.clear();
    return released;
  }

  stream.on('data', (bytes: Uint8Array) => {
    if (dataListeners.size > 0) {
      for (const listener of [...dataListeners]) listener(bytes);
    } else if (earlyBytes + bytes.length <= EARLY_LIMIT) {
      early.push(bytes);
      earlyBytes += bytes.length;
    }
  });
  stream.on('end', () => void end('the other side hung up'));
  stream.on('error', (error: Error) => void end(error.message));
  stream.on('close', (error?: unknown) => void end(error instanceof Error ? error.message : 'disconnected'));

  return {
    write(bytes) {
      if (fault !== undefined) return Promise.resolve(err(fault));
      return new Promise<Result<void, ChannelFault>>((resolve) => {
        const settle = (result: Result<void, ChannelFault>) => {
          clearTimeout(timer);
          pending.delete(abandon);
          resolve(result);
        };
        const abandon = (reason: ChannelFault) => settle(err(reason));
        // A write that the device does not take leaves an unknown number of bytes behind: the channel is of no more use.
        const timer = setTimeout(
          () => void end(`a write was not accepted within ${ends.writeTimeoutMs} ms`),
          ends.writeTimeoutMs,
        );
        pending.add(abandon);
        stream.write(bytes, (error) => {
          if (error) return void end(error.message);
          if (fault !== undefined) return;
          ends.flush((flushError) => (flushError ? void end(flushError.message) : settle(ok())));
        });
      });
    },
    onData(listener) {
      if (fault !== undefined) return () => undefined;
      dataListeners.add(listener);
      const kept = early;
      early = [];
      earlyBytes = 0;
      for (const bytes of kept) listener(bytes);
      return () => dataListeners.delete(listener);
    },
    onClose(listener) {
      const known = fault;
      if (known !== undefined) {
        queueMicrotask(() => listener(known));
        return () => undefined;
      }
      closeListeners.add(listener);
      return () => closeListeners.delete(listener);
    },
    close: () => end('closed'),
    fail: (detail) => void end(detail),
  };
}
