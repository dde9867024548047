import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { Clock } from '../kiosk/clock.ts';
import {
  type CommandContext,
  failure,
  interrupted,
  type Outcome,
  type ServiceDefinition,
  success,
} from '../service.ts';

type Interface = xfs.VendorApplicationSetActiveInterfaceCommand['activeInterface'];

export interface VendorApplicationOptions {
  readonly clock: Clock;
  /** In vendor mode the screen may be had. */
  readonly mayStart: () => boolean;
  /** Somebody works on the page of staff, or is about to. */
  readonly occupied: () => boolean;
  /** Which page the screen is to show may have changed. */
  readonly onChange: () => void;
}

/** A page that was told to go is gone before that. */
const leaveMs = 5_000;

/**
 * XFS4IoT's VendorApplication: the one application of ours is the page of staff, on the one screen that the machine has. It
 * begins at its sign-on, so nobody gets rights by starting it: its level is `basic`.
 */
export class VendorApplication {
  readonly #options: VendorApplicationOptions;
  #called = false;
  /** Pages of staff that are open. */
  #pages = 0;
  #told: Interface = 'consumer';
  #send: Parameters<ServiceDefinition['attach']>[0] = () => {};
  readonly #waiting = new Set<() => void>();

  constructor(options: VendorApplicationOptions) {
    this.#options = options;
  }

  /** The screen is to show the page of staff. */
  get called(): boolean {
    return this.#called;
  }

  /** It is on the glass. */
  get open(): boolean {
    return this.#pages > 0;
  }

  /** Calls for the page of staff, or no more. */
  call(called: boolean): void {
    if (called === this.#called) return;
    this.#called = called;
    this.#tell();
    this.#options.onChange();
  }

  /** A page of staff was opened. */
  pageOpened(closed: AbortSignal): void {
    this.#pages += 1;
    this.#tell();
    closed.addEventListener(
      'abort',
      () => {
        this.#pages -= 1;
        this.#tell();
        if (this.#pages === 0) this.#send('VendorApplication.VendorAppExitedEvent');
      },
      { once: true },
    );
  }

  definition(): ServiceDefinition {
    return {
      name: 'VendorApplication',
      family: 'standard',
      interfaces: ['VendorApplication'],
      handlers: {
        'VendorApplication.StartLocalApplication': (payload: xfs.VendorApplicationStartLocalApplicationCommand) =>
          this.#start(payload),
        'VendorApplication.GetActiveInterface': () =>
          success({ activeInterface: this.#active } satisfies xfs.VendorApplicationGetActiveInterfaceCompletion),
        'VendorApplication.SetActiveInterface': (
          { activeInterface }: xfs.VendorApplicationSetActiveInterfaceCommand,
          context: CommandContext,
        ) => this.#set(activeInterface, context),
      },
      events: [
        'Common.StatusChangedEvent',
        'VendorApplication.InterfaceChangedEvent',
        'VendorApplication.VendorAppExitedEvent',
      ],
      immediate: new Set(),
      maximumRequests: 16,
      status: () => ({ device: 'online', members: { vendorApplication: { accessLevel: this.#level } } }),
      capabilities: () => ({
        members: { vendorApplication: { supportedAccessLevels: { basic: true, intermediate: false, full: false } } },
      }),
      attach: (send) => {
        this.#send = send;
      },
    };
  }

  get #active(): Interface {
    return this.#called || this.#pages > 0 ? 'operator' : 'consumer';
  }

  get #level(): 'basic' | 'notActive' {
    return this.#pages > 0 ? 'basic' : 'notActive';
  }

  /** There is one, whatever it is called by. */
  #start({ accessLevel }: xfs.VendorApplicationStartLocalApplicationCommand): Outcome {
    if (accessLevel !== undefined && accessLevel !== 'basic')
      return failure('unsupportedData', 'not of this access level');
    if (!this.#options.mayStart()) return failure('sequenceError', 'not in vendor mode');
    this.call(true);
    return success();
  }

  async #set(wanted: Interface, context: CommandContext): Promise<Outcome> {
    const { clock, mayStart, occupied } = this.#options;
    if (wanted === this.#active) return success();
    if (wanted === 'operator') {
      if (!mayStart()) return failure('sequenceError', 'not in vendor mode');
      this.call(true);
      return success();
    }
    if (occupied()) return failure('sequenceError', 'staff are at work');
    this.call(false);
    const over = new AbortController();
    const stopWaiting = clock.after(leaveMs, () => over.abort());
    const signal = AbortSignal.any([context.signal, over.signal]);
    while (this.#pages > 0 && !signal.aborted) await this.#change(signal);
    stopWaiting();
    if (context.signal.aborted) return interrupted(context);
    return this.#pages === 0 ? success() : failure('sequenceError', 'the page of staff stays open');
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
    });
  }

  #tell(): void {
    const level = this.#level;
    if (level !== this.#toldLevel) {
      this.#toldLevel = level;
      this.#send('Common.StatusChangedEvent', { vendorApplication: { accessLevel: level } });
    }
    if (this.#active !== this.#told) {
      this.#told = this.#active;
      this.#send('VendorApplication.InterfaceChangedEvent', { activeInterface: this.#told });
    }
    for (const waiting of [...this.#waiting]) waiting();
  }
  #toldLevel: 'basic' | 'notActive' = 'notActive';
}
