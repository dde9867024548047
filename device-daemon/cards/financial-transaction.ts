import { err, ok, type Result } from '#protocol/result.ts';
import type { OperationOptions } from '../devices/device.ts';
import { type ApduChannel, command, exchange, showStatus } from './apdu.ts';
import { encodeDe55 } from './de55.ts';
import { buildDol } from './dol.ts';
import {
  type FinancialData,
  type FinancialFault,
  type ReadFinancialOptions,
  readApplication,
} from './financial-card.ts';
import { type TerminalParameters, type Transaction, type TvrBit, tvr } from './terminal.ts';
import { findTlv, parseTlv } from './tlv.ts';

/**
 * One transaction with a PBOC debit application, from its selection to its second cryptogram (design.md 8, EMV):
 *
 *   readFinancialCard -> firstGenerateAc -> [bank core] -> complete
 *
 * Each step serves once. A retry is a new `readFinancialCard`: a new cryptogram under a new counter. Powering the chip
 * off is the caller's.
 */
export interface FinancialCard {
  readonly data: FinancialData;
  firstGenerateAc(transaction: Transaction, options: OperationOptions): Promise<Result<OnlineRequest, FinancialFault>>;
  /** Zeroes everything read, and what the transaction made of it. */
  wipe(): void;
}

export interface OnlineRequest {
  /** Field 55 with the ARQC. */
  readonly de55: Buffer;
  /** Application transaction counter. */
  readonly atc: number;
  /** With what the bank core said, or that it said nothing: then the card gives an AAC. */
  complete(answer: HostAnswer | 'noAnswer', options: OperationOptions): Promise<Result<Completion, FinancialFault>>;
}

export interface HostAnswer {
  /** Authorisation response code, two ASCII bytes. */
  readonly arc: Uint8Array;
  /** 8 bytes; absent when the bank core did not believe the cryptogram. */
  readonly arpc?: Uint8Array;
}

export interface Completion {
  /** What the card gave: TC approves, AAC declines. */
  readonly cryptogramType: 'tc' | 'aac';
  /** Whether the card believed the ARPC; `notPerformed` when there was none. */
  readonly issuerAuthentication: 'right' | 'wrong' | 'notPerformed';
}

/** "Z3": unable to go online, declined (EMV book 4 annex A6). */
const unableToGoOnline = Buffer.from('Z3', 'latin1');
/** Approved; 00 and its kin of Chinese networks. */
const approvals: ReadonlySet<string> = new Set(['00', '10', '11', 'Y1', 'Y3']);
/** AIP byte 1 bit 3: issuer authentication by EXTERNAL AUTHENTICATE. */
const issuerAuthenticationSupported = 0x04;

/**
 * Selects the debit application and reads it. `timeoutMs` is per command. Selecting another application afterwards ends
 * the transaction; what was read stays until `wipe`.
 */
export async function readFinancialCard(
  channel: ApduChannel,
  options: ReadFinancialOptions,
): Promise<Result<FinancialCard, FinancialFault>> {
  const secrets: Buffer[] = [];
  const wipe = (): void => {
    for (const secret of secrets) secret.fill(0);
  };
  const keep = (secret: Buffer): Buffer => {
    secrets.push(secret);
    return secret;
  };
  let read: Result<FinancialData, FinancialFault> | undefined;
  try {
    read = await readApplication(channel, options, keep);
  } finally {
    if (read?.ok !== true) wipe();
  }
  if (!read.ok) return read;
  const data = read.value;
  let begun = false;
  return ok({
    data,
    wipe,
    firstGenerateAc: (transaction, step) => {
      if (begun) throw new Error('a transaction gives one ARQC');
      begun = true;
      return firstGenerateAc(channel, data, options.terminal, transaction, step, keep);
    },
  });
}

type Values = Map<number, Uint8Array>;

