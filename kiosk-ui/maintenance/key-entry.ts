import { css, html, LitElement, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../styles/base.ts';
import { styles } from './styles.ts';

const keys = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const longest = 32;

/** There is no keyboard at the machine, and the pad is for PINs: what must be typed is typed here. */
@customElement('maintenance-keys')
export class MaintenanceKeys extends LitElement {
  static override readonly styles = [
    base,
    styles,
    css`
      .keys {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(var(--target), 1fr));
        gap: 0.3em;
      }
      output {
        display: block;
        min-height: 1.6em;
        margin-bottom: 0.3em;
        font-size: 1.3em;
        font-weight: 700;
        letter-spacing: 0.06em;
        overflow-wrap: anywhere;
      }
    `,
  ];
  @property() value = '';
  /** What the key that takes the last one back says. */
  @property() erase = '';
  @property({ attribute: false }) onValue: (value: string) => void = () => undefined;

  protected override render(): TemplateResult {
    const { value, erase } = this;
    const set = (next: string): void => this.onValue(next.slice(0, longest));
    return html`
      <div class="box">
        <output>${value}</output>
        <div class="keys">
          ${keys.map((key) => html`<button data-key=${key} @click=${() => set(value + key)}>${key}</button>`)}
          <button data-key="erase" @click=${() => set(value.slice(0, -1))}>${erase}</button>
        </div>
      </div>
    `;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'maintenance-keys': MaintenanceKeys;
  }
}
