import type { IdentityDocument } from './document.ts';
import type { ChipDocumentKind } from './layouts.ts';
import { check112, check731 } from './numbers.ts';
import { decodeTextBlock, encodeTextBlock, type TextBlockFields, type TextBlockOptions } from './text-block.ts';

/** Nobody: area 000000, nationality UTO, numbers of the reference. */

export const today = '2026-11-26';

/** With the check digit that belongs to the first 17 or 14 characters. */
export const with112 = (digits: string): string => digits + String.fromCharCode(check112(Buffer.from(digits)));
export const with731 = (digits: string): string => digits + String.fromCharCode(check731(Buffer.from(digits)) ?? 0);

/** One sound document of each kind. */
export const sound = {
  residentId: {
    name: '测试甲',
    sex: '1',
    ethnicGroup: '01',
    birth: '19900101',
    address: '某省某市某路1号',
    number: with112('00000019900101001'),
    issuer: '某市公安局',
    validFrom: '20200101',
    validUntil: '20400101',
  },
  residencePermit: {
    name: '测试乙',
    sex: '2',
    birth: '19900101',
    address: '某省某市某路2号',
    number: with112('83000019900101002'),
    issuer: '某市公安局',
    validFrom: '20240101',
    validUntil: '20290101',
    relatedNumber: '00000000',
    issueCount: '01',
  },
  permanentResident2017: {
    latinName: 'SPECIMEN, TEST ONE',
    sex: '1',
    number: with731('UTO00009001010'),
    nationality: 'UTO',
    name: '测试丙',
    validFrom: '20200101',
    validUntil: '20300101',
    birth: '19900101',
    version: '01',
    authority: '1500',
  },
  permanentResident2023: {
    name: '测试丁',
    sex: '2',
    renewals: '01',
    birth: '19900101',
    latinName: 'SPECIMEN, TEST TWO WITH A NAME OF FORTY-SIX CH',
    number: with112('90099919900101002'),
    validFrom: '20240101',
    validUntil: '20340101',
    nationality: 'UTO',
    formerNumberLink: '000',
  },
} as const satisfies { readonly [Kind in ChipDocumentKind]: TextBlockFields<Kind> };

/** The sound document of a kind, with other texts in some fields. */
export const block = <Kind extends ChipDocumentKind>(kind: Kind, other: TextBlockFields<Kind> = {}): Buffer =>
  encodeTextBlock(kind, { ...sound[kind], ...other } as TextBlockFields<Kind>);

export function decoded(bytes: Uint8Array, options: Partial<TextBlockOptions> = {}): IdentityDocument {
  const document = decodeTextBlock(bytes, { today, ...options });
  if (!document.ok) throw new Error(document.error);
  return document.value;
}

/** Buffers as text, nothing that is not there, no methods. */
export const plain = (document: IdentityDocument): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(document)
      .filter(([, value]) => typeof value !== 'function')
      .map(([name, value]) => [name, Buffer.isBuffer(value) ? value.toString('utf8') : value]),
  );
