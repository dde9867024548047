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
} from './codec.ts';
export { type Delays, delays } from './delays.ts';
export { type Crt591, createCrt591 } from './driver.ts';
export { Framer, type FramerEvents } from './framer.ts';
export { controls, type Dialect, encodeFrame } from './framing.ts';
export { masks } from './mask.ts';
export {
  type CrtProfile,
  type CrtSettings,
  defaultSettings,
  dialectB,
  type ProfileName,
  profiles,
  type StatusOnlyProfile,
} from './settings.ts';
export type { CrtOptions, CrtReason } from './unit.ts';
