import type { CaseCode, CompletionPayloads } from '#protocol/generated/kiosk.ts';
import type { ReceiptPrinter } from '../../devices/receipt-printer.ts';
import type { Journal } from '../../journal/index.ts';
import {
  actFields,
  balanceFields,
  claimFields,
  type FormName,
  type ReceiptFields,
  render,
  type SlipContext,
} from '../receipts/index.ts';
import { type CommandContext, commandError, type Outcome, success } from '../service.ts';
import type { Clock } from './clock.ts';
import { lastRead } from './cut-off.ts';
import type { Visit } from './visits.ts';

type PrintEnd = Awaited<ReturnType<ReceiptPrinter['print']>>;

export interface ReceiptServiceOptions {
  readonly printer: ReceiptPrinter | undefined;
  readonly journal: Journal;
  readonly place: {
    readonly terminalId: string;
    readonly bankName: string;
    readonly branchName: string;
    readonly hotline: string;
  };
  /** How long a card that was kept waits for its holder at the branch. */
  readonly retainedCardDays: number;
  readonly clock: Clock;
}

/** A slip of 40 lines takes 3 s; a printer that cools down in the middle takes much longer. */
const printTimeoutMs = 60_000;

/** Prints what an inquiry of this visit found, or what an act brought. A slip that may have come out is never printed again by itself. */
export class ReceiptService {
  readonly #options: ReceiptServiceOptions;
  #claims: Promise<unknown> = Promise.resolve();

  constructor(options: ReceiptServiceOptions) {
    this.#options = options;
  }

  async print(visit: Visit, resultId: string, _context: CommandContext): Promise<Outcome> {
    const { journal, place } = this.#options;
    const result = visit.results.get(resultId);
    if (result === undefined) {
      journal.record('visit.stepRefused', { command: 'Receipt.Print', why: 'noSuchResult' }, visit.id);
      return commandError('noSuchResult', { caseCode: visit.caseCode });
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
    const printed = await this.#print(form, visit, fields);
    if (printed === undefined) return commandError('printerUnavailable', { caseCode: visit.caseCode });
    const { outcome, reason } = printed;
    const completion: CompletionPayloads['Receipt.Print'] = {
      outcome,
      caseCode: visit.caseCode,
      ...(reason !== undefined && { reason }),
    };
    return success(completion);
  }

  /** The slip with which the holder gets a card that was kept; the screen does not wait for it. */
  printClaim(visit: Visit, claim: CaseCode): void {
    const { place, retainedCardDays, clock, journal } = this.#options;
    const cardLast4 = lastRead(journal, visit.id)?.last4;
    const fields = claimFields({
      ...place,
      time: clock.date().toISOString(),
      claim,
      days: String(retainedCardDays),
      ...(cardLast4 !== undefined && { cardNumberMasked: cardLast4 }),
    });
    this.#claims = Promise.allSettled([this.#claims, this.#print('claim', visit, fields)]);
  }

  /** Resolves when no claim slip is being printed. */
  async settled(): Promise<void> {
    await this.#claims;
  }

  /** Undefined: there is no printer that could. */
  async #print(form: FormName, visit: Visit, fields: ReceiptFields): Promise<PrintEnd | undefined> {
    const { printer, journal } = this.#options;
    const state = printer?.report().state;
    if (printer === undefined || (state !== 'ready' && state !== 'degraded')) {
      journal.record('receipt.printed', { form, outcome: 'notDone', why: 'printerUnavailable' }, visit.id);
      return undefined;
    }
    const { charactersPerLine, dotsPerLine, repertoire } = printer.capabilities();
    const slip = render(form, visit.language, fields, { charactersPerLine, dotsPerLine, repertoire });
    // The fields are ours: one that does not fit the form is a fault of this program.
    if (!slip.ok) throw new Error(`${form} slip: ${JSON.stringify(slip.error)}`);
    // No signal: a slip half printed helps nobody, and the job's own deadline ends it.
    const { outcome, reason } = await printer.print(slip.value.bytes, { timeoutMs: printTimeoutMs });
    journal.record('receipt.printed', { form, outcome, ...(reason !== undefined && { why: reason }) }, visit.id);
    return { outcome, ...(reason !== undefined && { reason }) };
  }
}
