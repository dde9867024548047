import { css } from 'lit';

/** Figures of the day: columns that line up, points with their choices below. */
export const dayStyles = css`
  table {
    width: 100%;
    border-collapse: collapse;
  }
  th {
    padding: 0.3em 0.5em;
    color: var(--muted);
    font-weight: 400;
    text-align: start;
  }
  td {
    padding: 0.35em 0.5em;
    border-top: 1px solid var(--line);
  }
  .figure {
    font-variant-numeric: tabular-nums;
    text-align: end;
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
  .wrong {
    color: var(--stop);
    font-weight: 700;
  }
  small {
    color: var(--muted);
  }
  button[aria-pressed='true'] {
    border-color: var(--brand);
    background: var(--brand);
    color: var(--on-brand);
  }
`;
