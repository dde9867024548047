import { RECEIPT_TEXTS, type ReceiptTextKey } from '#assets/receipts/index.ts';
import type { DayPoint, DayReport } from '#protocol/generated/kiosk.ts';
import type { ReceiptFields } from '../receipts/index.ts';

/** What two persons sign. */
export interface SignedDay extends Omit<DayReport, 'points' | 'last'> {
  readonly points: readonly (DayPoint & { readonly word?: string })[];
}

export interface SlipPlace {
  readonly bankName: string;
  readonly branchName: string;
  readonly terminalId: string;
}

/** The branch's own paper: in the language of the branch. */
const texts = RECEIPT_TEXTS['zh-Hans'];

const has = (key: string): key is ReceiptTextKey => Object.hasOwn(texts, key);
/** A word that the catalogue does not have is shown as it is. */
const word = (key: string): string => (has(key) ? texts[key] : (key.split('.').at(-1) ?? key));

/** Fields of the form `day`. */
export function dayFields(
  place: SlipPlace,
  { at, first, second }: { readonly at: string; readonly first: string; readonly second: string },
  signed: SignedDay,
): ReceiptFields {
  const lines = [...linesOf(signed)];
  return {
    ...place,
    day: String(signed.day),
    since: signed.since,
    time: at,
    label: lines.map(([label]) => label),
    value: lines.map(([, value]) => value),
    first: first.slice(0, 4),
    second: second.slice(0, 4),
  };
}

function* linesOf({ visits, acts, stock, points }: SignedDay): Generator<readonly [string, string]> {
  yield [word('day.visits'), String(visits)];
  for (const { leg, act, journal, host } of acts)
    if (journal !== 0 || host !== 0)
      yield [`${word(`act.${act}`)} ${word(`day.${leg}`)}`, `${journal} / ${host ?? word('day.unread')}`];
  for (const { kind, unit: _unit, ...cards } of stock) {
    yield [word(`day.${kind}`), String(cards.count)];
    for (const [term, count] of Object.entries(cards))
      if (term !== 'count' && count !== 0) yield [`  ${word(`day.${term}`)}`, String(count)];
  }
  if (points.length === 0) yield [word('day.points'), word('day.none')];
  for (const point of points)
    yield [labelOf(point), `${figureOf(point)} ${point.word === undefined ? '' : word(`day.${point.word}`)}`.trim()];
}

const labelOf = ({ kind, leg, act, place }: DayPoint): string =>
  [word(`day.${kind}`), act && word(`act.${act}`), leg && word(`day.${leg}`), place && word(`day.${place}`)]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');

const figureOf = ({ amount, cases }: DayPoint): string =>
  [amount === undefined ? '' : amount > 0 ? `+${amount}` : String(amount), ...(cases ?? []).slice(0, 3)]
    .filter((part) => part !== '')
    .join(' ');
