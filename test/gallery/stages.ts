/**
 * Every face of the kiosk: each state of the machines at least once, and each of its variants that looks different.
 * A stage names the row of the total tables (state-machines/screen-of.ts) that it shows, so that a new state without a
 * stage is found, and takes its buttons from there.
 */
import type {
  CardFacts,
  CardOutcome,
  FinancialLeg,
  KioskIdentity,
  MedicalLeg,
  ServiceName,
  SocialLeg,
  UnavailableReason,
  VisitEndedEvent,
} from '#protocol/generated/kiosk.ts';
import { screenTables } from '#state-machines/screen-of.ts';
import type {
  CardProblemCode,
  InformationTopic,
  PinProblemCode,
  Screen,
  ShownFinancial,
  ShownMedical,
  Tile,
} from '#state-machines/screens.ts';
import { actStages } from './act-stages.ts';
import { documentStages } from './document-stages.ts';
import { each, everywhere, of, type Stage, type Variant } from './stage.ts';

export type { Stage } from './stage.ts';

export const kiosk: KioskIdentity = {
  terminalId: '32010001',
  bankName: '中国工商银行',
  branchName: '南京大学支行',
  hotline: '95588',
  cardReaderType: 'dip',
  profile: 'bench',
};

const services: readonly ServiceName[] = [
  'lossReport',
  'unfreeze',
  'activation',
  'balance',
  'newCard',
  'pin',
  'progress',
  'information',
];

/** Tiles as today: a new card is not made here yet. */
function tiles(balance: Partial<Tile> = {}, newCard: Tile['state'] = 'notOffered'): Tile[] {
  return services.map((service): Tile => {
    if (service === 'balance') return { service, state: 'ready', reasons: [], ...balance };
    const state = service === 'newCard' ? newCard : 'ready';
    return { service, state, reasons: state === 'notOffered' ? ['notOffered'] : [] };
  });
}

/** Nothing but the balance: no reader for documents, without which no card is touched. */
const onlyBalance = tiles().map(
  (tile): Tile =>
    tile.service === 'balance' || tile.service === 'information'
      ? tile
      : { ...tile, state: 'notOffered', reasons: ['notOffered'] },
);
const limited = tiles({ state: 'limited', reasons: ['printerUnavailable'] });
const away = tiles({ state: 'unavailable', reasons: ['cardManagementUnavailable', 'bankCoreUnavailable'] });

const gen3: CardFacts = {
  class: 'gen3',
  social: {
    present: true,
    nameMasked: '**明',
    cardNumberLast4: '0017',
    areaCode: '320100',
    validUntil: '2034-06-30',
    status: 'normal',
    grade: 'genuine',
  },
  financial: {
    present: true,
    panMasked: '621721******0017',
    bankCode: 'icbc',
    bankName: '中国工商银行',
    ours: true,
    validUntil: '2034-06-30',
  },
  holderCheck: 'equal',
};
const gen1: CardFacts = {
  class: 'gen1',
  social: { present: true, nameMasked: '*芳', cardNumberLast4: '0042', status: 'normal', grade: 'read' },
  financial: { present: false },
  holderCheck: 'notCompared',
};

const accounts = (available: boolean): ShownFinancial => ({
  state: 'done',
  socialSecurity: [
    {
      kind: 'socialSecurity',
      accountClass: 'I',
      panMasked: '621721******0017',
      available: available ? '12345.60' : null,
    },
  ],
  debit: [],
});
const twoAccounts: ShownFinancial = {
  state: 'done',
  socialSecurity: [
    { kind: 'socialSecurity', accountClass: 'I', panMasked: '621721******0017', available: '1234567.89' },
  ],
  debit: [{ kind: 'debit', accountClass: 'II', panMasked: '622202******0042', available: '-30.05' }],
};
const medicalDone = (balance: string | null): ShownMedical => ({ state: 'done', balance, outOfArea: true });
const socialDone: SocialLeg = { state: 'done', status: 'normal', outOfArea: true };

type BalanceScreen = Extract<Screen, { name: 'balance' }>;
const balance = (change: Partial<BalanceScreen> = {}): BalanceScreen => ({
  name: 'balance',
  card: gen3,
  cardIn: 'inserted',
  amounts: 'visible',
  social: socialDone,
  medical: medicalDone('2345.67'),
  financial: accounts(true),
  canRetry: false,
  print: { state: 'offered' },
  caseCode: '7K3M-9QXA',
  ...change,
});
const settled = { without: ['RETRY'] as const };

