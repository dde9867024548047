import { arpc, arqc, benchKeys, cryptogramInput, deriveCardKey, deriveSessionKey, iadMac } from '../crypto/index.ts';
import type { FinancialChip } from '../wallet/wallet.ts';
import { type Applet, answer, answerExactly, ascii, type Command, status, tlv } from './command.ts';

const pseName = ascii('1PAY.SYS.DDF01');
const aid = Buffer.from('A000000333010101', 'hex');
const aip = Buffer.from('7C00', 'hex');
const applicationLabel = ascii('PBOC DEBIT');
const pdol = [
  ['9F7A', 1],
  ['9F02', 6],
  ['5F2A', 2],
] as const;
const cdol1 = [
  ['9F02', 6],
  ['9F03', 6],
  ['9F1A', 2],
  ['95', 5],
  ['5F2A', 2],
  ['9A', 3],
  ['9C', 1],
  ['9F37', 4],
  ['9F21', 3],
  ['9F4E', 20],
] as const;
const cdol2 = [['8A', 2], ...cdol1] as const;

type Dol = readonly (readonly [tag: string, length: number])[];

const dolBytes = (dol: Dol): Buffer =>
  Buffer.concat(dol.map(([tag, length]) => Buffer.concat([Buffer.from(tag, 'hex'), Buffer.from([length])])));

const dolLength = (dol: Dol): number => dol.reduce((sum, [, length]) => sum + length, 0);

function takeDol(dol: Dol, data: Buffer): (tag: string) => Buffer {
  const values = new Map<string, Buffer>();
  let at = 0;
  for (const [tag, length] of dol) {
    values.set(tag, data.subarray(at, at + length));
    at += length;
  }
  return (tag) => values.get(tag) ?? Buffer.alloc(0);
}

/** PBOC values are packed digits, filled with F to whole bytes. */
const packed = (digits: string): string => (digits.length % 2 === 0 ? digits : `${digits}F`);

/** YYMM to YYMMDD: cards end with the last day of the month. */
function expiryDate(expiry: string): string {
  const lastDay = new Date(Date.UTC(2000 + Number(expiry.slice(0, 2)), Number(expiry.slice(2)), 0)).getUTCDate();
  return `${expiry}${lastDay}`;
}

const identityRecord = (idNumber: string): Buffer => tlv('70', tlv('9F61', ascii(idNumber)), tlv('9F62', '00'));

/** SFI -> records, as the card image of social-security card reference 3.7. */
function image(chip: FinancialChip): ReadonlyMap<number, readonly Buffer[]> {
  const track2 = packed(`${chip.pan}D${chip.expiry}2200000000000`);
  return new Map([
    [
      1,
      [
        tlv('70', tlv('57', track2), tlv('5F20', ascii(chip.holderName))),
        ...(chip.holderIdNumber === undefined ? [] : [identityRecord(chip.holderIdNumber)]),
      ],
    ],
    [
      2,
      [
        tlv(
          '70',
          tlv('5A', packed(chip.pan)),
          tlv('5F34', Buffer.from([chip.psn])),
          tlv('5F24', expiryDate(chip.expiry)),
          tlv('5F25', chip.effective),
          tlv('5F28', '0156'),
          tlv('5F30', '0220'),
          tlv('9F07', 'FF00'),
          tlv('8E', '0000000000000000', '42031E031F00'),
        ),
        tlv('70', tlv('8C', dolBytes(cdol1)), tlv('8D', dolBytes(cdol2)), tlv('9F08', '0030')),
      ],
    ],
  ]);
}

type State =
  | { readonly step: 'idle' | 'pse' | 'selected' }
  | { readonly step: 'initiated'; readonly atc: number }
  | {
      readonly step: 'online';
      readonly atc: number;
      readonly sessionKey: Buffer;
      readonly arqc: Buffer;
      readonly issuer: 'notSeen' | 'right' | 'wrong';
    }
  | { readonly step: 'over' };

/** PBOC 3.0 debit application with its directory (social-security card reference 3): real cryptograms, rising ATC. */
export class PbocApplet implements Applet {
  readonly #chip: FinancialChip;
  readonly #records: ReadonlyMap<number, readonly Buffer[]>;
  readonly #afl: Buffer;
  readonly #cardKey: Buffer;
  /** Transactions begun; kept over resets, as in a real chip. */
  #atc: number;
  #state: State = { step: 'idle' };

  constructor(chip: FinancialChip, atc = 0) {
    this.#chip = chip;
    this.#atc = atc;
    this.#records = image(chip);
    this.#afl = Buffer.from([...this.#records].flatMap(([sfi, records]) => [sfi << 3, 1, records.length, 0]));
    const mdk = chip.masterKey === 'bank' ? benchKeys.bankMdk : benchKeys.strangerMdk;
    this.#cardKey = deriveCardKey(mdk, chip.pan, chip.psn, chip.algorithm);
  }

  select(name: Uint8Array): Buffer | undefined {
    if (pseName.equals(name)) {
      this.#state = { step: 'pse' };
      const proprietary = tlv('A5', tlv('88', '01'), tlv('5F2D', ascii('zhen')), tlv('9F11', '01'));
      return answer(tlv('6F', tlv('84', pseName), proprietary));
    }
    if (!aid.equals(name)) return undefined;
    this.#state = { step: 'selected' };
    const proprietary = tlv(
      'A5',
      tlv('50', applicationLabel),
      tlv('87', '01'),
      tlv('9F38', dolBytes(pdol)),
      tlv('5F2D', ascii('zhen')),
      tlv('9F11', '01'),
      tlv('BF0C', tlv('9F4D', '0B0A'), tlv('DF4D', '0C0A')),
    );
    return answer(tlv('6F', tlv('84', aid), proprietary));
  }

