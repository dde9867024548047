import { get, type Receipt } from './api.ts';
import { button, element, setText } from './dom.ts';
import type { Drawing } from './drawing.ts';
import type { Store } from './store.ts';
import { say } from './words.ts';

interface ReceiptList {
  readonly receipts: readonly Receipt[];
}

/** The receipt slot: paper hangs out as it is printed; a click tears it off and holds it up to be read. */
export class Receipts {
  readonly slot: HTMLElement;
  /** Opens what was taken before. */
  readonly pile: HTMLButtonElement;
  readonly #store: Store;
  readonly #paper: HTMLButtonElement;
  readonly #image = element('img', '');
  readonly #hand = element('dialog', 'hand');
  readonly #sheets = element('div', 'sheets');
  readonly #away: HTMLButtonElement;
  #receipts: readonly Receipt[] = [];
  #revision = -1;

  constructor(store: Store, drawing: Drawing) {
    this.#store = store;
    const { svg } = drawing.part('receiptSlot');
    svg.querySelector('.travel')?.remove();
    this.#paper = button('paper', () => void this.#tear(), this.#image);
    this.slot = element('div', 'part receipt-slot', svg, element('div', 'paper-below', this.#paper));
    this.pile = button('pile', () => this.#show(this.#receipts.filter((receipt) => receipt.taken)));
    this.#away = button('primary', () => this.#hand.close());
    this.#hand.append(this.#sheets, this.#away);
    this.#hand.addEventListener('click', (event) => {
      if (event.target === this.#hand) this.#hand.close();
    });
    document.body.append(this.#hand);
    store.onChange(() => void this.#follow());
  }

  /** What is printed on them, newest last. */
  texts(): readonly string[] {
    return this.#receipts.map(({ text }) => text);
  }

  async #follow(): Promise<void> {
    const { state, language } = this.#store;
    const revision = state?.printer?.revision;
    if (revision !== undefined && revision !== this.#revision) {
      this.#revision = revision;
      this.#receipts = (await get<ReceiptList>('printer/receipts')).receipts;
    }
    const waiting = this.#receipts.filter((receipt) => !receipt.taken).at(-1);
    if (waiting !== undefined) {
      if (this.#image.src !== waiting.picture) this.#image.src = waiting.picture;
      this.#image.alt = waiting.text;
    }
    this.slot.classList.toggle('has-paper', waiting !== undefined);
    this.slot.classList.toggle('is-cut', waiting !== undefined && waiting.cut !== 'none');
    this.slot.classList.toggle('is-unplugged', state?.printer?.plugged === false);
    this.#paper.disabled = waiting === undefined;
    this.#paper.title = say(language, 'tear');
    const taken = this.#receipts.filter((receipt) => receipt.taken).length;
    this.pile.hidden = taken === 0;
    setText(this.pile, `${say(language, 'taken')} · ${taken}`);
    setText(this.#away, say(language, 'away'));
  }

  async #tear(): Promise<void> {
    const torn = this.#receipts.filter((receipt) => !receipt.taken);
    await this.#store.act('printer/receipts', { tear: true });
    this.#show(torn);
  }

  #show(receipts: readonly Receipt[]): void {
    this.#sheets.replaceChildren(
      ...receipts.toReversed().map((receipt) => {
        const image = element('img', '');
        image.src = receipt.picture;
        image.alt = receipt.text;
        return element('div', 'sheet', image);
      }),
    );
    this.#hand.setAttribute('aria-label', say(this.#store.language, 'receipt'));
    this.#hand.showModal();
  }
}
