import type { DeviceReport, DeviceState } from '#protocol/generated/kiosk.ts';
import type { ByteChannel, OpenChannel } from '../../transports/channel.ts';
import { pause } from './waits.ts';

/** Why a port does not open, as the report says it. */
export type PortReason = 'portBusy' | 'portDenied';

/** How a device is, since when, how often it was restarted, and whoever wants to know (design.md 5). */
export class Life<Reason extends string> {
  readonly #who: Pick<DeviceReport, 'name' | 'class' | 'driver'>;
  readonly #listeners = new Set<(report: DeviceReport) => void>();
  #state: DeviceState;
  #reason: Reason | undefined;
  #since = new Date().toISOString();
  #restarts = 0;
  /** ISO 8601; the last time that it said something that made sense. */
  lastExchange: string | undefined;

  constructor(who: Pick<DeviceReport, 'name' | 'class' | 'driver'>, state: DeviceState = 'absent') {
    this.#who = who;
    this.#state = state;
  }

  get state(): DeviceState {
    return this.#state;
  }

  get reason(): Reason | undefined {
    return this.#reason;
  }

  report(): DeviceReport {
    const { name, driver } = this.#who;
    return {
      name,
      class: this.#who.class,
      driver,
      state: this.#state,
      ...(this.#reason !== undefined && { reason: this.#reason }),
      since: this.#since,
      restarts: this.#restarts,
      ...(this.lastExchange !== undefined && { lastExchange: this.lastExchange }),
    };
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @returns whether that was news */
  tell(state: DeviceState, reason?: Reason): boolean {
    if (state === this.#state && reason === this.#reason) return false;
    this.#state = state;
    this.#reason = reason;
    this.#since = new Date().toISOString();
    this.announce();
    return true;
  }

  /** It was there, was lost, and is there again; told with the next change. */
  restarted(): void {
    this.#restarts += 1;
  }

  /** Something else that goes with the report has changed. */
  announce(): void {
    const report = this.report();
    for (const listener of [...this.#listeners]) listener(report);
  }
}

/** Looks for a port until it opens, and says why it does not. Undefined: the signal came first. */
export async function openPort(
  open: OpenChannel,
  life: { tell(state: DeviceState, reason?: PortReason): boolean },
  absentMs: number,
  signal: AbortSignal,
): Promise<ByteChannel | undefined> {
  while (!signal.aborted) {
    const channel = await open(signal);
    if (signal.aborted) {
      if (channel.ok) await channel.value.close();
      return undefined;
    }
    if (channel.ok) return channel.value;
    const { code } = channel.error;
    if (code === 'busy' || code === 'denied') life.tell('failed', code === 'busy' ? 'portBusy' : 'portDenied');
    else life.tell('absent');
    await pause(absentMs, signal);
  }
  return undefined;
}
