export { type ActResult, CardActs } from './card-acts.ts';
export { Circumstances } from './circumstances.ts';
export { FindCards } from './find-cards.ts';
export { LiveChecks } from './live-checks.ts';
export { progress } from './progress.ts';
