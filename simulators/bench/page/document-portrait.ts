import type { WalletDocument } from './api.ts';

/** Nobody's portrait, in the colours of the drawing's hands; `clothes` are the document's ink. */
export function portrait(
  who: WalletDocument['face']['portrait'],
  x: number,
  y: number,
  width: number,
  height: number,
  clothes: string,
): string {
  const { behind, before } = hair[who];
  // Drawn in a frame of 84 by 110.
  const scale = `translate(${x} ${y}) scale(${width / 84} ${height / 110})`;
  return [
    `<g transform="${scale}"><rect width="84" height="110" rx="7" fill="#fff" opacity=".78"/>`,
    behind,
    who === 'child'
      ? `<path d="M14 110C14 88 28 83 42 83S70 88 70 110Z" fill="${clothes}"/>`
      : `<path d="M5 110C6 83 24 77 42 77S78 83 79 110Z" fill="${clothes}"/>`,
    '<path d="M34 62h16v14c0 10-16 10-16 0Z" fill="#e3b48a"/>',
    '<ellipse cx="42" cy="48" rx="19" ry="22" fill="#f0c8a2"/>',
    before,
    '</g>',
  ].join('');
}

const dark = '#3c3533';
const grey = '#b9bcbd';
const cap = 'M21 50C16 22 30 18 42 18S68 22 63 50C61 40 58 36 52 34C44 37 32 36 28 35C24 38 22 43 21 50Z';

const hair: Readonly<Record<WalletDocument['face']['portrait'], { readonly behind: string; readonly before: string }>> =
  {
    man: { behind: '', before: `<path d="${cap}" fill="${dark}"/>` },
    woman: {
      behind: `<path d="M17 80C12 62 12 16 42 16S72 62 67 80C60 86 24 86 17 80Z" fill="${dark}"/>`,
      before: `<path d="M21 52C20 36 34 34 46 25C52 33 62 36 63 52C68 24 56 17 42 17S16 24 21 52Z" fill="${dark}"/>`,
    },
    child: {
      behind: `<circle cx="19" cy="34" r="9" fill="${dark}"/><circle cx="65" cy="34" r="9" fill="${dark}"/>`,
      before: `<path d="M21 52C14 22 30 19 42 19S70 22 63 52C62 44 60 41 55 40H29C24 41 22 44 21 52Z" fill="${dark}"/>`,
    },
    elder: {
      behind: '',
      before: [
        `<path d="M22 54C16 42 20 30 28 27C25 36 25 46 22 54ZM62 54C68 42 64 30 56 27C59 36 59 46 62 54Z" fill="${grey}"/>`,
        '<g stroke="#5a5553" stroke-width="2.6"><circle cx="33.5" cy="49" r="6.5"/><circle cx="50.5" cy="49" r="6.5"/><path d="M40 48h4"/></g>',
      ].join(''),
    },
  };
