export {
  type CommandName,
  commands,
  decodeCommand,
  decodeReply,
  encodeCommand,
  encodeReply,
} from './codec.ts';
export { type Delays, delays } from './delays.ts';
export { createK720 } from './driver.ts';
export { controls, encodeControl, encodeFrame, Framer, type FramerEvents, maximumFrame } from './framer.ts';
export { mask } from './mask.ts';
export { defaultSettings, type K720Settings } from './settings.ts';
export { encodeStatus, type StatusBit } from './status.ts';
export type { K720Options, K720Reason } from './unit.ts';
