// Simulated identity readers in a process of their own, each on a pseudo-terminal, without delays of their own. They know
// when a document was placed, and when each command came in and each answer went out.
import { openLine } from '#simulators/emulators/line/index.ts';
import { createSamEmulator, type SamEmulator } from '#simulators/emulators/sam-v/index.ts';
import { documentOf } from '#simulators/wallet/documents.ts';

/** Something that happened at the reader. */
export interface Mark {
  /** `placed`, the name of a command, `answer`. */
  readonly what: string;
  /** Nanoseconds on the clock that all processes of a machine share, as text: messages know no big integers. */
  readonly at: string;
}

const { content } = documentOf('resident');
if (content.place !== 'identityReader') throw new Error('the document is not read by this reader');
const document = content;

class Reader {
  readonly address: string;
  readonly #emulator: SamEmulator;
  /** While a document lies there. Otherwise nothing is noted: 1.3 million polls would only fill the memory. */
  #marks: Mark[] | undefined;

  private constructor(address: string, emulator: SamEmulator) {
    this.address = address;
    this.#emulator = emulator;
    const { heard } = emulator.reader;
    heard.push = (...names) => {
      for (const name of names) this.#note(name);
      return heard.length;
    };
  }

  static async open(): Promise<Reader> {
    const line = await openLine({ kind: 'pty', query: 'baudRate=115200' });
    const send = (bytes: Uint8Array): void => {
      reader.#note('answer');
      line.send(bytes);
    };
    const reader = new Reader(line.address, createSamEmulator({ timeScale: 0, line: { ...line, send } }));
    return reader;
  }

  place(): void {
    this.#marks = [];
    this.#emulator.place(document);
    this.#note('placed');
  }

  lift(): readonly Mark[] {
    const marks = this.#marks ?? [];
    this.#marks = undefined;
    this.#emulator.lift();
    return marks;
  }

  close(): Promise<void> {
    return this.#emulator.close();
  }

  #note(what: string): void {
    this.#marks?.push({ what, at: String(process.hrtime.bigint()) });
  }
}

const readers: Reader[] = [];
for (let count = Number(process.argv[2] ?? '1'); count > 0; count -= 1) readers.push(await Reader.open());

process.on('message', ({ act, of }: { act: 'place' | 'lift'; of: number }) => {
  const reader = readers[of];
  if (reader === undefined) throw new Error(`no reader ${of}`);
  if (act === 'place') reader.place();
  process.send?.({ marks: act === 'lift' ? reader.lift() : [] });
});
process.on('disconnect', () => {
  void Promise.all(readers.map((reader) => reader.close())).then(() => process.exit(0));
});
process.send?.({ addresses: readers.map(({ address }) => address) });
