import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { Config } from './config/index.ts';
import type { Cabinet } from './devices/cabinet.ts';
import type { CardDispenser } from './devices/card-dispenser.ts';
import type { CardReader, MotorCardReader } from './devices/card-reader.ts';
import type { CodeScanner } from './devices/code-scanner.ts';
import type { Device } from './devices/device.ts';
import type { IdentityReader, LinesReader } from './devices/identity-reader.ts';
import type { PinPad } from './devices/pin-pad.ts';
import type { ReceiptPrinter } from './devices/receipt-printer.ts';
import { decodeTextBlock, parseMrz } from './documents/index.ts';
import {
  type Crt591,
  createCrt591,
  masks as crtMasks,
  profiles as crtProfiles,
  dialectB,
} from './drivers/crt591/index.ts';
import { EscposPrinter, mask as escposMask } from './drivers/escpos/index.ts';
import { createK720, mask as k720Mask } from './drivers/k720/index.ts';
import { createKmy350x, mask as kmyMask } from './drivers/kmy350x/index.ts';
import { createMrz, mask as mrzMask } from './drivers/mrz/index.ts';
import { mask as apduMask, createPcscCardReader } from './drivers/pcsc/index.ts';
import { createSamV, mask as samVMask } from './drivers/sam-v/index.ts';
import { createSerialScanner, mask as scannerMask } from './drivers/serial-scanner/index.ts';
import { createSysfsCabinet } from './drivers/sysfs/index.ts';
import { XfsCabinet, XfsCardDispenser, XfsCardReader, XfsPinPad, XfsReceiptPrinter } from './drivers/xfs4iot/index.ts';
import type { Journal } from './journal/index.ts';
import { providerOf } from './providers.ts';
import { auxiliariesService, type Volume } from './services/auxiliaries/index.ts';
import { barcodeReaderService } from './services/barcode-reader/index.ts';
import { type CardDispenserServiceOptions, cardDispenserService } from './services/card-dispenser/index.ts';
import { cardReaderService } from './services/card-reader/index.ts';
import { idScannerService } from './services/id-scanner/index.ts';
import { chinaDay, systemClock } from './services/kiosk/clock.ts';
import { pinPadService } from './services/pin-pad/index.ts';
import { printerService } from './services/printer/index.ts';
import type { ServiceDefinition } from './services/service.ts';
import type { DeviceUse } from './services/visitor-first.ts';
import {
  type ChannelWatcher,
  type MakeMask,
  type OpenChannel,
  openChannel,
  parseChannel,
  watched,
} from './transports/index.ts';

/** The devices of this kiosk, as far as they are configured. */
export interface DeviceSet {
  readonly cardReader: CardReader | undefined;
  readonly cardDispenser: CardDispenser | undefined;
  readonly pinPad: PinPad | undefined;
  readonly printer: ReceiptPrinter | undefined;
  /** Documents with a chip, and those with machine-readable lines. */
  readonly identityReader: IdentityReader | undefined;
  readonly passportReader: LinesReader | undefined;
  readonly codeScanner: CodeScanner | undefined;
  readonly cabinet: Cabinet | undefined;
  readonly all: readonly Device[];
  /**
   * Their standard XFS4IoT services.
   * @param use who uses the devices now
   * @param cards the ledger, for a dispenser's service
   */
  services(
    use: DeviceUse,
    cards: Pick<CardDispenserServiceOptions, 'stock' | 'journal' | 'tests'>,
    volume: Volume,
  ): readonly ServiceDefinition[];
  start(): void;
  stop(): Promise<void>;
}

/** Documents count by the day in China, wherever the machine believes it stands. */
const today = (): string => chinaDay(systemClock.date());

/** Sees the line of a device that a technician looks at; undefined where nobody does. `mask`: what may be shown of it. */
export type WatchDevice = (name: keyof Config['devices'], mask: MakeMask) => ChannelWatcher | undefined;

