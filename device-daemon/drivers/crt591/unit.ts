/** The unit behind both faces: one link, one motion at a time, one truth about where the card is. */
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
import { type CommandName, commands, errorOf } from './codec.ts';
import { type Delays, delays as standardDelays } from './delays.ts';
import { Link } from './link.ts';
import { type AskFault, isThere, Session } from './session.ts';
import { type CrtProfile, type CrtSettings, defaultSettings } from './settings.ts';
import { unknownState } from './status.ts';

export type CrtReason =
  | PortReason
  | 'reopening'
  | 'silent'
  | 'garbled'
  | 'refused'
  | 'unsupported'
  | 'otherDevice'
  | 'jammed'
  | 'mechanicalFault'
  | 'hopperEmpty'
  | 'hopperLow'
  | 'binFull';

export interface CrtOptions {
  /** Opens the port at one of the rates that the profile names; who has no rate (tcp) opens all the same. */
  readonly open: (baudRate: number) => OpenChannel;
  readonly settings?: Partial<CrtSettings>;
  readonly delays?: Partial<Delays>;
  /** The unit this kiosk was given. Another one is refused. */
  readonly expectedSerialNumber?: string;
}

/** The card in the path. Whoever brought it in is the only one to use it; one that was found is both faces' to clear away. */
export interface CardInside {
  readonly number: number;
  readonly owner: 'reader' | 'dispenser';
  readonly origin: 'inserted' | 'found' | 'dispensed';
  atr: Uint8Array;
}

export interface SessionContext {
  readonly session: Session;
  /** Ends the waiting of what may be called off: deadline, cancel, stop. */
  readonly signal: AbortSignal;
}

type Power = { readonly on: false } | { readonly on: true; readonly protocol: 't0' | 't1' };
const dark: Power = { on: false };

export class Unit {
  readonly readerLife: Life<CrtReason>;
  readonly dispenserLife: Life<CrtReason>;
  readonly delays: Delays;
  state: DispenserState = unknownState;
  card: CardInside | undefined;
  accepts: boolean;
  power: Power = dark;
  readonly #options: CrtOptions;
  readonly #settings: CrtSettings;
  readonly #lock = new Lock();
  readonly #stopping = new AbortController();
  readonly #listeners = new Set<() => void>();
  #running: Promise<void> | undefined;
  #session: Session | undefined;
  #known: { readonly model: string | undefined; readonly serialNumber: string | undefined } | undefined;
  #rate = 0;
  #cards = 0;
  #entryOn = false;
  #atContacts = false;
  #initsSeen = 0;
  #feeding = false;
  /** Nobody has looked since the port was opened: a card that is in came in unseen. */
  #firstLook = true;
  #trouble: 'jammed' | 'mechanicalFault' | undefined;
  /** The unit said that two cards stick together; it says so once. */
  #sticks = false;

  constructor(names: { readonly reader: string; readonly dispenser: string }, options: CrtOptions) {
    this.#options = options;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.delays = { ...standardDelays, ...options.delays };
    this.accepts = this.#settings.accepts;
    this.readerLife = new Life<CrtReason>({ name: names.reader, class: 'cardReader', driver: 'crt591' });
    this.dispenserLife = new Life<CrtReason>({ name: names.dispenser, class: 'cardDispenser', driver: 'crt591' });
  }

  get stopped(): AbortSignal {
    return this.#stopping.signal;
  }

  get known() {
    return this.#known;
  }

  get countsBin(): boolean {
    return this.#settings.countsBin;
  }

  /** Media unknown: nobody knows what is in the path. */
  get reachable(): boolean {
    return this.#session !== undefined;
  }

