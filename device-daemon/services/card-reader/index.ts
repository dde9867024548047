export { type CardReaderServiceOptions, cardReaderService } from './card-reader-service.ts';
export { motionOutcome, retainUnit } from './motor.ts';
