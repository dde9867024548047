import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, state } from 'lit/decorators.js';
import { base } from '../styles/base.ts';
import { HealthWatch } from './health-watch.ts';
import { columns, deviceRow, heads, hostRow } from './rows.ts';
import { clockOf, type PageLanguage, Say, sentence } from './say.ts';
import { sign } from './signs.ts';
import { styles } from './styles.ts';
import { summary } from './summary.ts';

const kept = 'devices-language';

function firstLanguage(): PageLanguage {
  const chosen = localStorage.getItem(kept) ?? navigator.language;
  return chosen.startsWith('zh') ? 'zh-Hans' : 'en';
}

/** The life of every device and host link on one page. */
@customElement('kiosk-devices')
export class KioskDevices extends LitElement {
  static override readonly styles = [base, styles];
  @state() private say = new Say(firstLanguage());
  readonly #watch = new HealthWatch(this);

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has('say')) return;
    document.documentElement.lang = this.say.language;
    document.title = this.say.word('title');
  }

  protected override render(): TemplateResult {
    const { say } = this;
    const { health, answered, nowMs } = this.#watch;
    return html`
      <header>
        <h1>${say.word('title')}</h1>
        <p class="checked">${answered === true ? say.word('checked') : ''}</p>
        <button class="language" lang=${say.language === 'en' ? 'zh-Hans' : 'en'} @click=${this.#otherLanguage}>
          ${say.word('otherLanguage')}
        </button>
      </header>
      ${answered === false ? this.#silence() : ''}
      ${health !== undefined && answered === true ? summary(health.services, say) : ''}
      ${
        health === undefined
          ? answered === undefined
            ? html`<p class="checked">${say.word('reading')}</p>`
            : ''
          : html`
        <main tabindex="0" aria-label=${say.word('title')} class=${answered === true ? '' : 'stale'}>
          <table>
            ${heads(say)}
            ${health.devices.map((report) => deviceRow(report, say, nowMs))}
            <tbody class="group">
              <tr><th scope="colgroup" colspan=${columns.length}>${say.word('hosts')}</th></tr>
            </tbody>
            ${health.hosts.map((report) => hostRow(report, say, nowMs))}
          </table>
        </main>
      `
      }
    `;
  }

  #silence(): TemplateResult {
    const { say } = this;
    const { health, nowMs } = this.#watch;
    return html`
      <div class="verdict" data-verdict="noAnswer" role="alert">
        ${sign('out')}
        <strong>${say.word('noAnswer')}</strong>
        <p>
          ${sentence(health === undefined ? say.word('noAnswerYet') : say.word('noAnswerSince', { clock: clockOf(health.time, nowMs) }))}
        </p>
      </div>
    `;
  }

  readonly #otherLanguage = (): void => {
    const language = this.say.language === 'en' ? 'zh-Hans' : 'en';
    localStorage.setItem(kept, language);
    this.say = new Say(language);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-devices': KioskDevices;
  }
}
