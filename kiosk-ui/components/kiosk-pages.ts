import { css, html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { icon } from '../parts/icon.ts';
import { shared } from '../styles/shared.ts';
import { paginate } from './paginate.ts';
import { press } from './press.ts';

/**
 * A list that never scrolls: it shows as many rows as fit (at most `most`) and turns pages with two big buttons.
 * `key` names the list; a new key starts at the first page again.
 */
@customElement('kiosk-pages')
export class KioskPages extends LitElement {
  @property({ attribute: false }) items: readonly TemplateResult[] = [];
  @property({ type: Number }) most = 4;
  /** Room that a neighbour needs, in hundredths of the short side. */
  @property({ type: Number }) reserveUnits = 0;
  @property() key = '';
  @property() previousLabel = '';
  @property() nextLabel = '';
  @property({ attribute: false }) pageLabel: (now: number, of: number) => readonly [text: string, spoken: string] = (
    now,
    of,
  ) => [`${now} / ${of}`, `${now} / ${of}`];
  /** Whoever turns pages reads them: told each time. */
  @property({ attribute: false }) turned: () => void = () => undefined;
  @state() private starts: readonly number[] = [0];
  @state() private page = 0;
  #size = new ResizeObserver(() => this.#measure());

  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        position: relative;
      }
      /* The only child of its place fills it, so that the pager stands at its foot. */
      :host(:only-child) {
        height: 100%;
      }
      .items {
        display: flex;
        flex-direction: column;
        gap: var(--space-2);
        flex: 1;
        min-height: 0;
      }
      .item[hidden] {
        display: block;
        position: absolute;
        visibility: hidden;
        inset: 0 0 auto 0;
        pointer-events: none;
      }
      .pager {
        display: grid;
        grid-template-columns: 1fr auto 1fr;
        align-items: center;
        gap: var(--space-3);
        padding-top: var(--space-2);
      }
      .pager .button {
        padding-inline: var(--space-1);
        white-space: nowrap;
      }
      .now {
        white-space: nowrap;
        font-size: var(--text-body);
        font-variant-numeric: tabular-nums;
        color: var(--muted);
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    // What there is to fill is the parent's; the list itself is as high as what it shows.
    if (this.parentElement !== null) this.#size.observe(this.parentElement);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#size.disconnect();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('key')) this.page = 0;
    this.page = Math.min(this.page, this.starts.length - 1);
  }

  protected override updated(): void {
    this.#measure();
  }

  #measure(): void {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('.item')];
    const unit = Math.min(window.innerWidth, window.innerHeight) / 100;
    const gap = 2 * unit;
    // Its own height once there is one (its words may take two lines), a target and the gap above it before.
    const pager = this.renderRoot.querySelector<HTMLElement>('.pager');
    const probe = Number.parseFloat(getComputedStyle(this.renderRoot.querySelector('.probe') ?? this).height) || 0;
    const pagerHeight = Math.max(pager?.offsetHeight ?? 0, probe + gap);
    const fitting = paginate(
      rows.map((row) => row.offsetHeight),
      gap,
      (this.parentElement?.clientHeight ?? 0) - this.reserveUnits * unit,
      pagerHeight,
    );
    // No page holds more than `most` rows, whatever the panel's height.
    const starts: number[] = [];
    fitting.forEach((start, index) => {
      const end = fitting[index + 1] ?? rows.length;
      for (let from = start; from === start || from < end; from += this.most) starts.push(from);
    });
    if (starts.join() !== this.starts.join()) this.starts = starts;
  }

  override render() {
    const first = this.starts[this.page] ?? 0;
    const last = this.starts[this.page + 1] ?? this.items.length;
    const [text, spoken] = this.pageLabel(this.page + 1, this.starts.length);
    return html`
      <span class="probe target" aria-hidden="true"></span>
      <div class="items" role="list">
        ${this.items.map(
          (item, index) =>
            html`<div class="item" role="listitem" ?hidden=${index < first || index >= last}>${item}</div>`,
        )}
      </div>
      ${
        this.starts.length === 1
          ? nothing
          : html`<div class="pager">
            <button class="button quiet" ?disabled=${this.page === 0} ${press(() => this.#turn(-1))}>
              ${icon('back')}<span>${this.previousLabel}</span>
            </button>
            <span class="now"><span aria-hidden="true">${text}</span><span class="hear">${spoken}</span></span>
            <button class="button quiet" ?disabled=${this.page >= this.starts.length - 1} ${press(() => this.#turn(1))}>
              <span>${this.nextLabel}</span>${icon('forward')}
            </button>
          </div>`
      }
    `;
  }

  #turn(by: number): void {
    this.page = Math.min(this.starts.length - 1, Math.max(0, this.page + by));
    this.turned();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'kiosk-pages': KioskPages;
  }
}
