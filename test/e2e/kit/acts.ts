import type { Language } from '#protocol/generated/kiosk.ts';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';
import type { ScreenName } from '#state-machines/screens.ts';
import type { HostName } from './bench-api.ts';
import { expect, type Person } from './fixtures.ts';

export async function begins(
  person: Person,
  language: Language,
  service: Parameters<Person['chooses']>[0],
): Promise<void> {
  if (language !== 'zh-Hans') await person.speaks(language);
  await person.chooses(service);
}

/** The acts on cards that were done at the far side, oldest first; a check of who stands here is none. */
export async function doneAt(person: Person, host: HostName): Promise<readonly string[]> {
  return (await person.kiosk.bench.ledger(host))
    .filter(({ operation, act }) => operation === 'actOnCard' && act === 'done')
    .map(({ result }) => (result as { readonly action?: string }).action ?? '')
    .filter((action) => action !== 'verifyPin');
}

/** A loss report of somebody whose card is gone, up to the last question. */
export async function asksToFreeze(person: Person, pin = person.kiosk.pin): Promise<void> {
  await person.sees('for-whom');
  await person.taps('button[data-choice=self]');
  person.touchesMade = 0;
  await person.identifies('resident');
  await person.enters('check-pin', pin);
  await person.sees('confirm-act');
}

/** And to its end. */
export async function freezes(person: Person): Promise<void> {
  await asksToFreeze(person);
  await person.reads('0.00');
  await person.touches('CONFIRM');
  await person.sees('act-result');
}

/** An act for which document and card are wanted: both are shown. */
export async function bringsCard(person: Person, document: WalletDocumentId, card: WalletCardId): Promise<void> {
  await person.identifies(document);
  await person.sees('insert-card');
  await person.kiosk.bench.insert(card);
}

/** One of the card's PINs is to be changed by who brings it. */
export async function picksPin(person: Person, act: 'changeCardPin' | 'changePin'): Promise<void> {
  await bringsCard(person, 'resident', 'gen3-active');
  await person.sees('choose-act');
  await person.taps(`button[data-choice=${act}]`);
}

/** An account is activated, with a code from the telephone, up to a PIN of one's own. */
export async function activates(person: Person): Promise<void> {
  const { bench } = person.kiosk;
  await bringsCard(person, 'resident-not-activated', 'gen3-not-activated');
  await person.sees('choose-functions');
  await person.taps('button[data-act=activate]');
  await expect(person.page.locator('button[data-act=activate][aria-pressed=true]')).toBeVisible();
  await person.touches('CONTINUE');
  await agrees(person, 'check-code');
  await person.enters('check-code', () => bench.lastCode());
  await agrees(person, 'new-pin');
  await choosesPin(person);
  await agrees(person, 'act-result');
}

/** Neither weak nor anybody's. */
export const newPin = '739164';

/** Goes on through what is explained and agreed to, until one of these comes. */
export async function agrees(person: Person, ...until: readonly ScreenName[]): Promise<void> {
  const passing = ['act-meaning', 'consent', 'confirm-act'] as const;
  const heading = () => person.page.locator('kiosk-screen h1').textContent();
  const now = async () => (await person.page.locator('kiosk-app').getAttribute('data-screen')) as ScreenName;
  for (;;) {
    await person.sees(...passing, ...until);
    const screen = await now();
    if (until.includes(screen)) return;
    const before = await heading();
    await person.taps('kiosk-screen button[data-event=CONFIRM], kiosk-screen button[data-event=CONTINUE]');
    // The next text has the same screen's name.
    await expect.poll(async () => (await now()) !== screen || (await heading()) !== before).toBe(true);
  }
}

/** The new PIN, twice. */
export const choosesPin = (person: Person): Promise<readonly string[]> => entersPins(person, newPin, newPin);

/** One PIN after the other; each round has a heading of its own, and they are the answer. */
export async function entersPins(person: Person, ...pins: readonly string[]): Promise<readonly string[]> {
  const heading = person.page.locator('kiosk-screen h1');
  const told: string[] = [];
  await person.sees('new-pin');
  for (const pin of pins) {
    await expect(heading).not.toHaveText(told.at(-1) ?? '');
    told.push((await heading.textContent()) ?? '');
    await person.enters('new-pin', pin);
  }
  return told;
}
