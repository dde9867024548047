import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { Journal } from '../../journal/index.ts';
import type { Clock } from '../kiosk/clock.ts';
import { type CommandContext, failure, type Outcome, type ServiceDefinition, success } from '../service.ts';

type Phase = NonNullable<xfs.VendorModeStatus['service']>;

export interface VendorModeOptions {
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'record'>;
  readonly visitRunning: () => boolean;
  /** Whether the kiosk serves anybody may have changed. */
  readonly onChange: () => void;
}

/** A registered client that says nothing for so long hangs: the longest that a customer of its own may need. */
const answerMs = 300_000;
const longestName = 256;

/**
 * XFS4IoT's VendorMode (interfaces.md 1.8): the machine is handed over to whoever services it, after everybody who wanted a
 * say has finished. The kiosk's own visit is one of them; the operator switch asks like a client.
 *
 *   inactive -> enterPending -> active -> exitPending -> inactive
 */
export class VendorMode {
  readonly #options: VendorModeOptions;
  #phase: Phase = 'inactive';
  #by: 'switch' | 'client' = 'client';
  /** Whether the operator switch stands at maintenance. */
  #switched = false;
  /** By the connection's id. */
  readonly #registered = new Map<number, string>();
  /** Those who have not answered yet. */
  readonly #awaited = new Set<number>();
  #unanswered = 0;
  #stopWaiting = (): void => {};
  #send: Parameters<ServiceDefinition['attach']>[0] = () => {};
  readonly #listeners = new Set<(active: boolean) => void>();

  constructor(options: VendorModeOptions) {
    this.#options = options;
  }

  /** The machine is handed over, or is about to be: no visit begins. */
  get outOfService(): boolean {
    return this.#phase !== 'inactive';
  }

  get active(): boolean {
    return this.#phase === 'active';
  }

  /** Called when the mode was entered and when it was left. */
  onActive(listener: (active: boolean) => void): void {
    this.#listeners.add(listener);
  }

  /** The operator switch was turned, or found so. */
  turned(toMaintenance: boolean): void {
    this.#switched = toMaintenance;
    // What was entered by a client is the client's to leave, unless somebody turned the switch there and back.
    if (toMaintenance) this.#by = 'switch';
    this.#follow();
  }

  /** A visit may have ended. */
  look(): void {
    if (this.#phase === 'enterPending') this.#settle();
  }

  stop(): void {
    this.#stopWaiting();
  }

  definition(): ServiceDefinition {
    return {
      name: 'VendorMode',
      family: 'standard',
      interfaces: ['VendorMode'],
      handlers: {
        'VendorMode.Register': ({ appName = '' }: xfs.VendorModeRegisterCommand, { connection }: CommandContext) => {
          if (appName.length > longestName) return failure('invalidData', '/payload/appName is too long');
          if (!connection.closed.aborted) this.#registered.set(connection.id, appName);
          return success();
        },
        'VendorMode.EnterModeRequest': () => this.#request('inactive', 'enterPending'),
        'VendorMode.ExitModeRequest': () =>
          // The switch has the last word: it would be followed again at once.
          this.#switched
            ? failure('sequenceError', 'the operator switch stands at maintenance')
            : this.#request('active', 'exitPending'),
        'VendorMode.EnterModeAcknowledge': (_payload, { connection }: CommandContext) =>
          this.#acknowledge('enterPending', connection.id),
        'VendorMode.ExitModeAcknowledge': (_payload, { connection }: CommandContext) =>
          this.#acknowledge('exitPending', connection.id),
      },
      events: [
        'Common.StatusChangedEvent',
        'VendorMode.EnterModeRequestEvent',
        'VendorMode.ModeEnteredEvent',
        'VendorMode.ExitModeRequestEvent',
        'VendorMode.ModeExitedEvent',
      ],
      immediate: new Set(),
      maximumRequests: 16,
      status: () => ({ device: 'online', members: { vendorMode: { device: 'online', service: this.#phase } } }),
      capabilities: () => ({ members: {} }),
      attach: (send) => {
        this.#send = send;
      },
      onConnection: ({ id, closed }) => {
        // Whoever is gone is not waited for.
        closed.addEventListener('abort', () => this.#gone(id), { once: true });
      },
    };
  }

  #request(from: 'inactive' | 'active', to: 'enterPending' | 'exitPending'): Outcome {
    if (this.#phase !== from) return failure('sequenceError', `vendor mode is ${this.#phase}`);
    this.#by = 'client';
    this.#begin(to);
    return success();
  }

  #acknowledge(phase: 'enterPending' | 'exitPending', id: number): Outcome {
    if (this.#phase !== phase || !this.#awaited.delete(id))
      return failure('sequenceError', `vendor mode is ${this.#phase}`);
    this.#soon();
    return success();
  }

  #gone(id: number): void {
    this.#registered.delete(id);
    if (this.#awaited.delete(id)) this.#soon();
  }

  #begin(phase: 'enterPending' | 'exitPending'): void {
    for (const id of this.#registered.keys()) this.#awaited.add(id);
    this.#unanswered = 0;
    this.#stopWaiting = this.#options.clock.after(answerMs, () => {
      this.#unanswered = this.#awaited.size;
      this.#awaited.clear();
      this.#settle();
    });
    this.#become(phase);
    const name = phase === 'enterPending' ? 'VendorMode.EnterModeRequestEvent' : 'VendorMode.ExitModeRequestEvent';
    this.#send(name, undefined, ({ id }) => this.#registered.has(id));
    this.#soon();
  }

  /** After the completion of the command that it follows from. */
  #soon(): void {
    queueMicrotask(() => this.#settle());
  }

  #settle(): void {
    const { journal, visitRunning } = this.#options;
    if (this.#awaited.size > 0) return;
    if (this.#phase === 'enterPending' && !visitRunning()) {
      this.#stopWaiting();
      this.#become('active');
      journal.record('vendorMode.entered', { by: this.#by, unanswered: this.#unanswered });
      this.#send('VendorMode.ModeEnteredEvent');
    } else if (this.#phase === 'exitPending') {
      this.#stopWaiting();
      this.#become('inactive');
      journal.record('vendorMode.exited', {});
      const connectedApplications = [...this.#registered.values()].filter((name) => name !== '');
      this.#send('VendorMode.ModeExitedEvent', {
        connectedApplications,
      } satisfies xfs.VendorModeModeExitedEventUnsolicited);
    } else return;
    for (const listener of this.#listeners) listener(this.active);
    this.#follow();
  }

  /** Where the switch is turned in the middle of a change, the change ends first. */
  #follow(): void {
    if (this.#switched && this.#phase === 'inactive') this.#begin('enterPending');
    else if (!this.#switched && this.#phase === 'active' && this.#by === 'switch') this.#begin('exitPending');
  }

  #become(phase: Phase): void {
    this.#phase = phase;
    this.#send('Common.StatusChangedEvent', { vendorMode: { service: phase } });
    this.#options.onChange();
  }
}
