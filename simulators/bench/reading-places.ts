import type { MrzEmulator } from '../emulators/mrz/index.ts';
import type { SamEmulator } from '../emulators/sam-v/index.ts';
import { documentOf, type WalletDocument, type WalletDocumentId } from '../wallet/documents.ts';

export type ReadingPlace = WalletDocument['content']['place'];

/** A driver looks every 350 ms (id-card-reader.md 6: "more than 300 ms"); one that has not for so long has stopped. */
const lookedWithinMs = 1_000;

/** Where documents are read, and which lies where. */
export class ReadingPlaces {
  readonly #idReader: SamEmulator | undefined;
  readonly #passportReader: MrzEmulator | undefined;
  readonly #there = new Map<ReadingPlace, WalletDocumentId>();
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(idReader: SamEmulator | undefined, passportReader: MrzEmulator | undefined) {
    this.#idReader = idReader;
    this.#passportReader = passportReader;
    idReader?.line.onReceive(() => {
      this.#askedAtMs = performance.now();
    });
  }

  at(place: ReadingPlace): WalletDocumentId | undefined {
    return this.#there.get(place);
  }

  /** Whether the daemon is looking for a document on the identity reader. The passport reader is told nothing. */
  get looking(): boolean {
    const asked = performance.now() - this.#askedAtMs < lookedWithinMs;
    return asked && this.#idReader?.reader.heard.at(-1) === 'find';
  }

  /** On the identity reader it lies until it is lifted; the passport reader reads it once, as it is laid there. */
  async present(id: WalletDocumentId): Promise<void> {
    const { content } = documentOf(id);
    if (content.place === 'identityReader') started('identity reader', this.#idReader).place(content);
    this.#there.set(content.place, id);
    if (content.place === 'passportReader') await started('passport reader', this.#passportReader).swipe(content.lines);
  }

  lift(place: ReadingPlace): void {
    if (place === 'identityReader') this.#idReader?.lift();
    this.#there.delete(place);
  }
}

/** Using a part that was left out is a bug of whoever wrote the test. */
export function started<T>(name: string, part: T | undefined): T {
  if (part === undefined) throw new Error(`this bench was started without ${name}`);
  return part;
}
