import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { benchKeys } from '../crypto/index.ts';
import { EscposEmulator } from '../emulators/escpos/index.ts';
import { createKmyEmulator, type KmyEmulator } from '../emulators/kmy350x/index.ts';
import type { Line } from '../emulators/line/index.ts';
import { type HostSimulators, startHostSimulators } from '../hosts/index.ts';
import { benchPin, type WalletCardId, walletCard } from '../wallet/wallet.ts';
import { openCable } from './cables.ts';
import { type BenchCardReader, freePort, openCardReader } from './card-reader.ts';
import { type Configuration, daemonConfiguration } from './configuration.ts';
import { BenchServer } from './server.ts';

export interface BenchOptions {
  /** What the bench keeps: the hosts' databases, everybody's credentials, the daemon's configuration file. */
  readonly folder: string;
  /** Of the page and its API; 0, the default, takes any free port. */
  readonly port?: number;
  /** Where the daemon will listen; 0, the default, takes any free port. */
  readonly kioskPort?: number;
  /** The daemon's data folder; `<folder>/data` when absent. */
  readonly dataFolder?: string;
  /** 1, the default, is the devices' physical speed, 0 none of their delays. */
  readonly delayScale?: number;
  /** Which devices there are, and how they are reached. Default: everything, as real as this machine allows. */
  readonly cardReader?: 'pcscd' | 'vpcd' | 'none';
  readonly cables?: 'pty' | 'tcp';
  readonly pinPad?: boolean;
  readonly printer?: boolean;
  readonly hosts?: boolean;
  /** Laid over the daemon's configuration: `{ visit: { inputSeconds: 10 } }`. */
  readonly settings?: Configuration;
  /** Built bench page; without it the bench has only its API. */
  readonly pageFolder?: string;
}

