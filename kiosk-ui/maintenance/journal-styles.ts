import { css } from 'lit';

/** The journal: what is looked for above, what was found below. */
export const journalStyles = css`
  :host {
    display: grid;
    gap: 1em;
    padding: 0;
  }
  .box {
    margin: 0;
  }
  .chain {
    display: grid;
    grid-template-columns: auto 1fr auto;
    align-items: center;
    gap: 0.8em;
    margin-top: 1em;
    padding: 0.6em 1.1em;
    border-radius: 0.8em;
    background: var(--paper-raised);
  }
  .chain[data-chain='damaged'] {
    background: var(--stop-soft);
    color: var(--stop);
  }
  .chain button,
  .finder button,
  .episodes .choices button,
  .story .choices button,
  .export button {
    min-width: 3.2em;
    min-height: 3.2em;
    padding: 0.4em 0.9em;
    border: 1px solid var(--edge);
    border-radius: 0.7em;
    background: var(--paper);
    font-weight: 600;
    text-align: center;
    cursor: pointer;
  }
  .finder button[aria-pressed='true'] {
    border-color: var(--brand);
    background: var(--brand);
    color: var(--on-brand);
  }
  .finder button.primary,
  .export button.primary {
    border-color: var(--go);
    background: var(--go);
    color: var(--on-go);
  }
  button:disabled {
    opacity: 0.35;
  }

  .finder {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(15em, 1fr));
    gap: 0.6em;
  }
  .day {
    display: grid;
    grid-template-columns: auto 1fr auto;
    align-items: center;
    gap: 0.4em;
    text-align: center;
  }
  .day strong {
    font-variant-numeric: tabular-nums;
  }
  .finder small,
  .day small {
    font-weight: 400;
    color: var(--muted);
  }
  .finder details,
  .finder details[open] {
    margin: 0;
  }
  .finder details[open] {
    grid-column: 1 / -1;
  }
  .finder summary,
  .finder details[open] summary {
    display: flex;
    justify-content: center;
    align-items: center;
    gap: 0.6em;
    width: auto;
    margin: 0;
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(12, 1fr);
    gap: 0.4em;
    margin-top: 0.6em;
  }
  .keys .long {
    grid-column: span 12;
  }
  .finder output {
    min-width: 7em;
    align-self: stretch;
    padding: 0.2em 0.5em;
    border-bottom: 2px solid var(--edge);
    font-size: 1.4em;
    font-weight: 700;
  }

  .episodes ul {
    display: grid;
    margin: 0 -1.1em 0.8em;
  }
  .episodes li + li {
    border-top: 1px solid var(--line);
  }
  .episodes .episode {
    display: grid;
    grid-template-columns: 6.2em 4em 1.5em 1fr;
    align-items: baseline;
    gap: 0.8em;
    width: 100%;
    min-height: 3.2em;
    padding: 0.7em 1.1em;
    border: 0;
    border-radius: 0;
    background: none;
    font-weight: 400;
    text-align: start;
  }
  .episodes .episode[data-kind='between'] {
    background: var(--paper);
  }
  .episode .sign {
    align-self: start;
  }
  .episodes .episode:active {
    background: var(--paper-sunk);
    color: inherit;
  }
  .episode time,
  .story time {
    font-variant-numeric: tabular-nums;
    font-weight: 600;
  }
  .episode small {
    font-weight: 400;
    color: var(--muted);
  }
  .episode code {
    margin-inline-end: 0.4em;
  }
  .episode .what {
    display: block;
  }

  /* Full, outlined, dashed: told apart without a colour. */
  .kind {
    min-width: 4em;
    padding: 0.1em 0.5em;
    border: 1px solid var(--edge);
    border-radius: 0.4em;
    font-size: 0.9em;
    font-weight: 600;
    text-align: center;
  }
  .kind[data-kind='staff'] {
    border-color: var(--ink);
    background: var(--ink);
    color: var(--paper-raised);
  }
  .kind[data-kind='between'] {
    border-style: dashed;
    color: var(--muted);
  }

  .copied {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.8em;
    margin-top: 0.6em;
  }
  .copied small {
    display: block;
    color: var(--muted);
  }

  .story h2 {
    display: flex;
    align-items: center;
    gap: 0.7em;
  }
  .story ol {
    display: grid;
    gap: 0.5em;
    margin-bottom: 1em;
  }
  .story li {
    display: grid;
    grid-template-columns: auto 1.5em 1fr;
    align-items: start;
    gap: 0.8em;
  }
  .story li[data-trouble] p {
    font-weight: 600;
  }
  .story small {
    display: block;
    font-weight: 400;
    color: var(--muted);
  }
`;
