/** One link, one motion at a time, one truth about where the card is. */
import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type {
  CardPath,
  DispenserFault,
  DispenserState,
  InitPolicy,
  MotionReason,
  MotionResult,
} from '../../devices/card-dispenser.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type { ByteChannel, OpenChannel } from '../../transports/channel.ts';
import { judge, type MotionFacts, type MotionKind, type Verdict } from '../common/card-motion.ts';
import { keepServing, Life, type PortReason } from '../common/life.ts';
import { inTurn, Lock, pause, type TurnFault } from '../common/waits.ts';
import type { MotionName } from './codec.ts';
import { type Delays, delays as standardDelays } from './delays.ts';
import { Link } from './link.ts';
import { type AskFault, Session } from './session.ts';
import { defaultSettings, type K720Settings } from './settings.ts';
import { busy, failureOf, type Status, stateOf, unknownState } from './status.ts';
import { Trail } from './trail.ts';

export type K720Reason =
  | PortReason
  | 'reopening'
  | 'silent'
  | 'garbled'
  | 'notUnderstood'
  | 'needsReset'
  | 'jammed'
  | 'mechanicalFault'
  | 'prepareFailed'
  | 'hopperEmpty'
  | 'hopperLow'
  | 'binFull';

export interface K720Options {
  readonly open: OpenChannel;
  readonly settings?: Partial<K720Settings>;
  readonly delays?: Partial<Delays>;
}

type Kind = Exclude<MotionKind, 'inside'>;

/** FC7 and not DC, which puts a card within reach before anybody wrote on it (0a). */
const motions: Readonly<Record<Kind, MotionName>> = {
  feed: 'toRead',
  present: 'toTake',
  capture: 'recycle',
  return: 'toHopper',
};
const goals: Readonly<Record<Kind, CardPath>> = {
  feed: 'atRead',
  present: 'atGate',
  capture: 'empty',
  return: 'empty',
};

interface Followed {
  /** Undefined: nobody answered, or it moves still. */
  readonly after: CardPath | undefined;
  readonly said: MotionFacts['said'];
  readonly refusal?: MotionReason;
}

const no = (reason: MotionReason): Verdict => ({ outcome: 'notDone', reason });

export class Unit {
  readonly life: Life<K720Reason>;
  state: DispenserState = unknownState;
  readonly #options: K720Options;
  readonly #settings: K720Settings;
  readonly #delays: Delays;
  readonly #lock = new Lock();
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<() => void>();
  #running: Promise<void> | undefined;
  #session: Session | undefined;
  #status: Status | undefined;
  #model: string | undefined;
  /** It was reset since it last said that it wants to be. */
  #resetTried = false;

  constructor(name: string, options: K720Options) {
    this.#options = options;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#delays = { ...standardDelays, ...options.delays };
    this.life = new Life<K720Reason>({ name, class: 'cardDispenser', driver: 'k720' });
  }

  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  get model(): string | undefined {
    return this.#model;
  }

  report(): DeviceReport {
    this.life.lastExchange = this.#session?.lastExchangeAt ?? this.life.lastExchange;
    return this.life.report();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#running ??= keepServing<K720Reason>({
      open: this.#options.open,
      life: this.life,
      signal: this.stopped,
      delays: this.#delays,
      serve: (channel) => this.#connected(channel),
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#session?.link.close();
    await this.#running;
  }

