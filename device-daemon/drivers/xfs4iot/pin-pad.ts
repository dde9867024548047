import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type {
  DataKey,
  PinEntryOptions,
  PinKeyOwner,
  PinPad,
  PinPadCapabilities,
  PinPadFault,
  WorkingKey,
} from '../../devices/pin-pad.ts';
import { accountDigits } from '../common/account.ts';
import { Deadline, Lock } from '../common/waits.ts';
import type { Delays } from './delays.ts';
import { base64, type End, errorCodeOf, faultOf } from './ends.ts';
import { activeKeys, DataEntry, PinEntry } from './keys.ts';
import type { DeviceReason } from './reasons.ts';
import type { Service } from './service.ts';
import { Session } from './session.ts';
import type { ProviderSettings } from './settings.ts';

export interface XfsPinPadSettings extends ProviderSettings {
  /** Names of the keys at the provider: under which working keys come, the kiosk's own PIN key, and its clients'. */
  readonly masterKey: string;
  readonly pinKey: string;
  /** Empty: standard clients of ours have no key there. */
  readonly clientPinKey: string;
  /** What the provider wants of the card number (b.8): no two agree. */
  readonly customerData: 'pan' | 'panWithoutCheckDigit' | 'twelveDigits';
  /** `fetch`: with GetPinBlock alone; `start`: before the entry, where the provider says so. */
  readonly accountAt: 'start' | 'fetch';
}

export interface XfsPinPadOptions {
  readonly name: string;
  readonly settings: XfsPinPadSettings;
  readonly delays?: Partial<Delays>;
  /** True while a visit is open that may ask for a PIN: no plain key is reported then, whoever waits for one. */
  readonly pinOnly?: () => boolean;
}

/** Plain keys are refused: digits that a visitor types are nobody's business. */
const pinsOnly: PinPadFault = { code: 'notReady', detail: 'the pad is open for PINs only' };
/** Of ISO-0: one block of the cipher. */
const blockLength = 8;
/** Not used by ISO-0, and yet required (interfaces.md 1.5). */
const padding = 15;

/** Another provider's PIN pad (interfaces.md 1.5): TDES working keys under its master key, ISO-0 blocks. */
export class XfsPinPad implements PinPad {
  readonly class = 'pinPad';
  readonly driver = 'xfs4iot';
  readonly name: string;
  readonly #settings: XfsPinPadSettings;
  readonly #pinOnly: () => boolean;
  readonly #session: Session;
  readonly #lock = new Lock();
  readonly #pinKeys = new Set<PinKeyOwner>();
  /** The provider's status has told that a working key is there: when it no longer does, there is none. */
  #keysTold = false;
  /** Cancels the entry that is open, so that `clear` need not wait for the person. */
  #entry: AbortController | undefined;
  /** From the first command of a PIN entry until its block is fetched or cleared: no plain keys meanwhile. */
  #pinOpen = false;
  #held: { readonly owner: PinKeyOwner; readonly account: Buffer | undefined } | undefined;

