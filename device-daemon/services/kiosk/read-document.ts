import type {
  CompletionPayloads,
  DocumentFacts,
  DocumentKind,
  DocumentSupport,
  IdentityHintEvent,
} from '#protocol/generated/kiosk.ts';
import { maskIdNumber, maskName } from '../../cards/index.ts';
import type { IdentityFault, IdentityReader } from '../../devices/identity-reader.ts';
import type { IdentityDocument } from '../../documents/index.ts';
import type { Journal, MachineKeys } from '../../journal/index.ts';
import { type CommandContext, commandError, interrupted, type Outcome, success } from '../service.ts';
import type { Clock } from './clock.ts';
import type { Visit } from './visits.ts';

/** The two places where a person puts a document; the screen lights one of them or both. */
export type ReaderPlace = IdentityHintEvent['reader'];

export interface DocumentReadingOptions {
  readonly readers: Readonly<Record<ReaderPlace, IdentityReader | undefined>>;
  readonly journal: Journal;
  readonly keys: MachineKeys;
  readonly clock: Clock;
  /** One period of the reminder that a document lies there; there are two, the second louder. */
  readonly takeBackMs: number;
}

/** Which reader reads which document: the SAM's cards have a chip, the others machine-readable lines. */
const placeOf: Readonly<Record<DocumentKind, ReaderPlace>> = {
  residentId: 'identityReader',
  residencePermit: 'identityReader',
  permanentResident2017: 'identityReader',
  permanentResident2023: 'identityReader',
  passport: 'passportReader',
  hkMacaoPermit: 'passportReader',
  taiwanPermit: 'passportReader',
  exitEntryPermit: 'passportReader',
};
const kindsOfAll = Object.keys(placeOf) as readonly DocumentKind[];

type ErrorCode = NonNullable<CompletionPayloads['Identity.Read']['errorCode']>;
type Answer = { readonly place: ReaderPlace } & (
  | { readonly document: IdentityDocument }
  | { readonly fault: IdentityFault }
);

/** Waiting for a document has no end of its own: the visit's time-outs and the way out are the screen's. */
const presentTimeoutMs = 60 * 60 * 1000;
const probeTimeoutMs = 2_000;
const probePauseMs = 500;

/** Reads identity documents, judges them, makes evidence of them, and sees that they are taken back. */
export class DocumentReading {
  readonly #options: DocumentReadingOptions;

  constructor(options: DocumentReadingOptions) {
    this.#options = options;
  }

  /** Every kind of document, and whether this kiosk reads it: told before anything starts. */
  support(): DocumentSupport[] {
    return kindsOfAll.map((kind) => {
      const by = placeOf[kind];
      const reader = this.#options.readers[by];
      return { kind, available: reader !== undefined && works(reader), ...(reader !== undefined && { by }) };
    });
  }

