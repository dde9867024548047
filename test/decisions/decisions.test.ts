import { describe, expect, test } from 'vitest';
import { type Given, isComplete, offer, offers, type Situation } from '#device-daemon/services/kiosk/acts/decide.ts';
import { acts as actsOfTheRules } from '#device-daemon/services/kiosk/acts/rules.ts';
import type { ActOffer, Consent, LiveCheckKind } from '#protocol/generated/kiosk.ts';
import {
  acts,
  besides,
  type Case,
  financialStates,
  type Line,
  lineFor,
  lines,
  refusalOf,
  refusals,
  socialStates,
} from './expectations.ts';

/** The daemon's decision table against the one that was written by hand, over everything that decides. */

const kinds = ['bankPin', 'oneTimeCode', 'staff', 'face'] as const satisfies readonly LiveCheckKind[];
const subsets: readonly (readonly LiveCheckKind[])[] = Array.from({ length: 2 ** kinds.length }, (_, bits) =>
  kinds.filter((_kind, index) => (bits >> index) & 1),
);
const either = [false, true] as const;
const opensAt = '09:00';
const days = { social: 7, financial: 15 };

/** What is not varied stands still: the day's limit is not reached, no PIN was reset, formal reports need no staff. */
const dimensions = {
  act: acts,
  social: socialStates,
  financial: financialStates,
  document: ['ocr', 'chip'],
  card: ['none', 'read', 'genuine'],
  forWhom: ['self', 'child', 'other'],
  open: either,
  replacement: either,
  checks: subsets,
} as const;
const circumstances = { limitReached: either, resetToday: either, formalNeedsStaff: either } as const;
const still = { limitReached: false, resetToday: false, formalNeedsStaff: false };

type Dimensions = Readonly<Record<string, readonly unknown[]>>;

const product = (of: Dimensions): number => Object.values(of).reduce((all, { length }) => all * length, 1);

/** Every combination, one after another in the same object. */
function* combinations(of: Dimensions, fixed: object = {}): Generator<Case> {
  const names = Object.keys(of);
  const one: Record<string, unknown> = { ...fixed };
  const lengths = names.map((name) => of[name]?.length ?? 0);
  for (let count = product(of), at = 0; at < count; at++) {
    let rest = at;
    for (const [index, name] of names.entries()) {
      const length = lengths[index] ?? 1;
      one[name] = of[name]?.[rest % length];
      rest = Math.floor(rest / length);
    }
    yield one as unknown as Case;
  }
}

const situationOf = (one: Case): Situation => ({
  social: one.social,
  financial: one.financial,
  document: one.document,
  card: one.card,
  forWhom: one.forWhom,
  replacementRequested: one.replacement,
  window: one.open ? { open: true } : { open: false, opensAt },
  checks: () => one.checks,
  limitReached: one.limitReached,
  days,
  cardPinHere: true,
  resetToday: one.resetToday,
  unfreezeFormalNeedsStaff: one.formalNeedsStaff,
});

/** What the line and the act say that a person is asked for. */
function askedOf(one: Case, line: Line): ActOffer {
  const { newPin, consents, confirmations } = besides[one.act];
  return {
    act: one.act,
    allowed: true,
    legs: [...line.changes],
    ...(one.act === 'temporaryLoss' && {
      days: {
        ...(line.changes.includes('social') && { social: days.social }),
        ...(line.changes.includes('financial') && { financial: days.financial }),
      },
    }),
    card: line.card === 'genuine' && one.card !== 'genuine',
    checks: one.checks.filter((kind) => line.check.includes(kind)),
    staff: line.staff,
    newPin,
    consents: [...consents],
    confirmTwice: confirmations === 2,
  };
}

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => a.localeCompare(b)))
      : inner,
  );

interface Compared {
  readonly tried: number;
  readonly allowed: number;
  readonly refused: ReadonlyMap<string, number>;
  readonly wrong: readonly string[];
}

/** How many combinations were tried, and the first few that came out otherwise. */
function compare(all: Iterable<Case>): Compared {
  const wrong: string[] = [];
  const say = (one: Case, what: string): void => {
    if (wrong.length < 10) wrong.push(`${JSON.stringify(one)}: ${what}`);
  };
  const told = new Map<string, string>();
  const refused = new Map<string, number>();
  let tried = 0;
  let allowed = 0;
  for (const one of all) {
    tried++;
    const got = offer(one.act, situationOf(one));
    const line = lineFor(one);
    if (line === undefined) {
      const wanted = refusalOf(one);
      refused.set(`${wanted}`, (refused.get(`${wanted}`) ?? 0) + 1);
      if (got.allowed || got.reason !== wanted) say(one, `${got.reason ?? 'allowed'}, not ${wanted}`);
      else if (got.opensAt !== (wanted === 'outsideWindow' ? opensAt : undefined)) say(one, `opens at ${got.opensAt}`);
      continue;
    }
    allowed++;
    // Few offers are different ones: what was once written out is not written out again.
    const key = `${lines.indexOf(line)}/${one.card === 'genuine'}/${one.checks}`;
    const wanted = told.get(key) ?? sorted(askedOf(one, line));
    told.set(key, wanted);
    const asked = sorted(got);
    if (asked !== wanted) say(one, `${asked}, not ${wanted}`);
  }
  return { tried, allowed, refused, wrong };
}

