import { html, svg, type TemplateResult } from 'lit';
import type { DeviceReport, HostReport } from '#protocol/generated/kiosk.ts';

export type State = DeviceReport['state'] | HostReport['state'];
export type Sign = 'well' | 'coming' | 'limping' | 'out' | 'away' | 'unknown';

/** What a state means to whoever looks for trouble. The shape tells it too, never the colour alone. */
export const signOf: Readonly<Record<State, Sign>> = {
  ready: 'well',
  up: 'well',
  starting: 'coming',
  degraded: 'limping',
  failed: 'out',
  absent: 'away',
  down: 'out',
  unknown: 'unknown',
};

/** On a 24 x 24 grid: outline, then what stands in it. */
const shapes: Readonly<Record<Sign, readonly [outline: string, mark: string]>> = {
  well: ['M12 2a10 10 0 1 1 0 20 10 10 0 1 1 0-20z', 'M7.500 12.500l3 3 6-7'],
  coming: ['M12 2a10 10 0 1 1 0 20 10 10 0 1 1 0-20z', 'M12 7v5l3.500 2.500'],
  limping: ['M12 2.500L22.500 21h-21z', 'M12 9.500v5M12 17.700v.2'],
  out: ['M8 2h8l6 6v8l-6 6H8l-6-6V8z', 'M12 7v6M12 16.700v.2'],
  away: ['M12 2a10 10 0 1 1 0 20 10 10 0 1 1 0-20z', 'M8.500 8.500l7 7M15.500 8.500l-7 7'],
  unknown: ['M12 2a10 10 0 1 1 0 20 10 10 0 1 1 0-20z', 'M8 12h8'],
};

/** Decoration: its word always stands beside it. */
export function sign(kind: Sign): TemplateResult {
  const [outline, mark] = shapes[kind];
  return html`<svg class="sign" data-sign=${kind} viewBox="0 0 24 24" aria-hidden="true">
    ${svg`<path class="outline" d=${outline}></path><path class="mark" d=${mark}></path>`}
  </svg>`;
}
