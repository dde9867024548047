import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { countWords, journalWords } from '#assets/maintenance/index.ts';
import type { StockReport } from '#protocol/generated/kiosk.ts';
import type { CardCount } from '#state-machines/maintenance.ts';
import { base } from '../styles/base.ts';
import { signed } from './day-acts.ts';
import './key-entry.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

const noSerials = { firstSerial: '', lastSerial: '' } as const;
const steps = [-10, -1, 1, 10] as const;
/** What may be said of each kind of unit. */
const reasonsOf: Readonly<Record<StockReport['kind'], readonly CardCount['reason'][]>> = {
  dispense: ['loaded', 'emptied', 'corrected'],
  retain: ['emptied', 'corrected'],
};

/** How many cards are where, as the journal counts them; and counting them anew, which takes two persons. */
@customElement('maintenance-cards')
export class MaintenanceCards extends LitElement {
  static override readonly styles = [base, styles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) stock: readonly StockReport[] = [];
  @state() private counting:
    | {
        readonly unit: StockReport;
        readonly reason: CardCount['reason'];
        /** What is in it; of a load, what was in it before, undefined until somebody says so. */
        readonly found: number | undefined;
        /** Of a load. */
        readonly putIn: number;
      }
    | undefined;
  /** Of the cards that were loaded: first and last. Both or none. */
  @state() private serials: { readonly firstSerial: string; readonly lastSerial: string } = noSerials;
  @state() private typing: keyof typeof noSerials = 'firstSerial';

  protected override render(): TemplateResult | typeof nothing {
    const { face, counting } = this;
    if (face === undefined) return nothing;
    const { word } = face;
    return html`
      <section class="box cards">
        <h2>${word('cards')}</h2>
        <dl>
          ${this.stock.map(
            (unit) => html`
              <div data-unit=${unit.unit}>
                <dt>${word(unit.kind === 'dispense' ? 'hopper' : 'bin')}</dt>
                <dd>
                  ${word('ofCards', { count: unit.count, capacity: unit.capacity })}
                  <meter min="0" max=${unit.capacity} value=${unit.count}></meter>
                </dd>
                <dd class="choices">
                  ${reasonsOf[unit.kind].map(
                    (reason) =>
                      html`<button data-reason=${reason} @click=${() => this.#begin(unit, reason)}>${face.say.of(countWords[reason])}</button>`,
                  )}
                </dd>
                ${counting?.unit.unit === unit.unit ? this.#counter(face, counting) : nothing}
              </div>
            `,
          )}
        </dl>
      </section>
    `;
  }

  #begin(unit: StockReport, reason: CardCount['reason']): void {
    // A figure that stands there already is confirmed and not counted: what was found before a load is asked for.
    const found = { emptied: 0, corrected: unit.count, loaded: undefined }[reason];
    this.counting = { unit, reason, found, putIn: 0 };
    this.serials = noSerials;
    this.typing = 'firstSerial';
  }

  #counter(face: Face, counting: NonNullable<typeof this.counting>): TemplateResult {
    const { word, perform } = face;
    const { unit, reason, found, putIn } = counting;
    const loads = reason === 'loaded';
    const begin = (): void => {
      if (found === undefined) return;
      perform('Maintenance.CountCards', {
        ...{ unit: unit.unit, count: loads ? found + putIn : found, reason },
        ...(loads && { found }),
        ...(this.serials.firstSerial !== '' && this.serials),
      });
    };
    return html`
      <dd class="counter">
        ${
          reason === 'emptied'
            ? html`<p>${word('willBeEmpty')}</p>`
            : loads
              ? this.#load(face, counting)
              : this.#stepper(word('howMany'), counting, 'found')
        }
        <p>${word('twoPersons')}</p>
        <div class="choices">
          <button class="primary" data-deed="CountCards" ?disabled=${found === undefined || (loads && putIn === 0)} @click=${begin}>
            ${word('begin')}
          </button>
          <button @click=${() => {
            this.counting = undefined;
          }}>${word('cancel')}</button>
        </div>
      </dd>
    `;
  }

  /** What was there before is counted for itself, so that what was put in does not make good a card that is missing. */
  #load(face: Face, counting: NonNullable<typeof this.counting>): TemplateResult {
    const { word } = face;
    const { unit, found, putIn } = counting;
    return html`
      <div class="counts">
        <div>
          ${this.#stepper(word('foundBefore'), counting, 'found')}
          ${
            found === undefined
              ? html`<div class="choices">
                  <button data-as-booked @click=${() => {
                    this.counting = { ...counting, found: unit.count };
                  }}>${word('asBooked', { n: unit.count })}</button>
                </div>`
              : found === unit.count
                ? nothing
                : html`<p class="wrong" role="status" data-differs>
                  ${word('bookDiffers', { n: unit.count, more: signed(found - unit.count) })}
                </p>`
          }
        </div>
        <div>
          ${this.#stepper(word('putIn'), counting, 'putIn')}
          ${
            found === undefined
              ? nothing
              : html`<p data-total=${found + putIn}>${word('thenHolds', { n: found + putIn })}</p>`
          }
        </div>
      </div>
      ${this.#serialKeys(face)}
    `;
  }

  #stepper(question: string, counting: NonNullable<typeof this.counting>, which: 'found' | 'putIn'): TemplateResult {
    const { unit, found, putIn } = counting;
    const value = counting[which];
    // Together they fit into it.
    const most = unit.capacity - (which === 'found' ? putIn : (found ?? 0));
    const set = (next: number): void => {
      this.counting = { ...counting, [which]: Math.max(0, Math.min(most, next)) };
    };
    return html`
      <p>${question}</p>
      <div class="choices" data-count=${which}>
        ${steps.map(
          (step, index) => html`
            ${index === 2 ? html`<output>${value ?? '—'}</output>` : nothing}
            <button data-step=${step} @click=${() => set((value ?? 0) + step)}>${step > 0 ? `+${step}` : `−${-step}`}</button>
          `,
        )}
      </div>
    `;
  }

  #serialKeys({ say, word }: Face): TemplateResult {
    const { serials, typing } = this;
    return html`
      <div class="choices">
        ${(['firstSerial', 'lastSerial'] as const).map(
          (which) =>
            html`<button data-serial=${which} aria-pressed=${which === typing} @click=${() => {
              this.typing = which;
            }}>${word(which)} ${serials[which]}</button>`,
        )}
      </div>
      <maintenance-keys .erase=${say.of(journalWords.erase)} .value=${serials[typing]} .onValue=${(value: string) => {
        this.serials = { ...serials, [typing]: value };
      }}></maintenance-keys>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-cards': MaintenanceCards;
  }
}
