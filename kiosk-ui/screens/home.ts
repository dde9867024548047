import { html, nothing, type TemplateResult } from 'lit';
import type { ServiceName } from '#protocol/generated/kiosk.ts';
import type { Elsewhere, Tile } from '#state-machines/screens.ts';
import { press } from '../components/press.ts';
import { type IconName, icon } from '../parts/icon.ts';
import { pages } from '../parts/pages.ts';
import { panel, phonePanels } from '../parts/panels.ts';
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
};

/** Most urgent first; a service keeps its place whatever its state. */
const order = Object.keys(serviceIcons) as readonly ServiceName[];

function note(tile: Tile, { t }: ScreenContext): string | undefined {
  if (tile.state === 'ready') return undefined;
  if (tile.state === 'notOffered') return t('reason.notOffered');
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
  if (context.preferences.elder) return pages(context, 'tiles', buttons, 4);
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
  body: html`<div class="middle"><span class="busy"></span></div>`,
});

export const attract: Draw<'attract'> = (screen, context) => ({
  heading: context.t('attract.heading'),
  lead: context.t(screen.opening ? 'attract.opening' : 'attract.lead'),
  icon: 'hand',
  body: tileGrid(screen.tiles, context),
  side: viewSwitch(context),
});

export const home: Draw<'home'> = (screen, context) => ({
  heading: context.t('home.heading'),
  lead: context.t('home.lead'),
  icon: 'hand',
  body: tileGrid(screen.tiles, context),
  side: viewSwitch(context),
});

function elsewhere(where: Elsewhere, { t, kiosk }: ScreenContext): readonly [IconName, string] {
  switch (where) {
    case 'later':
      return ['clock', t('elsewhere.later')];
    case 'branch':
      return ['information', t('elsewhere.branch')];
    case 'bankHotline':
      return [
        'phone',
        kiosk === undefined ? t('elsewhere.bankHotlineUnknown') : t('elsewhere.bankHotline', { number: kiosk.hotline }),
      ];
    case 'socialSecurity12333':
      return ['phone', t('elsewhere.socialSecurity12333')];
  }
}

export const serviceInfo: Draw<'service-info'> = (screen, context) => {
  const { t } = context;
  const { tile } = screen;
  const heading =
    tile.state === 'limited' || tile.state === 'ready'
      ? t('info.limited')
      : tile.state === 'notOffered'
        ? t('info.notOffered')
        : t('info.unavailable');
  const reasons = tile.reasons.filter((reason) => reason !== 'notOffered').map((reason) => t(`reason.${reason}`));
  return {
    heading,
    lead: t(`service.${tile.service}`),
    icon: serviceIcons[tile.service],
    tone: tile.state === 'limited' || tile.state === 'ready' ? 'calm' : 'wait',
    body: pages(context, `info-${tile.service}`, [
      ...(reasons.length === 0 ? [] : [panel('question', t('info.why'), reasons.join(' · '))]),
      ...screen.elsewhere.map((where) => {
        const [name, text] = elsewhere(where, context);
        return panel(name, t('info.instead'), text);
      }),
    ]),
    choices: [{ label: t('button.continue'), primary: true, icon: 'forward', event: { type: 'CONTINUE' } }],
  };
};

export const outOfService: Draw<'out-of-service'> = (screen, context) => {
  const { t } = context;
  const reasons = screen.reasons.map((reason) => t(`reason.${reason}`));
  return {
    heading: t('outOfService.heading'),
    lead: screen.disconnected ? t('outOfService.disconnected') : t('outOfService.lead'),
    icon: 'clock',
    tone: 'wait',
    body: html`<div class="stack">
      ${reasons.length === 0 ? nothing : html`<p class="note-line">${reasons.join(' · ')}</p>`}
      <h2 class="note-line strong">${t('outOfService.lost')}</h2>
      ${phonePanels(t, context.kiosk)}
    </div>`,
    choices: [{ label: t('button.information'), icon: 'information', event: { type: 'OPEN_INFORMATION' } }],
  };
};
