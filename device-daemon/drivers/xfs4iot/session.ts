/** From start to stop: look for the service, serve while it lasts, look again; the report says how it stands. */
import type { DeviceReport, DeviceState } from '#protocol/generated/kiosk.ts';
import type { DeviceFault } from '../../devices/device.ts';
import { Life } from '../common/life.ts';
import { aborted, pause, underAny } from '../common/waits.ts';
import { faultIn } from './connection.ts';
import { DELAYS, type Delays, GIVE_UP_AFTER } from './delays.ts';
import { type ServiceFault, stateOf, type XfsReason } from './reasons.ts';
import { type Needs, openService, type Service } from './service.ts';
import type { ProviderSettings } from './settings.ts';

/** What a face adds to what the provider says of its device: undefined where there is nothing to add. */
export type Health = XfsReason | undefined;

export interface SessionOptions {
  readonly who: Pick<DeviceReport, 'name' | 'class' | 'driver'>;
  readonly settings: ProviderSettings;
  readonly needs: Needs;
  readonly delays?: Partial<Delays>;
  /** The service is there; before the report says so. */
  readonly onOpened: (service: Service) => void;
  /** And it is gone. */
  readonly onEnded: (service: Service) => void;
  /** Of a device that is online. */
  readonly health: (service: Service) => Health;
}

/** Somebody has to change something: looking sooner helps nobody. */
const needsPerson: ReadonlySet<ServiceFault | 'pinRevealed'> = new Set([
  'refused',
  'certificate',
  'unsuitable',
  'otherDevice',
  'oldEdition',
  'pinRevealed',
]);
/** Nothing to be held against a provider. */
const innocent: ReadonlySet<ServiceFault> = new Set(['unreachable', 'lost', 'serviceMissing']);

export class Session {
  readonly delays: Delays;
  readonly #options: SessionOptions;
  readonly #life: Life<XfsReason>;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #service: Service | undefined;
  /** What the provider did that its connection cannot tell; it is not used again before a person has looked. */
  #banned: 'pinRevealed' | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.delays = { ...DELAYS, ...options.delays };
    this.#life = new Life<XfsReason>(options.who, 'starting');
  }

  /** Aborts with `stop`. */
  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  /** Undefined while there is none. */
  get service(): Service | undefined {
    return this.#service;
  }

  /** Why nothing can be done now. */
  get outage(): DeviceFault {
    const detail = this.#stopping.signal.aborted ? 'stopped' : (this.#life.reason ?? this.#life.state);
    return { code: 'notReady', detail };
  }

  report(): DeviceReport {
    this.#life.lastExchange = this.#service?.heardAt ?? this.#life.lastExchange;
    return this.#life.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#life.onReport(listener);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#service?.end('lost');
    await this.#running;
    this.#life.tell('absent');
  }

  /** Judges the device anew and tells it, if it is news. */
  tell(): void {
    const service = this.#service;
    if (service === undefined) return;
    const [state, reason] = healthOf(service, this.#options.health);
    this.#life.tell(state, reason);
  }

  /** Something that goes with the report has changed, and the report itself has not. */
  announce(): void {
    this.#life.announce();
  }

  /** The provider did what none may ever do: it is not spoken to again until the daemon starts anew. */
  ban(reason: 'pinRevealed'): void {
    this.#banned = reason;
    this.#service?.end('lost');
  }

  async #run(): Promise<void> {
    const signal = this.#stopping.signal;
    let failures = 0;
    let met = false;
    for (;;) {
      if (this.#life.state !== 'failed' && this.#life.state !== 'absent') this.#life.tell('starting');
      const found = await openService({ ...this.#options, delays: this.delays }, signal);
      let fault: ServiceFault | 'pinRevealed';
      if (found.ok) {
        if (signal.aborted) found.value.end('lost');
        if (met) this.#life.restarted();
        met = true;
        fault = await this.#serve(found.value);
      } else fault = found.error;
      if (signal.aborted) return;
      fault = this.#banned ?? fault;
      failures = innocent.has(fault as ServiceFault) ? 0 : failures + 1;
      const givesUp = failures >= GIVE_UP_AFTER || needsPerson.has(fault);
      this.#life.tell(stateOf(fault), fault, givesUp ? 'giveUp' : 'reopen');
      if (this.#banned !== undefined) return aborted(signal);
      const { reopenMs, longestReopenMs } = this.delays;
      await pause(givesUp ? longestReopenMs : Math.min(longestReopenMs, reopenMs * 2 ** failures), signal);
    }
  }

  /** Until its connection ends; says why. */
  async #serve(service: Service): Promise<ServiceFault> {
    const stopListening = service.onChange(() => this.tell());
    this.#service = service;
    try {
      this.#options.onOpened(service);
      this.tell();
      while (!service.ended.aborted) {
        await pause(this.delays.statusMs, service.ended);
        if (!service.ended.aborted) await service.refresh();
      }
      return faultIn(service.ended);
    } finally {
      this.#life.lastExchange = service.heardAt;
      this.#service = undefined;
      stopListening();
      this.#options.onEnded(service);
    }
  }

  /** The service now, or as soon as there is one again. Undefined: the signal came first. */
  async whenServing(signal: AbortSignal): Promise<Service | undefined> {
    if (this.#service !== undefined) return this.#service;
    return underAny([signal, this.#stopping.signal], async (any) => {
      const back = new AbortController();
      const stopListening = this.onReport(() => {
        if (this.#service !== undefined) back.abort();
      });
      await underAny([any, back.signal], aborted);
      stopListening();
      return this.#service;
    });
  }
}

/** The provider's word first: a device that it has not got has no health. */
function healthOf(service: Service, health: SessionOptions['health']): readonly [DeviceState, XfsReason?] {
  const device = service.status.common?.device;
  switch (device) {
    case 'starting':
      return ['starting'];
    case 'noDevice':
      return ['absent', 'deviceAbsent'];
    case 'offline':
    case 'powerOff':
      return ['failed', 'deviceOffline'];
    case 'hardwareError':
      return ['failed', 'deviceFailed'];
    case 'userError':
      return ['failed', 'userNeeded'];
    case 'fraudAttempt':
    case 'potentialFraud':
      return ['failed', 'fraudSuspected'];
    case 'online':
    case 'deviceBusy':
    case undefined: {
      const reason = health(service);
      return reason === undefined ? ['ready'] : [stateOf(reason), reason];
    }
  }
}
