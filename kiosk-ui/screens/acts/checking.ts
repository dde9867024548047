/** Who stands here: PIN, code, staff, face; the texts to agree to; the new PIN; and who is on the telephone. */
import { html, nothing, type TemplateResult } from 'lit';
import '../../components/kiosk-ring.ts';
import type { LiveCheckKind } from '#protocol/generated/kiosk.ts';
import type { ShownPad } from '#state-machines/screens.ts';
import type { Choice, Face } from '../../components/kiosk-screen.ts';
import { press } from '../../components/press.ts';
import type { Translate } from '../../language/translate.ts';
import { type IconName, icon } from '../../parts/icon.ts';
import { options } from '../../parts/options.ts';
import { padBody } from '../../parts/pad.ts';
import { emblem, panel, referencePanel } from '../../parts/panels.ts';
import type { Draw, ScreenContext } from '../context.ts';

const otherWay = (t: Translate): Choice => ({
  label: t('button.otherWay'),
  icon: 'list',
  event: { type: 'OTHER_WAY' },
});

function padPicture({ ready }: ShownPad, label: string): Pick<Face, 'picture'> {
  return { picture: { lit: 'pinPad', motion: ready ? 'in' : 'none', label, aside: true } };
}

export const checkPin: Draw<'check-pin'> = (screen, { t }) => {
  const tries = screen.triesLeft === undefined ? undefined : t('pin.tries', { count: screen.triesLeft });
  return {
    heading: screen.again === undefined ? t('check.pin.heading') : t('pin.wrong'),
    lead: screen.ready ? [tries, t('pin.lead')].filter(Boolean).join(' · ') : t('pin.wait'),
    icon: 'pin',
    tone: screen.again === undefined ? 'calm' : 'wait',
    cardIn: screen.cardIn,
    ...padPicture(screen, t('picture.pin')),
    body: padBody(t, screen, { cancel: t('check.stop'), label: t('pin.digits', { count: screen.digits }) }),
    choices: [otherWay(t)],
  };
};

/** The code's own clock, and when another may be sent. */
function codeLines(
  { secondsLeft, resendInSeconds }: { readonly secondsLeft?: number; readonly resendInSeconds?: number },
  t: Translate,
): TemplateResult {
  const valid =
    secondsLeft === undefined
      ? nothing
      : secondsLeft === 0
        ? t('check.code.expired')
        : t('check.code.valid', { count: secondsLeft });
  const resend =
    resendInSeconds === undefined
      ? nothing
      : resendInSeconds > 0
        ? t('check.code.resendIn', { count: resendInSeconds })
        : t('check.code.resendNow');
  return html`<p class="countdown-line">${valid}</p><p class="note-line">${resend}</p>`;
}

export const checkCode: Draw<'check-code'> = (screen, { t }) => {
  const { phoneMasked, again, triesLeft } = screen;
  const tries = triesLeft === undefined ? undefined : t('pin.tries', { count: triesLeft });
  const sent = phoneMasked !== undefined;
  return {
    heading: t(!sent ? 'check.code.sending' : again === undefined ? 'check.code.heading' : 'check.code.wrong'),
    lead: sent
      ? [tries, t('check.code.lead', { phone: phoneMasked })].filter(Boolean).join(' · ')
      : t('check.code.sending.lead'),
    icon: 'message',
    tone: again === undefined ? 'calm' : 'wait',
    cardIn: screen.cardIn,
    ...(sent ? padPicture(screen, t('picture.code')) : {}),
    body: sent
      ? padBody(t, screen, {
          cancel: t('check.stop'),
          label: t('check.code.digits', { count: screen.digits }),
          note: codeLines(screen, t),
        })
      : emblem('message', { busy: true }),
    choices: [{ label: t('button.resend'), icon: 'retry', event: { type: 'RESEND' } }, otherWay(t)],
  };
};

const staffCountdown = (
  t: Translate,
  { secondsLeft, ofSeconds }: { secondsLeft: number; ofSeconds: number },
  late = false,
) =>
  html`<div class="middle">
    <kiosk-ring
      class=${late ? 'huge late' : 'huge'}
      .seconds=${secondsLeft}
      .of=${ofSeconds}
      label=${t.spoken('still.seconds', { count: secondsLeft })}
    ></kiosk-ring>
  </div>`;

export const checkStaff: Draw<'check-staff'> = (screen, { t }) => ({
  heading: t(screen.purpose === 'approval' ? 'check.staff.approval' : 'check.staff.heading'),
  lead: t('check.staff.lead'),
  icon: 'help',
  cardIn: screen.cardIn,
  body:
    screen.secondsLeft === undefined
      ? emblem('person', { busy: true })
      : staffCountdown(t, { secondsLeft: screen.secondsLeft, ofSeconds: screen.ofSeconds ?? screen.secondsLeft }),
  choices: [otherWay(t)],
});

/** For the member of staff who stands here too, so it says whom it means. */
export const staffPin: Draw<'staff-pin'> = (screen, { t }) => ({
  heading: t(screen.again === undefined ? 'staffCard.pin.heading' : 'staffCard.pin.wrong'),
  lead: t(screen.ready ? 'staffCard.pin.lead' : 'pin.wait'),
  icon: 'pin',
  tone: screen.again === undefined ? 'calm' : 'wait',
  ...padPicture(screen, t('picture.pin')),
  body: padBody(t, screen, { cancel: t('check.stop'), label: t('pin.digits', { count: screen.digits }) }),
  choices: [otherWay(t)],
});

export const staffLocked: Draw<'staff-locked'> = (screen, { t }) => ({
  heading: t('staffCard.locked.heading'),
  lead: t('staffCard.locked.lead'),
  icon: 'clock',
  tone: 'wait',
  body: staffCountdown(t, screen),
  choices: [otherWay(t)],
});

