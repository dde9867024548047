import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type {
  PaperLevel,
  PrinterCapabilities,
  PrinterFault,
  PrinterReason,
  PrintOutcome,
  ReceiptPrinter,
} from '../../devices/receipt-printer.ts';
import { Deadline, Lock } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { type End, errorCodeOf, faultOf, surelyNotDone } from './ends.ts';
import type { DeviceReason } from './reasons.ts';
import type { Service } from './service.ts';
import { Session } from './session.ts';
import type { ProviderSettings } from './settings.ts';

export interface XfsPrinterSettings extends ProviderSettings {
  /** The provider passes bytes on as they are: what printer stands behind it is for the configuration to say. */
  readonly dotsPerLine: number;
  readonly repertoire: 'gb2312' | 'gbk';
}

export interface XfsPrinterOptions {
  readonly name: string;
  readonly settings: XfsPrinterSettings;
  readonly delays?: Partial<Delays>;
}

interface Timing {
  readonly timeoutMs: number;
}

/** Font A (printer reference a.2). */
const dotsPerCharacter = 12;

/**
 * Another provider's receipt printer (interfaces.md 1.4): the bytes of a slip by PrintRaw, its end by ControlMedia. What was
 * taken and failed for want of paper or ink, or by a jam, was not printed; whatever else did not succeed ends `unknown`.
 */
export class XfsReceiptPrinter implements ReceiptPrinter {
  readonly class = 'receiptPrinter';
  readonly driver = 'xfs4iot';
  readonly name: string;
  readonly #settings: XfsPrinterSettings;
  readonly #session: Session;
  readonly #lock = new Lock();
  #paper: PaperLevel = 'unknown';
  /** Something may hang from the roll that was never cut off: the next slip is another person's. */
  #torn = false;

