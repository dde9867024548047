import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { repeat } from 'lit/directives/repeat.js';
import { deviceNames, type Words } from '#assets/devices/index.ts';
import { damageWords, eventWords, journalWords } from '#assets/maintenance/index.ts';
import type { CommandPayloads, EpisodeSummary, JournalCheck } from '#protocol/generated/kiosk.ts';
import type { Answers } from '#state-machines/maintenance.ts';
import { chinaDay, chinaMinute, dayFrom, spanOf } from '../devices/china-time.ts';
import type { PageLanguage } from '../devices/say.ts';
import { sign } from '../devices/signs.ts';
import { styles as deviceStyles } from '../devices/styles.ts';
import { base } from '../styles/base.ts';
import { episodeRow, storyBox } from './episodes.ts';
import { exportBox } from './journal-export.ts';
import { journalStyles } from './journal-styles.ts';
import type { Face } from './page.ts';
import { styles } from './styles.ts';

type Query = CommandPayloads['Maintenance.GetEpisodes'];
type JournalWord = keyof typeof journalWords;

/** What is looked for. */
interface Wanted {
  readonly day: string;
  readonly hour: number | undefined;
  readonly event: string | undefined;
  readonly device: string | undefined;
}

const hours = Array.from({ length: 24 }, (_, hour) => hour);
/** What case codes are made of: letters that look like digits are none of them. */
const codeKeys = [...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'];
const codeLength = 8;
const two = (value: number): string => String(value).padStart(2, '0');

/** "What happened at 14:32": whatever ran then is found by time, event, device or case code, and told in sentences. */
@customElement('maintenance-journal')
export class MaintenanceJournal extends LitElement {
  static override readonly styles = [base, deviceStyles, styles, journalStyles];
  @property({ attribute: false }) face: Face | undefined;
  @property({ attribute: false }) answers: Answers = {};
  @property({ attribute: false }) devices: readonly string[] = [];
  @state() private wanted: Wanted = { day: '', hour: undefined, event: undefined, device: undefined };
  @state() private code = '';
  /** What is read. */
  @state() private open: EpisodeSummary | undefined;
  /** What to ask as soon as nothing else is asked: a tap meanwhile is not lost, and of several the last one counts. */
  @state() private next: (() => void) | undefined;
  /** What the list was asked for last, and in which language. */
  #query: Query = {};
  #language: PageLanguage | undefined;

  protected override firstUpdated(): void {
    this.#want({ day: this.#today() });
  }

  protected override updated(changed: PropertyValues): void {
    // What has just come is to be seen, however long the list was.
    if (changed.has('open')) this.scrollIntoView({ block: 'start' });
    const language = this.face?.say.language;
    if (this.#language !== undefined && language !== undefined && language !== this.#language) {
      this.#language = language;
      this.next = this.#askAnew;
    }
    const { next } = this;
    if (next === undefined || this.face?.doing !== undefined) return;
    this.next = undefined;
    next();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { face, open, answers } = this;
    if (face === undefined) return nothing;
    const story = answers['Maintenance.GetStory'];
    return html`
      ${this.#chain(face)}
      ${open !== undefined && story?.seq === open.seq ? storyBox(face, open, story, this.#close) : html`${this.#finder(face)}${this.#list(face)}${exportBox(face, answers)}`}
    `;
  }

  #word(face: Face, word: JournalWord, values: Readonly<Record<string, string | number>> = {}): string {
    return face.say.fill(journalWords[word], values);
  }

  #today(): string {
    return chinaDay(this.face?.nowMs ?? Date.now());
  }

  #want(change: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...change };
    this.code = '';
    this.#ask();
  }

  #ask(before?: number): void {
    const { day, hour, event, device } = this.wanted;
    // A case code is one visit's, whenever that was.
    const query =
      this.code === ''
        ? { ...spanOf(day, hour), ...(event !== undefined && { event }), ...(device !== undefined && { device }) }
        : { case: written(this.code) };
    this.#query = { ...query, ...(before !== undefined && { before }) };
    this.next = () => this.#askEpisodes();
  }

  #askEpisodes(): void {
    const { face } = this;
    this.#language = face?.say.language;
    if (face !== undefined) face.perform('Maintenance.GetEpisodes', { ...this.#query, language: face.say.language });
  }

  #askStory(seq: number): void {
    const { face } = this;
    face?.perform('Maintenance.GetStory', { seq, language: face.say.language });
  }

  /** What the daemon has told is told in the language that was chosen since. */
  readonly #askAnew = (): void => {
    this.#askEpisodes();
    if (this.open !== undefined) this.#askStory(this.open.seq);
  };

  readonly #close = (): void => {
    this.open = undefined;
  };

  #chain(face: Face): TemplateResult {
    const asked = this.answers['Maintenance.VerifyJournal']?.check;
    const told = this.answers['Maintenance.GetEpisodes']?.check;
    const check = (asked?.at ?? '') > (told?.at ?? '') ? asked : told;
    const checking = face.doing === 'Maintenance.VerifyJournal';
    return html`
      <div class="chain" data-chain=${checking ? 'checking' : chainOf(check)}>
        ${sign(checking ? 'coming' : check === undefined ? 'unknown' : check.damage === undefined ? 'well' : 'out')}
        <p role="status">${checking ? this.#word(face, 'checking') : this.#checked(face, check)}</p>
        ${
          checking
            ? html`<button data-event="CANCEL" @click=${() => face.send({ type: 'CANCEL' })}>${face.word('cancel')}</button>`
            : html`<button data-deed="VerifyJournal" @click=${() => face.perform('Maintenance.VerifyJournal', {})}>${this.#word(face, 'check')}</button>`
        }
      </div>
    `;
  }

  #checked(face: Face, check: JournalCheck | undefined): TemplateResult | string {
    if (check === undefined) return this.#word(face, 'unchecked');
    const clock = `${chinaDay(Date.parse(check.at))} ${chinaMinute(check.at)}`;
    const { damage, fromSeq = 1, uptoSeq = 0 } = check;
    if (damage === undefined) return this.#word(face, 'whole', { from: fromSeq, upto: uptoSeq, clock });
    const what = face.say.of(damageWords[damage.what] ?? [damage.what, damage.what]);
    return html`<b>${this.#word(face, 'damaged', { what, seq: damage.seq, clock })}</b> ${this.#word(face, 'damagedTodo')}`;
  }

  /** Each control says what is chosen; what may be chosen opens below it. */
  #finder(face: Face): TemplateResult {
    const { day, hour, event, device } = this.wanted;
    const any = this.#word(face, 'any');
    const span =
      hour === undefined
        ? this.#word(face, 'wholeDay')
        : this.#word(face, 'hour', { from: two(hour), to: two(hour + 1) });
    const events = Object.entries<Words>(eventWords);
    const devices = this.devices.map((name): [string, Words] => [name, deviceNames[name] ?? [name, name]]);
    const chosen = (of: readonly [string, Words][], name: string | undefined): string =>
      face.say.of(of.find(([one]) => one === name)?.[1] ?? [any, any]);
    return html`
      <div class="finder">
        <div class="day">
          <button data-day="before" aria-label=${this.#word(face, 'dayBefore')} @click=${() => this.#want({ day: dayFrom(day, -1) })}>‹</button>
          <strong>${day}${day === this.#today() ? html` <small>${this.#word(face, 'today')}</small>` : nothing}</strong>
          <button
            data-day="after"
            aria-label=${this.#word(face, 'dayAfter')}
            ?disabled=${day >= this.#today()}
            @click=${() => this.#want({ day: dayFrom(day, 1) })}
          >›</button>
        </div>
        <details data-filter="hour" name="filter">
          <summary><small>${this.#word(face, 'time')}</small> ${span}</summary>
          <div class="keys hours">
            ${hours.map((one) => html`<button data-hour=${one} aria-pressed=${one === hour} @click=${() => this.#want({ hour: one })}>${two(one)}</button>`)}
            <button class="long" data-hour="all" aria-pressed=${hour === undefined} @click=${() => this.#want({ hour: undefined })}>
              ${this.#word(face, 'wholeDay')}
            </button>
          </div>
        </details>
        ${this.#choice(face, 'event', events, event, chosen(events, event))}
        ${this.#choice(face, 'device', devices, device, chosen(devices, device))}
        ${this.#codePad(face)}
      </div>
    `;
  }

  #choice(
    face: Face,
    kind: 'event' | 'device',
    of: readonly [name: string, words: Words][],
    chosen: string | undefined,
    shown: string,
  ): TemplateResult {
    const button = (name: string | undefined, label: string): TemplateResult =>
      html`<button data-choice=${name ?? 'any'} aria-pressed=${name === chosen} @click=${() => this.#want({ [kind]: name })}>${label}</button>`;
    return html`
      <details data-filter=${kind} name="filter">
        <summary><small>${this.#word(face, kind)}</small> ${shown}</summary>
        <div class="choices">
          ${button(undefined, this.#word(face, 'any'))}
          ${of.map(([name, words]) => button(name, face.say.of(words)))}
        </div>
      </details>
    `;
  }

  #codePad(face: Face): TemplateResult {
    const { code } = this;
    const type = (key: string): void => {
      if (code.length < codeLength) this.code = code + key;
    };
    return html`
      <details data-filter="case" name="filter">
        <summary><small>${this.#word(face, 'case')}</small> ${code === '' ? this.#word(face, 'any') : written(code)}</summary>
        <p class="quiet">${this.#word(face, 'caseHow')}</p>
        <div class="keys">
          ${codeKeys.map((key) => html`<button data-key=${key} @click=${() => type(key)}>${key}</button>`)}
        </div>
        <div class="choices">
          <output>${written(code)}</output>
          <button data-key="erase" @click=${() => {
            this.code = code.slice(0, -1);
          }}>${this.#word(face, 'erase')}</button>
          <button class="primary" data-find ?disabled=${code === ''} @click=${() => this.#ask()}>${this.#word(face, 'find')}</button>
        </div>
      </details>
    `;
  }

  #list(face: Face): TemplateResult | typeof nothing {
    const { episodes, more } = this.answers['Maintenance.GetEpisodes'] ?? {};
    if (episodes === undefined) return nothing;
    const last = episodes.at(-1);
    const read = (episode: EpisodeSummary): void => {
      this.open = episode;
      this.next = () => this.#askStory(episode.seq);
    };
    return html`
      <section class="box episodes">
        <h2>${this.#word(face, 'found')}</h2>
        ${episodes.length === 0 ? html`<p class="quiet">${this.#word(face, 'none')}</p>` : nothing}
        <ul>${
          // By their own keys: a row under a finger never becomes another one.
          repeat(
            episodes,
            ({ seq }) => seq,
            (episode) => html`<li>${episodeRow(face, episode, () => read(episode))}</li>`,
          )
        }</ul>
        <div class="choices">
          <button data-page="newest" @click=${() => this.#ask()}>${this.#word(face, 'newer')}</button>
          ${more === true && last !== undefined ? html`<button data-page="older" @click=${() => this.#ask(last.seq)}>${this.#word(face, 'older')}</button>` : nothing}
        </div>
      </section>
    `;
  }
}

const written = (code: string): string => (code.length > 4 ? `${code.slice(0, 4)}-${code.slice(4)}` : code);

const chainOf = (check: JournalCheck | undefined): 'unchecked' | 'whole' | 'damaged' =>
  check === undefined ? 'unchecked' : check.damage === undefined ? 'whole' : 'damaged';

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-journal': MaintenanceJournal;
  }
}
