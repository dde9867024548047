import { html, nothing, type TemplateResult } from 'lit';
import {
  cardOutcomeWords,
  endWords,
  episodeWords,
  journalWords,
  roleWords,
  visitEndWords,
} from '#assets/maintenance/index.ts';
import type { CompletionPayloads, EpisodeSummary, StoryLine } from '#protocol/generated/kiosk.ts';
import { chinaDay, chinaMinute } from '../devices/china-time.ts';
import { sentence } from '../devices/say.ts';
import { type Sign, sign } from '../devices/signs.ts';
import type { Face } from './page.ts';

type JournalWord = keyof typeof journalWords;

const signOfLevel: Readonly<Record<StoryLine['level'], Sign | undefined>> = {
  info: undefined,
  notice: undefined,
  warning: 'limping',
  fault: 'out',
  alarm: 'out',
};

const word = ({ say }: Face, name: JournalWord, values: Readonly<Record<string, string | number>> = {}): string =>
  say.fill(journalWords[name], values);

const lasted = (face: Face, seconds: number): string =>
  seconds < 90 ? word(face, 'seconds', { n: seconds }) : word(face, 'minutes', { n: Math.round(seconds / 60) });

const nameOf = (face: Face, words: Readonly<Record<string, readonly [string, string]>>, name: string): string =>
  face.say.of(words[name] ?? [name, name]);

/** Which of the three it is: its word, and a shape of its own. */
const kindOf = (face: Face, { kind }: EpisodeSummary): TemplateResult =>
  html`<b class="kind" data-kind=${kind}>${face.say.of(episodeWords[kind])}</b>`;

/** Whose it was, as short as it can be said. Nobody's has no name. */
function nameOfIts(face: Face, { kind, caseCode, role, staff }: EpisodeSummary): TemplateResult | typeof nothing {
  switch (kind) {
    case 'visit':
      return html`<code>${caseCode ?? '—'}</code>`;
    case 'staff':
      return role === undefined
        ? html`<strong>${word(face, 'notLetIn')}</strong>`
        : html`<strong>${nameOf(face, roleWords, role)}</strong> <code>${staff}</code>`;
    case 'between':
      return nothing;
  }
}

/** How long it was, and what became of it; of a stretch, how much more there is than the row says. */
function howOf(face: Face, { kind, role, ended, seconds, card, entries = 0, troubles, others = [] }: EpisodeSummary) {
  if (kind === 'between')
    return entries > troubles.length + others.length ? word(face, 'happened', { n: entries }) : '';
  const parts = [];
  if (seconds !== undefined) parts.push(lasted(face, seconds));
  if (ended !== undefined) parts.push(nameOf(face, kind === 'visit' ? visitEndWords : endWords, ended));
  else if (kind === 'visit') parts.push(word(face, 'running'));
  else if (role !== undefined) parts.push(word(face, 'noSignOff'));
  if (card !== undefined) parts.push(face.say.of(cardOutcomeWords[card]));
  return parts.join(' · ');
}

/** One row of the list. What happened with nobody there is all that there is to say of it. */
export function episodeRow(face: Face, episode: EpisodeSummary, read: () => void): TemplateResult {
  const { kind, seq, began, last, troubles, others = [] } = episode;
  const from = chinaMinute(began);
  const upto = last === undefined ? from : chinaMinute(last);
  const told = [...troubles, ...others].join(face.say.language === 'en' ? ' ' : '');
  const how = howOf(face, episode);
  const name = nameOfIts(face, episode);
  return html`
    <button class="episode" data-kind=${kind} data-episode=${seq} data-began=${from} @click=${read}>
      <time>${from}${kind === 'visit' || upto === from ? nothing : html`<small>–${upto}</small>`}</time>
      ${kindOf(face, episode)}
      ${troubles.length > 0 ? sign('limping') : kind === 'visit' ? sign('well') : html`<i></i>`}
      ${
        kind === 'between'
          ? html`<p>${told} <small>${how}</small></p>`
          : html`<p>${name} ${how}${told === '' ? nothing : html`<small class="what">${told}</small>`}</p>`
      }
    </button>
  `;
}

/** Where the rest of a long one is told: the shell has no page that is full. */
const elsewhere = ({ visitId }: EpisodeSummary, lines: readonly StoryLine[]): string =>
  visitId === undefined ? `--at "${lines[0]?.when.slice(0, -3) ?? ''}"` : `--visit ${visitId}`;

/** One that was opened, line by line. */
export function storyBox(
  face: Face,
  episode: EpisodeSummary,
  { lines = [], leftOff }: CompletionPayloads['Maintenance.GetStory'],
  close: () => void,
): TemplateResult {
  const { began, last = began } = episode;
  const [from, upto] = [chinaMinute(began), chinaMinute(last)];
  return html`
    <section class="box story" data-story=${episode.seq}>
      <h2>${kindOf(face, episode)} ${chinaDay(Date.parse(began))} ${from === upto ? from : `${from} – ${upto}`} <span>${nameOfIts(face, episode)}</span></h2>
      <ol>
        ${lines.map(({ when, level, sentence: said, trouble, todo, event }) => {
          const mark = signOfLevel[level] ?? (trouble ? 'limping' : undefined);
          return html`<li data-event=${event} ?data-trouble=${trouble}>
            <time>${when.slice(11)}</time>
            ${mark === undefined ? html`<i></i>` : sign(mark)}
            <p>${said}${todo === undefined ? nothing : html`<small>→ ${todo}</small>`}</p>
          </li>`;
        })}
      </ol>
      ${leftOff === undefined ? nothing : html`<p class="quiet" data-left-off=${leftOff}>${sentence(word(face, 'leftOff', { n: leftOff, where: elsewhere(episode, lines) }))}</p>`}
      <div class="choices"><button data-close @click=${close}>${word(face, 'list')}</button></div>
    </section>
  `;
}
