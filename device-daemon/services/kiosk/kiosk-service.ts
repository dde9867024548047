import type {
  CommandPayloads,
  CompletionPayloads,
  DisplaySettings,
  HostReport,
  KioskIdentity,
  MaintenanceOverview,
  Snapshot,
  UnavailableReason,
} from '#protocol/generated/kiosk.ts';
import type { Device } from '../../devices/device.ts';
import type { CardManagementHost } from '../../hosts/index.ts';
import { Budget, type Journal } from '../../journal/index.ts';
import {
  type CommandContext,
  commandError,
  failure,
  interrupted,
  type Outcome,
  type ServiceDefinition,
  success,
} from '../service.ts';
import { type CardActs, type FindCards, type LiveChecks, type NewPins, progress } from './acts/index.ts';
import { availability, type Means, withEffects } from './availability.ts';
import type { BalanceService } from './balance.ts';
import type { Clock } from './clock.ts';
import type { Custody } from './custody.ts';
import type { GuideLights } from './guide-lights.ts';
import { newCaseCode, newId } from './identifiers.ts';
import type { PinService } from './pin.ts';
import type { CardReading } from './read-card.ts';
import type { DocumentReading } from './read-document.ts';
import type { ReceiptService } from './receipt.ts';
import type { ScreenWatch } from './screen-watch.ts';
import type { Visit, VisitEnd, Visits } from './visits.ts';

export interface KioskServiceOptions {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly visits: Visits;
  readonly custody: Custody;
  readonly cards: CardReading;
  readonly pins: PinService;
  readonly balances: BalanceService;
  readonly receipts: ReceiptService;
  readonly documents: DocumentReading;
  readonly findCards: FindCards;
  readonly checks: LiveChecks;
  readonly newPins: NewPins;
  readonly acts: CardActs;
  readonly cardManagement: CardManagementHost | undefined;
  readonly devices: readonly Device[];
  readonly hosts: () => readonly HostReport[];
  readonly pinPadHasKeys: () => boolean;
  /** Staff work at the machine, or said that it serves nobody. */
  readonly staffClosed: () => boolean;
  readonly mainsLost: () => boolean;
  /** The screen is to go to the page of staff. */
  readonly operatorScreen: () => boolean;
  readonly guide: GuideLights;
  readonly screen: ScreenWatch;
  readonly identity: KioskIdentity;
  readonly display: () => DisplaySettings;
  /** A page silent for so long in a visit has died. 0: never (the bench tolerates hidden pages). */
  readonly heartbeatMs: number;
}

type Completion<M extends keyof CompletionPayloads> = CompletionPayloads[M];
type Command<M extends keyof CommandPayloads> = CommandPayloads[M];

const immediate = [
  'Visit.Begin',
  'Visit.End',
  'Visit.Heartbeat',
  'Visit.GetSnapshot',
  'Visit.SetLanguage',
  'Visit.CallStaff',
  'Visit.ReportHealth',
];

/**
 * The kiosk's own service at /kiosk/v1/Kiosk: one socket carries the interfaces Visit, SocialCard, Identity, CardService
 * and Receipt, so that their events have one order and the loss of the screen is one fact.
 */
export class KioskService {
  readonly #options: KioskServiceOptions;
  readonly #bootId = newId();
  /** A page gone wild must not make the daemon write to the disk all the time. */
  readonly #refusals = new Budget(20, 60_000);
  readonly #calls = new Budget(20, 60_000);
  readonly #health = new Budget(60, 60_000);
  #lastCall: string | undefined;
  #seq = 0;
  #send: (name: string, payload?: object) => void = () => {};
  #changed = false;
  readonly #listeners = new Set<() => void>();
  #stopHeartbeatCheck: () => void = () => {};

  constructor(options: KioskServiceOptions) {
    this.#options = options;
    for (const device of options.devices) device.onReport(() => this.changed());
    this.#watchHeartbeat();
  }

  get bootId(): string {
    return this.#bootId;
  }

  /** Something a snapshot tells may have changed; changes of one turn go out as one event. */
  changed(): void {
    if (this.#changed) return;
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      this.#seq += 1;
      this.#send('Visit.SnapshotChangedEvent', this.snapshot());
      for (const listener of this.#listeners) listener();
    });
  }

