import { type DayNumber, dayNumber, dayOf } from './calendar.ts';
import { judge } from './checks.ts';
import type { Day, IdentityDocument } from './document.ts';

/** What a reader of one form found. Buffers are copied; whoever read them zeroes its own. */
export interface Contents
  extends Pick<IdentityDocument, 'kind' | 'grade' | 'number' | 'sex' | 'birth'>,
    Partial<
      Pick<IdentityDocument, 'name' | 'latinName' | 'relatedNumber' | 'nationality' | 'issuer' | 'address' | 'photo'>
    > {
  readonly validFrom?: Uint8Array;
  readonly validUntil: Uint8Array | 'longTerm';
  readonly linesHold: boolean;
}

/** Stands where a document's last day is none: who overlooks `validityInvalid` takes the document for expired. */
const longPast: Day = '0001-01-01';

/** Judges what was read and makes the document of it; texts and buffers that are empty are left out. */
export function assemble(contents: Contents, today: DayNumber): IdentityDocument {
  const { kind, grade, sex, validFrom, validUntil, linesHold, nationality, issuer, ...buffers } = contents;
  const { name, latinName, relatedNumber, address, photo } = buffers;
  const held: Buffer[] = [];
  const copyOf = (bytes: Uint8Array): Buffer => {
    const copy = Buffer.from(bytes);
    held.push(copy);
    return copy;
  };
  const from = validFrom === undefined ? undefined : dayNumber(validFrom);
  const until = validUntil === 'longTerm' ? undefined : dayNumber(validUntil);
  return {
    kind,
    grade,
    ...(name?.length && { name: copyOf(name) }),
    ...(latinName?.length && { latinName: copyOf(latinName) }),
    number: copyOf(buffers.number),
    ...(relatedNumber?.length && { relatedNumber: copyOf(relatedNumber) }),
    sex,
    ...(nationality && { nationality }),
    birth: copyOf(buffers.birth),
    ...(from !== undefined && { validFrom: dayOf(from) }),
    validUntil: validUntil === 'longTerm' ? 'longTerm' : until === undefined ? longPast : dayOf(until),
    ...(issuer && { issuer }),
    ...(address?.length && { address: copyOf(address) }),
    ...(photo?.length && { photo: copyOf(photo) }),
    ...judge({
      kind,
      named: Boolean(name?.length || latinName?.length),
      number: buffers.number,
      sex,
      birth: buffers.birth,
      ...(validFrom && { validFrom }),
      validUntil,
      linesHold,
      today,
    }),
    wipe() {
      for (const buffer of held) buffer.fill(0);
    },
  };
}
