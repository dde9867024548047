import { html, nothing, type TemplateResult } from 'lit';
import { adviceOf } from '#assets/devices/index.ts';
import { endWords, ownCardWords, promptWords, refusalWords, takenWords } from '#assets/maintenance/index.ts';
import type { MaintenanceContext, MaintenancePrompt, SignOnProblem } from '#state-machines/maintenance.ts';
import '../components/kiosk-picture.ts';
import type { KioskPart, Motion } from '../components/kiosk-picture.ts';
import { sentence } from '../devices/say.ts';
import { sign } from '../devices/signs.ts';
import type { Face } from './page.ts';

const pinDigits = 6;

/** Where on the machine it happens, and what the hand does there. */
const places: Readonly<Partial<Record<MaintenancePrompt['prompt'], readonly [KioskPart, Motion]>>> = {
  removeCard: ['cardSlot', 'out'],
  insertCard: ['cardSlot', 'in'],
  readingCard: ['cardSlot', 'still'],
  enterPin: ['pinPad', 'in'],
  wrongPin: ['pinPad', 'still'],
  locked: ['pinPad', 'still'],
  secondCard: ['cardSlot', 'in'],
  firstCard: ['cardSlot', 'in'],
  takeCard: ['cardSlot', 'out'],
};

/** One thing at a time: what the hand must do now, or what is waited for. */
export function signingOn(
  face: Face,
  { prompt, wrongPin, digits }: MaintenanceContext,
  when: 'signingOn' | 'doing' | 'signingOff',
): TemplateResult {
  const { say, word, send } = face;
  if (prompt === undefined) return html`<section class="door" role="status">${sign('coming')}</section>`;
  const [head, usually] = promptWords[prompt.prompt];
  const taking = prompt.prompt === 'takeCard';
  const more = taking && when !== 'signingOff' ? takenWords[when] : usually;
  const place = places[prompt.prompt];
  const { secondsLeft } = prompt;
  return html`
    <section class="door" data-prompt=${prompt.prompt}>
      ${
        place === undefined
          ? sign(prompt.prompt === 'asking' ? 'coming' : 'limping')
          : html`<kiosk-picture .lit=${place[0]} .motion=${place[1]} .label=${say.of(head)}></kiosk-picture>`
      }
      <div role="status"><h2>${say.of(head)}</h2></div>
      <p>${sentence(say.of(more))}</p>
      ${prompt.prompt === 'enterPin' ? dots(digits) : nothing}
      ${prompt.prompt === 'locked' && secondsLeft !== undefined ? html`<p class="quiet">${word('waitSeconds', { n: secondsLeft })}</p>` : nothing}
      ${wrongPin === undefined ? nothing : wrong(face, wrongPin)}
      ${
        when === 'signingOn' && !taking
          ? html`<button class="wide" data-event="CANCEL" @click=${() => send({ type: 'CANCEL' })}>${word('cancel')}</button>`
          : nothing
      }
    </section>
  `;
}

const wrong = ({ word }: Face, { prompt, triesLeft }: MaintenancePrompt): TemplateResult => html`
  <p class="wrong" role="status" data-wrong=${prompt}>
    ${[word('pinWasWrong'), ...(triesLeft === undefined ? [] : [word('triesLeft', { n: triesLeft })])].join(' · ')}
  </p>
`;

const dots = (digits: number): TemplateResult => html`
  <p class="dots" role="img" aria-label=${`${digits} / ${pinDigits}`}>
    ${Array.from({ length: pinDigits }, (_, index) => html`<i class=${index < digits ? 'full' : ''}></i>`)}
  </p>
`;

export function refusal({ say, word, send }: Face, problem: SignOnProblem, back: TemplateResult): TemplateResult {
  const [what, todo] = refusalWords[problem];
  return html`
    <section class="door" data-problem=${problem} data-sign="out">
      ${sign('out')}
      <h2 role="alert">${say.of(what)}</h2>
      <p>${sentence(say.of(todo))}</p>
      <button class="wide primary" data-event="SIGN_ON" @click=${() => send({ type: 'SIGN_ON' })}>${word('tryAgain')}</button>
      ${back}
    </section>
  `;
}

/** Signed off, and the card is not in the hand. */
export function withoutCard({ say }: Face, { card }: MaintenanceContext, back: TemplateResult): TemplateResult {
  const [what, todo] = ownCardWords[card === 'retained' || card === 'stillInside' ? card : 'unknown'];
  return html`
    <section class="door" data-card=${card ?? ''}>
      ${sign('limping')}
      <h2 role="alert">${say.of(what)}</h2>
      <p>${sentence(say.of(todo))}</p>
      ${back}
    </section>
  `;
}

/** Why nobody is signed on any more; of a reader that was lost, what is wrong with it and what to do. */
export function ended(
  { say }: Face,
  { why = 'signedOff', reader }: MaintenanceContext,
  back?: TemplateResult,
): TemplateResult {
  const lost = why === 'readerLost';
  const advice = reader && adviceOf(reader.driver, reader.report);
  const [, doctor] = refusalWords.readerUnavailable;
  return html`
    <section class="door" role="status" data-why=${why}>
      ${sign(lost ? 'out' : 'well')}
      <h2>${say.of(endWords[why])}</h2>
      ${advice === undefined ? nothing : html`<p>${sentence(say.of(advice.is))}</p>`}
      ${lost ? html`<p>${sentence(say.of(advice?.todo ?? doctor))}</p>` : nothing}
      ${back ?? nothing}
    </section>
  `;
}
