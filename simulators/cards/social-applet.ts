import { randomBytes, timingSafeEqual } from 'node:crypto';
import iconv from 'iconv-lite';
import { authenticate, benchCut, benchKeys, type Cut, cardFactor, cityFactor, diversify } from '../crypto/index.ts';
import type { Person, SocialChip } from '../wallet/wallet.ts';
import { type Applet, answer, answerExactly, ascii, type Command, status, tlv } from './command.ts';

const dfName = Buffer.from('7378312E73682EC9E7BBE1B1A3D5CF', 'hex');
const mf = 0x3f00;
/** RKSSSE: the card's own number of the key that opens EF06 on third-generation cards (reference 1.10). */
const readHolderKeyId = 0x0a;
const triesAtFirst = 5;
/** Of the card PIN; cities have 3 to 8 (domain.md 2e). */
const pinTriesAtFirst = 5;

type File = { readonly kind: 'records'; readonly records: readonly Buffer[] } | { readonly kind: 'transparent' };

export interface SocialAppletOptions {
  readonly cut?: Cut;
  /** Sources disagree whether EF05 record 7 is free on third-generation cards (reference 1.9). */
  readonly cardNumberNeedsKey?: boolean;
}

/** What the chip holds of its PIN: the truth at the far side of the kiosk. */
export interface CardPinState {
  readonly digits: string;
  readonly triesLeft: number;
}

/** `an` fields are filled with zeros on the right. */
const padded = (bytes: Uint8Array, length: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(length)]).subarray(0, length);

function issuerFile(chip: SocialChip): File {
  const records = [
    tlv('01', chip.idCode),
    tlv('02', ascii(chip.category)),
    tlv('03', ascii(chip.version)),
    tlv('04', chip.initialisingOrganisation),
    tlv('05', chip.issueDate),
    tlv('06', chip.validUntil),
    tlv('07', ascii(chip.cardNumber)),
  ];
  return { kind: 'records', records };
}

function holderFile(chip: SocialChip, person: Person): File {
  const name = iconv.encode(person.name, 'gb18030');
  const records = [
    tlv('08', ascii(person.idNumber)),
    tlv('09', padded(name.subarray(0, 30), 30)),
    // The first generation has no extension, so every later record moves up by one (reference 1.5).
    ...(chip.generation === 1 ? [] : [tlv('4E', padded(name.subarray(30), 20))]),
    tlv('0A', ascii(person.sex === 'male' ? '1' : '2')),
    tlv('0B', person.ethnicity),
    tlv('0C', person.birthplace),
    tlv('0D', person.birthDate),
  ];
  return { kind: 'records', records };
}

/** Social-security application SSSE, versions 1, 2 and 3 with their access rules (social-security card reference 1). */
export class SocialSecurityApplet implements Applet {
  readonly #chip: SocialChip;
  readonly #files: ReadonlyMap<number, File>;
  readonly #internalKey: Buffer;
  readonly #readHolderKey: Buffer;
  readonly #cut: Cut;
  readonly #cardNumberNeedsKey: boolean;
  /** Kept over resets, as in a real chip. */
  #tries = triesAtFirst;
  #pin: Buffer;
  #pinTries: number;
  #currentFile: number | undefined;
  #challenge: Buffer | undefined;
  #holderOpen = false;

