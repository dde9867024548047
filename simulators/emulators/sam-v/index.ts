import { type Cabled, cabled, type Line } from '../line/index.ts';
import { defaultModel, type ReaderModel, type SamDocument, SamReader } from './reader.ts';

export {
  defaultModel,
  type ReaderFaultName,
  type ReaderModel,
  readerFaults,
  type SamDocument,
  SamReader,
} from './reader.ts';

/** A reader on a cable, as tests and the bench page handle it. */
export interface SamEmulator extends Cabled {
  readonly reader: SamReader;
  /** Puts a document on the reader; one that lies there goes first. */
  place(document: SamDocument): void;
  lift(): void;
  /** 1 is physical time, 0 none. */
  setTimeScale(scale: number): void;
  state(): { readonly mode: string; readonly document: boolean; readonly plugged: boolean };
  close(): Promise<void>;
}

/** Puts a reader at the end of a cable. `timeScale` 1 is physical time, 0 none. */
export function createSamEmulator(options: {
  readonly line: Line;
  readonly model?: Partial<ReaderModel>;
  readonly timeScale?: number;
}): SamEmulator {
  const { line } = options;
  const reader = new SamReader({
    model: { ...defaultModel, ...options.model },
    timeScale: options.timeScale ?? 1,
    send: (bytes) => line.send(bytes),
  });
  line.onReceive((bytes) => reader.receive(bytes));
  line.onPlugged((plugged) => {
    if (!plugged) reader.powerOff();
  });
  return {
    reader,
    ...cabled(line, reader.faultPanel),
    place: (document) => reader.place(document),
    lift: () => reader.lift(),
    setTimeScale: (scale) => reader.setTimeScale(scale),
    state: () => ({ ...reader.view(), plugged: line.plugged }),
    async close() {
      reader.powerOff();
      await line.close();
    },
  };
}
