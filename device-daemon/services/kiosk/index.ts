import type { DisplaySettings, HostReport, KioskIdentity, Readiness, StockReport } from '#protocol/generated/kiosk.ts';
import { type TerminalParameters, terminalDefaults } from '../../cards/index.ts';
import type { Config, SettingInForce } from '../../config/index.ts';
import type { Cabinet } from '../../devices/cabinet.ts';
import type { CardDispenser } from '../../devices/card-dispenser.ts';
import type { CardReader } from '../../devices/card-reader.ts';
import type { Device } from '../../devices/device.ts';
import type { IdentityReader } from '../../devices/identity-reader.ts';
import type { PinPad } from '../../devices/pin-pad.ts';
import type { ReceiptPrinter } from '../../devices/receipt-printer.ts';
import type { BankCoreHost, CardManagementHost } from '../../hosts/index.ts';
import { type CardStock, DayBook, type Journal, type MachineKeys, type StockUnit } from '../../journal/index.ts';
import { cardActTable, kindOf, Sagas, type UnresolvedItem } from '../../sagas/index.ts';
import { Volume } from '../auxiliaries/index.ts';
import {
  cardCounts,
  cardFeed,
  DayDue,
  DayEnd,
  type DeviceLines,
  DeviceTests,
  dayArea,
  devicePages,
  journalExport,
  journalReading,
  keyLoad,
  type MachineFacts,
  Maintenance,
  machineActs,
  OfflinePasses,
  type Restartable,
  readinessSlip,
  SelfTest,
  settling,
  supplies,
} from '../maintenance/index.ts';
import type { ServiceDefinition } from '../service.ts';
import { VendorApplication, VendorMode } from '../vendor/index.ts';
import type { DeviceUse } from '../visitor-first.ts';
import { CardActs, CardPins, Circumstances, FindCards, LiveChecks, NewPins } from './acts/index.ts';
import { BalanceService } from './balance.ts';
import { CabinetWatch } from './cabinet-watch.ts';
import { type Clock, systemClock } from './clock.ts';
import { Custody } from './custody.ts';
import type { FaceCheck } from './face-check.ts';
import { GuideLights } from './guide-lights.ts';
import { HeadSender } from './head-sender.ts';
import { KioskService } from './kiosk-service.ts';
import { PinService } from './pin.ts';
import { CardReading } from './read-card.ts';
import { DocumentReading } from './read-document.ts';
import { ReceiptService } from './receipt.ts';
import { ScreenWatch } from './screen-watch.ts';
import { StaffProof } from './staff-proof.ts';
import { StanCounter } from './stan.ts';
import { Visits } from './visits.ts';
import { WorkingKeys } from './working-keys.ts';

export type { DeviceLines, MachineFacts, Restartable } from '../maintenance/index.ts';
export { HttpFaceCheck } from './face-check.ts';

export interface KioskParts {
  readonly config: Config;
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly devices: {
    readonly cardReader: CardReader | undefined;
    readonly pinPad: PinPad | undefined;
    readonly printer: ReceiptPrinter | undefined;
    readonly cardDispenser: CardDispenser | undefined;
    readonly identityReader: IdentityReader | undefined;
    readonly passportReader: IdentityReader | undefined;
    readonly cabinet: Cabinet | undefined;
    readonly all: readonly Device[];
  };
  readonly hosts: {
    readonly cardManagement: CardManagementHost | undefined;
    readonly bankCore: BankCoreHost | undefined;
  };
  /** Cards in hopper and bin. */
  readonly stock: CardStock;
  readonly cardUnits: { readonly hopper: string; readonly bin: string };
  readonly lines: DeviceLines;
  readonly settings: readonly SettingInForce[];
  readonly restarts: Readonly<Partial<Record<Restartable, () => void>>>;
  readonly facts: MachineFacts;
  readonly versions: Readiness['versions'];
  readonly clock?: Clock;
  /** Another provider's face check, where there is one. */
  readonly face?: FaceCheck;
}

/** The kiosk's own side of the daemon: visits and the services given in them. */
export interface Kiosk {
  readonly bootId: string;
  readonly services: readonly ServiceDefinition[];
  readonly use: DeviceUse;
  /** How loud it is. */
  readonly volume: Volume;
  /** The page was loaded (again): whatever ran for the page before it has ended. */
  pageLoaded(): void;
  health(): object;
  readiness(): { readonly ready: boolean };
  /** Looks at everything now, for `npx kiosk selftest`. */
  selfTest(): Promise<Readiness>;
  /** What nobody could settle: a person has to look. */
  unresolved(): readonly UnresolvedItem[];
  start(): void;
  stop(): Promise<void>;
}