type CardRetry = Extract<Screen, { name: 'card-problem' }>['retry'];
const cardProblems: Readonly<Record<CardProblemCode, CardRetry>> = {
  readerUnavailable: 'insertAgain',
  cardMute: 'insertAgain',
  cardUnreadable: 'insertAgain',
  cardRemoved: 'insertAgain',
  cardSwapped: 'insertAgain',
  cardBlocked: 'none',
  cardExpired: 'none',
  cardNotSupported: 'insertAgain',
  cardNotGenuine: 'none',
  holderMismatch: 'none',
  classDisagreement: 'none',
  cardNotActive: 'none',
  hostUnavailable: 'sameCard',
  noAnswer: 'sameCard',
};
const onTheSheet: ReadonlySet<string> = new Set<CardProblemCode | PinProblemCode>([
  'cardMute',
  'cardExpired',
  'cardNotGenuine',
  'lastTry',
]);
const cardProblemVariants = Object.fromEntries(
  each(cardProblems).map(([problem, retry]): [string, Variant] => [
    problem,
    {
      screen: {
        name: 'card-problem',
        problem,
        retry,
        card: problem === 'cardRemoved' ? 'none' : problem === 'readerUnavailable' ? 'unknown' : 'inserted',
        reader: 'dip',
        ...(retry === 'none' && { caseCode: '7K3M-9QXA' }),
      },
      without: retry === 'none' ? ['RETRY'] : [],
      sheet: onTheSheet.has(problem),
    },
  ]),
);

const pinProblems: Readonly<Record<PinProblemCode, number | undefined>> = {
  pinCancelled: undefined,
  pinTimedOut: undefined,
  pinTooShort: undefined,
  hostUnavailable: undefined,
  lastTry: 1,
  noAnswer: undefined,
};
const pinProblemVariants = Object.fromEntries(
  each(pinProblems).map(([problem, triesLeft]): [string, Variant] => [
    problem,
    {
      screen: { name: 'pin-problem', problem, ...(triesLeft !== undefined && { triesLeft }) },
      sheet: onTheSheet.has(problem),
    },
  ]),
);

type RefusedFinancial = Extract<FinancialLeg, { state: 'refused' }>['reason'];
const financialRefusals: Readonly<Record<RefusedFinancial, number | undefined>> = {
  wrongPin: 0,
  pinLocked: undefined,
  cardNotGenuine: undefined,
  cardExpired: undefined,
  cardLost: undefined,
  cardClosed: undefined,
  accountFrozen: undefined,
  notOpened: undefined,
  limitReached: undefined,
  other: undefined,
};
type Unconfirmed = Extract<MedicalLeg, { state: 'notConfirmed' }>['reason'];
const unconfirmed: Readonly<Record<Unconfirmed, number | undefined>> = {
  unavailable: 60,
  noAnswer: undefined,
  badAnswer: undefined,
  pinPadUnavailable: undefined,
  pinPadNeedsKeys: undefined,
};
type SocialStatus = Extract<SocialLeg, { state: 'done' }>['status'];
const socialStates: Readonly<Record<Exclude<SocialStatus, 'normal'>, true>> = {
  sealed: true,
  tempLost: true,
  lost: true,
  locked: true,
  cancelled: true,
  unknown: true,
};

