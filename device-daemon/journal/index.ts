export { Budget } from './budget.ts';
export { CardStock, type StockCounts, type StockUnit } from './card-stock.ts';
export {
  type EventFields,
  type EventId,
  eventManual,
  events,
  type Fields,
  type FieldValue,
  sentenceOf,
} from './events.ts';
export { Journal, type JournalOptions } from './journal.ts';
export { MachineKeys } from './keys.ts';
export {
  type Damage,
  type JournalEntry,
  type JournalPlace,
  JournalReader,
  type SignedHead,
  type Verification,
} from './reader.ts';
