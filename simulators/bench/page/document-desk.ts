import type { WalletDocument } from './api.ts';
import type { Store } from './store.ts';
import { type Language, say } from './words.ts';

type Place = WalletDocument['place'];

/** How the API calls the reader at a place. */
export const readerAt = { identityReader: 'id-reader', passportReader: 'passport-reader' } as const;

/** Which document lies where, and how one gets there and back. */
export class DocumentDesk {
  readonly documents: readonly WalletDocument[];
  readonly #store: Store;
  /** What was laid there last. */
  readonly #last = new Map<Place, WalletDocument>();

  constructor(store: Store, documents: readonly WalletDocument[]) {
    this.#store = store;
    this.documents = documents;
  }

  at(place: Place): WalletDocument | undefined {
    const id = this.#store.state?.[readerAt[place]]?.document;
    return this.documents.find((document) => document.id === id);
  }

  /** Whoever clicks an empty reader means this one. */
  next(place: Place): WalletDocument | undefined {
    return this.#last.get(place) ?? this.documents.find((document) => document.place === place);
  }

  given(): readonly WalletDocument[] {
    return (['identityReader', 'passportReader'] as const).flatMap((place) => this.at(place) ?? []);
  }

  async give(document: WalletDocument): Promise<void> {
    const { id, place } = document;
    this.#last.set(place, document);
    await this.#store.act(readerAt[place], place === 'identityReader' ? { place: id } : { swipe: id });
  }

  async take({ place }: WalletDocument): Promise<void> {
    await this.#store.act(readerAt[place], { lift: true });
  }

  /** What a click on this document does, with its name. */
  invitation(language: Language, document: WalletDocument): string {
    const word = this.at(document.place) === document ? 'takeAway' : document.place;
    return `${document.label[language]}: ${say(language, word)}`;
  }
}
