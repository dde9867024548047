import { mkdirSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '#protocol/result.ts';
import { type LoadedConfig, productionMistakes, settingsInForce } from './config/index.ts';
import { RunningLines } from './device-lines.ts';
import { openDevices } from './device-set.ts';
import { openHosts } from './host-set.ts';
import { lockDataFolder } from './instance-lock.ts';
import { CardStock, Journal, MachineKeys } from './journal/index.ts';
import { machineFacts, versionsOf } from './machine-facts.ts';
import { restartsOf } from './restarts.ts';
import { dispenseUnit } from './services/card-dispenser/index.ts';
import { retainUnit } from './services/card-reader/index.ts';
import { createKiosk, HttpFaceCheck } from './services/kiosk/index.ts';
import type { SentMessage, WireHooks } from './wire/index.ts';
import { createStaticFiles, createWireServer, type ListenerConfig } from './wire/index.ts';

export interface DaemonOptions extends LoadedConfig {
  readonly version: string;
  /** Every message sent: conformance checks of the tests. */
  readonly onSent?: (message: SentMessage) => void;
  /** For the technician's console; nothing personal. */
  readonly log?: (line: string) => void;
  /** Whoever started us starts us again when this is called; absent where nobody does. */
  readonly restart?: () => void;
}

/** Why the daemon cannot start, in lines for a person. */
export interface StartFailure {
  readonly code: 'alreadyRunning' | 'configuration' | 'cannotListen';
  readonly lines: readonly string[];
}

export interface Daemon {
  readonly url: string;
  readonly publisher: string;
  /** The publisher for clients of other machines, where `server.remote` is configured. */
  readonly remote: string | undefined;
  /** Ends the visit, signs the journal, frees ports and devices. */
  stop(why: string): Promise<void>;
}

/** The screen and the standard clients of this machine; and, where configured, those of other machines. */
function listenersOf({ server }: LoadedConfig['config']): Result<readonly ListenerConfig[], readonly string[]> {
  const { deviceClients: auth, deviceClientToken, unsolicitedAsEvent, remote } = server;
  const client = { unsolicitedAsEvent, allowMissingOrigin: true } as const;
  const local: ListenerConfig = {
    address: server.address,
    port: server.port,
    allowedHosts: server.allowedHosts,
    roles: {
      cardholder: { auth: 'token' },
      operator: { auth: 'token' },
      ...(auth !== 'off' && {
        'device-client': { auth, ...(auth === 'token' && { bearer: deviceClientToken }), ...client },
      }),
    },
  };
  if (remote.address === '') return ok([local]);
  const faults: string[] = [];
  const pem = (name: 'certificate' | 'key' | 'clientAuthority'): Buffer => {
    try {
      return readFileSync(remote[name]);
    } catch (error) {
      const why = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
      faults.push(`server.remote.${name}: ${remote[name]} cannot be read (${why})`);
      return Buffer.alloc(0);
    }
  };
  const tls = { cert: pem('certificate'), key: pem('key'), ca: pem('clientAuthority') };
  if (faults.length > 0) return err(faults);
  try {
    createSecureContext(tls);
  } catch (error) {
    return err([
      `server.remote: ${error instanceof Error ? error.message : 'unknown'}, wants a certificate and its key`,
    ]);
  }
  const { address, port, allowedHosts } = remote;
  const elsewhere: ListenerConfig = {
    ...{ address, port, allowedHosts, tls },
    roles: { 'device-client': { auth: 'clientCertificate', ...client } },
  };
  return ok([local, elsewhere]);
}

/** The part of the chain before the last head, beside the daemon's work. Never throws. */
async function checkWholeJournal(journal: Journal, signal: AbortSignal, log: DaemonOptions['log']): Promise<void> {
  try {
    const whole = await journal.verifyInBackground(signal);
    if (whole?.damage !== undefined) journal.record('journal.damaged', { ...whole.damage });
    else if (whole !== undefined)
      journal.record('journal.verified', { entries: whole.checked, fromSeq: whole.fromSeq });
  } catch (error) {
    log?.(`the journal could not be checked: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

/** Puts the daemon together: config -> transports -> drivers -> services -> server. Starting waits for no device. */
export async function startDaemon(options: DaemonOptions): Promise<Result<Daemon, StartFailure>> {
  const { config } = options;
  const mistakes = productionMistakes(config);
  if (mistakes.length > 0) return err({ code: 'configuration', lines: mistakes });
  const listeners = listenersOf(config);
  if (!listeners.ok) return err({ code: 'configuration', lines: listeners.error });
  const { dataFolder, keyFolder } = config.storage;
  const lock = lockDataFolder(dataFolder);
  if (!lock.ok) return err({ code: 'alreadyRunning', lines: [`another kiosk daemon is running on ${dataFolder}`] });
  mkdirSync(keyFolder, { recursive: true, mode: 0o700 });

  const keys = MachineKeys.open(keyFolder);
  const journal = Journal.open({ dataFolder, keyFolder, keys, maxBytes: config.storage.journalMaxMegabytes * 1e6 });
  const previous = journal.lastEvent();
  const checked = journal.verify('lastHead');
  const hosts = openHosts(config, journal);
  if (!hosts.ok) {
    journal.close();
    lock.value.release();
    return err({ code: 'configuration', lines: hosts.error });
  }
  const { hopperCards, binCards } = config.devices.cardDispenser;
  const cards = {
    stock: new CardStock(journal, [
      { id: dispenseUnit, kind: 'dispense', capacity: hopperCards },
      { id: retainUnit, kind: 'retain', capacity: binCards },
    ]),
    journal,
    // In the field two persons test on the maintenance pages, and no card goes to the gate.
    tests: () => config.profile === 'bench',
  };

  const lines = new RunningLines();
  const devices = openDevices(config, journal, lines.watch, () => cards.stock.kept(retainUnit));
  if (!devices.ok) {
    journal.close();
    lock.value.release();
    return err({ code: 'configuration', lines: devices.error });
  }
  const { faceProvider } = config.rules;
  const kiosk = createKiosk({
    ...{ config, journal, keys, devices: devices.value, hosts: hosts.value, stock: cards.stock },
    cardUnits: { hopper: dispenseUnit, bin: retainUnit },
    lines,
    settings: settingsInForce(config, options.origins),
    restarts: restartsOf(config, options),
    facts: machineFacts(config),
    versions: versionsOf(config, options.version),
    ...(faceProvider !== '' && { face: new HttpFaceCheck(faceProvider) }),
  });

  journal.record('daemon.started', { version: options.version, profile: config.profile, bootId: kiosk.bootId });
  if (previous !== undefined && previous !== 'daemon.stopped') journal.record('daemon.uncleanStop', {});
  if (checked.damage === undefined)
    journal.record('journal.verified', { entries: checked.checked, fromSeq: checked.fromSeq });
  else journal.record('journal.damaged', checked.damage);

  const hooks: WireHooks = {
    ...(options.onSent === undefined ? {} : { onSent: options.onSent }),
    onBadFrame: (frame) =>
      void journal.record('wire.badFrames', {
        connection: frame.connection.id,
        role: frame.connection.role,
        count: frame.count,
      }),
    onRefused: (refusal) => void journal.record('wire.refused', { why: refusal.reason }),
    onPageLoad: (role) => {
      if (role === 'cardholder') kiosk.pageLoaded();
    },
    onFault: (fault) => {
      journal.record('bug', { where: `${fault.service} ${fault.name}`, what: fault.code });
      options.log?.(
        `${fault.service} ${fault.name}: ${fault.code} ${fault.cause instanceof Error ? (fault.cause.stack ?? fault.cause.message) : ''}`,
      );
    },
  };
  const server = createWireServer({
    profile: config.profile,
    vendorName: 'social-card-kiosk',
    listeners: listeners.value,
    services: [...devices.value.services(kiosk.use, cards, kiosk.volume), ...kiosk.services],
    hooks,
    http: {
      files: createStaticFiles(config.server.uiFolder, { frameAncestors: config.server.frameAncestors }),
      health: () => kiosk.health(),
      readiness: () => kiosk.readiness(),
      selfTest: () => kiosk.selfTest(),
    },
  });
  const listening = await server.start();
  if (!listening.ok) {
    await kiosk.stop();
    journal.close();
    lock.value.release();
    const fault = listening.error;
    return fault.code === 'configuration'
      ? err({ code: 'configuration', lines: fault.details })
      : err({
          code: 'cannotListen',
          lines: [`cannot listen on ${fault.address}:${fault.port}: ${fault.cause.message}`],
        });
  }
  devices.value.start();
  hosts.value.start();
  kiosk.start();
  const checking = new AbortController();
  // From the last head it was checked already; a chain known to be broken is not walked again.
  if (checked.damage === undefined) void checkWholeJournal(journal, checking.signal, options.log);

  const [own, elsewhere]: readonly AddressInfo[] = listening.value;
  const authority = `${config.server.address}:${own?.port ?? config.server.port}`;
  let stopping: Promise<void> | undefined;
  return ok({
    url: `http://${authority}/`,
    publisher: `ws://${authority}/xfs4iot/v1.0`,
    remote: elsewhere && `wss://${config.server.remote.address}:${elsewhere.port}/xfs4iot/v1.0`,
    stop(why) {
      stopping ??= (async () => {
        checking.abort();
        await kiosk.stop();
        await server.close();
        await devices.value.stop();
        await hosts.value.stop();
        journal.record('daemon.stopped', { why });
        journal.close();
        lock.value.release();
      })();
      return stopping;
    },
  });
}
