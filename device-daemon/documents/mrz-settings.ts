import type { DocumentKind } from './document.ts';

/** ICAO 9303: three lines of 30, two of 36, two of 44. */
export type MrzFormat = 'TD1' | 'TD2' | 'TD3';

/** Which lines are which document. */
export interface MrzDocument {
  readonly kind: DocumentKind;
  readonly format: MrzFormat;
  /** First two characters; `*` is a letter or a filler. */
  readonly codes: readonly string[];
  /** Absent: any. */
  readonly issuer?: string;
}

export interface MrzSettings {
  /** The first that fits; lines that none fits are of an unknown kind. */
  readonly documents: readonly MrzDocument[];
  /** Not ICAO's (printer-pin-pad-mrz.md c.2). Line 1 is confirmed; where lines 2 and 3 have name and sex is not. */
  readonly exitEntryPermit: {
    readonly codes: readonly string[];
    /** Line, first character and length, counted from 0. */
    readonly latinName: readonly [line: 1 | 2, start: number, length: number];
    readonly sex: readonly [line: 1 | 2, start: number];
  };
}

/** What c.2 knows. `CR` and `CT` are not confirmed: a deployment that has seen the cards puts its own here. */
export const defaultMrzSettings: MrzSettings = {
  documents: [
    { kind: 'passport', format: 'TD3', codes: ['P*'] },
    { kind: 'hkMacaoPermit', format: 'TD1', codes: ['C<', 'CR'], issuer: 'CHN' },
    { kind: 'taiwanPermit', format: 'TD1', codes: ['CT'], issuer: 'CHN' },
  ],
  exitEntryPermit: { codes: ['CS', 'CD'], latinName: [1, 12, 18], sex: [2, 0] },
};
