import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { closedWords, restartWords } from '#assets/maintenance/index.ts';
import type { ClosedReason, Restartable } from '#protocol/generated/kiosk.ts';
import type { MaintenanceContext } from '#state-machines/maintenance.ts';
import { sentence } from '../devices/say.ts';
import { styles as deviceStyles } from '../devices/styles.ts';
import { base } from '../styles/base.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

const reasons = Object.keys(closedWords) as ClosedReason[];

/** The machine as a whole: how it is configured, where that differs from the default; starting a part of it anew. */
@customElement('maintenance-machine')
export class MaintenanceMachine extends LitElement {
  static override readonly styles = [base, deviceStyles, styles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) context: MaintenanceContext | undefined;
  @property({ attribute: false }) restarts: readonly Restartable[] = [];
  /** What is to be started anew, once somebody has said why. */
  @state() private chosen: Restartable | undefined;

  protected override render(): TemplateResult | typeof nothing {
    const { face, context, restarts } = this;
    if (face === undefined || context === undefined) return nothing;
    return html`${this.#configuration(face, context)} ${restarts.length === 0 ? nothing : this.#restart(face, restarts)}`;
  }

  #configuration({ word, perform }: Face, { answers }: MaintenanceContext): TemplateResult {
    const told = answers['Maintenance.GetConfiguration'];
    const changed = told?.settings?.filter(({ origin }) => origin === 'file') ?? [];
    return html`
      <section class="box" data-settings=${told?.settings?.length ?? ''}>
        <h2>${word('configuration')}</h2>
        ${
          told === undefined
            ? html`<div class="choices"><button data-deed="GetConfiguration" @click=${() => perform('Maintenance.GetConfiguration', {})}>${word('show')}</button></div>`
            : html`
                <p class="quiet">${sentence(word('configurationHow'))}</p>
                ${(told.mistakes ?? []).map((line) => html`<p class="problem" role="alert">${line}</p>`)}
                <dl class="facts settings">
                  ${changed.map(({ key, value, unit }) => html`<div><dt>${key}</dt><dd>${value} ${unit ?? nothing}</dd></div>`)}
                </dl>
              `
        }
      </section>
    `;
  }

  #restart({ say, word, perform }: Face, restarts: readonly Restartable[]): TemplateResult {
    const { chosen } = this;
    return html`
      <section class="box">
        <h2>${word('restart')}</h2>
        <div class="choices">
          ${restarts.map(
            (what) =>
              html`<button data-restart=${what} aria-pressed=${what === chosen} @click=${() => {
                this.chosen = what === chosen ? undefined : what;
              }}>${say.of(restartWords[what])}</button>`,
          )}
        </div>
        ${
          chosen === undefined
            ? nothing
            : html`
                <p class="why">${word('restartWhy')}</p>
                <div class="choices">
                  ${reasons.map(
                    (reason) =>
                      html`<button data-deed="Restart" data-reason=${reason} @click=${() => perform('Maintenance.Restart', { what: chosen, reason })}>
                        ${say.of(closedWords[reason])}
                      </button>`,
                  )}
                </div>
              `
        }
      </section>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-machine': MaintenanceMachine;
  }
}
