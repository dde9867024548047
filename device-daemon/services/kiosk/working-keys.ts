import type { PinPad } from '../../devices/pin-pad.ts';
import type { BankCoreHost } from '../../hosts/ports.ts';
import type { Journal } from '../../journal/index.ts';
import type { Clock } from './clock.ts';

export interface WorkingKeysOptions {
  readonly pad: PinPad | undefined;
  readonly bank: BankCoreHost | undefined;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly onChange: () => void;
}

/** After a failed sign-on; doubles to the longest. A bank that is down is tried again when its link comes up. */
const firstRetryMs = 2_000;
const longestRetryMs = 60_000;
/** Working keys live a business day at the most (sign-on, 签到). */
const renewMs = 20 * 60 * 60 * 1000;
const loadTimeoutMs = 10_000;

/**
 * Keeps the PIN pad supplied with working keys: sign-on at the bank core as soon as pad and bank are both there, again
 * after the pad came back, after a failure, and daily. The keys pass through encrypted under the pad's master key.
 */
export class WorkingKeys {
  readonly #options: WorkingKeysOptions;
  #keySetId: string | undefined;
  #running: Promise<unknown> | undefined;
  #stopped = false;
  #retryMs = firstRetryMs;
  #cancelTimer: () => void = () => {};
  readonly #unsubscribe: (() => void)[] = [];

  constructor(options: WorkingKeysOptions) {
    this.#options = options;
  }

  /** The key set that PIN blocks are made under; undefined while the pad has no working key. */
  keySetId(): string | undefined {
    return this.#options.pad?.hasKeys() === true ? this.#keySetId : undefined;
  }

  /** The key set, waiting for a sign-on that is under way. @param timeoutMs how long at the most */
  async ready(timeoutMs: number, signal: AbortSignal): Promise<string | undefined> {
    if (this.#running === undefined) return this.keySetId();
    const enough = new AbortController();
    await Promise.race([this.#running, this.#options.clock.sleep(timeoutMs, AbortSignal.any([signal, enough.signal]))]);
    enough.abort();
    return this.keySetId();
  }

  start(): void {
    const { pad, bank } = this.#options;
    if (pad === undefined || bank === undefined) return;
    this.#unsubscribe.push(
      pad.onReport(() => this.#consider()),
      bank.onReport(() => this.#consider()),
    );
    this.#consider();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
  }

  /** The bank no longer knows the key set (`signOnRequired`). */
  invalidate(): void {
    this.#keySetId = undefined;
    this.#consider();
  }

  #consider(): void {
    const { pad, bank } = this.#options;
    if (this.#stopped || this.#running !== undefined || pad === undefined || bank === undefined) return;
    const padWorks = pad.report().state === 'ready' || pad.report().state === 'degraded';
    if (!padWorks || bank.report().state === 'down' || this.keySetId() !== undefined) return;
    this.#cancelTimer();
    this.#running = this.#signOn(pad, bank).then((why) => {
      this.#running = undefined;
      this.#options.onChange();
      if (this.#stopped) return;
      const waitMs = why === undefined ? renewMs : this.#retryMs;
      this.#retryMs = why === undefined ? firstRetryMs : Math.min(this.#retryMs * 2, longestRetryMs);
      this.#cancelTimer = this.#options.clock.after(waitMs, () => {
        this.#keySetId = undefined;
        this.#consider();
      });
    });
  }

  /** @returns why it failed, or undefined */
  async #signOn(pad: PinPad, bank: BankCoreHost): Promise<string | undefined> {
    const { journal } = this.#options;
    const fail = (why: string): string => {
      journal.record('host.signOnFailed', { host: 'bankCore', why });
      return why;
    };
    const answer = await bank.signOn('tdes');
    if (!answer.ok) return fail(answer.error.code);
    const pinKey = answer.value.keys.find((key) => key.usage === 'pin');
    if (pinKey === undefined) return fail('no PIN key in the answer');
    const checkValue = Buffer.from(pinKey.checkValue, 'hex');
    const loaded = await pad.loadWorkingKey(
      { usage: 'pin', encrypted: Buffer.from(pinKey.encrypted, 'hex'), checkValue },
      { timeoutMs: loadTimeoutMs },
    );
    if (!loaded.ok) return fail(`the PIN pad: ${loaded.error.code}`);
    this.#keySetId = answer.value.keySetId;
    journal.record('host.signedOn', { host: 'bankCore', keyCheck: pinKey.checkValue });
    return undefined;
  }
}
