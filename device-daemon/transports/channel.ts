import type { Result } from '#protocol/result.ts';

/** Why bytes cannot flow. A state of the world, never an exception that travels (design.md 5). */
export type ChannelFault =
  | { readonly code: 'absent'; readonly detail: string }
  | { readonly code: 'busy'; readonly detail: string }
  | { readonly code: 'denied'; readonly detail: string }
  | { readonly code: 'closed'; readonly detail: string };

/** A duplex stream of bytes to one device: a serial port, a TCP connection. Framing lies above it. */
export interface ByteChannel {
  /** Resolves when the bytes are handed to the operating system, not when the device has them. */
  write(bytes: Uint8Array): Promise<Result<void, ChannelFault>>;
  /** Bytes in the pieces in which they arrive; a frame may span several. Returns the unsubscribe function. */
  onData(listener: (bytes: Uint8Array) => void): () => void;
  /** Called once, however the channel ends. Returns the unsubscribe function. */
  onClose(listener: (fault: ChannelFault) => void): () => void;
  /** Settles every pending write. Idempotent. */
  close(): Promise<void>;
}

/** Opens the one channel that a device's configuration names. The driver calls it again for every reconnection. */
export type OpenChannel = (signal: AbortSignal) => Promise<Result<ByteChannel, ChannelFault>>;
