import type { DeviceReport, DeviceState, RecoveryRung } from '#protocol/generated/kiosk.ts';
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
  #recovery: RecoveryRung | undefined;
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
      ...(this.#recovery !== undefined && { recovery: this.#recovery }),
      since: this.#since,
      restarts: this.#restarts,
      ...(this.lastExchange !== undefined && { lastExchange: this.lastExchange }),
    };
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * `rung`: where on the ladder that is. Without one it stands on none any more, unless it only begins anew.
   * @returns whether state or reason were news
   */
  tell(state: DeviceState, reason?: Reason, rung?: RecoveryRung): boolean {
    const recovery = rung ?? (state === 'starting' ? this.#recovery : undefined);
    const news = state !== this.#state || reason !== this.#reason;
    if (!news && recovery === this.#recovery) return false;
    this.#state = state;
    this.#reason = reason;
    this.#recovery = recovery;
    if (news) this.#since = new Date().toISOString();
    this.announce();
    return news;
  }

  /**
   * It takes a rung without a change of state. One that is ready did not need it, and one that was given up stays so
   * while it is looked at again.
   */
  climb(rung: RecoveryRung): void {
    if (this.#state !== 'ready' && this.#state !== 'failed') this.tell(this.#state, this.#reason, rung);
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
  life: { tell(state: DeviceState, reason?: PortReason, rung?: RecoveryRung): boolean },
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
    if (code === 'busy' || code === 'denied')
      life.tell('failed', code === 'busy' ? 'portBusy' : 'portDenied', 'reopen');
    else life.tell('absent', undefined, 'reopen');
    await pause(absentMs, signal);
  }
  return undefined;
}

export interface Serving<Reason extends string> {
  readonly open: OpenChannel;
  readonly life: Pick<Life<Reason | PortReason | 'reopening'>, 'state' | 'tell' | 'restarted'>;
  readonly signal: AbortSignal;
  readonly delays: {
    /** Between looks for a port that is not there. */
    readonly absentMs: number;
    readonly reopenMs: number;
    /** Between tries after giving up. */
    readonly giveUpMs: number;
    /** Count: failed starts in a row. */
    readonly giveUpAfter: number;
  };
  /** Sets the device up and serves it until the channel ends, and closes it. Undefined: it may be opened again, else why not. */
  readonly serve: (channel: ByteChannel) => Promise<Reason | undefined>;
  /** Whether looking again sooner would change nothing. */
  readonly needsPerson?: (reason: Reason) => boolean;
  readonly onGiveUp?: () => void;
}

/** From start to stop: open, serve until the channel ends, open again; after too many failures say so and keep looking. */
export async function keepServing<Reason extends string>(of: Serving<Reason>): Promise<void> {
  const { life, signal, delays } = of;
  let failures = 0;
  for (let opened = 0; ; opened += 1) {
    const channel = await openPort(of.open, life, delays.absentMs, signal);
    if (channel === undefined) break;
    // Another one may hang there now: it is tried as often as the first.
    if (life.state === 'absent') failures = 0;
    if (opened > 0) life.restarted();
    // What is known to be out of order stays said while it is looked at again.
    if (life.state !== 'failed' || failures === 0) life.tell('starting');
    const failure = await of.serve(channel);
    if (signal.aborted) break;
    failures = failure === undefined ? 0 : failures + 1;
    const givesUp = failure !== undefined && (failures >= delays.giveUpAfter || of.needsPerson?.(failure) === true);
    if (givesUp) {
      if (life.tell('failed', failure, 'giveUp')) of.onGiveUp?.();
    } else life.tell('starting', 'reopening', 'reopen');
    await pause(givesUp ? delays.giveUpMs : delays.reopenMs, signal);
  }
  life.tell('absent');
}