  async read(visit: Visit, kinds: readonly DocumentKind[] | undefined, context: CommandContext): Promise<Outcome> {
    const wanted = kinds ?? kindsOfAll;
    const places = [...new Set(wanted.map((kind) => placeOf[kind]))];
    const readers = places.flatMap((place) => {
      const reader = this.#options.readers[place];
      return reader === undefined ? [] : [{ place, reader }];
    });
    if (!readers.some(({ reader }) => works(reader))) return this.#refuse(visit, 'readerUnavailable');
    const signal = AbortSignal.any([context.signal, visit.signal]);
    const answer = await this.#first(readers, signal, context);
    if (signal.aborted) {
      if ('document' in answer) answer.document.wipe();
      return interrupted(context);
    }
    if ('fault' in answer) {
      const why = codeOf(answer.fault);
      // What could not be read lies there all the same.
      if (why !== 'readerUnavailable' && why !== 'documentRemoved') visit.documentAt = answer.place;
      return this.#refuse(visit, why);
    }
    const { document, place } = answer;
    visit.documentAt = place;
    const wrong = judge(document, wanted);
    if (wrong !== undefined) {
      document.wipe();
      return this.#refuse(visit, wrong, document.kind);
    }
    this.#options.journal.record(
      'document.read',
      {
        kind: document.kind,
        grade: document.grade,
        token: this.#options.keys.token('person', document.number),
        warnings: document.warnings.join(' ') || 'none',
      },
      visit.id,
    );
    const facts = factsOf(document);
    const evidence = visit.evidence.addDocument(document, facts);
    const completion: CompletionPayloads['Identity.Read'] = { documentEvidence: evidence.id, document: facts };
    return success(completion);
  }

  /**
   * The person is asked to take the document back; the reader is asked whether they did. Called once at the end of what
   * the document was needed for.
   */
  async takeBack(visit: Visit, context: CommandContext): Promise<Outcome> {
    const say = (document: NonNullable<CompletionPayloads['Identity.TakeBack']['document']>): Outcome => {
      if (document !== 'none') this.#options.journal.record('document.takenBack', { how: document }, visit.id);
      if (document !== 'leftBehind') visit.documentAt = undefined;
      const completion: CompletionPayloads['Identity.TakeBack'] = { document };
      return success(completion);
    };
    const reader = visit.documentAt && this.#options.readers[visit.documentAt];
    if (reader === undefined) return say('none');
    const { clock, takeBackMs } = this.#options;
    const signal = AbortSignal.any([context.signal, visit.signal]);
    let presence = await this.#presence(reader, signal);
    if (presence === 'present') {
      for (const attention of ['normal', 'louder'] as const) {
        context.emit('Identity.LeftBehindEvent', { attention, secondsLeft: Math.round(takeBackMs / 1000) });
        const endMs = clock.nowMs() + takeBackMs;
        while (presence === 'present' && clock.nowMs() < endMs && !signal.aborted) {
          await clock.sleep(probePauseMs, signal);
          presence = await this.#presence(reader, signal);
        }
        if (presence !== 'present') break;
      }
    }
    if (signal.aborted) return interrupted(context);
    return say(presence === 'present' ? 'leftBehind' : presence === 'notPresent' ? 'taken' : 'notSensed');
  }

  /** One look as the visit ends, for the journal: nobody is waited for. */
  async lookBack(visit: Visit): Promise<void> {
    const reader = visit.documentAt && this.#options.readers[visit.documentAt];
    if (reader === undefined) return;
    const presence = await this.#presence(reader, undefined);
    const how = presence === 'present' ? 'leftBehind' : presence === 'notPresent' ? 'taken' : 'notSensed';
    this.#options.journal.record('document.takenBack', { how }, visit.id);
  }

  async #presence(reader: IdentityReader, signal: AbortSignal | undefined) {
    if (reader.capabilities().presence === 'unknown') return 'unknown';
    const seen = await reader.probe({ timeoutMs: probeTimeoutMs, ...(signal && { signal }) });
    return seen.ok ? seen.value : 'unknown';
  }

  /**
   * Every reader listens; the first document, or the first that could not be read, is the answer. A reader that fails
   * leaves it to the others, and listens again once it works: it may have been starting. What comes later is nobody's.
   */
  async #first(
    readers: readonly { readonly place: ReaderPlace; readonly reader: IdentityReader }[],
    signal: AbortSignal,
    context: CommandContext,
  ): Promise<Answer> {
    const { clock } = this.#options;
    const rest = new AbortController();
    const until = AbortSignal.any([signal, rest.signal]);
    let settled: Answer | undefined;
    const settle = (answer: Answer): void => {
      settled ??= answer;
      rest.abort();
    };
    let listening = readers.filter(({ reader }) => works(reader)).length;
    const runs = readers.map(async ({ place, reader }): Promise<void> => {
      if (!works(reader)) {
        await working(reader, until);
        listening += 1;
      }
      while (settled === undefined) {
        if (signal.aborted) return settle({ place, fault: { code: 'cancelled' } });
        const read = await reader.read({
          signal: until,
          timeoutMs: presentTimeoutMs,
          onHint: (hint) => {
            if (settled === undefined) context.emit('Identity.HintEvent', { hint, reader: place });
          },
        });
        if (settled !== undefined) {
          if (read.ok) read.value.wipe();
          return;
        }
        if (read.ok) return settle({ place, document: read.value });
        const { code } = read.error;
        listening -= 1;
        if ((code !== 'notReady' && code !== 'hardwareError') || listening === 0)
          return settle({ place, fault: read.error });
        // One that says it works and does not read is left alone for a moment.
        if (works(reader)) await clock.sleep(probePauseMs, until);
        else await working(reader, until);
        listening += 1;
      }
    });
    await Promise.all(runs);
    if (settled === undefined) throw new Error('every reader gave up and none said so');
    return settled;
  }

  #refuse(visit: Visit, why: ErrorCode, kind: DocumentKind | 'unknown' = 'unknown'): Outcome {
    this.#options.journal.record('document.notRead', { why, kind }, visit.id);
    return commandError(why, { caseCode: visit.caseCode });
  }
}

const works = (reader: IdentityReader): boolean => ['ready', 'degraded'].includes(reader.report().state);

/** Resolves when the reader works, or the signal aborts. */
function working(reader: IdentityReader, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!works(reader) && !signal.aborted) return;
      stop();
      signal.removeEventListener('abort', look);
      resolve();
    };
    const stop = reader.onReport(look);
    signal.addEventListener('abort', look);
    look();
  });
}

function codeOf(fault: IdentityFault): ErrorCode {
  switch (fault.code) {
    case 'unknownDocument':
      return 'documentUnknown';
    case 'notGenuine':
      return 'documentNotGenuine';
    case 'removed':
      return 'documentRemoved';
    case 'unreadable':
      return 'documentUnreadable';
    default:
      return 'readerUnavailable';
  }
}

/** In the order in which a person would be told; undefined: it may be used. */
function judge(document: IdentityDocument, wanted: readonly DocumentKind[]): ErrorCode | undefined {
  const { kind, refusals } = document;
  if (!wanted.includes(kind)) return 'documentNotAccepted';
  if (refusals.some((finding) => finding !== 'expired' && finding !== 'notYetValid')) {
    // Printed lines that do not add up were misread; a chip that does not is forged or damaged.
    return document.grade === 'ocr' ? 'documentUnreadable' : 'documentInvalid';
  }
  if (refusals.includes('expired')) return 'documentExpired';
  return refusals.includes('notYetValid') ? 'documentNotYetValid' : undefined;
}

/** domain.md 4b: of a name the last character, of a number the first and the last. */
function factsOf(document: IdentityDocument): DocumentFacts {
  const { kind, grade, name, latinName, number, nationality, validUntil, warnings } = document;
  return {
    kind,
    grade,
    ...(name && { nameMasked: maskName(name) }),
    ...(latinName && { latinNameMasked: maskName(latinName) }),
    numberMasked: maskIdNumber(number),
    ...(nationality !== undefined && { nationality }),
    validUntil,
    warnings: warnings.filter((warning) => warning === 'areaNotOfKind' || warning === 'holderIsMinor'),
  };
}
