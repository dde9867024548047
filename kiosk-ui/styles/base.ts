import { css } from 'lit';

/** What everything stands on: no margins of the browser's own, script and face, icons, keys. */
export const base = css`
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
  .button[data-pressed] {
    background: var(--ink);
    border-color: var(--ink);
    color: var(--paper-raised);
  }
  button:disabled {
    color: var(--muted);
    border-style: dashed;
    background: none;
  }
`;
