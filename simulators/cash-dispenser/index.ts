export { type CashPublisher, type CashPublisherOptions, publisherPorts, startCashPublisher } from './publisher.ts';
export { cashCatalogue, cashValidators } from './schemas.ts';
