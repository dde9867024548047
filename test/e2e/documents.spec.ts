import { catalogues } from '#assets/languages/all.ts';
import type { Entry } from '#assets/languages/index.ts';
import type { Language } from '#protocol/generated/kiosk.ts';
import { type WalletDocumentId, walletDocuments } from '#simulators/wallet/documents.ts';
import { documentFacts, documentRefusals } from '../documents.ts';
import { expect, test } from './kit/fixtures.ts';

type Key = keyof (typeof catalogues)['en'];

const said = (language: Language, key: Key): string => {
  const entry: Entry = catalogues[language][key];
  return typeof entry === 'string' ? entry : entry[0];
};

/** A refusal between two that are read: three refusals in a row, and a person is sent for help. */
function inTurn(): readonly WalletDocumentId[] {
  const read = walletDocuments.map(({ id }) => id).filter((id) => documentFacts[id] !== undefined);
  const refused = walletDocuments.map(({ id }) => id).filter((id) => documentRefusals[id] !== undefined);
  return read.flatMap((id, index) => [id, ...refused.slice(index, index + 1)]);
}

/** Walks of their own: a long one is what all others wait for at the end. */
const halves = [
  ['first', inTurn().filter((_, index, all) => index < all.length / 2)],
  ['second', inTurn().filter((_, index, all) => index >= all.length / 2)],
] as const;

const languages = ['zh-Hans', 'zh-Hant', 'en'] as const;

test('the documents of the wallet are all in one of the halves', () => {
  expect(halves.flatMap(([, documents]) => documents).sort()).toEqual(walletDocuments.map(({ id }) => id).sort());
});

for (const [half, documents] of halves) {
  test(`every document of the wallet, ${half} half, for persons who read any of the three languages`, async ({
    person,
  }) => {
    test.setTimeout(180_000);
    const { bench } = person.kiosk;
    /** The screen says it in each language. */
    const says = async (...keys: readonly Key[]): Promise<void> => {
      for (const language of languages) {
        await person.speaks(language);
        for (const key of keys) await person.reads(said(language, key));
      }
    };
    await person.triesDocument();
    for (const document of documents) {
      await test.step(document, async () => {
        await person.sees('choose-document');
        await person.puts(document);
        const facts = documentFacts[document];
        const refusal = documentRefusals[document];
        if (facts !== undefined) {
          await person.sees('document-read');
          await expect(person.page.locator('kiosk-screen .panel.document')).toHaveAttribute(
            'data-kind',
            facts.kind ?? '',
          );
          for (const shown of [facts.numberMasked, facts.nameMasked]) if (shown) await person.reads(shown);
          await says('document.read');
          await bench.lift();
          await person.touches('BACK');
        } else if (refusal !== undefined) {
          await person.sees('document-problem');
          await says(`error.${refusal}.what`, `error.${refusal}.now`);
          await bench.lift();
          await person.touches('RETRY');
        }
      });
    }
    await person.touches('END');
    await person.sees('take-document');
    await person.touches('CONTINUE');
    await person.sees('goodbye', 'attract');
    const told = person.kiosk.lastVisit();
    for (const { secrets } of walletDocuments) for (const secret of secrets) expect(told).not.toContain(secret);
  });
}

test('which document, put it there, hold it, take it back: with the right place lit', async ({ person }) => {
  await person.speaks('en');
  await person.triesDocument();
  await person.taps('button[data-document=residentId]');
  await person.sees('present-document');
  await expect(person.page.locator('kiosk-picture')).toHaveAttribute('lit', 'idReader');
  await person.touches('BACK');
  await person.taps('button[data-document=passport]');
  await expect(person.page.locator('kiosk-picture')).toHaveAttribute('lit', 'passportReader');
  await person.kiosk.bench.place('passport');
  await person.sees('document-read');
  await person.reads('Passport');
  await person.touches('CONTINUE');
  await person.sees('take-document');
  await person.touches('CONTINUE');
  await person.sees('home');
  await person.touches('END');
  await person.sees('goodbye');
});

test('a reader that is out of order: its documents are told of before anything starts', async ({ person }) => {
  const { bench } = person.kiosk;
  await person.speaks('en');
  await bench.fault('passport-reader', { unplugged: true });
  try {
    await person.triesDocument();
    await expect(person.page.locator('button[data-document=passport].muted')).toHaveCount(1);
    await person.taps('button[data-document=passport]');
    await person.sees('document-elsewhere');
    await person.reads('branch counter');
    await person.touches('BACK');
    await bench.place('resident');
    await person.sees('document-read');
    await bench.fault('passport-reader', { unplugged: false });
    await person.touches('BACK');
    await expect(person.page.locator('button[data-document=passport]:not(.muted)')).toHaveCount(1);
  } finally {
    await bench.fault('passport-reader', { unplugged: false });
  }
});

test('left behind: called for, louder, and the visit ends with the words where it is', async ({ person }) => {
  test.setTimeout(180_000);
  const { bench } = person.kiosk;
  await person.speaks('en');
  await person.triesDocument();
  await person.puts('resident');
  await person.sees('document-read');
  // Lifted and put down again: only then the reader knows that it lies there.
  await bench.lift();
  await bench.place('resident');
  await person.touches('CONTINUE');
  await person.sees('take-document');
  await person.reads('Just lift it off the reader');
  await expect(person.page.locator('kiosk-ring.late')).toBeVisible({ timeout: 60_000 });
  await person.reads('still here');
  await expect(person.page.locator('kiosk-app')).toHaveAttribute('data-screen', 'goodbye', { timeout: 60_000 });
  await person.reads('take your document');
  expect(person.kiosk.lastVisit()).toContain('The document was left on the reader.');
  await bench.lift();
});
