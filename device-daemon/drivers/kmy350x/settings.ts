import type { DataKey } from '../../devices/pin-pad.ts';

/** What differs between pads that speak b.1. Each is read off the pad's manual, never guessed from its answers. */
export interface KmySettings {
  /** TDES makes 8-byte ISO-0 blocks (b.4); SM4 16-byte ones (b.5), on pads that offer it and banks that agree to it. */
  readonly algorithm: 'tdes' | 'sm4';
  /** Value of 46 00 and 46 01 that chooses the cipher: 20 DES, 30 triple DES; of SM4 the manual must tell. */
  readonly cipherParameter: number;
  /** Where the master key was loaded, 0 to 15. */
  readonly masterKeySlot: number;
  /** Slots of the working keys below it. */
  readonly pinKeySlot: number;
  readonly macKeySlot: number;
  /** For the PIN key that standard clients import; another place than the kiosk's own, whatever is configured. */
  readonly clientKeySlot: number;
  /** What the clear key takes away. The driver counts along with the pad. */
  readonly clearRemoves: 'one' | 'all';
  /** Unit of the time-out byte of 35. The driver keeps its own deadline all the same. */
  readonly timeOutUnit: 'seconds' | 'tenths';
  /** When the pad joins PIN and account: from 35 on (account first), or when the block is fetched. */
  readonly accountAt: 'start' | 'fetch';
  /** Bytes 2 to 4 of 35. Add mode 01 is ISO-0 with the account of 34. */
  readonly displayMode: number;
  readonly addMode: number;
  readonly prompt: number;
  /** Open the keypad with (45 02) or without (45 03) a beep per key. */
  readonly silentKeypad: boolean;
  /** What the keys send while the keypad is open for plain data. */
  readonly dataKeys: Readonly<Record<number, DataKey>>;
}

/** Slots of working keys below one master key. */
const slots = 16;

/** Settings that hold together: no key is loaded into another's place. */
export function completeSettings(settings: Partial<KmySettings>): KmySettings {
  const complete = { ...defaultSettings, ...settings };
  const { pinKeySlot } = complete;
  const apart = (slot: number, others: readonly number[]): number => {
    const wanted = Array.from({ length: slots }, (_, offset) => (slot + slots - offset) % slots);
    return wanted.find((candidate) => !others.includes(candidate)) ?? slot;
  };
  const macKeySlot = apart(complete.macKeySlot, [pinKeySlot]);
  return { ...complete, macKeySlot, clientKeySlot: apart(complete.clientKeySlot, [pinKeySlot, macKeySlot]) };
}

const asciiDigits: Readonly<Record<number, DataKey>> = {
  48: '0',
  49: '1',
  50: '2',
  51: '3',
  52: '4',
  53: '5',
  54: '6',
  55: '7',
  56: '8',
  57: '9',
};

export const defaultSettings: KmySettings = {
  algorithm: 'tdes',
  cipherParameter: 0x30,
  masterKeySlot: 0,
  pinKeySlot: 0,
  macKeySlot: 1,
  clientKeySlot: 15,
  clearRemoves: 'all',
  timeOutUnit: 'seconds',
  accountAt: 'start',
  displayMode: 0x01,
  addMode: 0x01,
  prompt: 0x00,
  silentKeypad: false,
  dataKeys: { ...asciiDigits, 13: 'enter', 27: 'cancel', 8: 'clear' },
};
