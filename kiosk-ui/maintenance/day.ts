import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  actWords,
  dayWords,
  dayWordWords,
  legWords,
  placeWords,
  pointWords,
  slipWords,
  stockWords,
} from '#assets/maintenance/index.ts';
import type { CommandPayloads, DayPoint, DayReport, DayStock } from '#protocol/generated/kiosk.ts';
import type { MaintenanceContext } from '#state-machines/maintenance.ts';
import { chinaDay, chinaMinute } from '../devices/china-time.ts';
import { sign } from '../devices/signs.ts';
import { styles as deviceStyles } from '../devices/styles.ts';
import { base } from '../styles/base.ts';
import { dayActs, signed } from './day-acts.ts';
import { dayStyles } from './day-styles.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

type DayWord = CommandPayloads['Maintenance.CloseDay']['explanations'][number]['why'];
type Terms = keyof typeof stockWords;

const steps = [-10, -1, 1, 10] as const;
const terms = Object.keys(stockWords) as Terms[];
const dayWordNames = Object.keys(dayWordWords) as DayWord[];
/** What brings a report of the day. The one that came last is true; of a page that is new the one it stopped at. */
const reporters = ['Maintenance.CloseDay', 'Maintenance.GetDay', 'Maintenance.BeginDayEnd'] as const;

/** The business day: its figures beside the hosts', what does not add up, and its end by two persons. */
@customElement('maintenance-day')
export class MaintenanceDay extends LitElement {
  static override readonly styles = [base, deviceStyles, styles, dayStyles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) context: MaintenanceContext | undefined;
  @state() private counts: ReadonlyMap<string, number> = new Map();
  @state() private words: ReadonlyMap<string, DayWord> = new Map();
  @state() private day: DayReport | undefined;
  readonly #seen = new Map<string, DayReport>();

