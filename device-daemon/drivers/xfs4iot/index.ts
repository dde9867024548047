export { XfsCabinet, type XfsCabinetOptions } from './cabinet.ts';
export { XfsCardDispenser, type XfsCardDispenserOptions } from './card-dispenser.ts';
export { XfsCardReader, type XfsCardReaderOptions } from './card-reader.ts';
export { XfsPinPad, type XfsPinPadOptions, type XfsPinPadSettings } from './pin-pad.ts';
export { type XfsPrinterOptions, type XfsPrinterSettings, XfsReceiptPrinter } from './printer.ts';
export { type Credentials, isLoopback, isOwn, type ProviderSettings, publishersOf } from './settings.ts';
