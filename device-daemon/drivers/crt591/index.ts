export {
  answers,
  type Command,
  type CommandName,
  commands,
  decodeCommand,
  decodeReply,
  encodeCommand,
  encodeRefusal,
  encodeReply,
  errors,
  type StatusBytes,
} from './codec.ts';
export { type Delays, delays } from './delays.ts';
export { type Crt591, createCrt591 } from './driver.ts';
export { controls, encodeFrame, Framer, type FramerEvents, maximumFrame } from './framer.ts';
export { mask } from './mask.ts';
export { type CrtProfile, type CrtSettings, defaultSettings, type ProfileName, profiles } from './settings.ts';
export type { CrtOptions, CrtReason } from './unit.ts';