  deselect(): void {
    this.#state = { step: 'idle' };
  }

  process(command: Command): Buffer {
    switch ((command.cla << 8) | command.ins) {
      case 0x00b2:
        return this.#readRecord(command);
      case 0x80a8:
        return this.#getProcessingOptions(command);
      case 0x80ae:
        return this.#generateAc(command);
      case 0x0082:
        return this.#externalAuthenticate(command);
      case 0x80ca:
        return this.#getData(command);
      // Offline PIN is not in this card's CVM list.
      case 0x0020:
        return status(0x6984);
      default:
        return status(command.cla === 0x00 || command.cla === 0x80 ? 0x6d00 : 0x6e00);
    }
  }

  #readRecord({ p1, p2, le }: Command): Buffer {
    if ((p2 & 0x07) !== 4) return status(0x6a86);
    const sfi = p2 >> 3;
    if (this.#state.step === 'pse') {
      if (sfi !== 1) return status(0x6a82);
      const entry = tlv('61', tlv('4F', aid), tlv('50', applicationLabel), tlv('87', '01'));
      return p1 === 1 ? answerExactly(tlv('70', entry), le) : status(0x6a83);
    }
    const records = this.#records.get(sfi);
    if (records === undefined) return status(0x6a82);
    const record = records[p1 - 1];
    return record === undefined ? status(0x6a83) : answerExactly(record, le);
  }

  #getProcessingOptions({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (this.#state.step !== 'selected' || this.#atc === 0xffff) return status(0x6985);
    const length = dolLength(pdol);
    if (data.length !== length + 2 || data[0] !== 0x83 || data[1] !== length) return status(0x6a80);
    this.#atc += 1;
    this.#state = { step: 'initiated', atc: this.#atc };
    return answer(tlv('80', aip, this.#afl));
  }

  #generateAc({ p1, p2, data }: Command): Buffer {
    if (p2 !== 0 || ![0x80, 0x40, 0x00].includes(p1)) return status(0x6a86);
    const state = this.#state;
    if (state.step === 'initiated') {
      if (data.length !== dolLength(cdol1)) return status(0x6700);
      const sessionKey = deriveSessionKey(this.#cardKey, state.atc, this.#chip.algorithm);
      // This issuer wants every transaction online: a request for a TC is answered with an ARQC.
      const online = p1 !== 0x00;
      const ac = this.#cryptogram(
        online ? 0x80 : 0x00,
        online ? 0xa0 : 0x80,
        state.atc,
        sessionKey,
        takeDol(cdol1, data),
      );
      this.#state = online
        ? { step: 'online', atc: state.atc, sessionKey, arqc: ac.cryptogram, issuer: 'notSeen' }
        : { step: 'over' };
      return ac.response;
    }
    if (state.step === 'online') {
      if (p1 === 0x80) return status(0x6985);
      if (data.length !== dolLength(cdol2)) return status(0x6700);
      const approved = p1 === 0x40 && state.issuer === 'right';
      const verification = (approved ? 0x60 : 0x20) | (state.issuer === 'wrong' ? 0x08 : 0);
      this.#state = { step: 'over' };
      return this.#cryptogram(approved ? 0x40 : 0x00, verification, state.atc, state.sessionKey, takeDol(cdol2, data))
        .response;
    }
    return status(0x6985);
  }

  /** `verification` is byte 2 of the CVR: which cryptograms were given, and whether the issuer failed to prove itself. */
  #cryptogram(
    cid: number,
    verification: number,
    atc: number,
    sessionKey: Buffer,
    take: (tag: string) => Buffer,
  ): { readonly cryptogram: Buffer; readonly response: Buffer } {
    const alg = this.#chip.algorithm;
    const cvr = Buffer.from([0x03, verification, 0, 0]);
    const cryptogram = arqc(
      sessionKey,
      cryptogramInput({
        amount: take('9F02'),
        otherAmount: take('9F03'),
        terminalCountry: take('9F1A'),
        tvr: take('95'),
        currency: take('5F2A'),
        date: take('9A'),
        transactionType: take('9C'),
        unpredictableNumber: take('9F37'),
        aip,
        atc,
        cvr,
      }),
      alg,
    );
    const balance = Buffer.alloc(5);
    const iad = Buffer.concat([
      Buffer.from([0x07, 0x01, 0x01]),
      cvr,
      Buffer.from([alg === '3des' ? 0x01 : 0x04, 0x0a, 0x01]),
      balance,
      iadMac(sessionKey, atc, balance, alg),
    ]);
    const head = Buffer.from([cid, atc >> 8, atc & 0xff]);
    return { cryptogram, response: answer(tlv('80', head, cryptogram, iad)) };
  }

  #externalAuthenticate({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    const state = this.#state;
    if (state.step !== 'online' || state.issuer !== 'notSeen') return status(0x6985);
    if (data.length !== 10) return status(0x6700);
    const expected = arpc(state.sessionKey, state.arqc, data.subarray(8), this.#chip.algorithm);
    const right = expected.equals(data.subarray(0, 8));
    this.#state = { ...state, issuer: right ? 'right' : 'wrong' };
    return right ? answer() : status(0x6300);
  }

  #getData({ p1, p2, le }: Command): Buffer {
    if (((p1 << 8) | p2) !== 0x9f36) return status(0x6a88);
    return answerExactly(tlv('9F36', Buffer.from([this.#atc >> 8, this.#atc & 0xff])), le);
  }
}
