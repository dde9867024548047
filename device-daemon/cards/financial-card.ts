import { err, ok, type Result } from '#protocol/result.ts';
import type { CardFault } from '../devices/card-reader.ts';
import type { OperationOptions } from '../devices/device.ts';
import { type ApduChannel, command, exchange, type Response, showStatus } from './apdu.ts';
import { isoDate, panCheck } from './checks.ts';
import { buildDol, type Dol, parseDol } from './dol.ts';
import type { TerminalParameters } from './terminal.ts';
import { findTlv, parseTlv, type Tlv, walkTlv } from './tlv.ts';

/** Selection and reading of a PBOC debit application (JR/T 0025; social-security card reference 3.1 to 3.3). */

const pseName = Buffer.from('1PAY.SYS.DDF01', 'latin1');

/** Debit products, tried in this order where the card has no directory (reference 3.1). */
const knownAids: readonly Buffer[] = ['A000000333010101', 'A000000333010108'].map((aid) => Buffer.from(aid, 'hex'));
const unionPayRid = Buffer.from('A000000333', 'hex');

/** A hostile file locator could ask for 30 files of 255 records. */
const maximumRecords = 64;
const maximumDirectoryRecords = 16;

export type FinancialWarning =
  | 'panCheckDigit'
  | 'expired'
  | 'notYetEffective'
  /** 57 and 5F24 name different months. */
  | 'expiryDiffers';

export interface FinancialData {
  readonly aid: Buffer;
  /** Application interchange profile, two bytes. */
  readonly aip: Buffer;
  /** ASCII digits. */
  readonly pan: Buffer;
  /** 5F34: two digits, as the bank core wants DE23. */
  readonly panSequence: string;
  /** 57 as digits and `D`, ASCII, without filling. */
  readonly track2: Buffer | undefined;
  /** YYYY-MM-DD */
  readonly expiry: string;
  readonly effective: string | undefined;
  /** 9F61 and 9F62, with `holderIdNumber` in ASCII; 00 is a citizen's number. */
  readonly holderIdNumber: Buffer | undefined;
  readonly holderIdType: number | undefined;
  /** 9F08 */
  readonly applicationVersion: Buffer | undefined;
  /** 8E */
  readonly cvmList: Buffer | undefined;
  readonly cdol1: Dol;
  readonly cdol2: Dol;
  readonly warnings: readonly FinancialWarning[];
}

export type FinancialElement =
  | 'fci'
  | 'directory'
  | 'gpo'
  | 'afl'
  | 'record'
  | 'pan'
  | 'panSequence'
  | 'track2'
  | 'expiry'
  | 'cdol'
  | 'gac';

export type FinancialFault =
  | CardFault
  /** No directory and none of the applications this kiosk knows. */
  | { readonly code: 'noApplication' }
  /** 6A81 or 6283 on selection. */
  | { readonly code: 'applicationBlocked' }
  | { readonly code: 'badData'; readonly element: FinancialElement }
  /** The card answered ARQC with AAC: it does not want this transaction. */
  | { readonly code: 'declinedByCard' }
  | { readonly code: 'unexpectedStatus'; readonly step: string; readonly sw: string };

export interface ReadFinancialOptions extends OperationOptions {
  readonly terminal: TerminalParameters;
  /** YYYY-MM-DD */
  readonly today: string;
}

type Outcome<T> = Result<T, FinancialFault>;

const bad = (element: FinancialElement): Result<never, FinancialFault> => err({ code: 'badData', element });
const unexpected = (step: string, sw: number): Result<never, FinancialFault> =>
  err({ code: 'unexpectedStatus', step, sw: showStatus(sw) });
const isBlocked = (sw: number): boolean => sw === 0x6a81 || sw === 0x6283;

/** PSE, else the list of known applications; options; records. Everything personal is a Buffer and goes to `keep`. */
export async function readApplication(
  channel: ApduChannel,
  options: ReadFinancialOptions,
  keep: (secret: Buffer) => Buffer,
): Promise<Outcome<FinancialData>> {
  const send = (apdu: Uint8Array): Promise<Result<Response, CardFault>> => exchange(channel, apdu, options);
  const candidates = await listApplications(send);
  if (!candidates.ok) return candidates;
  const selected = await selectFirst(send, candidates.value);
  if (!selected.ok) return selected;
  const started = await getProcessingOptions(send, selected.value.fci, options.terminal);
  if (!started.ok) return started;
  const records = await readRecords(send, started.value.afl, keep);
  if (!records.ok) return records;
  return interpret(records.value, { aid: selected.value.aid, aip: started.value.aip }, options.today, keep);
}

type Send = (apdu: Uint8Array) => Promise<Result<Response, CardFault>>;

