export { type Bench, type BenchOptions, startBench } from './bench.ts';
export type { BenchCardReader } from './card-reader.ts';
export type { Configuration } from './configuration.ts';