  constructor({ name, settings, delays }: XfsPrinterOptions) {
    this.name = name;
    this.#settings = settings;
    this.#session = new Session({
      who: this,
      settings,
      needs: {
        commands: ['Printer.PrintRaw', 'Printer.ControlMedia'],
        mayUse: ['Printer.Reset'],
        fits: ({ printer }) => printer?.type?.receipt === true && printer.control?.eject === true,
      },
      ...(delays === undefined ? {} : { delays }),
      onOpened: (service) => {
        this.#torn ||= service.status.printer?.media === 'present';
        service.onChange(() => this.#look(service));
        this.#look(service);
      },
      onEnded: () => {
        this.#paper = 'unknown';
      },
      health: ({ status }) => healthOf(status),
    });
  }

  report(): DeviceReport {
    return this.#session.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#session.onReport(listener);
  }

  start(): void {
    this.#session.start();
  }

  async stop(): Promise<void> {
    await this.#session.stop();
  }

  capabilities(): PrinterCapabilities {
    const { dotsPerLine, repertoire } = this.#settings;
    const { common, printer } = this.#session.service?.capabilities ?? {};
    return {
      dotsPerLine,
      charactersPerLine: Math.floor(dotsPerLine / dotsPerCharacter),
      canCut: printer === undefined || printer.control?.cut === true,
      repertoire,
      model: common?.deviceInformation?.[0]?.modelName,
    };
  }

  paper(): PaperLevel {
    return this.#paper;
  }

  async check(options: OperationOptions): Promise<Result<void, PrinterFault>> {
    return this.#exclusively(options, async (service) => {
      if (!(await service.refresh())) return err(this.#session.outage);
      const reason = blockedBy(service.status);
      return reason === undefined ? ok() : err({ code: reason });
    });
  }

  print(job: Uint8Array, options: OperationOptions): Promise<PrintOutcome> {
    return this.#job(options, async (service, timing) => {
      if (this.#torn) {
        const cut = await this.#cut(service, timing());
        if (cut.outcome !== 'done') return { ...cut, outcome: 'notDone' };
      }
      const printed = await this.#raw(service, job, timing());
      if (printed.outcome !== 'done') return printed;
      const cut = await this.#cut(service, timing());
      // The slip is on the paper; it is not known to be in anybody's hand.
      return cut.outcome === 'done' ? cut : { ...cut, outcome: 'unknown' };
    });
  }

  raw(bytes: Uint8Array, options: OperationOptions): Promise<PrintOutcome> {
    return this.#job(options, (service, timing) => this.#raw(service, bytes, timing()));
  }

  cut(options: OperationOptions): Promise<PrintOutcome> {
    return this.#job(options, (service, timing) => this.#cut(service, timing()));
  }

  reset(options: OperationOptions): Promise<Result<void, PrinterFault>> {
    return this.#exclusively(options, async (service, deadline) => {
      if (!service.offers('Printer.Reset')) return ok();
      const end = await service.request('Printer.Reset', {}, { timeoutMs: deadline.leftMs });
      if (succeeded(end)) return ok();
      const reason = reasonOf(end);
      return err(reason === undefined ? faultOf(end) : { code: reason });
    });
  }

  async #cut(service: Service, timing: Timing): Promise<PrintOutcome> {
    const cuts = service.capabilities.printer?.control?.cut === true;
    const mediaControl = { move: 'eject', ...(cuts ? { cut: true } : {}) } as const;
    const cut = outcomeOf(await service.request('Printer.ControlMedia', { mediaControl }, timing));
    if (cut.outcome === 'done') this.#torn = false;
    return cut;
  }

  async #raw(service: Service, bytes: Uint8Array, timing: Timing): Promise<PrintOutcome> {
    this.#torn = true;
    const data = Buffer.from(bytes).toString('base64');
    return outcomeOf(await service.request('Printer.PrintRaw', { inputData: 'no', data }, timing));
  }

  /** What is out of order is known before the first byte: then nothing is sent. */
  async #job(
    options: OperationOptions,
    work: (service: Service, timing: () => Timing) => Promise<PrintOutcome>,
  ): Promise<PrintOutcome> {
    const ended = await this.#exclusively<PrintOutcome>(options, async (service, deadline) => {
      if (!(await service.refresh())) return ok({ outcome: 'notDone', reason: 'offline' });
      const blocked = blockedBy(service.status);
      if (blocked !== undefined) return ok({ outcome: 'notDone', reason: blocked });
      if (deadline.signal.aborted) return ok({ outcome: 'notDone' });
      // From here a cancel waits for the paper: half a slip helps nobody.
      return ok(await work(service, () => ({ timeoutMs: deadline.leftMs })));
    });
    if (ended.ok) return ended.value;
    return ended.error.code === 'notReady' ? { outcome: 'notDone', reason: 'offline' } : { outcome: 'notDone' };
  }

  #look({ status }: Service): void {
    const before = this.#paper;
    this.#paper = paperOf(status);
    this.#session.tell();
    if (before !== this.#paper) this.#session.announce();
  }

  async #exclusively<T>(
    options: OperationOptions,
    work: (service: Service, deadline: Deadline) => Promise<Result<T, PrinterFault>>,
  ): Promise<Result<T, PrinterFault>> {
    const { stopped } = this.#session;
    const deadline = new Deadline(options, stopped);
    let release: (() => void) | undefined;
    try {
      release = await this.#lock.acquire(deadline.signal);
      if (release === undefined)
        return err(stopped.aborted ? this.#session.outage : (deadline.fault ?? { code: 'cancelled' }));
      const { service } = this.#session;
      return service === undefined ? err(this.#session.outage) : await work(service, deadline);
    } finally {
      release?.();
      deadline.dispose();
    }
  }
}

const succeeded = <P>(end: End<P>): boolean => end.ok && end.value.completionCode === 'success';

/** Error codes by which nothing comes out any more. What was retained or retracted was printed before. */
const notPrinted: Readonly<Record<string, PrinterReason>> = {
  paperOut: 'paperOut',
  paperJammed: 'mechanicalError',
  tonerOut: 'mechanicalError',
};

/** Never sent again, whatever it says. */
function outcomeOf<P>(end: End<P>): PrintOutcome {
  if (succeeded(end)) return { outcome: 'done' };
  if (surelyNotDone(end)) return end.ok ? { outcome: 'notDone' } : { outcome: 'notDone', reason: 'offline' };
  const kept = notPrinted[errorCodeOf(end) ?? ''];
  if (kept !== undefined) return { outcome: 'notDone', reason: kept };
  const reason = reasonOf(end);
  return { outcome: 'unknown', ...(reason === undefined ? {} : { reason }) };
}

function reasonOf<P>(end: End<P>): PrinterReason | undefined {
  if (!end.ok) return end.error.code === 'deadline' ? 'silent' : 'offline';
  if (errorCodeOf(end) !== undefined) return 'mechanicalError';
  switch (end.value.completionCode) {
    case 'userError':
      return 'coverOpen';
    case 'deviceNotReady':
      return 'offline';
    case 'hardwareError':
    case 'internalError':
      return 'unrecoverableError';
    default:
      return undefined;
  }
}

/** Of the sources that a receipt comes from, the worst: a jam, then what runs out. */
function supplies({ printer }: xfs.CommonStatusCompletion): ReadonlySet<unknown> {
  return new Set(Object.values(printer?.paper ?? {}));
}

function paperOf(status: xfs.CommonStatusCompletion): PaperLevel {
  const levels = supplies(status);
  return (['out', 'low', 'full'] as const).find((level) => levels.has(level)) ?? 'unknown';
}

function blockedBy(status: xfs.CommonStatusCompletion): PrinterReason | undefined {
  const device = status.common?.device;
  if (device === 'userError') return 'coverOpen';
  if (device === 'hardwareError' || device === 'fraudAttempt' || device === 'potentialFraud')
    return 'unrecoverableError';
  if (device !== 'online' && device !== 'deviceBusy') return 'offline';
  const health = healthOf(status);
  if (health === 'jammed') return 'mechanicalError';
  return health === 'paperOut' ? 'paperOut' : undefined;
}

function healthOf(status: xfs.CommonStatusCompletion): DeviceReason | undefined {
  const levels = supplies(status);
  if (status.printer?.media === 'jammed' || levels.has('jammed')) return 'jammed';
  if (levels.has('out')) return 'paperOut';
  return levels.has('low') ? 'paperLow' : undefined;
}
