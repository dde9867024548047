export { type CardReaderServiceOptions, cardReaderService } from './card-reader-service.ts';