/** Directory entries of UnionPay, by priority; the known list when the card has no directory. */
async function listApplications(send: Send): Promise<Outcome<readonly Buffer[]>> {
  const pse = await send(command.selectByName(pseName));
  if (!pse.ok) return pse;
  // EMV book 1, 12.3.2: 6A81 is a blocked card, anything else but 9000 a card without a directory.
  if (pse.value.sw === 0x6a81) return err({ code: 'applicationBlocked' });
  if (pse.value.sw !== 0x9000) return ok(knownAids);
  const fci = parseTlv(pse.value.data);
  const sfi = fci.ok ? findTlv(fci.value, 0x88)?.value[0] : undefined;
  if (sfi === undefined || sfi < 1 || sfi > 10) return bad('fci');
  const found: { readonly aid: Buffer; readonly priority: number }[] = [];
  for (let record = 1; record <= maximumDirectoryRecords; record++) {
    const read = await send(command.readRecordByNumber(sfi, record));
    if (!read.ok) return read;
    if (read.value.sw === 0x6a83) break;
    if (read.value.sw !== 0x9000) return unexpected('read directory', read.value.sw);
    const parsed = parseTlv(read.value.data);
    if (!parsed.ok) return bad('directory');
    for (const entry of walkTlv(parsed.value)) {
      if (entry.tag !== 0x61 || entry.children === undefined) continue;
      const aid = findTlv(entry.children, 0x4f)?.value;
      if (aid === undefined || aid.length < 5 || aid.length > 16) return bad('directory');
      if (!unionPayRid.equals(aid.subarray(0, 5))) continue;
      const priority = (findTlv(entry.children, 0x87)?.value[0] ?? 0) & 0x0f;
      // Priority 0 means none: last.
      found.push({ aid: Buffer.from(aid), priority: priority === 0 ? 16 : priority });
    }
  }
  return ok(found.length === 0 ? knownAids : found.sort((a, b) => a.priority - b.priority).map(({ aid }) => aid));
}

async function selectFirst(
  send: Send,
  candidates: readonly Buffer[],
): Promise<Outcome<{ readonly aid: Buffer; readonly fci: readonly Tlv[] }>> {
  let blocked = false;
  for (const candidate of candidates) {
    const selected = await send(command.selectByName(candidate));
    if (!selected.ok) return selected;
    const { sw, data } = selected.value;
    if (isBlocked(sw)) blocked = true;
    else if (sw === 0x9000) {
      const fci = parseTlv(data);
      if (!fci.ok) return bad('fci');
      const name = findTlv(fci.value, 0x84)?.value;
      return name === undefined ? bad('fci') : ok({ aid: Buffer.from(name), fci: fci.value });
    } else if (sw !== 0x6a82) return unexpected('select application', sw);
  }
  return err({ code: blocked ? 'applicationBlocked' : 'noApplication' });
}

async function getProcessingOptions(
  send: Send,
  fci: readonly Tlv[],
  terminal: TerminalParameters,
): Promise<Outcome<{ readonly aip: Buffer; readonly afl: Buffer }>> {
  const pdolBytes = findTlv(fci, 0x9f38)?.value;
  const pdol = pdolBytes === undefined ? [] : parseDol(pdolBytes);
  if (pdol === undefined) return bad('fci');
  const values = new Map<number, Uint8Array>([
    [0x9f1a, Buffer.from(terminal.countryCode, 'hex')],
    [0x5f2a, Buffer.from(terminal.currencyCode, 'hex')],
    [0x9f33, Buffer.from(terminal.capabilities, 'hex')],
    [0x9f35, Buffer.from(terminal.terminalType, 'hex')],
  ]);
  const result = await send(command.getProcessingOptions(buildDol(pdol, values)));
  if (!result.ok) return result;
  if (result.value.sw !== 0x9000) return unexpected('get processing options', result.value.sw);
  const parsed = parseTlv(result.value.data);
  const answer = parsed.ok ? parsed.value[0] : undefined;
  let aip: Uint8Array | undefined;
  let afl: Uint8Array | undefined;
  if (answer?.tag === 0x80) {
    aip = answer.value.subarray(0, 2);
    afl = answer.value.subarray(2);
  } else if (answer?.tag === 0x77 && answer.children !== undefined) {
    aip = findTlv(answer.children, 0x82)?.value;
    afl = findTlv(answer.children, 0x94)?.value;
  }
  if (aip?.length !== 2 || afl === undefined || afl.length === 0 || afl.length % 4 !== 0) return bad('gpo');
  return ok({ aip: Buffer.from(aip), afl: Buffer.from(afl) });
}

