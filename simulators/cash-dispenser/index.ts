export { type CashPublisher, type CashPublisherOptions, startCashPublisher } from './publisher.ts';
export { cashCatalogue, cashValidators } from './schemas.ts';
