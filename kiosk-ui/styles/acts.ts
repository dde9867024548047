import { css } from 'lit';

/** What is done with a card: cards to choose from, both sides of one, texts to agree to, one line below a large sign. */
export const acts = css`
  /* A few ways on, one below the other: as large as there is room for. */
  .options {
    display: grid;
    grid-auto-rows: minmax(min-content, 1fr);
    gap: var(--space-2);
    height: 100%;
  }
  /* The page allows no inline styles that could tell the count. */
  .options[data-count='1'] {
    max-height: calc(28 * var(--u));
  }
  .options[data-count='2'] {
    max-height: calc(56 * var(--u));
  }
  .options[data-count='3'] {
    max-height: calc(84 * var(--u));
  }
  .options > .row > .disc {
    width: calc(9.4 * var(--u));
    height: calc(9.4 * var(--u));
    font-size: calc(4.1 * var(--u));
  }
  /* A card of the person: its picture, the end of its number, both sides in words. */
  .row.thing {
    grid-template-columns: auto minmax(0, 1fr) auto;
    padding-block: calc(1.6 * var(--u));
    column-gap: var(--space-3);
  }
  .row.thing .card-art {
    width: calc(17 * var(--u));
    height: auto;
  }
  .row .name,
  .row .note {
    display: block;
  }
  .row .note {
    font-size: var(--text-body);
    font-weight: 400;
    color: var(--muted);
  }
  .row.muted {
    background: var(--paper-sunk);
    border-color: transparent;
    box-shadow: none;
  }
  .row[data-pressed] :is(.note, .sides, .disc) {
    color: inherit;
  }
  .row[data-pressed] > .disc {
    background: none;
  }
  .name .last4 {
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.04em;
    white-space: nowrap;
  }
  .sides {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    gap: 0 var(--space-2);
    margin-top: calc(0.4 * var(--u));
    font-size: var(--text-body);
    font-weight: 400;
    line-height: 1.35;
    color: var(--muted);
  }
  .sides b {
    word-break: keep-all;
    font-weight: 600;
    color: var(--ink);
  }
  .row[data-pressed] .sides b {
    color: inherit;
  }
  :host-context([data-text='largest']) .row.thing .card-art {
    width: calc(13 * var(--u));
  }
  .panel.card-panel {
    align-items: center;
  }
  .panel.card-panel .card-art {
    width: calc(17 * var(--u));
    height: auto;
  }
  /* A switch: which of several functions. */
  .row .switch {
    position: relative;
    width: calc(11 * var(--u));
    height: calc(6 * var(--u));
    border-radius: calc(3 * var(--u));
    border: calc(0.35 * var(--u)) solid var(--edge);
    background: var(--paper-sunk);
  }
  .row .switch::after {
    content: '';
    position: absolute;
    top: calc(0.55 * var(--u));
    left: calc(0.55 * var(--u));
    width: calc(4.2 * var(--u));
    height: calc(4.2 * var(--u));
    border-radius: 50%;
    background: var(--edge);
  }
  .row[aria-pressed='true'] .switch {
    background: var(--go);
    border-color: var(--go);
  }
  .row[aria-pressed='true'] .switch::after {
    left: auto;
    right: calc(0.55 * var(--u));
    background: var(--on-go);
  }
  /* A text to agree to: one statement a line, large enough to be read. */
  .text.panel {
    display: flex;
    flex-direction: column;
    justify-content: center;
    gap: var(--space-3);
    height: 100%;
    padding: var(--space-4);
  }
  .text li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: baseline;
    gap: var(--space-2);
    font-size: var(--text-lead);
    line-height: 1.4;
  }
  .text li::before {
    content: '';
    width: calc(1.5 * var(--u));
    height: calc(1.5 * var(--u));
    border-radius: 50%;
    background: var(--brand);
    translate: 0 calc(-0.4 * var(--u));
  }
  :host-context([data-theme='contrast']) .text li::before {
    background: var(--ink);
  }
  /* The way of a card from the request to the hand. */
  .way-line {
    margin-top: var(--space-2);
    display: grid;
    gap: calc(0.8 * var(--u));
  }
  .way-line li {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: var(--space-2);
    color: var(--muted);
  }
  .way-line i {
    width: calc(2.4 * var(--u));
    height: calc(2.4 * var(--u));
    border-radius: 50%;
    border: calc(0.4 * var(--u)) solid var(--edge);
  }
  .way-line [data-state='done'] i {
    background: var(--go);
    border-color: var(--go);
  }
  .way-line [data-state='now'] {
    color: var(--ink);
    font-weight: 650;
  }
  .way-line [data-state='now'] i {
    border-radius: 28%;
    background: var(--brand);
    border-color: var(--brand);
  }
  .countdown-line {
    font-size: var(--text-lead);
    line-height: 1.4;
    text-align: center;
    font-variant-numeric: tabular-nums;
  }
`;
