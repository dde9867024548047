import { html, nothing, type TemplateResult } from 'lit';
import { deviceNames } from '#assets/devices/index.ts';
import { actWords, dayWords, legWords } from '#assets/maintenance/index.ts';
import type { DayActs, DayReport } from '#protocol/generated/kiosk.ts';
import type { Face } from './page.ts';

/** Who keeps the books of which side of a card. */
const keepers = { social: 'cardManagement', financial: 'bankCore' } as const satisfies Record<DayActs['leg'], string>;
const legs = Object.keys(keepers) as DayActs['leg'][];

type Figures = Pick<DayActs, 'journal' | 'host'>;

/** The figures only: over and short are not set off against each other. */
const sumOf = (all: readonly Figures[]): Figures => {
  const sum = all.reduce((so, { journal }) => so + journal, 0);
  // One that is not known makes the sum unknown.
  const host = all.reduce<number | undefined>(
    (so, one) => (so === undefined || one.host === undefined ? undefined : so + one.host),
    0,
  );
  return { journal: sum, ...(host !== undefined && { host }) };
};

export const signed = (amount: number): string => (amount > 0 ? `+${amount}` : amount < 0 ? `−${-amount}` : '0');

/** What was done on cards, host by host: what this machine counted, what the host did, and how far that is apart. */
export function dayActs({ say }: Face, { acts, step }: DayReport): TemplateResult {
  const word = (name: keyof typeof dayWords): string => say.of(dayWords[name]);
  const told = acts.filter(({ journal, host = 0 }) => journal !== 0 || host !== 0);
  // Before the day-end begins no host was asked.
  const asked = step !== 'open';
  const columns = asked ? (['ours', 'theirs', 'apart'] as const) : (['ours'] as const);

  const figures = ({ journal, host }: Figures, apart: string): TemplateResult => {
    const cells = { ours: journal, theirs: host ?? word('unread'), apart };
    return html`${columns.map((column) => html`<td class="figure" data-figure=${column}>${cells[column]}</td>`)}`;
  };
  const apart = ({ journal, host }: Figures): string => (host === undefined ? '–' : signed(host - journal));

  return html`
    <section class="box">
      <h2>${word('acts')}</h2>
      ${
        told.length === 0
          ? html`<p class="quiet">${word('noActs')}</p>`
          : html`
              <table>
                <thead>
                  <tr>
                    <td></td>
                    ${columns.map((column) => html`<th class="figure" scope="col">${word(column)}</th>`)}
                  </tr>
                </thead>
                ${legs.map((leg) => {
                  const own = told.filter((one) => one.leg === leg);
                  if (own.length === 0) return nothing;
                  const keeper = keepers[leg];
                  return html`
                    <tbody>
                      <tr>
                        <th class="keeper" scope="rowgroup" colspan=${columns.length + 1}>
                          ${say.of(deviceNames[keeper] ?? [keeper, keeper])} · ${say.of(legWords[leg])}
                        </th>
                      </tr>
                      ${own.map(
                        (one) => html`
                          <tr data-act=${`${leg}.${one.act}`} ?data-differs=${one.host !== undefined && one.host !== one.journal}>
                            <td>${say.of(actWords[one.act] ?? [one.act, one.act])}</td>
                            ${figures(one, apart(one))}
                          </tr>
                        `,
                      )}
                      <tr class="sum" data-sum=${leg}>
                        <td>${word('sum')}</td>
                        ${figures(sumOf(own), '')}
                      </tr>
                    </tbody>
                  `;
                })}
              </table>
            `
      }
    </section>
  `;
}
