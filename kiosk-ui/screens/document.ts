import { html, nothing, type TemplateResult } from 'lit';
import '../components/kiosk-ring.ts';
import type { DocumentPlace, ShownDocument } from '#state-machines/screens.ts';
import type { KioskPart } from '../components/kiosk-picture.ts';
import type { Choice, Face } from '../components/kiosk-screen.ts';
import { press } from '../components/press.ts';
import { formatDate } from '../language/format.ts';
import type { Translate } from '../language/translate.ts';
import { documentArt } from '../parts/document-art.ts';
import { pages } from '../parts/pages.ts';
import { panel, referencePanel } from '../parts/panels.ts';
import type { Draw, ScreenContext } from './context.ts';
import { elsewhere } from './home.ts';

/** The parts of the drawing where documents are put. */
export const partOf: Readonly<Record<DocumentPlace, KioskPart>> = {
  identityReader: 'idReader',
  passportReader: 'passportReader',
};

/** The place where a document is put, with the hand that lifts it. */
export function liftPicture(t: Translate, reader: DocumentPlace, aside = false): Pick<Face, 'picture'> {
  return { picture: { lit: partOf[reader], motion: 'out', label: t(`picture.takeDocument.${reader}`), aside } };
}

function documentTile({ choice, state }: ShownDocument, { t, send }: ScreenContext): TemplateResult {
  const note =
    state === 'ready' || choice === 'other'
      ? undefined
      : t(state === 'elsewhere' ? 'document.elsewhere.note' : 'document.unavailable.note');
  return html`<button
    class="tile thing ${state === 'ready' ? '' : 'muted'}"
    data-document=${choice}
    ${press(() => send({ type: 'CHOOSE_DOCUMENT', document: choice }))}
  >
    ${documentArt(choice)}
    <span>
      <span class="name">${t(`document.${choice}`)}</span>
      ${note === undefined ? nothing : html`<span class="note">${note}</span>`}
    </span>
  </button>`;
}

export const chooseDocument: Draw<'choose-document'> = (screen, context) => {
  const { t, preferences } = context;
  const buttons = screen.documents.map((document) => documentTile(document, context));
  const large = preferences.elder || preferences.textSize === 'largest';
  return {
    heading: t(screen.whose === undefined ? 'document.choose' : `document.choose.${screen.whose}`),
    lead: t('document.choose.lead'),
    icon: 'person',
    story: 'tall',
    // Fewer tiles, not smaller ones.
    body: large ? pages(context, 'documents', buttons) : html`<div class="tiles">${buttons}</div>`,
  };
};

export const documentElsewhere: Draw<'document-elsewhere'> = ({ document, elsewhere: ways }, context) => {
  const { t } = context;
  return {
    heading: t(document.state === 'unavailable' ? 'document.unavailable' : 'document.elsewhere'),
    lead: t(`document.${document.choice}`),
    icon: 'person',
    tone: 'wait',
    art: documentArt(document.choice),
    body: html`<div class="show tight">
      <h2 class="sub">${t('info.instead')}</h2>
      <div class="fill">
        ${pages(
          context,
          `elsewhere-${document.choice}`,
          ways.map((where) => elsewhere(where, context)),
        )}
      </div>
    </div>`,
  };
};

const motions = { present: 'in', holdStill: 'still', lift: 'out' } as const;

export const presentDocument: Draw<'present-document'> = ({ choice, reader, hint, whose }, { t }) => {
  const name = choice === undefined ? t('document.any') : t(`document.short.${choice}`);
  const lead = hint === 'present' ? t(`document.present.lead.${reader}`) : t(`document.${hint}.lead`);
  return {
    heading:
      hint !== 'present'
        ? t(`document.${hint}`)
        : t(whose === undefined ? `document.present.${reader}` : `document.present.${whose}`, { document: name }),
    lead,
    icon: 'person',
    tone: hint === 'lift' ? 'wait' : 'calm',
    urgent: hint !== 'present',
    picture: {
      lit: partOf[reader],
      motion: motions[hint],
      label: t(hint === 'lift' ? `picture.takeDocument.${reader}` : `picture.presentDocument.${reader}`),
    },
    body: html`<p class="note-line">${t('document.note')}</p>`,
  };
};