  look(options: OperationOptions): Promise<Result<DispenserState, DispenserFault>> {
    return this.#operate<DispenserState, DispenserFault>(options, async (session, signal) => {
      const seen = await this.#look(session, signal);
      return seen.ok ? ok(this.state) : err(faultOf(seen.error));
    });
  }

  /** Sends one motion at most once, and settles what became of it. */
  async move(kind: Kind, options: OperationOptions): Promise<MotionResult> {
    const moved = await this.#operate<Verdict, never>(options, async (session, signal) =>
      ok((await this.#before(kind, session, signal)) ?? (await this.#run(kind, session, signal))),
    );
    return this.#result(moved.ok ? moved.value : no(moved.error.code));
  }

  /** RS, which has no policy (4); what it does with a card in the path is in no list, so that it is looked for afterwards. */
  async init(policy: InitPolicy, options: OperationOptions): Promise<MotionResult> {
    const done = await this.#operate<Verdict, never>(options, async (session, signal) => {
      const reset = await this.#reset(session, signal);
      if (reset.outcome !== 'done' || policy === 'leave' || this.state.path === 'empty') return ok(reset);
      const kind = policy === 'toBin' ? 'capture' : 'present';
      return ok((await this.#before(kind, session, signal)) ?? (await this.#run(kind, session, signal)));
    });
    return this.#result(done.ok ? done.value : no(done.error.code));
  }

  async #operate<T, F>(
    options: OperationOptions,
    work: (session: Session, signal: AbortSignal) => Promise<Result<T, F>>,
  ): Promise<Result<T, F | TurnFault>> {
    try {
      return await inTurn<T, F | TurnFault>(this.#lock, this.stopped, options, async (signal) => {
        const session = this.#session;
        if (session !== undefined) return work(session, signal);
        return err({ code: 'notReady', detail: this.life.reason ?? this.life.state });
      });
    } finally {
      this.#judge();
    }
  }

  /** Why it is not even begun; undefined: it may begin. */
  async #before(kind: Kind, session: Session, signal: AbortSignal): Promise<Verdict | undefined> {
    let seen = await this.#whenIdle(session, signal);
    if (!seen.ok) return no(reasonOf(seen.error));
    if (seen.value.needsReset) {
      // Into the bin it shall go anyhow; otherwise nobody knows what RS would do with it.
      if (this.state.path !== 'empty' && kind !== 'capture') return no('powerLost');
      await this.#reset(session, signal);
      seen = await this.#whenIdle(session, signal);
      if (!seen.ok) return no(reasonOf(seen.error));
      if (seen.value.needsReset && kind !== 'capture') return no('powerLost');
    }
    const { overlapping, disputedFull } = seen.value;
    const { path, hopper, bin } = this.state;
    if (kind === 'feed') {
      if (path !== 'empty') return no('pathOccupied');
      return hopper === 'empty' ? no('hopperEmpty') : undefined;
    }
    // With an empty path it would take a fresh card (0a).
    if (path === 'empty') return no('pathEmpty');
    if (kind === 'capture') return bin === 'full' ? no('binFull') : undefined;
    if (kind === 'present' && path === 'atGate') return { outcome: 'done' };
    if (overlapping) return no('cardSize');
    if (path === 'inTransit') return no('jammed');
    if (kind === 'present') return undefined;
    // What stood within a person's reach is no stock any more.
    if (path === 'atGate') return no('refused');
    return disputedFull && this.#settings.fullBit === 'hopperFull' ? no('hopperFull') : undefined;
  }

  /** A unit that brings a fresh card to sensor 3 takes nothing else meanwhile. */
  async #whenIdle(session: Session, signal: AbortSignal): Promise<Result<Status, AskFault>> {
    const endsAtMs = performance.now() + this.#delays.prepareMs;
    for (;;) {
      const seen = await this.#look(session, signal);
      if (!seen.ok || !busy(seen.value)) return seen;
      if (performance.now() >= endsAtMs) return err({ code: 'notTaken' });
      await pause(this.#delays.motionPollMs, signal);
    }
  }

  async #run(kind: Kind, session: Session, signal: AbortSignal): Promise<Verdict> {
    const before = this.state.path;
    const trail = new Trail(kind, before);
    const taken = this.#status;
    const ordered = await session.order(motions[kind], signal);
    if (!ordered.ok) return no(reasonOf(ordered.error));
    const followed = await this.#follow(session, taken, trail, (state, hasMoved) => {
      // A hand may take it as soon as it is out.
      if (kind === 'present' && hasMoved && state.path === 'empty') return true;
      return state.path === goals[kind];
    });
    if (!trail.kept) return { outcome: 'unknown', reason: followed.refusal ?? 'positionUnknown' };
    const { after, said, refusal } = followed;
    return judge({ kind, before, after, said, ...(refusal === undefined ? {} : { refusal }) });
  }

  /** RS, once. How it shows that it works is in no list: it is over when it was busy, or wants no reset any more, or in time. */
  async #reset(first: Session, signal: AbortSignal): Promise<Verdict> {
    this.life.climb('reset');
    const idle = await this.#whenIdle(first, signal);
    const wanted = this.#status?.needsReset === true;
    const ordered = await first.order('reset', signal);
    if (!ordered.ok) return no(reasonOf(idle.ok ? ordered.error : idle.error));
    const beganAtMs = performance.now();
    for (let begun = false; ; ) {
      await pause(this.#delays.motionPollMs, this.stopped);
      const seen = await this.#lookNow(first);
      const passedMs = performance.now() - beganAtMs;
      if (seen?.ok === true && busy(seen.value)) begun = true;
      else if (seen?.ok === true) {
        const { needsReset } = seen.value;
        if (begun || (wanted && !needsReset) || passedMs >= this.#delays.resetMs)
          return needsReset ? { outcome: 'unknown', reason: 'powerLost' } : { outcome: 'done' };
      }
      if (this.stopped.aborted || passedMs >= this.#delays.settleMs) return { outcome: 'unknown', reason: 'noAnswer' };
    }
  }

  /**
   * Looks until the motion is over, on the next connection too. It is over when it was seen moving and is not any more, when
   * it is where it should be, or when the unit says a failure that it did not say before; else at the end of its budget.
   */
  async #follow(
    first: Session,
    taken: Status | undefined,
    trail: Trail,
    reached: (state: DispenserState, hasMoved: boolean) => boolean,
  ): Promise<Followed> {
    const nothing: Followed = { after: undefined, said: 'nothing' };
    const beganAtMs = performance.now();
    const failedBefore = taken === undefined ? undefined : failureOf(taken);
    let hasMoved = false;
    for (;;) {
      await pause(this.#delays.motionPollMs, this.stopped);
      if (this.stopped.aborted) return nothing;
      const session = this.#session ?? first;
      const seen = await this.#lookNow(first);
      const passedMs = performance.now() - beganAtMs;
      if (seen?.ok !== true) {
        if (passedMs >= this.#delays.settleMs) return nothing;
        continue;
      }
      const status = seen.value;
      // On another connection it was out of sight for a while, so that its trail says nothing.
      const inSight = session === first;
      if (inSight) trail.note(status);
      const late = passedMs >= this.#delays.motionMs;
      if (status.issuing || status.collecting) {
        hasMoved = true;
        if (late) return nothing;
        continue;
      }
      const after = this.state.path;
      const failure = failureOf(status);
      if (failure !== undefined && (hasMoved || failure !== failedBefore))
        return { after, said: 'refused', refusal: failure };
      if (reached(this.state, hasMoved)) return { after, said: inSight ? 'done' : 'nothing' };
      if (hasMoved || late) return { after, said: 'nothing' };
    }
  }

  #result(verdict: Verdict): MotionResult {
    return { ...verdict, state: this.state };
  }

  /** On this connection or the next one; undefined: there is none. */
  async #lookNow(first: Session): Promise<Result<Status, AskFault> | undefined> {
    const session = this.#session ?? first;
    return session.link.ended.aborted ? undefined : this.#look(session, this.stopped);
  }

  async #look(session: Session, signal: AbortSignal): Promise<Result<Status, AskFault>> {
    const seen = await session.status(signal);
    if (seen.ok) this.#observe(seen.value);
    else if (seen.error.code === 'notUnderstood') this.#observe(undefined);
    return seen;
  }

  /** Undefined: it says something of no list. */
  #observe(status: Status | undefined): void {
    const before = this.state;
    this.#status = status;
    this.state = status === undefined ? unknownState : stateOf(status, this.#settings.fullBit);
    if (status?.needsReset === false) this.#resetTried = false;
    const { path, hopper, bin } = this.state;
    if (before.path !== path || before.hopper !== hopper || before.bin !== bin) this.#changed();
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  async #connected(channel: ByteChannel): Promise<K720Reason | undefined> {
    const link = new Link(channel, this.#delays, 0, () => this.life.climb('resend'));
    const session = new Session(link, this.#settings);
    const stop = (): void => link.abandon('stopped');
    this.stopped.addEventListener('abort', stop);
    try {
      const found = await session.find(this.stopped);
      if (!found.ok && found.error.code !== 'notUnderstood')
        return link.frames === 0 && link.damaged > 0 ? 'garbled' : 'silent';
      await session.identify(this.stopped);
      this.#model = session.model;
      return await this.#serve(session, found.ok ? found.value : undefined);
    } finally {
      this.stopped.removeEventListener('abort', stop);
      await link.close();
    }
  }

  /** Until the link ends. What was known of the path is not known any more then. */
  async #serve(session: Session, found: Status | undefined): Promise<undefined> {
    this.#session = session;
    this.#observe(found);
    this.#judge();
    const idle = AbortSignal.any([session.link.ended, this.stopped]);
    try {
      while (!session.link.ended.aborted) {
        if (!this.#lock.held) await this.#poll(session);
        await pause(this.#delays.pollMs, idle);
      }
      return undefined;
    } finally {
      this.#session = undefined;
      this.#status = undefined;
      this.state = unknownState;
      this.#changed();
    }
  }

  async #poll(session: Session): Promise<void> {
    const { motionMs, settleMs } = this.#delays;
    const polled = await this.#operate<void, AskFault>(
      { timeoutMs: motionMs + settleMs, signal: session.link.ended },
      async (current, signal) => {
        const seen = await this.#look(current, signal);
        if (!seen.ok) return seen.error.code === 'notUnderstood' ? ok() : seen;
        // Never with a card in the path: no list says what RS does with it.
        if (seen.value.needsReset && !busy(seen.value) && this.state.path === 'empty' && !this.#resetTried) {
          this.#resetTried = true;
          await this.#reset(current, signal);
        }
        return ok();
      },
    );
    if (!polled.ok && !session.link.ended.aborted) session.link.abandon('the unit does not answer');
  }

  /** State of a unit that serves. */
  #judge(): void {
    if (this.#session === undefined || this.#session.link.ended.aborted) return;
    const status = this.#status;
    if (status === undefined) this.life.tell('failed', 'notUnderstood');
    else if (status.jam || status.overlapping) this.life.tell('failed', 'jammed');
    else if (status.needsReset) this.life.tell('failed', 'needsReset');
    else if (this.state.hopper === 'empty') this.life.tell('degraded', 'hopperEmpty');
    else if (status.issueFailed || (status.collectFailed && this.state.bin !== 'full'))
      this.life.tell('failed', 'mechanicalFault');
    else if (status.prepareFailed) this.life.tell('degraded', 'prepareFailed');
    else if (this.state.bin === 'full') this.life.tell('degraded', 'binFull');
    else if (this.state.hopper === 'low') this.life.tell('degraded', 'hopperLow');
    else this.life.tell('ready');
  }
}

/** Why a command was not begun. */
function reasonOf(fault: AskFault): MotionReason {
  switch (fault.code) {
    case 'cancelled':
      return 'cancelled';
    case 'closed':
      return 'notReady';
    case 'notUnderstood':
      return 'positionUnknown';
    default:
      return 'noAnswer';
  }
}

/** A fault of an exchange in the device classes' words. */
function faultOf(fault: AskFault): DispenserFault {
  switch (fault.code) {
    case 'cancelled':
      return { code: 'cancelled' };
    case 'closed':
      return { code: 'notReady', detail: fault.detail };
    default:
      return { code: 'hardwareError', detail: fault.code };
  }
}
