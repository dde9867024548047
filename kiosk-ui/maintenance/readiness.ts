import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { selfTestText, verdictWords, versionWords } from '#assets/maintenance/index.ts';
import type { SelfTestItem, SelfTestReport } from '#protocol/generated/kiosk.ts';
import type { MaintenanceContext } from '#state-machines/maintenance.ts';
import { sentence } from '../devices/say.ts';
import { type Sign, sign } from '../devices/signs.ts';
import { styles as deviceStyles } from '../devices/styles.ts';
import { base } from '../styles/base.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

const signs: Readonly<Record<SelfTestItem['verdict'], Sign>> = { well: 'well', look: 'limping', bad: 'out' };
const order: readonly SelfTestItem['verdict'][] = ['bad', 'look', 'well'];

/** Everything that a day needs, what is wrong first; and what runs here. */
@customElement('maintenance-readiness')
export class MaintenanceReadiness extends LitElement {
  static override readonly styles = [base, deviceStyles, styles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) context: MaintenanceContext | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    // What was found an hour ago is no answer to whoever opens this page.
    queueMicrotask(() => this.face?.perform('Maintenance.GetReadiness', {}));
  }

  protected override render(): TemplateResult | typeof nothing {
    const { face, context } = this;
    if (face === undefined || context === undefined) return nothing;
    const { word, perform } = face;
    const { readiness } = context.answers['Maintenance.GetReadiness'] ?? {};
    return html`
      <section class="box readiness" data-at=${readiness?.selfTest.at ?? ''}>
        <h2>${word('readiness')}</h2>
        ${readiness === undefined ? html`<p class="quiet" role="status">${word('looking')}</p>` : this.#found(face, readiness.selfTest)}
        <div class="choices">
          <button class="primary" data-deed="GetReadiness" @click=${() => perform('Maintenance.GetReadiness', {})}>${word('lookAgain')}</button>
          <button data-deed="PrintReadiness" @click=${() => perform('Maintenance.PrintReadiness', {})}>${word('print')}</button>
        </div>
      </section>
      ${
        readiness === undefined
          ? nothing
          : html`<section class="box">
              <h2>${word('versions')}</h2>
              <dl class="facts">
                ${readiness.versions.map(
                  ({ what, version, hash }) =>
                    html`<div><dt>${face.say.of(versionWords[what])}</dt><dd>${version} <code>${hash}</code></dd></div>`,
                )}
              </dl>
            </section>`
      }
    `;
  }

  #found({ say, nowMs }: Face, { at, items }: SelfTestReport): TemplateResult {
    const sorted = [...items].sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
    return html`
      <p class="quiet">
        ${order
          .map(
            (verdict) => `${items.filter((item) => item.verdict === verdict).length} ${say.of(verdictWords[verdict])}`,
          )
          .join(' · ')}
        · ${say.ago(at, nowMs)}
      </p>
      <ul class="found">
        ${sorted.map((item) => {
          const { subject, is, todo } = selfTestText(item);
          return html`<li data-subject=${item.subject} data-code=${item.code} data-sign=${signs[item.verdict]}>
            ${sign(signs[item.verdict])}
            <div>
              <b>${say.of(subject)}</b> ${say.of(is)}
              ${todo === undefined || item.verdict === 'well' ? nothing : html`<p>${sentence(say.of(todo))}</p>`}
            </div>
          </li>`;
        })}
      </ul>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-readiness': MaintenanceReadiness;
  }
}
