import { err, ok, type Result } from '#protocol/result.ts';
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

/**
 * Why there are no new working keys: no pad that works; no bank that answers; or, `keyRefused`, the two do not agree, as
 * the pad holds another master key than the bank thinks, or none.
 */
export type KeyFault = 'pinPadUnavailable' | 'hostUnavailable' | 'keyRefused';

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
  /** What came of the last sign-on: the check value of the PIN key, or why there is none. */
  #last: Result<string, KeyFault> | undefined;
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

  /**
   * New keys now, whatever there is: somebody has loaded a master key.
   * @returns the check value of the PIN key, on which pad and bank agree
   */
  async renew(timeoutMs: number, signal: AbortSignal): Promise<Result<string, KeyFault>> {
    await this.ready(timeoutMs, signal);
    // What is there still serves while nobody can be asked for another.
    if (!this.#padWorks) return err('pinPadUnavailable');
    if (this.#options.bank === undefined || this.#options.bank.report().state === 'down') return err('hostUnavailable');
    this.#last = undefined;
    this.invalidate();
    await this.ready(timeoutMs, signal);
    return this.#last ?? err('hostUnavailable');
  }

  get #padWorks(): boolean {
    const state = this.#options.pad?.report().state;
    return state === 'ready' || state === 'degraded';
  }

  #consider(): void {
    const { pad, bank } = this.#options;
    if (this.#stopped || this.#running !== undefined || pad === undefined || bank === undefined) return;
    if (!this.#padWorks || bank.report().state === 'down' || this.keySetId() !== undefined) return;
    this.#cancelTimer();
    this.#running = this.#signOn(pad, bank).then((signedOn) => {
      this.#running = undefined;
      this.#last = signedOn;
      this.#options.onChange();
      if (this.#stopped) return;
      const waitMs = signedOn.ok ? renewMs : this.#retryMs;
      this.#retryMs = signedOn.ok ? firstRetryMs : Math.min(this.#retryMs * 2, longestRetryMs);
      this.#cancelTimer = this.#options.clock.after(waitMs, () => {
        this.#keySetId = undefined;
        this.#consider();
      });
    });
  }

  /** @returns the check value of the PIN key */
  async #signOn(pad: PinPad, bank: BankCoreHost): Promise<Result<string, KeyFault>> {
    const { journal } = this.#options;
    const fail = (why: string, code: KeyFault): Result<never, KeyFault> => {
      journal.record('host.signOnFailed', { host: 'bankCore', why });
      return err(code);
    };
    const answer = await bank.signOn('tdes');
    if (!answer.ok) return fail(answer.error.code, 'hostUnavailable');
    const pinKey = answer.value.keys.find((key) => key.usage === 'pin');
    if (pinKey === undefined) return fail('no PIN key in the answer', 'hostUnavailable');
    const checkValue = Buffer.from(pinKey.checkValue, 'hex');
    const loaded = await pad.loadWorkingKey(
      { usage: 'pin', encrypted: Buffer.from(pinKey.encrypted, 'hex'), checkValue },
      { timeoutMs: loadTimeoutMs },
    );
    if (!loaded.ok) {
      const disagree = loaded.error.code === 'keyRefused' || loaded.error.code === 'keyMissing';
      return fail(`the PIN pad: ${loaded.error.code}`, disagree ? 'keyRefused' : 'pinPadUnavailable');
    }
    this.#keySetId = answer.value.keySetId;
    journal.record('host.signedOn', { host: 'bankCore', keyCheck: pinKey.checkValue });
    return ok(pinKey.checkValue);
  }
}
