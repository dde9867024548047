import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { SnapshotFrom } from 'xstate';
import { type MaintenanceWord, maintenanceWords } from '#assets/maintenance/index.ts';
import type { CommandPayloads } from '#protocol/generated/kiosk.ts';
import type {
  Deed,
  DeedName,
  MaintenanceContext,
  MaintenanceUiEvent,
  maintenanceMachine,
} from '#state-machines/maintenance.ts';
import { type PageLanguage, Say } from '../devices/say.ts';
import { sign } from '../devices/signs.ts';
import { styles as deviceStyles } from '../devices/styles.ts';
import { base } from '../styles/base.ts';
import { exportRuns } from './journal-export.ts';
import { ended, refusal, signingOn, withoutCard } from './sign-on.ts';
import { styles } from './styles.ts';
import { tabbed } from './tabs.ts';
import { testRuns } from './tests.ts';

const kept = 'devices-language';

/** What every part of the page draws with. */
export interface Face {
  readonly say: Say;
  readonly word: (word: MaintenanceWord, values?: Readonly<Record<string, string | number>>) => string;
  readonly send: (event: MaintenanceUiEvent) => void;
  /** Has the daemon do something; nothing while it does something else. */
  readonly perform: <N extends DeedName>(name: N, payload: CommandPayloads[N]) => void;
  /** What the daemon is doing for this page. */
  readonly doing: DeedName | undefined;
  readonly nowMs: number;
}

function firstLanguage(): PageLanguage {
  const chosen = localStorage.getItem(kept) ?? navigator.language;
  return chosen.startsWith('zh') ? 'zh-Hans' : 'en';
}

/** The whole page: where its owner stands, and what the daemon tells them. */
@customElement('kiosk-maintenance')
export class KioskMaintenance extends LitElement {
  static override readonly styles = [base, deviceStyles, styles];
  @property({ attribute: false }) snapshot: SnapshotFrom<typeof maintenanceMachine> | undefined;
  @property({ attribute: false }) send: Face['send'] = () => undefined;
  @state() private say = new Say(firstLanguage());
  #timer: ReturnType<typeof setInterval> | undefined;
  /** The daemon's clock minus this browser's. */
  #offsetMs = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    // "3 min ago" grows old by itself.
    this.#timer = setInterval(() => this.requestUpdate(), 5_000);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has('snapshot')) {
      const time = this.snapshot?.context.state?.time;
      if (time !== undefined) this.#offsetMs = Date.parse(time) - Date.now();
    }
    document.documentElement.lang = this.say.language;
    document.title = this.say.of(maintenanceWords.title);
    this.dataset['place'] = this.#place();
    this.dataset['doing'] = this.#doing() ?? '';
  }

  #doing(): DeedName | undefined {
    const { snapshot } = this;
    return snapshot?.matches({ signedOn: 'doing' }) === true ? snapshot.context.deed?.name : undefined;
  }

  #place(): string {
    const value = this.snapshot?.value ?? 'connecting';
    return typeof value === 'string' ? value : (Object.keys(value)[0] ?? 'connecting');
  }

  protected override render(): TemplateResult | typeof nothing {
    const { snapshot, say, send } = this;
    if (snapshot === undefined) return nothing;
    const face: Face = {
      say,
      send,
      perform: (name, payload) => send({ type: 'DO', deed: { name, payload } as Deed }),
      word: (word, values = {}) => say.fill(maintenanceWords[word], values),
      doing: this.#doing(),
      nowMs: Date.now() + this.#offsetMs,
    };
    const { kiosk } = snapshot.context.state ?? {};
    return html`
      <header>
        <h1>${face.word('title')}</h1>
        <p class="checked">${kiosk === undefined ? '' : html`${kiosk.branchName} <span class="terminal">${kiosk.terminalId}</span>`}</p>
        <button class="language" lang=${say.language === 'en' ? 'zh-Hans' : 'en'} @click=${this.#otherLanguage}>
          ${say.word('otherLanguage')}
        </button>
      </header>
      <div role="main">${this.#body(face, snapshot)}</div>
    `;
  }

  #body(face: Face, snapshot: SnapshotFrom<typeof maintenanceMachine>): TemplateResult | typeof nothing {
    const { context } = snapshot;
    const { word, send } = face;
    const back = html`<button class="wide" data-event="LEAVE" @click=${() => send({ type: 'LEAVE' })}>${word('back')}</button>`;
    switch (this.#place()) {
      case 'signedOut':
        return html`
          <section class="door">
            <h2>${word('forStaff')}</h2>
            <p>${context.state?.visitRunning ? word('wait') : context.state?.occupied ? word('busy') : word('intro')}</p>
            <button class="wide primary" data-event="SIGN_ON" @click=${() => send({ type: 'SIGN_ON' })}>${word('signOn')}</button>
            ${back}
          </section>
        `;
      case 'signingOn':
        return signingOn(face, context, 'signingOn');
      case 'signingOff':
        return signingOn(face, context, 'signingOff');
      case 'refused':
        return refusal(face, context.problem ?? 'rejected', back);
      case 'signedOn':
        return this.#signedOn(face, context);
      case 'withoutCard':
        return withoutCard(face, context, back);
      case 'ended':
        return ended(face, context, back);
      case 'left':
        return context.why === undefined ? connecting(face) : ended(face, context);
      default:
        return connecting(face, back);
    }
  }

  /** What a deed asks of the hand comes before everything; what only takes a moment leaves the page as it is. */
  #signedOn(face: Face, context: MaintenanceContext): TemplateResult | typeof nothing {
    const { deed, prompt, testPrompt, progress } = context;
    if (face.doing === 'Maintenance.Test' && deed?.name === 'Maintenance.Test')
      return testRuns(face, deed.payload.device, testPrompt);
    if (face.doing !== undefined && testPrompt !== undefined) return testRuns(face, 'cardDispenser', testPrompt, false);
    if (progress !== undefined) return exportRuns(face, progress);
    return prompt === undefined ? tabbed(face, context) : signingOn(face, context, 'doing');
  }

  readonly #otherLanguage = (): void => {
    const language = this.say.language === 'en' ? 'zh-Hans' : 'en';
    localStorage.setItem(kept, language);
    this.say = new Say(language);
  };
}

const connecting = ({ word }: Face, back?: TemplateResult): TemplateResult => html`
  <section class="door" role="status">${sign('coming')}<h2>${word('connecting')}</h2>${back ?? nothing}</section>
`;

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-maintenance': KioskMaintenance;
  }
}
