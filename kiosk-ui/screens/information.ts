import { html, type TemplateResult } from 'lit';
import type { InformationTopic, Tile } from '#state-machines/screens.ts';
import type { Choice } from '../components/kiosk-screen.ts';
import { press } from '../components/press.ts';
import { formatDate } from '../language/format.ts';
import type { Translate } from '../language/translate.ts';
import { type IconName, icon } from '../parts/icon.ts';
import { mixed } from '../parts/mixed.ts';
import { pages } from '../parts/pages.ts';
import { panel } from '../parts/panels.ts';
import type { Draw, ScreenContext } from './context.ts';

const topics: readonly (readonly [Exclude<InformationTopic, 'contents'>, IconName])[] = [
  ['branches', 'information'],
  ['questions', 'question'],
  ['bring', 'list'],
  ['closing', 'card'],
];

/** Of the content packs; what is said about closing a card is a rule of the bank and no content of a branch. */
type PackTopic = Exclude<InformationTopic, 'contents' | 'closing'>;

const closingFacts = [
  ['moves', 'newCard'],
  ['wait', 'clock'],
  ['keep', 'bank'],
  ['where', 'information'],
] as const;

function contents(context: ScreenContext): TemplateResult {
  const { t, send, packs, today, say } = context;
  const notices = (packs.notices?.items ?? []).filter(
    (notice) => notice.validFrom <= today && today <= notice.validUntil,
  );
  return pages(
    context,
    'contents',
    [
      ...topics.map(
        ([
          topic,
          name,
        ]) => html`<button class="row" data-topic=${topic} ${press(() => send({ type: 'OPEN_INFORMATION', topic }))}>
          <span class="disc">${icon(name)}</span><span>${t(`information.${topic}`)}</span>${icon('forward')}
        </button>`,
      ),
      ...notices.map(
        (notice) =>
          html`<section class="panel way"><span class="disc">${icon('shield')}</span><p class="fact">${say(notice.text)}</p></section>`,
      ),
    ],
    { most: 8 },
  );
}

function items(topic: PackTopic, { packs, say, language }: ScreenContext): readonly TemplateResult[] {
  switch (topic) {
    case 'branches':
      return (packs.branches?.items ?? []).map(
        (branch) => html`<section class="panel">
          <span class="disc">${icon('information')}</span>
          <div>
            <p class="title">${say(branch.campus)}</p>
            <h2 class="fact">${mixed(say(branch.name), language)}</h2>
            <p>${mixed(say(branch.address), language)}</p>
            <p class="detail">${say(branch.hours)}</p>
          </div>
        </section>`,
      );
    case 'questions':
      return (packs.questions?.items ?? []).map(
        (entry) => html`<section class="panel">
          <span class="disc">${icon('question')}</span>
          <div>
            <h2 class="fact">${say(entry.question)}</h2>
            <p>${say(entry.answer)}</p>
          </div>
        </section>`,
      );
    case 'bring':
      return (packs.bring?.items ?? []).map(
        (list) => html`<section class="panel">
          <span class="disc">${icon('list')}</span>
          <div>
            <h2 class="fact">${say(list.title)}</h2>
            <ul class="ticks">
              ${list.things.map((thing) => html`<li>${icon('check')}<span>${say(thing)}</span></li>`)}
            </ul>
          </div>
        </section>`,
      );
  }
}

/** Whoever reads what to bring may try right here whether the machine reads it. */
function tryDocument(tile: Tile | undefined, t: Translate): readonly Choice[] {
  return tile === undefined || tile.state === 'notOffered'
    ? []
    : [
        {
          label: t('service.documentCheck'),
          icon: 'person',
          event: { type: 'CHOOSE_SERVICE', service: 'documentCheck' },
        },
      ];
}

export const information: Draw<'information'> = (screen, context) => {
  const { t, language, packs } = context;
  if (screen.topic === 'contents') {
    return {
      heading: t('information.heading'),
      ...(screen.disconnected ? { lead: t('information.offline') } : {}),
      icon: 'information',
      story: 'tall',
      body: contents(context),
    };
  }
  if (screen.topic === 'closing') {
    return {
      heading: t('information.closing'),
      lead: t('closing.lead'),
      icon: 'card',
      facts: closingFacts.map(([name, sign]) => panel(sign, t(`closing.${name}.title`), t(`closing.${name}`))),
    };
  }
  const pack = packs[screen.topic];
  const rows = items(screen.topic, context);
  return {
    heading: t(`information.${screen.topic}`),
    ...(pack === undefined ? {} : { lead: t('information.effective', { date: formatDate(pack.validFrom, language) }) }),
    icon: topics.find(([topic]) => topic === screen.topic)?.[1] ?? 'information',
    body:
      rows.length === 0
        ? html`<p class="note-line">${t('information.missing')}</p>`
        : pages(context, screen.topic, rows, { most: context.preferences.elder ? 2 : 4 }),
    ...(screen.topic === 'bring' ? { choices: tryDocument(screen.documentCheck, t) } : {}),
  };
};
