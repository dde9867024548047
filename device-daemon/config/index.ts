export { type SettingInForce, settingsInForce } from './in-force.ts';
export { allOptions, type LoadedConfig, loadConfig, type Origin, parseConfig } from './load.ts';
export { productionMistakes, recordingRefusal } from './production.ts';
export type { Config } from './schema.ts';
