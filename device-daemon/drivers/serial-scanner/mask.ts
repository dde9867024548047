import type { MakeMask } from '../../transports/index.ts';
import { Framer } from './framer.ts';
import { type ScannerSettings, suffixes, triggers } from './settings.ts';

const told = Object.entries(triggers).flatMap(([maker, acts]) =>
  Object.entries(acts).map(([act, bytes]) => ({ name: `${maker} ${act}`, bytes: Buffer.from(bytes) })),
);

/** Seen are the trigger commands and the bytes of the suffix. Every other byte is a code, or may be. */
export const mask =
  (settings: Pick<ScannerSettings, 'suffix'>): MakeMask =>
  () => {
    const suffix: readonly number[] = suffixes[settings.suffix];
    let names: string[] = [];
    const framer = new Framer(
      {
        code: (bytes) => names.push(`code of ${bytes.length} bytes`),
        tooLong: () => names.push('longer than any code'),
        unfinished: () => undefined,
      },
      settings.suffix,
    );
    return {
      sent(bytes) {
        const command = told.find((one) => one.bytes.equals(bytes));
        return command === undefined
          ? { shown: [], names: [] }
          : { shown: [...bytes].map(() => true), names: [command.name] };
      },
      received(bytes) {
        names = [];
        framer.push(bytes);
        return { shown: [...bytes].map((byte) => suffix.includes(byte)), names };
      },
    };
  };
