import { css } from 'lit';

/** What fills a screen: pictures with what goes below them, large signs, the PIN, steps, countdowns. */
export const scenes = css`
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
  :host-context([data-text='largest']) .show:has(.pin) kiosk-picture {
    min-height: calc(9 * var(--u));
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
  .fill {
    flex: 1;
    min-height: 0;
  }
  .show.tight {
    gap: var(--space-2);
  }
`;
