import { err, ok, type Result } from '#protocol/result.ts';
import type { CardFault } from '../devices/card-reader.ts';
import type { OperationOptions } from '../devices/device.ts';
import { type ApduChannel, command, exchange, showStatus } from './apdu.ts';
import { socialApplicationName } from './social-records.ts';

/** Reference 1.10: 4 to 16 by a remark in code, 6 in practice. */
export const cardPinLength = { least: 4, most: 16 } as const;

/** Between the two PINs of CHANGE PIN; packed digits never give this byte (single source, reference 1.10). */
const separator = 0xff;

export type CardPinFault =
  | CardFault
  | { readonly code: 'notSocialCard' }
  | { readonly code: 'applicationBlocked' }
  /** What was given as the PIN in force is not. */
  | { readonly code: 'wrongPin'; readonly triesLeft: number }
  /** 6983: only the province's own unblocking helps. */
  | { readonly code: 'pinLocked' }
  /** The card does not do this; nothing was changed. */
  | { readonly code: 'unexpectedStatus'; readonly sw: string };

/** `unknown`: the command was on its way, and no answer came that says what it did. */
export type PinChange =
  | { readonly outcome: 'done' }
  | { readonly outcome: 'notDone'; readonly fault: CardPinFault }
  | { readonly outcome: 'unknown'; readonly why: string };

/**
 * Room for a PIN, a new one and its repetition: one Buffer of its own (never a part of Node's pool), in which the digits
 * are from key press to command. ASCII digits; never a string.
 */
export class PinDigits {
  readonly #bytes = Buffer.alloc(3 * cardPinLength.most);
  readonly #lengths = [0, 0, 0];

  /** Where an entry is written. */
  room(entry: 0 | 1 | 2): Buffer {
    return this.#bytes.subarray(entry * cardPinLength.most, (entry + 1) * cardPinLength.most);
  }

  /** `length` digits have been written there. */
  written(entry: 0 | 1 | 2, length: number): void {
    this.#lengths[entry] = length;
  }