  constructor({ name, settings, delays, pinOnly = () => false }: XfsPinPadOptions) {
    this.name = name;
    this.#settings = settings;
    this.#pinOnly = pinOnly;
    this.#session = new Session({
      who: this,
      settings,
      needs: {
        commands: ['Keyboard.PinEntry', 'PinPad.GetPinBlock', 'KeyManagement.ImportKey'],
        mayUse: ['Keyboard.DataEntry', 'PinPad.SetPinBlockData', 'PinPad.Reset', 'Keyboard.Reset'],
        fits: ({ pinPad }) => {
          const early = pinPad?.setPinblockDataRequired === true;
          return formatOf(pinPad) !== undefined && !(early && settings.accountAt === 'fetch');
        },
      },
      ...(delays === undefined ? {} : { delays }),
      onOpened: (service) => void service.onChange(() => this.#watchKeys(service)),
      // Another pad may answer when the provider is back.
      onEnded: () => this.#forget(),
      health: (service) => this.#health(service),
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
    this.#entry?.abort();
    await this.#session.stop();
  }

  capabilities(): PinPadCapabilities {
    const [device] = this.#session.service?.capabilities.common?.deviceInformation ?? [];
    return {
      pinBlockFormats: ['iso0'],
      serialNumber: device?.serialNumber,
      firmware: device?.firmware?.[0]?.firmwareVersion,
      ...(this.#settings.accountAt === 'fetch' ? { accountAtFetch: true } : {}),
    };
  }

  hasKeys(owner: PinKeyOwner = 'kiosk'): boolean {
    return this.#pinKeys.has(owner);
  }

  loadWorkingKey(key: WorkingKey, options: OperationOptions): Promise<Result<void, PinPadFault>> {
    const owner = key.owner ?? 'kiosk';
    const name = this.#keyOf(owner);
    if (key.usage !== 'pin') return Promise.resolve(err({ code: 'keyRefused', detail: 'no MAC keys' }));
    if (name === '') return Promise.resolve(err({ code: 'keyRefused', detail: 'no key for clients is configured' }));
    if (key.encrypted.length !== 16 && key.encrypted.length !== 24) {
      return Promise.resolve(err({ code: 'keyRefused', detail: `a key of ${key.encrypted.length} bytes` }));
    }
    return this.#operate(options, async (service, signal) => {
      // Whatever happens next, what the provider holds is not the key that was there before.
      this.#pinKeys.delete(owner);
      this.#keysTold = false;
      const end = await service.request(
        'KeyManagement.ImportKey',
        {
          key: name,
          keyAttributes: { keyUsage: 'P0', algorithm: 'T', modeOfUse: 'E' },
          value: Buffer.from(key.encrypted).toString('base64'),
          decryptKey: this.#settings.masterKey,
          decryptMethod: 'ecb',
          verificationData: Buffer.from(key.checkValue).toString('base64'),
          verifyAttributes: { cryptoMethod: 'kcvZero' },
        },
        { signal },
      );
      if (!end.ok || end.value.completionCode !== 'success') return err(importFault(end));
      const told = base64(end.value.payload.verificationData);
      const length = Math.min(told?.length ?? 0, key.checkValue.length);
      if (told !== undefined && !told.subarray(0, length).equals(key.checkValue.subarray(0, length))) {
        return err({ code: 'keyRefused', detail: 'another check value' });
      }
      this.#pinKeys.add(owner);
      this.#watchKeys(service);
      this.#session.tell();
      return ok();
    });
  }

