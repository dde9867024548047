import type {
  CardOutcome,
  CommandPayloads,
  CompletionPayloads,
  KioskIdentity,
  MaintenanceOverview,
  MaintenanceSignedOffEvent,
  MaintenanceState,
  StaffSession,
} from '#protocol/generated/kiosk.ts';
import { short } from '../../journal/index.ts';
import { newId } from '../kiosk/identifiers.ts';
import {
  type ClientConnection,
  type CommandContext,
  commandError,
  interrupted,
  type Outcome,
  type ServiceDefinition,
  success,
} from '../service.ts';
import type { Area, Work, WorkName } from './area.ts';
import { Closing } from './closing.ts';
import { rights } from './rights.ts';
import { lostReader, type Seat } from './seat.ts';
import { cardOut, firstAgain, markOf, secondPerson } from './second-person.ts';
import { type SignedOn, type SignOnError, type SignOnParts, type SignOnScreen, signOn } from './sign-on.ts';

export interface MaintenanceOptions extends SignOnParts {
  readonly bootId: string;
  readonly identity: KioskIdentity;
  /** Nobody has touched anything for so long: the session ends. */
  readonly idleMs: number;
  /** What is done beside coming, going and closing. */
  readonly areas: Area<Exclude<WorkName, OwnWork>>;
  readonly overview: () => MaintenanceOverview;
  /** Forget what was entered on the pad; it is for plain keys again. */
  readonly clearPad: () => void;
  /** Whether the kiosk serves anybody may have changed. */
  readonly onChange: () => void;
  /** The page was opened. */
  readonly onPage: (closed: AbortSignal) => void;
  /** What is told to everybody on the page, signed on or not. */
  readonly surroundings: () => Pick<MaintenanceState, 'operatorScreen' | 'cabinet'>;
}

type OwnWork = 'Maintenance.SignOff' | 'Maintenance.Stay' | 'Maintenance.Close' | 'Maintenance.Open';
type SessionEnd = MaintenanceSignedOffEvent['why'];
type TakeCard = (prompt: { prompt: 'takeCard'; secondsLeft: number }) => void;

/** One member of the staff at work. */
interface Session extends Omit<SignedOn, 'seat'> {
  /** Undefined while another card is in for an act of two persons. */
  seat: Seat | undefined;
  readonly id: string;
  readonly since: Date;
  readonly connection: ClientConnection;
  readonly stopTimers: (() => void)[];
  /** Aborted when it ends: what runs for it lets go. */
  readonly over: AbortController;
  idle: () => void;
  ending: Promise<CardOutcome> | undefined;
  /** Resolved when the page has been told why it is over. */
  told: Promise<void> | undefined;
}

