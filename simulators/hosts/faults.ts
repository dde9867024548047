/** What a simulated host can do wrong, one entry per kind. Times: for how many requests (all when absent). */
export type HostFault = { readonly operation?: string; readonly times?: number } & (
  | /** Thinks for so long between taking the request and acting on it. */
  { readonly kind: 'slow'; readonly ms: number }
  /** Refuses connections, or takes them and resets them. Concerns every operation. */
  | { readonly kind: 'down'; readonly how: 'refuse' | 'reset' }
  /** Acts, then answers with bytes that are nothing. */
  | { readonly kind: 'garbage' }
  /** Acts, then signs an answer that is not what the contract says. */
  | { readonly kind: 'wrongShape' }
  /** Acts, then drops the connection. */
  | { readonly kind: 'actThenDrop' }
  /** Acts once, answers twice on the same connection. */
  | { readonly kind: 'answerTwice' }
  /** Acts, then sends the answer to an earlier request, as it was signed then. */
  | { readonly kind: 'staleAnswer' }
  /** Acts, then signs with a key that nobody knows. */
  | { readonly kind: 'badSignature' }
  /** Does nothing and answers with this status and no promise about the outcome. */
  | { readonly kind: 'status'; readonly status: number }
  /** Does nothing and asks for patience. */
  | { readonly kind: 'retryAfter'; readonly seconds: number }
  /** Day-end window: does nothing, says when it opens again. */
  | { readonly kind: 'closed'; readonly seconds: number }
);
export type HostFaultKind = HostFault['kind'];
type FaultOf<K extends HostFaultKind> = Extract<HostFault, { readonly kind: K }>;

export interface HostFaults {
  /** Replaces the fault of the same kind. Resolves when it is in force. */
  set(fault: HostFault): Promise<void>;
  /** One kind, or all. Resolves when the host is as it should be again. */
  clear(kind?: HostFaultKind): Promise<void>;
  list(): readonly HostFault[];
}

export class FaultBox implements HostFaults {
  readonly #faults = new Map<HostFaultKind, HostFault>();
  readonly #used = new Map<HostFaultKind, number>();
  readonly #onDown: (how: 'refuse' | 'reset' | undefined) => Promise<void>;

  constructor(onDown: (how: 'refuse' | 'reset' | undefined) => Promise<void>) {
    this.#onDown = onDown;
  }

  async set(fault: HostFault): Promise<void> {
    this.#faults.set(fault.kind, fault);
    this.#used.delete(fault.kind);
    if (fault.kind === 'down') await this.#onDown(fault.how);
  }

  async clear(kind?: HostFaultKind): Promise<void> {
    const wasDown = this.#faults.has('down');
    for (const name of kind === undefined ? [...this.#faults.keys()] : [kind]) this.#faults.delete(name);
    if (wasDown && !this.#faults.has('down')) await this.#onDown(undefined);
  }

  list(): readonly HostFault[] {
    return [...this.#faults.values()];
  }

  /** The fault of this kind if it concerns the operation; counts its use. */
  take<K extends HostFaultKind>(kind: K, operation: string): FaultOf<K> | undefined {
    const fault = this.#faults.get(kind) as FaultOf<K> | undefined;
    if (fault === undefined || (fault.operation !== undefined && fault.operation !== operation)) return undefined;
    const used = (this.#used.get(kind) ?? 0) + 1;
    this.#used.set(kind, used);
    if (fault.times !== undefined && used >= fault.times) this.#faults.delete(kind);
    return fault;
  }
}