const balanceVariants: Readonly<Record<string, Variant>> = {
  hidden: {
    screen: balance({ amounts: 'hidden', financial: accounts(false), medical: medicalDone(null) }),
    ...settled,
    sheet: true,
  },
  visible: { screen: balance(), ...settled, sheet: true },
  'two-accounts': { screen: balance({ financial: twoAccounts, print: { state: 'printed' } }), ...settled, sheet: true },
  'not-activated': {
    screen: balance({
      financial: {
        state: 'notActivated',
        medicalUse: 'notAffected',
        activation: { service: 'activation', state: 'notOffered', reasons: ['notOffered'] },
      },
    }),
    ...settled,
    sheet: true,
  },
  'not-activated-here': {
    screen: balance({
      financial: {
        state: 'notActivated',
        medicalUse: 'notAffected',
        activation: { service: 'activation', state: 'ready', reasons: [] },
      },
    }),
    ...settled,
  },
  'not-here': {
    screen: balance({
      financial: { state: 'notHere', bankName: '江苏银行', bankHotline: '95319' },
      medical: { state: 'notHere' },
    }),
    ...settled,
    sheet: true,
  },
  'not-here-no-phone': {
    screen: balance({ financial: { state: 'notHere', bankName: '南京银行' } }),
    ...settled,
  },
  'first-generation': {
    screen: balance({
      card: gen1,
      social: { state: 'done', status: 'normal', outOfArea: false },
      financial: { state: 'noApplication' },
      medical: { state: 'done', balance: '88.00', outOfArea: false },
    }),
    ...settled,
  },
  debit: {
    screen: balance({
      card: { ...gen3, class: 'debit', social: { present: false } },
      social: { state: 'noApplication' },
      medical: { state: 'refused', reason: 'noAccount' },
      print: { state: 'impossible', reason: 'printerUnavailable' },
    }),
    without: ['RETRY', 'PRINT'],
  },
  'no-pin': {
    screen: balance({ financial: { state: 'notAsked' }, print: { state: 'impossible', reason: 'notKnown' } }),
    without: ['RETRY', 'PRINT'],
  },
  'nothing-confirmed': {
    screen: balance({
      financial: { state: 'notConfirmed', reason: 'noAnswer', retryAfterSeconds: 60 },
      medical: { state: 'notConfirmed', reason: 'unavailable' },
      social: { state: 'notConfirmed', reason: 'badAnswer' },
      canRetry: true,
      print: { state: 'impossible', reason: 'noResult' },
    }),
    without: ['PRINT'],
    sheet: true,
  },
  'medical-other': { screen: balance({ medical: { state: 'refused', reason: 'other' } }), ...settled },
  ...Object.fromEntries(
    each(financialRefusals).map(([reason, triesLeft]): [string, Variant] => [
      `refused-${reason}`,
      {
        screen: balance({ financial: { state: 'refused', reason, ...(triesLeft !== undefined && { triesLeft }) } }),
        ...settled,
        sheet: reason === 'pinLocked',
      },
    ]),
  ),
  ...Object.fromEntries(
    each(unconfirmed).map(([reason, retryAfterSeconds]): [string, Variant] => [
      `unconfirmed-${reason}`,
      {
        screen: balance({
          financial: {
            state: 'notConfirmed',
            reason,
            ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
          },
          canRetry: true,
        }),
      },
    ]),
  ),
  ...Object.fromEntries(
    each(socialStates).map(([status]): [string, Variant] => [
      `social-${status}`,
      { screen: balance({ social: { state: 'done', status, outOfArea: true } }), ...settled },
    ]),
  ),
};

const printReasons = [
  'paperOut',
  'coverOpen',
  'cutterError',
  'overheated',
  'mechanicalError',
  'unrecoverableError',
  'offline',
  'silent',
  'printerUnavailable',
] as const;

type Goodbye = Extract<Screen, { name: 'goodbye' }>;
type GoodbyeWhy = Goodbye['why'];
const goodbye = (why: GoodbyeWhy, card: CardOutcome): Goodbye => ({
  name: 'goodbye',
  did: [],
  why,
  card,
  caseCode: '7K3M-9QXA',
});
const endings: Readonly<Record<VisitEndedEvent['reason'], CardOutcome>> = {
  completed: 'taken',
  cancelled: 'taken',
  timeOut: 'retained',
  error: 'unknown',
  abandoned: 'none',
  pageReloaded: 'stillInside',
  connectionLost: 'unknown',
  maintenance: 'taken',
  mainsLost: 'taken',
  shutdown: 'taken',
};
const topics: Readonly<Record<InformationTopic, true>> = {
  contents: true,
  branches: true,
  questions: true,
  bring: true,
  closing: true,
};
const allReasons: Readonly<Record<Exclude<UnavailableReason, 'notOffered' | 'starting'>, true>> = {
  readerUnavailable: true,
  documentReaderUnavailable: true,
  cardLeftInside: true,
  pinPadUnavailable: true,
  pinPadNeedsKeys: true,
  cardManagementUnavailable: true,
  bankCoreUnavailable: true,
  printerUnavailable: true,
  journalUnavailable: true,
  maintenance: true,
  mainsLost: true,
};