  /** Called after every change that a snapshot tells. */
  onChanged(listener: () => void): void {
    this.#listeners.add(listener);
  }

  unsolicited(name: string, payload: object): void {
    this.#send(name, payload);
  }

  /** Why the kiosk cannot serve at all; empty when there is anything that it can do. */
  outOfService(): readonly UnavailableReason[] {
    const services = this.snapshot().services.filter(({ reasons }) => !reasons.includes('notOffered'));
    // To read, or to try a document, is no service that anybody comes for.
    const real = services.filter(({ service }) => service !== 'information' && service !== 'documentCheck');
    return real.some(({ available }) => available) ? [] : [...new Set(real.flatMap(({ reasons }) => reasons))];
  }

  snapshot(): Snapshot {
    const { clock, visits, custody, identity, display } = this.#options;
    const visit = visits.current;
    const means = this.#means(this.#options.staffClosed());
    const reports = withEffects(means);
    return {
      seq: this.#seq,
      bootId: this.#bootId,
      time: clock.date().toISOString(),
      kiosk: identity,
      ...(visit === undefined
        ? {}
        : {
            visit: {
              visitId: visit.id,
              caseCode: visit.caseCode,
              phase: visit.phase,
              language: visit.language,
              card: custody.state(),
            },
          }),
      services: [...availability(means)],
      devices: [...reports.devices],
      hosts: [...reports.hosts],
      documents: this.#options.documents.support(),
      display: display(),
      ...(this.#options.operatorScreen() && { operatorScreen: true }),
      ...(visit === undefined && custody.cardWaiting() ? { cardWaiting: true } : {}),
    };
  }

  /** What staff at work see: what there would be without them. */
  overview(): Pick<MaintenanceOverview, 'services' | 'devices' | 'hosts' | 'journalWritable' | 'keysLoaded'> {
    const means = this.#means(false);
    const { devices, hosts } = withEffects(means);
    return {
      services: [...availability(means)],
      devices: [...devices],
      hosts: [...hosts],
      journalWritable: means.journalWritable,
      keysLoaded: means.pinPadHasKeys,
    };
  }

  #means(maintenance: boolean): Means {
    const { visits, custody, devices, hosts, journal, pinPadHasKeys } = this.#options;
    return {
      devices: devices.map((device) => device.report()),
      hosts: hosts(),
      pinPadHasKeys: pinPadHasKeys(),
      journalWritable: journal.writable,
      strangerInside: visits.current === undefined && custody.strangerInside(),
      maintenance,
      mainsLost: this.#options.mainsLost(),
    };
  }

  /** Ends the running visit, if any, for a reason of the machine's own. */
  async endVisit(reason: VisitEnd): Promise<void> {
    const visit = this.#options.visits.current;
    if (visit !== undefined) await this.#options.visits.end(visit, reason);
  }

  /** The screen's connection came or went (design: one live connection, a new page load ends the running visit). */
  connectionLost(): void {
    void this.endVisit('connectionLost');
  }

  stop(): void {
    this.#stopHeartbeatCheck();
    this.#options.screen.stop();
  }