/** The reader whose bin is counted: whoever moves a card into it, visit or standard client. */
function counted(reader: MotorCardReader, onKept: () => void): MotorCardReader {
  const move: MotorCardReader['move'] = async (to, options) => {
    const moved = await reader.move(to, options);
    if (to === 'bin' && moved.outcome === 'done') onKept();
    return moved;
  };
  return { ...reader, move, retain: async (options) => (await move('bin', options)).outcome };
}

const isEmpty = (cabinet: Cabinet): boolean => {
  const { inputs, lights } = cabinet.capabilities();
  return inputs.length === 0 && Object.keys(lights).length === 0;
};

const watchedBy = (watcher: ChannelWatcher | undefined) => (watcher === undefined ? {} : { watcher });

const addressOf = ({ address }: { readonly address: string }): number | 'probe' =>
  address === 'probe' ? 'probe' : Number(address);

/** Reader and dispenser are one unit when both are configured so, and then are configured alike. */
function openCrt591(
  reader: Config['devices']['cardReader'],
  dispenser: Config['devices']['cardDispenser'],
  watch: WatchDevice,
  mistakes: string[],
): Crt591 | undefined {
  const faces = [
    ...(reader.driver === 'crt591' ? [['cardReader', reader] as const] : []),
    ...(dispenser.driver === 'crt591' ? [['cardDispenser', dispenser] as const] : []),
  ];
  const [first, second] = faces;
  if (first === undefined) return undefined;
  const [name, unit] = first;
  if (second !== undefined)
    for (const key of ['port', 'dialect', 'profile', 'address', 'serialNumber'] as const)
      if (second[1][key] !== unit[key])
        mistakes.push(
          `devices.cardDispenser.${key}: got ${second[1][key]}, wants that of devices.cardReader: one unit`,
        );
  // What only units of dialect A have.
  if (unit.dialect === 'b')
    for (const [key, wants] of [
      ['profile', 'standard'],
      ['address', '0'],
    ] as const)
      if (unit[key] !== wants)
        mistakes.push(`devices.${name}.${key}: got ${unit[key]}, wants ${wants}: dialect b has no other`);
  if (unit.port === 'none') return undefined;
  const parsed = parseChannel(unit.port);
  if (!parsed.ok) {
    mistakes.push(`devices.${name}.port: ${parsed.error}`);
    return undefined;
  }
  const spec = parsed.value;
  const mask = crtMasks[unit.dialect];
  const [watcher, other] = faces.flatMap(([face]) => watch(face, mask) ?? []);
  return createCrt591({
    names: { reader: 'cardReader', dispenser: 'cardDispenser' },
    open: (baudRate) => {
      const open = openChannel(spec.kind === 'serial' ? { ...spec, baudRate } : spec);
      const seen = watcher === undefined ? open : watched(open, watcher);
      return other === undefined ? seen : watched(seen, other);
    },
    settings: {
      profile: unit.dialect === 'b' ? dialectB : crtProfiles[unit.profile],
      address: addressOf(unit),
      // Without the reader's face nobody would ever give a card back.
      accepts: reader.driver === 'crt591',
    },
    ...(unit.serialNumber === '' ? {} : { expectedSerialNumber: unit.serialNumber }),
  });
}

