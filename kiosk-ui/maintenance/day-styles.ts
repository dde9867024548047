import { css } from 'lit';

/** Figures of the day: columns that line up, points with their choices below. */
export const dayStyles = css`
  table {
    min-width: 0;
    margin-top: 0;
    table-layout: auto;
  }
  th,
  td {
    padding: 0.35em 0.5em;
  }
  th:first-child,
  td:first-child {
    width: 100%;
    padding-left: 0;
  }
  td {
    border-top: 1px solid var(--line);
  }
  thead td {
    border: 0;
    background: var(--paper-sunk);
  }
  .keeper {
    padding-top: 0.9em;
    font-weight: 700;
  }
  [data-figure='apart'] {
    color: var(--muted);
  }
  .sum td {
    border-top-color: var(--edge);
    font-weight: 700;
  }
  .figure {
    min-width: 7em;
    text-align: end;
    white-space: nowrap;
  }
  tr[data-differs] td {
    color: var(--stop);
    font-weight: 700;
  }
  .place + .place,
  li + li {
    margin-top: 0.8em;
    padding-top: 0.8em;
    border-top: 1px solid var(--line);
  }
  .place output {
    min-width: 2.6em;
    align-self: center;
    font-size: 1.5em;
    font-weight: 700;
    text-align: center;
  }
  .choices {
    align-items: center;
  }
  .box > .choices:first-child {
    margin-top: 0;
  }
  .wrong {
    color: var(--stop);
    font-weight: 700;
  }
  small {
    margin-inline-start: 0.6em;
  }
`;
