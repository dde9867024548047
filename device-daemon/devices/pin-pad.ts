import type { Result } from '#protocol/result.ts';
import type { Device, DeviceFault, OperationOptions } from './device.ts';

export type PinPadFault =
  | DeviceFault
  /** Works, but has no (valid) master or working key: `needs keys`, status A4 of b.1. */
  | { readonly code: 'keyMissing' }
  /** The person pressed cancel on the pad. */
  | { readonly code: 'cancelledOnPad' }
  /** No key for the pad's own time-out. */
  | { readonly code: 'entryTimeOut' }
  /** GetPinBlock without a finished entry, or after it was used. */
  | { readonly code: 'noPin' }
  /** The card number is not 8 to 19 digits. */
  | { readonly code: 'panNotUsable' }
  /** A working key of a wrong length, refused by the pad, or with another check value than the host's. */
  | { readonly code: 'keyRefused'; readonly detail: string };

/** Which key was pressed, as far as anybody outside the pad may know: never which digit. */
export type PinKey = 'digit' | 'clear' | 'enter' | 'cancel';
export type DataKey = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | 'clear' | 'enter' | 'cancel';

/**
 * Whose PIN working key: the kiosk's own from its sign-on, or the one that standard clients have imported. They lie in
 * different places of the pad, so that no client's key is ever taken for the bank's.
 */
export type PinKeyOwner = 'kiosk' | 'client';

export interface PinEntryOptions extends OperationOptions {
  /** The key that the block will be made under; the kiosk's when absent. */
  readonly owner?: PinKeyOwner;
  readonly minDigits: number;
  readonly maxDigits: number;
  /** Full PAN, ASCII digits; the driver cuts what its pad wants out of it (b.8: the caller never cuts). Zeroed by the caller. */
  readonly pan: Uint8Array;
  /** After every key: how many digits the pad holds now. */
  readonly onKey: (key: PinKey, digits: number) => void;
  /** Once, when the pad listens. */
  readonly onReady?: () => void;
}

export interface DigitEntryOptions extends OperationOptions {
  readonly minDigits: number;
  /** No more than `into` holds; further keys are ignored. */
  readonly maxDigits: number;
  /** The caller's to zero. */
  readonly into: Uint8Array;
  /** After every key: how many digits there are now. */
  readonly onKey: (key: PinKey, digits: number) => void;
  /** Once, when the pad listens. */
  readonly onReady?: () => void;
}

/** A working key as the bank core delivers it at sign-on: encrypted under the pad's master key. */
export interface WorkingKey {
  readonly usage: 'pin' | 'mac';
  /** Of a PIN key; the kiosk's when absent. */
  readonly owner?: PinKeyOwner;
  readonly encrypted: Uint8Array;
  /** Leftmost bytes of the zero block encrypted under the key. */
  readonly checkValue: Uint8Array;
}

export interface PinPadCapabilities {
  readonly pinBlockFormats: readonly ('iso0' | 'sm4')[];
  readonly serialNumber: string | undefined;
  readonly firmware: string | undefined;
  /** The pad joins PIN and account only when the block is fetched: `enterPin` takes an empty PAN, `pinBlock` the real one. */
  readonly accountAtFetch?: boolean;
}

/** An encrypting PIN pad. PIN digits exist only inside it (design.md 12, invariant 4). */
export interface PinPad extends Device {
  readonly class: 'pinPad';
  capabilities(): PinPadCapabilities;
  /** True when a PIN working key (the kiosk's, unless told) has been loaded and its check value matched. */
  hasKeys(owner?: PinKeyOwner): boolean;
  loadWorkingKey(key: WorkingKey, options: OperationOptions): Promise<Result<void, PinPadFault>>;
  /** One PIN from first digit to enter. Resolves to the number of digits held; the PIN stays inside. */
  enterPin(options: PinEntryOptions): Promise<Result<number, PinPadFault>>;
  /** The encrypted PIN block (8 bytes ISO-0, 16 SM4) of the finished entry, once. The caller zeroes it. */
  pinBlock(options: OperationOptions & { readonly pan?: Uint8Array }): Promise<Result<Uint8Array, PinPadFault>>;
  /** Plain keys for menus and amounts; refused, and ended, while a PIN visit is open. Resolves when the entry ended. */
  enterData(
    options: OperationOptions & {
      readonly maxKeys: number;
      readonly onKey: (key: DataKey) => void;
      /** When the pad listens. */
      readonly onReady?: () => void;
      /** Absent: every key is reported, enter and cancel end the entry. Keys that are not in it are ignored. */
      readonly activeKeys?: ReadonlyMap<DataKey, { readonly terminate: boolean }>;
    },
  ): Promise<Result<readonly DataKey[], PinPadFault>>;
  /**
   * Digits in the clear, for what no PIN block can carry: the PIN that a chip checks itself (design.md 12, invariant 4).
   * They go from the port into `into` (ASCII) and nowhere else; whatever is no finished entry leaves it zeroed. Resolves to
   * how many there are. Absent: this pad gives no digits out.
   */
  enterDigits?(options: DigitEntryOptions): Promise<Result<number, PinPadFault>>;
  /** Closes the keypad and forgets what was entered. */
  clear(options: OperationOptions): Promise<Result<void, PinPadFault>>;
}
