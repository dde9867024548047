import { html, nothing, type TemplateResult } from 'lit';
import { adviceOf, deviceNames, hostAdvice } from '#assets/devices/index.ts';
import { closedWords, taskWords } from '#assets/maintenance/index.ts';
import type { ClosedReason, MaintenanceOverview, MaintenanceState } from '#protocol/generated/kiosk.ts';
import { columns, deviceRow, heads, hostRow } from '../devices/rows.ts';
import { clockOf, sentence } from '../devices/say.ts';
import { type Sign, sign, signOf } from '../devices/signs.ts';
import { summary } from '../devices/summary.ts';
import type { Face } from './page.ts';

const reasons = Object.keys(closedWords) as ClosedReason[];

/** Everything at one look, what is wrong first: the page of whoever has just signed on. */
export function overview(face: Face, { closed, cabinet }: MaintenanceState, told: MaintenanceOverview): TemplateResult {
  const { say, nowMs } = face;
  const body = bodyTodo(cabinet, face.word);
  // What devices and hosts allow says nothing while nobody would be served anyway.
  const kept = told.closingDay === true || closed !== undefined || body.length > 0;
  return html`
    ${told.closingDay === true ? dayIsClosing(face) : serving(face, closed, body)}
    ${kept ? nothing : summary(told.services, say)}
    ${todoList(face, told, body)}
    <table>
      ${heads(say)}
      ${told.devices.map((report) => deviceRow(report, say, nowMs))}
      <tbody class="group">
        <tr><th scope="colgroup" colspan=${columns.length}>${say.word('hosts')}</th></tr>
      </tbody>
      ${told.hosts.map((report) => hostRow(report, say, nowMs))}
    </table>
  `;
}

/** Whatever else keeps customers away: first the day is closed, or put off. */
const dayIsClosing = ({ word, send }: Face): TemplateResult => html`
  <div class="serving" data-closed="day" data-sign="limping">
    ${sign('limping')}<strong>${word('dayIsClosing')}</strong>
    <button class="primary" @click=${() => send({ type: 'SHOW', tab: 'day' })}>${word('toTheDay')}</button>
  </div>
`;

/** Whether customers are served once nobody is at work any more, and the way to change it. */
function serving(
  { say, word, perform, nowMs }: Face,
  closed: { readonly reason: ClosedReason; readonly since: string } | undefined,
  [body]: readonly Todo[],
): TemplateResult {
  if (closed !== undefined) {
    const values = { reason: say.of(closedWords[closed.reason]), clock: clockOf(closed.since, nowMs) };
    return html`
      <div class="serving" data-closed=${closed.reason} data-sign="limping">
        ${sign('limping')}<strong>${word('closed', values)}</strong>
        <button class="primary" data-deed="Open" @click=${() => perform('Maintenance.Open', {})}>${word('reopen')}</button>
      </div>
    `;
  }
  return html`
    <div class="serving" data-sign=${body?.sign ?? 'well'}>
      ${sign(body?.sign ?? 'well')}<strong>${body?.what ?? word('open')}</strong>
      <details>
        <summary>${word('close')}</summary>
        <p>${word('closeWhy')}</p>
        <div class="choices">
          ${reasons.map(
            (
              reason,
            ) => html`<button data-deed="Close" data-reason=${reason} @click=${() => perform('Maintenance.Close', { reason })}>
              ${say.of(closedWords[reason])}
            </button>`,
          )}
        </div>
      </details>
    </div>
  `;
}

interface Todo {
  readonly sign: Sign;
  readonly what: string;
  readonly todo: TemplateResult[];
}

/** What keeps customers away by where a door or a switch stands. */
function bodyTodo(cabinet: MaintenanceState['cabinet'], word: Face['word']): readonly Todo[] {
  return [
    ...(cabinet?.door === 'open'
      ? [{ sign: 'limping', what: word('doorOpen'), todo: sentence(word('closeDoor')) } as const]
      : []),
    ...(cabinet?.operatorSwitch === 'maintenance'
      ? [{ sign: 'limping', what: word('switched'), todo: sentence(word('switchBack')) } as const]
      : []),
  ];
}

/** What a person must do, gravest first: what a device needs, what a host needs, what a saga could not settle. */
function todoList(
  { say, word, nowMs }: Face,
  { devices, hosts, unresolved, dayDue, closingDay }: MaintenanceOverview,
  body: readonly Todo[],
): TemplateResult {
  const name = (of: string): string => say.of(deviceNames[of] ?? [of, of]);
  const items: Todo[] = [
    ...body,
    ...unresolved.map(
      (item): Todo => ({
        sign: 'out',
        what: `${word('unresolved')} · ${word('case', { code: item.caseCode })}`,
        todo: sentence(say.of(taskWords(item))),
      }),
    ),
    // Once the day-end has begun the head of the page says so.
    ...(dayDue === undefined || closingDay === true
      ? []
      : [
          {
            sign: 'limping',
            what: word('dayDue', { clock: clockOf(dayDue, nowMs) }),
            todo: sentence(word('closeTheDay')),
          } as const,
        ]),
    ...devices.flatMap(({ name: device, driver, state, reason }): readonly Todo[] => {
      const advice = adviceOf(driver, reason === undefined ? state : `${state} ${reason}`);
      return advice?.todo === undefined
        ? []
        : [
            {
              sign: signOf[state],
              what: `${name(device)} · ${say.of(advice.is)}`,
              todo: sentence(say.of(advice.todo)),
            },
          ];
    }),
    ...hosts.flatMap(({ host, state }): readonly Todo[] => {
      const advice = hostAdvice[state];
      return advice?.todo === undefined
        ? []
        : [{ sign: signOf[state], what: `${name(host)} · ${say.of(advice.is)}`, todo: sentence(say.of(advice.todo)) }];
    }),
  ];
  const order: readonly Sign[] = ['out', 'away', 'limping', 'coming', 'unknown', 'well'];
  items.sort((a, b) => order.indexOf(a.sign) - order.indexOf(b.sign));
  return html`
    <section class="box todo">
      <h2>${word('first')}</h2>
      ${
        items.length === 0
          ? html`<p class="quiet">${word('nothingToDo')}</p>`
          : html`<ol>
              ${items.map(
                (item) =>
                  html`<li data-sign=${item.sign}>${sign(item.sign)}<div><b>${item.what}</b><p>${item.todo}</p></div></li>`,
              )}
            </ol>`
      }
    </section>
  `;
}