  of(entry: 0 | 1 | 2): Buffer {
    return this.room(entry).subarray(0, this.#lengths[entry] ?? 0);
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#lengths.fill(0);
  }
}

/**
 * VERIFY: the chip compares. A wrong PIN costs one of its tries, so it is sent once and never again by itself.
 * @param pin ASCII digits, the caller's to zero
 */
export async function verifyCardPin(
  channel: ApduChannel,
  pin: Uint8Array,
  options: OperationOptions,
): Promise<Result<void, CardPinFault>> {
  const selected = await select(channel, options);
  if (!selected.ok) return selected;
  const apdu = Buffer.alloc(5 + packedLength(pin));
  try {
    apdu.set([0x00, 0x20, 0x00, 0x00, packedLength(pin)]);
    pack(pin, apdu, 5);
    const verified = await exchange(channel, apdu, options);
    if (!verified.ok) return verified;
    const fault = faultOf(verified.value.sw);
    return fault === undefined ? ok() : err(fault);
  } finally {
    apdu.fill(0);
  }
}

export interface PinChangeOrder {
  /** ASCII digits, the caller's to zero. */
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  /** CLA INS P1 P2 of CHANGE PIN, 4 bytes. */
  readonly header: Uint8Array;
  /** Called when nothing but the command itself is left: from here on silence means that nobody knows. */
  readonly aboutToSend: () => boolean;
}

/**
 * CHANGE PIN: old, FF, new. Sent once, whatever happens, and nothing is asked of the card afterwards: a VERIFY to find
 * out would cost a try behind the person's back.
 */
export async function changeCardPin(
  channel: ApduChannel,
  { from, to, header, aboutToSend }: PinChangeOrder,
  options: Pick<OperationOptions, 'timeoutMs'>,
): Promise<PinChange> {
  const selected = await select(channel, options);
  if (!selected.ok) return { outcome: 'notDone', fault: selected.error };
  const length = packedLength(from) + 1 + packedLength(to);
  const apdu = Buffer.alloc(5 + length);
  try {
    apdu.set(header);
    apdu[4] = length;
    pack(from, apdu, 5);
    apdu[5 + packedLength(from)] = separator;
    pack(to, apdu, 5 + packedLength(from) + 1);
    if (!aboutToSend()) return { outcome: 'notDone', fault: { code: 'cancelled' } };
    const changed = await exchange(channel, apdu, options);
    if (!changed.ok) return { outcome: 'unknown', why: changed.error.code };
    const { sw } = changed.value;
    // The memory failed while it was being written: with which PIN, the chip does not say.
    if (sw === 0x6581) return { outcome: 'unknown', why: showStatus(sw) };
    const fault = faultOf(sw);
    return fault === undefined ? { outcome: 'done' } : { outcome: 'notDone', fault };
  } finally {
    apdu.fill(0);
  }
}

async function select(channel: ApduChannel, options: OperationOptions): Promise<Result<void, CardPinFault>> {
  const selected = await exchange(channel, command.selectByName(socialApplicationName), options);
  if (!selected.ok) return selected;
  const { sw } = selected.value;
  if (sw === 0x9000) return ok();
  if (sw === 0x6a82) return err({ code: 'notSocialCard' });
  if (sw === 0x6a81 || sw === 0x6283 || sw === 0x9303) return err({ code: 'applicationBlocked' });
  return err({ code: 'unexpectedStatus', sw: showStatus(sw) });
}

function faultOf(sw: number): CardPinFault | undefined {
  if (sw === 0x9000) return undefined;
  // After the last wrong try 63C0, from then on 6983.
  if ((sw & 0xfff0) === 0x63c0)
    return sw === 0x63c0 ? { code: 'pinLocked' } : { code: 'wrongPin', triesLeft: sw & 0x0f };
  return sw === 0x6983 ? { code: 'pinLocked' } : { code: 'unexpectedStatus', sw: showStatus(sw) };
}

const packedLength = (digits: Uint8Array): number => Math.ceil(digits.length / 2);

/** Two digits a byte (`03 12 34 56`); an odd one is filled up with F. */
function pack(digits: Uint8Array, into: Buffer, at: number): void {
  for (let index = 0; index < digits.length; index += 2) {
    const low = index + 1 < digits.length ? (digits[index + 1] ?? 0) & 0x0f : 0x0f;
    into[at + index / 2] = (((digits[index] ?? 0) & 0x0f) << 4) | low;
  }
}

export type NewPinRefusal = 'sameAsOld' | 'initialPin' | 'weakPin';

/**
 * Why a PIN is not taken as the new one. Compares bytes and makes no text of them.
 * @param initial PINs that cards are issued with, as configured
 * @param idNumber of the holder, ASCII; undefined where the card did not give it
 */
export function newPinRefusal(
  next: Buffer,
  {
    old,
    initial,
    idNumber,
  }: { readonly old: Uint8Array; readonly initial: readonly string[]; readonly idNumber: Buffer | undefined },
): NewPinRefusal | undefined {
  if (sameDigits(next, old)) return 'sameAsOld';
  if (initial.some((pin) => sameDigits(next, Buffer.from(pin, 'latin1')))) return 'initialPin';
  return isRun(next) || isOfHolder(next, idNumber) ? 'weakPin' : undefined;
}

export const sameDigits = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;

/** One digit all along, or each one more or less than the last (domain.md 2e). */
const isRun = (digits: Uint8Array): boolean =>
  [-1, 0, 1].some((step) => digits.every((digit, at) => at === 0 || digit - (digits[at - 1] ?? 0) === step));

/** What stands in the ID number, such as the birthday and the last six, and the birthday with the day first. */
function isOfHolder(digits: Buffer, idNumber: Buffer | undefined): boolean {
  if (idNumber === undefined) return false;
  if (idNumber.includes(digits)) return true;
  if (idNumber.length !== 18 || digits.length !== 6) return false;
  const [year, month, day] = [idNumber.subarray(8, 10), idNumber.subarray(10, 12), idNumber.subarray(12, 14)];
  for (const parts of [
    [day, month, year],
    [month, day, year],
  ]) {
    const date = Buffer.concat(parts);
    const same = sameDigits(digits, date);
    date.fill(0);
    if (same) return true;
  }
  return false;
}
