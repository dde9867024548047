import { html, nothing, type TemplateResult } from 'lit';
import type { CardOutcome, CaseCode, ClaimNumber, CustodyState, KioskIdentity } from '#protocol/generated/kiosk.ts';
import { spellDigits } from '../language/format.ts';
import type { Translate } from '../language/translate.ts';
import { type IconName, icon, type Sign, sign } from './icon.ts';

/** One fact: what it is about, what it is, and a detail. */
export function panel(name: IconName, title: string, fact: string | TemplateResult, detail?: string): TemplateResult {
  return html`<section class="panel">
    <span class="disc">${icon(name)}</span>
    <div>
      <p class="title">${title}</p>
      <p class="fact">${fact}</p>
      ${detail === undefined ? nothing : html`<p class="detail">${detail}</p>`}
    </div>
  </section>`;
}

/** Several short facts of one kind, each on its own line. */
export function lines(texts: readonly string[]): TemplateResult {
  return html`<span class="lines">${texts.map((text) => html`<span>${text}</span>`)}</span>`;
}

/** One way that stays open: a sentence and its sign. */
export function way(name: IconName, text: string): TemplateResult {
  return html`<section class="panel way">
    <span class="disc">${icon(name)}</span>
    <p class="fact">${text}</p>
  </section>`;
}

/** One side's result: sign and word, never colour alone. */
export function leg(kind: Sign, title: string, word: string | TemplateResult, details: readonly string[] = []) {
  return html`<section class="panel leg" data-sign=${kind}>
    ${sign(kind)}
    <div>
      <p class="who"><span>${title}</span><span class="word">${word}</span></p>
      ${details.map((detail) => html`<p class="detail">${detail}</p>`)}
    </div>
  </section>`;
}

/** Where the card is now, in a sentence, and that no money moved. */
export function safePanel(t: Translate, card: CardOutcome | CustodyState): TemplateResult {
  return panel('shield', t('problem.safe'), t(`custody.${card}`), t('money.safe'));
}

/** A code that is read out to somebody: large, apart, and spelt by the voice. */
export function code(value: CaseCode): TemplateResult {
  return html`<span class="spelt"><span aria-hidden="true">${value}</span><span class="hear">${spellDigits(value)}</span></span>`;
}

function codePanel(title: string, value: CaseCode, note: string): TemplateResult {
  return html`<section class="panel code">
    <span class="disc">${icon('list')}</span>
    <div>
      <p class="title">${title}</p>
      <p class="fact">${code(value)}</p>
      <p class="detail">${note}</p>
    </div>
  </section>`;
}

/** At most one panel: there may be no code. */
export function referencePanel(t: Translate, caseCode: CaseCode | undefined): readonly TemplateResult[] {
  return caseCode === undefined ? [] : [codePanel(t('problem.reference'), caseCode, t('problem.referenceNote'))];
}

/** A card that was kept: how to get it back, its number, whom to ask. No other code stands beside that one. */
export function keptPanels(
  t: Translate,
  claim: ClaimNumber,
  kiosk: KioskIdentity | undefined,
): readonly TemplateResult[] {
  return [
    panel('card', t('problem.safe'), t('custody.retained'), t('kept.bring')),
    codePanel(t('kept.claim'), claim, t('kept.claimNote')),
    bankPhone(t, kiosk),
  ];
}

/** The same on one line, beside the telephone numbers that it is told to. */
export function referenceLine(t: Translate, caseCode: CaseCode | undefined): readonly TemplateResult[] {
  if (caseCode === undefined) return [];
  const reference = html`<section class="panel phone">
    <span class="disc">${icon('list')}</span>
    <p class="fact">${t('problem.reference')}</p>
    <p class="code-line">
      <span aria-hidden="true">${caseCode}</span><span class="hear">${spellDigits(caseCode)}</span>
    </p>
  </section>`;
  return [reference];
}

/** The social security line of the whole country. */
const socialSecurityLine = '12333';

function phone(title: string, number: string): TemplateResult {
  return html`<section class="panel phone">
    <span class="disc">${icon('phone')}</span>
    <p class="fact">${title}</p>
    <p class="digits-big"><span aria-hidden="true">${number}</span><span class="hear">${spellDigits(number)}</span></p>
  </section>`;
}

/** The bank's line; without the daemon's word its number is on the card itself. */
export function bankPhone(t: Translate, kiosk: KioskIdentity | undefined): TemplateResult {
  return kiosk === undefined ? way('phone', t('phone.card')) : phone(t('phone.bank'), kiosk.hotline);
}

export function socialPhone(t: Translate): TemplateResult {
  return phone(t('phone.social'), socialSecurityLine);
}

/** Both telephone lines. */
export function phonePanels(t: Translate, kiosk: KioskIdentity | undefined): readonly TemplateResult[] {
  return [bankPhone(t, kiosk), socialPhone(t)];
}

/** What a screen is about, large, where the hand has nothing to do: a sign, a sentence, a detail. */
export function emblem(
  picture: IconName | TemplateResult,
  options: {
    readonly tone?: 'calm' | 'go' | 'wait' | 'stop';
    readonly busy?: boolean;
    readonly text?: string;
    readonly detail?: string;
  } = {},
): TemplateResult {
  const { tone = 'calm', busy = false, text, detail } = options;
  return html`<div class="hero">
    <span class="emblem ${busy ? 'turning' : ''}" data-tone=${tone}>${typeof picture === 'string' ? icon(picture) : picture}</span>
    ${text === undefined ? nothing : html`<p class="hero-text">${text}</p>`}
    ${detail === undefined ? nothing : html`<p class="hero-detail">${detail}</p>`}
  </div>`;
}
