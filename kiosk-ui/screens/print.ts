import type { Face } from '../components/kiosk-screen.ts';
import type { Translate } from '../language/translate.ts';
import { panel, referencePanel } from '../parts/panels.ts';
import type { Draw } from './context.ts';

const slip = (t: Translate, aside = false): Pick<Face, 'picture'> => ({
  picture: { lit: 'receiptSlot', motion: 'out', label: t('picture.receipt'), aside },
});

export const printing: Draw<'printing'> = (_screen, { t }) => ({
  heading: t('printing.heading'),
  lead: t('printing.lead'),
  icon: 'print',
  cardIn: true,
  ...slip(t),
});

const printReasons = [
  'paperOut',
  'coverOpen',
  'cutterError',
  'overheated',
  'mechanicalError',
  'unrecoverableError',
  'offline',
  'silent',
] as const;

export const printResult: Draw<'print-result'> = (screen, { t }) => {
  const known = printReasons.find((code) => code === screen.reason);
  const why = t(known === undefined ? 'print.other' : `print.${known}`);
  const again = { label: t('button.printAgain'), icon: 'print', event: { type: 'RETRY' } } as const;
  if (screen.outcome === 'done') {
    return {
      heading: t('printResult.done'),
      lead: t('printResult.done.lead'),
      icon: 'print',
      tone: 'go',
      cardIn: true,
      ...slip(t),
    };
  }
  const unknown = screen.outcome === 'unknown';
  return {
    heading: t(unknown ? 'printResult.unknown' : 'printResult.notDone'),
    lead: unknown ? t('printResult.unknown.lead') : why,
    icon: 'print',
    tone: 'wait',
    cardIn: true,
    ...(unknown ? slip(t, true) : {}),
    facts: [
      panel('shield', t('problem.safe'), t('printResult.safe'), t('money.safe')),
      panel('hand', t('problem.now'), t('error.printerUnavailable.now')),
      ...referencePanel(t, screen.caseCode),
    ],
    choices: [again],
  };
};
