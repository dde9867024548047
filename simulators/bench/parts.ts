import { join } from 'node:path';
import { benchKeys } from '../crypto/index.ts';
import { CabinetEmulator } from '../emulators/cabinet/index.ts';
import { EscposEmulator } from '../emulators/escpos/index.ts';
import { createKmyEmulator, type KmyEmulator } from '../emulators/kmy350x/index.ts';
import type { Line } from '../emulators/line/index.ts';
import { createMrzEmulator, type MrzEmulator } from '../emulators/mrz/index.ts';
import { createSamEmulator, type SamEmulator } from '../emulators/sam-v/index.ts';
import { createScannerEmulator, type ScannerEmulator } from '../emulators/serial-scanner/index.ts';
import { type HostSimulators, startHostSimulators } from '../hosts/index.ts';
import { type WalletCardId, walletCard } from '../wallet/wallet.ts';
import { openCable } from './cables.ts';
import { type BenchCardReader, openCardReader } from './card-reader.ts';
import { type BenchDispenser, MotorReader } from './motor-reader.ts';

/** Which parts there are, and how they are reached. Default: everything, as real as this machine allows. */
export interface PartOptions {
  /** `crt591`: a motorised reader, with a hopper of blank cards behind it. */
  readonly cardReader?: 'pcscd' | 'vpcd' | 'crt591' | 'none';
  readonly cables?: 'pty' | 'tcp';
  readonly pinPad?: boolean;
  readonly printer?: boolean;
  readonly idReader?: boolean;
  readonly passportReader?: boolean;
  readonly scanner?: boolean;
  readonly cabinet?: boolean;
  readonly hosts?: boolean;
}

export interface Parts {
  readonly cardReader: BenchCardReader | undefined;
  readonly dispenser: BenchDispenser | undefined;
  readonly pinPad: KmyEmulator | undefined;
  readonly printer: { readonly line: Line; readonly emulator: EscposEmulator } | undefined;
  readonly idReader: SamEmulator | undefined;
  readonly passportReader: MrzEmulator | undefined;
  readonly scanner: ScannerEmulator | undefined;
  readonly cabinet: CabinetEmulator | undefined;
  readonly hosts: HostSimulators | undefined;
}

/** As the makers deliver them (printer and PIN pad reference). */
const baudRates = {
  cardUnit: 38_400,
  pinPad: 9600,
  printer: 115_200,
  idReader: 115_200,
  passportReader: 9600,
  scanner: 9600,
} as const;

/** Where the pad keeps the terminal master key; the daemon's own default. */
const masterKeySlot = 0;

/** All at once. When one does not come up the others are waited for, so that `cleanUps` can stop them. */
export async function startParts(
  options: PartOptions,
  folder: string,
  timeScale: number,
  cleanUps: (() => Promise<void> | void)[],
): Promise<Parts> {
  const cables = options.cables ?? 'best';
  let hosts: HostSimulators | undefined;

  /** A card must not be younger than its bank remembers, or it looks like a copy. */
  const transactionsOf = (id: WalletCardId): number => {
    const pan = walletCard(id).financial?.pan;
    return pan === undefined ? 0 : (hosts?.bankCore.domain.account(pan)?.last_atc ?? 0);
  };

  const startReader = async (): Promise<BenchCardReader> => {
    if (options.cardReader === 'crt591') {
      const unit = new MotorReader({ line: await openCable(cables, baudRates.cardUnit), timeScale, transactionsOf });
      cleanUps.push(() => unit.close());
      return unit;
    }
    const kind = options.cardReader === 'pcscd' || options.cardReader === 'vpcd' ? options.cardReader : 'best';
    const reader = await openCardReader({ kind, timeScale, transactionsOf });
    cleanUps.push(() => reader.close());
    return reader;
  };
  const startPad = async (): Promise<KmyEmulator> => {
    const line = await openCable(cables, baudRates.pinPad);
    const masterKeys = new Map([[masterKeySlot, benchKeys.terminalMaster['3des']]]);
    const pad = createKmyEmulator({ line, masterKeys, timeScale });
    cleanUps.push(() => pad.close());
    return pad;
  };
  const startPrinter = async (): Promise<NonNullable<Parts['printer']>> => {
    const line = await openCable(cables, baudRates.printer);
    const emulator = new EscposEmulator({ line, timeScale });
    cleanUps.push(async () => {
      emulator.stop();
      await line.close();
    });
    return { line, emulator };
  };
  const startIdReader = async (): Promise<SamEmulator> => {
    const reader = createSamEmulator({ line: await openCable(cables, baudRates.idReader), timeScale });
    cleanUps.push(() => reader.close());
    return reader;
  };
  const startPassportReader = async (): Promise<MrzEmulator> => {
    const line = await openCable(cables, baudRates.passportReader);
    const reader = createMrzEmulator({ line, shape: 'desko', timeScale });
    cleanUps.push(() => reader.close());
    return reader;
  };
  const startScanner = async (): Promise<ScannerEmulator> => {
    const scanner = createScannerEmulator({
      line: await openCable(cables, baudRates.scanner),
      trigger: 'honeywell',
    });
    cleanUps.push(() => scanner.close());
    return scanner;
  };
  const startCabinet = (): CabinetEmulator => {
    const cabinet = new CabinetEmulator(join(folder, 'cabinet'));
    cleanUps.push(() => cabinet.close());
    return cabinet;
  };
  const startHosts = async (): Promise<HostSimulators> => {
    hosts = await startHostSimulators({ folder: join(folder, 'hosts') });
    const { stop } = hosts;
    cleanUps.push(stop);
    return hosts;
  };

  const [cardReader, pinPad, printer, idReader, passportReader, scanner, simulators] = await Promise.allSettled([
    options.cardReader === 'none' ? undefined : startReader(),
    options.pinPad === false ? undefined : startPad(),
    options.printer === false ? undefined : startPrinter(),
    options.idReader === false ? undefined : startIdReader(),
    options.passportReader === false ? undefined : startPassportReader(),
    options.scanner === false ? undefined : startScanner(),
    options.hosts === false ? undefined : startHosts(),
  ]);
  const reader = settled(cardReader);
  return {
    cardReader: reader,
    dispenser: reader instanceof MotorReader ? reader : undefined,
    pinPad: settled(pinPad),
    printer: settled(printer),
    idReader: settled(idReader),
    passportReader: settled(passportReader),
    scanner: settled(scanner),
    cabinet: options.cabinet === false ? undefined : startCabinet(),
    hosts: settled(simulators),
  };
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
