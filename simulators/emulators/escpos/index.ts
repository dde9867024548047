import {
  AUTOMATIC,
  COMMANDS,
  decode,
  encodeStatus,
  GOOD,
  type PrinterStatus,
  QUEUED,
  REAL_TIME,
  type RealTimeKind,
} from '#device-daemon/drivers/escpos/index.ts';
import { type Fault, FaultPanel, type Line } from '../line/index.ts';
import { FAULTS, type FaultName } from './faults.ts';
import { drawSheet } from './picture.ts';
import { DOTS_PER_MM, Sheet, type Step } from './sheet.ts';

export interface EscposEmulatorOptions {
  readonly line: Line;
  readonly dotsPerLine?: number;
  readonly repertoire?: 'gb2312' | 'gbk';
  /** Bytes the printer takes before it stops the host (flow control). */
  readonly bufferBytes?: number;
  readonly millimetresPerSecond?: number;
  /** 1 prints at the real speed, 0 at once. */
  readonly timeScale?: number;
  /** Length of a new roll. */
  readonly rollMillimetres?: number;
}

export interface PrintedReceipt {
  readonly id: number;
  readonly printedAt: string;
  /** Decoded text, line by line; images as `[image WxH]`. */
  readonly lines: readonly string[];
  readonly svg: string;
  readonly lengthMm: number;
  /** How it came off the roll; `none` while it hangs on it. */
  readonly cut: 'full' | 'partial' | 'torn' | 'none';
}

const REAL_TIME_COMMANDS = [COMMANDS.realTimeStatus, COMMANDS.recover, COMMANDS.clearBuffers];

/**
 * A receipt printer as bytes: receive buffer, print speed, real-time commands ahead of the queue, sensors, knife.
 *
 *   line -> real-time commands picked out -> receive buffer -> decode -> Sheet -> receipts
 *   line <- DLE EOT replies (at once), automatic status (on change), GS r (in the order of the queue)
 */
export class EscposEmulator {
  readonly #line: Line;
  readonly #dotsPerLine: number;
  readonly #repertoire: 'gb2312' | 'gbk';
  readonly #bufferBytes: number;
  readonly #millimetresPerSecond: number;
  #timeScale: number;
  readonly #panel: FaultPanel<FaultName>;
  readonly #listeners = new Set<() => void>();
  readonly #receipts: PrintedReceipt[] = [];
  #paperLeft: number;
  /** What waits at the host because the buffer is full. */
  #backlog: number[] = [];
  #buffer: number[] = [];
  #realTime: number[] = [];
  #heldMarks: number[] = [];
  #automatic = 0;
  #chinese = true;
  #cutterError = false;
  #lastStatus = '';
  #sheet: Sheet;
  #timer: NodeJS.Timeout | undefined;
  #nextId = 1;
  #stopped = false;

  constructor(options: EscposEmulatorOptions) {
    this.#line = options.line;
    this.#dotsPerLine = options.dotsPerLine ?? 576;
    this.#repertoire = options.repertoire ?? 'gbk';
    this.#bufferBytes = options.bufferBytes ?? 4096;
    this.#millimetresPerSecond = options.millimetresPerSecond ?? 150;
    this.#timeScale = options.timeScale ?? 1;
    this.#paperLeft = (options.rollMillimetres ?? 80_000) * DOTS_PER_MM;
    this.#sheet = new Sheet(this.#dotsPerLine);
    this.#panel = new FaultPanel(FAULTS, (name) => this.#faultChanged(name));
    this.#lastStatus = JSON.stringify(this.#status());
    this.#line.onReceive((bytes) => this.#receive(bytes));
  }

  /** 1 prints at the real speed, 0 at once; holds from the next line on. */
  setTimeScale(scale: number): void {
    this.#timeScale = scale;
  }

