import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { adviceOf, deviceNames } from '#assets/devices/index.ts';
import { keyLoadWords, testWords } from '#assets/maintenance/index.ts';
import type { DeviceDetails, DeviceReport, MaintenanceOverview } from '#protocol/generated/kiosk.ts';
import type { MaintenanceContext } from '#state-machines/maintenance.ts';
import { deviceRow, heads } from '../devices/rows.ts';
import { clockOf } from '../devices/say.ts';
import { sign, signOf } from '../devices/signs.ts';
import { styles as deviceStyles } from '../devices/styles.ts';
import { base } from '../styles/base.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';
import { testRow, testsBox } from './tests.ts';

const identityKeys = ['model', 'identifier', 'firmware', 'serialNumber'] as const;

/** All devices with their tests; or one of them closely: what it is, what became of it, its line as it runs. */
@customElement('maintenance-devices')
export class MaintenanceDevices extends LitElement {
  static override readonly styles = [base, deviceStyles, styles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) context: MaintenanceContext | undefined;
  @property({ attribute: false }) overview: MaintenanceOverview | undefined;

  /** Of what is known about the device that is looked at: it, and since when it has been as it was then. */
  #asked = '';

  protected override render(): TemplateResult | typeof nothing {
    const { face, context, overview } = this;
    if (face === undefined || context === undefined || overview === undefined) return nothing;
    const chosen = context.lookedAt;
    const report = overview.devices.find(({ name }) => name === chosen);
    if (report === undefined)
      return testsBox(face, overview.tests, overview.devices, (device) => face.send({ type: 'LOOK', device }));
    const { details } = context.answers['Maintenance.WatchDevice'] ?? {};
    return this.#one(face, report, overview, details?.device === chosen ? details : undefined, context);
  }

  #one(
    face: Face,
    report: DeviceReport,
    { tests, devices }: MaintenanceOverview,
    details: DeviceDetails | undefined,
    context: MaintenanceContext,
  ): TemplateResult {
    const { say, word, perform, send, nowMs } = face;
    const { name } = report;
    const { trace } = context;
    const test = tests.find(({ device }) => device === name);
    return html`
      <section class="box" data-looked-at=${name}>
        <button data-event="ALL_DEVICES" @click=${() => send({ type: 'LOOK', device: undefined })}>${word('allDevices')}</button>
        <h2>${say.of(deviceNames[name] ?? [name, name])}</h2>
        <table>${heads(say)}${deviceRow(report, say, nowMs)}</table>
        ${test === undefined ? nothing : html`<ul class="tests">${testRow(face, test, devices)}</ul>`}
        ${
          report.class === 'cardDispenser'
            ? html`<div class="choices"><button data-deed="FeedCard" @click=${() => perform('Maintenance.FeedCard', {})}>${say.of(testWords.feedCard)}</button></div>`
            : nothing
        }
        ${report.class === 'pinPad' ? keyLoad(face, context) : nothing}
      </section>
      ${
        details === undefined
          ? nothing
          : html`
              <section class="box">
                <h2>${word('identity')}</h2>
                <dl class="facts">
                  ${identityKeys.flatMap((key) => {
                    const value = details.identity[key];
                    return value === undefined
                      ? []
                      : [html`<div data-identity=${key}><dt>${word(key)}</dt><dd>${value}</dd></div>`];
                  })}
                  ${Object.keys(details.identity).length === 0 ? html`<div><dd class="quiet">${word('saysNothing')}</dd></div>` : nothing}
                  <div><dt>${word('restarts')}</dt><dd>${report.restarts}</dd></div>
                  <div><dt>${word('testsMade')}</dt><dd>${details.testsPassed} / ${details.testsFailed}</dd></div>
                </dl>
              </section>
              <section class="box">
                <h2>${word('line')}</h2>
                ${
                  details.hasLine
                    ? html`<pre class="trace" tabindex="0">${trace.device === name && trace.lines.length > 0 ? trace.lines.join('\n') : word('lineQuiet')}</pre>`
                    : html`<p class="quiet">${word('noLine')}</p>`
                }
                ${
                  details.canReopen
                    ? html`<div class="choices">
                        <button data-deed="ReopenDevice" @click=${() => perform('Maintenance.ReopenDevice', { device: name })}>${word('reopenPort')}</button>
                      </div>`
                    : nothing
                }
              </section>
              <section class="box">
                <h2>${word('history')}</h2>
                <ol class="history">
                  ${[...details.history].reverse().map(
                    ({ at, state: was, reason }) => html`<li data-sign=${signOf[was]} data-at=${at}>
                      ${sign(signOf[was])} ${clockOf(at, nowMs)} ${say.word(was)}
                      ${reason === undefined ? nothing : html`<small>${say.of(adviceOf(report.driver, `${was} ${reason}`)?.is ?? [reason, reason])}</small>`}
                    </li>`,
                  )}
                </ol>
              </section>
            `
      }
    `;
  }

  /** What became of it is told when it is chosen, and anew when it has changed. */
  #ask(): void {
    const { face, overview, context } = this;
    const report = overview?.devices.find(({ name }) => name === context?.lookedAt);
    const wanted = report === undefined ? '' : `${report.name} ${report.since}`;
    if (wanted === this.#asked || face === undefined || face.doing !== undefined) return;
    this.#asked = wanted;
    if (report !== undefined) queueMicrotask(() => face.perform('Maintenance.WatchDevice', { device: report.name }));
  }

  protected override updated(): void {
    this.#ask();
    const trace = this.renderRoot.querySelector('.trace');
    trace?.scrollTo({ top: trace.scrollHeight });
  }
}

/** What was loaded is told by whether bank and pad agree. */
function keyLoad({ say, perform }: Face, { answers }: MaintenanceContext): TemplateResult {
  const { keys } = answers['Maintenance.BookKeyLoad'] ?? {};
  return html`
    <div class="choices">
      <button data-deed="BookKeyLoad" @click=${() => perform('Maintenance.BookKeyLoad', {})}>${say.of(keyLoadWords.book)}</button>
    </div>
    ${
      keys === undefined
        ? nothing
        : html`<p class="told" role="status" data-keys=${keys.outcome}>
            ${sign(keys.outcome === 'agreed' ? 'well' : 'out')}
            ${keys.reason === undefined ? say.fill(keyLoadWords.agreed, { checkValue: keys.checkValue ?? '' }) : say.of(keyLoadWords[keys.reason])}
          </p>`
    }
  `;
}

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-devices': MaintenanceDevices;
  }
}
