import type { Bench } from '../bench.ts';
import { type DeviceName, isSet } from '../device.ts';
import type { FaceProvider } from '../face-provider.ts';

export const hostNames = ['card-management', 'bank-core'] as const;
export type HostName = (typeof hostNames)[number];

export const hostOf = (bench: Bench, name: HostName) =>
  name === 'bank-core' ? bench.hosts.bankCore : bench.hosts.cardManagement;

/** `GET /api/state`: what somebody in front of the kiosk could see, and what is wrong behind it. */
export async function stateOf(bench: Bench): Promise<object> {
  const kiosk = await bench.kiosk.look();
  const { delayScale, clockOffset } = bench;
  return {
    kiosk,
    ...(bench.has('cardReader') && { 'card-reader': readerState(bench) }),
    ...(bench.has('dispenser') && { dispenser: dispenserState(bench) }),
    ...(bench.has('pinPad') && { 'pin-pad': padState(bench) }),
    ...(bench.has('printer') && { printer: printerState(bench) }),
    ...(bench.has('idReader') && { 'id-reader': idReaderState(bench) }),
    ...(bench.has('passportReader') && { 'passport-reader': passportReaderState(bench) }),
    ...(bench.has('scanner') && { scanner: scannerState(bench) }),
    ...(bench.has('cabinet') && { cabinet: cabinetState(bench) }),
    ...(bench.has('hosts') && {
      hosts: Object.fromEntries(hostNames.map((name) => [name, hostState(bench, name)])),
      phone: { messages: bench.hosts.bankCore.domain.messages().length },
      staff: staffState(bench),
    }),
    ...(bench.face !== undefined && { face: faceState(bench.face) }),
    power: powerState(bench),
    delays: { scale: delayScale },
    clock: { offset: clockOffset, now: new Date(Date.now() + clockOffset * 1000).toISOString() },
  };
}

/** The plug, and the names of the faults that are set. */
function deviceState(
  bench: Bench,
  name: DeviceName,
): { readonly plugged: boolean; readonly faults: readonly string[] } {
  const device = bench.devices.get(name);
  const faults = device?.faults().filter(isSet) ?? [];
  return { plugged: device?.plugged ?? false, faults: faults.map((fault) => fault.name) };
}

export function readerState(bench: Bench): object {
  const { connection } = bench.cardReader;
  return {
    ...deviceState(bench, 'card-reader'),
    driver: connection.driver,
    card: bench.cardReader.inserted() ?? null,
  };
}

/** Hopper, path and bin of the unit that also is the card reader; its plug and faults are told there. */
export const dispenserState = (bench: Bench): object => {
  const { hopper, bin, path, entry, counter } = bench.dispenser.state();
  return { hopper, bin, path, gateOpen: entry, binCounter: counter };
};

/** Never which digits: the pad shows them to nobody. */
export function padState(bench: Bench): object {
  const { mode, digits, workingKeys } = bench.pinPad.state();
  return { ...deviceState(bench, 'pin-pad'), address: bench.pinPad.line.address, mode, digits, workingKeys };
}

export function printerState(bench: Bench): object {
  const { sensors, address } = bench.printer;
  return {
    ...deviceState(bench, 'printer'),
    address,
    paper: sensors.paperEnd ? 'out' : sensors.paperNearEnd ? 'low' : 'ok',
    cover: sensors.coverOpen ? 'open' : 'closed',
    cutter: sensors.cutterError ? 'jammed' : 'ok',
    receipts: bench.tray.receipts().filter((receipt) => !receipt.taken).length,
    // Changes with everything that comes out: what a page should look again for.
    revision: bench.tray.revision,
  };
}

export const idReaderState = (bench: Bench): object => ({
  ...deviceState(bench, 'id-reader'),
  address: bench.idReader.line.address,
  document: bench.documentAt('identityReader') ?? null,
  // What a lit guide light would tell.
  looking: bench.lookingForDocument,
});

export const passportReaderState = (bench: Bench): object => ({
  ...deviceState(bench, 'passport-reader'),
  address: bench.passportReader.line.address,
  document: bench.documentAt('passportReader') ?? null,
  swipes: bench.passportReader.state().swipes,
});

export const scannerState = (bench: Bench): object => ({
  ...deviceState(bench, 'scanner'),
  address: bench.scanner.line.address,
  lit: bench.scanner.state().lit,
});

/** Door, switch, what it runs from, and the lights that shine or flash. */
export const cabinetState = (bench: Bench): object => ({
  ...bench.cabinet.state(),
  ...deviceState(bench, 'cabinet'),
  address: bench.cabinet.address,
});

/** What the branch has been asked to decide, oldest first. */
export const staffState = (bench: Bench): object => ({ waiting: bench.hosts.bankCore.domain.waitingApprovals() });

export const powerState = (bench: Bench): object => ({ on: bench.mains.on });

export const faceState = ({ result, asked }: FaceProvider): object => ({ result, asked });

const hostState = (bench: Bench, name: HostName): object => {
  const { url, faults } = hostOf(bench, name);
  return { url, faults: faults.list() };
};