  report(life: Life<CrtReason>): DeviceReport {
    life.lastExchange = this.#session?.lastExchangeAt ?? life.lastExchange;
    return life.report();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    const { baudRates } = this.#settings.profile;
    const open: OpenChannel = (signal) => this.#options.open(baudRates[this.#rate % baudRates.length] ?? 9600)(signal);
    const { delays } = this;
    this.#running ??= keepServing<CrtReason>({
      open,
      life: this.#bothLives(),
      signal: this.#stopping.signal,
      // A look at every rate is one try.
      delays: { ...delays, giveUpAfter: delays.giveUpAfter * baudRates.length },
      serve: (channel) => this.#connected(channel),
      needsPerson: (reason) => reason === 'otherDevice' || reason === 'unsupported',
    });
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#session?.link.close();
    await this.#running;
    this.#changed();
  }

  /** Resolves to the value, or to why not, at the latest when the options or stop end it. */
  async operate<T, F>(
    options: OperationOptions,
    work: (context: SessionContext) => Promise<Result<T, F>>,
  ): Promise<Result<T, F | TurnFault>> {
    try {
      return await inTurn<T, F | TurnFault>(this.#lock, this.stopped, options, async (signal) => {
        const session = this.#session;
        if (session !== undefined) return work({ session, signal });
        return err({ code: 'notReady', detail: this.readerLife.reason ?? this.readerLife.state });
      });
    } finally {
      this.#judge();
    }
  }

  look(options: OperationOptions): Promise<Result<DispenserState, DispenserFault>> {
    return this.operate<DispenserState, DispenserFault>(options, async ({ session, signal }) => {
      const seen = await this.#look(session, signal);
      return seen.ok ? seen : err(faultOf(seen.error));
    });
  }

  /** Sends one motion at most once, and settles what became of it. */
  async move(kind: MotionKind, face: CardInside['owner'], options: OperationOptions): Promise<MotionResult> {
    const moved = await this.operate<MotionResult, never>(options, async ({ session, signal }) => {
      const refused = await this.#before(kind, face, session, signal);
      if (refused !== undefined) return ok(this.#result(refused));
      const before = this.state.path;
      const counts = kind === 'capture' || kind === 'present';
      const binBefore = counts ? await session.binCount(signal) : undefined;
      if (signal.aborted) return ok(this.#result({ outcome: 'notDone', reason: 'cancelled' }));
      if (session.link.ended.aborted) return ok(this.#result({ outcome: 'notDone', reason: 'notReady' }));
      this.#feeding = kind === 'feed';
      try {
        const run = (): Promise<Verdict> =>
          kind === 'inside'
            ? this.#drawBack(session)
            : this.#run(kind, before, binBefore, session, commandOf(kind, session.profile));
        const verdict = await run();
        // Of the card before, which was pulled out: refused, so nothing moved, and INIT has cleared it.
        const isStale = kind === 'feed' && verdict.reason === 'movedByHand' && this.state.path === 'empty';
        return ok(this.#result(isStale && !session.link.ended.aborted ? await run() : verdict));
      } finally {
        this.#feeding = false;
      }
    });
    if (moved.ok) return moved.value;
    const { code } = moved.error;
    return this.#result({ outcome: 'notDone', reason: code });
  }

  async init(policy: InitPolicy, options: OperationOptions): Promise<MotionResult> {
    const done = await this.operate<MotionResult, never>(options, async ({ session }) => {
      const initialised = await session.init(policy, this.stopped);
      const seen = await this.#look(session, this.stopped);
      const after = seen.ok ? seen.value.path : undefined;
      if (!initialised.ok) {
        const reason = initialised.error.code === 'refused' ? errorOf(initialised.error.error).reason : 'noAnswer';
        this.#learn(initialised.error);
        return ok(this.#result({ outcome: 'unknown', reason }));
      }
      this.#trouble = undefined;
      const goal: Readonly<Record<InitPolicy, readonly CardPath[]>> = {
        leave: ['empty', 'atRead', 'atGate', 'inTransit', 'unknown'],
        toGate: ['empty', 'atGate'],
        toBin: ['empty'],
      };
      const there = after !== undefined && goal[policy].includes(after);
      return ok(this.#result(there ? { outcome: 'done' } : { outcome: 'unknown', reason: 'positionUnknown' }));
    });
    return done.ok ? done.value : this.#result({ outcome: 'notDone', reason: done.error.code });
  }

  setAccepts(on: boolean, options: OperationOptions): Promise<Result<void, DispenserFault>> {
    this.accepts = on;
    return this.operate<void, DispenserFault>(options, async ({ session, signal }) => {
      const seen = await this.#look(session, signal);
      if (!seen.ok) return err(faultOf(seen.error));
      const set = await this.#tendEntry(session, signal);
      return set.ok ? ok() : err(faultOf(set.error));
    });
  }

  /** The card of this face to the contacts, without power. Undefined: it is there. */
  async toContacts({ session, signal }: SessionContext): Promise<MotionReason | undefined> {
    if (this.#atContacts) return undefined;
    // 32 at the read position may be RF (0a). With a card in the path MOVE 31 takes none from the stacker; that one was pulled
    // out by force since it was seen, the unit knows itself and refuses (45).
    const seen = await this.#look(session, signal);
    if (!seen.ok) return 'noAnswer';
    if (seen.value.path !== 'atRead') return 'pathEmpty';
    const toIc = (): Promise<Verdict> => this.#run('inside', 'atRead', undefined, session, 'moveToIc');
    let verdict = await toIc();
    // It may still speak of the card before, which was pulled out: refused, so nothing moved, and INIT has cleared it.
    if (verdict.reason === 'movedByHand' && this.state.path === 'atRead') verdict = await toIc();
    this.#atContacts = verdict.outcome === 'done';
    return this.#atContacts ? undefined : (verdict.reason ?? 'jammed');
  }

  /** A chip command said what tells of the card or of the unit's power: looks. */
  async afterChipFault({ session }: SessionContext, fault: AskFault): Promise<void> {
    this.power = dark;
    if (fault.code === 'refused' && errorOf(fault.error).class === 'init') {
      this.#atContacts = false;
      if (fault.error !== 'B0') await session.init('leave', this.stopped);
    }
    await this.#look(session, this.stopped);
  }

  /** Why it is not even begun; undefined: it may begin, the contacts are released and the gate is shut. */
  async #before(
    kind: MotionKind,
    face: CardInside['owner'],
    session: Session,
    signal: AbortSignal,
  ): Promise<Verdict | undefined> {
    const no = (reason: MotionReason): Verdict => ({ outcome: 'notDone', reason });
    if (kind === 'feed' && this.#entryOn) {
      const shut = await this.#entry(false, session, signal);
      if (!shut.ok) return no('noAnswer');
    }
    const seen = await this.#look(session, signal);
    if (!seen.ok) return no('noAnswer');
    const { path, hopper, bin } = seen.value;
    if (path === 'unknown') return no('positionUnknown');
    if (kind === 'feed') {
      if (path !== 'empty') return no('pathOccupied');
      return hopper === 'empty' ? no('hopperEmpty') : undefined;
    }
    if (path === 'empty') return no('pathEmpty');
    const { card } = this;
    if (card !== undefined && card.origin !== 'found' && card.owner !== face) return no('pathOccupied');
    if (kind === 'present' && path === 'atGate') return { outcome: 'done' };
    if (kind === 'inside' && path === 'atRead') return { outcome: 'done' };
    if (kind !== 'capture' && path === 'inTransit') return no('jammed');
    if (kind === 'capture' && bin === 'full') return no('binFull');
    if (kind === 'present' && this.#sticks && card?.origin === 'dispensed') return no('cardSize');
    return (await this.#release(session, signal)) ? undefined : no('noAnswer');
  }

  async #release(session: Session, signal: AbortSignal): Promise<boolean> {
    if (!this.power.on) return true;
    const off = await session.ask(commands.icPowerOff, {}, signal);
    if (!off.ok && off.error.code !== 'refused') return false;
    this.power = dark;
    return true;
  }

  async #run(
    kind: MotionKind,
    before: CardPath,
    binBefore: number | undefined,
    session: Session,
    name: CommandName,
  ): Promise<Verdict> {
    this.#atContacts = false;
    let moved = await session.ask<Record<never, never>, typeof commands.moveToIc.reply>(
      commands[name] as typeof commands.moveToIc,
      {},
      this.stopped,
    );
    if (!moved.ok && moved.error.code === 'refused' && errorOf(moved.error.error).class === 'contacts') {
      // It said that it did not begin: this is no second motion.
      await session.ask(commands.icPowerOff, {}, this.stopped);
      moved = await session.ask(commands[name] as typeof commands.moveToIc, {}, this.stopped);
    }
    const said: MotionFacts['said'] = moved.ok ? 'done' : moved.error.code === 'refused' ? 'refused' : 'nothing';
    const refusal = !moved.ok && moved.error.code === 'refused' ? errorOf(moved.error.error) : undefined;
    if (!moved.ok) this.#learn(moved.error);
    else this.#trouble = undefined;
    // 45 and 16 want an INIT that leaves the card; 02 of a motion does not (0a).
    if (refusal?.reason === 'movedByHand' && !session.link.ended.aborted) await session.init('leave', this.stopped);
    const settled = await this.#settle(session);
    const wantsCount = binBefore !== undefined && said !== 'done' && settled?.state.path === 'empty';
    const binAfter = wantsCount ? await settled.session.binCount(this.stopped) : undefined;
    const verdict = judge({
      kind,
      before,
      after: settled?.state.path,
      said,
      ...(refusal === undefined ? {} : { refusal: refusal.reason }),
      ...(binBefore === undefined || binAfter === undefined ? {} : { counted: binAfter - binBefore }),
    });
    if (kind === 'feed' || kind === 'inside') this.#atContacts = verdict.outcome === 'done' && said === 'done';
    return verdict;
  }

  /**
   * From the gate inside, as a card comes in that a person puts there: entry takes none from the hopper, as MOVE 31 would if a
   * hand had emptied the path since it was seen (1.5). A unit that does not draw a held card by itself leaves it at the gate.
   */
  async #drawBack(session: Session): Promise<Verdict> {
    const opened = await this.#entry(true, session, this.stopped);
    const endsAtMs = performance.now() + this.delays.drawBackMs;
    while (opened.ok && performance.now() < endsAtMs && !session.link.ended.aborted && !this.stopped.aborted) {
      const seen = await this.#look(session, this.stopped);
      if (seen.ok && seen.value.path === 'empty') {
        await this.#tendEntry(session, this.stopped);
        return { outcome: 'notDone', reason: 'movedByHand' };
      }
      if (seen.ok && seen.value.path === 'atRead') break;
      await pause(this.delays.quietMs, this.stopped);
    }
    // Shut before the last look: what is at the gate then stays there.
    if (!session.link.ended.aborted) await this.#entry(false, session, this.stopped);
    const settled = await this.#settle(session);
    const refusal = !opened.ok && opened.error.code === 'refused' ? errorOf(opened.error.error).reason : undefined;
    return judge({
      kind: 'inside',
      before: 'atGate',
      after: settled?.state.path,
      said: refusal !== undefined ? 'refused' : opened.ok && settled !== undefined ? 'done' : 'nothing',
      ...(refusal === undefined ? {} : { refusal }),
    });
  }

  /** Asks until somebody answers: this connection, or the next one. Undefined: nobody did. */
  async #settle(first: Session): Promise<{ readonly session: Session; readonly state: DispenserState } | undefined> {
    const endsAtMs = performance.now() + this.delays.settleMs;
    while (!this.stopped.aborted) {
      const session = this.#session ?? first;
      if (!session.link.ended.aborted) {
        const seen = await this.#look(session, this.stopped);
        if (seen.ok) return { session, state: seen.value };
      }
      if (performance.now() >= endsAtMs) return undefined;
      await pause(this.delays.quietMs, this.stopped);
    }
    return undefined;
  }

  #result(verdict: Verdict): MotionResult {
    return { ...verdict, state: this.state };
  }

  async #look(session: Session, signal: AbortSignal): Promise<Result<DispenserState, AskFault>> {
    const seen = await session.look(signal);
    if (session.inits !== this.#initsSeen) {
      this.#initsSeen = session.inits;
      this.#entryOn = false;
      this.#atContacts = false;
      this.power = dark;
    }
    if (seen.ok) this.#observe(seen.value);
    else this.#learn(seen.error);
    return seen;
  }

  #observe(state: DispenserState): void {
    const before = this.state;
    const card = this.card;
    this.state = state;
    if (state.path === 'empty') {
      this.card = undefined;
      this.power = dark;
      this.#atContacts = false;
      if (this.#trouble === 'jammed') this.#trouble = undefined;
      this.#sticks = false;
    } else if (this.card === undefined && state.path !== 'unknown') {
      if (this.#feeding) this.#admit('dispenser', 'dispensed');
      else if (this.#firstLook) this.#admit('reader', 'found');
      else if (state.path === 'atRead') this.#admit('reader', 'inserted');
    }
    if (state.path !== 'unknown') this.#firstLook = false;
    const same = before.path === state.path && before.hopper === state.hopper && before.bin === state.bin;
    if (!same || card !== this.card) this.#changed();
  }

  #admit(owner: CardInside['owner'], origin: CardInside['origin']): void {
    this.#cards += 1;
    this.card = { number: this.#cards, owner, origin, atr: new Uint8Array() };
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }

  #learn(fault: AskFault): void {
    if (fault.code !== 'refused') return;
    const { reason } = errorOf(fault.error);
    if (reason === 'cardSize') this.#sticks = true;
    if (reason === 'jammed' || reason === 'cardSize') this.#trouble = 'jammed';
    else if (reason === 'mechanicalFault') this.#trouble = 'mechanicalFault';
  }

  /** The gate is open only while the path is empty and cards are wanted. */
  async #tendEntry(session: Session, signal: AbortSignal): Promise<Result<void, AskFault>> {
    const wanted = this.accepts && this.state.path === 'empty';
    return wanted === this.#entryOn ? ok() : this.#entry(wanted, session, signal);
  }

  async #entry(on: boolean, session: Session, signal: AbortSignal): Promise<Result<void, AskFault>> {
    const name = on ? session.profile.entryOn : session.profile.entryOff;
    const set = await session.ask(commands[name] as typeof commands.entryEnable, {}, signal);
    if (!set.ok) return set;
    this.#entryOn = on;
    return ok();
  }

  async #connected(channel: ByteChannel): Promise<CrtReason | undefined> {
    const { profile } = this.#settings;
    const link = new Link(channel, this.delays, profile.dialect);
    const stop = (): void => link.abandon('stopped');
    this.stopped.addEventListener('abort', stop);
    try {
      if ('statusOnly' in profile)
        return (await isThere(link, this.delays, this.stopped)) ? 'unsupported' : whyNot(link);
      const session = new Session(link, profile, this.#settings, this.delays, (rung) => this.#climb(rung));
      const failure = await this.#setUp(session);
      if (failure !== undefined) {
        // Silence may be another rate.
        if (failure === 'silent' || failure === 'garbled') this.#rate += 1;
        return failure;
      }
      return await this.#serve(session);
    } finally {
      this.stopped.removeEventListener('abort', stop);
      await link.close();
    }
  }

  async #setUp(session: Session): Promise<CrtReason | undefined> {
    this.#initsSeen = -1;
    const found = await session.find(this.stopped);
    if (!found.ok && found.error.code !== 'refused') return whyNot(session.link);
    if (!found.ok) this.#learn(found.error);
    const identified = await session.identify(this.stopped);
    if (!identified.ok) return whyNot(session.link);
    this.#known = { model: session.model, serialNumber: session.serialNumber };
    const expected = this.#options.expectedSerialNumber;
    if (expected !== undefined && expected !== session.serialNumber) return 'otherDevice';
    this.#firstLook = true;
    const seen = await this.#look(session, this.stopped);
    if (seen.ok) return undefined;
    return seen.error.code === 'refused' ? 'refused' : whyNot(session.link);
  }

  /** Until the link ends. What was known of the path is not known any more then. */
  async #serve(session: Session): Promise<undefined> {
    this.#session = session;
    this.#judge();
    this.#changed();
    const idle = AbortSignal.any([session.link.ended, this.stopped]);
    try {
      while (!session.link.ended.aborted) {
        if (!this.#lock.held) await this.#poll(session);
        await pause(this.delays.pollMs, idle);
      }
      return undefined;
    } finally {
      this.#session = undefined;
      this.state = unknownState;
      this.power = dark;
      this.#changed();
    }
  }

  async #poll(session: Session): Promise<void> {
    const polled = await this.operate<void, AskFault>(
      { timeoutMs: this.delays.initMs * 2, signal: session.link.ended },
      async ({ signal }) => {
        const seen = await this.#look(session, signal);
        return seen.ok ? this.#tendEntry(session, signal) : seen;
      },
    );
    if (polled.ok || polled.error.code === 'refused' || session.link.ended.aborted) return;
    session.link.abandon('the unit does not answer');
  }

  #climb(rung: 'resend' | 'reset'): void {
    for (const life of [this.readerLife, this.dispenserLife]) life.climb(rung);
  }

  /** State of a unit that serves. */
  #judge(): void {
    if (this.#session === undefined || this.#session.link.ended.aborted) return;
    const { hopper, bin } = this.state;
    if (this.#trouble !== undefined) {
      this.readerLife.tell('failed', this.#trouble);
      this.dispenserLife.tell('failed', this.#trouble);
      return;
    }
    if (bin === 'full') this.readerLife.tell('degraded', 'binFull');
    else this.readerLife.tell('ready');
    if (hopper === 'empty') this.dispenserLife.tell('degraded', 'hopperEmpty');
    else if (bin === 'full') this.dispenserLife.tell('degraded', 'binFull');
    else if (hopper === 'low') this.dispenserLife.tell('degraded', 'hopperLow');
    else this.dispenserLife.tell('ready');
  }

  #bothLives(): Pick<Life<CrtReason>, 'state' | 'tell' | 'restarted'> {
    const { readerLife, dispenserLife } = this;
    return {
      get state() {
        return readerLife.state;
      },
      tell(state, reason, rung) {
        dispenserLife.tell(state, reason, rung);
        return readerLife.tell(state, reason, rung);
      },
      restarted() {
        readerLife.restarted();
        dispenserLife.restarted();
      },
    };
  }
}

function commandOf(kind: MotionKind, profile: CrtProfile): CommandName {
  if (kind === 'present') return profile.present;
  return kind === 'capture' ? profile.capture : 'moveToIc';
}

const whyNot = ({ frames, damaged }: Link): CrtReason => (frames === 0 && damaged > 0 ? 'garbled' : 'silent');

/** A fault of an exchange in the device classes' words. */
export function faultOf(fault: AskFault): DispenserFault {
  switch (fault.code) {
    case 'cancelled':
      return { code: 'cancelled' };
    case 'closed':
      return { code: 'notReady', detail: fault.detail };
    case 'refused': {
      const facts = errorOf(fault.error);
      return facts.reason === 'unsupported'
        ? { code: 'unsupported' }
        : { code: 'hardwareError', detail: `${fault.error}: ${facts.what}` };
    }
    default:
      return { code: 'hardwareError', detail: fault.code };
  }
}
