import { OFFERS, type ReceiptOffer } from '#assets/receipts/index.ts';
import type { Act, FinancialActLeg, SocialActLeg } from '#protocol/generated/kiosk.ts';
import { lastFour, type SlipContext } from './fields.ts';
import type { ReceiptFields } from './fill.ts';

/** What an act brought on each side. */
export interface ActSlip {
  readonly act: Act;
  readonly social: SocialActLeg;
  readonly financial: FinancialActLeg;
}

type ActLeg = SocialActLeg | FinancialActLeg;
type Reached = Extract<ActLeg, { state: 'done' | 'already' }>;

/** Fields of the form `act`: what each side answered, each on its own, and what the holder should do now. */
export function actFields(
  context: SlipContext,
  result: ActSlip,
  offers: readonly ReceiptOffer[] = OFFERS,
): ReceiptFields {
  const { cardNumberMasked, holderNameMasked, reference: _, ...printed } = context;
  const { act, social, financial } = result;
  const note = notesOf(result);
  const formalBefore = formalBeforeOf(result);
  const offer = isReached(financial) ? offerOf(act, context.time, offers) : undefined;
  return {
    ...printed,
    ...(cardNumberMasked === undefined ? {} : { cardNumber: lastFour(cardNumberMasked) }),
    ...(holderNameMasked === undefined ? {} : { holderName: holderNameMasked }),
    act,
    ...legFields('social', act, social),
    ...legFields('financial', act, financial),
    ...(formalBefore === undefined ? {} : { formalBefore }),
    ...(note.length === 0 ? {} : { note }),
    ...(offer === undefined ? {} : { offer: offer.name, offerUntil: offer.validUntil }),
  };
}

function legFields(side: 'social' | 'financial', act: Act, leg: ActLeg): ReceiptFields {
  switch (leg.state) {
    case 'notAsked':
      return {};
    case 'done':
    case 'already': {
      const businessNumber = leg.state === 'done' ? leg.businessNumber : undefined;
      return {
        [side]: leg.state,
        [`${side}Status`]: leg.status,
        ...(leg.until === undefined ? {} : { [`${side}Until`]: leg.until }),
        ...(businessNumber === undefined ? {} : { [`${side}Number`]: withoutLongNumber(businessNumber) }),
      };
    }
    case 'refused':
    case 'notDone':
      return { [side]: leg.state, [`${side}Reason`]: leg.reason };
    case 'notHere':
      return {
        [side]: leg.state,
        [`${side}Reason`]: leg.state,
        [`${side}Bank`]: leg.bankName,
        ...(leg.bankHotline === undefined ? {} : { [`${side}BankHotline`]: leg.bankHotline }),
      };
    case 'notConfirmed':
      return { [side]: leg.state, [`${side}KeepTrying`]: isLoss(act) ? 'loss' : act === 'unfreeze' ? act : 'other' };
  }
}

const isLoss = (act: Act): boolean => act === 'temporaryLoss' || act === 'formalLoss';
const isReached = (leg: ActLeg): leg is Reached => leg.state === 'done' || leg.state === 'already';

/** A host is free to count with as many digits as a card number has; the last eight and the case code find it. */
const withoutLongNumber = (reference: string): string =>
  /\d(?:[._-]?\d){12}/.test(reference) ? reference.slice(-8) : reference;

/** The first day on which a side's temporary report lifts by itself. */
function formalBeforeOf({ act, social, financial }: ActSlip): string | undefined {
  if (act !== 'temporaryLoss') return undefined;
  const untils = [social, financial].flatMap((leg) => (isReached(leg) && leg.until !== undefined ? [leg.until] : []));
  return untils.sort((one, other) => Date.parse(one) - Date.parse(other))[0];
}

function notesOf(result: ActSlip): string[] {
  const { act, social, financial } = result;
  const asked = [social, financial].filter(({ state }) => state !== 'notAsked');
  const reached = asked.filter(isReached);
  const notes: string[] = [];
  const unchanged = asked.every(({ state }) => state === 'refused' || state === 'notDone' || state === 'notHere');
  if (unchanged) notes.push('nothing');
  switch (act) {
    case 'temporaryLoss':
      if (reached.some(({ status }) => status === 'tempLost') && formalBeforeOf(result) === undefined)
        notes.push('formal');
      notes.push('purse');
      break;
    case 'formalLoss':
      // A replacement takes the whole card reported; the other bank's side has to be reported there first (BRIEF-31).
      if (isReached(social) && reached.length === asked.length) notes.push('replacement');
      notes.push('purse');
      break;
    case 'unfreeze':
      notes.push(...worksAgain(social, financial));
      break;
    case 'changePin':
      if (financial.state === 'notConfirmed') notes.push('newThenOld');
      break;
    case 'resetPin':
      if (financial.state === 'notConfirmed') notes.push('newPin');
      break;
    default:
      break;
  }
  return notes;
}

/** Only of the sides that do, and of the card only where both do. */
function worksAgain(social: SocialActLeg, financial: FinancialActLeg): string[] {
  const socialWorks = isReached(social) && social.status === 'normal';
  const financialWorks = isReached(financial) && financial.status === 'active';
  if (socialWorks && financialWorks) return ['works'];
  return [...(socialWorks ? ['worksSocial'] : []), ...(financialWorks ? ['worksFinancial'] : [])];
}

/** On the day of the slip in China, where every offer is made. */
function offerOf(act: Act, time: string, offers: readonly ReceiptOffer[]): ReceiptOffer | undefined {
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(new Date(time));
  return offers.find(({ after, validFrom, validUntil }) => after === act && validFrom <= day && day <= validUntil);
}
