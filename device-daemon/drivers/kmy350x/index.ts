export {
  type Command,
  type CommandName,
  commands,
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
  pinKeyBytes,
  statuses,
  withCheckValue,
} from './codec.ts';
export { type Delays, delays } from './delays.ts';
export { createKmy350x, type Kmy350xOptions, type KmyReason } from './driver.ts';
export { encodeFrame, Framer, type FramerEvents, maximumLength } from './framer.ts';
export { mask } from './mask.ts';
export { defaultSettings, type KmySettings } from './settings.ts';
