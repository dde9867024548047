import type {
  Act,
  ActOffer,
  ActRefusal,
  Consent,
  FinancialStatus,
  ForWhom,
  Leg,
  LiveCheckKind,
  SocialStatus,
} from '#protocol/generated/kiosk.ts';
import { acts, type Rule, rules } from './rules.ts';

/** One side as far as it is known. `unsettled`: an act of this kiosk on it is open, so nobody knows. */
export type SideState<Status> = Status | 'none' | 'notHere' | 'notConfirmed' | 'unsettled';

/** Everything that decides whether an act may be offered. */
export interface Situation {
  readonly social: SideState<SocialStatus>;
  readonly financial: SideState<FinancialStatus>;
  readonly document: 'ocr' | 'chip';
  /** The card that was presented in this visit: this one, read or proven genuine; or none. */
  readonly card: 'none' | 'read' | 'genuine';
  readonly forWhom: ForWhom;
  /** A new card was asked for in its place (J6). */
  readonly replacementRequested: boolean;
  /** Staff can be reached now; else when again, local time `hh:mm`. */
  readonly window: { readonly open: true } | { readonly open: false; readonly opensAt: string };
  /** Live checks that are configured for an act and work now, best first. */
  readonly checks: (act: Act) => readonly LiveCheckKind[];
  /** So many acts of this card today that a person has to look (S-24). */
  readonly limitReached: boolean;
  /** By rule of the province (J2) and of the bank (2b). */
  readonly days: { readonly social: number; readonly financial: number };
  /** This kiosk may change the PIN that the chip checks: configured so, and the pad can give its digits out (invariant 4). */
  readonly cardPinHere: boolean;
  /** Its PIN was reset today: a change on the same day takes staff (S-23). */
  readonly resetToday: boolean;
  /** Formal reports are lifted only with staff, where the host says so. */
  readonly unfreezeFormalNeedsStaff: boolean;
}

/** What may be done to a card in this situation, and what it takes; where it may not, why. Pure. */
export const offers = (situation: Situation): ActOffer[] => acts.map((act) => offer(act, situation));

export function offer(act: Act, situation: Situation): ActOffer {
  const rule = rules[act];
  const legs = legsOf(rule, situation);
  const weak = situation.document === 'ocr' && rule.document === 'chipOrStaff';
  const formal = act === 'unfreeze' && [situation.social, situation.financial].includes('lost');
  const hurried = act === 'changePin' && situation.resetToday;
  const staff = rule.staff || weak || hurried || (formal && situation.unfreezeFormalNeedsStaff);
  const checks = rule.checks.length === 0 ? [] : situation.checks(act).filter((kind) => rule.checks.includes(kind));
  const reason = refusalOf(act, rule, legs, checks, staff, situation);
  const { window, days } = situation;
  return {
    act,
    allowed: reason === undefined,
    ...(reason !== undefined && { reason }),
    ...(reason === 'outsideWindow' && !window.open && { opensAt: window.opensAt }),
    legs: [...legs],
    ...(act === 'temporaryLoss' && {
      days: {
        ...(legs.includes('social') && { social: days.social }),
        ...(legs.includes('financial') && { financial: days.financial }),
      },
    }),
    card: rule.card && situation.card !== 'genuine',
    checks: [...checks],
    staff,
    newPin: rule.newPin,
    consents: [...rule.consents],
    confirmTwice: rule.confirmations === 2,
  };
}

/** The sides that the act would change. */
function legsOf(rule: Rule, { social, financial }: Situation): readonly Leg[] {
  const legs: Leg[] = [];
  if (isOneOf(social, rule.social)) legs.push('social');
  if (isOneOf(financial, rule.financial)) legs.push('financial');
  return legs;
}

const isOneOf = (state: string, states: readonly string[] | undefined): boolean => states?.includes(state) === true;

/** In the order in which a person should be told: what can never be, before what can be mended. */
function refusalOf(
  act: Act,
  rule: Rule,
  legs: readonly Leg[],
  checks: readonly LiveCheckKind[],
  staff: boolean,
  situation: Situation,
): ActRefusal | undefined {
  const { social, financial, document, card, forWhom, window } = situation;
  if (act === 'changeCardPin' && !situation.cardPinHere) return 'notOffered';
  if (forWhom === 'other' || (forWhom === 'child' && !rule.forChild)) return 'holderOnly';
  if (social === 'unsettled' || financial === 'unsettled') return 'unconfirmedBefore';
  if (act === 'unfreeze' && situation.replacementRequested) return 'replacementRequested';
  if (legs.length === 0) {
    const concerned = [
      ...(rule.social === undefined ? [] : [{ state: social, reached: isOneOf(social, rule.reached.social) }]),
      ...(rule.financial === undefined
        ? []
        : [{ state: financial, reached: isOneOf(financial, rule.reached.financial) }]),
    ];
    // Of a side that nobody knows it may not be said that all is done (domain.md 2c).
    if (concerned.some(({ state }) => state === 'notConfirmed')) return 'stateUnknown';
    return concerned.some(({ reached }) => reached) ? 'alreadyDone' : 'statusForbids';
  }
  if (rule.document === 'chip' && document === 'ocr') return 'documentTooWeak';
  if (rule.card && card === 'read') return 'cardNotGenuine';
  if (situation.limitReached) return 'limitReached';
  if (!window.open && (rule.window === 'service' || staff)) return 'outsideWindow';
  if (rule.checks.length > 0 && checks.length === 0) return 'noCheckPossible';
  return undefined;
}

/** The text that a person agrees to before a face check, whatever act it is for. */
export const faceConsent = 'face-1';

/** What the person has shown and said for an act. */
export interface Given {
  readonly check: LiveCheckKind | undefined;
  readonly staff: boolean;
  readonly newPin: boolean;
  readonly consents: readonly Consent[];
  readonly confirmations: number;
}

/** Whether everything is there that the offer asks for. A screen that left a step out is refused here. */
export function isComplete(wanted: ActOffer, given: Given): boolean {
  const agreed = new Set(given.consents.filter(({ choice }) => choice === 'agreed').map(({ text }) => text));
  // A face is looked at with an agreement of its own (domain.md 4e).
  if (given.check === 'face' && !agreed.has(faceConsent)) return false;
  return (
    !wanted.card &&
    (wanted.checks.length === 0 || (given.check !== undefined && wanted.checks.includes(given.check))) &&
    (!wanted.staff || given.staff) &&
    (!wanted.newPin || given.newPin) &&
    wanted.consents.every((text) => agreed.has(text)) &&
    given.confirmations >= (wanted.confirmTwice ? 2 : 1)
  );
}
