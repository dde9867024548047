export {
  addressBytes,
  type Command,
  type CommandName,
  commands,
  decodeCommand,
  decodeReply,
  encodeCommand,
  encodeRefusal,
  encodeReply,
  photoBytes,
  statuses,
  textBytes,
} from './codec.ts';
export { type Delays, delays } from './delays.ts';
export { createSamV, type SamVOptions, type SamVReason } from './driver.ts';
export { type Damage, encodeFrame, Framer, type FramerEvents, maximumFrame } from './framer.ts';
export { mask } from './mask.ts';
export type { DecodeDocument } from './reading.ts';