/** Who works at the machine, and whether it serves anybody (design.md 4; S-15, F7). */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  #send: Parameters<ServiceDefinition['attach']>[0] = () => {};
  #seq = 0;
  #signingOn = false;
  /** The session that begins if the sign-on that is under way succeeds. */
  #attempt: string | undefined;
  #session: Session | undefined;
  readonly #closing: Closing;
  #changed = false;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
    this.#closing = new Closing(options.journal, options.clock, () => this.#tellAll());
  }

  /** Somebody works at the machine or is about to: no visit begins. */
  get occupied(): boolean {
    return this.#signingOn || this.#session !== undefined;
  }

  /** The session of whoever has signed on or is about to: what becomes of their card is told in it. */
  get atWork(): string | undefined {
    return this.#session?.id ?? this.#attempt;
  }

  /** A PIN of staff may be entered. */
  get signingOn(): boolean {
    return this.#signingOn;
  }

  /** Nobody is served: staff are at work, or said so. */
  get outOfService(): boolean {
    return this.occupied || this.#closing.closed !== undefined;
  }

  /** Something that the state tells may have changed; changes of one turn go out as one event. */
  changed(): void {
    if (this.#changed) return;
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      this.#seq += 1;
      const { connection } = this.#session ?? {};
      this.#send('Maintenance.StateChangedEvent', this.#state(false), ({ id }) => id !== connection?.id);
      if (connection !== undefined)
        this.#send('Maintenance.StateChangedEvent', this.#state(true), ({ id }) => id === connection.id);
    });
  }

  /**
   * The cabinet was opened: whoever had signed on signs on again to go on, so that the journal knows who is there.
   * @returns their token
   */
  cabinetOpened(): string | undefined {
    const session = this.#session;
    void this.#end('cabinetOpened');
    return session?.token;
  }

  async stop(): Promise<void> {
    await this.#end('shutdown');
  }

  definition(): ServiceDefinition {
    return {
      name: 'Maintenance',
      family: 'kiosk',
      role: 'operator',
      interfaces: ['Maintenance'],
      immediate: new Set(['Maintenance.GetState', 'Maintenance.Stay', 'Maintenance.Close', 'Maintenance.Open']),
      maximumRequests: 4,
      events: [
        'Maintenance.PromptEvent',
        'Maintenance.PinKeyEvent',
        'Maintenance.StateChangedEvent',
        'Maintenance.SignedOffEvent',
        'Maintenance.TestPromptEvent',
        'Maintenance.ExportProgressEvent',
        'Maintenance.TraceEvent',
      ],
      status: () => ({ device: 'online', members: {} }),
      capabilities: () => ({ members: {} }),
      attach: (send) => {
        this.#send = send;
      },
      onConnection: (connection) => {
        this.#options.onPage(connection.closed);
        connection.closed.addEventListener(
          'abort',
          () => {
            if (this.#session?.connection.id === connection.id) void this.#end('connectionLost');
          },
          { once: true },
        );
      },
      handlers: {
        'Maintenance.GetState': (_payload, { connection }: CommandContext) =>
          success(this.#state(this.#session?.connection.id === connection.id)),
        'Maintenance.SignOn': (_payload, context: CommandContext) => this.#signOn(context),
        ...this.#work(),
      },
    };
  }

  /** What only whoever has signed on may do, on the connection on which that was done; each is a sign of life. */
  #work(): ServiceDefinition['handlers'] {
    const areas: Area<WorkName> = {
      'Maintenance.SignOff': async (_payload, { context }) => {
        const card = await this.#end('signedOff', (prompt) => context.emit('Maintenance.PromptEvent', prompt));
        return success({ card } satisfies CompletionPayloads['Maintenance.SignOff']);
      },
      'Maintenance.Stay': () => success(),
      ...this.#closing.area,
      ...this.#options.areas,
    };
    const handler =
      <N extends WorkName>(name: N) =>
      async (payload: CommandPayloads[N], context: CommandContext): Promise<Outcome> => {
        const session = this.#session;
        if (session === undefined || session.connection.id !== context.connection.id || session.ending !== undefined)
          return commandError('notSignedOn');
        this.#stay(session);
        if (!rights[name].includes(session.role)) return commandError('notInThisRole');
        const outcome = await areas[name](payload, this.#workOf(session, context));
        // What was broken off by the end of the session is not told before the end itself.
        await session.told;
        // It may have taken longer than nobody acts.
        if (session.ending === undefined && name !== 'Maintenance.SignOff') this.#stay(session);
        if (name !== 'Maintenance.Stay') this.changed();
        return outcome;
      };
    return Object.fromEntries((Object.keys(areas) as WorkName[]).map((name) => [name, handler(name)]));
  }

  #workOf(session: Session, context: CommandContext): Work {
    const { id, token, role, over, connection } = session;
    return {
      ...{ session: id, token, role, context },
      signal: AbortSignal.any([context.signal, over.signal]),
      over: over.signal,
      tell: (name, payload) => {
        if (!over.signal.aborted) this.#send(name, payload, (one) => one.id === connection.id);
      },
      withSecond: (act, run, { pathFree = false } = {}) => this.#withSecond(session, act, context, run, pathFree),
    };
  }

  async #signOn(context: CommandContext): Promise<Outcome> {
    if (this.occupied) return commandError('alreadySignedOn');
    const { journal, custody } = this.#options;
    if (!journal.writable) return commandError('journalUnavailable');
    const id = newId();
    this.#signingOn = true;
    this.#attempt = id;
    this.#tellAll();
    const screen: SignOnScreen = {
      signal: AbortSignal.any([context.signal, context.connection.closed]),
      prompt: (prompt) => context.emit('Maintenance.PromptEvent', prompt),
      onKey: (digits) => context.emit('Maintenance.PinKeyEvent', { digits }),
    };
    try {
      const known = await signOn(this.#options, id, screen).finally(() => this.#options.clearPad());
      if (known.ok) {
        const { token, role, offline } = known.value;
        // Nobody works here without a record of it.
        if (journal.record('staff.signedOn', { token, role, offline }, id)) {
          const session = this.#begin(id, known.value, context.connection);
          return success({ session: reportOf(session) } satisfies CompletionPayloads['Maintenance.SignOn']);
        }
        known.value.seat.dispose();
      }
      await custody.giveBack(id, screen.signal, ({ secondsLeft }) =>
        screen.prompt({ prompt: 'takeCard', secondsLeft }),
      );
      custody.disown(id);
      const code: SignOnError | 'cancelled' = known.ok ? 'journalUnavailable' : known.error;
      return code === 'cancelled' ? interrupted(context) : commandError(code);
    } finally {
      this.#signingOn = false;
      this.#attempt = undefined;
      this.#tellAll();
    }
  }

  #begin(id: string, known: SignedOn, connection: ClientConnection): Session {
    const { clock } = this.#options;
    const session: Session = {
      ...known,
      id,
      connection,
      since: clock.date(),
      stopTimers: [],
      over: new AbortController(),
      idle: () => {},
      ending: undefined,
      told: undefined,
    };
    this.#session = session;
    const untilExpiryMs = Math.max(0, known.expiresAt.getTime() - clock.date().getTime());
    session.stopTimers.push(clock.after(untilExpiryMs, () => void this.#end('expired')));
    this.#stay(session);
    this.#sit(session, known.seat);
    if (connection.closed.aborted) void this.#end('connectionLost');
    return session;
  }

  #sit(session: Session, seat: Seat): void {
    session.seat = seat;
    seat.onCardRemoved(() => void this.#end(seat.end ?? 'cardRemoved'));
  }

  #stay(session: Session): void {
    session.idle();
    session.idle = this.#options.clock.after(this.#options.idleMs, () => void this.#end('idle'));
  }

  /** A second call joins the first. */
  async #end(why: SessionEnd, prompt: TakeCard = () => {}): Promise<CardOutcome> {
    const session = this.#session;
    if (session === undefined) return 'none';
    session.ending ??= this.#finish(session, why, prompt);
    return session.ending;
  }

  async #finish(session: Session, why: SessionEnd, prompt: TakeCard): Promise<CardOutcome> {
    const { journal, custody, clock } = this.#options;
    session.idle();
    session.over.abort();
    for (const stop of session.stopTimers) stop();
    session.seat?.dispose();
    const seconds = Math.round((clock.date().getTime() - session.since.getTime()) / 1000);
    journal.record('staff.signedOff', { token: session.token, why, seconds }, session.id);
    session.told = this.#tellEnd(session, why);
    await session.told;
    const over = new AbortController();
    if (why === 'shutdown') clock.after(0, () => over.abort());
    const card = await custody.giveBack(session.id, over.signal, ({ secondsLeft }) =>
      prompt({ prompt: 'takeCard', secondsLeft }),
    );
    custody.disown(session.id);
    this.#session = undefined;
    this.#tellAll();
    return card;
  }

  async #tellEnd({ id: sessionId, connection }: Session, why: SessionEnd): Promise<void> {
    const { clock, reader } = this.#options;
    const lost = why === 'readerLost' && (await lostReader(reader, clock, connection.closed));
    const end = { sessionId, why, ...lost };
    this.#send('Maintenance.SignedOffEvent', end, ({ id }) => id === connection.id);
  }

  /**
   * An act that takes a second person. Whatever becomes of it, the first card must come back within its time, or its owner
   * is signed off.
   */
  async #withSecond(
    session: Session,
    act: string,
    context: CommandContext,
    run: Parameters<Work['withSecond']>[1],
    pathFree: boolean,
  ): Promise<Outcome> {
    const { reader } = this.#options;
    const { seat } = session;
    if (reader === undefined || seat === undefined) return commandError('readerUnavailable');
    if (session.offline) return commandError('hostUnavailable');
    const screen: SignOnScreen = {
      signal: AbortSignal.any([context.signal, session.over.signal]),
      prompt: (prompt) => context.emit('Maintenance.PromptEvent', prompt),
      onKey: (digits) => context.emit('Maintenance.PinKeyEvent', { digits }),
    };
    const mark = await markOf(reader, seat.insertion, screen.signal);
    if (mark === undefined) return commandError('cardUnreadable');
    session.seat = undefined;
    seat.dispose();
    // Nobody can touch the screen while cards and PINs are asked for: their own times end this.
    session.idle();
    this.#signingOn = true;
    const first = { session: session.id, token: session.token, role: session.role };
    let outcome: Outcome;
    try {
      const second = await secondPerson(this.#options, first, act, screen).finally(() => {
        this.#options.clearPad();
        this.#signingOn = false;
      });
      if (pathFree) await cardOut(this.#options, session.id, screen);
      outcome = second.ok
        ? await run(second.value)
        : second.error === 'cancelled'
          ? interrupted(context)
          : commandError(second.error);
      if (!pathFree) await cardOut(this.#options, session.id, screen);
      const again = await firstAgain({ reader, cardMs: this.#options.cardMs }, mark, screen);
      if (again === undefined || session.ending !== undefined) {
        again?.dispose();
        void this.#end('cardRemoved');
        return outcome;
      }
      this.#sit(session, again);
      this.#stay(session);
    } finally {
      this.changed();
    }
    return outcome;
  }

  #tellAll(): void {
    this.changed();
    this.#options.onChange();
  }

  #state(signedOn: boolean): MaintenanceState {
    const { bootId, identity, clock, visitRunning, overview } = this.#options;
    const session = this.#session;
    const { closed } = this.#closing;
    return {
      seq: this.#seq,
      bootId,
      time: clock.date().toISOString(),
      kiosk: identity,
      visitRunning: visitRunning(),
      occupied: this.occupied,
      ...this.#options.surroundings(),
      ...(closed && { closed }),
      ...(signedOn && session !== undefined && { session: reportOf(session), overview: overview() }),
    };
  }
}

const reportOf = ({ id, role, token, since, expiresAt, offline }: Session): StaffSession => ({
  sessionId: id,
  role,
  staff: short(token),
  since: since.toISOString(),
  expiresAt: expiresAt.toISOString(),
  offline,
});
