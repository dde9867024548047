import { ok, type Result } from '#protocol/result.ts';
import type { CardFault } from '../devices/card-reader.ts';
import type { OperationOptions } from '../devices/device.ts';
import type { ApduChannel } from './apdu.ts';
import type { Transaction } from './terminal.ts';
import { terminalDefaults } from './terminal.ts';

/** The financial card image of the reference (3.7), answer by answer, so that a hostile card can say anything else. */
export const image = {
  pse: '6F20840E315041592E5359532E4444463031A50E8801015F2D047A68656E9F1101019000',
  directory1: '701B61194F08A000000333010101500A50424F432044454249548701019000',
  directory2: '6A83',
  application:
    '6F3F8408A000000333010101A533500A50424F432044454249548701019F38099F7A019F02065F2A025F2D047A68656E9F110101BF0C0A9F4D020B0ADF4D020C0A9000',
  options: '800A7C0008010200100102009000',
  record11: '702257136222021234567890128D34122200000000000F5F200A434520534849204A49419000',
  record12: '70199F61123030303030303139393030313031303031389F6201009000',
  record21:
    '703B5A0A6222021234567890128F5F3401015F24033412315F25032403185F280201565F300202209F0702FF008E0E000000000000000042031E031F009000',
  record22:
    '70418C1B9F02069F03069F1A0295055F2A029A039C019F37049F21039F4E148D1D8A029F02069F03069F1A0295055F2A029A039C019F37049F21039F4E149F080200309000',
  firstAc: '801E800001BC11248E743CBC2507010103A00000010A010000000000775878FC9000',
  issuer: '9000',
  secondAc: '801E400001C6F25AB248D41C1207010103600000010A010000000000775878FC9000',
} as const;
export type Step = keyof typeof image;

/** A step for each command, by what it asks. */
function stepOf(apdu: string, acs: number): Step | string {
  if (apdu.startsWith('00A404000E')) return 'pse';
  if (apdu.startsWith('00A40400')) return 'application';
  if (apdu.startsWith('80A8')) return 'options';
  if (apdu.startsWith('0082')) return 'issuer';
  if (apdu.startsWith('80AE')) return acs === 0 ? 'firstAc' : 'secondAc';
  return apdu.slice(0, 4) === '00B2' ? `record ${apdu.slice(4, 8)}` : apdu;
}

const records: Readonly<Record<string, Step>> = {
  'record 010C': 'record11',
  'record 020C': 'record12',
  'record 0114': 'record21',
  'record 0214': 'record22',
};

export type Answers = Partial<Readonly<Record<Step, string>>> & {
  /** Any record that the image does not have, `00B2 P1 P2`. */
  readonly otherRecord?: string;
};

export interface ScriptedCard extends ApduChannel {
  /** Every command, upper-case hex. */
  readonly sent: readonly string[];
  /** Its step, in the same order. */
  readonly steps: readonly string[];
}

/** Hex of whole responses, the status word included. `failAt`: the command of that number meets a card that left. */
export function scriptedCard(answers: Answers = {}, failAt?: number): ScriptedCard {
  const sent: string[] = [];
  const steps: string[] = [];
  let acs = 0;
  let directory = false;
  const answerTo = (apdu: string): string => {
    let step = stepOf(apdu, acs);
    if (directory && step.startsWith('record'))
      step = apdu.slice(4, 6) === '01' ? 'directory1' : apdu.slice(4, 6) === '02' ? 'directory2' : 'otherRecord';
    else step = records[step] ?? step;
    directory = step === 'pse' || (directory && step !== 'application');
    if (step === 'firstAc' || step === 'secondAc') acs += 1;
    steps.push(step);
    const all: Readonly<Record<string, string | undefined>> = { otherRecord: '6A83', ...image, ...answers };
    return all[step] ?? all['otherRecord'] ?? '6D00';
  };
  return {
    sent,
    steps,
    transmit(apdu: Uint8Array, options: OperationOptions): Promise<Result<Uint8Array, CardFault>> {
      if (options.signal?.aborted) return Promise.resolve({ ok: false, error: { code: 'cancelled' } });
      if (sent.length === failAt) return Promise.resolve({ ok: false, error: { code: 'cardRemoved' } });
      const text = Buffer.from(apdu).toString('hex').toUpperCase();
      sent.push(text);
      return Promise.resolve(ok(Buffer.from(answerTo(text), 'hex')));
    },
  };
}

/** The terminal and the transaction of the reference's sample field 55 (3.6). */
export const terminal = {
  ...terminalDefaults,
  terminalType: '22',
  applicationVersion: '0030',
  serialNumber: 'KIOSK001',
  merchantName: 'KIOSK',
};
export const transaction: Transaction = {
  date: '261123',
  time: '112233',
  type: '31',
  unpredictableNumber: Buffer.from('11223344', 'hex'),
  counter: 1,
  onlinePin: true,
};
export const reading = { terminal, today: '2026-11-23', timeoutMs: 1_000 };
export const step: OperationOptions = { timeoutMs: 1_000 };

/** One BER-TLV object in hex; values of up to 255 bytes. */
export function tlvHex(tag: string, ...values: readonly string[]): string {
  const value = values.join('');
  const length = (value.length / 2).toString(16).toUpperCase().padStart(2, '0');
  return `${tag}${value.length / 2 > 0x7f ? '81' : ''}${length}${value}`;
}
