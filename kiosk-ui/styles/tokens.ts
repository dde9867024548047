import { css } from 'lit';

/**
 * Every colour, size and duration of the touchscreen. A bank that wants its own face changes the two `brand` lines.
 * Lengths follow the screen: `--u` is 1/100 of its short side (10.8 px at 1080), so one layout serves every panel.
 * Each colour that carries text has an on-colour with at least 4.5:1; `edge` and the signal colours have 3:1 on paper.
 */
export const tokens = css`
  :root {
    --u: 1vmin;

    --brand: #0e4b5b;
    --brand-deep: #0a3a48;
    --brand-soft: #dfeaec;
    --on-brand: #ffffff;
    --on-brand-quiet: #c4dbe1;

    --paper: #f6f3ec;
    --paper-raised: #ffffff;
    --paper-sunk: #ebe6db;
    --ink: #182731;
    --muted: #51606a;
    --line: #d9d3c5;
    --edge: #81898d;

    --go: #14693f;
    --on-go: #ffffff;
    --go-soft: #e0efe5;
    --wait: #7d4f00;
    --on-wait: #ffffff;
    --wait-soft: #f8ebcf;
    /* Graphics only: 3:1 on paper, too light for text. */
    --wait-mark: #c07a00;
    --stop: #a3211b;
    --on-stop: #ffffff;
    --stop-soft: #f9e4e0;

    --shadow: 0 calc(0.2 * var(--u)) calc(0.4 * var(--u)) rgb(24 39 49 / 7%),
      0 calc(0.8 * var(--u)) calc(2.4 * var(--u)) rgb(24 39 49 / 8%);

    --space-1: calc(1 * var(--u));
    --space-2: calc(2 * var(--u));
    --space-3: calc(3 * var(--u));
    --space-4: calc(4 * var(--u));
    --space-5: calc(5 * var(--u));

    /* 20 mm on the panel (kiosk display settings set --mm), never less than 96 px at 1080 wide. */
    --target: max(calc(8.9 * var(--u)), calc(20 * var(--mm, 0px)));
    --radius: calc(2.2 * var(--u));
    --radius-large: calc(3.4 * var(--u));

    --scale: 1;
    --text-small: calc(2.8 * var(--u) * var(--scale));
    --text-body: calc(3.4 * var(--u) * var(--scale));
    --text-lead: calc(4 * var(--u) * var(--scale));
    --text-tile: calc(4.3 * var(--u) * var(--scale));
    --text-title: calc(6.2 * var(--u) * var(--scale));
    --text-figure: calc(8.2 * var(--u) * var(--scale));
    /* The fixed bars keep their size: their words are short and their places must not move. */
    --text-bar: calc(2.8 * var(--u));

    --move: 260ms;
    --ease: cubic-bezier(0.2, 0.7, 0.2, 1);

    --font: 'Kiosk Sans SC', sans-serif;
    font-family: var(--font);
  }

  :root:lang(zh-Hant) {
    --font: 'Kiosk Sans TC', 'Kiosk Sans SC', sans-serif;
  }

  :root[data-text='large'] {
    --scale: 1.17;
  }
  :root[data-text='largest'] {
    --scale: 1.35;
  }

  /* A 19-inch 5:4 panel shows the same pixel a fifth larger: 1.2 there is what 1.35 is on the portrait one. */
  @media (orientation: landscape) and (max-aspect-ratio: 7/5) {
    :root[data-text='large'] {
      --scale: 1.1;
    }
    :root[data-text='largest'] {
      --scale: 1.2;
    }
  }

  :root[data-theme='contrast'] {
    --brand: #000000;
    --brand-deep: #000000;
    --brand-soft: #1c1c1c;
    --on-brand: #ffffff;
    --on-brand-quiet: #f2f2f2;

    --paper: #000000;
    --paper-raised: #101010;
    --paper-sunk: #000000;
    --ink: #ffffff;
    --muted: #e0e0e0;
    --line: #9a9a9a;
    --edge: #ffffff;

    --go: #6fe3a0;
    --on-go: #000000;
    --go-soft: #06200f;
    --wait-mark: #ffd24d;
    --wait: #ffd24d;
    --on-wait: #000000;
    --wait-soft: #241a00;
    --stop: #ff9d93;
    --on-stop: #000000;
    --stop-soft: #2a0704;
    --shadow: none;
  }

  @media (prefers-reduced-motion: reduce) {
    :root {
      --move: 0ms;
    }
  }

  html,
  body {
    margin: 0;
    height: 100%;
    overflow: hidden;
    overscroll-behavior: none;
    background: var(--brand-deep);
    color: var(--ink);
    touch-action: none;
    user-select: none;
    -webkit-user-select: none;
    -webkit-touch-callout: none;
    -webkit-tap-highlight-color: transparent;
    text-size-adjust: none;
    cursor: default;
  }
`;
