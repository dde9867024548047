import type { CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { ReceiptPrinter } from '../../devices/receipt-printer.ts';
import type { Journal } from '../../journal/index.ts';
import { actFields, balanceFields, render, type SlipContext } from '../receipts/index.ts';
import { type CommandContext, commandError, type Outcome, success } from '../service.ts';
import type { Visit } from './visits.ts';

export interface ReceiptServiceOptions {
  readonly printer: ReceiptPrinter | undefined;
  readonly journal: Journal;
  readonly place: {
    readonly terminalId: string;
    readonly bankName: string;
    readonly branchName: string;
    readonly hotline: string;
  };
}

/** A slip of 40 lines takes 3 s; a printer that cools down in the middle takes much longer. */
const printTimeoutMs = 60_000;

/** Prints what an inquiry of this visit found, or what an act brought. A slip that may have come out is never printed again by itself. */
export class ReceiptService {
  readonly #options: ReceiptServiceOptions;

  constructor(options: ReceiptServiceOptions) {
    this.#options = options;
  }

  async print(visit: Visit, resultId: string, _context: CommandContext): Promise<Outcome> {
    const { printer, journal, place } = this.#options;
    const result = visit.results.get(resultId);
    if (result === undefined) {
      journal.record('visit.stepRefused', { command: 'Receipt.Print', why: 'noSuchResult' }, visit.id);
      return commandError('noSuchResult', { caseCode: visit.caseCode });
    }
    const state = printer?.report().state;
    if (printer === undefined || (state !== 'ready' && state !== 'degraded')) {
      journal.record('receipt.printed', { form: result.kind, outcome: 'notDone', why: 'printerUnavailable' }, visit.id);
      return commandError('printerUnavailable', { caseCode: visit.caseCode });
    }
    const { at, cardNumberMasked, holderNameMasked } = result;
    const form = result.kind;
    const context: SlipContext = {
      ...place,
      time: at.toISOString(),
      caseCode: visit.caseCode,
      ...(result.kind === 'balance' && result.stan !== undefined && { reference: result.stan }),
      ...(cardNumberMasked !== undefined && { cardNumberMasked }),
      ...(holderNameMasked !== undefined && { holderNameMasked }),
    };
    const fields = result.kind === 'balance' ? balanceFields(context, result) : actFields(context, result);
    const { charactersPerLine, dotsPerLine, repertoire } = printer.capabilities();
    const slip = render(form, visit.language, fields, { charactersPerLine, dotsPerLine, repertoire });
    // The fields are ours: one that does not fit the form is a fault of this program.
    if (!slip.ok) throw new Error(`${form} slip: ${JSON.stringify(slip.error)}`);
    // No signal: a slip half printed helps nobody, and the job's own deadline ends it.
    const { outcome, reason } = await printer.print(slip.value.bytes, { timeoutMs: printTimeoutMs });
    journal.record('receipt.printed', { form, outcome, ...(reason !== undefined && { why: reason }) }, visit.id);
    const completion: CompletionPayloads['Receipt.Print'] = {
      outcome,
      caseCode: visit.caseCode,
      ...(reason !== undefined && { reason }),
    };
    return success(completion);
  }
}