function terminalValues(data: FinancialData, terminal: TerminalParameters, transaction: Transaction): Values {
  const hex = (text: string): Buffer => Buffer.from(text, 'hex');
  const counter = String(transaction.counter % 100_000_000).padStart(8, '0');
  return new Map<number, Uint8Array>([
    [0x9f02, Buffer.alloc(6)],
    [0x9f03, Buffer.alloc(6)],
    [0x9f1a, hex(terminal.countryCode)],
    [0x95, tvr(riskBits(data, terminal, transaction))],
    [0x5f2a, hex(terminal.currencyCode)],
    [0x9a, hex(transaction.date)],
    [0x9f21, hex(transaction.time)],
    [0x9c, hex(transaction.type)],
    [0x9f37, transaction.unpredictableNumber],
    [0x9f4e, Buffer.from(terminal.merchantName.padEnd(20), 'latin1')],
    [0x9f33, hex(terminal.capabilities)],
    [0x9f35, hex(terminal.terminalType)],
    [0x9f1e, Buffer.from(terminal.serialNumber, 'latin1')],
    [0x9f09, hex(terminal.applicationVersion)],
    [0x9f41, hex(counter)],
    [0x9f34, cvmResults(data, transaction)],
    [0x82, data.aip],
    [0x84, data.aid],
  ]);
}

/** What truly holds of this terminal and this card: no offline data authentication, PIN to the bank. */
function riskBits(data: FinancialData, terminal: TerminalParameters, { onlinePin }: Transaction): TvrBit[] {
  const bits: TvrBit[] = ['offlineDataAuthenticationNotPerformed'];
  const version = data.applicationVersion?.toString('hex');
  if (version !== undefined && version !== terminal.applicationVersion.toLowerCase())
    bits.push('applicationVersionsDiffer');
  if (data.warnings.includes('expired')) bits.push('expired');
  if (data.warnings.includes('notYetEffective')) bits.push('notYetEffective');
  bits.push(
    ...(onlinePin ? (['onlinePinEntered'] as const) : (['cardholderVerificationFailed', 'pinNotEntered'] as const)),
  );
  return bits;
}

/**
 * 9F34: the rule of the card's list by which the PIN goes online, result unknown (only the bank knows); else "no method
 * performed" (EMV book 4, 6.3.4.5).
 */
function cvmResults(data: FinancialData, { onlinePin }: Transaction): Buffer {
  const rules = data.cvmList?.subarray(8) ?? Buffer.alloc(0);
  for (let at = 0; onlinePin && at + 1 < rules.length; at += 2) {
    const [method = 0, condition = 0] = rules.subarray(at);
    if ((method & 0x3f) === 0x02) return Buffer.from([method, condition, 0x00]);
  }
  return Buffer.from('3F0000', 'hex');
}

interface CardCryptogram {
  readonly cid: number;
  readonly atc: Buffer;
  readonly cryptogram: Buffer;
  readonly issuerData: Buffer;
}

/** Format 1 (80) or format 2 (77); undefined when a part is missing or of another length. */
function parseCryptogram(bytes: Uint8Array): CardCryptogram | undefined {
  const parsed = parseTlv(bytes);
  const answer = parsed.ok ? parsed.value[0] : undefined;
  let parts: readonly (Uint8Array | undefined)[] = [];
  if (answer?.tag === 0x80) {
    const { value } = answer;
    parts = [value.subarray(0, 1), value.subarray(1, 3), value.subarray(3, 11), value.subarray(11)];
  } else if (answer?.children !== undefined) {
    const { children } = answer;
    parts = [0x9f27, 0x9f36, 0x9f26, 0x9f10].map((tag) => findTlv(children, tag)?.value);
  }
  const [cid, atc, cryptogram, issuerData] = parts;
  if (cid?.length !== 1 || atc?.length !== 2 || cryptogram?.length !== 8) return undefined;
  if (issuerData === undefined || issuerData.length === 0 || issuerData.length > 32) return undefined;
  return {
    cid: cid[0] ?? 0,
    atc: Buffer.from(atc),
    cryptogram: Buffer.from(cryptogram),
    issuerData: Buffer.from(issuerData),
  };
}

