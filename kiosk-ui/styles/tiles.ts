import { css } from 'lit';

/** Large things to touch: the tiles of the home screen, rows that lead on. */
export const tiles = css`
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
  /* A thing to be recognised: its picture in the place of the sign. */
  .tile .document-art {
    width: calc(12 * var(--u));
    height: auto;
  }
  .tile.thing .name {
    font-size: var(--text-body);
    word-break: normal;
    overflow-wrap: anywhere;
  }
  :host-context([data-text='largest']) .tile.thing .name {
    font-size: var(--text-tile);
  }
  .tile.muted .document-art {
    opacity: 0.45;
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
    .tile .document-art {
      width: calc(9 * var(--u));
    }
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
  }
`;
