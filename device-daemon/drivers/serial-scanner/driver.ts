import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { CodeScanner, CodeScannerCapabilities, ScanFault } from '../../devices/code-scanner.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type { OpenChannel } from '../../transports/channel.ts';
import { InputPort, type Listening, type Send, type Settle } from '../common/input-port.ts';
import { type Delays, delays as standardDelays } from './delays.ts';
import { Framer } from './framer.ts';
import { defaultSettings, type ScannerSettings, triggers } from './settings.ts';
import { decodeText } from './text.ts';

export interface SerialScannerOptions {
  readonly name: string;
  readonly open: OpenChannel;
  readonly settings?: Partial<ScannerSettings>;
  readonly delays?: Partial<Delays>;
}

/** A scanner of bar and QR codes on a serial line (printer, PIN pad and MRZ reference d). */
export function createSerialScanner(options: SerialScannerOptions): CodeScanner {
  return new SerialScanner(options);
}

/** Fewer bytes than this are a crackle on the line, not a code without its suffix. */
const shortestCode = 4;

interface Scanned {
  readonly text: Buffer;
}

class SerialScanner implements CodeScanner {
  readonly class = 'codeScanner';
  readonly driver = 'serial-scanner';
  readonly name: string;
  readonly #settings: ScannerSettings;
  readonly #delays: Delays;
  readonly #port: InputPort;

  constructor(options: SerialScannerOptions) {
    this.name = options.name;
    this.#settings = { ...defaultSettings, ...options.settings };
    this.#delays = { ...standardDelays, ...options.delays };
    const { trigger } = this.#settings;
    this.#port = new InputPort({
      name: this.name,
      class: this.class,
      driver: this.driver,
      open: options.open,
      delays: this.#delays,
      // A daemon that died in the middle of a scan left the light on.
      ...(trigger === 'none' ? {} : { greeting: Buffer.from(triggers[trigger].off) }),
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

  capabilities(): CodeScannerCapabilities {
    return { triggered: this.#settings.trigger !== 'none' };
  }

  scan(options: OperationOptions): Promise<Result<Scanned, ScanFault>> {
    return this.#port.receive<Scanned, ScanFault>(
      options,
      (settle, send) =>
        new Scan({
          settle,
          send,
          settings: this.#settings,
          delays: this.#delays,
          onUnfinished: (reason) => this.#port.suspect(reason),
        }),
    );
  }
}

interface ScanOptions {
  readonly settle: Settle<Scanned, ScanFault>;
  readonly send: Send;
  readonly settings: ScannerSettings;
  readonly delays: Delays;
  readonly onUnfinished: (reason: 'noSuffix' | 'garbled') => void;
}

/** Switches the scanner on, listens until a code is whole, switches it off. */
class Scan implements Listening {
  readonly #options: ScanOptions;
  readonly #framer: Framer;
  readonly #retrigger: NodeJS.Timeout | undefined;
  #pause: NodeJS.Timeout | undefined;
  #over = false;

  constructor(options: ScanOptions) {
    this.#options = options;
    this.#framer = new Framer(
      {
        code: (bytes) => this.#onCode(bytes),
        tooLong: () => this.#finish(err({ code: 'notText' })),
        unfinished: (bytes) => {
          if (bytes.length < shortestCode) return;
          const text = decodeText(bytes);
          options.onUnfinished(text === undefined ? 'garbled' : 'noSuffix');
          text?.fill(0);
        },
      },
      options.settings.suffix,
    );
    const { trigger } = options.settings;
    if (trigger === 'none') return;
    const on = Buffer.from(triggers[trigger].on);
    // A write that fails ends the channel, and with it the scan.
    void options.send(on);
    this.#retrigger = setInterval(() => void options.send(on), options.delays.retriggerMs);
  }

  take(bytes: Uint8Array): void {
    clearTimeout(this.#pause);
    this.#framer.push(bytes);
    if (!this.#over) this.#pause = setTimeout(() => this.#framer.pause(), this.#options.delays.quietMs);
  }

  end(): Promise<unknown> | undefined {
    this.#over = true;
    clearTimeout(this.#pause);
    clearInterval(this.#retrigger);
    this.#framer.wipe();
    const { settings, send } = this.#options;
    return settings.trigger === 'none' ? undefined : send(Buffer.from(triggers[settings.trigger].off));
  }

  #onCode(bytes: Uint8Array): void {
    if (this.#over) return;
    const text = decodeText(bytes);
    this.#finish(text === undefined ? err({ code: 'notText' }) : ok({ text }));
  }

  #finish(result: Result<Scanned, ScanFault>): void {
    this.#over = true;
    if (!this.#options.settle(result) && result.ok) result.value.text.fill(0);
  }
}
