import { css } from 'lit';

/** The few things screens are made of. One sheet, adopted by the frame and by the list. */
export const shared = css`
  * {
    box-sizing: border-box;
  }
  h1,
  h2,
  p,
  dl,
  dd,
  ul,
  ol {
    margin: 0;
    padding: 0;
    font-weight: inherit;
  }
  ul,
  ol {
    list-style: none;
  }
  :lang(zh-Hant) {
    font-family: 'Kiosk Sans TC', 'Kiosk Sans SC', sans-serif;
  }
  :lang(zh-Hans) {
    font-family: 'Kiosk Sans SC', sans-serif;
  }
  .hear {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .target {
    position: absolute;
    visibility: hidden;
    width: 0;
    height: var(--target);
  }
  .icon {
    width: 1.35em;
    height: 1.35em;
    flex: none;
    fill: none;
    stroke: currentcolor;
    stroke-width: 2;
    stroke-linecap: round;
    stroke-linejoin: round;
  }

  /* Buttons: pressed within a frame, never a hover. */
  button {
    font: inherit;
    color: inherit;
    border: 0;
    margin: 0;
    background: none;
    text-align: inherit;
    touch-action: none;
    cursor: default;
    min-width: var(--target);
    min-height: var(--target);
  }
  button:focus-visible {
    outline: calc(0.5 * var(--u)) solid var(--ink);
    outline-offset: calc(0.4 * var(--u));
  }
  .button {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-2);
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius);
    font-size: var(--text-lead);
    font-weight: 600;
    line-height: 1.2;
    text-align: center;
    background: var(--paper-raised);
    color: var(--ink);
    border: calc(0.25 * var(--u)) solid var(--edge);
  }
  .button.primary {
    background: var(--go);
    border-color: var(--go);
    color: var(--on-go);
  }
  .button.quiet {
    font-size: var(--text-body);
  }
  .button.large {
    min-height: calc(13 * var(--u));
  }
  .button[data-pressed],
  .button:active {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--paper-raised);
  }
  button:disabled {
    color: var(--muted);
    border-style: dashed;
    background: none;
  }

  /* Home: one tile per service, most urgent first and visibly different. */
  .tiles {
    display: grid;
    grid-template-columns: 1fr 1fr;
    grid-auto-rows: minmax(calc(15 * var(--u)), 1fr);
    gap: var(--space-2);
    height: 100%;
    max-height: calc(92 * var(--u));
  }
  .tiles.single {
    grid-template-columns: 1fr;
  }
  .tile {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    column-gap: calc(2.4 * var(--u));
    padding: var(--space-2) calc(2.8 * var(--u));
    border-radius: var(--radius-large);
    background: var(--paper-raised);
    border: calc(0.2 * var(--u)) solid var(--edge);
    box-shadow: var(--shadow);
    width: 100%;
  }
  .tile .disc {
    display: grid;
    place-items: center;
    width: calc(9.4 * var(--u));
    height: calc(9.4 * var(--u));
    border-radius: 50%;
    background: var(--brand);
    color: var(--on-brand);
    font-size: calc(4.1 * var(--u));
  }
  .tile .name {
    display: block;
    font-size: var(--text-tile);
    font-weight: 600;
    line-height: 1.22;
    text-wrap: balance;
  }
  .tile .note {
    display: block;
    margin-top: calc(0.6 * var(--u));
    font-size: var(--text-small);
    line-height: 1.3;
    color: var(--muted);
  }
  .tile.urgent {
    background: var(--stop);
    border-color: var(--stop);
    color: var(--on-stop);
  }
  .tile.urgent .disc {
    background: var(--on-stop);
    color: var(--stop);
  }
  .tile.urgent .note {
    color: inherit;
  }
  .tile.muted {
    background: none;
    border-style: dashed;
    box-shadow: none;
    color: var(--muted);
  }
  .tile.muted .disc {
    background: var(--paper-sunk);
    color: var(--muted);
    border: calc(0.2 * var(--u)) solid var(--edge);
  }
  .tile.muted.urgent {
    border-color: var(--stop);
    color: var(--stop);
  }
  .tile.muted.urgent .disc {
    background: var(--stop-soft);
    color: var(--stop);
    border-color: var(--stop);
  }
  .tile[data-pressed] {
    background: var(--ink);
    border-color: var(--ink);
    border-style: solid;
    color: var(--paper-raised);
  }
  .tile[data-pressed] .note {
    color: inherit;
  }

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
  .panel.wide {
    grid-template-columns: 1fr;
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
  .panel > .icon {
    font-size: calc(4.2 * var(--u));
    color: var(--brand);
    margin-top: calc(0.4 * var(--u));
  }
  .panel.code .fact {
    font-variant-numeric: tabular-nums;
    letter-spacing: 0.06em;
    font-size: var(--text-tile);
  }
  .sign {
    display: grid;
    place-items: center;
    width: calc(6.2 * var(--u));
    height: calc(6.2 * var(--u));
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
  .leg[data-sign='go'] .fact {
    color: var(--go);
  }
  .leg[data-sign='wait'] {
    background: var(--wait-soft);
  }
  .leg[data-sign='stop'] {
    background: var(--stop-soft);
  }
  .leg[data-sign='wait'] .fact {
    color: var(--wait);
  }
  .leg[data-sign='stop'] .fact {
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
    line-height: 1.15;
    color: var(--ink);
  }
  .amount .unit {
    font-size: 0.45em;
    font-weight: 500;
  }
  .amount.hidden {
    letter-spacing: 0.12em;
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

  /* A picture takes what room is left. */
  .show {
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    height: 100%;
    min-height: 0;
    align-items: stretch;
  }
  .show kiosk-picture {
    flex: 1 1 0;
    min-height: calc(24 * var(--u));
  }
  .middle {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--space-4);
    height: 100%;
  }

  .digits {
    display: flex;
    justify-content: center;
    gap: calc(2.2 * var(--u));
  }
  .digits i {
    width: calc(4.6 * var(--u));
    height: calc(4.6 * var(--u));
    border-radius: 50%;
    border: calc(0.4 * var(--u)) solid var(--edge);
    background: var(--paper-raised);
  }
  .digits i.on {
    background: var(--ink);
    border-color: var(--ink);
  }
  .keys {
    display: flex;
    flex-wrap: wrap;
    justify-content: center;
    gap: var(--space-1) var(--space-4);
    font-size: var(--text-body);
  }
  .keys li {
    display: flex;
    align-items: center;
    gap: calc(1.2 * var(--u));
  }
  .keys b {
    display: grid;
    place-items: center;
    width: calc(4.6 * var(--u));
    height: calc(4.6 * var(--u));
    border-radius: calc(0.9 * var(--u));
    font-size: calc(2.6 * var(--u));
    border: calc(0.2 * var(--u)) solid var(--edge);
  }
  .keys .yellow {
    background: #e8b33c;
    color: #182731;
  }
  .keys .green {
    background: #14693f;
    color: #ffffff;
  }
  .keys .red {
    background: #a3211b;
    color: #ffffff;
  }

  .busy {
    width: calc(11 * var(--u));
    height: calc(11 * var(--u));
    border-radius: 50%;
    border: calc(1.1 * var(--u)) solid var(--line);
    border-top-color: var(--brand);
  }
  @media (prefers-reduced-motion: no-preference) {
    .busy {
      animation: turn 1.4s linear infinite;
    }
    @keyframes turn {
      to {
        transform: rotate(360deg);
      }
    }
  }
  .busy.small {
    width: calc(6.2 * var(--u));
    height: calc(6.2 * var(--u));
    border-width: calc(0.8 * var(--u));
  }
  .steps {
    display: grid;
    gap: var(--space-2);
    font-size: var(--text-lead);
    line-height: 1.3;
    justify-content: center;
  }
  .steps li {
    display: flex;
    align-items: center;
    gap: var(--space-2);
    color: var(--muted);
  }
  .steps i {
    flex: none;
    width: calc(3 * var(--u));
    height: calc(3 * var(--u));
    border-radius: 50%;
    border: calc(0.5 * var(--u)) solid var(--edge);
  }
  .steps [data-state='done'] i {
    background: var(--go);
    border-color: var(--go);
  }
  .steps [data-state='now'] {
    color: var(--ink);
    font-weight: 650;
  }
  .steps [data-state='now'] i {
    border-color: var(--brand);
    background: var(--brand);
    border-radius: 28%;
  }
  .count {
    display: flex;
    align-items: center;
    justify-content: center;
    gap: var(--space-4);
    --size: 16;
  }
  .huge {
    --size: 52;
  }
  .stack.roomy {
    gap: var(--space-3);
  }
  .fill {
    flex: 1;
    min-height: 0;
  }
  .show.tight {
    gap: var(--space-2);
  }
  .note-line.strong {
    color: var(--ink);
    font-weight: 650;
    font-size: var(--text-lead);
  }
  .spelt {
    font-size: var(--text-figure);
    letter-spacing: 0.06em;
    font-variant-numeric: tabular-nums;
  }
  .who {
    font-size: var(--text-body);
    font-weight: 600;
  }
  .number {
    font-variant-numeric: tabular-nums;
    color: var(--muted);
    font-size: var(--text-small);
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
  .row {
    display: grid;
    grid-template-columns: auto 1fr auto;
    align-items: center;
    gap: var(--space-3);
    width: 100%;
    min-height: calc(12 * var(--u));
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-large);
    background: var(--paper-raised);
    border: calc(0.2 * var(--u)) solid var(--edge);
    font-size: var(--text-lead);
    font-weight: 600;
    line-height: 1.3;
  }
  .row > .icon:first-child {
    font-size: calc(4.4 * var(--u));
    color: var(--brand);
  }
  .row[data-pressed] {
    background: var(--ink);
    color: var(--paper-raised);
  }
  .row[data-pressed] > .icon:first-child {
    color: inherit;
  }
`;
