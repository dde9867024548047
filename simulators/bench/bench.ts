import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CabinetEmulator } from '../emulators/cabinet/index.ts';
import type { EscposEmulator } from '../emulators/escpos/index.ts';
import type { KmyEmulator } from '../emulators/kmy350x/index.ts';
import type { MrzEmulator } from '../emulators/mrz/index.ts';
import type { SamEmulator } from '../emulators/sam-v/index.ts';
import type { ScannerEmulator } from '../emulators/serial-scanner/index.ts';
import type { HostSimulators } from '../hosts/index.ts';
import type { WalletDocumentId } from '../wallet/documents.ts';
import { benchPin, type WalletCardId } from '../wallet/wallet.ts';
import { BenchServer } from './api/server.ts';
import { type BenchCardReader, freePort } from './card-reader.ts';
import { type Configuration, daemonConfiguration } from './configuration.ts';
import { type BenchDevice, cabledDevice, clearFaults, type DeviceName } from './device.ts';
import { FaceProvider } from './face-provider.ts';
import { KioskWatch } from './kiosk-watch.ts';
import { Mains } from './mains.ts';
import type { BenchDispenser } from './motor-reader.ts';
import { type PartOptions, type Parts, startParts } from './parts.ts';
import { type ReadingPlace, ReadingPlaces, started } from './reading-places.ts';
import { ReceiptTray } from './receipt-tray.ts';

export interface BenchOptions extends PartOptions {
  /** What the bench keeps: the hosts' books, everybody's credentials, the daemon's configuration file. */
  readonly folder: string;
  /** Of the page and its API; 0, the default, takes any free port. */
  readonly port?: number;
  /** Where the daemon will listen; 0, the default, takes any free port. */
  readonly kioskPort?: number;
  /** The daemon's data folder; `<folder>/data` when absent. */
  readonly dataFolder?: string;
  /** 1, the default, is the devices' physical speed, 0 none of their delays. */
  readonly delayScale?: number;
  /** Another provider's camera checks faces; without it the kiosk has none, as most do. */
  readonly face?: boolean;
  /** Laid over the daemon's configuration: `{ visit: { inputSeconds: 10 } }`. */
  readonly settings?: Configuration;
  /** The mains were cut: whoever runs the kiosk's processes kills them, as the cut would. */
  readonly onPowerCut?: () => void;
  /** The built bench page; without it the bench has only its API. */
  readonly pageFolder?: string;
}

/** The outside world of one kiosk. The handle of a part that was not started throws. */
export interface Bench {
  /** `http://127.0.0.1:8610/` */
  readonly url: string;
  /** Where the daemon is to serve the kiosk. */
  readonly kioskUrl: string;
  /** Whether it does. */
  readonly kiosk: KioskWatch;
  /** For the daemon's `--config`. */
  readonly configFile: string;
  readonly configuration: Configuration;
  /** The card to try first, and its PIN. */
  readonly firstCard: WalletCardId;
  readonly firstPin: string;
  readonly cardReader: BenchCardReader;
  readonly dispenser: BenchDispenser;
  readonly pinPad: KmyEmulator;
  readonly printer: EscposEmulator;
  readonly tray: ReceiptTray;
  readonly idReader: SamEmulator;
  readonly passportReader: MrzEmulator;
  readonly scanner: ScannerEmulator;
  /** Door, operator switch, mains, guide lights. */
  readonly cabinet: CabinetEmulator;
  /** The document that lies there. */
  documentAt(place: ReadingPlace): WalletDocumentId | undefined;
  /** Whether the daemon is looking for a document on the identity reader. */
  readonly lookingForDocument: boolean;
  /** Puts a document where it is read: on the identity reader, or once through the passport reader. */
  present(id: WalletDocumentId): Promise<void>;
  /** Takes the document away; from the identity reader, unless another place is named. */
  lift(place?: ReadingPlace): void;
  readonly hosts: HostSimulators;
  /** Undefined: there is none. */
  readonly face: FaceProvider | undefined;
  has(part: keyof Parts): boolean;
  /** What all devices have in common: their plug and their faults. */
  readonly devices: ReadonlyMap<DeviceName, BenchDevice>;
  /** What all of them hang on. */
  readonly mains: Mains;
  readonly delayScale: number;
  /** Of every device, from its next act on. */
  setDelayScale(scale: number): void;
  /** Both hosts' time against the real one, in seconds. */
  readonly clockOffset: number;
  setClockOffset(seconds: number): void;
  /** As on the first day: no card in, new cards, no faults, paper in, the hosts' books as at first, the right time. */
  reset(): Promise<void>;
  /** Whatever state it is in. Leaves no process and no port behind. */
  stop(): Promise<void>;
}

