import { selfTestText } from '#assets/maintenance/index.ts';
import type { Readiness } from '#protocol/generated/kiosk.ts';
import type { ReceiptPrinter } from '../../devices/receipt-printer.ts';
import { type ReceiptFields, render } from '../receipts/index.ts';
import { commandError, success } from '../service.ts';
import type { Area } from './area.ts';

const printMs = 60_000;
/** A line of the form holds no more. */
const mostCharacters = 64;

const short = (text: string): string =>
  text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters - 1)}…`;

/** What is wrong comes first; what is well is one line each, so that the slip can be filed as it is. */
function readinessFields({ kiosk, versions, selfTest: { at, items } }: Readiness): ReceiptFields {
  const order = ['bad', 'look', 'well'] as const;
  const sorted = [...items].sort((one, other) => order.indexOf(one.verdict) - order.indexOf(other.verdict));
  const lines = [
    ...sorted.map((item) => {
      const { subject, is } = selfTestText(item);
      return { verdict: item.verdict, item: short(`${subject[0]}：${is[0]}`) };
    }),
    ...versions.map(({ what, version, hash }) => ({ verdict: what, item: `${version} ${hash}` })),
  ];
  return {
    bankName: kiosk.bankName,
    branchName: kiosk.branchName,
    terminalId: kiosk.terminalId,
    time: at,
    verdict: lines.map(({ verdict }) => verdict),
    item: lines.map(({ item }) => item),
  };
}

/** The readiness report on the kiosk's own paper. */
export const readinessSlip = (
  readiness: () => Promise<Readiness>,
  printer: ReceiptPrinter | undefined,
): Area<'Maintenance.PrintReadiness'> => ({
  'Maintenance.PrintReadiness': async () => {
    if (printer === undefined || printer.report().state === 'absent') return commandError('printerUnavailable');
    const { charactersPerLine, dotsPerLine, repertoire } = printer.capabilities();
    const paper = { charactersPerLine, dotsPerLine, repertoire };
    const slip = render('readiness', 'zh-Hans', readinessFields(await readiness()), paper);
    if (!slip.ok) throw new Error(`readiness slip: ${JSON.stringify(slip.error)}`);
    // No signal: half a slip helps nobody, and the job's own deadline ends it.
    const { outcome } = await printer.print(slip.value.bytes, { timeoutMs: printMs });
    return outcome === 'done' ? success() : commandError('notPrinted');
  },
});
