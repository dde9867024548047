import { err, ok, type Result } from '#protocol/result.ts';

/** What a simulated host can do wrong, one entry per kind. Times: for how many requests (all when absent). */
export type HostFault = { readonly operation?: string; readonly times?: number } & (
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'down'; readonly how: 'refuse' | 'reset' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'retryAfter' | 'closed'; readonly seconds: number }
  | { readonly kind: Exclude<HostFaultKind, 'slow' | 'down' | 'status' | 'retryAfter' | 'closed'> }
);
export type HostFaultKind = keyof typeof hostFaultKinds;
type FaultOf<K extends HostFaultKind> = HostFault & { readonly kind: K };

type Parameter =
  | { readonly name: 'ms' | 'seconds' | 'status'; readonly from: number; readonly to: number }
  | { readonly name: 'how'; readonly values: readonly ['refuse', 'reset'] };

interface FaultKind {
  readonly description: string;
  readonly parameter?: Parameter;
  /** `times` and `operation` mean nothing to it. */
  readonly wholeHost?: true;
}

/** For the bench page, and for whoever sets a fault by name. */
export const hostFaultKinds = {
  slow: {
    description: 'Thinks for so long between taking a request and acting on it; clearing it ends the thinking',
    parameter: { name: 'ms', from: 0, to: 3_600_000 },
  },
  down: {
    description: 'Refuses connections, or takes them and resets them',
    parameter: { name: 'how', values: ['refuse', 'reset'] },
    wholeHost: true,
  },
  expiredCertificate: { description: 'Shows a TLS certificate that is past its end', wholeHost: true },
  garbage: { description: 'Acts, then answers with bytes that are nothing' },
  wrongShape: { description: 'Acts, then signs an answer that is not what the contract says' },
  oversize: { description: 'Acts, then answers with more than anybody may send' },
  actThenDrop: { description: 'Acts, then drops the connection' },
  halfAnswer: { description: 'Acts, then drops the connection in the middle of the answer' },
  answerTwice: { description: 'Acts once, answers twice on the same connection' },
  staleAnswer: { description: 'Acts, then sends the answer to an earlier request, as it was signed then' },
  badSignature: { description: 'Acts, then signs with a key that nobody knows' },
  status: {
    description: 'Does nothing and answers with this status and no promise about the outcome',
    parameter: { name: 'status', from: 500, to: 599 },
  },
  retryAfter: {
    description: 'Does nothing and asks for patience',
    parameter: { name: 'seconds', from: 0, to: 86_400 },
  },
  closed: {
    description: 'Day-end window: does nothing, says when it opens again',
    parameter: { name: 'seconds', from: 0, to: 86_400 },
  },
} as const satisfies Record<string, FaultKind>;

const isKind = (name: unknown): name is HostFaultKind =>
  typeof name === 'string' && Object.hasOwn(hostFaultKinds, name);
const isWhole = (value: unknown, from: number, to: number): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;

/** A fault as JSON tells it, or one line on what is wrong: a misspelt fault would test nothing. */
export function parseHostFault(json: unknown): Result<HostFault, string> {
  if (typeof json !== 'object' || json === null) return err('a fault is an object with a kind');
  const { kind, operation, times, ...rest } = json as Readonly<Record<string, unknown>>;
  if (!isKind(kind)) return err(`kind: got ${JSON.stringify(kind)}, wants ${Object.keys(hostFaultKinds).join(' | ')}`);
  const { parameter, wholeHost }: FaultKind = hostFaultKinds[kind];
  if (wholeHost && (operation !== undefined || times !== undefined))
    return err(`${kind} concerns every operation until it is cleared`);
  if (operation !== undefined && typeof operation !== 'string') return err('operation: wants an operationId');
  if (times !== undefined && !isWhole(times, 1, 1e9)) return err('times: wants a whole number from 1');
  const unknown = Object.keys(rest).find((name) => name !== parameter?.name);
  if (unknown !== undefined) return err(`${kind} knows no ${unknown}`);
  if (parameter !== undefined) {
    const value = rest[parameter.name];
    const right =
      'values' in parameter
        ? parameter.values.some((one) => one === value)
        : isWhole(value, parameter.from, parameter.to);
    const wants =
      'values' in parameter ? parameter.values.join(' | ') : `a whole number from ${parameter.from} to ${parameter.to}`;
    if (!right) return err(`${parameter.name}: got ${JSON.stringify(value)}, wants ${wants}`);
  }
  return ok(json as HostFault);
}

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
  readonly #waiting = new Map<HostFaultKind, Set<() => void>>();
  readonly #apply: () => Promise<void>;

  /** `apply` brings the host into the state that the faults without operation want. */
  constructor(apply: () => Promise<void>) {
    this.#apply = apply;
  }

  async set(fault: HostFault): Promise<void> {
    const parsed = parseHostFault(fault);
    if (!parsed.ok) throw new Error(parsed.error);
    this.#faults.set(fault.kind, fault);
    this.#used.delete(fault.kind);
    await this.#apply();
  }

  async clear(kind?: HostFaultKind): Promise<void> {
    for (const name of kind === undefined ? Object.keys(hostFaultKinds).filter(isKind) : [kind]) {
      this.#faults.delete(name);
      for (const go of this.#waiting.get(name) ?? []) go();
    }
    await this.#apply();
  }

  list(): readonly HostFault[] {
    return [...this.#faults.values()];
  }

  get<K extends HostFaultKind>(kind: K): FaultOf<K> | undefined {
    return this.#faults.get(kind) as FaultOf<K> | undefined;
  }

  /** The fault of this kind if it concerns the operation; counts its use. */
  take<K extends HostFaultKind>(kind: K, operation: string): FaultOf<K> | undefined {
    const fault = this.get(kind);
    if (fault === undefined || (fault.operation !== undefined && fault.operation !== operation)) return undefined;
    const used = (this.#used.get(kind) ?? 0) + 1;
    this.#used.set(kind, used);
    if (fault.times !== undefined && used >= fault.times) this.#faults.delete(kind);
    return fault;
  }

  /** Ends after `ms`, when `stop` says so, or when the kind is cleared: whichever is first. */
  async wait(kind: HostFaultKind, ms: number, stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    const waiting = this.#waiting.get(kind) ?? new Set();
    this.#waiting.set(kind, waiting);
    await new Promise<void>((resolve) => {
      const go = (): void => {
        clearTimeout(timer);
        waiting.delete(go);
        stop.removeEventListener('abort', go);
        resolve();
      };
      const timer = setTimeout(go, ms);
      waiting.add(go);
      stop.addEventListener('abort', go);
    });
  }
}
