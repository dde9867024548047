export { EchoCard, echoAtr } from './echo-card.ts';
export { asT0 } from './t0-card.ts';
export type { VirtualCard } from './virtual-card.ts';
export { type CardFaultScript, VirtualReader, type VirtualReaderOptions } from './virtual-reader.ts';