export const staffTakeCard: Draw<'staff-take-card'> = (screen, { t }) => {
  const louder = screen.attention === 'louder';
  return {
    heading: t(screen.unreadable ? 'staffCard.unreadable.heading' : 'staffCard.take.heading'),
    lead: t(screen.unreadable ? 'staffCard.unreadable.lead' : 'staffCard.take.lead'),
    icon: 'cardOut',
    tone: louder ? 'stop' : screen.unreadable ? 'wait' : 'go',
    urgent: true,
    picture: { lit: 'cardSlot', motion: 'out', label: t('picture.take'), aside: true },
    body: staffCountdown(t, screen, louder),
  };
};

export const checkFace: Draw<'check-face'> = (screen, { t }) => ({
  heading: t('check.face.heading'),
  lead: t('check.face.lead'),
  icon: 'camera',
  cardIn: screen.cardIn,
  body: emblem('camera', { busy: true }),
  choices: [otherWay(t)],
});

const checkIcons: Readonly<Record<LiveCheckKind, IconName>> = {
  bankPin: 'pin',
  oneTimeCode: 'message',
  staff: 'help',
  face: 'camera',
};

function checkNote(check: LiveCheckKind, phone: string | undefined, { t }: ScreenContext): string {
  if (check !== 'oneTimeCode') return t(`check.note.${check}`);
  return phone === undefined ? t('check.note.oneTimeCode.unknown') : t('check.note.oneTimeCode', { phone });
}

export const chooseCheck: Draw<'choose-check'> = ({ checks, phoneMasked }, context) => {
  const { t, send } = context;
  return {
    heading: t('check.choose'),
    lead: t('check.choose.lead'),
    icon: 'person',
    story: 'tall',
    body: options(
      context,
      'checks',
      checks.map(
        (check) => html`<button
          class="row"
          data-check=${check}
          ${press(() => send({ type: 'CHOOSE_CHECK', check }))}
        >
          <span class="disc">${icon(checkIcons[check])}</span>
          <span
            ><span class="name">${t(`check.by.${check}`)}</span
            ><span class="note">${checkNote(check, phoneMasked, context)}</span></span
          >
          ${icon('forward')}
        </button>`,
      ),
    ),
  };
};

/** The name of a text, without the number of its version. */
type ConsentName<T extends string> = T extends `${infer Name}-${number}` ? Name : never;

export const consent: Draw<'consent'> = ({ text, now, of }, { t }) => {
  const name = text.replace(/-[0-9]+$/, '') as ConsentName<typeof text>;
  return {
    heading: t(`consent.${name}.title`),
    lead: of > 1 ? t('consent.leadOf', { now, of }) : t('consent.lead'),
    icon: 'list',
    body: html`<ul class="text panel">
      ${t(`consent.${name}.text`)
        .split('\n')
        .map((line) => html`<li><span>${line}</span></li>`)}
    </ul>`,
    choices: [
      { label: t('button.disagree'), icon: 'cross', event: { type: 'DECLINE' } },
      { label: t('button.agree'), icon: 'check', primary: true, event: { type: 'CONTINUE' } },
    ],
  };
};

/** Two PINs belong to a card; each entry says which of them it is about. */
export const newPin: Draw<'new-pin'> = (screen, { t }) => {
  const { of, round, again, triesLeft, ready } = screen;
  const heading =
    again === 'wrongPin'
      ? t('pin.wrong')
      : again !== undefined
        ? t(`newPin.again.${again}`)
        : t(of === 'card' ? `cardPin.heading.${round}` : `newPin.heading.${round === 0 ? 1 : round}`);
  const tries = triesLeft === undefined ? undefined : t('pin.tries', { count: triesLeft });
  const lead = t(of === 'card' ? `cardPin.lead.${round}` : `newPin.lead.${round === 0 ? 1 : round}`);
  return {
    heading,
    lead: ready ? [tries, lead].filter(Boolean).join(' · ') : t('pin.wait'),
    icon: of === 'card' ? 'card' : 'pin',
    tone: again === undefined ? 'calm' : 'wait',
    cardIn: screen.cardIn,
    ...padPicture(screen, t('picture.pin')),
    body: padBody(t, screen, {
      cancel: t('check.stop'),
      label: t('pin.digits', { count: screen.digits }),
      // This one leaves the pad: for the chip, and for nobody else.
      ...(of === 'card' && { note: html`<p class="note-line">${t('cardPin.note')}</p>` }),
    }),
  };
};

export const callerQuestion: Draw<'caller-question'> = (_screen, { t }) => ({
  heading: t('caller.heading'),
  lead: t('caller.lead'),
  icon: 'phone',
  tone: 'stop',
  urgent: true,
  facts: [
    panel('shield', t('caller.police'), t('caller.never')),
    panel('people', t('caller.grandchild'), t('caller.hangUp')),
  ],
  choices: [
    { label: t('button.callerYes'), icon: 'phone', event: { type: 'ANSWER', answer: 'yes' } },
    { label: t('button.callerNo'), icon: 'person', event: { type: 'ANSWER', answer: 'no' } },
  ],
});

export const stopped: Draw<'stopped'> = (screen, { t }) => ({
  heading: t('stopped.heading'),
  lead: t(`stopped.lead.${screen.state}`),
  icon: 'shield',
  tone: screen.state === 'failed' ? 'wait' : 'go',
  urgent: true,
  facts: [
    panel('shield', t('problem.nothing'), t('problem.nothing.other'), t('money.safe')),
    panel('phone', t('stopped.police'), '96110'),
    ...referencePanel(t, screen.caseCode),
  ],
  choices: [{ label: t('button.retry'), icon: 'retry', primary: true, event: { type: 'RETRY' } }],
});
