import type { Act, HolderCard, LiveCheckKind } from '#protocol/generated/kiosk.ts';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';
import { documentOf } from '#simulators/wallet/documents.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import type { NodeKiosk } from './node-kiosk.ts';
import type { Page } from './page.ts';

/** What a person does to have something done to a card, in words. */
export class Person {
  readonly kiosk: NodeKiosk;
  readonly page: Page;
  readonly visitId: string;
  readonly caseCode: string;
  holder = '';
  cards: readonly HolderCard[] = [];

  private constructor(kiosk: NodeKiosk, page: Page, visitId: string, caseCode: string) {
    this.kiosk = kiosk;
    this.page = page;
    this.visitId = visitId;
    this.caseCode = caseCode;
  }

  static async arrives(kiosk: NodeKiosk): Promise<Person> {
    const page = await kiosk.page();
    await page.ready();
    await page.until('every document can be read', () => page.snapshot.documents.every(({ available }) => available));
    // Of a test that failed; the kiosk's own page sweeps it away, too.
    const left = page.snapshot.visit;
    if (left !== undefined) {
      const ending = page.call('Visit.End', { visitId: left.visitId, reason: 'abandoned' });
      await kiosk.bench.cardReader.remove();
      await ending;
    }
    const { visitId = '', caseCode = '' } = await page.call('Visit.Begin', { language: 'en' });
    return new Person(kiosk, page, visitId, caseCode);
  }

  /** Puts the document down when the reader waits, and takes it back. */
  async shows(document: WalletDocumentId): Promise<string> {
    const { page, kiosk, visitId } = this;
    const { place } = documentOf(document).content;
    page.events.length = 0;
    const reading = page.call('Identity.Read', { visitId });
    await page.until('the reader waits', () =>
      page.events.some(
        ({ name, payload }) => name === 'Identity.HintEvent' && (payload as { reader?: string }).reader === place,
      ),
    );
    await kiosk.bench.present(document);
    const { documentEvidence, errorCode } = await reading;
    if (place === 'identityReader') kiosk.bench.lift();
    if (documentEvidence === undefined) throw new Error(`the document was not read: ${errorCode}`);
    return documentEvidence;
  }

  /** Puts a card in, to have something done to it. */
  async inserts(card: WalletCardId): Promise<string> {
    const { page, kiosk, visitId } = this;
    await kiosk.bench.cardReader.insert(card);
    const read = await page.call('SocialCard.Read', { visitId, purpose: 'act' });
    if (read.cardEvidence === undefined) throw new Error(`the card was not read: ${read.errorCode}`);
    return read.cardEvidence;
  }

  async finds(
    documentEvidence: string,
    more: { cardEvidence?: string; forWhom?: 'child' | 'other'; agentEvidence?: string } = {},
  ) {
    const found = await this.page.call('CardService.FindCards', { visitId: this.visitId, documentEvidence, ...more });
    this.holder = found.holder ?? '';
    this.cards = found.cards ?? [];
    return found;
  }

  offer(act: Act, card: HolderCard | undefined = this.cards[0]) {
    return card?.acts.find((one) => one.act === act);
  }

  /** Passes a live check: keys on the pad, the code from the phone, or the branch's yes. */
  async passes(kind: LiveCheckKind, act: Act, card = this.cards[0], keys?: string) {
    const { page, kiosk, visitId, holder } = this;
    page.events.length = 0;
    const checking = page.call('CardService.Check', { visitId, holder, cardId: card?.cardId ?? '', act, kind });
    if (kind === 'staff') {
      await page.event('CardService.StaffCalledEvent');
      kiosk.bench.hosts.bankCore.domain.approve();
    } else if (kind !== 'face') {
      const settled = checking.then(() => true);
      await Promise.race([page.event('CardService.PinReadyEvent'), settled]);
      kiosk.bench.pinPad.press(keys ?? (kind === 'bankPin' ? `${kiosk.bench.firstPin}E` : `${this.lastCode()}E`));
    }
    return checking;
  }

  /** What the holder's telephone shows. */
  lastCode(): string {
    return this.kiosk.bench.hosts.bankCore.domain.messages().at(-1)?.code ?? '';
  }

  entersNewPin(act: Act, first: string, second: string, card = this.cards[0]) {
    return this.entersPins(act, [first, second], card);
  }

  /** One entry after the other, each when the pad listens, as far as it is asked for. */
  async entersPins(act: Act, entries: readonly string[], card = this.cards[0]) {
    const { page, kiosk, visitId, holder } = this;
    page.events.length = 0;
    let over = false;
    const entering = page
      .call('CardService.EnterNewPin', { visitId, holder, cardId: card?.cardId ?? '', act })
      .finally(() => {
        over = true;
      });
    const ready = () => page.events.filter(({ name }) => name === 'CardService.PinReadyEvent').length;
    for (const [round, digits] of entries.entries()) {
      await page.until('the pad listens', () => over || ready() > round);
      kiosk.bench.pinPad.press(`${digits}E`);
    }
    return entering;
  }

  acts(act: Act, given: Partial<Parameters<Page['call']>[1]> & object = {}, card = this.cards[0]) {
    const { page, visitId, holder } = this;
    const consents = (this.offer(act, card)?.consents ?? []).map((text) => ({ text, choice: 'agreed' as const }));
    return page.call('CardService.Act', {
      visitId,
      holder,
      cardId: card?.cardId ?? '',
      act,
      consents,
      confirmations: this.offer(act, card)?.confirmTwice === true ? 2 : 1,
      ...given,
    });
  }

  async leaves() {
    const { page, kiosk, visitId } = this;
    const ending = page.call('Visit.End', { visitId, reason: 'completed' });
    await kiosk.bench.cardReader.remove();
    return ending;
  }
}