  definition(): ServiceDefinition {
    return {
      name: 'Kiosk',
      family: 'kiosk',
      interfaces: ['Visit', 'SocialCard', 'Identity', 'CardService', 'Receipt'],
      immediate: new Set(immediate),
      maximumRequests: 8,
      events: [
        'Visit.SnapshotChangedEvent',
        'Visit.EndedEvent',
        'SocialCard.InsertCardEvent',
        'SocialCard.CardInsertedEvent',
        'SocialCard.ReadingEvent',
        'SocialCard.TakeCardEvent',
        'SocialCard.CardRemovedEvent',
        'Identity.HintEvent',
        'Identity.LeftBehindEvent',
        'CardService.PinReadyEvent',
        'CardService.PinKeyEvent',
        'CardService.CodeSentEvent',
        'CardService.StaffCalledEvent',
        'CardService.StaffCardEvent',
        'CardService.PinRoundEvent',
      ],
      status: () => ({ device: 'online', members: {} }),
      capabilities: () => ({ members: {} }),
      attach: (send) => {
        this.#send = send;
      },
      onConnection: (connection) => {
        this.#options.screen.opened(connection.id);
        connection.closed.addEventListener(
          'abort',
          () => {
            this.#options.screen.closed(connection.id);
            this.connectionLost();
          },
          { once: true },
        );
      },
      handlers: this.#options.guide.around({
        'Visit.Begin': (payload: Command<'Visit.Begin'>) => this.#begin(payload),
        'Visit.End': (payload: Command<'Visit.End'>, context: CommandContext) => this.#end(payload, context),
        'Visit.Heartbeat': (payload: Command<'Visit.Heartbeat'>) => this.#heartbeat(payload),
        'Visit.GetSnapshot': () => success(this.snapshot()),
        'Visit.SetLanguage': (payload: Command<'Visit.SetLanguage'>) =>
          this.#inVisit('Visit.SetLanguage', payload, (visit) => {
            visit.language = payload.language;
            this.changed();
            return success();
          }),
        'Visit.CallStaff': (payload: Command<'Visit.CallStaff'>) => this.#callStaff(payload),
        'Visit.ReportHealth': (payload: Command<'Visit.ReportHealth'>) => this.#reportHealth(payload),
        'SocialCard.Read': (payload: Command<'SocialCard.Read'>, context: CommandContext) =>
          this.#inVisit('SocialCard.Read', payload, (visit) =>
            this.#options.cards.read(visit, payload.purpose ?? 'inquiry', context),
          ),
        'SocialCard.Return': (payload: Command<'SocialCard.Return'>, context: CommandContext) =>
          this.#inVisit('SocialCard.Return', payload, (visit) => this.#returnCard(visit, context)),
        'Identity.Read': (payload: Command<'Identity.Read'>, context: CommandContext) =>
          this.#inVisit('Identity.Read', payload, (visit) =>
            this.#options.documents.read(visit, payload.kinds, context),
          ),
        'Identity.TakeBack': (payload: Command<'Identity.TakeBack'>, context: CommandContext) =>
          this.#inVisit('Identity.TakeBack', payload, (visit) => this.#options.documents.takeBack(visit, context)),
        'CardService.EnterPin': (payload: Command<'CardService.EnterPin'>, context: CommandContext) =>
          this.#inVisit('CardService.EnterPin', payload, (visit) =>
            this.#options.pins.enter(visit, payload.cardEvidence, context),
          ),
        'CardService.BalanceInquiry': (payload: Command<'CardService.BalanceInquiry'>, context: CommandContext) =>
          this.#inVisit('CardService.BalanceInquiry', payload, (visit) =>
            this.#options.balances.inquire(visit, payload, context),
          ),
        'CardService.FindCards': (payload: Command<'CardService.FindCards'>, context: CommandContext) =>
          this.#inVisit('CardService.FindCards', payload, (visit) =>
            this.#options.findCards.find(visit, payload, context),
          ),
        'CardService.Check': (payload: Command<'CardService.Check'>, context: CommandContext) =>
          this.#inVisit('CardService.Check', payload, (visit) => this.#options.checks.check(visit, payload, context)),
        'CardService.EnterNewPin': (payload: Command<'CardService.EnterNewPin'>, context: CommandContext) =>
          this.#inVisit('CardService.EnterNewPin', payload, (visit) =>
            this.#options.newPins.enter(visit, payload, context),
          ),
        'CardService.Act': (payload: Command<'CardService.Act'>, context: CommandContext) =>
          this.#inVisit('CardService.Act', payload, (visit) => this.#options.acts.act(visit, payload, context)),
        'CardService.Progress': (payload: Command<'CardService.Progress'>, context: CommandContext) =>
          this.#inVisit('CardService.Progress', payload, (visit) =>
            progress(this.#options.cardManagement, visit, payload, context),
          ),
        'Receipt.Print': (payload: Command<'Receipt.Print'>, context: CommandContext) =>
          this.#inVisit('Receipt.Print', payload, (visit) =>
            this.#options.receipts.print(visit, payload.resultId, context),
          ),
      }),
    };
  }

  #begin(payload: Command<'Visit.Begin'>): Outcome {
    const begun = this.#options.visits.begin(payload.language);
    if (!begun.ok) {
      if (this.#refusals.take('visit.refused')) this.#options.journal.record('visit.refused', { why: begun.error });
      return commandError(begun.error);
    }
    const completion: Completion<'Visit.Begin'> = { visitId: begun.value.id, caseCode: begun.value.caseCode };
    return success(completion);
  }

  async #end(payload: Command<'Visit.End'>, { signal }: CommandContext): Promise<Outcome> {
    const visit = this.#options.visits.current;
    if (visit?.id !== payload.visitId) return commandError('noSuchVisit');
    const stopped = new Promise<undefined>((resolve) => {
      signal.addEventListener('abort', () => resolve(undefined), { once: true });
    });
    // The visit goes on ending, for as long as the card is in; a page that died or waited enough does not hold it up.
    const card = await Promise.race([this.#options.visits.end(visit, payload.reason), stopped]);
    if (card === undefined) return interrupted({ signal });
    const { claim } = visit;
    const completion: Completion<'Visit.End'> = { card, trail: [...visit.trail], ...(claim && { claim }) };
    return success(completion);
  }

  #heartbeat(payload: Command<'Visit.Heartbeat'>): Outcome {
    const visit = this.#options.visits.current;
    if (visit !== undefined && payload.visitId === visit.id) visit.heartbeatMs = this.#options.clock.nowMs();
    return success();
  }

  /** Checks at half the period; the check itself never ends a visit that has begun to end. */
  #watchHeartbeat(): void {
    const { heartbeatMs, clock, visits } = this.#options;
    if (heartbeatMs === 0) return;
    this.#stopHeartbeatCheck = clock.after(heartbeatMs / 2, () => {
      const visit = visits.current;
      if (visit?.phase === 'active' && clock.nowMs() - visit.heartbeatMs > heartbeatMs)
        void this.endVisit('connectionLost');
      this.#watchHeartbeat();
    });
  }

  #callStaff(payload: Command<'Visit.CallStaff'>): Outcome {
    const visit = this.#options.visits.current;
    const may = this.#calls.take('call');
    // A code that is in no row would lead nobody anywhere: a call too many gets the last one's.
    const caseCode = visit?.caseCode ?? (may ? newCaseCode() : (this.#lastCall ?? newCaseCode()));
    if (may) {
      this.#lastCall = caseCode;
      this.#options.journal.record('visit.staffCalled', { screen: payload.screen, case: caseCode }, visit?.id);
    }
    const completion: Completion<'Visit.CallStaff'> = { caseCode };
    return success(completion);
  }

  #reportHealth(payload: Command<'Visit.ReportHealth'>): Outcome {
    let taken = 0;
    for (const event of payload.events) {
      // The page keeps the others, and offers them again.
      if (!this.#health.take('event')) break;
      taken += 1;
      // What a page says of itself is hostile text like any other: no digits long enough to be somebody's.
      const detail = event.detail.replace(/\d{5,}/g, '…');
      this.#options.journal.record('ui.health', { kind: event.kind, detail });
    }
    const completion: Completion<'Visit.ReportHealth'> = { taken };
    return success(completion);
  }

  async #returnCard(visit: Visit, context: CommandContext): Promise<Outcome> {
    visit.phase = 'returningCard';
    this.changed();
    try {
      const signal = AbortSignal.any([context.signal, visit.signal]);
      const card = await this.#options.custody.giveBack(visit.id, signal, (notice) =>
        context.emit('SocialCard.TakeCardEvent', notice),
      );
      if (context.signal.aborted && card === 'stillInside') return failure('canceled');
      const claim = this.#options.custody.claimOf(visit.id);
      const completion: Completion<'SocialCard.Return'> = { card, ...(claim && { claim }) };
      return success(completion);
    } finally {
      if (visit.phase === 'returningCard' && visit.ending === undefined) visit.phase = 'active';
      this.changed();
    }
  }

  /** Runs a step of the running visit; a step of any other visit is refused and journalled. */
  #inVisit(
    command: string,
    payload: { readonly visitId: string },
    run: (visit: Visit) => Outcome | Promise<Outcome>,
  ): Outcome | Promise<Outcome> {
    const visit = this.#options.visits.active(payload.visitId);
    if (visit !== undefined) return run(visit);
    if (this.#refusals.take('visit.stepRefused')) {
      this.#options.journal.record('visit.stepRefused', { command, why: 'noSuchVisit' });
    }
    return commandError('noSuchVisit');
  }
}
