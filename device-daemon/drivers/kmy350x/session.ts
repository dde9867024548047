/** The sequences of commands that make an operation of a PIN pad. */
import { timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '#protocol/result.ts';
import type {
  DataKey,
  DigitEntryOptions,
  PinEntryOptions,
  PinKeyOwner,
  PinPadFault,
  WorkingKey,
} from '../../devices/pin-pad.ts';
import { commands, withCheckValue } from './codec.ts';
import { type DataRules, dataStep, type PinStep, pinStep } from './entry.ts';
import type { KeyListener } from './link.ts';
import type { AskFault, Pad } from './pad.ts';
import type { KmySettings } from './settings.ts';

const outOfStep: PinPadFault = { code: 'hardwareError', detail: 'the pad answered what nobody asked' };

/** Plain keys are refused: digits that a visitor types are nobody's business. */
export const pinsOnly: PinPadFault = { code: 'notReady', detail: 'the pad is open for PINs only' };

/** A refusal that the operation has no better word for. */
export const plain = (fault: AskFault): PinPadFault =>
  fault.code === 'refused' ? { code: 'hardwareError', detail: fault.detail } : fault;

export interface SequenceContext {
  readonly pad: Pad;
  readonly settings: KmySettings;
  /** Ends the operation: deadline, cancel, stop. */
  readonly signal: AbortSignal;
  /** Only stop: the keypad is closed even after a cancel. */
  readonly stopSignal: AbortSignal;
}

/** Closes the keypad whatever went before, without climbing: the next operation begins by getting into step. */
export async function closeKeypad({ pad, stopSignal }: SequenceContext): Promise<Result<void, PinPadFault>> {
  const closed = await pad.askOnce(commands.keypad, { mode: 'close' }, { signal: stopSignal });
  if (closed === 'silent') return err({ code: 'hardwareError', detail: 'no answer to the closing of the keypad' });
  return closed.ok ? ok() : err(plain(closed.error));
}

type EntryEnd = NonNullable<PinStep['end']> | 'outOfStep';

/** Listens to one entry. `ended` settles at the first end; bytes after it change nothing. */
class PinListener implements KeyListener {
  readonly ended: Promise<EntryEnd>;
  digits = 0;
  readonly #options: PinEntryOptions;
  readonly #settings: KmySettings;
  #end: (end: EntryEnd) => void = () => undefined;
  #over = false;

  constructor(options: PinEntryOptions, settings: KmySettings) {
    this.#options = options;
    this.#settings = settings;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  byte(value: number): void {
    if (this.#over) return;
    const { minDigits, maxDigits } = this.#options;
    const step = pinStep(this.digits, value, { minDigits, maxDigits, clearRemoves: this.#settings.clearRemoves });
    if (step === undefined) return;
    this.digits = step.digits;
    if (step.end !== undefined) this.#finish(step.end);
    if (step.key !== undefined) this.#options.onKey(step.key, step.digits);
  }

  frame(body: Uint8Array): void {
    // ST 80 alone is the time-out that other versions send as the byte 00.
    if (!this.#over) this.#finish(body.length === 1 && body[0] === 0x80 ? 'timeOut' : 'outOfStep');
  }

  #finish(end: EntryEnd): void {
    this.#over = true;
    this.#end(end);
  }
}

/** Resolves to undefined when one of the signals aborts first. */
function untilAborted<T>(promise: Promise<T>, signals: readonly AbortSignal[]): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      stop();
      resolve(undefined);
    };
    if (signals.some((signal) => signal.aborted)) return abort();
    for (const signal of signals) signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(stop);
    return undefined;
  });
}

