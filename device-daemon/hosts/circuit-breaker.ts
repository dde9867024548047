/**
 * One per leg: after several failures in a row calls are refused at once, so that a person does not wait for a dead host
 * again and again. After a while one call may try (half open); its success closes the circuit, its failure opens it for
 * longer. Pure: time is told, not asked.
 */
export interface CircuitOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** First pause; it doubles with every failed trial. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** Three failures are not an accident; 5 s lets a restart pass; 60 s keeps the home screen honest within a minute. */
export const defaultCircuit: CircuitOptions = { failures: 3, openMs: 5_000, maxOpenMs: 60_000 };

export type Permit = 'closed' | 'trial';

export class CircuitBreaker {
  readonly #options: CircuitOptions;
  #failures = 0;
  #openUntilMs: number | undefined;
  #pauseMs: number;
  #trialRunning = false;

  constructor(options: CircuitOptions = defaultCircuit) {
    this.#options = options;
    this.#pauseMs = options.openMs;
  }

  isOpen(): boolean {
    return this.#openUntilMs !== undefined;
  }

  /** Until a trial is allowed; 0 when one is allowed now or the circuit is closed. */
  waitMs(nowMs: number): number {
    return this.#openUntilMs === undefined ? 0 : Math.max(0, this.#openUntilMs - nowMs);
  }

  /** Asks to make a call. A permit must be given back by exactly one of `succeeded`, `failed`, `dropped`. */
  enter(nowMs: number): Permit | undefined {
    if (this.#openUntilMs === undefined) return 'closed';
    if (nowMs < this.#openUntilMs || this.#trialRunning) return undefined;
    this.#trialRunning = true;
    return 'trial';
  }

  succeeded(permit: Permit): void {
    if (permit === 'trial') this.#trialRunning = false;
    // A call that began before the circuit opened says as much about the host as a trial.
    this.#failures = 0;
    this.#openUntilMs = undefined;
    this.#pauseMs = this.#options.openMs;
  }

  failed(permit: Permit, nowMs: number): void {
    this.#failures += 1;
    if (permit === 'trial') {
      this.#trialRunning = false;
      this.#pauseMs = Math.min(this.#pauseMs * 2, this.#options.maxOpenMs);
      this.#openUntilMs = nowMs + this.#pauseMs;
    } else if (this.#openUntilMs === undefined && this.#failures >= this.#options.failures) {
      this.#openUntilMs = nowMs + this.#pauseMs;
    }
  }

  /** The call ended without telling anything about the host (cancelled). */
  dropped(permit: Permit): void {
    if (permit === 'trial') this.#trialRunning = false;
  }
}
