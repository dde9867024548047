import { css } from 'lit';

/** The staff's page is read and scrolled like any other; the kiosk's own takes no touch of its own accord. */
export const pageStyle = css`
  :root,
  body {
    height: auto;
    min-height: 100%;
    overflow: auto;
    background: var(--paper);
    touch-action: auto;
    user-select: text;
    -webkit-user-select: text;
  }
`;

/**
 * Dense and calm: what is well is one quiet line; what is not has a coloured edge, a sign with its word, and under it why
 * and what to do. Lengths follow the type, which follows the width of the panel.
 */
export const styles = css`
  :host {
    display: block;
    box-sizing: border-box;
    max-width: 110rem;
    margin: 0 auto;
    padding: 1.6em 1.8em 2.4em;
    font-family: var(--font);
    font-size: clamp(14px, 1.17vw, 20px);
    line-height: 1.35;
    color: var(--ink);
    font-variant-numeric: tabular-nums;
  }
  @media (orientation: portrait) {
    :host {
      font-size: clamp(14px, 1.55vw, 26px);
    }
  }
  small {
    font-size: 0.85em;
    color: var(--muted);
  }
  code {
    font: inherit;
    font-size: 0.92em;
    padding: 0.05em 0.4em;
    border-radius: 0.3em;
    background: var(--paper-sunk);
  }

  header {
    display: flex;
    align-items: baseline;
    gap: 1.2em;
  }
  h1 {
    font-size: 1.9em;
    font-weight: 700;
    line-height: 1.2;
  }
  .checked {
    color: var(--muted);
  }
  .language {
    align-self: center;
    margin-left: auto;
    min-width: 0;
    min-height: 2.6em;
    padding: 0.3em 1.1em;
    border: 1px solid var(--edge);
    border-radius: 0.6em;
    background: var(--paper-raised);
    font-weight: 600;
    cursor: pointer;
  }
  .language:active {
    background: var(--ink);
    color: var(--paper-raised);
  }
  button:focus-visible,
  main:focus-visible {
    outline: 3px solid var(--ink);
    outline-offset: 3px;
  }

  .sign {
    flex: none;
    width: 1.5em;
    height: 1.5em;
    fill: none;
    stroke-linecap: round;
    stroke-linejoin: round;
  }
  .outline {
    fill: var(--tone);
    stroke: var(--tone);
    stroke-width: 1;
  }
  .mark {
    stroke: var(--paper-raised);
    stroke-width: 2.4;
  }
  .sign[data-sign='coming'] .outline,
  .sign[data-sign='away'] .outline,
  .sign[data-sign='unknown'] .outline {
    fill: none;
    stroke-width: 2.2;
  }
  .sign[data-sign='coming'] .mark,
  .sign[data-sign='away'] .mark,
  .sign[data-sign='unknown'] .mark {
    stroke: var(--tone);
  }
  .sign[data-sign='away'] .outline {
    stroke-dasharray: 4 3.2;
  }
  [data-sign] {
    --tone: var(--muted);
    --tone-soft: transparent;
  }
  [data-sign='well'] {
    --tone: var(--go);
  }
  [data-sign='coming'],
  [data-sign='limping'] {
    --tone: var(--wait);
    --tone-soft: var(--wait-soft);
  }
  [data-sign='out'],
  [data-sign='away'] {
    --tone: var(--stop);
    --tone-soft: var(--stop-soft);
  }

  .verdict {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: center;
    gap: 0.1em 0.8em;
    margin-top: 1em;
    padding: 0.8em 1.1em;
    border-radius: 0.8em;
    background: var(--go-soft);
  }
  .verdict strong {
    font-size: 1.25em;
    font-weight: 700;
  }
  .verdict ul,
  .verdict p {
    grid-column: 2;
  }
  .verdict li b {
    font-weight: 650;
  }
  .verdict[data-verdict='limited'],
  .verdict[data-verdict='partly'] {
    background: var(--wait-soft);
  }
  .verdict[data-verdict='outOfService'],
  .verdict[data-verdict='noAnswer'] {
    background: var(--stop-soft);
  }
  .verdict code {
    background: var(--paper-raised);
  }

  main {
    margin-top: 1.1em;
    overflow-x: auto;
    border: 1px solid var(--line);
    border-radius: 0.8em;
    background: var(--paper-raised);
  }
  .stale {
    filter: grayscale(1);
  }
  /* Fixed, so that nothing moves sideways while states come and go. */
  table {
    width: 100%;
    min-width: 56em;
    table-layout: fixed;
    border-collapse: collapse;
  }
  th,
  td {
    padding: 0.45em 0.7em;
    text-align: left;
    vertical-align: top;
    font-weight: 400;
  }
  th:first-child,
  td:first-child {
    padding-left: 1.1em;
  }
  thead th,
  .group th {
    padding: 0.6em calc(0.7em / 0.85);
    font-size: 0.85em;
    font-weight: 600;
    line-height: 1.2;
    color: var(--muted);
    background: var(--paper-sunk);
    vertical-align: bottom;
  }
  thead th:first-child,
  .group th:first-child {
    padding-left: calc(1.1em / 0.85);
  }
  thead th:nth-child(1) {
    width: 16.5%;
  }
  thead th:nth-child(2) {
    width: 13%;
  }
  thead th:nth-child(3) {
    width: 11.5%;
  }
  thead th:nth-child(4) {
    width: 8.5%;
  }
  thead th:nth-child(5) {
    width: 12.5%;
  }
  thead th:nth-child(6) {
    width: 14%;
  }
  @media (orientation: portrait) {
    thead th:nth-child(1) {
      width: 18.5%;
    }
    thead th:nth-child(2) {
      width: 15%;
    }
    thead th:nth-child(3) {
      width: 11.5%;
    }
    thead th:nth-child(4) {
      width: 9%;
    }
    thead th:nth-child(5) {
      width: 11.5%;
    }
  }
  tbody {
    border-top: 1px solid var(--line);
  }
  tbody th {
    font-weight: 650;
    white-space: nowrap;
  }
  tbody small {
    display: block;
    font-weight: 400;
    line-height: 1.3;
    white-space: nowrap;
  }
  time {
    white-space: nowrap;
  }
  .dash {
    color: var(--muted);
  }
  .state span {
    font-weight: 650;
    color: var(--tone);
    white-space: nowrap;
  }
  .state .sign {
    margin-right: 0.5em;
    vertical-align: -0.36em;
  }

  tbody[data-sign='limping'],
  tbody[data-sign='coming'],
  tbody[data-sign='out'],
  tbody[data-sign='away'] {
    background: var(--tone-soft);
  }
  tbody:is([data-sign='limping'], [data-sign='coming'], [data-sign='out'], [data-sign='away']) tr > :first-child {
    box-shadow: inset 0.28em 0 var(--tone);
  }

  .ladder {
    display: block;
    white-space: nowrap;
  }
  .rungs {
    display: flex;
    align-items: flex-end;
    gap: 0.22em;
    height: 1.35em;
    padding-bottom: 0.2em;
  }
  .rungs i {
    width: 1.1em;
    height: 40%;
    border-radius: 0.15em;
    border: 1px solid var(--tone);
  }
  .rungs i:nth-child(2) {
    height: 60%;
  }
  .rungs i:nth-child(3) {
    height: 80%;
  }
  .rungs i:nth-child(4) {
    height: 100%;
  }
  .rungs .climbed {
    background: var(--tone);
  }

  .effect {
    display: block;
  }
  .effect b {
    font-weight: 650;
    color: var(--tone);
  }

  .story td {
    padding-top: 0;
    padding-bottom: 0.6em;
  }
  .story dl {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: 0.2em 1.6em;
  }
  .story dl > div {
    display: flex;
    gap: 0.7em;
  }
  .story dt {
    flex: none;
    color: var(--muted);
  }
  .story .todo {
    font-weight: 600;
  }
  [data-sign='well'] .todo {
    font-weight: 400;
  }
  .story .code {
    color: var(--muted);
    background: none;
    padding: 0;
    white-space: nowrap;
  }
`;
