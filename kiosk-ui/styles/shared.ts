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
    grid-auto-rows: minmax(min-content, 1fr);
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
    overflow-wrap: normal;
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
  .tile .name:lang(en) {
    font-size: calc(var(--text-tile) * 0.9);
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
    background: var(--paper-sunk);
    border-color: transparent;
    box-shadow: none;
    color: var(--muted);
  }
  .tile.muted .name {
    font-weight: 500;
  }
  .tile.muted .disc {
    background: none;
    color: var(--muted);
    border: calc(0.2 * var(--u)) solid var(--edge);
  }
  .tile.muted.urgent {
    background: var(--stop-soft);
    color: var(--stop);
  }
  .tile.muted.urgent .name {
    font-weight: 600;
  }
  .tile.muted.urgent .disc {
    background: var(--stop);
    color: var(--on-stop);
    border-color: var(--stop);
  }
  :host-context([data-theme='contrast']) .tile.muted {
    border-color: var(--line);
    border-style: dashed;
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
  .show.pictured {
    gap: var(--space-2);
  }
  .show:has(.pin) kiosk-picture {
    min-height: calc(16 * var(--u));
  }
  .pin {
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
  }
  /* Fewer things at a time where they are large. */
  :host-context([data-text='largest']) .pin .note-line {
    display: none;
  }
  .show:not(.pictured) > .pin {
    height: 100%;
    justify-content: space-evenly;
  }
  .middle {
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--space-4);
    height: 100%;
  }

  /* Where the hand has nothing to do: one large sign, one sentence. */
  .hero {
    flex: 1;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: var(--space-3);
    height: 100%;
    text-align: center;
  }
  .emblem {
    position: relative;
    flex: none;
    display: grid;
    place-items: center;
    width: calc(36 * var(--u));
    height: calc(36 * var(--u));
    border-radius: 50%;
    font-size: calc(13 * var(--u));
    background: var(--paper-raised);
    color: var(--brand);
    box-shadow:
      0 0 0 calc(1.4 * var(--u)) var(--brand-soft),
      var(--shadow);
  }
  .emblem .icon {
    stroke-width: 1.4;
  }
  .emblem .card-art {
    width: calc(23 * var(--u));
    rotate: -6deg;
  }
  .emblem[data-tone='go'] {
    color: var(--go);
    box-shadow: 0 0 0 calc(1.4 * var(--u)) var(--go-soft);
  }
  :host-context([data-theme='contrast']) .emblem {
    color: var(--ink);
    box-shadow: 0 0 0 calc(0.4 * var(--u)) var(--edge);
  }
  .emblem.turning::after {
    content: '';
    position: absolute;
    inset: calc(-1.4 * var(--u));
    border-radius: 50%;
    border: calc(1.4 * var(--u)) solid transparent;
    border-top-color: var(--brand);
  }
  :host-context([data-theme='contrast']) .emblem.turning::after {
    border-top-color: var(--ink);
  }
  @media (prefers-reduced-motion: no-preference) {
    .emblem.turning::after {
      animation: turn 1.4s linear infinite;
    }
  }
  .hero-text {
    font-size: var(--text-tile);
    font-weight: 650;
    line-height: 1.3;
    text-wrap: balance;
  }
  .hero-detail {
    font-size: var(--text-body);
    line-height: 1.4;
    color: var(--muted);
  }
  .stations {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(0, 1fr));
    grid-auto-flow: column;
    align-items: center;
    height: 100%;
  }
  .station {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: var(--space-2);
    text-align: center;
  }
  .station .emblem {
    width: calc(26 * var(--u));
    height: calc(26 * var(--u));
    margin-bottom: var(--space-2);
  }

  .digits {
    display: flex;
    justify-content: center;
    gap: calc(2.2 * var(--u));
  }
  .digits i {
    width: calc(5 * var(--u));
    height: calc(5 * var(--u));
    border-radius: 50%;
    border: calc(0.4 * var(--u)) solid var(--edge);
    background: var(--paper-raised);
  }
  .digits i.on {
    background: var(--ink);
    border-color: var(--ink);
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(3, minmax(0, 1fr));
    gap: var(--space-2);
    font-size: var(--text-body);
    line-height: 1.25;
    text-align: center;
  }
  .keys li {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: calc(0.8 * var(--u));
  }
  .keys b {
    display: grid;
    place-items: center;
    width: calc(5.4 * var(--u));
    height: calc(5.4 * var(--u));
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
  .who {
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
  .row {
    display: grid;
    grid-template-columns: auto 1fr auto;
    align-items: center;
    gap: var(--space-3);
    width: 100%;
    min-height: calc(15 * var(--u));
    padding: var(--space-2) var(--space-3);
    border-radius: var(--radius-large);
    background: var(--paper-raised);
    border: calc(0.2 * var(--u)) solid var(--edge);
    box-shadow: var(--shadow);
    font-size: var(--text-tile);
    font-weight: 600;
    line-height: 1.3;
  }
  .row[data-pressed] {
    background: var(--ink);
    color: var(--paper-raised);
  }

  @media (orientation: landscape) {
    .tile {
      --text-tile: calc(4.1 * var(--u) * var(--scale));
    }
    .tiles {
      max-height: none;
    }
  }
  @media (orientation: landscape) and (max-aspect-ratio: 7/5) {
    .tile {
      --text-tile: calc(3.7 * var(--u) * var(--scale));
      --text-small: calc(2.5 * var(--u) * var(--scale));
      column-gap: calc(1.6 * var(--u));
      padding: var(--space-1) calc(1.8 * var(--u));
    }
    .tile .disc {
      width: calc(7.2 * var(--u));
      height: calc(7.2 * var(--u));
      font-size: calc(3.2 * var(--u));
    }
    .amount {
      --text-figure: calc(7 * var(--u));
    }
  }
`;
