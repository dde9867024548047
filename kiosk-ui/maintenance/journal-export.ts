import { html, nothing, type TemplateResult } from 'lit';
import { journalWords } from '#assets/maintenance/index.ts';
import type { Answers, Progress } from '#state-machines/maintenance.ts';
import { sentence } from '../devices/say.ts';
import { sign } from '../devices/signs.ts';
import type { Face } from './page.ts';

/** A signed copy on a stick: which stick, and what came of it. */
export function exportBox(face: Face, answers: Answers): TemplateResult {
  const { say, perform } = face;
  const word = (name: keyof typeof journalWords, values: Readonly<Record<string, string | number>> = {}): string =>
    say.fill(journalWords[name], values);
  const { sticks } = answers['Maintenance.GetSticks'] ?? {};
  const { file, entries = 0, uptoSeq = 0 } = answers['Maintenance.ExportJournal'] ?? {};
  return html`
    <section class="box export">
      <h2>${word('export')}</h2>
      <p class="quiet">${word('exportHow')}</p>
      ${
        file === undefined
          ? nothing
          : html`<div class="copied" data-exported=${file}>
              ${sign('well')}
              <p>${word('exported', { entries, upto: uptoSeq, file })}<small>${sentence(word('exportedHow', { file }))}</small></p>
            </div>`
      }
      ${sticks?.length === 0 ? html`<p>${word('noSticks')}</p>` : nothing}
      <div class="choices">
        ${sticks?.map(
          ({ name, freeMegabytes }) => html`<button
            class="primary"
            data-deed="ExportJournal"
            data-stick=${name}
            @click=${() => perform('Maintenance.ExportJournal', { stick: name })}
          >${word('stick', { name, free: freeMegabytes })}</button>`,
        )}
        <button data-deed="ExportJournal" data-host @click=${() => perform('Maintenance.ExportJournal', {})}>${word('toHost')}</button>
        <button data-deed="GetSticks" @click=${() => perform('Maintenance.GetSticks', {})}>${word('lookForSticks')}</button>
      </div>
    </section>
  `;
}

const shown = { writing: 'writing', checking: 'reading', sending: 'sending' } as const;

/** While it is written: how far it is. */
export function exportRuns({ say, word, send }: Face, { part, done, total }: Progress): TemplateResult {
  return html`
    <section class="door" data-export=${part}>
      ${sign('coming')}
      <h2 role="status">${say.of(journalWords[shown[part]])}</h2>
      <progress max=${total} value=${done}></progress>
      <p class="quiet">${
        part === 'sending'
          ? say.fill(journalWords.sendingPart, { done, total })
          : `${say.fill(journalWords.progress, { done, total })} ${say.of(journalWords.leaveStick)}`
      }</p>
      <button class="wide" data-event="CANCEL" @click=${() => send({ type: 'CANCEL' })}>${word('cancel')}</button>
    </section>
  `;
}
