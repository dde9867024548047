import type { VirtualCard } from '../virtual-reader/virtual-card.ts';
import type { Staff } from '../wallet/staff.ts';
import { personOf, type WalletCard, type WalletCardId, walletCard } from '../wallet/wallet.ts';
import { type Applet, parseCommand, status } from './command.ts';
import { PbocApplet } from './pboc-applet.ts';
import { type CardPinState, type SocialAppletOptions, SocialSecurityApplet } from './social-applet.ts';
import { StaffApplet } from './staff-applet.ts';

/** A chip with several applications: selecting one drops the security state of the other. */
export class ChipCard implements VirtualCard {
  readonly atr: Uint8Array;
  readonly #applets: readonly Applet[];
  #current: Applet | undefined;

  constructor(atr: Uint8Array, applets: readonly Applet[]) {
    this.atr = atr;
    this.#applets = applets;
  }

  /** Undefined: it has no social-security application. */
  get cardPin(): CardPinState | undefined {
    return this.#applets.find((applet) => applet instanceof SocialSecurityApplet)?.pin;
  }

  reset(): void {
    for (const applet of this.#applets) applet.deselect();
    this.#current = undefined;
  }

  process(apdu: Uint8Array): Uint8Array {
    const command = parseCommand(apdu);
    if (command === undefined) return status(0x6700);
    if (command.cla === 0x00 && command.ins === 0xa4 && command.p1 === 0x04)
      return this.#select(command.p2, command.data);
    return this.#current === undefined ? status(0x6985) : this.#current.process(command);
  }

  /** A name nobody has leaves the current application selected (ISO/IEC 7816-4). */
  #select(p2: number, name: Uint8Array): Uint8Array {
    if (p2 !== 0) return status(p2 === 0x02 ? 0x6a82 : 0x6a86);
    for (const applet of this.#applets) {
      const response = applet.select(name);
      if (response === undefined) continue;
      if (this.#current !== applet) this.#current?.deselect();
      this.#current = response.readUInt16BE(response.length - 2) === 0x9000 ? applet : undefined;
      return response;
    }
    return status(0x6a82);
  }
}

/** No answer to reset: an empty ATR, and silence to whatever is sent all the same. */
class MuteCard implements VirtualCard {
  readonly atr = new Uint8Array(0);
  reset(): void {}
  process(): Uint8Array {
    return new Uint8Array(0);
  }
}

/** An EMV card without a social-security application: T=0, eight historical bytes. */
const debitAtr = Buffer.from('3B6800000073C84000009000', 'hex');

/** As it comes from the maker: the chip answers to reset and knows no application yet. */
export const buildBlankCard = (): VirtualCard => new ChipCard(debitAtr, []);

export interface CardOptions extends SocialAppletOptions {
  /** Transactions that the card has begun in its life; a card that begins anew looks like a copy to its bank. */
  readonly atc?: number;
}

/** A fresh chip: ATC and try counters at their start. Keep the object to keep them. */
export function buildCardFrom(card: WalletCard, options: CardOptions = {}): VirtualCard {
  if (card.mute) return new MuteCard();
  const { social, financial } = card;
  const applets: Applet[] = [];
  if (social !== undefined) applets.push(new SocialSecurityApplet(social, personOf(social.holder), options));
  if (financial !== undefined) applets.push(new PbocApplet(financial, options.atc));
  const atr = social === undefined ? debitAtr : Buffer.from(`3B6D0000${social.historicalBytes}`, 'hex');
  return new ChipCard(atr, applets);
}

export const buildCard = (id: WalletCardId, options: CardOptions = {}): VirtualCard =>
  buildCardFrom(walletCard(id), options);

/** As a bare ISO/IEC 7816-3 card answers: T=0, no historical bytes. */
const staffAtr = Buffer.from('3B00', 'hex');

export const buildStaffCard = (staff: Staff): VirtualCard => new ChipCard(staffAtr, [new StaffApplet(staff)]);
