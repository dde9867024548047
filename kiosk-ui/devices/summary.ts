import { html, type TemplateResult } from 'lit';
import type { PageWord } from '#assets/devices/index.ts';
import type { ServiceAvailability } from '#protocol/generated/kiosk.ts';
import type { Say } from './say.ts';
import { type Sign, sign } from './signs.ts';

/** Of no help to somebody who came with a card: they do not make a kiosk that is in service. */
const besides: ReadonlySet<ServiceAvailability['service']> = new Set(['information', 'documentCheck']);

const offered = (services: readonly ServiceAvailability[]): readonly ServiceAvailability[] =>
  services.filter(({ reasons }) => !reasons.includes('notOffered'));

/** Whether the kiosk is in service, as the screen in the lobby has it. */
export function verdictOf(services: readonly ServiceAvailability[]): {
  readonly word: PageWord;
  readonly sign: Sign;
} {
  const had = offered(services);
  if (!had.some(({ service, available }) => available && !besides.has(service)))
    return { word: 'outOfService', sign: 'out' };
  if (had.some(({ available }) => !available)) return { word: 'partly', sign: 'limping' };
  if (had.some(({ reasons }) => reasons.length > 0)) return { word: 'limited', sign: 'limping' };
  return { word: 'inService', sign: 'well' };
}

/** The line on top: in service or not; which services not, or only in part, and why. */
export function summary(services: readonly ServiceAvailability[], say: Say): TemplateResult {
  const verdict = verdictOf(services);
  const told = offered(services).filter(({ available, reasons }) => !available || reasons.length > 0);
  return html`
    <div class="verdict" data-verdict=${verdict.word} role="status">
      ${sign(verdict.sign)}
      <strong>${say.word(verdict.word)}</strong>
      <ul>
        ${told.map(
          ({ service, available, reasons }) => html`
            <li data-service=${service}>
              <b>${say.kiosk(`service.${service}`)}</b> ${say.word(available ? 'only' : 'cannot', { why: say.sentences(reasons.map((reason) => say.kiosk(`reason.${reason}`))) })}
            </li>
          `,
        )}
      </ul>
    </div>
  `;
}
