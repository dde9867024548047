export { codeForms, readCode, type ScannedCode } from './codes.ts';
export { type Delays, delays } from './delays.ts';
export { createSerialScanner, type SerialScannerOptions } from './driver.ts';
export { Framer, type FramerEvents, longestCode } from './framer.ts';
export { mask } from './mask.ts';
export { defaultSettings, type ScannerSettings, type Suffix, suffixes, triggers } from './settings.ts';
export { decodeText } from './text.ts';
