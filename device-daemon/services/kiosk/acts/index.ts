export { type ActResult, CardActs } from './card-acts.ts';
export { CardPins } from './card-pin.ts';
export { Circumstances } from './circumstances.ts';
export { FindCards } from './find-cards.ts';
export { LiveChecks } from './live-checks.ts';
export { NewPins } from './new-pin.ts';
export { progress } from './progress.ts';
