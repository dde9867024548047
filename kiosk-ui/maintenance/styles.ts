import { css } from 'lit';

/** On top of the device page's: the door, the band of whoever is signed on, boxes beside the table. */
export const styles = css`
  /* Parts of the page stand in it, and take its type. */
  :host(:not(kiosk-maintenance)) {
    max-width: none;
    margin: 0;
    padding: 0;
    font-size: inherit;
  }
  .terminal {
    margin-left: 0.6em;
  }
  button.wide,
  .who button,
  .serving button,
  summary {
    min-height: 3.2em;
    padding: 0.5em 1.4em;
    border: 1px solid var(--edge);
    border-radius: 0.7em;
    background: var(--paper-raised);
    font-weight: 600;
    text-align: center;
    cursor: pointer;
  }
  button.primary {
    border-color: var(--go);
    background: var(--go);
    color: var(--on-go);
  }
  button.wide:active,
  .who button:active,
  .serving button:active {
    background: var(--ink);
    color: var(--paper-raised);
  }

  .door {
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 0.9em;
    max-width: 34em;
    margin: 8vh auto 0;
    padding: 2.2em 2em;
    border-radius: 1.2em;
    background: var(--paper-raised);
    text-align: center;
  }
  .door h2 {
    font-size: 1.7em;
    font-weight: 700;
    line-height: 1.25;
  }
  .door > .sign {
    width: 3.4em;
    height: 3.4em;
  }
  .door kiosk-picture {
    width: 100%;
    height: 34vh;
    border-radius: 0.8em;
    overflow: hidden;
  }
  .door button {
    width: 100%;
    font-size: 1.15em;
  }
  progress {
    width: 100%;
    height: 1.2em;
    accent-color: var(--go);
  }
  .quiet {
    color: var(--muted);
  }
  .wrong {
    color: var(--stop);
    font-weight: 600;
  }
  .dots {
    display: flex;
    gap: 0.8em;
  }
  .dots i {
    width: 1.2em;
    height: 1.2em;
    border: 0.14em solid var(--ink);
    border-radius: 50%;
  }
  .dots .full {
    background: var(--ink);
  }

  .who {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.3em 1.2em;
    margin-top: 1em;
    color: var(--muted);
  }
  .who strong {
    font-weight: 700;
    color: var(--ink);
  }
  .who button {
    margin-left: auto;
    color: var(--ink);
  }
  .tag {
    padding: 0.1em 0.6em;
    border-radius: 0.5em;
    background: var(--wait-soft);
    color: var(--wait);
    font-weight: 600;
  }

  .tabs {
    display: flex;
    flex-wrap: wrap;
    gap: 0.4em;
    margin-top: 0.8em;
    padding: 0.35em;
    border-radius: 0.9em;
    background: var(--paper-sunk);
  }
  .tabs button {
    flex: 1 1 auto;
    min-height: 3em;
    padding: 0.4em 1.1em;
    border: 0;
    border-radius: 0.65em;
    background: none;
    font-weight: 600;
    text-align: center;
    color: var(--muted);
    cursor: pointer;
  }
  .tabs button[aria-current] {
    background: var(--paper-raised);
    color: var(--ink);
    box-shadow: 0 1px 3px rgb(0 0 0 / 14%);
  }

  .serving {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.6em 0.8em;
    margin-top: 1em;
    padding: 0.7em 1.1em;
    border-radius: 0.8em;
    background: var(--paper-raised);
  }
  .serving[data-closed] {
    background: var(--wait-soft);
  }
  .serving > button,
  details {
    margin-left: auto;
  }
  details[open] {
    flex-basis: 100%;
  }
  summary {
    display: grid;
    place-items: center;
    list-style: none;
  }
  details[open] summary {
    width: max-content;
  }
  details[open] p,
  .why {
    margin-top: 0.8em;
  }
  .choices {
    display: flex;
    flex-wrap: wrap;
    gap: 0.6em;
    margin-top: 0.5em;
  }
  .told {
    display: flex;
    align-items: center;
    gap: 0.6em;
    font-weight: 700;
  }
  .choices + .told {
    margin-top: 0.8em;
  }
  .problem {
    margin-top: 0.8em;
    padding: 0.7em 1.1em;
    border-radius: 0.8em;
    background: var(--stop-soft);
    color: var(--stop);
    font-weight: 600;
  }

  table {
    margin-top: 1em;
  }
  .box {
    margin-top: 1em;
    padding: 0.9em 1.1em;
    border-radius: 0.8em;
    background: var(--paper-raised);
  }
  .box h2 {
    margin-bottom: 0.5em;
    font-size: 1.05em;
    font-weight: 700;
  }
  .box > button + h2,
  .box > table + .tests,
  .box > .tests + .choices {
    margin-top: 0.9em;
  }
  .box:only-child {
    grid-column: 1 / -1;
  }
  .todo ol {
    display: grid;
    gap: 0.7em;
  }
  .todo li {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 0.7em;
  }
  .tests {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(28em, 1fr));
    gap: 0.6em 1.6em;
  }
  .tests li {
    display: grid;
    grid-template-columns: auto 1fr auto auto;
    align-items: center;
    gap: 0.7em;
  }
  .box button {
    min-height: 3.2em;
    padding: 0.4em 0.9em;
    border: 1px solid var(--edge);
    border-radius: 0.7em;
    background: var(--paper);
    font-weight: 600;
    text-align: center;
    cursor: pointer;
  }
  .tests button {
    min-width: 9em;
  }
  .box button:active {
    background: var(--ink);
    color: var(--paper-raised);
  }
  .box button.primary {
    border-color: var(--go);
    background: var(--go);
    color: var(--on-go);
  }
  .box button.primary:disabled {
    border-color: var(--edge);
    background: none;
    color: var(--muted);
  }
  .cards output {
    min-width: 2.6em;
    align-self: center;
    font-size: 1.5em;
    font-weight: 700;
    text-align: center;
  }
  .counter {
    display: grid;
    gap: 0.5em;
    margin-top: 0.6em;
    padding: 0.8em;
    border-radius: 0.7em;
    background: var(--paper-sunk);
  }
  /** Side by side where the glass is wide enough. */
  .counts {
    display: flex;
    flex-wrap: wrap;
    gap: 1.1em 2em;
  }
  .counts > div {
    flex: 1 1 30em;
  }
  .counts p:last-child {
    margin-top: 0.4em;
  }
  .cards dl {
    display: grid;
    gap: 0.7em;
  }
  .cards dl > div {
    display: grid;
    gap: 0.2em;
  }
  .cards dt {
    color: var(--muted);
  }
  meter {
    display: block;
    width: 100%;
    height: 0.8em;
  }
  .found {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(26em, 1fr));
    gap: 0.5em 1.6em;
    margin: 0.8em 0 1em;
  }
  .found li {
    display: grid;
    grid-template-columns: auto 1fr;
    align-items: start;
    gap: 0.6em;
  }
  .found p {
    color: var(--muted);
  }
  .trace {
    height: 22em;
    padding: 0.8em;
    border-radius: 0.6em;
    background: var(--paper-sunk);
    overflow: auto;
    font-family: ui-monospace, 'DejaVu Sans Mono', monospace;
    font-size: 0.82em;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .history {
    display: grid;
    gap: 0.3em;
  }
  .history li {
    display: flex;
    align-items: center;
    gap: 0.6em;
  }
  .facts {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(20em, 1fr));
    gap: 0.4em 1.6em;
  }
  .plots {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(22em, 1fr));
    gap: 1em 1.6em;
  }
  .plots figure {
    margin: 0;
  }
  .plots svg {
    display: block;
    width: 100%;
    height: 6.5em;
  }
  .plots rect {
    fill: var(--go);
  }
  .plots rect.faults {
    fill: var(--stop);
  }
  .plots .axis {
    stroke: var(--edge);
  }
  .plots text {
    font-size: 9px;
    text-anchor: middle;
    fill: var(--muted);
  }
  .settings {
    margin-top: 0.6em;
  }
  .settings dt {
    font-size: 0.9em;
  }
  .settings dd {
    overflow-wrap: anywhere;
  }
  .box button[aria-pressed='true'] {
    border-color: var(--ink);
    background: var(--ink);
    color: var(--paper-raised);
  }
  .facts dt {
    color: var(--muted);
  }
`;
