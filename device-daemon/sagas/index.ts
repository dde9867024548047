export {
  actions,
  type CardActHosts,
  type CardActPlan,
  type CardActSecrets,
  type CardPinOrder,
  cardActTable,
  wipeSecrets,
} from './card-act.ts';
export { type Delays, delays } from './delays.ts';
export {
  type Finding,
  type SagaClock,
  Sagas,
  type SagasOptions,
  type Started,
  type UnresolvedItem,
  type Word,
} from './engine.ts';
export { readSagas, type SagaRecord, type StepEnd, type StepRecord } from './log.ts';
export { type Answer, type Attempt, type Facts, kindOf, type SagaKind, type SagaTable, type Step } from './step.ts';
