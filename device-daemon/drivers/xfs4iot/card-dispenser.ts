import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type {
  BinLevel,
  CardDispenser,
  CardPath,
  DispenserCapabilities,
  DispenserFault,
  DispenserState,
  HopperLevel,
  InitPolicy,
  MotionReason,
  MotionResult,
} from '../../devices/card-dispenser.ts';
import type { OperationOptions } from '../../devices/device.ts';
import { inTurn, Lock, untilSeen } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { type MotionFacts, type MotionKind, type Verdict, verdictOf } from './dispenser-verdict.ts';
import { type End, errorCodeOf, surelyNotDone } from './ends.ts';
import { afterLoss } from './motion.ts';
import type { DeviceReason } from './reasons.ts';
import type { Service } from './service.ts';
import { Session } from './session.ts';
import type { ProviderSettings } from './settings.ts';
import { StorageUnits } from './storage-units.ts';

export interface XfsCardDispenserOptions {
  readonly name: string;
  readonly settings: ProviderSettings;
  readonly delays?: Partial<Delays>;
}

const nowhere: DispenserState = { path: 'unknown', hopper: 'unknown', bin: 'unknown' };
const paths: Readonly<Record<NonNullable<xfs.CardReaderStatus['media']>, CardPath>> = {
  notPresent: 'empty',
  present: 'atRead',
  latched: 'atRead',
  entering: 'atGate',
  jammed: 'inTransit',
  unknown: 'unknown',
};
/** Without it there is nothing that could move. */
const out: ReadonlySet<unknown> = new Set(['noDevice', 'offline', 'powerOff', 'starting']);
const policies = {
  leave: ['leave', { to: 'currentPosition' }],
  toGate: ['present', { to: 'exit' }],
  toBin: ['capture', { to: 'retain' }],
} as const satisfies Readonly<Record<InitPolicy, readonly [MotionKind, xfs.CardReaderResetCommand]>>;

type Look = { readonly state: DispenserState; readonly counts: StorageUnits['counts'] };
type Send = (service: Service, timing: { readonly timeoutMs: number }) => Promise<End<object>>;

/**
 * Another provider's card dispenser: a CardReader with Storage (interfaces.md 1.2). A motion is sent once; how it ended is
 * judged by its completion, the sensors and the counts of cards. One whose completion got lost is asked after on the next
 * connection, when the provider is through with it: its queue has by then answered a Reset that moves nothing.
 */
export class XfsCardDispenser implements CardDispenser {
  readonly class = 'cardDispenser';
  readonly driver = 'xfs4iot';
  readonly name: string;
  readonly #session: Session;
  readonly #lock = new Lock();
  readonly #listeners = new Set<(state: DispenserState) => void>();
  readonly #units = new StorageUnits();
  #state = nowhere;

  constructor({ name, settings, delays }: XfsCardDispenserOptions) {
    this.name = name;
    this.#session = new Session({
      who: this,
      settings,
      needs: {
        commands: ['CardReader.Move', 'Storage.GetStorage'],
        mayUse: ['CardReader.Reset'],
        fits: ({ cardReader }) => cardReader?.type === 'motor' && cardReader.positions?.transport !== false,
        suits: async (service) => (await this.#count(service)) && this.#units.of('dispense') !== undefined,
      },
      ...(delays === undefined ? {} : { delays }),
      onOpened: (service) => {
        service.onChange((event) => {
          if (event?.name.startsWith('Storage.')) this.#units.change(event.payload);
          // It may be told before the status that says so, or by nothing else.
          if (event?.name === 'CardReader.MediaRemovedEvent') void service.refresh();
          this.#see(service);
        });
        this.#see(service);
      },
      onEnded: () => this.#become(nowhere),
      health: (service) => healthOf(this.#stateIn(service)),
    });
  }

  report(): DeviceReport {
    return this.#session.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#session.onReport(listener);
  }

  start(): void {
    this.#session.start();
  }

  async stop(): Promise<void> {
    await this.#session.stop();
  }

  capabilities(): DispenserCapabilities {
    const [device] = this.#session.service?.capabilities.common?.deviceInformation ?? [];
    return {
      moves: 'answered',
      canReturnToHopper: false,
      canAcceptInsert: false,
      countsBin: this.#units.counts.bin !== undefined,
      hasChip: false,
      model: device?.modelName,
      serialNumber: device?.serialNumber,
    };
  }

