import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type {
  DocumentFault,
  DocumentPresence,
  IdentityCapabilities,
  IdentityFault,
  IdentityHint,
  LinesReader,
} from '../../devices/identity-reader.ts';
import type { IdentityDocument } from '../../documents/index.ts';
import type { OpenChannel } from '../../transports/channel.ts';
import { InputPort, type Listening, type Settle } from '../common/input-port.ts';
import { type Delays, delays as standardDelays } from './delays.ts';
import { Framer } from './framer.ts';
import { defaultSettings, type MrzSettings } from './settings.ts';

/** What the lines say. They are zeroed after the call. */
export type ParseLines = (lines: readonly Uint8Array[]) => Result<IdentityDocument, DocumentFault | 'incomplete'>;

export interface MrzOptions {
  readonly name: string;
  readonly open: OpenChannel;
  readonly parse: ParseLines;
  readonly settings?: Partial<MrzSettings>;
  readonly delays?: Partial<Delays>;
}

/** A swipe reader for the machine-readable lines of passports and permits (printer, PIN pad and MRZ reference c.3). */
export function createMrz(options: MrzOptions): LinesReader {
  return new Mrz(options);
}

type ReadOptions = OperationOptions & { readonly onHint?: (hint: IdentityHint) => void };

/** What a swipe is wanted for. */
interface Taking<T> {
  /** The lines are zeroed after the call. */
  readonly of: (lines: readonly Uint8Array[]) => Result<T, IdentityFault>;
  /** Zeroes what will reach nobody. */
  readonly wipe: (value: T) => void;
}

/** Fewer bytes than this are a crackle on the line; a shorter swipe would not hold one line. */
const shortestSwipe = 30;

class Mrz implements LinesReader {
  readonly class = 'identityReader';
  readonly driver = 'mrz';
  readonly name: string;
  readonly #parse: ParseLines;
  readonly #settings: MrzSettings;
  readonly #delays: Delays;
  readonly #port: InputPort;

  constructor(options: MrzOptions) {
    this.name = options.name;
    this.#parse = options.parse;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#delays = { ...standardDelays, ...options.delays };
    this.#port = new InputPort({
      name: this.name,
      class: this.class,
      driver: this.driver,
      open: options.open,
      delays: this.#delays,
    });
  }

  report(): DeviceReport {
    return this.#port.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#port.onReport(listener);
  }

  start(): void {
    this.#port.start();
  }

  stop(): Promise<void> {
    return this.#port.stop();
  }

  capabilities(): IdentityCapabilities {
    return { reads: 'mrz', presence: 'unknown', serialNumber: undefined };
  }

  read(options: ReadOptions): Promise<Result<IdentityDocument, IdentityFault>> {
    return this.#receive(options, {
      of: (lines) => this.#documentOf(lines),
      wipe: (document) => document.wipe(),
    });
  }

  readLines(options: ReadOptions): Promise<Result<Buffer, IdentityFault>> {
    return this.#receive(options, {
      of: (lines) => {
        const document = this.#documentOf(lines);
        if (!document.ok) return document;
        document.value.wipe();
        return ok(Buffer.concat(lines));
      },
      wipe: (lines) => lines.fill(0),
    });
  }

  #receive<T>(options: ReadOptions, taking: Taking<T>): Promise<Result<T, IdentityFault>> {
    return this.#port.receive<T, IdentityFault>(options, (settle) => {
      const swipe = new Swipe(settle, taking, this.#settings, this.#delays);
      options.onHint?.('present');
      return swipe;
    });
  }

  #documentOf(lines: readonly Uint8Array[]): Result<IdentityDocument, IdentityFault> {
    const parsed = this.#parse(lines);
    if (!parsed.ok) return err({ code: parsed.error === 'unknownKind' ? 'unknownDocument' : 'unreadable' });
    const document = parsed.value;
    // A wrong check digit on printed lines means that they were misread (document.ts); swiped again they may be right.
    if (!document.refusals.includes('mrzCheckDigit')) return ok(document);
    document.wipe();
    return err({ code: 'unreadable' });
  }

  /** A swipe leaves the document in the hand; the reader senses nothing. */
  probe(): Promise<Result<DocumentPresence, IdentityFault>> {
    return Promise.resolve(ok('unknown'));
  }
}

/**
 * Listens until a swipe gives a document or is over without one. A framed document that does not add up ends it at once;
 * plain lines may be joined wrongly (the end of one swipe, the beginning of the next), so that they have until the pause.
 */
class Swipe<T> implements Listening {
  readonly #settle: Settle<T, IdentityFault>;
  readonly #taking: Taking<T>;
  readonly #framer: Framer;
  readonly #quietMs: number;
  #bytes = 0;
  #fault: IdentityFault = { code: 'unreadable' };
  #pause: NodeJS.Timeout | undefined;
  #over = false;

  constructor(settle: Settle<T, IdentityFault>, taking: Taking<T>, settings: MrzSettings, delays: Delays) {
    this.#settle = settle;
    this.#taking = taking;
    this.#quietMs = delays.quietMs;
    this.#framer = new Framer(
      { lines: (lines, framed) => this.#onLines(lines, framed) },
      settings.shape,
      delays.quietMs,
    );
  }

  take(bytes: Uint8Array, atMs: number): void {
    clearTimeout(this.#pause);
    this.#bytes += bytes.length;
    this.#framer.push(bytes, atMs);
    if (!this.#over) this.#pause = setTimeout(() => this.#onPause(), this.#quietMs);
  }

  end(): undefined {
    this.#over = true;
    clearTimeout(this.#pause);
    this.#framer.wipe();
  }

  #onLines(lines: readonly Uint8Array[], framed: boolean): void {
    if (this.#over) return;
    const taken = this.#taking.of(lines);
    if (taken.ok) {
      this.#over = true;
      if (!this.#settle(taken)) this.#taking.wipe(taken.value);
    } else if (framed) {
      this.#over = true;
      this.#settle(taken);
    } else {
      this.#fault = taken.error;
    }
  }

  #onPause(): void {
    this.#framer.wipe();
    if (this.#bytes >= shortestSwipe) this.#settle(err(this.#fault));
    this.#bytes = 0;
    this.#fault = { code: 'unreadable' };
  }
}