/** The outside world of one kiosk. A handle of a part that was not started throws. */
export interface Bench {
  /** `http://127.0.0.1:8610/` */
  readonly url: string;
  /** Where the daemon is to serve the kiosk. */
  readonly kioskUrl: string;
  /** For the daemon's `--config`. */
  readonly configFile: string;
  readonly configuration: Configuration;
  /** The card to try first, and its PIN. */
  readonly firstCard: WalletCardId;
  readonly firstPin: string;
  readonly cardReader: BenchCardReader;
  readonly pinPad: KmyEmulator;
  readonly printer: EscposEmulator;
  readonly hosts: HostSimulators;
  has(part: 'cardReader' | 'pinPad' | 'printer' | 'hosts'): boolean;
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

/** As the makers deliver them (printer and PIN pad reference). */
const baudRates = { pinPad: 9600, printer: 115_200 } as const;

/** Where the pad keeps the terminal master key; the daemon's own default. */
const masterKeySlot = 0;

/** Throws one sentence when it cannot start: a port that is taken, a pcscd that does not come up. */
export async function startBench(options: BenchOptions): Promise<Bench> {
  const folder = resolve(options.folder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let delayScale = options.delayScale ?? 1;
  const cleanUps: (() => unknown)[] = [];
  const stop = once(async () => {
    // Whatever was started last is stopped first; what fails to stop keeps nothing else from stopping.
    for (const cleanUp of cleanUps.reverse()) await Promise.resolve(cleanUp()).catch(() => undefined);
  });

  const server = new BenchServer();
  try {
    const url = await server.listen(options.port ?? 0);
    cleanUps.push(() => server.close());
    const kioskPort = options.kioskPort || (await freePort());
    const parts = await startParts(options, folder, delayScale, cleanUps);
    const { cardReader, pinPad, printer, hosts } = parts;

    const configuration = daemonConfiguration(
      {
        origins: [new URL(url).origin],
        kioskPort,
        dataFolder: resolve(options.dataFolder ?? join(folder, 'data')),
        cardReader: cardReader?.connection,
        pinPad: pinPad?.line.address,
        printer: parts.printerLine?.address,
        hosts: hosts && {
          cardManagement: hosts.cardManagement.url,
          bankCore: hosts.bankCore.url,
          credentialsFolder: hosts.credentialsFolder,
        },
      },
      options.settings ?? {},
    );
    const configFile = join(folder, 'kiosk.json');
    writeFileSync(configFile, `${JSON.stringify(configuration, undefined, 2)}\n`);

    let clockOffset = 0;
    const setDelayScale = (scale: number): void => {
      delayScale = scale;
      cardReader?.setTimeScale(scale);
      pinPad?.setTimeScale(scale);
      printer?.setTimeScale(scale);
    };
    const setClockOffset = (seconds: number): void => {
      clockOffset = seconds;
      hosts?.setClockOffset(seconds * 1000);
    };
    return {
      url,
      kioskUrl: `http://127.0.0.1:${kioskPort}/`,
      configFile,
      configuration,
      firstCard: walletCard('gen3-active').id,
      firstPin: benchPin,
      get cardReader() {
        return started('card reader', cardReader);
      },
      get pinPad() {
        return started('PIN pad', pinPad);
      },
      get printer() {
        return started('printer', printer);
      },
      get hosts() {
        return started('hosts', hosts);
      },
      has: (part) => parts[part] !== undefined,
      get delayScale() {
        return delayScale;
      },
      setDelayScale,
      get clockOffset() {
        return clockOffset;
      },
      setClockOffset,
      async reset() {
        setDelayScale(options.delayScale ?? 1);
        setClockOffset(0);
        await cardReader?.reset();
        for (const device of [pinPad, printer]) if (device !== undefined) clearFaults(device);
        await Promise.all([pinPad?.replug(), parts.printerLine?.replug()]);
        printer?.loadPaper();
        printer?.tear();
        await hosts?.reset();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface StartedParts {
  readonly cardReader: BenchCardReader | undefined;
  readonly pinPad: KmyEmulator | undefined;
  readonly printer: EscposEmulator | undefined;
  readonly printerLine: Line | undefined;
  readonly hosts: HostSimulators | undefined;
}

/** All at once; when one does not come up the others are waited for, so that they can be stopped. */
async function startParts(
  options: BenchOptions,
  folder: string,
  timeScale: number,
  cleanUps: (() => unknown)[],
): Promise<StartedParts> {
  const cables = options.cables ?? 'best';
  let hosts: HostSimulators | undefined;
  const attempts = await Promise.allSettled([
    options.cardReader === 'none'
      ? undefined
      : openCardReader({
          kind: options.cardReader ?? 'best',
          timeScale,
          transactionsOf: (id) => {
            const pan = walletCard(id).financial?.pan;
            return pan === undefined ? 0 : (hosts?.bankCore.domain.account(pan)?.last_atc ?? 0);
          },
        }).then((reader) => {
          cleanUps.push(() => reader.close());
          return reader;
        }),
    options.pinPad === false
      ? undefined
      : openCable(cables, baudRates.pinPad).then((line) => {
          const masterKeys = new Map([[masterKeySlot, benchKeys.terminalMaster['3des']]]);
          const pad = createKmyEmulator({ line, masterKeys, timeScale });
          cleanUps.push(() => pad.close());
          return pad;
        }),
    options.printer === false
      ? undefined
      : openCable(cables, baudRates.printer).then((line) => {
          const printer = new EscposEmulator({ line, timeScale });
          cleanUps.push(
            () => line.close(),
            () => printer.stop(),
          );
          return { line, printer };
        }),
    options.hosts === false
      ? undefined
      : startHostSimulators({ folder: join(folder, 'hosts') }).then((simulators) => {
          cleanUps.push(() => simulators.stop());
          hosts = simulators;
          return simulators;
        }),
  ]);
  for (const attempt of attempts) if (attempt.status === 'rejected') throw attempt.reason;
  const [reader, pad, printing, hosting] = attempts;
  return {
    cardReader: fulfilled(reader),
    pinPad: fulfilled(pad),
    printer: fulfilled(printing)?.printer,
    printerLine: fulfilled(printing)?.line,
    hosts: fulfilled(hosting),
  };
}

const fulfilled = <T>(result: PromiseSettledResult<T>): T | undefined =>
  result.status === 'fulfilled' ? result.value : undefined;

function started<T>(name: string, part: T | undefined): T {
  if (part === undefined) throw new Error(`this bench was started without ${name}`);
  return part;
}

function clearFaults(device: Pick<KmyEmulator, 'faults' | 'setFault'>): void {
  for (const { name, kind, value } of device.faults())
    if (value !== false && value !== 0) device.setFault(name, kind === 'switch' ? false : 0);
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}
