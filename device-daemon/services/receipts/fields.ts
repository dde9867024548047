import type { FinancialLeg, MedicalLeg, SocialLeg } from '#protocol/generated/kiosk.ts';
import type { ReceiptFields } from './fill.ts';

export interface SlipContext {
  readonly bankName: string;
  readonly branchName?: string;
  readonly terminalId: string;
  readonly hotline: string;
  /** ISO 8601. */
  readonly time: string;
  readonly caseCode: string;
  /** The host's number of the enquiry. */
  readonly reference?: string;
  /** Masked in any way; the last four characters are printed. */
  readonly cardNumberMasked?: string;
  /** As `maskName` gives it. */
  readonly holderNameMasked?: string;
  /** What the region charges; nothing where it is absent (BRIEF-13). */
  readonly fee?: string;
}

export const lastFour = (masked: string): string => `**** ${masked.slice(-4)}`;

/** Fields of the form `balance`: what each of the three sides answered, each on its own. */
export function balanceFields(
  context: SlipContext,
  legs: { readonly financial: FinancialLeg; readonly medical: MedicalLeg; readonly social: SocialLeg },
): ReceiptFields {
  const { cardNumberMasked, holderNameMasked, ...printed } = context;
  return {
    ...printed,
    ...(cardNumberMasked === undefined ? {} : { cardNumber: lastFour(cardNumberMasked) }),
    ...(holderNameMasked === undefined ? {} : { holderName: holderNameMasked }),
    ...socialFields(legs.social),
    ...financialFields(legs.financial),
    ...medicalFields(legs.medical),
  };
}

function socialFields(leg: SocialLeg): ReceiptFields {
  if (leg.state !== 'done') return { social: leg.state };
  return { social: leg.status, outOfArea: leg.outOfArea ? 'yes' : 'no' };
}

function financialFields(leg: FinancialLeg): ReceiptFields {
  switch (leg.state) {
    case 'done':
      if (leg.accounts.length === 0) return { financial: 'noApplication' };
      return {
        accountKind: leg.accounts.map(({ kind }) => kind),
        accountClass: leg.accounts.map(({ accountClass }) => accountClass),
        accountNumber: leg.accounts.map(({ panMasked }) => lastFour(panMasked)),
        available: leg.accounts.map(({ available }) => available),
      };
    case 'refused':
      return { financial: leg.reason };
    case 'notHere':
      return {
        financial: 'notHere',
        otherBank: leg.bankName,
        ...(leg.bankHotline === undefined ? {} : { otherBankHotline: leg.bankHotline }),
      };
    default:
      return { financial: leg.state };
  }
}

function medicalFields(leg: MedicalLeg): ReceiptFields {
  if (leg.state === 'done') return { medicalBalance: leg.balance, outOfArea: leg.outOfArea ? 'yes' : 'no' };
  return { medical: leg.state === 'refused' ? leg.reason : leg.state };
}

/** Fields of the form `claim`. `days`: working days that the card is kept. */
export function claimFields(
  context: Omit<SlipContext, 'caseCode'> & { readonly claim: string; readonly days: string },
): ReceiptFields {
  const { cardNumberMasked, ...printed } = context;
  return { ...printed, ...(cardNumberMasked !== undefined && { cardNumber: lastFour(cardNumberMasked) }) };
}

/** Fields of the form `test`. */
export function testFields(
  context: { readonly terminalId: string; readonly time: string; readonly printer?: string },
  charactersPerLine: number,
): ReceiptFields {
  const ruler = Array.from({ length: charactersPerLine }, (_, index) =>
    (index + 1) % 10 === 0 ? String(((index + 1) / 10) % 10) : (index + 1) % 5 === 0 ? '+' : '.',
  ).join('');
  return { ...context, charactersPerLine: String(charactersPerLine), ruler };
}
