/** From an empty reader to a document: the flow of id-card-reader.md 6 with the status words of section 4. */
import { assertNever, err, ok, type Result } from '#protocol/result.ts';
import type { IdentityFault, IdentityHint } from '../../devices/identity-reader.ts';
import type { DocumentFault, IdentityDocument } from '../../documents/index.ts';
import { pause } from '../common/waits.ts';
import { commands, type Refusal } from './codec.ts';
import type { Delays } from './delays.ts';
import { type AskFault, type Sam, wipeValues } from './sam.ts';

/** Text block, photo and newest address to a document. Copies what it keeps, or keeps the photo's own buffer. */
export type DecodeDocument = (
  text: Buffer,
  photo: Buffer,
  appendedAddress: Buffer | undefined,
) => Result<IdentityDocument, DocumentFault>;

/** What outlives a link: when was last looked, and what a look can tell. */
export class Finder {
  readonly #delays: Delays;
  #lastAtMs = Number.NEGATIVE_INFINITY;
  /**
   * True while "no card" may mean one that was read before: it is found again only after it was lifted, and whether a
   * reset or a failed read frees it differs (sections 0a, 6). So also from the start until a first document is found.
   */
  mayHide = true;

  constructor(delays: Delays) {
    this.#delays = delays;
  }

  /** One look, not sooner after the last than the section allows. */
  async find(sam: Sam, signal: AbortSignal): Promise<Result<unknown, AskFault>> {
    const waitMs = this.#lastAtMs + this.#delays.pollMs - performance.now();
    if (waitMs > 0) await pause(waitMs, signal);
    if (signal.aborted) return err({ code: 'cancelled' });
    const found = await sam.ask(commands.find, signal);
    this.#lastAtMs = performance.now();
    if (found.ok) this.mayHide = false;
    return found;
  }
}

export interface ReadContext {
  readonly sam: Sam;
  readonly finder: Finder;
  readonly delays: Delays;
  readonly decode: DecodeDocument;
  readonly signal: AbortSignal;
  readonly onHint?: (hint: IdentityHint) => void;
}

type Step = 'find' | 'select' | 'read';

/** Waits for a document and reads it. The module is in step. */
export async function readDocument(context: ReadContext): Promise<Result<IdentityDocument, IdentityFault>> {
  const { sam, finder, signal } = context;
  const patience = new Patience(context);
  for (;;) {
    const found = await finder.find(sam, signal);
    let fault = found.ok ? undefined : patience.judge('find', found.error);
    if (found.ok) {
      patience.hint('holdStill');
      const selected = await sam.ask(commands.select, signal);
      if (!selected.ok) {
        fault = patience.judge('select', selected.error);
      } else {
        const document = await readSelected(context);
        if (document.ok) return document;
        if (document.error.code === 'unknownKind') return err({ code: 'unknownDocument' });
        fault = document.error.code === 'damaged' ? patience.failed() : patience.judge('read', document.error);
      }
    }
    if (fault !== undefined) return err(fault);
  }
}

/** How often things may go wrong before the person, or the service, is told. */
class Patience {
  readonly #context: ReadContext;
  #hint: IdentityHint | undefined;
  /** What to say while nothing is found. */
  #waiting: IdentityHint = 'present';
  /** Back to find in a row, with a card in the field. */
  #returns = 0;
  #failures = 0;
  #samRefusals = 0;
  #resets = 0;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  hint(hint: IdentityHint): void {
    if (hint === this.#hint) return;
    this.#hint = hint;
    this.#context.onHint?.(hint);
  }

