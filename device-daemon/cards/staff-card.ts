import { err, ok, type Result } from '#protocol/result.ts';
import type { CardFault } from '../devices/card-reader.ts';
import type { OperationOptions } from '../devices/device.ts';
import { type ApduChannel, command, exchange, showStatus } from './apdu.ts';
import { findTlv, parseTlv } from './tlv.ts';

/** F0 (proprietary, ISO/IEC 7816-4 8.2.1.2) and `KIOSKST`: no other card's application bears the name. */
const aid = Buffer.from('F04B494F534B5354', 'hex');
/** File 1, record 1: template 70 with one object 80, the staff number as ASCII digits. */
const numberFile = { sfi: 1, record: 1, tag: 0x80 } as const;

/** One SM4 block. */
export const staffChallengeLength = 16;

export type StaffCardFault =
  | CardFault
  /** There is no such application on the card: it is somebody's, and none of our business. */
  | { readonly code: 'notStaffCard' }
  | { readonly code: 'badData' }
  | { readonly code: 'unexpectedStatus'; readonly step: 'record' | 'authenticate'; readonly sw: string };

/** @returns the staff number, ASCII digits */
export async function readStaffCard(
  channel: ApduChannel,
  options: OperationOptions,
): Promise<Result<Buffer, StaffCardFault>> {
  const selected = await select(channel, options);
  if (!selected.ok) return selected;
  const read = await exchange(channel, command.readRecordByNumber(numberFile.sfi, numberFile.record), options);
  if (!read.ok) return read;
  if (read.value.sw !== 0x9000) return unexpected('record', read.value.sw);
  const record = parseTlv(read.value.data);
  const number = record.ok ? findTlv(record.value, numberFile.tag)?.value : undefined;
  // The bank core's own form of it.
  const digits = number !== undefined && /^[0-9]{4,12}$/.test(Buffer.from(number).toString('latin1'));
  return digits ? ok(Buffer.from(number)) : err({ code: 'badData' });
}

/**
 * INTERNAL AUTHENTICATE: the card's cipher of the challenge, which only the bank core can judge.
 * @param challenge 16 bytes, never used twice
 * @returns 16 bytes
 */
export async function answerStaffChallenge(
  channel: ApduChannel,
  challenge: Uint8Array,
  options: OperationOptions,
): Promise<Result<Buffer, StaffCardFault>> {
  // Again: the reader may have powered the chip down while its owner typed.
  const selected = await select(channel, options);
  if (!selected.ok) return selected;
  const answered = await exchange(channel, command.internalAuthenticate(challenge), options);
  if (!answered.ok) return answered;
  const { data, sw } = answered.value;
  if (sw !== 0x9000) return unexpected('authenticate', sw);
  return data.length === staffChallengeLength ? ok(Buffer.from(data)) : err({ code: 'badData' });
}

async function select(channel: ApduChannel, options: OperationOptions): Promise<Result<void, StaffCardFault>> {
  const selected = await exchange(channel, command.selectByName(aid), options);
  if (!selected.ok) return selected;
  if (selected.value.sw !== 0x9000) return err({ code: 'notStaffCard' });
  // A card that says yes to every name names itself in what it answers (ISO/IEC 7816-4, tag 84).
  const facts = parseTlv(selected.value.data);
  const name = facts.ok ? findTlv(facts.value, 0x84)?.value : undefined;
  return name !== undefined && aid.equals(name) ? ok() : err({ code: 'notStaffCard' });
}

const unexpected = (step: 'record' | 'authenticate', sw: number): Result<never, StaffCardFault> =>
  err({ code: 'unexpectedStatus', step, sw: showStatus(sw) });