export const documentProblem: Draw<'document-problem'> = (screen, { t }) => {
  const { problem, reader } = screen;
  // The card reader's sentence of the same code speaks of cards.
  const said = problem === 'readerUnavailable' ? 'documentReaderUnavailable' : problem;
  const gentle = problem === 'documentRemoved' || problem === 'noAnswer' || problem === 'readerUnavailable';
  return {
    heading: t(`error.${said}.what`),
    icon: 'person',
    tone: gentle ? 'wait' : 'stop',
    urgent: true,
    ...(reader === undefined ? {} : liftPicture(t, reader, true)),
    facts: [
      panel('hand', t('problem.now'), t(`error.${said}.now`)),
      panel(
        'shield',
        t('document.safe'),
        t(reader === undefined ? 'document.safe.none' : `document.safe.${reader}`),
        t('document.kept'),
      ),
      ...referencePanel(t, screen.caseCode),
    ],
    choices: [
      {
        label: t(screen.retry === 'otherDocument' ? 'button.otherDocument' : 'button.retry'),
        icon: 'retry',
        primary: true,
        event: { type: 'RETRY' },
      },
    ],
  };
};

function fact(name: string, value: TemplateResult | string): TemplateResult {
  return html`<p class="pair"><span class="title">${name}</span><span class="fact">${value}</span></p>`;
}

export const documentRead: Draw<'document-read'> = ({ choice, facts }, { t, language }) => {
  const { nameMasked, latinNameMasked, numberMasked, validUntil, warnings } = facts;
  const name = nameMasked ?? latinNameMasked;
  return {
    heading: t('document.read'),
    lead: t('document.read.lead'),
    icon: 'check',
    tone: 'go',
    body: html`<div class="show tight">
      <section class="panel document" data-kind=${facts.kind} data-grade=${facts.grade}>
        ${documentArt(choice)}
        <div>
          <p class="fact">${t(`document.${choice}`)}</p>
          ${
            name === undefined
              ? nothing
              : fact(t('document.name'), html`<span lang=${nameMasked === undefined ? 'en' : 'zh-Hans'}>${name}</span>`)
          }
          ${fact(t('document.number'), numberMasked)}
          ${fact(
            t('document.validUntil'),
            validUntil === 'longTerm' ? t('document.longTerm') : formatDate(validUntil, language),
          )}
          ${warnings.includes('holderIsMinor') ? html`<p class="detail">${t('document.minor')}</p>` : nothing}
        </div>
      </section>
      <p class="note-line">${t('document.note')}</p>
    </div>`,
    choices: [{ label: t('button.takeDocument'), icon: 'hand', primary: true, event: { type: 'CONTINUE' } }],
  };
};

export const takeDocument: Draw<'take-document'> = (screen, { t }) => {
  const { attention, ofSeconds, reader, secondsLeft, sensed } = screen;
  const louder = attention === 'louder';
  const taken: Choice = {
    label: t('button.documentTaken'),
    icon: 'check',
    primary: true,
    event: { type: 'CONTINUE' },
  };
  return {
    heading: t(louder ? 'takeDocument.heading.louder' : 'takeDocument.heading'),
    lead: t(sensed ? 'takeDocument.lead.sensed' : 'takeDocument.lead'),
    icon: 'hand',
    tone: louder ? 'stop' : 'go',
    urgent: true,
    ...liftPicture(t, reader),
    body: html`<div class="count">
      ${
        secondsLeft === undefined
          ? html`<span class="busy"></span>`
          : html`<kiosk-ring
              class=${louder ? 'late' : ''}
              .seconds=${secondsLeft}
              .of=${ofSeconds}
              label=${t('take.seconds', { count: secondsLeft })}
            ></kiosk-ring>`
      }
      <p class="note-line">${t(`takeDocument.then.${screen.next}`)}</p>
    </div>`,
    choices: [taken],
  };
};