/** Every primitive object of every record that the file locator names. A tag may come again only with the same value. */
async function readRecords(
  send: Send,
  afl: Buffer,
  keep: (secret: Buffer) => Buffer,
): Promise<Outcome<ReadonlyMap<number, Buffer>>> {
  const objects = new Map<number, Buffer>();
  let count = 0;
  for (let at = 0; at < afl.length; at += 4) {
    const [first8 = 0, first = 0, last = 0] = afl.subarray(at);
    const sfi = first8 >> 3;
    if ((first8 & 0x07) !== 0 || sfi < 1 || sfi > 30 || first < 1 || last < first) return bad('afl');
    for (let record = first; record <= last; record++) {
      count += 1;
      if (count > maximumRecords) return bad('afl');
      const read = await send(command.readRecordByNumber(sfi, record));
      if (!read.ok) return read;
      const { sw, data } = read.value;
      if (sw !== 0x9000) return unexpected('read record', sw);
      const parsed = parseTlv(data);
      // Files 1 to 10 hold one template 70 per record; others are the issuer's own affair (EMV book 3, 7.1).
      if (!parsed.ok || (sfi <= 10 && (parsed.value.length !== 1 || parsed.value[0]?.tag !== 0x70)))
        return bad('record');
      for (const { tag, value, children } of walkTlv(parsed.value)) {
        if (children !== undefined) continue;
        const known = objects.get(tag);
        if (known !== undefined && !known.equals(value)) return bad('record');
        if (known === undefined) objects.set(tag, keep(Buffer.from(value)));
      }
      data.fill(0);
    }
  }
  return ok(objects);
}

function interpret(
  objects: ReadonlyMap<number, Buffer>,
  application: { readonly aid: Buffer; readonly aip: Buffer },
  today: string,
  keep: (secret: Buffer) => Buffer,
): Outcome<FinancialData> {
  const digits = (tag: number): Buffer | undefined => {
    const packed = objects.get(tag);
    return packed === undefined ? undefined : keep(unpack(packed));
  };
  const track2 = digits(0x57);
  const separator = track2?.indexOf('D') ?? -1;
  const trackPan = track2?.subarray(0, separator);
  const trackRest = track2?.subarray(separator + 1);
  // Month and service code are the least that follows the number (ISO/IEC 7813).
  if (trackRest !== undefined && (separator < 0 || trackRest.length < 7 || !trackRest.every(isDigit)))
    return bad('track2');
  const pan = digits(0x5a) ?? trackPan;
  if (pan === undefined || pan.length < 12 || pan.length > 19 || !pan.every(isDigit)) return bad('pan');
  if (trackPan !== undefined && !trackPan.equals(pan)) return bad('track2');
  const panSequence = objects.get(0x5f34)?.toString('hex') ?? '00';
  if (!/^\d\d$/.test(panSequence)) return bad('panSequence');
  const expiry = pbocDate(objects.get(0x5f24));
  if (expiry === undefined) return bad('expiry');
  const effective = pbocDate(objects.get(0x5f25));
  const cdol1 = parseDol(objects.get(0x8c) ?? Buffer.alloc(0));
  const cdol2 = parseDol(objects.get(0x8d) ?? Buffer.alloc(0));
  if (cdol1 === undefined || cdol2 === undefined || cdol1.length === 0 || cdol2.length === 0) return bad('cdol');

  const warnings: FinancialWarning[] = [];
  if (!panCheck(pan)) warnings.push('panCheckDigit');
  if (expiry < today) warnings.push('expired');
  if (effective !== undefined && effective > today) warnings.push('notYetEffective');
  const trackExpiry = trackRest?.toString('latin1', 0, 4);
  if (trackExpiry !== undefined && trackExpiry !== `${expiry.slice(2, 4)}${expiry.slice(5, 7)}`)
    warnings.push('expiryDiffers');
  const holderIdNumber = objects.get(0x9f61);
  return ok({
    ...application,
    pan,
    panSequence,
    track2,
    expiry,
    effective,
    holderIdNumber: holderIdNumber === undefined ? undefined : keep(trimmed(holderIdNumber)),
    holderIdType: objects.get(0x9f62)?.[0],
    applicationVersion: objects.get(0x9f08),
    cvmList: objects.get(0x8e),
    cdol1,
    cdol2,
    warnings,
  });
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Nibbles to ASCII, the filling F at the end dropped; `D` stays, and so does what should not be there. */
function unpack(packed: Buffer): Buffer {
  const text = Buffer.alloc(packed.length * 2);
  let length = 0;
  for (const byte of packed)
    for (const nibble of [byte >> 4, byte & 0x0f]) text[length++] = nibble < 10 ? 0x30 + nibble : 0x37 + nibble;
  while (text[length - 1] === 0x46) length -= 1;
  return text.subarray(0, length);
}

function trimmed(value: Buffer): Buffer {
  let end = value.length;
  while (end > 0 && (value[end - 1] === 0x20 || value[end - 1] === 0x00)) end -= 1;
  return Buffer.from(value.subarray(0, end));
}

/** YYMMDD packed. Chips began in this century; EMV's window puts 50 to 99 before it. */
function pbocDate(packed: Buffer | undefined): string | undefined {
  if (packed?.length !== 3) return undefined;
  const text = packed.toString('hex');
  return isoDate(`${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}`);
}