const takeCard = (change: object): Screen => ({
  name: 'take-card',
  reader: 'dip',
  attention: 'normal',
  ofSeconds: 30,
  next: 'end',
  ...change,
});
const settling: Screen = { name: 'visit-ended', why: 'error', card: 'inserted', settled: false, caseCode: '7K3M-9QXA' };

export const stages: readonly Stage[] = [
  ...of('kiosk', 'starting', { '': { screen: { name: 'starting' } } }),
  ...of('kiosk', 'attract', {
    '': { screen: { name: 'attract', tiles: tiles(), opening: false }, sheet: true },
    limited: { screen: { name: 'attract', tiles: limited, opening: false } },
    full: { screen: { name: 'attract', tiles: tiles({}, 'ready'), opening: false } },
  }),
  ...of('visit', 'opening', { opening: { screen: { name: 'attract', tiles: tiles(), opening: true } } }),
  ...of('kiosk', 'outOfService', {
    disconnected: { screen: { name: 'out-of-service', disconnected: true, reasons: [] }, sheet: true },
    hosts: {
      screen: {
        name: 'out-of-service',
        disconnected: false,
        reasons: ['cardManagementUnavailable', 'bankCoreUnavailable'],
      },
    },
    everything: {
      screen: { name: 'out-of-service', disconnected: false, reasons: each(allReasons).map(([reason]) => reason) },
    },
  }),
  ...of(
    'kiosk',
    'information',
    Object.fromEntries(
      each(topics).map(([topic]): [string, Variant] => [
        `offline-${topic}`,
        { screen: { name: 'information', topic, disconnected: true } },
      ]),
    ),
  ),
  ...of(
    'visit',
    'information',
    Object.fromEntries(
      each(topics).map(([topic]): [string, Variant] => [
        topic,
        {
          screen: {
            name: 'information',
            topic,
            disconnected: false,
            documentCheck: { service: 'documentCheck', state: 'ready', reasons: [] },
          },
          sheet: topic !== 'questions',
        },
      ]),
    ),
  ),
  ...of('visit', 'home', {
    '': { screen: { name: 'home', tiles: tiles() }, sheet: true },
    limited: { screen: { name: 'home', tiles: limited }, sheet: true },
    away: { screen: { name: 'home', tiles: away } },
    full: { screen: { name: 'home', tiles: tiles({}, 'ready') } },
    few: { screen: { name: 'home', tiles: onlyBalance } },
  }),
  ...of('visit', 'serviceInfo', {
    lossReport: {
      screen: {
        name: 'service-info',
        tile: { service: 'lossReport', state: 'notOffered', reasons: ['notOffered'] },
        elsewhere: ['bankHotline', 'socialSecurity12333', 'branch'],
      },
      without: ['CONTINUE'],
      sheet: true,
    },
    newCard: {
      screen: {
        name: 'service-info',
        tile: { service: 'newCard', state: 'notOffered', reasons: ['notOffered'] },
        elsewhere: ['branch', 'bankHotline'],
      },
      without: ['CONTINUE'],
    },
    away: {
      screen: {
        name: 'service-info',
        tile: {
          service: 'balance',
          state: 'unavailable',
          reasons: ['cardManagementUnavailable', 'bankCoreUnavailable'],
        },
        elsewhere: ['later', 'branch', 'bankHotline'],
      },
      without: ['CONTINUE'],
    },
    back: {
      screen: {
        name: 'service-info',
        tile: { service: 'balance', state: 'limited', reasons: ['pinPadUnavailable', 'printerUnavailable'] },
        elsewhere: ['branch', 'bankHotline'],
      },
    },
  }),
  ...of('presentCard', 'card.waiting', {
    dip: { screen: { name: 'insert-card', reader: 'dip' }, sheet: true },
    motor: { screen: { name: 'insert-card', reader: 'motor' } },
  }),
  ...of('presentCard', 'card.reading', {
    social: { screen: { name: 'reading-card', part: 'social' } },
    financial: { screen: { name: 'reading-card', part: 'financial' }, sheet: true },
    host: { screen: { name: 'reading-card', part: 'host' } },
  }),
  ...of('presentCard', 'problem', cardProblemVariants),
  ...of('balance', 'pin', {
    waiting: { screen: { name: 'enter-pin', ready: false, digits: 0 } },
    ready: {
      screen: { name: 'enter-pin', ready: true, digits: 0, minDigits: 6, maxDigits: 6 },
    },
    typing: {
      screen: { name: 'enter-pin', ready: true, digits: 4, minDigits: 6, maxDigits: 6 },
      sheet: true,
    },
    wrong: {
      screen: {
        name: 'enter-pin',
        ready: true,
        digits: 0,
        minDigits: 6,
        maxDigits: 6,
        again: 'wrongPin',
        triesLeft: 2,
      },
      sheet: true,
    },
    keysChanged: {
      screen: { name: 'enter-pin', ready: true, digits: 0, minDigits: 6, maxDigits: 6, again: 'keysChanged' },
    },
    must: {
      screen: { name: 'enter-pin', ready: true, digits: 12, minDigits: 4, maxDigits: 12, again: 'wrongPin' },
      without: ['CONTINUE'],
    },
  }),
  ...of('balance', 'pinProblem', pinProblemVariants),
  ...of('balance', 'asking', {
    both: { screen: { name: 'asking', cardManagement: true, bankCore: true }, sheet: true },
    social: { screen: { name: 'asking', cardManagement: true, bankCore: false } },
    bank: { screen: { name: 'asking', cardManagement: false, bankCore: true } },
  }),
  ...of('balance', 'balance', balanceVariants),
  ...of('balance', 'printing', { '': { screen: { name: 'printing' }, sheet: true } }),
  ...of('balance', 'printResult', {
    done: { screen: { name: 'print-result', outcome: 'done', canRetry: false }, without: ['RETRY'], sheet: true },
    unknown: {
      screen: { name: 'print-result', outcome: 'unknown', reason: 'silent', canRetry: false, caseCode: '7K3M-9QXA' },
      without: ['RETRY'],
      sheet: true,
    },
    ...Object.fromEntries(
      printReasons.map((reason): [string, Variant] => [
        reason,
        {
          screen: { name: 'print-result', outcome: 'notDone', reason, canRetry: true, caseCode: '7K3M-9QXA' },
          sheet: reason === 'paperOut',
        },
      ]),
    ),
  }),
  ...of('presentCard', 'givingBack.counting', {
    home: { screen: takeCard({ secondsLeft: 27, next: 'home' }) },
    again: { screen: takeCard({ secondsLeft: 30, next: 'insertAgain', reader: 'motor' }) },
  }),
  ...of('presentCard', 'finished', { 'card-over': { screen: { name: 'ending' } } }),
  ...of('balance', 'finished', { 'balance-over': { screen: { name: 'ending' } } }),
  ...documentStages,
  ...actStages,
  ...of('visit', 'leaving.takingCard.counting', {
    coming: { screen: takeCard({}) },
    dip: { screen: takeCard({ secondsLeft: 24 }), sheet: true },
    motor: { screen: takeCard({ secondsLeft: 24, reader: 'motor' }) },
    louder: { screen: takeCard({ secondsLeft: 9, attention: 'louder' }), sheet: true },
  }),
  ...of('visit', 'leaving.closing.plain', { '': { screen: { name: 'ending' }, sheet: true } }),
  ...of('visit', 'leaving.closing.handingOver', { handover: { screen: takeCard({}) } }),
  ...of('visit', 'windingUp.waiting', { 'machine-ends': { screen: { name: 'ending' } } }),
  ...of('visit', 'windingUp.handingOver', { 'machine-hands-over': { screen: takeCard({}) } }),
  ...of('visit', 'goodbye', {
    completed: { screen: goodbye('completed', 'taken'), sheet: true },
    trail: {
      screen: {
        ...goodbye('completed', 'taken'),
        did: ['documentRead', 'cardRead', 'cardsAsked', 'codeSent', 'acted', 'balanceAsked', 'slipPrinted'],
      },
      sheet: true,
    },
    cancelled: { screen: goodbye('cancelled', 'none') },
    timeOut: { screen: goodbye('timeOut', 'taken') },
    retained: { screen: goodbye('timeOut', 'retained'), sheet: true },
    inside: { screen: goodbye('completed', 'stillInside') },
    unknown: { screen: goodbye('cancelled', 'unknown') },
    document: { screen: { ...goodbye('timeOut', 'none'), documentAt: 'identityReader' }, sheet: true },
    both: { screen: { ...goodbye('timeOut', 'retained'), documentAt: 'passportReader' } },
    kept: { screen: { ...goodbye('timeOut', 'retained'), claim: '4X9K-T2FF' }, sheet: true },
    'kept-and-document': {
      screen: { ...goodbye('timeOut', 'retained'), claim: '4X9K-T2FF', documentAt: 'passportReader' },
    },
  }),
  ...of('visit', 'ended', {
    kept: {
      screen: {
        name: 'visit-ended',
        why: 'error',
        card: 'retained',
        claim: '4X9K-T2FF',
        settled: true,
        caseCode: '7K3M-9QXA',
      },
    },
    'kept-under-way': {
      screen: {
        name: 'visit-ended',
        why: 'connectionLost',
        card: 'retained',
        claim: '4X9K-T2FF',
        underWay: true,
        settled: true,
        caseCode: '7K3M-9QXA',
      },
    },
    'under-way': {
      screen: {
        name: 'visit-ended',
        why: 'connectionLost',
        card: 'none',
        underWay: true,
        settled: true,
        caseCode: '7K3M-9QXA',
      },
    },
    document: {
      screen: {
        name: 'visit-ended',
        why: 'maintenance',
        card: 'none',
        documentAt: 'identityReader',
        settled: true,
        caseCode: '7K3M-9QXA',
      },
    },
  }),
  ...of(
    'visit',
    'ended',
    Object.fromEntries(
      each(endings).map(([why, card]): [string, Variant] => [
        why,
        {
          screen: { name: 'visit-ended', why, card, settled: true, caseCode: '7K3M-9QXA' },
          sheet: why === 'connectionLost',
        },
      ]),
    ),
  ),
  ...of('visit', 'finished', { 'visit-over': { screen: { name: 'ending' } } }),
  ...of('kiosk', 'broken', {
    broken: { screen: { name: 'visit-ended', why: 'error', card: 'unknown', settled: false, caseCode: '7K3M-9QXA' } },
  }),
  ...of('kiosk', 'finishing.waiting', { settling: { screen: settling } }),
  ...of('kiosk', 'finishing.sweeping', { sweeping: { screen: settling } }),
  // What covers any screen (viewOf, showVisit).
  {
    id: 'still-there',
    screen: { name: 'still-there', secondsLeft: 22, ofSeconds: 30 },
    actions: ['STAY', 'END', ...everywhere],
    sheet: true,
  },
  {
    id: 'call-staff.calling',
    screen: { name: 'call-staff', state: 'calling' },
    actions: ['CLOSE', 'END', 'SET_PREFERENCE'],
    sheet: false,
  },
  {
    id: 'call-staff.called',
    screen: { name: 'call-staff', state: 'called', caseCode: '7K3M-9QXA' },
    actions: ['CLOSE', 'END', 'SET_PREFERENCE'],
    sheet: true,
  },
  {
    id: 'call-staff.failed',
    screen: { name: 'call-staff', state: 'failed' },
    actions: ['CLOSE', 'RETRY', 'END', 'SET_PREFERENCE'],
    sheet: true,
  },
  {
    id: 'insert-card.called',
    screen: { name: 'insert-card', reader: 'motor' },
    actions: ['BACK', 'END', ...everywhere],
    step: 1,
    called: true,
    sheet: false,
  },
  // The page itself (kiosk-ui/app.ts).
  {
    id: 'replaced',
    screen: { name: 'out-of-service', disconnected: true, reasons: [] },
    actions: [],
    replaced: true,
    sheet: false,
  },
];

/** States of the tables that no stage shows: empty, or the gallery is not whole. */
export function statesWithoutStage(): string[] {
  const shown = new Set(stages.map(({ state }) => state));
  return Object.entries(screenTables).flatMap(([table, rows]) =>
    Object.keys(rows)
      .map((state) => `${table}:${state}`)
      .filter((state) => !shown.has(state)),
  );
}
