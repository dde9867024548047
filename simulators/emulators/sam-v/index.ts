import type { Fault, Line } from '../line/index.ts';
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
export interface SamEmulator {
  readonly reader: SamReader;
  readonly line: Line;
  /** Puts a document on the reader; one that lies there goes first. */
  place(document: SamDocument): void;
  lift(): void;
  /** Faults of the reader, then of its cable (those are named `cable.…`). */
  faults(): readonly Fault[];
  /** Throws on an unknown name or a wrong kind of value. */
  setFault(name: string, value: boolean | number): void;
  /** 1 is physical time, 0 none. */
  setTimeScale(scale: number): void;
  state(): { readonly mode: string; readonly document: boolean; readonly plugged: boolean };
  unplug(): Promise<void>;
  replug(): Promise<void>;
  close(): Promise<void>;
}

/** The plug itself knows how it is, since a cable's own faults may pull it too. */
const unplugged = { name: 'unplugged', kind: 'switch', description: 'The cable is pulled out' } as const;

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
    line,
    place: (document) => reader.place(document),
    lift: () => reader.lift(),
    faults: () => [
      ...reader.faultPanel.list(),
      { ...unplugged, value: !line.plugged },
      ...line.faults().map((fault) => ({ ...fault, name: `cable.${fault.name}` })),
    ],
    setFault(name, value) {
      if (name === unplugged.name) {
        if (typeof value !== 'boolean') throw new Error('fault "unplugged" is a switch');
        void (value ? line.unplug() : line.replug());
      } else if (name.startsWith('cable.')) line.setFault(name.slice('cable.'.length), value);
      else reader.faultPanel.set(name, value);
    },
    setTimeScale: (scale) => reader.setTimeScale(scale),
    state: () => ({ ...reader.view(), plugged: line.plugged }),
    unplug: () => line.unplug(),
    replug: () => line.replug(),
    async close() {
      reader.powerOff();
      await line.close();
    },
  };
}
