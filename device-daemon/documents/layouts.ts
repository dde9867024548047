import type { DocumentKind } from './document.ts';

/**
 * The 256-byte text block of the four documents with a chip (id-card-reader.md 8), declared: offsets and lengths in bytes,
 * as the reference has them. UTF-16, little-endian, filled with blanks on the right.
 */
export const blockLength = 256;
/** Newest appended address (8.5). */
export const addressLength = 70;
/** WLT (11). */
export const photoLength = 1024;

/** The unit that tells the kind (8). Any other: not one of these documents. */
export const markOffset = 248;

export type ChipDocumentKind = Extract<
  DocumentKind,
  'residentId' | 'residencePermit' | 'permanentResident2017' | 'permanentResident2023'
>;

export interface TextField {
  /** A text may go on elsewhere; the parts are joined before they are trimmed. */
  readonly parts: readonly { readonly offset: number; readonly length: number }[];
  /** False: the kiosk has no use for it, so it is never taken out of the block. */
  readonly kept: boolean;
}

const part = (offset: number, length: number): TextField => ({ parts: [{ offset, length }], kept: true });
const unkept = (offset: number, length: number): TextField => ({ ...part(offset, length), kept: false });

interface Layout {
  readonly mark: string;
  /** Whether 长期 may stand for the last day. */
  readonly longTerm: boolean;
  readonly fields: Readonly<Record<string, TextField>>;
}

export const textBlockLayouts = {
  /** 8.1 */
  residentId: {
    mark: ' ',
    longTerm: true,
    fields: {
      name: part(0, 30),
      sex: part(30, 2),
      ethnicGroup: unkept(32, 4),
      birth: part(36, 16),
      address: part(52, 70),
      number: part(122, 36),
      issuer: part(158, 30),
      validFrom: part(188, 16),
      validUntil: part(204, 16),
    },
  },
  /** 8.2 */
  residencePermit: {
    mark: 'J',
    longTerm: true,
    fields: {
      name: part(0, 30),
      sex: part(30, 2),
      birth: part(36, 16),
      address: part(52, 70),
      number: part(122, 36),
      issuer: part(158, 30),
      validFrom: part(188, 16),
      validUntil: part(204, 16),
      /** Of the holder's travel permit. */
      relatedNumber: part(220, 18),
      issueCount: unkept(238, 4),
    },
  },
  /** 8.3 */
  permanentResident2017: {
    mark: 'I',
    longTerm: false,
    fields: {
      latinName: part(0, 120),
      sex: part(120, 2),
      number: part(122, 30),
      nationality: part(152, 6),
      name: part(158, 30),
      validFrom: part(188, 16),
      validUntil: part(204, 16),
      birth: part(220, 16),
      version: unkept(236, 4),
      authority: unkept(240, 8),
    },
  },
  /** 8.4 */
  permanentResident2023: {
    mark: 'Y',
    longTerm: false,
    fields: {
      name: part(0, 30),
      sex: part(30, 2),
      renewals: unkept(32, 4),
      birth: part(36, 16),
      latinName: {
        parts: [
          { offset: 52, length: 70 },
          { offset: 220, length: 22 },
        ],
        kept: true,
      },
      number: part(122, 36),
      validFrom: part(188, 16),
      validUntil: part(204, 16),
      nationality: part(242, 6),
      /** What the former number is made of, together with others (10.4). */
      formerNumberLink: part(250, 6),
    },
  },
} as const satisfies Record<ChipDocumentKind, Layout>;

export type TextFieldName<Kind extends ChipDocumentKind> = Kind extends ChipDocumentKind
  ? keyof (typeof textBlockLayouts)[Kind]['fields'] & string
  : never;

export const layoutOf = (kind: ChipDocumentKind): Layout => textBlockLayouts[kind];

export const chipDocumentKinds = Object.keys(textBlockLayouts) as readonly ChipDocumentKind[];
