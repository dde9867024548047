export { type Delays, delays } from './delays.ts';
export { createMrz, type MrzOptions, type ParseLines } from './driver.ts';
export { encodeSwipe, Framer, type FramerEvents, type Shape, shapes } from './framer.ts';
export { mask } from './mask.ts';
export { defaultSettings, type MrzSettings } from './settings.ts';
