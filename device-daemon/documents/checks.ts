import { type DayNumber, dayNumber } from './calendar.ts';
import type { DocumentFinding, DocumentKind, IdentityDocument } from './document.ts';
import { areaOf, numberCheckHolds, numberHasForm, numberTellsBirth, sexOfNumber } from './numbers.ts';

/** What a document says, as far as it is judged. */
export interface DocumentFacts {
  readonly kind: DocumentKind;
  readonly named: boolean;
  readonly number: Uint8Array;
  readonly sex: IdentityDocument['sex'];
  /** As the document has it: YYYYMMDD, or not. */
  readonly birth: Uint8Array;
  /** Absent where the kind does not tell it. */
  readonly validFrom?: Uint8Array;
  readonly validUntil: Uint8Array | 'longTerm';
  /** Every check digit of the machine-readable lines is right; true of chips, whose numbers are checked by themselves. */
  readonly linesHold: boolean;
  readonly today: DayNumber;
}

export interface DocumentRule {
  readonly finding: DocumentFinding;
  readonly makes: 'refusal' | 'warning';
  readonly because: string;
  readonly when: (facts: DocumentFacts) => boolean;
}

/** A holder below this age acts with a guardian. */
const ageOfActing = 16;

const hasForm = (facts: DocumentFacts): boolean => numberHasForm(facts.kind, facts.number);

function validity({ validFrom, validUntil }: DocumentFacts) {
  const from = validFrom === undefined ? undefined : dayNumber(validFrom);
  const until = validUntil === 'longTerm' ? Number.POSITIVE_INFINITY : dayNumber(validUntil);
  const sound = until !== undefined && (validFrom === undefined || (from !== undefined && from <= until));
  return { from, until, sound };
}

/**
 * All that is checked, in the order in which it is told. Numbers are judged in the order of id-card-reader.md 10.1: what
 * has no form is not asked for its digits.
 */
export const documentRules: readonly DocumentRule[] = [
  {
    finding: 'mrzCheckDigit',
    makes: 'refusal',
    because: 'the lines were misread, damaged or made up: nothing else in them can be relied upon',
    when: ({ linesHold }) => !linesHold,
  },
  {
    finding: 'nameMissing',
    makes: 'refusal',
    because: 'a document without a name says of nobody who they are',
    when: ({ named }) => !named,
  },
  {
    finding: 'numberForm',
    makes: 'refusal',
    because: 'a number of another shape is no number of this kind of document',
    when: (facts) => !hasForm(facts),
  },
  {
    finding: 'numberCheckDigit',
    makes: 'refusal',
    because: 'a chip whose number contradicts itself is damaged or forged',
    when: (facts) => hasForm(facts) && !numberCheckHolds(facts.kind, facts.number),
  },
  {
    finding: 'areaNotOfKind',
    makes: 'refusal',
    because: 'a residence permit is of Hong Kong, Macao or Taiwan: 81, 82 or 83 (10.2)',
    when: (facts) =>
      facts.kind === 'residencePermit' && hasForm(facts) && areaOf(facts.kind, facts.number) === 'otherKind',
  },
  {
    finding: 'areaNotOfKind',
    makes: 'warning',
    because: 'many area codes are retired and still on valid cards: never a refusal (10.1)',
    when: (facts) => {
      const area = hasForm(facts) ? areaOf(facts.kind, facts.number) : 'ofKind';
      return area === 'unknown' || (area === 'otherKind' && facts.kind !== 'residencePermit');
    },
  },
  {
    finding: 'birthInvalid',
    makes: 'refusal',
    because: 'no such day, or one to come',
    when: ({ birth, today }) => !((dayNumber(birth) ?? Number.POSITIVE_INFINITY) <= today),
  },
  {
    finding: 'birthDiffersFromNumber',
    makes: 'refusal',
    because: 'a chip that contradicts itself is damaged or forged',
    when: (facts) =>
      hasForm(facts) &&
      dayNumber(facts.birth) !== undefined &&
      !numberTellsBirth(facts.kind, facts.number, facts.birth),
  },
  {
    finding: 'sexDiffersFromNumber',
    makes: 'refusal',
    because: 'a chip that contradicts itself is damaged or forged; a sex that it does not tell contradicts nothing',
    when: (facts) => {
      const told = hasForm(facts) ? sexOfNumber(facts.kind, facts.number) : undefined;
      return told !== undefined && facts.sex !== 'unknown' && facts.sex !== told;
    },
  },
  {
    finding: 'validityInvalid',
    makes: 'refusal',
    because: 'without two days in their order nobody knows whether it is valid',
    when: (facts) => !validity(facts).sound,
  },
  {
    finding: 'notYetValid',
    makes: 'refusal',
    because: 'it begins later, or the clock is wrong: either is for a person',
    when: (facts) => (validity(facts).from ?? 0) > facts.today,
  },
  {
    finding: 'expired',
    makes: 'refusal',
    because: 'identification needs a valid document; on its last day it still is',
    when: (facts) => (validity(facts).until ?? Number.POSITIVE_INFINITY) < facts.today,
  },
  {
    finding: 'holderIsMinor',
    makes: 'warning',
    because: 'below 16 a guardian acts: the services decide what that means for them',
    when: ({ birth, today }) => {
      const born = dayNumber(birth);
      return born !== undefined && born <= today && born + ageOfActing * 10_000 > today;
    },
  },
];

/** Lines that do not hold are told alone: whatever else is odd in them comes from that. */
export function judge(facts: DocumentFacts): Pick<IdentityDocument, 'warnings' | 'refusals'> {
  if (!facts.linesHold) return { warnings: [], refusals: ['mrzCheckDigit'] };
  const found = documentRules.filter((rule) => rule.when(facts));
  const those = (makes: DocumentRule['makes']): DocumentFinding[] =>
    found.filter((rule) => rule.makes === makes).map(({ finding }) => finding);
  return { warnings: those('warning'), refusals: those('refusal') };
}
