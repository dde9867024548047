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
    grid-template-rows: minmax(22%, auto) minmax(0, 1fr);
  }
  /* Chinese is wrapped between clauses, not inside a word; only a clause longer than the line is broken. */
  .frame:lang(zh) {
    word-break: keep-all;
    overflow-wrap: anywhere;
    line-break: strict;
  }
  .frame[data-story='tall'] {
    grid-template-rows: 35% minmax(0, 1fr);
  }
  .story {
    position: relative;
    isolation: isolate;
    overflow: hidden;
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    padding: var(--space-4) var(--space-5) calc(7.4 * var(--u));
    background: linear-gradient(165deg, var(--brand), var(--brand-deep));
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
  .clock {
    font-variant-numeric: tabular-nums;
    margin-left: auto;
  }
  .where {
    flex: 1;
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
  @media (prefers-reduced-motion: no-preference) {
    .where .card-art {
      animation: float 6s ease-in-out infinite;
    }
    @keyframes float {
      50% {
        translate: 0 calc(-1.2 * var(--u));
      }
    }
  }
  .frame[data-tone='go'] .medal {
    background: #ffffff;
    color: #14693f;
  }
  .frame[data-tone='wait'] .medal {
    background: #ffe2a3;
    color: #5c3a00;
    border-radius: 30%;
  }
  .frame[data-tone='stop'] .medal {
    background: #ffd9d4;
    color: #8a1610;
    border-radius: 30%;
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
  }

  .sheet {
    position: relative;
    display: flex;
    flex-direction: column;
    gap: var(--space-3);
    min-height: 0;
    margin-top: calc(-3.4 * var(--u));
    padding: var(--space-4) var(--space-5) 0;
    border-radius: calc(3.4 * var(--u)) calc(3.4 * var(--u)) 0 0;
    background: var(--paper);
  }
  .body {
    position: relative;
    flex: 1;
    min-height: 0;
  }
  .choices {
    display: grid;
    gap: var(--space-2);
    grid-template-columns: repeat(auto-fit, minmax(min(100%, calc(34 * var(--u) * var(--scale))), 1fr));
  }
  .ways {
    display: grid;
    grid-template-columns: 1fr 1fr;
    gap: var(--space-3);
  }
  .ways .button {
    min-height: calc(10.5 * var(--u));
    font-size: calc(var(--text-lead) * 0.95);
  }

  .bar {
    display: flex;
    align-items: stretch;
    gap: calc(1.2 * var(--u));
    margin: 0 calc(-1 * var(--space-5));
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

  @media (orientation: landscape) {
    .frame,
    .frame[data-story='tall'] {
      grid-template-rows: none;
      grid-template-columns: 36% minmax(0, 1fr);
    }
    .where:has(.card-art) {
      grid-template-columns: minmax(0, 1fr);
    }
    .where .card-art {
      order: 0;
    }
    .story {
      padding: var(--space-4) calc(7 * var(--u)) var(--space-4) var(--space-4);
    }
    .top {
      flex-wrap: wrap;
    }
    .place {
      flex: 1 0 100%;
      order: 3;
    }
    .where {
      grid-template-columns: minmax(0, 1fr);
      align-content: center;
      padding-bottom: calc(10 * var(--u));
    }
    .sheet {
      margin: 0 0 0 calc(-3.4 * var(--u));
      padding: var(--space-4) var(--space-4) 0;
      border-radius: calc(3.4 * var(--u)) 0 0 calc(3.4 * var(--u));
      overflow: hidden;
    }
    .bar {
      margin: 0 calc(-1 * var(--space-4));
      padding: calc(1.2 * var(--u)) var(--space-4) calc(1.4 * var(--u));
    }
  }
`;