  constructor(chip: SocialChip, person: Person, options: SocialAppletOptions = {}) {
    this.#chip = chip;
    this.#cut = options.cut ?? benchCut;
    this.#cardNumberNeedsKey = options.cardNumberNeedsKey ?? false;
    this.#files = new Map<number, File>([
      [5, issuerFile(chip)],
      [6, holderFile(chip, person)],
      [7, { kind: 'transparent' }],
      ...(chip.generation === 1 ? [] : [[8, { kind: 'transparent' }] as const]),
    ]);
    this.#pin = packed(chip.pin);
    this.#pinTries = chip.pinTriesLeft ?? pinTriesAtFirst;
    const masters = benchKeys.social[chip.algorithm];
    const factor = cardFactor(Buffer.from(chip.historicalBytes, 'hex'));
    const own = (master: Buffer): Buffer =>
      chip.keys === 'absent' ? Buffer.alloc(16) : diversify(master, chip.algorithm, cityFactor(chip.areaCode), factor);
    this.#internalKey = own(masters.internal);
    this.#readHolderKey = own(masters.readHolder);
  }

  select(name: Uint8Array): Buffer | undefined {
    if (!dfName.equals(name)) return undefined;
    this.deselect();
    if (this.#chip.applicationBlocked) return status(0x6a81);
    return answer(tlv('6F', tlv('84', dfName), this.#algorithmTemplate()));
  }

  /** No `9F0C` means 3DES; the first generation does not say. */
  #algorithmTemplate(): Buffer {
    if (this.#chip.generation === 1) return Buffer.alloc(0);
    return tlv('A5', tlv('9F0C', '8601', this.#chip.algorithm === 'sm4' ? '03' : '01'));
  }

  deselect(): void {
    this.#currentFile = undefined;
    this.#challenge = undefined;
    this.#holderOpen = false;
  }

  get pin(): CardPinState {
    return { digits: this.#pin.toString('hex').toUpperCase().replace(/F$/, ''), triesLeft: this.#pinTries };
  }

  process(command: Command): Buffer {
    if (command.cla === 0x80 && command.ins === 0x5e) return this.#changePin(command);
    if (command.cla !== 0x00) return status(0x6e00);
    switch (command.ins) {
      case 0xa4:
        return this.#selectFile(command);
      case 0xb2:
        return this.#readRecord(command);
      case 0xb0:
        return this.#readBinary(command);
      case 0x20:
        return this.#verify(command);
      case 0x84:
        return this.#getChallenge(command);
      case 0x88:
        return this.#internalAuthenticate(command);
      case 0x82:
        return this.#externalAuthenticate(command);
      // UPDATE RECORD, APPEND RECORD, UPDATE BINARY: need the writing keys, which no kiosk has.
      case 0xdc:
      case 0xe2:
      case 0xd6:
        return status(0x6982);
      default:
        return status(0x6d00);
    }
  }

  #selectFile({ p1, data }: Command): Buffer {
    if (p1 !== 0x00 && p1 !== 0x02) return status(0x6a86);
    if (data.length !== 2) return status(0x6700);
    const identifier = data.readUInt16BE(0);
    if (p1 === 0x00 && identifier === mf) {
      this.deselect();
      return answer();
    }
    if (identifier >> 8 !== 0xef || !this.#files.has(identifier & 0xff)) return status(0x6a82);
    this.#currentFile = identifier & 0xff;
    return answer();
  }

  #readRecord({ p1, p2, le }: Command): Buffer {
    const mode = p2 & 0x07;
    if (mode !== 4 && mode !== 0) return status(0x6a86);
    const sfi = p2 >> 3;
    const number = sfi === 0 ? this.#currentFile : sfi;
    if (number === undefined) return status(0x6986);
    const file = this.#files.get(number);
    if (file === undefined) return status(0x6a82);
    if (file.kind !== 'records') return status(0x6981);
    this.#currentFile = number;
    const record = mode === 4 ? file.records[p1 - 1] : file.records.find((candidate) => candidate[0] === p1);
    const keyNeeded = number === 6 || (this.#cardNumberNeedsKey && record?.[0] === 0x07);
    if (keyNeeded && !this.#mayReadHolder()) return status(0x6982);
    return record === undefined ? status(0x6a83) : answerExactly(record, le);
  }

  #mayReadHolder(): boolean {
    return this.#chip.generation < 3 || this.#chip.keys === 'absent' || this.#holderOpen;
  }

  /** Fingerprint and photo need a key that no kiosk has. */
  #readBinary({ p1 }: Command): Buffer {
    const number = (p1 & 0x80) === 0 ? this.#currentFile : p1 & 0x1f;
    if (number === undefined) return status(0x6986);
    const file = this.#files.get(number);
    if (file === undefined) return status(0x6a82);
    return status(file.kind === 'transparent' ? 0x6982 : 0x6981);
  }

  #getChallenge({ p1, p2, le }: Command): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (le !== 8 && le !== 256) return status(0x6c08);
    this.#challenge = randomBytes(8);
    return answer(this.#challenge);
  }

  #internalAuthenticate({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (data.length !== 16) return status(0x6700);
    if (this.#chip.keysBlocked) return status(0x6983);
    // Data: factor (8), for the security module's use, then source (8).
    return answer(authenticate(this.#internalKey, this.#chip.algorithm, data.subarray(8), this.#cut));
  }

  #externalAuthenticate({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0) return status(0x6a86);
    if (this.#chip.keys === 'absent') return answer();
    if (p2 !== readHolderKeyId || this.#chip.generation < 3) return status(0x6a88);
    if (data.length !== 16) return status(0x6700);
    if (this.#chip.keysBlocked || this.#tries === 0) return status(0x6983);
    const challenge = this.#challenge;
    this.#challenge = undefined;
    if (challenge === undefined) return status(0x6984);
    const expected = authenticate(this.#readHolderKey, this.#chip.algorithm, challenge, this.#cut);
    if (!timingSafeEqual(expected, data.subarray(0, 8))) {
      this.#tries -= 1;
      this.#holderOpen = false;
      return status(0x63c0 | this.#tries);
    }
    this.#tries = triesAtFirst;
    this.#holderOpen = true;
    return answer();
  }

  /** Packed digits (reference 1.10). After the last wrong try 63C0, from then on 6983. */
  #verify({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    if (data.length < 2 || data.length > 8) return status(0x6700);
    return this.#isPin(data) ?? answer();
  }

  /** Undefined: it is; and all tries are there again. */
  #isPin(data: Uint8Array): Buffer | undefined {
    if (this.#pinTries === 0) return status(0x6983);
    if (Buffer.compare(this.#pin, data) !== 0) {
      this.#pinTries -= 1;
      return status(0x63c0 | this.#pinTries);
    }
    this.#pinTries = pinTriesAtFirst;
    return undefined;
  }

  /** Old, FF, new. */
  #changePin({ p1, p2, data }: Command): Buffer {
    if (p1 !== 1 || p2 !== 0) return status(0x6a86);
    const middle = data.indexOf(0xff);
    const next = data.subarray(middle + 1);
    if (middle < 2 || middle > 8 || next.length < 2 || next.length > 8) return status(0x6a80);
    const refused = this.#isPin(data.subarray(0, middle));
    if (refused !== undefined) return refused;
    if (!/^[0-9]+f?$/.test(Buffer.from(next).toString('hex'))) return status(0x6a80);
    this.#pin = Buffer.from(next);
    return answer();
  }
}

const packed = (digits: string): Buffer => Buffer.from(digits.length % 2 === 0 ? digits : `${digits}F`, 'hex');