  /** A document was there and could not be read: lift it, put it down again; too often, and it is unreadable. */
  failed(): IdentityFault | undefined {
    this.#failures += 1;
    if (this.#failures >= this.#context.delays.readTries) return { code: 'unreadable' };
    this.#waiting = 'lift';
    this.hint('lift');
    return undefined;
  }

  /** Undefined: back to find. */
  judge(step: Step, fault: AskFault): IdentityFault | undefined {
    switch (fault.code) {
      case 'refused':
        return this.#refused(step, fault.status, fault.detail);
      case 'wasReset':
        this.#resets += 1;
        if (this.#resets >= this.#context.delays.readTries) {
          return { code: 'hardwareError', detail: 'the reader had to be reset' };
        }
        return step === 'read' ? this.failed() : undefined;
      case 'notReady':
      case 'timeOut':
      case 'cancelled':
      case 'hardwareError':
        return fault;
      default:
        return assertNever(fault);
    }
  }

  #refused(step: Step, status: Refusal, detail: string): IdentityFault | undefined {
    switch (status) {
      case 'noCard':
        this.#returns = 0;
        this.hint(this.#waiting);
        return undefined;
      case 'readFailed':
      case 'randomNumberFailed':
        return step === 'read' ? this.failed() : this.#back(detail, false);
      case 'selectFailed':
        return this.#back(detail, false);
      case 'commandWrong':
        return this.#back(detail, true);
      case 'samNotAuthenticated':
        this.#samRefusals += 1;
        return this.#samRefusals >= this.#context.delays.refusalTries ? { code: 'unreadable' } : this.failed();
      case 'cardNotAuthenticated':
      case 'verificationFailed':
        return { code: 'notGenuine' };
      case 'cardTypeUnknown':
        return { code: 'unknownDocument' };
      case 'nothingThere':
      case 'checksumWrong':
      case 'lengthWrong':
      case 'notPermitted':
      case 'unrecognisedError':
      case 'selfTestFailed':
      case 'notAuthorised':
      case 'unknown':
        return { code: 'hardwareError', detail };
      default:
        return assertNever(status);
    }
  }

  /** 21, 41 and 81 may all mean that the module is in another state than we think (section 0a). */
  #back(detail: string, illegal: boolean): IdentityFault | undefined {
    this.#returns += 1;
    if (this.#returns < this.#context.delays.selectTries) return undefined;
    this.#returns = 0;
    return illegal ? { code: 'hardwareError', detail } : this.failed();
  }
}

/**
 * 91: the chip has none. The others: this chip, or this reader, has no such thing to tell, or the card is off already; the
 * text is whole without it. A question that was misheard (10, 11) is no answer at all.
 */
const tellsNoAddress: ReadonlySet<Refusal> = new Set<Refusal>([
  'nothingThere',
  'commandWrong',
  'notPermitted',
  'unrecognisedError',
  'readFailed',
  'selectFailed',
  'noCard',
  'unknown',
]);

/** Text, photo and newest address of the card that is selected. Whatever comes of it, no copy stays here. */
async function readSelected(context: ReadContext): Promise<Result<IdentityDocument, AskFault | DocumentFaultCode>> {
  const { sam, finder, signal } = context;
  finder.mayHide = true;
  const read = await sam.ask(commands.read, signal);
  if (!read.ok) return read;
  const { text, photo } = read.value;
  let keptPhoto = false;
  let address: Buffer | undefined;
  try {
    const newest = await sam.ask(commands.newestAddress, signal);
    if (newest.ok) address = newest.value.address;
    else if (newest.error.code !== 'refused' || !tellsNoAddress.has(newest.error.status)) return newest;
    if (signal.aborted) return err({ code: 'cancelled' });
    const decoded = context.decode(text, photo, address);
    keptPhoto = decoded.ok && decoded.value.photo?.buffer === photo.buffer;
    if (decoded.ok) return decoded;
    return err(decoded.error === 'damaged' ? { code: 'damaged' } : { code: 'unknownKind' });
  } finally {
    if (!keptPhoto) photo.fill(0);
    wipeValues({ text, address });
  }
}

type DocumentFaultCode = { readonly code: 'unknownKind' } | { readonly code: 'damaged' };

/** One look at the end of a visit. "No card" is an answer only where no card can hide from a find. */
export async function probeDocument(
  finder: Finder,
  sam: Sam,
  signal: AbortSignal,
): Promise<Result<'present' | 'notPresent' | 'unknown', IdentityFault>> {
  const found = await finder.find(sam, signal);
  if (found.ok) return ok('present');
  const fault = found.error;
  if (fault.code === 'wasReset') return ok('unknown');
  if (fault.code !== 'refused') return err(fault);
  switch (fault.status) {
    case 'noCard':
      return ok(finder.mayHide ? 'unknown' : 'notPresent');
    case 'commandWrong':
    case 'readFailed':
    case 'selectFailed':
      return ok('unknown');
    default:
      return err({ code: 'hardwareError', detail: fault.detail });
  }
}
