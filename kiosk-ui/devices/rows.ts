import { html, nothing, type TemplateResult } from 'lit';
import { type Advice, adviceOf, deviceNames, hostAdvice } from '#assets/devices/index.ts';
import type { DeviceReport, HostReport, RecoveryRung } from '#protocol/generated/kiosk.ts';
import { clockOf, type Say, sentence } from './say.ts';
import { sign, signOf } from './signs.ts';

export const columns = ['device', 'state', 'since', 'restarts', 'lastExchange', 'recovery', 'services'] as const;

/** Lowest first. */
const ladder: readonly RecoveryRung[] = ['resend', 'reset', 'reopen', 'giveUp'];

export const heads = (say: Say): TemplateResult => html`
  <thead>
    <tr>${columns.map((column) => html`<th scope="col">${say.word(column)}</th>`)}</tr>
  </thead>
`;

const dash = html`<span class="dash">–</span>`;

export function deviceRow(report: DeviceReport, say: Say, nowMs: number): TemplateResult {
  const { name, driver, state, reason, since, restarts, lastExchange, recovery } = report;
  const code = reason === undefined ? state : `${state} ${reason}`;
  const advice = adviceOf(driver, code);
  return html`
    <tbody data-device=${name} data-state=${state} data-sign=${signOf[state]} class=${advice ? 'has-story' : ''}>
      <tr>
        <th scope="row">${nameOf(name, say)}<small>${driver}</small></th>
        <td class="state">${sign(signOf[state])}<span>${say.word(state)}</span></td>
        <td>${moment(since, say, nowMs)}</td>
        <td class="count">${restarts}</td>
        <td>${lastExchange === undefined ? html`<span class="dash">${say.word('never')}</span>` : moment(lastExchange, say, nowMs)}</td>
        <td>${rung(recovery, say)}</td>
        <td>${effects(report, say)}</td>
      </tr>
      ${advice === undefined ? nothing : story(code, advice, say)}
    </tbody>
  `;
}

export function hostRow(report: HostReport, say: Say, nowMs: number): TemplateResult {
  const { host, state, since } = report;
  const advice = hostAdvice[state];
  return html`
    <tbody data-host=${host} data-state=${state} data-sign=${signOf[state]} class=${advice ? 'has-story' : ''}>
      <tr>
        <th scope="row">${nameOf(host, say)}</th>
        <td class="state">${sign(signOf[state])}<span>${say.word(state)}</span></td>
        <td>${moment(since, say, nowMs)}</td>
        <td class="count">${dash}</td>
        <td>${dash}</td>
        <td>${dash}</td>
        <td>${effects(report, say)}</td>
      </tr>
      ${advice === undefined ? nothing : story(state, advice, say)}
    </tbody>
  `;
}

function nameOf(name: string, say: Say): string {
  const words = deviceNames[name];
  return words === undefined ? name : say.of(words);
}

const moment = (iso: string, say: Say, nowMs: number): TemplateResult =>
  html`<time datetime=${iso}>${clockOf(iso, nowMs)}<small>${say.ago(iso, nowMs)}</small></time>`;

function rung(recovery: RecoveryRung | undefined, say: Say): TemplateResult {
  if (recovery === undefined) return dash;
  const now = ladder.indexOf(recovery) + 1;
  return html`
    <span class="ladder" data-rung=${recovery}>
      <span class="rungs" role="img" aria-label=${say.word('rung', { now })}>
        ${ladder.map((_, index) => html`<i class=${index < now ? 'climbed' : ''}></i>`)}
      </span>
      ${say.word(recovery)}
    </span>
  `;
}

function effects({ stops = [], limits = [] }: Pick<DeviceReport, 'stops' | 'limits'>, say: Say): TemplateResult {
  const lines = [
    ['stops', stops],
    ['limits', limits],
  ] as const;
  if (lines.every(([, services]) => services.length === 0)) return dash;
  return html`${lines.map(([effect, services]) =>
    services.length === 0
      ? nothing
      : html`<span class="effect" data-effect=${effect}
          ><b>${say.word(effect)}</b> ${say.list(services.map((service) => say.kiosk(`service.${service}`)))}</span
        >`,
  )}`;
}

/** Why it is so and what to do, under the row. */
const story = (code: string, { is, todo }: Advice, say: Say): TemplateResult => html`
  <tr class="story">
    <td colspan=${columns.length}>
      <dl>
        <div>
          <dt>${say.word('what')}</dt>
          <dd>${sentence(say.of(is))} <code class="code">${code}</code></dd>
        </div>
        <div>
          <dt>${say.word('todo')}</dt>
          <dd class="todo">${todo === undefined ? say.word('byItself') : sentence(say.of(todo))}</dd>
        </div>
      </dl>
    </td>
  </tr>
`;
