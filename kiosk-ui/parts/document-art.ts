import { html, svg, type TemplateResult } from 'lit';
import type { DocumentChoice } from '#state-machines/screens.ts';

/** One document as people know it: its colour, where the portrait is, and a line of its pattern. No words, no emblems. */
interface Look {
  readonly paper: string;
  readonly ink: string;
  readonly portrait: 'left' | 'right';
  /** Of the pattern behind the text. */
  readonly pattern: string;
}

const waves = 'M2 150C60 112 110 186 170 150S280 112 338 150M2 178C60 140 110 214 170 178S280 140 338 178';
const flower = 'M236 128a26 26 0 1 1 .1 0M236 128a26 26 0 1 0 .1 0M210 102a26 26 0 1 1 0 .1M262 102a26 26 0 1 0 0 .1';
const wall = 'M8 186L44 148V136H58V146L98 118V106H112V116L158 154L204 122V110H218V122L268 160L332 128';
const bridge =
  'M10 178H330M64 178V112M276 178V112M10 158C40 152 56 132 64 112C110 170 230 170 276 112C284 132 300 152 330 158';

const looks: Readonly<Record<Exclude<DocumentChoice, 'passport' | 'other'>, Look>> = {
  residentId: { paper: '#e3edf3', ink: '#4d7f95', portrait: 'right', pattern: waves },
  residencePermit: { paper: '#dff0ea', ink: '#3f8a76', portrait: 'right', pattern: flower },
  permanentResident: { paper: '#e8e4f4', ink: '#6a5aa3', portrait: 'left', pattern: wall },
  hkMacaoPermit: { paper: '#e1ebf8', ink: '#3e68a8', portrait: 'left', pattern: flower },
  taiwanPermit: { paper: '#e2f1dc', ink: '#50883a', portrait: 'left', pattern: waves },
  exitEntryPermit: { paper: '#f6e6da', ink: '#a8663a', portrait: 'left', pattern: bridge },
};

function card({ paper, ink, portrait, pattern }: Look): TemplateResult {
  const right = portrait === 'right';
  return html`<svg class="card-art document-art" viewBox="0 0 340 214" aria-hidden="true">
    ${svg`<rect x="2" y="2" width="336" height="210" rx="18" fill=${paper} stroke=${ink} stroke-width="4" />
    <path d=${pattern} fill="none" stroke=${ink} stroke-width="4" opacity=".3" />
    <g transform=${`translate(${right ? 224 : 26} 42)`}>
      <rect width="92" height="118" rx="8" fill="#fff" opacity=".75" />
      <circle cx="46" cy="44" r="21" fill=${ink} /><path d="M9 118C12 66 80 66 83 118Z" fill=${ink} />
    </g>
    <path d=${right ? 'M28 56H112M28 86H168M28 116H190M28 172H150' : 'M144 56H228M144 86H284M144 116H306M144 172H266'}
      stroke=${ink} stroke-width="11" stroke-linecap="round" />`}
  </svg>`;
}

function passport(): TemplateResult {
  return html`<svg class="card-art document-art" viewBox="0 0 340 214" aria-hidden="true">
    ${svg`<rect x="92" y="2" width="156" height="210" rx="12" fill="#7b1f2b" stroke="#fff" stroke-width="4" />
    <circle cx="170" cy="84" r="34" fill="none" stroke="#f0d48a" stroke-width="6" />
    <path d="M136 84H204M170 50C154 70 154 98 170 118M170 50C186 70 186 98 170 118" fill="none" stroke="#f0d48a" stroke-width="5" />
    <path d="M122 152H218M140 176H200" stroke="#f0d48a" stroke-width="8" stroke-linecap="round" />`}
  </svg>`;
}

function other(): TemplateResult {
  return html`<svg class="card-art document-art" viewBox="0 0 340 214" aria-hidden="true">
    ${svg`<rect x="4" y="4" width="332" height="206" rx="18" fill="#f4f4f2" stroke="#7c868d" stroke-width="5" stroke-dasharray="18 14" />
    <path d="M136 82C136 30 206 36 206 82C206 112 172 110 172 142" fill="none" stroke="#7c868d" stroke-width="16" stroke-linecap="round" />
    <circle cx="172" cy="174" r="11" fill="#7c868d" />`}
  </svg>`;
}

/** Decoration: its name always stands beside it. */
export function documentArt(choice: DocumentChoice): TemplateResult {
  return choice === 'passport' ? passport() : choice === 'other' ? other() : card(looks[choice]);
}
