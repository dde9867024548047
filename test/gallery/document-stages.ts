/** The faces of everything that is done with an identity document. */
import type { DocumentFacts } from '#protocol/generated/kiosk.ts';
import type {
  DocumentChoice,
  DocumentPlace,
  DocumentProblemCode,
  Screen,
  ShownDocument,
} from '#state-machines/screens.ts';
import { each, of, type Stage, type Variant } from './stage.ts';

type Readable = Exclude<DocumentChoice, 'other'>;

const places: Readonly<Record<Readable, DocumentPlace>> = {
  residentId: 'identityReader',
  residencePermit: 'identityReader',
  permanentResident: 'identityReader',
  passport: 'passportReader',
  hkMacaoPermit: 'passportReader',
  taiwanPermit: 'passportReader',
  exitEntryPermit: 'passportReader',
};

const documents = (printed: ShownDocument['state']): ShownDocument[] => [
  ...each(places).map(([choice, reader]) => ({
    choice,
    state: reader === 'identityReader' ? ('ready' as const) : printed,
    ...(printed === 'elsewhere' && reader === 'passportReader' ? {} : { reader }),
  })),
  { choice: 'other', state: 'elsewhere' },
];

const facts: Readonly<Record<Readable, DocumentFacts>> = {
  residentId: {
    kind: 'residentId',
    grade: 'chip',
    nameMasked: '**明',
    numberMasked: '0****************7',
    validUntil: 'longTerm',
    warnings: [],
  },
  residencePermit: {
    kind: 'residencePermit',
    grade: 'chip',
    nameMasked: '**港',
    numberMasked: '8****************8',
    validUntil: '2034-06-30',
    warnings: ['holderIsMinor'],
  },
  permanentResident: {
    kind: 'permanentResident2023',
    grade: 'chip',
    latinNameMasked: '*****************N',
    numberMasked: '9****************5',
    nationality: 'UTO',
    validUntil: '2034-06-30',
    warnings: [],
  },
  passport: {
    kind: 'passport',
    grade: 'ocr',
    latinNameMasked: '***********************A',
    numberMasked: 'E*******0',
    nationality: 'CHN',
    validUntil: '2035-12-31',
    warnings: [],
  },
  hkMacaoPermit: {
    kind: 'hkMacaoPermit',
    grade: 'ocr',
    latinNameMasked: '*********N',
    numberMasked: 'H*******1',
    validUntil: '2030-01-01',
    warnings: [],
  },
  taiwanPermit: {
    kind: 'taiwanPermit',
    grade: 'ocr',
    latinNameMasked: '*********N',
    numberMasked: '0******1',
    validUntil: '2030-01-01',
    warnings: [],
  },
  exitEntryPermit: {
    kind: 'exitEntryPermit',
    grade: 'ocr',
    numberMasked: 'C*******0',
    validUntil: '2030-01-01',
    warnings: ['holderIsMinor'],
  },
};

/** What lies on the reader then, if anything. */
const problems: Readonly<Record<DocumentProblemCode, DocumentPlace | undefined>> = {
  readerUnavailable: undefined,
  documentUnreadable: 'identityReader',
  documentUnknown: 'identityReader',
  documentNotAccepted: 'passportReader',
  documentNotGenuine: 'identityReader',
  documentInvalid: 'identityReader',
  documentExpired: 'identityReader',
  documentNotYetValid: 'passportReader',
  documentRemoved: undefined,
  noAnswer: 'identityReader',
};

const again: ReadonlySet<DocumentProblemCode> = new Set(['documentUnreadable', 'documentRemoved', 'noAnswer']);

const take = (change: object): Screen => ({
  name: 'take-document',
  reader: 'identityReader',
  attention: 'normal',
  sensed: false,
  ofSeconds: 30,
  next: 'end',
  ...change,
});

const present = (change: object): Screen => ({
  name: 'present-document',
  reader: 'identityReader',
  hint: 'present',
  ...change,
});

const elsewhere = (choice: DocumentChoice, state: 'elsewhere' | 'unavailable'): Screen => ({
  name: 'document-elsewhere',
  document: { choice, state },
  elsewhere: state === 'unavailable' ? ['later', 'branch', 'bankHotline'] : ['branch', 'bankHotline'],
});

export const documentStages: readonly Stage[] = [
  ...of('identity', 'reading.choosing', {
    '': { screen: { name: 'choose-document', documents: documents('ready') }, sheet: true },
    some: { screen: { name: 'choose-document', documents: documents('elsewhere') } },
    broken: { screen: { name: 'choose-document', documents: documents('unavailable') } },
  }),
  ...of('identity', 'reading.elsewhere', {
    never: { screen: elsewhere('exitEntryPermit', 'elsewhere'), sheet: true },
    other: { screen: elsewhere('other', 'elsewhere') },
    now: { screen: elsewhere('passport', 'unavailable') },
  }),
  ...of(
    'identity',
    'reading.presenting',
    Object.fromEntries([
      ...each(places).map(([choice, reader]): [string, Variant] => [
        choice,
        { screen: present({ choice, reader }), sheet: choice === 'residentId' || choice === 'passport' },
      ]),
      ['lift', { screen: present({ choice: 'residentId', hint: 'lift' }), sheet: true }],
    ]),
  ),
  ...of('identity', 'reading.holding', {
    holding: { screen: present({ hint: 'holdStill' }), sheet: true },
    'holding-passport': { screen: present({ hint: 'holdStill', reader: 'passportReader' }) },
  }),
  ...of(
    'identity',
    'problem',
    Object.fromEntries(
      each(problems).map(([problem, reader]): [string, Variant] => [
        problem,
        {
          screen: {
            name: 'document-problem',
            problem,
            ...(reader !== undefined && { reader }),
            retry: problem === 'readerUnavailable' ? 'none' : again.has(problem) ? 'sameDocument' : 'otherDocument',
            caseCode: '7K3M-9QXA',
          },
          ...(problem === 'readerUnavailable' && { without: ['RETRY'] as const }),
          sheet: problem === 'documentExpired',
        },
      ]),
    ),
  ),
  ...of(
    'identity',
    'read',
    Object.fromEntries(
      each(facts).map(([choice, told]): [string, Variant] => [
        choice,
        {
          screen: { name: 'document-read', choice, facts: told, reader: places[choice] },
          sheet: choice === 'residentId' || choice === 'passport',
        },
      ]),
    ),
  ),
  ...of('identity', 'finished', { 'identity-over': { screen: { name: 'ending' } } }),
  ...of('takeDocument', 'asking.counting', {
    asking: { screen: take({}) },
    sensed: { screen: take({ sensed: true, secondsLeft: 27, next: 'home' }), sheet: true },
  }),
  ...of('takeDocument', 'reminding.counting', {
    reminding: { screen: take({ secondsLeft: 24, next: 'home' }) },
    passport: { screen: take({ secondsLeft: 24, reader: 'passportReader' }) },
    louder: { screen: take({ secondsLeft: 9, attention: 'louder' }), sheet: true },
  }),
  ...of('takeDocument', 'finished', { 'document-over': { screen: { name: 'ending' } } }),
];
