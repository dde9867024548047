import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import type { NodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';

/** What a person does, in words. */

export interface Read {
  readonly visitId: string;
  readonly caseCode: string;
  readonly cardEvidence: string;
}

/** Begins a visit and puts the card in. `read` is the answer, with an error code where the card was refused. */
export async function beginWith({ bench }: NodeKiosk, page: Page, card: WalletCardId) {
  const { visitId = '', caseCode = '' } = await page.call('Visit.Begin', { language: 'en' });
  await bench.cardReader.insert(card);
  const read = await page.call('SocialCard.Read', { visitId });
  return { visitId, caseCode, read, cardEvidence: read.cardEvidence ?? '' };
}

/** Presses the keys when the pad listens: digits, E enter, C cancel, B clear. */
export async function enterPin({ bench }: NodeKiosk, page: Page, { visitId, cardEvidence }: Read, keys: string) {
  page.events.length = 0;
  const entry = page.call('CardService.EnterPin', { visitId, cardEvidence });
  await page.event('CardService.PinReadyEvent');
  bench.pinPad.press(keys);
  return entry;
}

/** PIN, then the inquiry. Without keys the inquiry goes without a PIN. */
export async function balance(kiosk: NodeKiosk, page: Page, visit: Read, keys?: string) {
  const { visitId, cardEvidence } = visit;
  const entered = keys === undefined ? undefined : await enterPin(kiosk, page, visit, keys);
  const pinEvidence = entered?.pinEvidence;
  return page.call('CardService.BalanceInquiry', {
    visitId,
    cardEvidence,
    ...(pinEvidence !== undefined && { pinEvidence }),
  });
}

/** Says goodbye and takes the card. */
export async function endVisit({ bench }: NodeKiosk, page: Page, { visitId }: Pick<Read, 'visitId'>) {
  const ending = page.call('Visit.End', { visitId, reason: 'completed' });
  await bench.cardReader.remove();
  return ending;
}
