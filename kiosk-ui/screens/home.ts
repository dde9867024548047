import { html, nothing, type TemplateResult } from 'lit';
import { languages } from '#assets/languages/index.ts';
import { welcome } from '#assets/languages/welcome.ts';
import type { Language, ServiceName } from '#protocol/generated/kiosk.ts';
import type { Elsewhere, Tile } from '#state-machines/screens.ts';
import { press } from '../components/press.ts';
import type { Translate } from '../language/translate.ts';
import { cardArt } from '../parts/card-art.ts';
import { type IconName, icon } from '../parts/icon.ts';
import { pages } from '../parts/pages.ts';
import { bankPhone, emblem, lines, panel, phonePanels, socialPhone, way } from '../parts/panels.ts';
import type { Draw, ScreenContext } from './context.ts';

const serviceIcons: Readonly<Record<ServiceName, IconName>> = {
  lossReport: 'cardLost',
  unfreeze: 'cardFound',
  activation: 'cardStart',
  balance: 'balance',
  newCard: 'newCard',
  pin: 'pin',
  progress: 'progress',
  information: 'information',
  documentCheck: 'person',
};

/** Most urgent first; a service keeps its place whatever its state. */
const order = Object.keys(serviceIcons) as readonly ServiceName[];

/** What can be done by telephone as well. */
const byPhone: ReadonlySet<ServiceName> = new Set<ServiceName>(['lossReport', 'unfreeze', 'progress']);

function note(tile: Tile, { t }: ScreenContext): string | undefined {
  if (tile.state === 'ready') return undefined;
  // Whoever has lost a card must not wait for a counter.
  if (tile.state === 'notOffered') return t(byPhone.has(tile.service) ? 'tile.phone' : 'tile.counter');
  const [reason] = tile.reasons;
  if (reason === undefined) return undefined;
  const text = t(`reason.${reason}`);
  return tile.state === 'limited' ? t('reason.stillPossible', { reason: text }) : text;
}

function tileButton(tile: Tile, context: ScreenContext): TemplateResult {
  const muted = tile.state === 'unavailable' || tile.state === 'notOffered';
  const text = note(tile, context);
  const choose = (): void =>
    context.send(context.can('CHOOSE_SERVICE') ? { type: 'CHOOSE_SERVICE', service: tile.service } : { type: 'TOUCH' });
  return html`<button
    class="tile ${tile.service === 'lossReport' ? 'urgent' : ''} ${muted ? 'muted' : ''}"
    data-service=${tile.service}
    ${press(choose)}
  >
    <span class="disc">${icon(serviceIcons[tile.service])}</span>
    <span>
      <span class="name">${context.t(`service.${tile.service}`)}</span>
      ${text === undefined ? nothing : html`<span class="note">${text}</span>`}
    </span>
  </button>`;
}

function tileGrid(tiles: readonly Tile[], context: ScreenContext): TemplateResult {
  const sorted = [...tiles].sort((a, b) => order.indexOf(a.service) - order.indexOf(b.service));
  const buttons = sorted.map((tile) => tileButton(tile, context));
  const { elder, textSize } = context.preferences;
  // Fewer tiles, not smaller ones.
  if (elder || textSize === 'largest') return pages(context, 'tiles', buttons);
  return html`<div class="tiles">${buttons}</div>`;
}

/** The simple view is offered where a visit starts, in the place of Back. */
function viewSwitch({ t, preferences }: ScreenContext) {
  return {
    label: t(preferences.elder ? 'button.standard' : 'button.elder'),
    icon: 'text',
    event: { type: 'SET_PREFERENCE', change: { elder: !preferences.elder } },
  } as const;
}

export const starting: Draw<'starting'> = (_screen, { t }) => ({
  heading: t('starting.heading'),
  lead: t('starting.lead'),
  icon: 'clock',
  body: emblem(cardArt(), { busy: true }),
});

/** One line in each of the other languages: whoever cannot read the first sees that theirs is spoken too. */
function otherLanguages(language: Language): readonly { readonly language: Language; readonly text: string }[] {
  return languages.filter((other) => other !== language).map((other) => ({ language: other, text: welcome[other] }));
}

export const attract: Draw<'attract'> = (screen, context) => ({
  heading: context.t('attract.heading'),
  also: otherLanguages(context.language),
  lead: context.t(screen.opening ? 'attract.opening' : 'attract.lead'),
  icon: 'hand',
  art: cardArt(),
  story: 'tall',
  body: tileGrid(screen.tiles, context),
  side: viewSwitch(context),
});

export const home: Draw<'home'> = (screen, context) => ({
  heading: context.t('home.heading'),
  lead: context.t('home.lead'),
  icon: 'hand',
  art: cardArt(),
  story: 'tall',
  body: tileGrid(screen.tiles, context),
  side: viewSwitch(context),
});

export function elsewhere(where: Elsewhere, { t, kiosk }: ScreenContext): TemplateResult {
  switch (where) {
    case 'later':
      return way('clock', t('elsewhere.later'));
    case 'branch':
      return way('information', t('elsewhere.branch'));
    case 'bankHotline':
      return bankPhone(t, kiosk);
    case 'socialSecurity12333':
      return socialPhone(t);
  }
}

/** What to do comes first, why comes after it. */
function why(reasons: readonly string[], t: Translate): readonly TemplateResult[] {
  return reasons.length === 0 ? [] : [panel('question', t('info.why'), lines(reasons))];
}

export const serviceInfo: Draw<'service-info'> = (screen, context) => {
  const { t } = context;
  const { tile } = screen;
  const works = tile.state === 'limited' || tile.state === 'ready';
  const lost = tile.service === 'lossReport' && !works;
  const heading = works
    ? t('info.limited')
    : lost
      ? t('outOfService.lost')
      : t(tile.state === 'notOffered' ? 'info.notOffered' : 'info.unavailable');
  const reasons = tile.reasons.filter((reason) => reason !== 'notOffered').map((reason) => t(`reason.${reason}`));
  return {
    heading,
    lead: lost ? t(tile.state === 'notOffered' ? 'info.notOffered' : 'info.unavailable') : t(`service.${tile.service}`),
    icon: serviceIcons[tile.service],
    tone: works ? 'calm' : lost ? 'stop' : 'wait',
    body: html`<div class="show tight">
      <h2 class="sub">${t('info.instead')}</h2>
      <div class="fill">
        ${pages(context, `info-${tile.service}`, [
          ...screen.elsewhere.map((where) => elsewhere(where, context)),
          ...why(reasons, t),
        ])}
      </div>
    </div>`,
    choices: [{ label: t('button.continue'), primary: true, icon: 'forward', event: { type: 'CONTINUE' } }],
  };
};

export const outOfService: Draw<'out-of-service'> = (screen, context) => {
  const { t } = context;
  const reasons = [...new Set(screen.reasons.map((reason) => t(`reason.${reason}`)))];
  return {
    heading: t('outOfService.heading'),
    lead: screen.disconnected ? t('outOfService.disconnected') : t('outOfService.lead'),
    icon: 'clock',
    tone: 'wait',
    body: html`<div class="show tight">
      <h2 class="sub">${t('outOfService.lost')}</h2>
      <div class="fill">
        ${pages(context, 'phones', [...phonePanels(t, context.kiosk), ...why(reasons, t)])}
      </div>
    </div>`,
    choices: [{ label: t('button.information'), icon: 'information', event: { type: 'OPEN_INFORMATION' } }],
  };
};