  /** The printer's own faults and its cable's. */
  faults(): readonly Fault[] {
    // A cable may have come out by itself (`unplugAfterSent`): the plug knows, the switch does not.
    const own = this.#panel
      .list()
      .map((fault) => (fault.name === 'unplugged' ? { ...fault, value: !this.#line.plugged } : fault));
    return [...own, ...this.#line.faults()];
  }

  /** Throws on an unknown name or a value of the wrong kind. */
  setFault(name: string, value: boolean | number): void {
    if (this.#panel.has(name)) this.#panel.set(name, value);
    else this.#line.setFault(name, value);
    if (name === 'unplugged') void (value === true ? this.#line.unplug() : this.#line.replug());
  }

  /** What the daemon's configuration says to reach it. */
  get address(): string {
    return this.#line.address;
  }

  /** What its sensors tell whoever asks; paper that ran out by itself is among it. */
  get sensors(): PrinterStatus {
    return this.#status();
  }

  /** Everything printed since the last `tear`, oldest first; the last may still hang on the roll. */
  receipts(): readonly PrintedReceipt[] {
    return this.#sheet.empty ? [...this.#receipts] : [...this.#receipts, this.#receipt('none')];
  }

  /** A person takes what hangs out. */
  tear(): readonly PrintedReceipt[] {
    if (!this.#sheet.empty) this.#finish('torn');
    const taken = this.#receipts.splice(0);
    this.#changed();
    return taken;
  }

  /** A new roll; ends `paperOut`, `paperLow` and what `paperLeftMm` brought. */
  loadPaper(millimetres = 80_000): void {
    this.#panel.set('paperLeftMm', 0);
    this.#paperLeft = millimetres * DOTS_PER_MM;
    this.#panel.set('paperLow', false);
    this.#panel.set('paperOut', false);
    this.#changed();
    this.#process();
  }

  /** Called after every printed line, cut, fault or torn receipt. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #status(): PrinterStatus {
    const on = (name: FaultName) => this.#panel.on(name);
    const coverOpen = on('coverOpen');
    const paperEnd = on('paperOut') || this.#paperLeft <= 0;
    const cause =
      coverOpen || paperEnd || this.#cutterError || on('mechanicalError') || on('headHot') || on('unrecoverable');
    return {
      ...GOOD,
      coverOpen,
      paperEnd,
      paperNearEnd: paperEnd || on('paperLow') || this.#paperLeft < 2_000 * DOTS_PER_MM,
      cutterError: this.#cutterError,
      mechanicalError: on('mechanicalError'),
      recoverable: on('headHot'),
      unrecoverable: on('unrecoverable'),
      offline: cause || on('offline'),
    };
  }

  #faultChanged(name: FaultName): void {
    const millimetres = this.#panel.number('paperLeftMm');
    if (name === 'paperLeftMm' && millimetres > 0) this.#paperLeft = millimetres * DOTS_PER_MM;
    if (name === 'paperOut' && !this.#panel.on('paperOut') && this.#paperLeft <= 0) this.loadPaper();
    if (name === 'cutterJam' && !this.#panel.on('cutterJam')) this.#cutterError = false;
    if (name === 'powerOff') {
      this.#automatic = 0;
      this.#forget();
    }
    if (name === 'lateMarks' && !this.#panel.on('lateMarks')) {
      for (const byte of this.#heldMarks.splice(0)) this.#line.send(Uint8Array.of(byte));
    }
    this.#changed();
    this.#process();
  }

  #changed(): void {
    const status = JSON.stringify(this.#status());
    if (status !== this.#lastStatus) {
      this.#lastStatus = status;
      this.#sendAutomatic();
    }
    for (const listener of [...this.#listeners]) listener();
  }

  #sendAutomatic(): void {
    if (this.#automatic === 0 || this.#panel.on('powerOff') || this.#panel.on('noAutomaticStatus')) return;
    const status = this.#status();
    this.#line.send(Uint8Array.from(AUTOMATIC, (kind) => encodeStatus(kind, status)));
  }

  #receive(bytes: Uint8Array): void {
    if (this.#panel.on('powerOff')) return;
    for (const byte of bytes) this.#backlog.push(byte);
    this.#take();
    this.#process();
  }

  /** From the wire into the buffer while there is room; real-time commands never enter it. */
  #take(): void {
    while (this.#buffer.length < this.#bufferBytes) {
      const byte = this.#backlog.shift();
      if (byte === undefined) return;
      this.#realTime.push(byte);
      this.#sift();
    }
  }

  #sift(): void {
    while (this.#realTime.length > 0) {
      const candidates = REAL_TIME_COMMANDS.filter(({ prefix }) =>
        this.#realTime.every((byte, index) => index >= prefix.length || byte === prefix[index]),
      );
      const complete = candidates.find(({ prefix, fields }) => this.#realTime.length === prefix.length + fields.length);
      if (complete !== undefined) {
        const [, , parameter = 0] = this.#realTime;
        this.#realTime = [];
        if (complete === COMMANDS.realTimeStatus) this.#answerNow(parameter);
        else if (complete === COMMANDS.recover) this.#recover(parameter);
        else this.#clear();
        return;
      }
      if (candidates.length > 0) return;
      const ordinary = this.#realTime.shift();
      if (ordinary !== undefined) this.#buffer.push(ordinary);
    }
  }

  #answerNow(kind: number): void {
    if (kind < 1 || kind > 4 || this.#panel.on('noRealTime')) return;
    this.#line.send(Uint8Array.of(encodeStatus(REAL_TIME[kind as RealTimeKind], this.#status())));
  }

  #recover(how: number): void {
    if (how === 2) this.#forget();
    this.#freeKnife();
  }

  #clear(): void {
    if (this.#panel.on('noClear')) return;
    this.#forget();
    this.#freeKnife();
    this.#line.send(Uint8Array.of(0x37, 0x25, 0x00));
  }

  #freeKnife(): void {
    if (this.#panel.on('cutterJam')) return;
    this.#cutterError = false;
    this.#changed();
  }

  #forget(): void {
    this.#buffer = [];
    this.#realTime = [];
    this.#heldMarks = [];
    this.#chinese = true;
    this.#sheet.initialise();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Works off the buffer until it is empty, half a command is left, something blocks, or paper is moving. */
  #process(): void {
    while (!this.#stopped && this.#timer === undefined && !this.#panel.on('powerOff') && !this.#status().offline) {
      this.#take();
      const [byte, second] = this.#buffer;
      if (byte === undefined) return;
      const input = Uint8Array.from(this.#buffer);
      const command = decode(input);
      if (command === 'more') {
        if (this.#buffer.length < this.#bufferBytes) return;
        // A command longer than the buffer (an image) is worked off as it comes.
        this.#buffer.push(...this.#backlog.splice(0, this.#bufferBytes));
        if (this.#buffer.length === input.length) return;
        continue;
      }
      if (command !== undefined) {
        if (command.name === 'cutFull' || command.name === 'cutPartial' || command.name === 'cutHere') {
          if (!this.#cut(command.name === 'cutFull' ? 'full' : 'partial')) return;
        } else if (command.name === 'queuedStatus') {
          this.#answerMark();
        } else if (command.name === 'automaticStatus') {
          this.#automatic = Number(command.fields['bits'] ?? 0);
          this.#sendAutomatic();
        } else if (command.name === 'chineseOn' || command.name === 'chineseOff') {
          this.#chinese = command.name === 'chineseOn';
        } else {
          if (command.name === 'initialise') this.#automatic = 0;
          const step = this.#sheet.command(command);
          if (step !== undefined && !this.#print(step)) return;
        }
        this.#buffer.splice(0, command.length);
        continue;
      }
      const lead = this.#repertoire === 'gbk' ? 0x81 : 0xa1;
      const pair = this.#chinese && byte >= lead && byte <= 0xfe;
      if (pair && second === undefined) return;
      const chinese =
        pair && second !== undefined && second >= (this.#repertoire === 'gbk' ? 0x40 : 0xa1) && second !== 0x7f;
      const text = chinese
        ? new TextDecoder('gbk').decode(Uint8Array.of(byte, second))
        : byte >= 0x20 && byte < 0x7f
          ? String.fromCharCode(byte)
          : undefined;
      if (text !== undefined) {
        const step = this.#sheet.character(text, chinese);
        if (step !== undefined) {
          if (!this.#print(step)) return;
          continue;
        }
      }
      this.#buffer.splice(0, chinese ? 2 : 1);
    }
  }

  /** False when the paper does not reach. Otherwise the next command waits until the paper has moved. */
  #print(step: Step): boolean {
    if (step.dots > this.#paperLeft) {
      this.#paperLeft = 0;
      this.#changed();
      return false;
    }
    this.#paperLeft -= step.dots;
    step.commit();
    const movingMs = (step.dots / DOTS_PER_MM / this.#millimetresPerSecond) * 1000 * this.#timeScale;
    const delayMs = movingMs + (step.line === undefined ? 0 : this.#panel.number('lineDelayMs'));
    if (delayMs > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#process();
      }, delayMs);
    }
    this.#changed();
    return true;
  }

  #cut(how: 'full' | 'partial'): boolean {
    if (this.#panel.on('cutterJam')) {
      this.#cutterError = true;
      this.#changed();
      return false;
    }
    if (this.#sheet.empty) this.#sheet = this.#sheet.next();
    else this.#finish(how);
    this.#changed();
    return true;
  }

  #finish(cut: 'full' | 'partial' | 'torn'): void {
    this.#receipts.push(this.#receipt(cut));
    this.#nextId++;
    this.#sheet = this.#sheet.next();
  }

  #receipt(cut: PrintedReceipt['cut']): PrintedReceipt {
    const sheet = this.#sheet;
    const dotsPerLine = this.#dotsPerLine;
    return {
      id: this.#nextId,
      printedAt: new Date().toISOString(),
      lines: [...sheet.lines],
      get svg() {
        return drawSheet(sheet, dotsPerLine);
      },
      lengthMm: sheet.length / DOTS_PER_MM,
      cut,
    };
  }

  #answerMark(): void {
    if (this.#panel.on('noMarks')) return;
    const byte = encodeStatus(QUEUED, this.#status());
    const bytes = this.#panel.on('doubleMarks') ? [byte, byte] : [byte];
    if (this.#panel.on('lateMarks')) this.#heldMarks.push(...bytes);
    else this.#line.send(Uint8Array.from(bytes));
  }
}