async function generateAc(
  channel: ApduChannel,
  kind: 'arqc' | 'tc' | 'aac',
  dolData: Buffer,
  options: OperationOptions,
): Promise<Result<CardCryptogram, FinancialFault>> {
  const result = await exchange(channel, command.generateAc(kind, dolData), options);
  if (!result.ok) return result;
  const { sw, data } = result.value;
  if (sw !== 0x9000) return err({ code: 'unexpectedStatus', step: `generate ${kind}`, sw: showStatus(sw) });
  const cryptogram = parseCryptogram(data);
  return cryptogram === undefined ? err({ code: 'badData', element: 'gac' }) : ok(cryptogram);
}

async function firstGenerateAc(
  channel: ApduChannel,
  data: FinancialData,
  terminal: TerminalParameters,
  transaction: Transaction,
  options: OperationOptions,
  keep: (secret: Buffer) => Buffer,
): Promise<Result<OnlineRequest, FinancialFault>> {
  const values = terminalValues(data, terminal, transaction);
  const first = await generateAc(channel, 'arqc', buildDol(data.cdol1, values), options);
  if (!first.ok) return first;
  const { cid, atc, cryptogram, issuerData } = first.value;
  if ((cid & 0xc0) === 0x00) return err({ code: 'declinedByCard' });
  // A TC where an ARQC was asked for is more than was asked: the card is broken (EMV book 3, 9.3).
  if ((cid & 0xc0) !== 0x80) return err({ code: 'badData', element: 'gac' });
  values
    .set(0x9f26, cryptogram)
    .set(0x9f27, Buffer.from([cid]))
    .set(0x9f10, issuerData)
    .set(0x9f36, atc);
  let completed = false;
  return ok({
    de55: keep(encodeDe55(values)),
    atc: atc.readUInt16BE(),
    complete: (answer, step) => {
      if (completed) throw new Error('a transaction is completed once');
      completed = true;
      return complete(channel, data, riskBits(data, terminal, transaction), values, answer, step);
    },
  });
}

/** EXTERNAL AUTHENTICATE where there is an ARPC, then the second GENERATE AC: TC only for an approval that proved itself. */
async function complete(
  channel: ApduChannel,
  data: FinancialData,
  bits: TvrBit[],
  values: Values,
  answer: HostAnswer | 'noAnswer',
  options: OperationOptions,
): Promise<Result<Completion, FinancialFault>> {
  const arc = answer === 'noAnswer' ? unableToGoOnline : Buffer.from(answer.arc);
  const arpc = answer === 'noAnswer' ? undefined : answer.arpc;
  let issuerAuthentication: Completion['issuerAuthentication'] = 'notPerformed';
  values.set(0x8a, arc);
  if (arpc !== undefined) {
    const proof = Buffer.concat([arpc, arc]);
    values.set(0x91, proof);
    if (((data.aip[0] ?? 0) & issuerAuthenticationSupported) !== 0) {
      const result = await exchange(channel, command.externalAuthenticate(0x00, proof), options);
      if (!result.ok) return result;
      issuerAuthentication = result.value.sw === 0x9000 ? 'right' : 'wrong';
    }
  }
  if (issuerAuthentication === 'wrong') values.set(0x95, tvr([...bits, 'issuerAuthenticationFailed']));
  const approve = approvals.has(arc.toString('latin1')) && arpc !== undefined && issuerAuthentication !== 'wrong';
  const second = await generateAc(channel, approve ? 'tc' : 'aac', buildDol(data.cdol2, values), options);
  if (!second.ok) return second;
  const kind = second.value.cid & 0xc0;
  if (kind !== 0x40 && kind !== 0x00) return err({ code: 'badData', element: 'gac' });
  if (kind === 0x40 && !approve) return err({ code: 'badData', element: 'gac' });
  return ok({ cryptogramType: kind === 0x40 ? 'tc' : 'aac', issuerAuthentication });
}
