import { html, nothing, svg, type TemplateResult } from 'lit';

/** Pictograms on a 24 x 24 grid, drawn with one pen. Decoration only: a word always stands beside them. */
const strokes = {
  cardLost: 'M3 7h18v11H3zM3 11h9M17 14l3 3M20 14l-3 3',
  cardFound: 'M3 7h18v11H3zM3 11h18M14 15l2 2 3.5-3.5',
  cardStart: 'M3 7h18v11H3zM3 11h18M7 15h4M17 13.5v3M15.5 15h3',
  balance: 'M4 7h14a2 2 0 0 1 2 2v9a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1zM4 7l11-3v3M20 12h-4a1.5 1.5 0 0 0 0 3h4',
  newCard: 'M3 9h14v10H3zM3 13h14M7 5h14v10M20 18v4M18 20h4',
  pin: 'M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3M12 14.500v2.5',
  progress: 'M5 6h14M5 12h14M5 18h8M18 16l2 2-2 2',
  information:
    'M12 3a7 7 0 0 1 7 7c0 5-7 11-7 11S5 15 5 10a7 7 0 0 1 7-7zM12 7.500a2.5 2.5 0 1 1 0 5 2.5 2.5 0 1 1 0-5',
  help: 'M5 17h14l-2-3v-4a5 5 0 0 0-10 0v4zM10 20a2 2 0 0 0 4 0M12 5V3',
  text: 'M3 18l5-12 5 12M4.8 14h6.400M16 18v-8M12.5 10h7',
  contrast: 'M12 3a9 9 0 1 1 0 18 9 9 0 1 1 0-18zM12 3v18M12 7h6M12 11h8.800M12 15h8M12 19h5',
  sound: 'M4 10v4h3l5 4V6L7 10zM15 9.500a4 4 0 0 1 0 5M17.5 7a7.5 7.5 0 0 1 0 10',
  soundOff: 'M4 10v4h3l5 4V6L7 10zM16 10l4 4M20 10l-4 4',
  back: 'M20 12H5M11 6l-6 6 6 6',
  forward: 'M4 12h15M13 6l6 6-6 6',
  cardOut: 'M6 10V4h12v6M4 10h16M7 10v10h10V10M12 13v5M9.5 15.500L12 18l2.5-2.5',
  check: 'M5 13l5 5L19 7',
  clock: 'M12 3a9 9 0 1 1 0 18 9 9 0 1 1 0-18zM12 7v5l3.5 2.5',
  stop: 'M8.3 3h7.400L21 8.300v7.400L15.7 21H8.300L3 15.700V8.300zM12 7.500v5.500M12 16.300v.2',
  leave: 'M10 4H5v16h5M10 12h10M16 8l4 4-4 4',
  person: 'M12 4a4 4 0 1 1 0 8 4 4 0 1 1 0-8zM4.5 20c.6-4 3.600-6 7.500-6s6.900 2 7.500 6',
  child:
    'M12 3.500a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 1 1 0-6.4M7.5 20.5v-4a4.5 4.5 0 0 1 9 0v4M9.8 6.200c1.5 0 2.600-.7 3-1.700',
  people:
    'M8.5 5a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 1 1 0-6.4M2.5 19.500c.4-3.500 2.800-5.200 6-5.200s5.600 1.700 6 5.200M15.5 5.300a3 3 0 0 1 0 5.800M17 14.600c2.600.5 4.200 2.100 4.500 4.900',
  message: 'M4 5h16v11H11l-4.500 4v-4H4zM8 9h8M8 12.500h5',
  camera: 'M3 8h4l2-3h6l2 3h4v11H3zM12 10a3.5 3.5 0 1 1 0 7 3.5 3.5 0 1 1 0-7',
  wallet: 'M4 7h15v12H4zM4 7l9-3.500V7M19 11h-4.500a2 2 0 0 0 0 4H19',
  bank: 'M3 9.500L12 4l9 5.500zM5 9.500V18M10 9.500V18M14 9.500V18M19 9.500V18M3 20.500h18',
  // As they are printed on the pad's own keys.
  ring: 'M12 5a7 7 0 1 1 0 14 7 7 0 1 1 0-14z',
  chevron: 'M15 5l-7 7 7 7',
  cross: 'M6 6l12 12M18 6L6 18',
  minus: 'M6 12h12',
  eye: 'M2.5 12C5 7.5 8.5 5.5 12 5.500s7 2 9.5 6.500c-2.5 4.5-6 6.5-9.5 6.500S5 16.5 2.5 12zM12 9.200a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 1 1 0-5.6',
  eyeOff: 'M2.5 12C5 7.5 8.5 5.5 12 5.500s7 2 9.5 6.500c-2.5 4.5-6 6.5-9.5 6.500S5 16.5 2.5 12zM4 20L20 4',
  print: 'M7 9V3h10v6M7 17H4v-6a2 2 0 0 1 2-2h12a2 2 0 0 1 2 2v6h-3M7 14h10v7H7z',
  phone: 'M6 3h3l2 5-2.5 1.700a12 12 0 0 0 5.8 5.800L16 13l5 2v3a3 3 0 0 1-3 3A15 15 0 0 1 3 6a3 3 0 0 1 3-3z',
  card: 'M3 6h18v13H3zM3 10h18M6.5 15h4',
  shield: 'M12 3l8 3v6c0 5-4 8-8 9-4-1-8-4-8-9V6zM8.5 12l2.5 2.500L15.5 10',
  question: 'M12 3a9 9 0 1 1 0 18 9 9 0 1 1 0-18zM9.5 9.500a2.5 2.5 0 1 1 3.6 2.300c-.8.4-1.1 1-1.1 1.900M12 16.800v.2',
  list: 'M9 6h11M9 12h11M9 18h11M4.5 6h.2M4.5 12h.2M4.5 18h.2',
  retry: 'M20 12a8 8 0 1 1-2.5-5.800M20 4v4.500h-4.5',
  hand: 'M8 12V6a1.5 1.5 0 0 1 3 0v5M11 10V4.500a1.5 1.5 0 0 1 3 0V11M14 11V6a1.5 1.5 0 0 1 3 0v8a7 7 0 0 1-7 7c-3 0-4.5-2-6-5l-1.5-3c-.6-1.4 1-2.4 2.2-1.200L8 14.5',
  wave: 'M4 13c2-6 5-6 8 0s6 6 8 0',
} as const;

export type IconName = keyof typeof strokes;

export function icon(name: IconName | undefined): TemplateResult | typeof nothing {
  if (name === undefined) return nothing;
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${svg`<path d=${strokes[name]}></path>`}</svg>`;
}

/** What a result means. The shape tells it too: circle, clock, octagon, bar. */
export type Sign = 'go' | 'wait' | 'stop' | 'none';

const signIcons: Readonly<Record<Sign, IconName>> = { go: 'check', wait: 'clock', stop: 'stop', none: 'minus' };

export function sign(kind: Sign): TemplateResult {
  return html`<span class="sign" data-sign=${kind}>${icon(signIcons[kind])}</span>`;
}