/** Account (unless it comes at fetch), key, entry. The pad is in step. Resolves to the digits the pad holds. */
export async function enterPin(
  context: SequenceContext,
  account: Uint8Array | undefined,
  options: PinEntryOptions,
  leftMs: () => number,
): Promise<Result<number, PinPadFault>> {
  const { pad, settings, signal } = context;
  const strays = pad.link.strays;
  if (account !== undefined) {
    const told = await pad.ask(commands.account, { digits: account }, { signal });
    if (!told.ok) return err(plain(told.error));
  }
  const key = { masterKey: settings.masterKeySlot, slot: pinSlot(settings, options.owner) };
  const active = await pad.ask(commands.activateKey, key, { signal });
  if (!active.ok) return err(active.error.code === 'refused' ? { code: 'keyMissing' } : active.error);

  for (let tries = 0; ; tries += 1) {
    const listener = new PinListener(options, settings);
    const start = { ...startBytes(settings), length: options.maxDigits, timeOut: timeOutByte(settings, leftMs()) };
    const started = await pad.ask(commands.startPin, start, { signal, listen: listener });
    if (!started.ok) {
      await closeKeypad(context);
      return err(plain(started.error));
    }
    if (tries === 0) options.onReady?.();
    const end = await untilAborted(listener.ended, [signal, pad.link.ended]);
    pad.link.stopListening();
    if (pad.link.ended.aborted) return err({ code: 'notReady', detail: pad.link.fault?.detail ?? 'disconnected' });
    if (end === 'entered' && pad.link.strays === strays) return ok(listener.digits);
    if (end === 'tooShort' && pad.link.strays === strays) continue;
    await closeKeypad(context);
    if (end === undefined) return err({ code: 'cancelled' });
    if (end === 'cancelled') return err({ code: 'cancelledOnPad' });
    return err(end === 'timeOut' ? { code: 'entryTimeOut' } : outOfStep);
  }
}

const pinSlot = (settings: KmySettings, owner: PinKeyOwner = 'kiosk'): number =>
  owner === 'client' ? settings.clientKeySlot : settings.pinKeySlot;

const startBytes = ({ displayMode, addMode, prompt }: KmySettings) => ({ displayMode, addMode, prompt });

/** As long as the operation's own deadline, as far as one byte goes; at least one unit. */
function timeOutByte(settings: KmySettings, leftMs: number): number {
  const units = Math.ceil(leftMs / (settings.timeOutUnit === 'seconds' ? 1_000 : 100));
  return Math.min(Math.max(units, 1), 0xff);
}

/** The caller zeroes the block. */
export async function fetchPinBlock(
  { pad, settings, signal }: SequenceContext,
  account: Uint8Array | undefined,
): Promise<Result<Uint8Array, PinPadFault>> {
  const strays = pad.link.strays;
  if (account !== undefined) {
    const told = await pad.ask(commands.account, { digits: account }, { signal });
    if (!told.ok) return err(plain(told.error));
  }
  const fetched = await pad.ask(commands.fetchPinBlock, {}, { signal });
  if (!fetched.ok) return err(fetched.error.code === 'refused' ? { code: 'noPin' } : fetched.error);
  const { block } = fetched.value;
  if (pad.link.strays === strays && block.length === (settings.algorithm === 'sm4' ? 16 : 8)) return ok(block);
  block.fill(0);
  return err(outOfStep);
}

/** Resolves when the pad has the key and its check value is the host's. */
export async function loadWorkingKey(
  { pad, settings, signal }: SequenceContext,
  key: WorkingKey,
): Promise<Result<void, PinPadFault>> {
  const strays = pad.link.strays;
  const ciphers = await pad.setCiphers(signal);
  if (!ciphers.ok) return err(plain(ciphers.error));
  const slot = key.usage === 'pin' ? pinSlot(settings, key.owner) : settings.macKeySlot;
  const { buffer, byteOffset, byteLength } = key.encrypted;
  const encrypted = Buffer.from(buffer, byteOffset, byteLength);
  const values = { masterKey: settings.masterKeySlot, slot: slot + withCheckValue, key: encrypted };
  const loaded = await pad.ask(commands.loadWorkingKey, values, { signal });
  if (!loaded.ok) return err(refusedKey(loaded.error));
  if (pad.link.strays !== strays) return err(outOfStep);
  // Hosts send 3 to 8 bytes of check value, the pad 4 or 8: what both have must agree, and no less than 3 bytes.
  const common = Math.min(loaded.value.checkValue.length, key.checkValue.length);
  const same =
    common >= 3 && timingSafeEqual(loaded.value.checkValue.subarray(0, common), key.checkValue.subarray(0, common));
  return same ? ok() : err({ code: 'keyRefused', detail: 'another check value than the host' });
}

