import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import {
  actWords,
  dayWords,
  findingWords,
  legWords,
  retainedWords,
  seenWords,
  taskWords,
} from '#assets/maintenance/index.ts';
import type { CommandPayloads, RetainedReport, UnresolvedReport } from '#protocol/generated/kiosk.ts';
import type { MaintenanceContext } from '#state-machines/maintenance.ts';
import { chinaDay, chinaMinute } from '../devices/china-time.ts';
import { base } from '../styles/base.ts';
import { dayStyles } from './day-styles.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

type Seen = NonNullable<CommandPayloads['Maintenance.SettleRetained']['document']>;
type Finding = CommandPayloads['Maintenance.SettleUnresolved']['finding'];

const documents = Object.keys(seenWords) as Seen[];
const findings = Object.keys(findingWords) as Finding[];

/** What the machine has left to people: cards that it kept, and acts that it could not settle. */
@customElement('maintenance-settling')
export class MaintenanceSettling extends LitElement {
  static override readonly styles = [base, styles, dayStyles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) context: MaintenanceContext | undefined;
  @property({ attribute: false }) unresolved: readonly UnresolvedReport[] = [];
  /** The card whose holder stands here. */
  @state() private handing: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(() => {
      if (this.context?.deedProblem === undefined) this.#ask();
    });
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    const before = changed.get('context')?.answers['Maintenance.SettleRetained'];
    const now = this.context?.answers['Maintenance.SettleRetained'];
    if (changed.get('context') !== undefined && now !== undefined && now !== before) queueMicrotask(() => this.#ask());
  }

  #ask(): void {
    this.face?.perform('Maintenance.GetRetained', {});
  }

  protected override render(): TemplateResult | typeof nothing {
    const { face, context, unresolved } = this;
    if (face === undefined) return nothing;
    const { cards } = context?.answers['Maintenance.GetRetained'] ?? {};
    return html`
      <section class="box">
        <h2>${this.#word('retained')}</h2>
        ${
          cards === undefined || cards.length === 0
            ? html`<p class="quiet">${this.#word('noRetained')}</p>`
            : html`<ul>${cards.map((card) => this.#card(face, card))}</ul>`
        }
      </section>
      <section class="box">
        <h2>${this.#word('unresolved')}</h2>
        ${
          unresolved.length === 0
            ? html`<p class="quiet">${this.#word('noUnresolved')}</p>`
            : html`<ul>${unresolved.map((item) => this.#item(face, item))}</ul>`
        }
      </section>
    `;
  }

  #word(word: keyof typeof dayWords, values: Readonly<Record<string, string | number>> = {}): string {
    return this.face?.say.fill(dayWords[word], values) ?? '';
  }

  #card(face: Face, { claim, at, last4, state, until, settled }: RetainedReport): TemplateResult {
    const { say, perform } = face;
    const told = say.of(retainedWords[state]);
    return html`
      <li data-claim=${claim} data-state=${state}>
        <p>
          <b>${this.#word('claim', { claim })}</b>
          ${last4 === undefined ? nothing : this.#word('last4', { last4 })}
          <small>${clockOf(at)} · ${settled === undefined ? told : this.#word('settledBy', { state: told, staff: settled.staff })}</small>
          ${state === 'kept' ? html`<small>${this.#word('until', { day: chinaDay(Date.parse(until)) })}</small>` : nothing}
        </p>
        ${
          state !== 'kept'
            ? nothing
            : html`
                <div class="choices">
                  <button
                    aria-pressed=${this.handing === claim}
                    data-hand-back
                    @click=${() => {
                      this.handing = this.handing === claim ? undefined : claim;
                    }}
                  >
                    ${this.#word('handBack')}
                  </button>
                  ${
                    this.handing === claim
                      ? documents.map(
                          (document) => html`<button
                            data-document=${document}
                            @click=${() => perform('Maintenance.SettleRetained', { claim, how: 'handedBack', document })}
                          >
                            ${say.of(seenWords[document])}
                          </button>`,
                        )
                      : html`<button data-destroy @click=${() => perform('Maintenance.SettleRetained', { claim, how: 'destroyed' })}>
                          ${this.#word('destroy')}
                        </button>`
                  }
                </div>
              `
        }
      </li>
    `;
  }

  #item({ say, perform, word }: Face, item: UnresolvedReport): TemplateResult {
    const { saga, step, act, caseCode, beganAt } = item;
    const leg = Object.hasOwn(legWords, step) ? say.of(legWords[step as keyof typeof legWords]) : step;
    return html`
      <li data-saga=${saga}>
        <p>
          <b>${word('case', { code: caseCode })}</b> ${say.of(actWords[act] ?? [act, act])} · ${leg}
          <small>${clockOf(beganAt)}</small>
        </p>
        <p>${say.of(taskWords(item))}</p>
        <div class="choices">
          <span>${this.#word('found')}</span>
          ${findings.map(
            (finding) => html`<button
              data-finding=${finding}
              @click=${() => perform('Maintenance.SettleUnresolved', { saga, step, finding })}
            >
              ${say.of(findingWords[finding])}
            </button>`,
          )}
        </div>
      </li>
    `;
  }
}

const clockOf = (iso: string): string => `${chinaDay(Date.parse(iso))} ${chinaMinute(iso)}`;

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-settling': MaintenanceSettling;
  }
}