  override connectedCallback(): void {
    super.connectedCallback();
    const { deed, deedProblem } = this.context ?? {};
    // Two cards were asked for in between: what had been counted and said stands again.
    if (deed?.name === 'Maintenance.CloseDay' && deedProblem !== undefined) {
      this.counts = new Map(deed.payload.counts.map(({ unit, count }) => [unit, count]));
      this.words = new Map(deed.payload.explanations.map(({ point, why }) => [point, why]));
    }
    queueMicrotask(() => {
      // Why something was refused is to be read before anything is asked again.
      if (this.context?.deedProblem === undefined) this.face?.perform('Maintenance.GetDay', {});
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('context')) return;
    const { answers } = this.context ?? {};
    for (const name of reporters) {
      const day = answers?.[name]?.day;
      if (day === undefined || day === this.#seen.get(name)) continue;
      this.#seen.set(name, day);
      this.day = day;
    }
    const left = answers?.['Maintenance.LeaveDayEnd'];
    if (
      left !== undefined &&
      changed.get('context') &&
      left !== changed.get('context')?.answers['Maintenance.LeaveDayEnd']
    )
      queueMicrotask(() => this.face?.perform('Maintenance.GetDay', {}));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { face, day } = this;
    if (face === undefined || day === undefined) return nothing;
    const comparing = face.doing === 'Maintenance.BeginDayEnd';
    return html`
      <section class="box" data-day=${day.day} data-step=${day.step}>
        <h2>${this.#word('day', { day: day.day, clock: clockOf(day.since) })}</h2>
        ${
          day.due === undefined
            ? nothing
            : html`<p class="told" data-due>${sign('limping')} ${this.#word('due', { clock: clockOf(day.due) })}</p>`
        }
        <p>${this.#word('visits', { n: day.visits })}</p>
        ${day.step === 'open' ? nothing : html`<p role="status">${this.#word('stopped')}</p>`}
      </section>
      ${dayActs(face, day)}
      ${day.stock.length === 0 ? nothing : this.#stock(day)}
      ${this.#points(face, day)}
      <section class="box">
        ${
          // A technician sees the day and signs nothing; the daemon says the same to whoever asks.
          this.context?.state?.session?.role === 'technician'
            ? html`<p class="quiet">${this.#word('branchOnly')}</p>`
            : comparing
              ? html`<p role="status">${this.#word('comparing')}</p>`
              : this.#choices(face, day)
        }
      </section>
      ${this.#last(face, day)}
    `;
  }

  #word(word: keyof typeof dayWords, values: Readonly<Record<string, string | number>> = {}): string {
    return this.face?.say.fill(dayWords[word], values) ?? '';
  }

  #choices({ perform }: Face, { step, stock }: DayReport): TemplateResult {
    const begin = html`<button
      class=${step === 'open' ? 'primary' : ''}
      data-deed="BeginDayEnd"
      @click=${() => perform('Maintenance.BeginDayEnd', {})}
    >
      ${this.#word(step === 'open' ? 'begin' : 'again')}
    </button>`;
    if (step === 'open') return html`<div class="choices">${begin}</div>`;
    const close = (): void =>
      perform('Maintenance.CloseDay', {
        counts: stock.map((unit) => ({ unit: unit.unit, count: this.#count(unit) })),
        explanations: [...this.words].map(([point, why]) => ({ point, why })),
      });
    return html`
      <div class="choices">
        ${step === 'compared' ? html`<button class="primary" data-deed="CloseDay" @click=${close}>${this.#word('close')}</button>` : nothing}
        ${begin}
        <button data-deed="LeaveDayEnd" @click=${() => perform('Maintenance.LeaveDayEnd', {})}>${this.#word('leave')}</button>
      </div>
    `;
  }

  #count({ unit, count }: DayStock): number {
    return this.counts.get(unit) ?? count;
  }

  /** Counted by hand, and only then held against the book. */
  #stock({ stock, step }: DayReport): TemplateResult {
    const { say } = this.face ?? {};
    const refused = this.context?.deedProblem === 'countsDiffer';
    return html`
      <section class="box">
        <h2>${this.#word('stock')}</h2>
        ${stock.map((unit) => {
          const counted = this.#count(unit);
          const set = (count: number): void => {
            this.counts = new Map(this.counts).set(unit.unit, Math.max(0, count));
          };
          const told = terms.filter((term) => unit[term] !== 0);
          return html`
            <div class="place" data-unit=${unit.unit}>
              <p>
                <b>${say?.of(placeWords[unit.kind])}</b> ${this.#word('count', { n: unit.count })}<small>${told.map((term) => `${say?.of(stockWords[term])} ${unit[term]}`).join(' · ')}</small>
              </p>
              ${
                step === 'compared'
                  ? html`<div class="choices">
                      <span>${this.#word('counted')}</span>
                      ${steps.map(
                        (step, index) => html`
                          ${index === 2 ? html`<output>${counted}</output>` : nothing}
                          <button data-step=${step} @click=${() => set(counted + step)}>${step > 0 ? `+${step}` : `−${-step}`}</button>
                        `,
                      )}
                    </div>`
                  : nothing
              }
              ${
                refused && counted !== unit.count
                  ? html`<p class="wrong" role="alert" data-wrong>
                      ${say?.of(pointWords[counted < unit.count ? 'cardsShort' : 'cardsOver'])} ·
                      ${this.#word('expected', { n: unit.count, more: signed(counted - unit.count) })}
                    </p>`
                  : nothing
              }
            </div>
          `;
        })}
      </section>
    `;
  }

  #points(face: Face, { points, step }: DayReport): TemplateResult | typeof nothing {
    if (points.length === 0) {
      const addsUp = step === 'compared' && this.context?.deedProblem !== 'countsDiffer';
      return addsUp
        ? html`<section class="box"><p class="told" data-adds-up>${sign('well')} ${this.#word('nothing')}</p></section>`
        : nothing;
    }
    return html`
      <section class="box">
        <h2>${this.#word('points')}</h2>
        <ul>
          ${points.map(
            (point) => html`
              <li data-point=${point.id}>
                <p><b>${face.say.of(pointWords[point.kind])}</b> ${this.#about(face, point)}</p>
                ${point.wantsWord && step === 'compared' ? this.#wordsFor(face, point) : nothing}
              </li>
            `,
          )}
        </ul>
      </section>
    `;
  }

  #about({ say }: Face, { leg, act, place, amount, cases }: DayPoint): string {
    return [
      act && say.of(actWords[act] ?? [act, act]),
      leg && say.of(legWords[leg]),
      place && say.of(placeWords[place]),
      amount === undefined ? undefined : signed(amount),
      ...(cases ?? []),
    ]
      .filter((part) => part !== undefined)
      .join(' · ');
  }

  #wordsFor({ say }: Face, { id }: DayPoint): TemplateResult {
    return html`<div class="choices">
      ${dayWordNames.map(
        (name) => html`<button
          data-word=${name}
          aria-pressed=${this.words.get(id) === name}
          @click=${() => {
            this.words = new Map(this.words).set(id, name);
          }}
        >
          ${say.of(dayWordWords[name])}
        </button>`,
      )}
    </div>`;
  }

  #last({ say, perform }: Face, { last }: DayReport): TemplateResult | typeof nothing {
    if (last === undefined) return nothing;
    return html`
      <section class="box" data-last=${last.day}>
        <p>
          ${this.#word('last', { day: last.day, first: last.first, second: last.second })}
          ${last.slip === undefined ? nothing : html`<small data-slip=${last.slip}>${say.of(slipWords[last.slip])}</small>`}
        </p>
        <div class="choices">
          <button data-deed="PrintDay" @click=${() => perform('Maintenance.PrintDay', {})}>${this.#word('print')}</button>
        </div>
      </section>
    `;
  }
}

const clockOf = (iso: string): string => (iso === '' ? '' : `${chinaDay(Date.parse(iso))} ${chinaMinute(iso)}`);

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-day': MaintenanceDay;
  }
}