/** Throws one sentence when it cannot start: a port that is taken, a pcscd that does not come up. */
export async function startBench(options: BenchOptions): Promise<Bench> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const firstScale = options.delayScale ?? 1;
  const cleanUps: (() => Promise<void> | void)[] = [];
  const stop = once(async () => {
    // Whatever was started last is stopped first; what fails to stop keeps nothing else from stopping.
    for (const cleanUp of cleanUps.reverse()) await Promise.resolve(cleanUp()).catch(() => undefined);
  });

  try {
    const server = new BenchServer(options.pageFolder);
    // First of all: a port that is taken is the likeliest reason not to start.
    const url = await server.listen(options.port ?? 0);
    cleanUps.push(() => server.close());
    const kioskPort = options.kioskPort || (await freePort());
    const kioskUrl = `http://127.0.0.1:${kioskPort}/`;
    const kiosk = new KioskWatch(kioskUrl);
    cleanUps.push(() => kiosk.stop());
    const parts = await startParts(options, folder, firstScale, cleanUps);
    const { cardReader, dispenser, pinPad, printer, idReader, passportReader, scanner, cabinet, hosts } = parts;
    const tray = printer && new ReceiptTray(printer.emulator);

    const face = options.face === true ? new FaceProvider() : undefined;
    const stickFolder = join(folder, 'sticks');
    mkdirSync(join(stickFolder, 'STICK'), { recursive: true });

    const configuration = daemonConfiguration(
      {
        origin: new URL(url).origin,
        kioskPort,
        dataFolder: resolve(options.dataFolder ?? join(folder, 'data')),
        stickFolder,
        cardReader: cardReader?.connection,
        pinPad: pinPad?.line.address,
        printer: printer?.line.address,
        idReader: idReader?.line.address,
        passportReader: passportReader?.line.address,
        scanner: scanner?.line.address,
        cabinet: cabinet?.folder,
        hosts: hosts && {
          cardManagement: hosts.cardManagement.url,
          bankCore: hosts.bankCore.url,
          credentialsFolder: hosts.credentialsFolder,
        },
        faceProvider: face && new URL('api/face/check', url).href,
      },
      options.settings ?? {},
    );
    const configFile = join(folder, 'kiosk.json');
    writeFileSync(configFile, `${JSON.stringify(configuration, undefined, 2)}\n`);

    const devices = new Map<DeviceName, BenchDevice>();
    if (cardReader !== undefined) devices.set('card-reader', cardReader);
    if (pinPad !== undefined) devices.set('pin-pad', cabledDevice(pinPad, pinPad.line));
    if (printer !== undefined) devices.set('printer', cabledDevice(printer.emulator, printer.line));

    for (const [name, device] of [
      ['id-reader', idReader],
      ['passport-reader', passportReader],
      ['scanner', scanner],
    ] as const)
      if (device !== undefined) devices.set(name, cabledDevice(device, device.line));

    if (cabinet !== undefined)
      devices.set('cabinet', {
        get plugged() {
          return cabinet.plugged;
        },
        faults: () => cabinet.faults(),
        setFault: async (name, value) => cabinet.setFault(name, value),
      });

    const mains = new Mains(devices, cardReader, options.onPowerCut ?? (() => undefined));
    const places = new ReadingPlaces(idReader, passportReader);
    let delayScale = firstScale;
    let clockOffset = 0;
    const bench: Bench = {
      url,
      kioskUrl,
      kiosk,
      configFile,
      configuration,
      firstCard: 'gen3-active',
      firstPin: benchPin,
      get cardReader() {
        return started('card reader', cardReader);
      },
      get dispenser() {
        return started('dispenser', dispenser);
      },
      get pinPad() {
        return started('PIN pad', pinPad);
      },
      get printer() {
        return started('printer', printer).emulator;
      },
      get tray() {
        return started('printer', tray);
      },
      get idReader() {
        return started('identity reader', idReader);
      },
      get passportReader() {
        return started('passport reader', passportReader);
      },
      get scanner() {
        return started('scanner', scanner);
      },
      get cabinet() {
        return started('cabinet', cabinet);
      },
      documentAt: (place) => places.at(place),
      get lookingForDocument() {
        return places.looking;
      },
      present: (id) => places.present(id),
      lift: (place = 'identityReader') => places.lift(place),
      get hosts() {
        return started('hosts', hosts);
      },
      face,
      has: (part) => parts[part] !== undefined,
      devices,
      mains,
      get delayScale() {
        return delayScale;
      },
      setDelayScale(scale) {
        delayScale = scale;
        for (const device of [cardReader, pinPad, printer?.emulator, idReader, passportReader])
          device?.setTimeScale(scale);
      },
      get clockOffset() {
        return clockOffset;
      },
      setClockOffset(seconds) {
        clockOffset = seconds;
        hosts?.setClockOffset(seconds * 1000);
      },
      async reset() {
        await mains.restore();
        bench.setDelayScale(firstScale);
        bench.setClockOffset(0);
        for (const device of devices.values()) await clearFaults(device);
        cabinet?.reset();
        await cardReader?.renew();
        places.lift('identityReader');
        places.lift('passportReader');
        printer?.emulator.loadPaper();
        tray?.reset();
        if (face !== undefined) face.result = 'match';
        await hosts?.reset();
      },
      stop,
    };
    server.serve(bench);
    return bench;
  } catch (error) {
    await stop();
    throw error;
  }
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
