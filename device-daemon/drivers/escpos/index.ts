export {
  COMMANDS,
  type CommandFields,
  type CommandName,
  type DecodedCommand,
  decode,
  encode,
  join,
} from './codec.ts';
export { DELAYS, type Delays } from './delays.ts';
export { type EscposOptions, EscposPrinter, type EscposSettings } from './driver.ts';
export { mask } from './mask.ts';
export {
  AUTOMATIC,
  blockedBy,
  encodeStatus,
  GOOD,
  type PrinterStatus,
  QUEUED,
  REAL_TIME,
  type RealTimeKind,
  type StatusFlag,
} from './status.ts';
export { cellsOf, encodeCharacter, normalise, type Repertoire } from './text.ts';
