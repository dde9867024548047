/** Keys of a pad as the standard names them, and what may be heard of an entry (interfaces.md 1.5). */

import type { WireEvent } from '#protocol/client/messages.ts';
import type { StandardCatalogue } from '#protocol/client/standard-client.ts';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { DataKey, PinEntryOptions, PinPad } from '../../devices/pin-pad.ts';

type Event = WireEvent<StandardCatalogue>;
type ActiveKeys = NonNullable<xfs.KeyboardDataEntryCommand['activeKeys']>;

const names = {
  '0': 'zero',
  '1': 'one',
  '2': 'two',
  '3': 'three',
  '4': 'four',
  '5': 'five',
  '6': 'six',
  '7': 'seven',
  '8': 'eight',
  '9': 'nine',
  clear: 'clear',
  enter: 'enter',
  cancel: 'cancel',
} as const satisfies Record<DataKey, string>;

const byName: ReadonlyMap<string, DataKey> = new Map(
  Object.entries(names).map(([key, name]) => [name, key as DataKey]),
);

/** Keys of a PIN entry that may be named: any other is a digit, or may be one. */
const harmless: ReadonlySet<string> = new Set(['clear', 'enter', 'cancel', 'backspace']);

/** @param wanted absent: all keys, of which enter and cancel end the entry */
export function activeKeys(wanted: ReadonlyMap<DataKey, { readonly terminate: boolean }> | undefined): ActiveKeys {
  const keys =
    wanted ??
    Object.keys(names).map((key) => [key as DataKey, { terminate: key === 'enter' || key === 'cancel' }] as const);
  return Object.fromEntries([...keys].map(([key, { terminate }]) => [names[key], { terminate }]));
}

/** Counts digits that nobody may know. */
export class PinEntry {
  readonly #onKey: PinEntryOptions['onKey'];
  readonly #onReady: () => void;
  readonly #onRevealed: () => void;
  #revealed = false;
  digits = 0;

  /** `onRevealed`: the provider told which digit was pressed. It is told to nobody. */
  constructor(onKey: PinEntryOptions['onKey'], onReady: (() => void) | undefined, onRevealed: () => void) {
    this.#onKey = onKey;
    this.#onReady = onReady ?? (() => {});
    this.#onRevealed = onRevealed;
  }

  hear(event: Event): void {
    if (this.#revealed) return;
    if (event.name === 'Keyboard.EnterDataEvent') this.#onReady();
    if (event.name !== 'Keyboard.KeyEvent') return;
    const { digit, completion } = event.payload;
    if (digit !== undefined && !harmless.has(digit)) {
      this.#revealed = true;
      this.#onRevealed();
      return;
    }
    const key =
      digit ?? (completion === 'enter' || completion === 'cancel' || completion === 'clear' ? completion : 'digit');
    if (key === 'digit') this.digits += 1;
    else if (key === 'backspace') this.digits = Math.max(0, this.digits - 1);
    else if (key !== 'enter') this.digits = 0;
    this.#onKey(key === 'backspace' ? 'clear' : (key as 'digit' | 'clear' | 'enter' | 'cancel'), this.digits);
  }
}

/** Plain keys, each told as it comes. */
export class DataEntry {
  readonly keys: DataKey[] = [];
  readonly command: xfs.KeyboardDataEntryCommand;
  readonly #options: Parameters<PinPad['enterData']>[0];
  readonly #isPinOnly: () => boolean;

  /** `isPinOnly`: asked before every key; then it is nobody's. */
  constructor(options: Parameters<PinPad['enterData']>[0], isPinOnly: () => boolean) {
    this.#options = options;
    this.#isPinOnly = isPinOnly;
    const { maxKeys } = options;
    const limited = Number.isFinite(maxKeys);
    this.command = { maxLen: limited ? maxKeys : 0, autoEnd: limited, activeKeys: activeKeys(options.activeKeys) };
  }

  hear(event: Event): void {
    if (this.#isPinOnly()) return;
    if (event.name === 'Keyboard.EnterDataEvent') this.#options.onReady?.();
    if (event.name !== 'Keyboard.KeyEvent') return;
    const key = byName.get(event.payload.digit ?? '');
    if (key === undefined) return;
    this.keys.push(key);
    this.#options.onKey(key);
  }
}
