export { type Delays, delays } from './delays.ts';
export { createSysfsCabinet, type SysfsOptions } from './driver.ts';
export { colorOf } from './light.ts';
export { lowCharge, type SysfsSettings } from './settings.ts';
