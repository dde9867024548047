import { html, LitElement, nothing, svg, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Supplies } from '#protocol/generated/kiosk.ts';
import type { MaintenanceContext } from '#state-machines/maintenance.ts';
import { styles as deviceStyles } from '../devices/styles.ts';
import { base } from '../styles/base.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

const barWidth = 10;
const gap = 3;
const height = 60;
type Series = 'slips' | 'cards' | 'faults';

/** What the machine used in the last weeks, one bar a day, and how long what there is will last. */
@customElement('maintenance-supplies')
export class MaintenanceSupplies extends LitElement {
  static override readonly styles = [base, deviceStyles, styles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) context: MaintenanceContext | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(() => this.face?.perform('Maintenance.GetSupplies', {}));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { face, context } = this;
    const { supplies } = context?.answers['Maintenance.GetSupplies'] ?? {};
    if (face === undefined || supplies === undefined) return nothing;
    const { word } = face;
    const { paper, hoppers } = supplies;
    const lasts = (daysLeft: number | undefined): string =>
      daysLeft === undefined ? word('lastsUnknown') : word('lasts', { n: Math.floor(daysLeft) });
    return html`
      <section class="box" data-supplies>
        <h2>${word('supplies')}</h2>
        <div class="plots">
          ${this.#plot(supplies, 'slips', word('slips'), [
            paper.perRoll === undefined
              ? word('sinceChange', { n: paper.sinceChange })
              : word('ofRoll', { n: paper.sinceChange, roll: paper.perRoll }),
            `${word('perDay', { n: paper.perDay })} · ${lasts(paper.daysLeft)}`,
          ])}
          ${hoppers.map(({ perDay, daysLeft }) =>
            this.#plot(supplies, 'cards', word('cardsUsed'), [`${word('perDay', { n: perDay })} · ${lasts(daysLeft)}`]),
          )}
          ${this.#plot(supplies, 'faults', word('faultsSeen'), [])}
        </div>
      </section>
    `;
  }

  #plot({ days }: Supplies, series: Series, name: string, lines: readonly string[]): TemplateResult {
    const most = Math.max(1, ...days.map((row) => row[series]));
    const total = days.reduce((sum, row) => sum + row[series], 0);
    // Room for the last day's name beside its bar.
    const width = days.length * (barWidth + gap) + 8;
    const label = `${name}: ${total}`;
    return html`
      <figure data-series=${series} data-total=${total}>
        <figcaption><b>${name}</b> <small>${total}</small></figcaption>
        <svg viewBox=${`0 0 ${width} ${height + 14}`} role="img" aria-label=${label}>
          <line x1="0" y1=${height} x2=${width} y2=${height} class="axis"></line>
          ${days.map((row, index) => {
            const tall = (row[series] / most) * (height - 12);
            const x = index * (barWidth + gap);
            return svg`
              <rect x=${x} y=${height - tall} width=${barWidth} height=${tall} class=${series}></rect>
              ${row[series] === most && total > 0 ? svg`<text x=${x + barWidth / 2} y=${height - tall - 3}>${row[series]}</text>` : nothing}
              ${index % 7 === 6 ? svg`<text x=${x + barWidth / 2} y=${height + 11}>${row.day.slice(5)}</text>` : nothing}
            `;
          })}
        </svg>
        ${lines.map((line) => html`<p>${line}</p>`)}
      </figure>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-supplies': MaintenanceSupplies;
  }
}