  async enterPin(options: PinEntryOptions): Promise<Result<number, PinPadFault>> {
    const owner = options.owner ?? 'kiosk';
    const later = this.#settings.accountAt === 'fetch' && options.pan.length === 0;
    const account = later ? undefined : this.#accountOf(options.pan);
    if (!later && account === undefined) return err({ code: 'panNotUsable' });
    const entry = new AbortController();
    // Whoever opened the entry that still waits did so before the visit: the visitor does not wait for them.
    if (this.#pinOnly()) this.#entry?.abort();
    try {
      return await this.#operate(
        options,
        async (service, signal, deadline) => {
          if (!this.#pinKeys.has(owner)) return err({ code: 'keyMissing' });
          this.#drop();
          this.#pinOpen = true;
          this.#entry = entry;
          const entered = await this.#enter(service, options, account, { signal, timeoutMs: deadline.leftMs });
          this.#pinOpen = entered.ok;
          if (entered.ok) this.#held = { owner, account: account && Buffer.from(account) };
          return entered;
        },
        entry.signal,
      );
    } finally {
      if (this.#entry === entry) this.#entry = undefined;
      account?.fill(0);
    }
  }

  async pinBlock(options: OperationOptions & { readonly pan?: Uint8Array }): Promise<Result<Uint8Array, PinPadFault>> {
    const given = options.pan === undefined ? undefined : this.#accountOf(options.pan);
    if (options.pan !== undefined && (given === undefined || this.#settings.accountAt === 'start')) {
      given?.fill(0);
      return err({ code: 'panNotUsable' });
    }
    try {
      return await this.#operate(options, async (service, signal) => {
        const held = this.#held;
        if (held === undefined) return err({ code: 'noPin' });
        const account = given ?? held.account;
        if (account === undefined) return err({ code: 'panNotUsable' });
        try {
          const request = this.#blockRequest(service, held.owner, account);
          // Once: a block that got lost on the way is never asked for again, the person enters the PIN anew.
          return blockOf(await service.request('PinPad.GetPinBlock', request, { signal }), () => {
            this.#pinKeys.delete(held.owner);
            this.#session.tell();
          });
        } finally {
          this.#drop();
          this.#pinOpen = false;
        }
      });
    } finally {
      given?.fill(0);
    }
  }

  async enterData(options: Parameters<PinPad['enterData']>[0]): Promise<Result<readonly DataKey[], PinPadFault>> {
    const entry = new AbortController();
    let taken = false;
    const isPinOnly = (): boolean => {
      taken ||= this.#pinOnly();
      if (taken) entry.abort();
      return taken;
    };
    try {
      const entered = await this.#operate(
        options,
        async (service, signal, deadline) => {
          if (this.#pinOpen || this.#pinOnly()) return err(pinsOnly);
          if (!service.offers('Keyboard.DataEntry')) return err({ code: 'notReady', detail: 'no plain keys there' });
          this.#entry = entry;
          const rules = new DataEntry(options, isPinOnly);
          const end = await service.request('Keyboard.DataEntry', rules.command, {
            signal,
            timeoutMs: deadline.leftMs,
            onEvent: (event) => rules.hear(event),
          });
          const done = end.ok && end.value.completionCode === 'success';
          return done ? ok(rules.keys) : err(entryFault(end));
        },
        entry.signal,
      );
      return taken ? err(pinsOnly) : entered;
    } finally {
      if (this.#entry === entry) this.#entry = undefined;
    }
  }

  clear(options: OperationOptions): Promise<Result<void, PinPadFault>> {
    this.#entry?.abort();
    this.#drop();
    return this.#operate(options, async (service, signal) => {
      this.#drop();
      this.#pinOpen = false;
      const name = service.offers('PinPad.Reset') ? 'PinPad.Reset' : 'Keyboard.Reset';
      if (!service.offers(name)) return ok();
      const end = await service.request(name, undefined, { signal });
      return end.ok && end.value.completionCode === 'success' ? ok() : err(faultOf(end));
    });
  }

  async #enter(
    service: Service,
    { owner = 'kiosk', minDigits, maxDigits, onKey, onReady }: PinEntryOptions,
    account: Buffer | undefined,
    timing: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<Result<number, PinPadFault>> {
    if (service.capabilities.pinPad?.setPinblockDataRequired === true && account !== undefined) {
      const request = this.#blockRequest(service, owner, account);
      const prepared = await service.request('PinPad.SetPinBlockData', request, { signal: timing.signal });
      if (!prepared.ok || prepared.value.completionCode !== 'success') return err(blockFault(prepared));
    }
    const entry = new PinEntry(onKey, onReady, () => this.#session.ban('pinRevealed'));
    const command: xfs.KeyboardPinEntryCommand = {
      minLen: minDigits,
      maxLen: maxDigits,
      autoEnd: false,
      activeKeys: activeKeys(undefined),
    };
    const end = await service.request('Keyboard.PinEntry', command, {
      ...timing,
      onEvent: (event) => entry.hear(event),
    });
    if (!end.ok || end.value.completionCode !== 'success') return err(entryFault(end));
    const { completion, digits = entry.digits } = end.value.payload;
    if (completion === 'cancel') return err({ code: 'cancelledOnPad' });
    if (completion !== 'enter' && completion !== 'auto')
      return err({ code: 'hardwareError', detail: 'no end of the entry' });
    return digits < minDigits || digits > maxDigits ? err({ code: 'noPin' }) : ok(digits);
  }

  #blockRequest(service: Service, owner: PinKeyOwner, account: Buffer): xfs.PinPadGetPinBlockCommand {
    return {
      customerData: account.toString('latin1'),
      padding,
      format: formatOf(service.capabilities.pinPad) ?? 'iso0',
      key: this.#keyOf(owner),
      cryptoMethod: 'ecb',
    };
  }

