/** Pure rules of an entry: which bytes are keys, what they do to the count, when it ends. */
import type { DataKey, PinKey } from '../../devices/pin-pad.ts';
import { pinKeyBytes } from './codec.ts';

export interface PinRules {
  readonly minDigits: number;
  readonly maxDigits: number;
  readonly clearRemoves: 'one' | 'all';
}

export interface PinStep {
  /** Digits the pad holds after this byte. */
  readonly digits: number;
  readonly key?: PinKey;
  /** `tooShort`: the pad ended the entry below the minimum; it must be started anew. */
  readonly end?: 'entered' | 'tooShort' | 'cancelled' | 'timeOut';
}

/** One byte of the pad while a PIN entry is open. Undefined when it is no key: noise. */
export function pinStep(digits: number, byte: number, rules: PinRules): PinStep | undefined {
  switch (byte) {
    case pinKeyBytes.digit:
      return { digits: Math.min(digits + 1, rules.maxDigits), key: 'digit' };
    case pinKeyBytes.clear:
      return { digits: rules.clearRemoves === 'all' ? 0 : Math.max(digits - 1, 0), key: 'clear' };
    case pinKeyBytes.enter:
      // Ended only by 0D: whether a full entry ends by itself differs by model (second reading of command 35).
      return digits < rules.minDigits
        ? { digits: 0, key: 'clear', end: 'tooShort' }
        : { digits, key: 'enter', end: 'entered' };
    case pinKeyBytes.cancel:
      return { digits: 0, key: 'cancel', end: 'cancelled' };
    case pinKeyBytes.timeOut:
      return { digits: 0, end: 'timeOut' };
    default:
      return undefined;
  }
}

export interface DataRules {
  readonly maxKeys: number;
  /** Absent: every key is reported, enter and cancel end the entry. Keys that are not in it are ignored. */
  readonly activeKeys?: ReadonlyMap<DataKey, { readonly terminate: boolean }>;
}

/** Whether a key counts, and whether the entry ends with it as key number `count`. */
export function dataStep(key: DataKey, count: number, rules: DataRules): 'ignored' | 'taken' | 'last' {
  if (rules.activeKeys === undefined) {
    return key === 'enter' || key === 'cancel' || count >= rules.maxKeys ? 'last' : 'taken';
  }
  const active = rules.activeKeys.get(key);
  if (active === undefined) return 'ignored';
  return active.terminate || count >= rules.maxKeys ? 'last' : 'taken';
}