export function openDevices(
  config: Config,
  journal: Pick<Journal, 'record'>,
  watch: WatchDevice = () => undefined,
  /** The reader has moved a card into its bin. */
  onKept: () => void = () => undefined,
): Result<DeviceSet, readonly string[]> {
  const { devices, profile } = config;
  const mistakes: string[] = [];
  let pinsOnly: DeviceUse['pinsOnly'] = () => false;
  /** The port of a device that is configured; undefined where it is not, or not rightly. */
  const portOf = (
    name: Exclude<keyof typeof devices, 'cardReader' | 'cabinet'>,
    mask: MakeMask,
  ): OpenChannel | undefined => {
    const { driver, port } = devices[name];
    if (driver === 'none' || driver === 'xfs4iot' || port === 'none') return undefined;
    const parsed = parseChannel(port);
    const watcher = watch(name, mask);
    if (parsed.ok)
      return watcher === undefined ? openChannel(parsed.value) : watched(openChannel(parsed.value), watcher);
    mistakes.push(`devices.${name}.port: ${parsed.error}`);
    return undefined;
  };
  const pinned = ({ serialNumber }: { readonly serialNumber: string }) =>
    serialNumber === '' ? {} : { expectedSerialNumber: serialNumber };

  const { cardReader: readerConfig, pinPad: padConfig, printer: printerConfig } = devices;
  const { cardDispenser: dispenserConfig } = devices;
  const crt = openCrt591(readerConfig, dispenserConfig, watch, mistakes);
  const readerProvider = providerOf(config, 'cardReader', mistakes);
  const cardReader =
    readerConfig.driver === 'none'
      ? undefined
      : readerConfig.driver === 'xfs4iot'
        ? readerProvider && new XfsCardReader({ name: 'cardReader', settings: readerProvider })
        : readerConfig.driver === 'crt591'
          ? crt && counted(crt.reader, onKept)
          : createPcscCardReader({
              name: 'cardReader',
              ...watchedBy(watch('cardReader', apduMask)),
              transport:
                readerConfig.driver === 'vpcd'
                  ? { kind: 'vpcd', port: readerConfig.vpcdPort }
                  : {
                      kind: 'pcsc',
                      reader: readerConfig.reader,
                      allowVirtual: profile === 'bench',
                      ...(readerConfig.socket === '' ? {} : { socket: readerConfig.socket }),
                      ...(readerConfig.serialNumber === '' ? {} : { serialNumber: readerConfig.serialNumber }),
                    },
            });

  const dispenserProvider = providerOf(config, 'cardDispenser', mistakes);
  const k720Channel = dispenserConfig.driver === 'k720' ? portOf('cardDispenser', k720Mask) : undefined;
  if (dispenserConfig.driver === 'k720' && dispenserConfig.serialNumber !== '')
    mistakes.push(
      `devices.cardDispenser.serialNumber: got ${dispenserConfig.serialNumber}, wants nothing: a k720 tells none`,
    );
  const cardDispenser =
    dispenserProvider !== undefined
      ? new XfsCardDispenser({ name: 'cardDispenser', settings: dispenserProvider })
      : dispenserConfig.driver === 'crt591'
        ? crt?.dispenser
        : k720Channel &&
          createK720({
            name: 'cardDispenser',
            open: k720Channel,
            settings: { address: addressOf(dispenserConfig), fullBit: dispenserConfig.fullBit },
          });

  const padChannel = portOf('pinPad', kmyMask);
  const padProvider = providerOf(config, 'pinPad', mistakes);
  const { masterKey, pinKey, clientPinKey, customerData } = padConfig.provider;
  const pinPad =
    padProvider !== undefined
      ? new XfsPinPad({
          name: 'pinPad',
          settings: { ...padProvider, masterKey, pinKey, clientPinKey, customerData, accountAt: padConfig.accountAt },
          pinOnly: () => pinsOnly(),
        })
      : padChannel === undefined
        ? undefined
        : createKmy350x({
            name: 'pinPad',
            open: padChannel,
            settings: {
              masterKeySlot: padConfig.masterKeyIndex,
              pinKeySlot: padConfig.workingKeyIndex,
              accountAt: padConfig.accountAt,
            },
            pinOnly: () => pinsOnly(),
            ...pinned(padConfig),
          });

  const printerChannel = portOf('printer', escposMask);
  const printerProvider = providerOf(config, 'printer', mistakes);
  const paper = { dotsPerLine: printerConfig.dotsPerLine, repertoire: printerConfig.repertoire };
  const printer =
    printerProvider !== undefined
      ? new XfsReceiptPrinter({ name: 'printer', settings: { ...printerProvider, ...paper } })
      : printerChannel === undefined
        ? undefined
        : new EscposPrinter({ name: 'printer', open: printerChannel, settings: paper });
  const identityChannel = portOf('identityReader', samVMask);
  const identityReader =
    identityChannel === undefined
      ? undefined
      : createSamV({
          name: 'identityReader',
          open: identityChannel,
          decode: (text, photo, appendedAddress) =>
            decodeTextBlock(text, { photo, today: today(), ...(appendedAddress && { appendedAddress }) }),
          ...pinned(devices.identityReader),
        });

  const passportChannel = portOf('passportReader', mrzMask(devices.passportReader.shape));
  const passportReader =
    passportChannel === undefined
      ? undefined
      : createMrz({
          name: 'passportReader',
          open: passportChannel,
          parse: (lines) => parseMrz(lines, { today: today() }),
          settings: { shape: devices.passportReader.shape },
        });

  const scannerChannel = portOf('codeScanner', scannerMask({ suffix: devices.codeScanner.suffix }));
  const codeScanner =
    scannerChannel === undefined
      ? undefined
      : createSerialScanner({
          name: 'codeScanner',
          open: scannerChannel,
          settings: { suffix: devices.codeScanner.suffix, trigger: devices.codeScanner.trigger },
        });
  const cabinetProvider = providerOf(config, 'cabinet', mistakes);
  const cabinet =
    cabinetProvider !== undefined
      ? new XfsCabinet({ name: 'cabinet', settings: cabinetProvider })
      : devices.cabinet.driver === 'sysfs'
        ? createSysfsCabinet({ name: 'cabinet', settings: devices.cabinet })
        : undefined;
  if (cabinet !== undefined && devices.cabinet.driver === 'sysfs' && isEmpty(cabinet))
    mistakes.push('devices.cabinet: got neither a contact nor a light, wants one of them, or driver none');
  if (mistakes.length > 0) return err(mistakes);

  const all: Device[] = [
    cardReader,
    cardDispenser,
    pinPad,
    printer,
    identityReader,
    passportReader,
    codeScanner,
    cabinet,
  ].filter((device) => device !== undefined);
  for (const device of all) {
    let before: Pick<DeviceReport, 'state' | 'reason' | 'recovery'> | undefined;
    device.onReport((report) => {
      const { name, state, reason: why, recovery } = report;
      const same = state === before?.state && why === before.reason;
      const climbed = recovery !== undefined && recovery !== before?.recovery;
      before = report;
      if (same && !climbed) return;
      journal.record('device.state', {
        device: name,
        state,
        ...(why === undefined ? {} : { why }),
        ...(recovery === undefined ? {} : { recovery }),
      });
    });
  }
  return ok({
    cardReader,
    cardDispenser,
    pinPad,
    printer,
    identityReader,
    passportReader,
    codeScanner,
    cabinet,
    all,
    services(use, cards, volume) {
      pinsOnly = use.pinsOnly;
      const options = { busy: use.busy };
      return [
        ...(cardReader === undefined ? [] : [cardReaderService(cardReader, options)]),
        ...(cardDispenser === undefined ? [] : [cardDispenserService(cardDispenser, { ...options, ...cards })]),
        ...(pinPad === undefined ? [] : [pinPadService(pinPad, { ...options, customerData: padConfig.customerData })]),
        ...(printer === undefined ? [] : [printerService(printer, options)]),
        ...(codeScanner === undefined ? [] : [barcodeReaderService(codeScanner, options)]),
        ...(passportReader === undefined ? [] : [idScannerService(passportReader, options)]),
        ...(cabinet === undefined ? [] : [auxiliariesService(cabinet, { ...options, volume })]),
      ];
    },
    start() {
      for (const device of all) device.start();
    },
    async stop() {
      await Promise.all(all.map((device) => device.stop()));
    },
  });
}
