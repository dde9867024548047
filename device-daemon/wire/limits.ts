/** Bounds of the wire. One place, each with its reason; tests set smaller ones. */
export interface WireLimits {
  /** Bytes of one message (protocol.md 9); more closes with 1009. */
  readonly messageBytes: number;
  /** Bytes waiting for a client that does not read; more ends its connection. */
  readonly unsentBytes: number;
  /** Live connections of one role, over all listeners; the publisher's are counted apart. */
  readonly connectionsPerRole: number;
  /** Immediate commands of one connection that run at once. */
  readonly immediatePerConnection: number;
  /** Unreadable messages that one connection may send at once, and how many it earns back in a second; then 1008. */
  readonly badFrames: { readonly burst: number; readonly perSecond: number };
  /** How often a minute the hooks are told of bad frames of one role, and of refusals for one reason. */
  readonly toldPerMinute: number;
  /** An idle socket is pinged this often, and dropped when it stays silent until the next time. */
  readonly pingMs: number;
  /** A message or a request that began must have arrived whole within this time. */
  readonly arrivalMs: number;
  /**
   * How long a cancelled or timed-out command's handler may hold on before its client gets the completion without it.
   * Longer than the slowest motion of a device, so that the true ending is told whenever there is one.
   */
  readonly letGoMs: number;
  /** How long a stop waits for handlers and closing handshakes. */
  readonly stopMs: number;
}

export const defaultLimits: WireLimits = {
  messageBytes: 2 * 1024 * 1024,
  unsentBytes: 4 * 1024 * 1024,
  connectionsPerRole: 16,
  immediatePerConnection: 64,
  badFrames: { burst: 200, perSecond: 20 },
  toldPerMinute: 10,
  pingMs: 15_000,
  arrivalMs: 10_000,
  letGoMs: 30_000,
  stopMs: 2_000,
};
