import { css } from 'lit';

/** Where things stand. Portrait: story in the upper 35 %, touch below. Landscape: story left, touch right. */
export const frame = css`
  :host {
    display: block;
    position: fixed;
    inset: 0;
    font-family: var(--font);
    color: var(--ink);
    background: var(--brand-deep);
  }
  .frame {
    display: grid;
    height: 100%;
    grid-template-rows: minmax(22%, auto) minmax(0, 1fr) auto;
    background: linear-gradient(165deg, var(--brand), var(--brand-deep));
  }
  /* Chinese is wrapped between clauses, not inside a word; only a clause longer than the line is broken. */
  .frame:lang(zh) {
    word-break: keep-all;
    overflow-wrap: anywhere;
    line-break: strict;
  }
  .frame[data-story='tall'] {
    grid-template-rows: 35% minmax(0, 1fr) auto;
  }
  .story {
    position: relative;
    isolation: isolate;
    overflow: hidden;
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    padding: var(--space-4) var(--space-5) calc(7.4 * var(--u));
    color: var(--on-brand);
  }
  /* Two quiet arcs, as on the card's own face. */
  .story::before,
  .story::after {
    content: '';
    position: absolute;
    z-index: -1;
    border-radius: 50%;
    border: calc(7 * var(--u)) solid rgb(255 255 255 / 4.5%);
    width: calc(88 * var(--u));
    height: calc(88 * var(--u));
    right: calc(-34 * var(--u));
    bottom: calc(-52 * var(--u));
  }
  .story::after {
    width: calc(60 * var(--u));
    height: calc(60 * var(--u));
    right: calc(-20 * var(--u));
    bottom: calc(-38 * var(--u));
  }
  .top {
    display: flex;
    align-items: baseline;
    gap: var(--space-2);
    font-size: var(--text-bar);
    color: var(--on-brand-quiet);
    line-height: 1.4;
  }
  .bank {
    font-weight: 600;
    color: var(--on-brand);
  }
  .place {
    flex: 1;
  }
  .called {
    display: flex;
    align-items: center;
    gap: calc(0.6 * var(--u));
    color: var(--on-brand);
    font-weight: 600;
    font-variant-numeric: tabular-nums;
  }
  .clock {
    font-variant-numeric: tabular-nums;
    margin-left: auto;
  }
  .where {
    flex: 1;
    min-height: 0;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    align-items: center;
    gap: var(--space-4);
  }
  .medal {
    display: grid;
    place-items: center;
    width: calc(14 * var(--u));
    height: calc(14 * var(--u));
    border-radius: 50%;
    font-size: calc(6 * var(--u));
    background: rgb(255 255 255 / 12%);
    color: var(--on-brand);
  }
  .medal .icon {
    stroke-width: 1.7;
  }
  .where .card-art {
    width: calc(30 * var(--u));
    order: 1;
    filter: drop-shadow(0 calc(1 * var(--u)) calc(1.6 * var(--u)) rgb(0 0 0 / 30%));
    rotate: -7deg;
  }
  .where:has(.card-art) {
    grid-template-columns: minmax(0, 1fr) auto;
  }
  :host-context([data-text='largest']) .where .card-art {
    display: none;
  }
  .step {
    font-size: var(--text-small);
    color: var(--on-brand-quiet);
    margin-bottom: var(--space-1);
  }
  h1 {
    font-size: var(--text-title);
    font-weight: 650;
    line-height: 1.22;
    text-wrap: balance;
    letter-spacing: 0.005em;
  }
  .also {
    margin-top: calc(0.8 * var(--u));
    font-size: var(--text-body);
    line-height: 1.3;
    color: var(--on-brand-quiet);
  }
  .also + .lead {
    margin-top: calc(2.4 * var(--u));
    color: var(--on-brand);
  }
  .lead {
    margin-top: calc(1.4 * var(--u));
    font-size: var(--text-lead);
    line-height: 1.38;
    color: var(--on-brand-quiet);
    text-wrap: pretty;
    /* A masked name in Latin letters is one long row of stars. */
    overflow-wrap: anywhere;
  }

  .sheet {
    position: relative;
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    min-height: 0;
    margin-top: calc(-3.4 * var(--u));
    padding: var(--space-4) var(--space-5) var(--space-3);
    border-radius: calc(3.4 * var(--u)) calc(3.4 * var(--u)) 0 0;
    background: var(--paper);
  }
  .body {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  .buttons {
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
  }
  .choices {
    display: grid;
    gap: var(--space-2);
    grid-template-columns: repeat(auto-fit, minmax(min(100%, calc(30 * var(--u) * var(--scale))), 1fr));
  }
  .ways {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--space-3);
  }
  .ways .button {
    min-height: calc(10.5 * var(--u));
    gap: var(--space-1);
    padding-inline: var(--space-1);
    font-size: calc(var(--text-lead) * 0.92);
  }

  .bar {
    display: flex;
    align-items: stretch;
    gap: calc(1.2 * var(--u));
    padding: calc(1.4 * var(--u)) var(--space-5) calc(1.8 * var(--u));
    background: var(--paper-sunk);
    border-top: calc(0.15 * var(--u)) solid var(--line);
  }
  .item {
    flex: 1 1 0;
    display: flex;
    flex-direction: column;
    align-items: center;
    justify-content: center;
    gap: calc(0.5 * var(--u));
    min-height: calc(10 * var(--u));
    padding: calc(0.6 * var(--u)) 0;
    border-radius: var(--radius);
    font-size: var(--text-bar);
    font-weight: 500;
    line-height: 1.1;
    text-align: center;
    white-space: nowrap;
  }
  .item .icon {
    width: calc(4.2 * var(--u));
    height: calc(4.2 * var(--u));
  }
  .item.help {
    flex: 1.35 1 0;
    background: var(--ink);
    color: var(--paper-raised);
    font-weight: 600;
  }
  .languages {
    flex: 3 1 0;
    display: flex;
    border-radius: var(--radius);
    border: calc(0.2 * var(--u)) solid var(--edge);
    background: var(--paper-raised);
    overflow: hidden;
  }
  .item.language {
    border-radius: 0;
    min-height: calc(9.4 * var(--u));
    font-size: calc(3.5 * var(--u));
  }
  .item.language[aria-pressed='true'] {
    background: var(--brand);
    color: var(--on-brand);
    font-weight: 650;
  }
  .item[aria-pressed='true']:not(.language) {
    background: var(--paper-raised);
    box-shadow: inset 0 0 0 calc(0.3 * var(--u)) var(--ink);
  }
  .item[data-pressed] {
    background: var(--ink);
    color: var(--paper-raised);
  }
  .item.help[data-pressed] {
    background: var(--brand);
    color: var(--on-brand);
  }
  .item.help:disabled {
    background: none;
    color: var(--muted);
    box-shadow: inset 0 0 0 calc(0.2 * var(--u)) var(--edge);
  }
  :host-context([data-theme='contrast']) .story {
    border-bottom: calc(0.3 * var(--u)) solid var(--edge);
  }
  :host-context([data-theme='contrast']) .item.language[aria-pressed='true'] {
    background: var(--ink);
    color: var(--paper);
  }

  /* Wide: story and bar left, everything else right, over the whole height. */
  @media (orientation: landscape) {
    .frame,
    .frame[data-story='tall'] {
      grid-template-columns: 36% minmax(0, 1fr);
      grid-template-rows: minmax(0, 1fr) auto;
    }
    .story {
      grid-area: 1 / 1;
      padding: var(--space-4) var(--space-4) var(--space-2);
    }
    .top {
      flex-wrap: wrap;
    }
    .place {
      flex: 1 0 100%;
      order: 3;
    }
    .called {
      order: 4;
    }
    .where,
    .where:has(.card-art) {
      grid-template-columns: minmax(0, 1fr);
      align-content: safe center;
      gap: var(--space-3);
    }
    .medal {
      width: calc(12 * var(--u));
      height: calc(12 * var(--u));
      font-size: calc(5.2 * var(--u));
    }
    .where:has(kiosk-picture) {
      grid-template-rows: auto minmax(0, 1fr);
      gap: var(--space-3);
    }
    .where:has(kiosk-picture) .medal {
      display: none;
    }
    .where > kiosk-picture {
      align-self: stretch;
    }
    .where .card-art {
      order: 0;
      margin-bottom: var(--space-2);
    }
    .sheet {
      grid-area: 1 / 2 / 3 / 2;
      margin: 0;
      padding: var(--space-4);
      border-radius: calc(3.4 * var(--u)) 0 0 calc(3.4 * var(--u));
      overflow: hidden;
    }
    .bar {
      grid-area: 2 / 1;
      display: grid;
      grid-template-columns: repeat(12, minmax(0, 1fr));
      gap: calc(1 * var(--u)) calc(0.6 * var(--u));
      padding: 0 var(--space-3) var(--space-3) var(--space-4);
      background: none;
      border: 0;
      color: var(--on-brand);
    }
    .item {
      grid-column: span 4;
      min-height: var(--target);
    }
    .item.help {
      background: var(--on-brand);
      color: var(--brand-deep);
    }
    .item.help:disabled {
      background: none;
      color: var(--on-brand-quiet);
      box-shadow: inset 0 0 0 calc(0.2 * var(--u)) var(--on-brand-quiet);
    }
    .languages {
      grid-column: span 8;
      color: var(--ink);
    }
    .item.language {
      min-width: calc(20 * var(--mm, 0px));
    }
    .item[aria-pressed='true']:not(.language) {
      background: none;
      box-shadow: inset 0 0 0 calc(0.3 * var(--u)) var(--on-brand);
    }
  }
  /* Room for one row: back, choices, out; the sign stands above the word. */
  @media (orientation: landscape) {
    .buttons.abreast {
      flex-direction: row;
      gap: var(--space-2);
    }
    .buttons.abreast > .choices,
    .buttons.abreast > .ways {
      display: contents;
    }
    .buttons.abreast > * > * {
      flex: 1 1 0;
      order: 1;
      min-height: calc(12 * var(--u));
    }
    .buttons > .ways > :first-child {
      order: 0;
    }
    .buttons > .ways > :last-child {
      order: 2;
    }
    .buttons.abreast:not([data-choices='0']) > .ways > span:empty {
      display: none;
    }
    .buttons.abreast .button {
      flex-direction: column;
      gap: calc(0.6 * var(--u));
      padding: var(--space-1) var(--space-1);
      font-size: calc(var(--text-lead) * 0.92);
    }
  }
  /* In a narrow column clauses do not fit into a line: then characters are wrapped as usual. */
  @media (orientation: landscape) {
    :host-context([data-text='largest']) .where:lang(zh) {
      word-break: normal;
      overflow-wrap: break-word;
    }
    :host-context([data-text='largest']) .where {
      --text-title: calc(5.2 * var(--u) * var(--scale));
      --text-lead: calc(3.6 * var(--u) * var(--scale));
    }
    :host-context([data-text='largest']) .medal {
      display: none;
    }
    .buttons[data-choices='3'] > .choices {
      grid-template-columns: repeat(3, minmax(0, 1fr));
    }
    .buttons[data-choices='3'] > .choices > .button {
      flex-direction: column;
      gap: calc(0.4 * var(--u));
      padding: var(--space-1);
      font-size: calc(var(--text-lead) * 0.92);
    }
  }
  /* A 5:4 panel: the left column is narrow. */
  @media (orientation: landscape) and (max-aspect-ratio: 7/5) {
    .frame,
    .frame[data-story='tall'] {
      grid-template-columns: 37% minmax(0, 1fr);
    }
    .frame:lang(zh) {
      word-break: normal;
      overflow-wrap: break-word;
    }
    .ways .button {
      font-size: calc(var(--text-lead) * 0.85);
    }
    .buttons.abreast .button {
      font-size: calc(var(--text-lead) * 0.72);
    }
    .where,
    :host-context([data-text='largest']) .where {
      --text-title: calc(4.6 * var(--u) * var(--scale));
      gap: var(--space-3);
    }
    .medal {
      width: calc(11 * var(--u));
      height: calc(11 * var(--u));
      font-size: calc(5 * var(--u));
    }
    .where .card-art {
      width: calc(24 * var(--u));
    }
  }
`;