test('both tables know the same acts, and the one by hand leaves nothing open', () => {
  expect([...actsOfTheRules].sort()).toEqual([...acts].sort());
  let open = 0;
  for (const one of combinations({ ...dimensions, checks: [[], kinds], ...circumstances })) {
    if ((lineFor(one) === undefined) === (refusalOf(one) === undefined)) open++;
  }
  expect(open).toBe(0);
  const told = new Set(refusals.map(([reason]) => reason));
  expect(told.size).toBe(refusals.length);
});

test('no line of the table says what another says', () => {
  const cells = lines.map(({ only, ...line }) => ({ line, only }));
  for (const [index, { line, only }] of cells.entries()) {
    for (const other of cells.slice(index + 1)) {
      const shared = (one: readonly string[], two: readonly string[]) => one.some((word) => two.includes(word));
      const opposite = [
        ['formalAlone', 'formalWithStaff'],
        ['notResetToday', 'resetToday'],
      ].some(
        ([a = '', b = '']) =>
          shared([a], only) !== shared([a], other.only) && shared([b], only) !== shared([b], other.only),
      );
      const same =
        line.act === other.line.act &&
        shared(line.social, other.line.social) &&
        shared(line.financial, other.line.financial) &&
        shared(line.document, other.line.document) &&
        !opposite;
      expect(same, `${JSON.stringify(line)} and ${JSON.stringify(other.line)}`).toBe(false);
    }
  }
});

describe('the daemon offers', () => {
  test('exactly what a line allows, and says of everything else why not', () => {
    const { tried, allowed, refused, wrong } = compare(combinations(dimensions, still));
    expect(wrong).toEqual([]);
    expect(tried).toBe(product(dimensions));
    expect(tried).toBe(9 * 11 * 13 * 2 * 3 * 3 * 2 * 2 * 16);
    const why = [...refused].map(([reason, count]) => `${reason} ${count}`).join(', ');
    console.info(`decisions: ${lines.length} lines, ${tried} combinations, ${allowed} allowed, refused: ${why}`);
  });

  test('the same after a reset, at the limit of the day, and where formal reports need staff', () => {
    const of = { ...dimensions, checks: [[], ['staff'], kinds], ...circumstances };
    const { tried, refused, wrong } = compare(combinations(of));
    expect(wrong).toEqual([]);
    expect([...refused.keys()].sort()).toEqual(refusals.map(([reason]) => reason).sort());
    expect(tried).toBe(9 * 11 * 13 * 2 * 3 * 3 * 2 * 2 * 3 * 2 * 2 * 2);
  });

  test("no change of the card's own PIN where the kiosk may not, or cannot, take its digits", () => {
    let tried = 0;
    for (const one of combinations({ ...dimensions, act: ['changeCardPin'], checks: [[]] }, still)) {
      tried++;
      const { allowed, reason } = offer(one.act, { ...situationOf(one), cardPinHere: false });
      if (allowed || reason !== 'notOffered') expect({ one, reason }).toBe('notOffered');
    }
    expect(tried).toBe(11 * 13 * 2 * 3 * 3 * 2 * 2);
  });

  test('every act once, in one answer', () => {
    const [first] = combinations(dimensions, still);
    if (first === undefined) throw new Error('no combination');
    expect(offers(situationOf(first)).map(({ act }) => act)).toEqual(acts);
  });
});

test('an act is taken on when everything was shown that its line takes, and not with any piece less', () => {
  const agreed = (texts: readonly string[], choice: Consent['choice'] = 'agreed'): Consent[] =>
    texts.map((text) => ({ text, choice }));
  const seen = new Set<string>();
  let tried = 0;
  let complete = 0;
  // What neither asks for more nor for less stands still.
  const once = { forWhom: ['self'], open: [true], replacement: [false], limitReached: [false] };
  for (const one of combinations({ ...dimensions, ...circumstances, ...once })) {
    const line = lineFor(one);
    if (line === undefined) continue;
    const key = `${lines.indexOf(line)}/${one.card}/${one.checks}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const wanted = offer(one.act, situationOf(one));
    const { newPin, consents, confirmations } = besides[one.act];
    const said: readonly [enough: boolean, Consent[]][] = [
      [true, agreed(consents)],
      [true, [...agreed(consents), ...agreed(['another-1'], 'declined')]],
      [true, agreed([...consents, 'face-1'])],
      [consents.length === 0, agreed(consents, 'declined')],
      [consents.length === 0, agreed(['another-1'])],
      ...consents.map((left): [boolean, Consent[]] => [false, agreed(consents.filter((text) => text !== left))]),
    ];
    for (const check of [undefined, ...kinds]) {
      for (const staff of either) {
        for (const pin of either) {
          for (const [enough, shownConsents] of said) {
            for (const yes of [0, 1, 2, 3]) {
              const given: Given = { check, staff, newPin: pin, consents: shownConsents, confirmations: yes };
              const right =
                (line.card === 'any' || one.card === 'genuine') &&
                (line.check.length === 0 ||
                  (check !== undefined && line.check.includes(check) && one.checks.includes(check))) &&
                (!line.staff || staff) &&
                (!newPin || pin) &&
                enough &&
                // 4e: the face takes an agreement of its own.
                (check !== 'face' || shownConsents.some(({ text }) => text === 'face-1')) &&
                yes >= confirmations;
              tried++;
              if (right) complete++;
              if (isComplete(wanted, given) !== right) expect({ line, one, given }).toBe(right);
            }
          }
        }
      }
    }
  }
  console.info(`decisions: ${seen.size} offers, ${tried} ways to answer them, ${complete} complete`);
  expect(complete).toBeGreaterThan(0);
});