const refusedKey = (fault: AskFault): PinPadFault =>
  fault.code === 'refused' ? { code: 'keyRefused', detail: fault.detail } : fault;

/** Plain keys, none of them once `isPinOnly`. The pad is in step. */
export async function enterData(
  context: SequenceContext,
  rules: DataRules & { readonly onKey: (key: DataKey) => void; readonly onReady?: () => void },
  isPinOnly: () => boolean,
): Promise<Result<readonly DataKey[], PinPadFault>> {
  const keys: DataKey[] = [];
  const end = await atOpenKeypad<'ended' | 'pinsOnly'>(context, rules.onReady, (value, finish) => {
    const key = context.settings.dataKeys[value];
    if (key === undefined) return;
    if (isPinOnly()) return finish('pinsOnly');
    const step = dataStep(key, keys.length + 1, rules);
    if (step === 'ignored') return;
    keys.push(key);
    if (step === 'last') finish('ended');
    rules.onKey(key);
  });
  if (!end.ok) return end;
  return end.value === 'pinsOnly' ? err(pinsOnly) : ok(keys);
}

/** Digits into the caller's room, not one of them anywhere else. The pad is in step. Resolves to how many there are. */
export async function enterDigits(
  context: SequenceContext,
  { into, minDigits, maxDigits, onKey, onReady }: DigitEntryOptions,
): Promise<Result<number, PinPadFault>> {
  const { dataKeys, clearRemoves } = context.settings;
  const room = Math.min(maxDigits, into.length);
  let digits = 0;
  const keep = (count: number): void => {
    digits = count;
    into.fill(0, count);
  };
  const end = await atOpenKeypad<'entered' | 'cancelled'>(context, onReady, (value, finish) => {
    const key = dataKeys[value];
    switch (key) {
      case undefined:
        return;
      case 'clear':
        keep(clearRemoves === 'all' ? 0 : Math.max(digits - 1, 0));
        return onKey('clear', digits);
      case 'cancel':
        keep(0);
        finish('cancelled');
        return onKey('cancel', 0);
      case 'enter':
        if (digits >= minDigits) {
          finish('entered');
          return onKey('enter', digits);
        }
        keep(0);
        return onKey('clear', 0);
      default:
        if (digits < room) {
          into[digits] = key.charCodeAt(0);
          digits += 1;
        }
        onKey('digit', digits);
    }
  });
  if (!end.ok) return end;
  return end.value === 'entered' ? ok(digits) : err({ code: 'cancelledOnPad' });
}

/** Plain keys from the opening of the keypad until `onByte` finishes; it is closed whatever came of it. */
async function atOpenKeypad<End>(
  context: SequenceContext,
  onReady: (() => void) | undefined,
  onByte: (value: number, finish: (end: End) => void) => void,
): Promise<Result<End, PinPadFault>> {
  const { pad, settings, signal } = context;
  const strays = pad.link.strays;
  let settle: (end: End | 'outOfStep') => void = () => undefined;
  const ended = new Promise<End | 'outOfStep'>((resolve) => {
    settle = resolve;
  });
  let over = false;
  const finish = (end: End | 'outOfStep'): void => {
    over = true;
    settle(end);
  };
  const listener: KeyListener = {
    byte(value) {
      if (!over) onByte(value, finish);
    },
    frame: () => finish('outOfStep'),
  };
  const mode = settings.silentKeypad ? 'openSilent' : 'open';
  const opened = await pad.ask(commands.keypad, { mode }, { signal, listen: listener });
  if (!opened.ok) {
    await closeKeypad(context);
    return err(plain(opened.error));
  }
  onReady?.();
  const end = await untilAborted(ended, [signal, pad.link.ended]);
  pad.link.stopListening();
  if (pad.link.ended.aborted) return err({ code: 'notReady', detail: pad.link.fault?.detail ?? 'disconnected' });
  await closeKeypad(context);
  if (end === undefined) return err({ code: 'cancelled' });
  return end !== 'outOfStep' && pad.link.strays === strays ? ok(end as End) : err(outOfStep);
}
