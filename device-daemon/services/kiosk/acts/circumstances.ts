import type { Act, FinancialStatus, LiveCheckKind, SocialStatus } from '#protocol/generated/kiosk.ts';
import type { Config } from '../../../config/index.ts';
import type { PinPad } from '../../../devices/pin-pad.ts';
import type { BankCoreHost } from '../../../hosts/index.ts';
import type { Journal } from '../../../journal/index.ts';
import type { Sagas } from '../../../sagas/index.ts';
import { type Clock, chinaDay } from '../clock.ts';
import type { FaceCheck } from '../face-check.ts';
import type { WorkingKeys } from '../working-keys.ts';
import type { CardPins } from './card-pin.ts';
import type { SideState, Situation } from './decide.ts';
import type { HolderEvidence, KnownCard } from './holder.ts';
import { serviceWindow } from './service-window.ts';

export interface CircumstancesOptions {
  readonly rules: Config['rules'];
  readonly cardPins: CardPins;
  readonly ourBankCodes: readonly string[];
  readonly bankCore: BankCoreHost | undefined;
  readonly pad: PinPad | undefined;
  readonly workingKeys: WorkingKeys;
  readonly face: FaceCheck | undefined;
  readonly sagas: Sagas;
  readonly journal: Journal;
  readonly clock: Clock;
}

/** What decides besides the card: what works now, what time it is, what was done today, what is still open. */
export class Circumstances {
  readonly #options: CircumstancesOptions;

  constructor(options: CircumstancesOptions) {
    this.#options = options;
  }

  situationOf(card: KnownCard, holder: HolderEvidence): Situation {
    const { rules, clock, cardPins } = this.#options;
    const { province } = card;
    const presented = holder.presented?.cardId === card.id ? holder.presented : undefined;
    const today = this.#actsToday(card);
    return {
      ...this.sidesOf(card, holder),
      document: holder.document.document.grade,
      card: presented === undefined ? 'none' : presented.genuine ? 'genuine' : 'read',
      forWhom: holder.forWhom,
      replacementRequested:
        province?.replacementRequested === true ||
        province?.successorRef !== undefined ||
        isBeingMade(province?.making),
      window: serviceWindow(rules, clock.date()),
      checks: (act) => this.#checksFor(act, card, holder),
      limitReached: today.length >= rules.actsPerCardPerDay,
      cardPinHere: cardPins.mayChange,
      resetToday: today.includes('resetPin'),
      days: { social: rules.temporaryDaysSocial, financial: rules.temporaryDaysFinancial },
      unfreezeFormalNeedsStaff: rules.unfreezeFormalNeedsStaff,
    };
  }

  sidesOf(
    { province, bank }: KnownCard,
    { words }: HolderEvidence | Pick<HolderEvidence, 'words'>,
  ): { readonly social: SideState<SocialStatus>; readonly financial: SideState<FinancialStatus> } {
    const { sagas, ourBankCodes } = this.#options;
    // While a loss report is not settled the whole card counts as frozen (design.md 8).
    const open =
      (province !== undefined && sagas.touches(`social:${province.cardRef}`)) ||
      (bank !== undefined && sagas.touches(`financial:${bank.cardRef}`));
    const social = province?.socialStatus ?? (words.cardManagement === 'answered' ? 'none' : 'notConfirmed');
    const here = province === undefined || ourBankCodes.includes(province.bankCode);
    const financial =
      bank?.financialStatus ??
      (!here ? 'notHere' : words.bankCore === 'noAnswer' || words.bankCore === 'unavailable' ? 'notConfirmed' : 'none');
    if (!open) return { social, financial };
    return {
      social: social === 'none' ? 'none' : 'unsettled',
      financial: financial === 'none' || financial === 'notHere' ? financial : 'unsettled',
    };
  }

  /** Configured for the act and working now, in the order of the configuration. */
  #checksFor(act: Act, { bank }: KnownCard, holder: HolderEvidence): readonly LiveCheckKind[] {
    const { rules, pad, workingKeys, bankCore, face, clock } = this.#options;
    const configured = checksOf(rules, act);
    const padWorks = pad !== undefined && workingKeys.keySetId() !== undefined;
    const bankKnows = bankCore !== undefined && holder.bankRef !== undefined && bankCore.report().state !== 'down';
    const works: Readonly<Record<LiveCheckKind, boolean>> = {
      // An account that is not active knows no PIN that could be tried; a frozen one still does.
      bankPin:
        padWorks && bankKnows && bank !== undefined && ['active', 'tempLost', 'lost'].includes(bank.financialStatus),
      oneTimeCode: padWorks && bankKnows && holder.phoneMasked !== undefined,
      staff: bankKnows && serviceWindow(rules, clock.date()).open,
      face: face !== undefined,
    };
    const working = configured.filter((kind) => works[kind]);
    // Never the only way (domain.md 4a): it is offered beside others or not at all.
    return working.every((kind) => kind === 'face') ? [] : working;
  }

  /** Acts that this kiosk took on for the card since midnight in China (S-24). */
  #actsToday({ province, bank }: KnownCard): readonly Act[] {
    const { journal, clock } = this.#options;
    const midnight = new Date(`${chinaDay(clock.date())}T00:00:00+08:00`).toISOString();
    const refs = [province?.cardRef, bank?.cardRef].filter((ref) => ref !== undefined);
    return journal.entries({ event: 'saga.began', from: midnight }).flatMap(({ fields }) => {
      const plan = String(fields['plan'] ?? '');
      if (!refs.some((ref) => plan.includes(`"${ref}"`))) return [];
      return [(JSON.parse(plan) as { act: Act }).act];
    });
  }
}

/** 0: not applied for; 12: picked up, so that nothing is on its way any more (domain.md 3c). */
const isBeingMade = (making: number | undefined): boolean => making !== undefined && making > 0 && making < 12;

function checksOf(rules: Config['rules'], act: Act): readonly LiveCheckKind[] {
  switch (act) {
    case 'temporaryLoss':
    case 'formalLoss':
      return rules.checksForLoss;
    case 'unfreeze':
      return rules.checksForUnfreezing;
    case 'changePin':
      return ['bankPin'];
    default:
      return rules.checksForActivation;
  }
}