  state(): DispenserState {
    return this.#state;
  }

  onChange(listener: (state: DispenserState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  look(options: OperationOptions): Promise<Result<DispenserState, DispenserFault>> {
    return this.#inTurn(options, async (service) => {
      const seen = await this.#look(service);
      return seen === undefined ? err(this.#session.outage) : ok(seen.state);
    });
  }

  async binCount(options: OperationOptions): Promise<Result<number, DispenserFault>> {
    return this.#inTurn(options, async (service) => {
      const seen = await this.#look(service);
      if (seen === undefined) return err(this.#session.outage);
      return seen.counts.bin === undefined ? err({ code: 'unsupported' }) : ok(seen.counts.bin);
    });
  }

  init(policy: InitPolicy, options: OperationOptions): Promise<MotionResult> {
    const [kind, payload] = policies[policy];
    return this.#move(options, ({ path }, service) => {
      if (!service.offers('CardReader.Reset')) return 'unsupported';
      // Nothing to be brought anywhere: only errors are cleared.
      const wanted = path === 'empty' ? policies.leave : ([kind, payload] as const);
      return [wanted[0], (on, timing) => on.request('CardReader.Reset', wanted[1], timing)];
    });
  }

  feedToRead(options: OperationOptions): Promise<MotionResult> {
    return this.#move(options, ({ path, hopper }) => {
      if (path === 'unknown') return 'positionUnknown';
      if (path !== 'empty') return path === 'inTransit' ? 'jammed' : 'pathOccupied';
      const from = this.#units.of('dispense');
      if (hopper === 'empty' || from === undefined) return 'hopperEmpty';
      return ['feed', moved(from, 'transport')];
    });
  }

  present(options: OperationOptions): Promise<MotionResult> {
    return this.#move(options, ({ path }) => {
      if (path === 'atRead') return ['present', moved('transport', 'exit')];
      return path === 'atGate' ? 'done' : unmovable[path];
    });
  }

  capture(options: OperationOptions): Promise<MotionResult> {
    return this.#move(options, ({ path, bin }) => {
      if (path === 'empty' || path === 'unknown') return unmovable[path];
      const to = this.#units.of('retain');
      if (to === undefined) return 'unsupported';
      if (bin === 'full') return 'binFull';
      return ['capture', moved(path === 'atGate' ? 'exit' : 'transport', to)];
    });
  }

  async waitForTaken(options: OperationOptions): Promise<Result<void, DispenserFault>> {
    const { stopped } = this.#session;
    const seen = { stopped, onChange: (listener: () => void) => this.onChange(listener) };
    const taken = await untilSeen(seen, options, () => (this.#state.path === 'empty' ? true : undefined));
    return taken.ok ? ok() : taken;
  }

  /**
   * Looks, decides, sends once, looks again. `plan`: why nothing is to be sent, or what.
   * A cancel or time-out counts until then: what is under way is not called back.
   */
  async #move(
    options: OperationOptions,
    plan: (state: DispenserState, service: Service) => MotionReason | 'done' | readonly [kind: MotionKind, send: Send],
  ): Promise<MotionResult> {
    const ended = await this.#inTurn<Verdict>(options, async (service, signal) => {
      const before = await this.#look(service);
      if (before === undefined) return ok({ outcome: 'notDone', reason: 'notReady' });
      if (out.has(service.status.common?.device)) return ok({ outcome: 'notDone', reason: 'notReady' });
      const planned = plan(before.state, service);
      if (planned === 'done') return ok({ outcome: 'done' });
      if (typeof planned === 'string') return ok({ outcome: 'notDone', reason: planned });
      if (signal.aborted) return err({ code: 'cancelled' });
      const [kind, send] = planned;
      const end = await send(service, { timeoutMs: this.#session.delays.actMs });
      return ok(await this.#settle(service, kind, before, end));
    });
    const verdict = ended.ok ? ended.value : { outcome: 'notDone' as const, reason: faultReason(ended.error) };
    return { ...verdict, state: this.#state };
  }

  async #settle(service: Service, kind: MotionKind, before: Look, end: End<object>): Promise<Verdict> {
    let said: MotionFacts['said'];
    let now: Service | undefined = service;
    if (end.ok) said = end.value.completionCode === 'success' ? 'done' : surelyNotDone(end) ? 'refused' : 'failed';
    else if (surelyNotDone(end)) said = 'refused';
    else {
      const { known, over } = await afterLoss(this.#session);
      now = known;
      said = over ? 'lost' : 'running';
    }
    const after = now === undefined ? undefined : await this.#look(now);
    return verdictOf({
      kind,
      said,
      before: before.state.path,
      after: after?.state.path,
      reason: motionReason(end, kind, before.state.path),
      // A count that is used up stays at 0 (interfaces.md 1.2), and says nothing.
      dispensed: difference(after?.counts.hopper, before.counts.hopper || undefined, -1),
      kept: difference(after?.counts.bin, before.counts.bin, 1),
    });
  }

  async #look(service: Service): Promise<Look | undefined> {
    if (!(await this.#count(service)) || !(await service.refresh())) return undefined;
    return { state: this.#stateIn(service), counts: this.#units.counts };
  }

  async #count(service: Service): Promise<boolean> {
    const end = await service.request('Storage.GetStorage', undefined, { deadlineMs: this.#session.delays.answerMs });
    if (!end.ok || end.value.completionCode !== 'success') return false;
    this.#units.set(end.value.payload.storage ?? {});
    return true;
  }

  #see(service: Service): void {
    this.#become(this.#stateIn(service));
    this.#session.tell();
  }

  #stateIn({ status }: Service): DispenserState {
    const { hopper, bin } = this.#units.levels satisfies { hopper: HopperLevel; bin: BinLevel };
    return { path: paths[status.cardReader?.media ?? 'unknown'], hopper, bin };
  }

  #become(state: DispenserState): void {
    const { path, hopper, bin } = this.#state;
    if (state.path === path && state.hopper === hopper && state.bin === bin) return;
    this.#state = state;
    for (const listener of [...this.#listeners]) listener(state);
  }

  #inTurn<T>(
    options: OperationOptions,
    work: (service: Service, signal: AbortSignal) => Promise<Result<T, DispenserFault>>,
  ): Promise<Result<T, DispenserFault>> {
    return inTurn<T, DispenserFault>(this.#lock, this.#session.stopped, options, async (signal) => {
      const { service } = this.#session;
      return service === undefined ? err(this.#session.outage) : work(service, signal);
    });
  }
}

const unmovable = { empty: 'pathEmpty', inTransit: 'jammed', unknown: 'positionUnknown' } as const;

const moved =
  (from: string, to: string): Send =>
  (service, timing) =>
    service.request('CardReader.Move', { from, to }, timing);

function difference(after: number | undefined, before: number | undefined, sign: 1 | -1): number | undefined {
  return after === undefined || before === undefined ? undefined : sign * (after - before);
}

/** What the completion gives for a reason; whether it is so is for the sensors to say. */
function motionReason(end: End<object>, kind: MotionKind, before: CardPath): MotionReason {
  if (!end.ok) return surelyNotDone(end) ? 'notReady' : 'noAnswer';
  switch (errorCodeOf(end)) {
    case 'mediaJam':
      return 'jammed';
    case 'noMedia':
      if (kind === 'feed') return 'hopperEmpty';
      return before === 'atGate' ? 'movedByHand' : 'pathEmpty';
    case 'occupied':
      return 'pathOccupied';
    case 'full':
    case 'retainBinFull':
      return 'binFull';
    case 'mediaRetained':
      return 'captured';
    case undefined:
      break;
    default:
      return 'mechanicalFault';
  }
  switch (end.value.completionCode) {
    case 'timeOut':
      return 'timeOut';
    case 'canceled':
      return 'cancelled';
    case 'deviceNotReady':
      return 'notReady';
    case 'unsupportedCommand':
      return 'unsupported';
    default:
      return surelyNotDone(end) ? 'refused' : 'mechanicalFault';
  }
}

function faultReason({ code }: DispenserFault): MotionReason {
  return code === 'cancelled' || code === 'timeOut' ? code : 'notReady';
}

function healthOf({ path, hopper, bin }: DispenserState): DeviceReason | undefined {
  if (path === 'inTransit') return 'jammed';
  if (hopper === 'empty') return 'hopperEmpty';
  if (bin === 'full') return 'binFull';
  return hopper === 'low' ? 'hopperLow' : undefined;
}
