export { type EventFields, type EventId, eventManual, events, type Fields, sentenceOf } from './events.ts';
export { type Damage, Journal, type JournalEntry, type JournalOptions, type SignedHead } from './journal.ts';
export { MachineKeys } from './keys.ts';
