import { html, nothing, type TemplateResult } from 'lit';
import { refusalWords, roleWords, tabWords } from '#assets/maintenance/index.ts';
import type { MaintenanceOverview, MaintenanceState } from '#protocol/generated/kiosk.ts';
import { type MaintenanceContext, type Tab, tabs } from '#state-machines/maintenance.ts';
import { clockOf, sentence } from '../devices/say.ts';
import './cards.ts';
import './day.ts';
import './devices.ts';
import './journal.ts';
import { overview } from './overview.ts';
import type { Face } from './page.ts';
import './machine.ts';
import './readiness.ts';
import './screen-test.ts';
import './settling.ts';
import './supplies.ts';

/** What a part of the page draws from: what the daemon tells all the time, and what it answered. */
interface Told {
  readonly face: Face;
  readonly state: MaintenanceState;
  readonly overview: MaintenanceOverview;
  readonly context: MaintenanceContext;
}

const bodies: Readonly<Record<Tab, (told: Told) => TemplateResult | typeof nothing>> = {
  overview: ({ face, state, overview: told }) => overview(face, state, told),
  devices: ({ face, context, overview: told }) =>
    html`<maintenance-devices .face=${face} .context=${context} .overview=${told}></maintenance-devices>`,
  cards: ({ face, context, overview: { stock, unresolved } }) => html`
    ${
      stock.length === 0
        ? html`<p class="quiet">${face.word('noCards')}</p>`
        : html`<maintenance-cards .face=${face} .stock=${stock}></maintenance-cards>`
    }
    <maintenance-supplies .face=${face} .context=${context}></maintenance-supplies>
    <maintenance-settling .face=${face} .context=${context} .unresolved=${unresolved}></maintenance-settling>
  `,
  day: ({ face, context }) => html`<maintenance-day .face=${face} .context=${context}></maintenance-day>`,
  machine: ({ face, context, overview: { restarts } }) => html`
    <maintenance-readiness .face=${face} .context=${context}></maintenance-readiness>
    <maintenance-screen-test .face=${face}></maintenance-screen-test>
    <maintenance-machine .face=${face} .context=${context} .restarts=${restarts}></maintenance-machine>
  `,
  journal: ({ face, overview: { devices }, context }) =>
    html`<maintenance-journal
      .face=${face}
      .answers=${context.answers}
      .devices=${devices.map(({ name }) => name)}
    ></maintenance-journal>`,
};

/** The page of whoever has signed on: who that is, the parts, and the one that is looked at. */
export function tabbed(face: Face, context: MaintenanceContext): TemplateResult | typeof nothing {
  const { state, tab } = context;
  if (state?.session === undefined || state.overview === undefined) return nothing;
  const { say, word, send, nowMs } = face;
  const { session } = state;
  return html`
    <div class="who">
      <strong>${say.of(roleWords[session.role])}</strong>
      <span>${word('staff', { staff: session.staff })}</span>
      <span>${word('until', { clock: clockOf(session.expiresAt, nowMs) })}</span>
      ${session.offline ? html`<span class="tag">${word('offline')}</span>` : nothing}
      <button data-event="SIGN_OFF" @click=${() => send({ type: 'SIGN_OFF' })}>${word('signOff')}</button>
    </div>
    <nav class="tabs">
      ${tabs.map(
        (
          name,
        ) => html`<button data-tab=${name} aria-current=${name === tab ? 'page' : nothing} @click=${() => send({ type: 'SHOW', tab: name })}>
          ${say.of(tabWords[name])}
        </button>`,
      )}
    </nav>
    ${problem(face, context)}
    ${bodies[tab]({ face, state, overview: state.overview, context })}
  `;
}

function problem({ say }: Face, { deedProblem }: MaintenanceContext): TemplateResult | typeof nothing {
  if (deedProblem === undefined) return nothing;
  const [what, todo] = refusalWords[deedProblem];
  return html`<p class="problem" role="alert" data-problem=${deedProblem}>
    ${say.of(what)}${say.language === 'en' ? '. ' : '\u3002'}${sentence(say.of(todo))}
  </p>`;
}
