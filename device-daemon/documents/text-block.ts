import { err, ok, type Result } from '#protocol/result.ts';
import { assemble } from './assemble.ts';
import { numberOfDay } from './calendar.ts';
import type { Day, DocumentFault, IdentityDocument } from './document.ts';
import {
  addressLength,
  blockLength,
  type ChipDocumentKind,
  chipDocumentKinds,
  layoutOf,
  markOffset,
  photoLength,
  type TextField,
  type TextFieldName,
} from './layouts.ts';
import { foldCheckDigit, formerNumber } from './numbers.ts';
import { textOfUnits, unitsOfText } from './utf16.ts';

export interface TextBlockOptions {
  /** 70 bytes of the newest-address command; wins over the address of the block (id-card-reader.md 8.5). */
  readonly appendedAddress?: Uint8Array;
  /** 1024 bytes of WLT, copied as they are. */
  readonly photo?: Uint8Array;
  readonly today: Day;
}

const longTerm = Buffer.from('长期');

/** Sex codes of GB/T 2261.1; 0, 9 and whatever is no code are unknown (9). */
const sexes: ReadonlyMap<string, 'male' | 'female'> = new Map([
  ['1', 'male'],
  ['2', 'female'],
]);

/**
 * What a chip says. `unknownKind`: a mark that is not in the table, nothing else was looked at. `damaged`: the block has
 * another length, or a field is no text. Leaves the caller's bytes alone.
 */
export function decodeTextBlock(block: Uint8Array, options: TextBlockOptions): Result<IdentityDocument, DocumentFault> {
  const today = numberOfDay(options.today);
  if (block.length !== blockLength) return err('damaged');
  const kind = chipDocumentKinds.find((candidate) =>
    markOf(candidate).equals(block.subarray(markOffset, markOffset + 2)),
  );
  if (kind === undefined) return err('unknownKind');
  const layout = layoutOf(kind);
  const texts = new Map<string, Buffer>();
  try {
    for (const [name, field] of Object.entries(layout.fields)) {
      if (!field.kept) continue;
      const text = readField(block, field);
      if (text === undefined) return err('damaged');
      texts.set(name, text);
    }
    if (texts.has('address') && options.appendedAddress !== undefined) {
      const newest =
        options.appendedAddress.length === addressLength ? textOfUnits(options.appendedAddress) : undefined;
      if (newest === undefined) return err('damaged');
      if (newest.length > 0) {
        texts.get('address')?.fill(0);
        texts.set('address', newest);
      }
    }
    const text = (name: string): Buffer => texts.get(name) ?? Buffer.alloc(0);
    const number = text('number');
    if (kind !== 'permanentResident2017') foldCheckDigit(number);
    const nationality = text('nationality').toString('latin1');
    const former = formerNumber(number, text('nationality'), text('formerNumberLink'));
    if (former !== undefined) texts.set('relatedNumber', former);
    const validUntil = text('validUntil');
    const { photo } = options;
    return ok(
      assemble(
        {
          kind,
          grade: 'chip',
          name: text('name'),
          latinName: text('latinName'),
          number,
          relatedNumber: text('relatedNumber'),
          sex: sexes.get(text('sex').toString('latin1')) ?? 'unknown',
          ...(/^[A-Z]{3}$/.test(nationality) && { nationality }),
          birth: text('birth'),
          validFrom: text('validFrom'),
          validUntil: layout.longTerm && validUntil.equals(longTerm) ? 'longTerm' : validUntil,
          issuer: text('issuer').toString('utf8'),
          address: text('address'),
          // A photo of another length is none that a decoder could open; a document is good without.
          ...(photo?.length === photoLength && { photo: Buffer.from(photo.buffer, photo.byteOffset, photoLength) }),
          linesHold: true,
        },
        today,
      ),
    );
  } finally {
    for (const text of texts.values()) text.fill(0);
  }
}

const markOf = (kind: ChipDocumentKind): Buffer => Buffer.from(layoutOf(kind).mark, 'utf16le');

function readField(block: Uint8Array, field: TextField): Buffer | undefined {
  const units = Buffer.concat(field.parts.map(({ offset, length }) => block.subarray(offset, offset + length)));
  try {
    return textOfUnits(units);
  } finally {
    units.fill(0);
  }
}

/** Texts of a block as they stand in it, right or wrong; what is left out stays blank. */
export type TextBlockFields<Kind extends ChipDocumentKind> = { readonly [Name in TextFieldName<Kind>]?: string };

/**
 * The block of a chip, for what stands in for one: never of a real person. `mark` makes a document of an unknown kind.
 * Throws RangeError when a text does not fit its field.
 */
export function encodeTextBlock<Kind extends ChipDocumentKind>(
  kind: Kind,
  fields: TextBlockFields<Kind>,
  mark: string = layoutOf(kind).mark,
): Buffer {
  const layout = layoutOf(kind);
  const block = Buffer.alloc(blockLength, ' ', 'utf16le');
  for (const [name, text] of Object.entries<string | undefined>(fields)) {
    const field = layout.fields[name];
    if (field === undefined) throw new RangeError(`${kind} has no field ${name}`);
    const length = field.parts.reduce((sum, part) => sum + part.length, 0);
    const units = unitsOfText(text ?? '', length);
    let at = 0;
    for (const part of field.parts) {
      block.set(units.subarray(at, at + part.length), part.offset);
      at += part.length;
    }
  }
  block.set(unitsOfText(mark, 2), markOffset);
  return block;
}

/** What the newest-address command answers with (8.5). */
export const encodeAppendedAddress = (text: string): Buffer => unitsOfText(text, addressLength);
