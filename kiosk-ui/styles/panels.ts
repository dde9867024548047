import { css } from 'lit';

/** Facts: panels, legs with their signs, amounts, telephone numbers, notes. */
export const panels = css`
  /* A panel: one fact, with its sign. */
  .stack {
    display: flex;
    flex-direction: column;
    gap: var(--space-2);
  }
  .panel {
    display: grid;
    grid-template-columns: auto 1fr;
    column-gap: var(--space-3);
    align-items: start;
    padding: var(--space-3);
    border-radius: var(--radius-large);
    background: var(--paper-raised);
    border: calc(0.15 * var(--u)) solid var(--line);
    font-size: var(--text-body);
    line-height: 1.4;
  }
  .panel .title {
    font-size: var(--text-small);
    color: var(--muted);
    line-height: 1.3;
  }
  .panel .fact {
    font-size: var(--text-lead);
    font-weight: 600;
    line-height: 1.3;
  }
  .panel .detail {
    margin-top: calc(0.6 * var(--u));
    color: var(--muted);
  }
  .panel > .disc,
  .row > .disc {
    display: grid;
    place-items: center;
    width: calc(6.6 * var(--u));
    height: calc(6.6 * var(--u));
    border-radius: 50%;
    font-size: calc(2.9 * var(--u));
    background: var(--brand-soft);
    color: var(--brand);
  }
  :host-context([data-theme='contrast']) .panel > .disc,
  :host-context([data-theme='contrast']) .row > .disc {
    color: var(--ink);
    border: calc(0.15 * var(--u)) solid var(--edge);
  }
  .panel.document {
    align-items: center;
    column-gap: var(--space-3);
  }
  .panel.document .document-art {
    width: calc(26 * var(--u));
    height: auto;
  }
  @media (orientation: landscape) and (max-aspect-ratio: 7/5) {
    .panel.document {
      padding-block: var(--space-2);
    }
    .panel.document .pair {
      margin-top: calc(0.4 * var(--u));
    }
    .panel.document .document-art {
      width: calc(14 * var(--u));
    }
  }
  /* Fewer things at a time where they are large. */
  :host-context([data-text='largest']) .panel.document {
    grid-template-columns: 1fr;
    padding-block: var(--space-2);
  }
  :host-context([data-text='largest']) :is(.panel.document .document-art, .document ~ .note-line) {
    display: none;
  }
  .pair {
    margin-top: calc(1.2 * var(--u));
  }
  .pair .fact {
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .pair > span {
    display: block;
  }
  .panel.way,
  .panel.phone {
    align-items: center;
  }
  .panel.phone {
    grid-template-columns: auto minmax(0, 1fr) auto;
  }
  .digits-big {
    font-size: calc(6.4 * var(--u) * var(--scale));
    font-weight: 650;
    line-height: 1.1;
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.03em;
    color: var(--ink);
  }
  .code-line {
    font-size: calc(5.4 * var(--u) * var(--scale));
    font-weight: 650;
    line-height: 1.15;
    letter-spacing: 0.04em;
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .panel.centred {
    grid-template-columns: 1fr;
    justify-items: center;
    text-align: center;
  }
  .lines > span {
    display: block;
  }
  .sub {
    font-size: var(--text-lead);
    font-weight: 650;
    line-height: 1.3;
    color: var(--ink);
    padding-left: calc(0.6 * var(--u));
  }
  .panel.code .fact {
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.06em;
    font-size: var(--text-tile);
  }
  .sign {
    display: grid;
    place-items: center;
    width: calc(6.6 * var(--u));
    height: calc(6.6 * var(--u));
    border-radius: 50%;
    font-size: calc(3.1 * var(--u));
    background: var(--paper-sunk);
    color: var(--muted);
  }
  .sign[data-sign='go'] {
    background: var(--go);
    color: var(--on-go);
  }
  .sign[data-sign='wait'] {
    background: var(--wait);
    color: var(--on-wait);
    border-radius: 28%;
  }
  .sign[data-sign='stop'] {
    background: var(--stop);
    color: var(--on-stop);
    border-radius: 28%;
  }
  .sign .icon {
    stroke-width: 2.6;
  }
  .leg {
    padding: calc(2.2 * var(--u)) var(--space-3);
  }
  .leg .word {
    font-size: var(--text-lead);
    font-weight: 650;
    text-align: right;
    margin-left: auto;
  }
  .leg[data-sign='go'] .word {
    color: var(--go);
  }
  .leg[data-sign='wait'] {
    background: var(--wait-soft);
  }
  .leg[data-sign='stop'] {
    background: var(--stop-soft);
  }
  .leg[data-sign='wait'] .word {
    color: var(--wait);
  }
  .leg[data-sign='stop'] .word {
    color: var(--stop);
  }
  .leg[data-sign='wait'] .title,
  .leg[data-sign='stop'] .title,
  .leg[data-sign='wait'] .detail,
  .leg[data-sign='stop'] .detail {
    color: var(--ink);
  }
  .amount {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
    justify-content: flex-end;
    gap: 0 0.25em;
    font-size: var(--text-figure);
    font-weight: 650;
    font-variant-numeric: tabular-nums;
    line-height: 1.1;
    color: var(--ink);
  }
  .amount .unit {
    font-size: 0.45em;
    font-weight: 500;
  }
  /* As high as the figure that it hides: nothing moves when the figure comes. */
  .amount.hidden {
    font-size: calc(var(--text-figure) * 0.6);
    line-height: calc(var(--text-figure) * 1.1);
    letter-spacing: 0.06em;
    color: var(--muted);
  }
  .line {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    gap: 0 var(--space-3);
    font-size: var(--text-small);
    color: var(--muted);
    line-height: 1.45;
  }
  .note-line {
    font-size: var(--text-body);
    line-height: 1.45;
    color: var(--muted);
    text-align: center;
    text-wrap: balance;
  }
  .stack.roomy {
    gap: var(--space-3);
  }
  .spelt {
    font-size: var(--text-figure);
    letter-spacing: 0.06em;
    font-variant-numeric: tabular-nums;
  }
  .who {
    font-size: var(--text-body);
    font-weight: 600;
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: baseline;
    gap: 0 var(--space-2);
  }
  .number {
    font-variant-numeric: tabular-nums;
    font-weight: 400;
    color: var(--muted);
    font-size: var(--text-small);
  }
  .sum {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-between;
    align-items: baseline;
    gap: 0 var(--space-2);
    margin-top: calc(0.4 * var(--u));
  }
  .sum .amount {
    margin-left: auto;
  }
  .ticks li {
    display: flex;
    gap: var(--space-1);
    align-items: baseline;
  }
  .ticks .icon {
    width: 1em;
    height: 1em;
    color: var(--go);
    align-self: center;
  }
  @media (orientation: landscape) and (max-aspect-ratio: 7/5) {
    .code-line {
      font-size: calc(4.2 * var(--u) * var(--scale));
      letter-spacing: 0;
    }
    .amount {
      --text-figure: calc(7 * var(--u));
    }
  }
`;