  #keyOf(owner: PinKeyOwner): string {
    return owner === 'kiosk' ? this.#settings.pinKey : this.#settings.clientPinKey;
  }

  /** Undefined when it is no card number. The caller zeroes the answer. */
  #accountOf(pan: Uint8Array): Buffer | undefined {
    const twelve = accountDigits(pan);
    if (twelve === undefined || this.#settings.customerData === 'twelveDigits') return twelve;
    twelve.fill(0);
    return Buffer.from(this.#settings.customerData === 'pan' ? pan : pan.subarray(0, -1));
  }

  #health(service: Service): DeviceReason | undefined {
    const state = service.status.keyManagement?.encryptionState;
    if (state === 'notInitialized' || state === 'notReady') return 'needsKeys';
    return this.#pinKeys.has('kiosk') ? undefined : 'needsSignOn';
  }

  /** A provider that knows whether it has a working key tells when it has lost it. */
  #watchKeys(service: Service): void {
    const state = service.status.keyManagement?.encryptionState;
    if (state === 'ready') this.#keysTold = true;
    const lost = state === 'notInitialized' || state === 'notReady' || (state === 'initialized' && this.#keysTold);
    if (!lost || this.#pinKeys.size === 0) return;
    this.#pinKeys.clear();
    this.#keysTold = false;
    this.#session.tell();
    this.#session.announce();
  }

  #drop(): void {
    this.#held?.account?.fill(0);
    this.#held = undefined;
  }

  #forget(): void {
    this.#pinKeys.clear();
    this.#keysTold = false;
    this.#pinOpen = false;
    this.#drop();
  }

  /** One operation at a time, between deadline, cancel and stop. */
  async #operate<T>(
    options: OperationOptions,
    work: (service: Service, signal: AbortSignal, deadline: Deadline) => Promise<Result<T, PinPadFault>>,
    also?: AbortSignal,
  ): Promise<Result<T, PinPadFault>> {
    const { stopped } = this.#session;
    const deadline = new Deadline(options, stopped, ...(also === undefined ? [] : [also]));
    const ended = (): Result<never, PinPadFault> =>
      err(stopped.aborted ? this.#session.outage : (deadline.fault ?? { code: 'cancelled' }));
    let release: (() => void) | undefined;
    try {
      release = await this.#lock.acquire(deadline.signal);
      if (release === undefined) return ended();
      const { service } = this.#session;
      if (service === undefined) return err(this.#session.outage);
      const result = await work(service, deadline.signal, deadline);
      return !result.ok && result.error.code === 'cancelled' ? ended() : result;
    } finally {
      release?.();
      deadline.dispose();
    }
  }
}

const formatOf = (capabilities: xfs.PinPadCapabilities | undefined): 'iso0' | 'ansi' | undefined => {
  const { iso0, ansi } = capabilities?.pinFormats ?? {};
  if (iso0 === true) return 'iso0';
  return ansi === true ? 'ansi' : undefined;
};

/** The person's time is over: for the kiosk it is the same whose clock said so. */
const entryFault = <P>(end: End<P>): PinPadFault =>
  errorCodeOf(end) === 'entryTimeout' ? { code: 'entryTimeOut' } : faultOf(end);

function importFault<P>(end: End<P>): PinPadFault {
  const errorCode = errorCodeOf(end);
  if (errorCode === undefined) return faultOf(end);
  // The key that is not there is the one under which this one comes.
  return errorCode === 'keyNotFound' || errorCode === 'keyNoValue'
    ? { code: 'keyMissing' }
    : { code: 'keyRefused', detail: errorCode };
}

function blockFault<P>(end: End<P>): PinPadFault {
  switch (errorCodeOf(end)) {
    case 'keyNotFound':
    case 'keyNoValue':
      return { code: 'keyMissing' };
    case 'noPin':
      return { code: 'noPin' };
    default:
      return end.ok && end.value.completionCode === 'invalidData' ? { code: 'panNotUsable' } : faultOf(end);
  }
}

function blockOf(end: End<xfs.PinPadGetPinBlockCompletion>, onKeyMissing: () => void): Result<Uint8Array, PinPadFault> {
  if (!end.ok || end.value.completionCode !== 'success') {
    const fault = blockFault(end);
    if (fault.code === 'keyMissing') onKeyMissing();
    return err(fault);
  }
  const block = base64(end.value.payload.pinBlock);
  if (block?.length === blockLength) return ok(block);
  block?.fill(0);
  return err({ code: 'hardwareError', detail: 'no PIN block' });
}
