import type { ReactiveController, ReactiveControllerHost } from 'lit';
import type { DeviceReport, HostReport, ServiceAvailability } from '#protocol/generated/kiosk.ts';

/** Body of `GET /healthz`, as far as the page shows it. */
export interface Health {
  /** ISO 8601, the daemon's clock. */
  readonly time: string;
  readonly devices: readonly DeviceReport[];
  readonly hosts: readonly HostReport[];
  readonly services: readonly ServiceAvailability[];
}

const everyMs = 2_000;
/** On the same machine an answer takes milliseconds; a daemon that takes so long stands still. */
const deadlineMs = 2_000;

function isHealth(body: unknown): body is Health {
  const { time, devices, hosts, services } = (body ?? {}) as Partial<Health>;
  return typeof time === 'string' && [devices, hosts, services].every((list) => Array.isArray(list));
}

/** Asks the daemon how it is, again and again; its host is drawn after each answer and each silence. */
export class HealthWatch implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  #stop = new AbortController();
  /** What it said last. */
  health: Health | undefined;
  /** Whether that was just now; undefined before the first question is over. */
  answered: boolean | undefined;
  /** The daemon's clock minus this browser's. */
  #offsetMs = 0;

  constructor(host: ReactiveControllerHost) {
    this.#host = host;
    host.addController(this);
  }

  /** By the daemon's clock. */
  get nowMs(): number {
    return Date.now() + this.#offsetMs;
  }

  hostConnected(): void {
    this.#stop = new AbortController();
    void this.#watch(this.#stop.signal);
  }

  hostDisconnected(): void {
    this.#stop.abort();
  }

  async #watch(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const health = await ask(AbortSignal.any([stop, AbortSignal.timeout(deadlineMs)]));
      if (stop.aborted) return;
      this.answered = health !== undefined;
      if (health !== undefined) {
        this.health = health;
        this.#offsetMs = Date.parse(health.time) - Date.now();
      }
      this.#host.requestUpdate();
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  }
}

async function ask(signal: AbortSignal): Promise<Health | undefined> {
  try {
    const body: unknown = await (await fetch('/healthz', { signal, cache: 'no-store' })).json();
    return isHealth(body) ? body : undefined;
  } catch {
    return undefined;
  }
}
