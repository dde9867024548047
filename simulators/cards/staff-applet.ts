import { encryptBlocks } from '../crypto/block.ts';
import type { Staff } from '../wallet/staff.ts';
import { type Applet, answer, answerExactly, ascii, type Command, status, tlv } from './command.ts';

const aid = Buffer.from('F04B494F534B5354', 'hex');

/** The staff card of our own choice (ISO/IEC 7816-4): a number to be read, and a key that enciphers challenges with SM4. */
export class StaffApplet implements Applet {
  readonly #staff: Staff;

  constructor(staff: Staff) {
    this.#staff = staff;
  }

  select(name: Uint8Array): Buffer | undefined {
    return aid.equals(name) ? answer(tlv('6F', tlv('84', aid))) : undefined;
  }

  /** It has no security state: whoever holds the key is asked anew each time. */
  deselect(): void {}

  process(command: Command): Buffer {
    if (command.cla !== 0x00) return status(0x6e00);
    switch (command.ins) {
      case 0xb2:
        return this.#readRecord(command);
      case 0x88:
        return this.#internalAuthenticate(command);
      default:
        return status(0x6d00);
    }
  }

  #readRecord({ p1, p2, le }: Command): Buffer {
    if ((p2 & 0x07) !== 4) return status(0x6a86);
    if (p2 >> 3 !== 1) return status(0x6a82);
    return p1 === 1 ? answerExactly(tlv('70', tlv('80', ascii(this.#staff.number))), le) : status(0x6a83);
  }

  #internalAuthenticate({ p1, p2, data }: Command): Buffer {
    if (p1 !== 0 || p2 !== 0) return status(0x6a86);
    return data.length === 16 ? answer(encryptBlocks('sm4', this.#staff.key, data)) : status(0x6700);
  }
}
