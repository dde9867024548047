export { Budget } from './budget.ts';
export type { BundleProgress } from './bundle/manifest.ts';
export { type BundleDamage, verifyBundle, type WholeBundle } from './bundle/verify.ts';
export { type BundleFault, writeBundle } from './bundle/write.ts';
export { CardStock, type StockCounts, type StockUnit } from './card-stock.ts';
export { chinaClock, fromChina, inChina } from './china-time.ts';
export {
  afterEntry,
  type ClosedDay,
  type Day,
  type DayStep,
  firstDay,
  type Leg,
  legs,
  type Reading,
  type UnitDay,
} from './day.ts';
export { DayBook, readDay } from './day-book.ts';
export { dueFrom } from './day-due.ts';
export type { Episode, EpisodeQuery } from './episodes.ts';
export {
  type EventFields,
  type EventId,
  events,
  type Fields,
  type FieldValue,
  short,
} from './events.ts';
export { Journal, type JournalOptions } from './journal.ts';
export { MachineKeys } from './keys.ts';
export { eventManual } from './manual.ts';
export {
  type Damage,
  isDamage,
  type JournalEntry,
  type JournalPlace,
  JournalReader,
  type SignedHead,
  type Verification,
} from './reader.ts';
export { afterWorkingDays, type RetainedCard, retainedCards } from './retained.ts';
export { isTrouble, lineOf, type StoryLine, sentenceOf, storyOf, textOf } from './story.ts';
