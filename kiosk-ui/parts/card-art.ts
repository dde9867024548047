import { html, svg, type TemplateResult } from 'lit';
import type { CardClass } from '#protocol/generated/kiosk.ts';

/** Ground and the two waves over it: people tell the generations apart by their colour. */
const colours: Readonly<Record<CardClass, readonly [ground: string, wave: string, crest: string]>> = {
  gen1: ['#2f7d6b', '#57a58f', '#86c3af'],
  gen2: ['#3d6ea8', '#6f9bcb', '#a3c1e0'],
  gen3: ['#c8563c', '#e39a4e', '#eeb878'],
  debit: ['#59636b', '#7d878e', '#a3abb1'],
  unknown: ['#8a7a5c', '#ab9c7e', '#c8bca2'],
};

/** The card itself, in the colours of the drawing of the kiosk's front. No words: it serves all languages. */
export function cardArt(kind: CardClass = 'gen3'): TemplateResult {
  const [ground, wave, crest] = colours[kind];
  // An ordinary debit card carries nobody's picture.
  const portrait = kind === 'debit' ? 'none' : 'inline';
  return html`<svg class="card-art" viewBox="0 0 340 214" aria-hidden="true">
    ${svg`<rect x="2" y="2" width="336" height="210" rx="20" fill=${ground} stroke="#fff" stroke-width="4" />
    <path d="M4 150C84 84 150 214 236 150C278 118 308 112 336 124V192A18 18 0 0 1 318 210H22A18 18 0 0 1 4 192Z" fill=${wave} />
    <path d="M4 178C92 124 160 226 244 176C284 152 310 150 336 158V192A18 18 0 0 1 318 210H22A18 18 0 0 1 4 192Z" fill=${crest} />
    <rect x="28" y="62" width="58" height="46" rx="8" fill="#f3d588" stroke="#b98b2c" stroke-width="3" />
    <path d="M28 85H47M67 85H86M47 62V108M67 62V108" stroke="#b98b2c" stroke-width="3" fill="none" />
    <g display=${portrait}><rect x="246" y="34" width="66" height="82" rx="7" fill="#f9e9d6" />
    <circle cx="279" cy="64" r="15" fill="#b98b6c" /><path d="M253 114C255 84 303 84 305 114Z" fill="#b98b6c" /></g>
    <rect x="28" y="30" width="128" height="13" rx="6" fill="#fff" opacity=".92" />
    <rect x="108" y="74" width="92" height="9" rx="4" fill="#fff" opacity=".6" /><rect x="108" y="92" width="66" height="9" rx="4" fill="#fff" opacity=".6" />`}
  </svg>`;
}