/** A leg that is not configured is down, for ever and in words. */
const notConfigured = (host: HostReport['host']): HostReport => ({
  host,
  state: 'down',
  since: new Date(0).toISOString(),
});

export function createKiosk(parts: KioskParts): Kiosk {
  const { config, journal, keys, devices, hosts, stock } = parts;
  const clock = parts.clock ?? systemClock;
  const seconds = (value: number): number => value * 1000;

  const terminal: TerminalParameters = {
    ...terminalDefaults,
    terminalType: config.emv.terminalType,
    capabilities: config.emv.terminalCapabilities,
    serialNumber: config.terminal.id,
    // 9F4E holds ASCII; the bank's own name does not.
    merchantName: config.terminal.id,
  };
  const guide = new GuideLights(devices.cabinet, clock);
  const volume = new Volume(config.display.volume);
  const custody = new Custody({
    reader: devices.cardReader,
    journal,
    takeCardMs: seconds(config.visit.takeCardSeconds),
    marksOf: (insertion, signal) => cards.marksOf(insertion, signal),
    onRetained(visitId, claim) {
      const visit = visits.current;
      if (visit?.id === visitId) receipts.printClaim(visit, claim);
    },
    onChange: () => service.changed(),
    offers: (attention) => guide.ask({ light: 'cardReader', rate: attention === 'normal' ? 'medium' : 'quick' }),
  });
  const workingKeys = new WorkingKeys({
    pad: devices.pinPad,
    bank: hosts.bankCore,
    journal,
    clock,
    onChange: () => service.changed(),
  });
  const pins = new PinService({
    pad: devices.pinPad,
    keys: workingKeys,
    journal,
    entryMs: seconds(config.visit.pinSeconds),
  });
  const proof = new StaffProof({ pins, workingKeys, journal, keys, clock });
  const visits = new Visits({
    clock,
    journal,
    custody,
    reader: devices.cardReader,
    evidenceLifetimeMs: seconds(config.visit.evidenceSeconds),
    onChange: () => service.changed(),
    onEnded: (event) => service.unsolicited('Visit.EndedEvent', event),
    onCardRemoved: (visitId) => service.unsolicited('SocialCard.CardRemovedEvent', { visitId }),
    onCleared: () => pins.clear(),
    lookBack: (visit) => documents.lookBack(visit),
    outOfService: () => closed() || watch.mainsLost,
    staffAtWork: () => maintenance.atWork,
  });
  const documents = new DocumentReading({
    readers: { identityReader: devices.identityReader, passportReader: devices.passportReader },
    journal,
    keys,
    clock,
    takeBackMs: seconds(config.visit.takeCardSeconds),
  });
  const table = cardActTable(hosts);
  const sagas = new Sagas({ journal, clock, kinds: [kindOf(table)], onChange: () => service.changed() });
  const cards = new CardReading({
    reader: devices.cardReader,
    custody,
    cardManagement: hosts.cardManagement,
    journal,
    keys,
    clock,
    ourBankCodes: config.emv.ourBankCodes,
    terminal,
    isUnsettled: (cardRef) => sagas.touches(`social:${cardRef}`),
  });
  const balances = new BalanceService({
    reader: devices.cardReader,
    cards,
    cardManagement: hosts.cardManagement,
    bankCore: hosts.bankCore,
    workingKeys,
    stans: new StanCounter(journal),
    journal,
    keys,
    clock,
    terminal,
  });
  const { face } = parts;
  const { cardManagement, bankCore } = hosts;
  const { ourBankCodes } = config.emv;
  const cardPins = new CardPins({
    rules: config.cardPin,
    pad: devices.pinPad,
    reader: devices.cardReader,
    journal,
    entryMs: seconds(config.visit.pinSeconds),
  });
  const circumstances = new Circumstances({
    rules: config.rules,
    cardPins,
    ourBankCodes,
    bankCore,
    pad: devices.pinPad,
    workingKeys,
    face,
    sagas,
    journal,
    clock,
  });
  const findCards = new FindCards({ cardManagement, bankCore, journal, keys, ourBankCodes, circumstances });
  const checks = new LiveChecks({
    bankCore,
    reader: devices.cardReader,
    custody,
    pins,
    proof,
    workingKeys,
    face,
    circumstances,
    journal,
    clock,
    staffMs: seconds(config.rules.staffSeconds),
  });
  const newPins = new NewPins({ bankCore, pins, cardPins, journal });
  const acts = new CardActs({
    sagas,
    table,
    bankCore,
    cards,
    balances,
    circumstances,
    ourBankCodes,
    journal,
    clock,
  });
  const receipts = new ReceiptService({
    printer: devices.printer,
    journal,
    place: {
      terminalId: config.terminal.id,
      bankName: config.terminal.bankName,
      branchName: config.terminal.branchName,
      hotline: config.terminal.hotline,
    },
    retainedCardDays: config.visit.retainedCardDays,
    clock,
  });
  const identity: KioskIdentity = {
    terminalId: config.terminal.id,
    bankName: config.terminal.bankName,
    branchName: config.terminal.branchName,
    hotline: config.terminal.hotline,
    cardReaderType: devices.cardReader?.capabilities().type ?? 'dip',
    profile: config.profile,
  };
  const { visit } = config;
  const display = (): DisplaySettings => ({
    volume: volume.value,
    defaultLanguage: config.terminal.defaultLanguage,
    pixelsPerMillimetre: config.display.pixelsPerMillimetre,
    timeouts: {
      inputSeconds: visit.inputSeconds,
      infoSeconds: visit.infoSeconds,
      warningSeconds: visit.warningSeconds,
      pinSeconds: visit.pinSeconds,
      resultSeconds: visit.resultSeconds,
      takeCardSeconds: visit.takeCardSeconds,
      elderFactor: visit.elderFactor,
    },
  });
  const hostReports = (): readonly HostReport[] => [
    hosts.cardManagement?.report() ?? notConfigured('cardManagement'),
    hosts.bankCore?.report() ?? notConfigured('bankCore'),
  ];
  const service: KioskService = new KioskService({
    clock,
    journal,
    visits,
    custody,
    cards,
    pins,
    balances,
    receipts,
    documents,
    findCards,
    checks,
    newPins,
    acts,
    cardManagement,
    devices: devices.all,
    hosts: hostReports,
    pinPadHasKeys: () => workingKeys.keySetId() !== undefined,
    staffClosed: () => closed(),
    mainsLost: () => watch.mainsLost,
    operatorScreen: () => application.called,
    guide,
    screen: new ScreenWatch({
      ...{ clock, journal },
      visit: () => visits.current?.id,
      staffHere: () => application.open,
    }),
    identity,
    display,
    // A hidden page draws no frames and so sends no heartbeat: tolerated on the bench, a fault in production.
    heartbeatMs: config.profile === 'production' ? seconds(visit.heartbeatSeconds) : 0,
  });
  const dispenses = devices.all.some((device) => device.class === 'cardDispenser');
  const retains = devices.cardReader?.capabilities().canRetain === true;
  const hasUnit = { dispense: dispenses, retain: dispenses || retains };
  const unitsHere = stock.units.filter(({ kind }) => hasUnit[kind]);
  const book = new DayBook(journal);
  const dayDue = new DayDue({
    ...{ book, journal, clock, cutOver: config.dayEnd.cutOver },
    onChange: () => maintenance.changed(),
  });
  const dayEnd: DayEnd = new DayEnd({
    book,
    journal,
    clock,
    sagas,
    hosts: { social: hosts.cardManagement, financial: hosts.bankCore },
    units: unitsHere,
    printer: devices.printer,
    place: {
      terminalId: config.terminal.id,
      bankName: config.terminal.bankName,
      branchName: config.terminal.branchName,
    },
    onChange: () => service.changed(),
  });
  const tests = new DeviceTests({ devices: devices.all, journal, clock, terminalId: config.terminal.id });
  const { pinPad } = devices;
  const selfTest = new SelfTest({
    ...{ journal, tests, clock, facts: parts.facts },
    devices: devices.all,
    hosts: {
      ...(hosts.cardManagement && { cardManagement: hosts.cardManagement }),
      ...(hosts.bankCore && { bankCore: hosts.bankCore }),
    },
    stock: { units: unitsHere, counts: (id) => stock.counts(id) },
    pinPadHasKeys: () => (pinPad === undefined ? undefined : workingKeys.keySetId() !== undefined),
    unresolved: () => sagas.unresolved().length,
    day: () => ({ cutOver: config.dayEnd.cutOver, due: book.day.due }),
    profile: config.profile,
    identity: { kiosk: identity, versions: parts.versions },
    journalMaxBytes: config.storage.journalMaxMegabytes * 1e6,
    onChange: () => maintenance.changed(),
  });
  const maintenance: Maintenance = new Maintenance({
    reader: devices.cardReader,
    bankCore: hosts.bankCore,
    custody,
    proof,
    passes: new OfflinePasses(clock),
    journal,
    clock,
    bootId: service.bootId,
    identity,
    cardMs: seconds(config.maintenance.cardSeconds),
    idleMs: seconds(config.maintenance.idleSeconds),
    visitRunning: () => visits.current !== undefined,
    areas: {
      ...tests.area,
      ...cardCounts(stock, journal),
      ...cardFeed({ dispenser: parts.devices.cardDispenser, tests, stock, journal, units: parts.cardUnits }),
      ...keyLoad({ pinPad, workingKeys, journal }),
      ...journalReading(journal, clock),
      ...journalExport({
        ...{ journal, keys, clock, terminal: config.terminal.id },
        ...{ stickFolder: config.maintenance.stickFolder, bench: config.profile === 'bench' },
        ...{ cardManagement: hosts.cardManagement, dataFolder: config.storage.dataFolder },
      }),
      ...devicePages({ devices: devices.all, lines: parts.lines, journal, clock }),
      ...machineActs({ journal, config, settings: parts.settings, restarts: parts.restarts }),
      ...supplies({ journal, clock, units: unitsHere, counts: (id) => stock.counts(id) }),
      ...selfTest.area,
      ...readinessSlip(() => selfTest.readiness('staff'), devices.printer),
      ...dayArea(dayEnd, journal),
      ...settling({ journal, clock, sagas, keepDays: config.visit.retainedCardDays }),
    },
    clearPad: () => pins.clear(),
    overview: () => ({
      ...service.overview(),
      tests: tests.list(),
      stock: unitsHere.map((unit) => stockReport(unit, stock)),
      restarts: Object.keys(parts.restarts) as Restartable[],
      ...(selfTest.last && { selfTest: selfTest.last }),
      ...(dayEnd.stopped && { closingDay: true }),
      ...(book.day.due !== undefined && { dayDue: book.day.due }),
      unresolved: sagas.unresolved().map((item) => ({ ...item })),
    }),
    onChange: () => service.changed(),
    onPage: (page) => application.pageOpened(page),
    surroundings: () => ({
      ...(application.called && { operatorScreen: true }),
      ...(watch.felt && { cabinet: watch.felt }),
    }),
  });
  const vendorMode = new VendorMode({
    clock,
    journal,
    visitRunning: () => visits.current !== undefined,
    onChange: () => service.changed(),
  });
  const application = new VendorApplication({
    clock,
    mayStart: () => vendorMode.active,
    occupied: () => maintenance.occupied,
    onChange: () => service.changed(),
  });
  // Whoever hands the machine over wants the page of staff, until a client wants another.
  vendorMode.onActive((active) => application.call(active));
  const watch = new CabinetWatch({
    cabinet: devices.cabinet,
    journal,
    clock,
    endVisit: (why) => void service.endVisit(why),
    endSession: () => maintenance.cabinetOpened(),
    onSwitch: (toMaintenance) => vendorMode.turned(toMaintenance),
    onChange: () => service.changed(),
  });
  /** Staff are at work or said so, the day is being closed, or the machine is open or handed over. */
  const closed = (): boolean => maintenance.outOfService || dayEnd.stopped || vendorMode.outOfService || watch.doorOpen;
  volume.onChange(() => service.changed());
  service.onChanged(() => {
    maintenance.changed();
    vendorMode.look();
    guide.inService(service.outOfService().length === 0);
  });
  stock.onChange(() => maintenance.changed());
  for (const host of [hosts.cardManagement, hosts.bankCore]) host?.onReport(() => service.changed());
  const heads = new HeadSender({ journal, keys, host: hosts.cardManagement, clock });

  return {
    bootId: service.bootId,
    services: [service.definition(), maintenance.definition(), vendorMode.definition(), application.definition()],
    volume,
    use: {
      busy: () => visits.current !== undefined || custody.clearing || maintenance.occupied,
      pinsOnly: () => visits.current !== undefined || maintenance.signingOn,
    },
    pageLoaded: () => void service.endVisit('pageReloaded'),
    health: () => {
      const { services, devices: reports, hosts: links, seq, time } = service.snapshot();
      const due = book.day.due;
      return {
        ...{ status: 'ok', bootId: service.bootId, seq, time, devices: reports, hosts: links, services },
        ...(due !== undefined && { dayDue: due }),
      };
    },
    readiness: () => ({ ready: service.outOfService().length === 0 }),
    selfTest: () => selfTest.readiness('console'),
    unresolved: () => sagas.unresolved(),
    start() {
      selfTest.start();
      sagas.resume();
      dayEnd.resume();
      dayDue.start();
      workingKeys.start();
      heads.start();
    },
    async stop() {
      service.stop();
      vendorMode.stop();
      selfTest.stop();
      dayDue.stop();
      workingKeys.stop();
      heads.stop();
      await Promise.all([custody.stop(), visits.shutDown(), maintenance.stop()]);
      await receipts.settled();
      await sagas.stop();
    },
  };
}

function stockReport({ id, kind, capacity }: StockUnit, stock: CardStock): StockReport {
  const { count, threshold } = stock.counts(id);
  return { unit: id, kind, count, capacity, threshold };
}
