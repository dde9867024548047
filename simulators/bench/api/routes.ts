import { hostFaultKinds, parseHostFault } from '../../hosts/index.ts';
import { type WalletDocument, type WalletDocumentId, walletDocuments } from '../../wallet/documents.ts';
import { staffCards } from '../../wallet/staff.ts';
import { walletCards } from '../../wallet/wallet.ts';
import type { Bench } from '../bench.ts';
import type { InsertableId } from '../card-wallet.ts';
import { type BenchDevice, clearFaults, type DeviceName, deviceNames } from '../device.ts';
import { type FaceProvider, faceResults } from '../face-provider.ts';
import type { TrayReceipt } from '../receipt-tray.ts';
import { allow, type Members, membersOf, numberOf, oneOf, textOf, yesOf } from './members.ts';
import { Refusal } from './refusal.ts';
import {
  cabinetState,
  dispenserState,
  faceState,
  type HostName,
  hostNames,
  hostOf,
  idReaderState,
  padState,
  passportReaderState,
  powerState,
  printerState,
  readerState,
  scannerState,
  staffState,
  stateOf,
} from './state.ts';
import { wallet } from './wallet.ts';

/** `body` is empty for a GET. Answers with the JSON object to send; refuses by throwing a `Refusal`. */
export type Handler = (bench: Bench, body: Members) => object | Promise<object>;

export interface Route {
  readonly path: string;
  readonly GET?: Handler;
  readonly POST?: Handler;
}

/** Ten years either way: enough for any card's end, and no overflow of dates. */
const maxClockOffset = 10 * 366 * 86_400;
const maxFaultNumber = 1e9;
/** Thicker than any hopper. */
const maxLoad = 500;

/** The bench's HTTP API, whole; README.md shows it with examples. */
export const routes: readonly Route[] = [
  { path: '/api/state', GET: stateOf },
  { path: '/api/wallet', GET: () => wallet },
  {
    path: '/api/card-reader',
    async POST(bench, body) {
      part(bench, 'card-reader');
      if (oneOf(body, 'insert', 'remove') === 'insert') await bench.cardReader.insert(cardOf(textOf(body, 'insert')));
      else {
        yesOf(body, 'remove');
        await bench.cardReader.remove();
      }
      return readerState(bench);
    },
  },
  {
    path: '/api/dispenser',
    POST(bench, body) {
      const wish = oneOf(body, 'take', 'pull', 'load', 'emptyBin');
      const { dispenser } = dispenserOf(bench);
      if (wish === 'load') {
        const load = membersOf(body, 'load');
        allow(load, 'hopper', 'cards');
        numberOf(load, 'hopper', 1, 1);
        dispenser.load(numberOf(load, 'cards', 1, maxLoad));
      } else {
        yesOf(body, wish);
        dispenser[wish]();
      }
      return dispenserState(bench);
    },
  },
  {
    path: '/api/pin-pad',
    POST(bench, body) {
      part(bench, 'pin-pad');
      allow(body, 'keys');
      const keys = textOf(body, 'keys');
      // The keys are not repeated in the error: they may be a PIN.
      if (!/^[0-9ECB]{1,64}$/.test(keys))
        throw new Refusal(400, 'keys: wants 1 to 64 of 0 to 9, E enter, C cancel, B clear');
      bench.pinPad.press(keys);
      return padState(bench);
    },
  },
  {
    path: '/api/printer',
    POST(bench, body) {
      part(bench, 'printer');
      oneOf(body, 'loadPaper');
      yesOf(body, 'loadPaper');
      bench.printer.loadPaper();
      return printerState(bench);
    },
  },
  {
    path: '/api/printer/receipts',
    GET(bench) {
      part(bench, 'printer');
      return { receipts: bench.tray.receipts().map(receiptView) };
    },
    POST(bench, body) {
      part(bench, 'printer');
      oneOf(body, 'tear');
      yesOf(body, 'tear');
      bench.tray.tear();
      return { receipts: bench.tray.receipts().map(receiptView) };
    },
  },
  {
    path: '/api/id-reader',
    async POST(bench, body) {
      part(bench, 'id-reader');
      if (oneOf(body, 'place', 'lift') === 'place')
        await bench.present(documentFor('identityReader', textOf(body, 'place')));
      else {
        yesOf(body, 'lift');
        bench.lift();
      }
      return idReaderState(bench);
    },
  },
  {
    path: '/api/passport-reader',
    async POST(bench, body) {
      part(bench, 'passport-reader');
      if (oneOf(body, 'swipe', 'lift') === 'swipe')
        await bench.present(documentFor('passportReader', textOf(body, 'swipe')));
      else {
        yesOf(body, 'lift');
        bench.lift('passportReader');
      }
      return passportReaderState(bench);
    },
  },
  {
    path: '/api/scanner',
    POST(bench, body) {
      part(bench, 'scanner');
      allow(body, 'scan');
      const text = textOf(body, 'scan');
      if (text.length === 0 || text.length > 1_000) throw new Refusal(400, 'scan: wants 1 to 1000 characters');
      return { ...scannerState(bench), seen: bench.scanner.scan(text) };
    },
  },
  {
    path: '/api/cabinet',
    POST(bench, body) {
      part(bench, 'cabinet');
      const { cabinet } = bench;
      switch (oneOf(body, 'door', 'operatorSwitch', 'mains', 'charge')) {
        case 'door':
          if (either(body, 'door', 'open', 'closed') === 'open') cabinet.openDoor();
          else cabinet.closeDoor();
          break;
        case 'operatorSwitch':
          cabinet.turnSwitch(either(body, 'operatorSwitch', 'run', 'maintenance'));
          break;
        case 'mains':
          cabinet.setMains(either(body, 'mains', 'present', 'lost'));
          break;
        case 'charge':
          cabinet.setMains(cabinet.state().mains, Math.round(numberOf(body, 'charge', 0, 100)));
      }
      return cabinetState(bench);
    },
  },
  {
    path: '/api/phone/messages',
    GET: (bench) => ({ messages: bankCore(bench).domain.messages() }),
  },
  {
    path: '/api/face',
    POST(bench, body) {
      allow(body, 'result');
      const provider = faceProvider(bench);
      const wanted = textOf(body, 'result');
      const result = faceResults.find((one) => one === wanted);
      if (result === undefined) throw new Refusal(400, `result: wants one of ${faceResults.join(', ')}`);
      provider.result = result;
      return faceState(provider);
    },
  },
  {
    // The provider's own interface, for the daemon.
    path: '/api/face/check',
    POST(bench, body) {
      allow(body, 'visit');
      textOf(body, 'visit');
      return faceProvider(bench).check();
    },
  },
  staffDecision('approve'),
  staffDecision('refuse'),
  ...deviceNames.map(deviceFaults),
  ...hostNames.flatMap((name) => [hostFaults(name), hostLedger(name)]),
  {
    path: '/api/power',
    async POST(bench, body) {
      allow(body, 'cut');
      const { cut } = body;
      if (typeof cut !== 'boolean') throw new Refusal(400, `cut: got ${JSON.stringify(cut)}, wants true or false`);
      await (cut ? bench.mains.cut() : bench.mains.restore());
      return powerState(bench);
    },
  },
  {
    path: '/api/delays',
    POST(bench, body) {
      allow(body, 'scale');
      bench.setDelayScale(numberOf(body, 'scale', 0, 1));
      return { scale: bench.delayScale };
    },
  },
  {
    path: '/api/clock',
    POST(bench, body) {
      allow(body, 'offset');
      bench.setClockOffset(numberOf(body, 'offset', -maxClockOffset, maxClockOffset));
      return { offset: bench.clockOffset };
    },
  },
  {
    path: '/api/reset',
    async POST(bench, body) {
      allow(body);
      await bench.reset();
      return stateOf(bench);
    },
  },
];

function dispenserOf(bench: Bench): Pick<Bench, 'dispenser'> {
  if (!bench.has('dispenser')) throw new Refusal(404, 'this bench was started without dispenser');
  return bench;
}

function part(bench: Bench, name: DeviceName): BenchDevice {
  const device = bench.devices.get(name);
  if (device === undefined) throw new Refusal(404, `this bench was started without ${name}`);
  return device;
}

function cardOf(id: string): InsertableId {
  const all = [...walletCards, ...staffCards];
  const card = all.find((candidate) => candidate.id === id);
  if (card === undefined)
    throw new Refusal(400, `insert: no such card; there are ${all.map((one) => one.id).join(', ')}`);
  return card.id;
}

function documentFor(place: WalletDocument['content']['place'], id: string): WalletDocumentId {
  const fitting = walletDocuments.filter(({ content }) => content.place === place);
  const found = fitting.find((candidate) => candidate.id === id);
  if (found === undefined)
    throw new Refusal(400, `no such document for this reader; it takes ${fitting.map((one) => one.id).join(', ')}`);
  return found.id;
}

function either<const Value extends string>(body: Members, name: string, ...values: readonly Value[]): Value {
  const given = textOf(body, name);
  const value = values.find((one) => one === given);
  if (value === undefined) throw new Refusal(400, `${name}: got ${given}, wants ${values.join(' or ')}`);
  return value;
}

const receiptView = (receipt: TrayReceipt): object => ({
  id: receipt.id,
  printedAt: receipt.printedAt,
  cut: receipt.cut,
  taken: receipt.taken,
  lengthMm: receipt.lengthMm,
  lines: receipt.lines,
  text: receipt.lines.join('\n'),
  picture: `data:image/svg+xml;base64,${Buffer.from(receipt.svg).toString('base64')}`,
});

function deviceFaults(name: DeviceName): Route {
  return {
    path: `/api/${name}/faults`,
    GET: (bench) => ({ faults: part(bench, name).faults() }),
    async POST(bench, body) {
      const device = part(bench, name);
      if (body['clear'] !== undefined) {
        allow(body, 'clear');
        yesOf(body, 'clear');
        await clearFaults(device);
      } else {
        for (const [fault, value] of wanted(device, body)) await device.setFault(fault, value);
      }
      return { faults: device.faults() };
    },
  };
}

/** All members are looked at before one is set: half a wish is none. */
function wanted(device: BenchDevice, body: Members): readonly (readonly [string, boolean | number])[] {
  const known = device.faults();
  allow(body, ...known.map((fault) => fault.name), 'clear');
  return known.flatMap(({ name, kind }): (readonly [string, boolean | number])[] => {
    const value = body[name];
    if (value === undefined) return [];
    if (kind === 'number') return [[name, numberOf(body, name, 0, maxFaultNumber)]];
    if (typeof value !== 'boolean')
      throw new Refusal(400, `${name}: got ${JSON.stringify(value)}, wants true or false`);
    return [[name, value]];
  });
}

function needHosts(bench: Bench): void {
  if (!bench.has('hosts')) throw new Refusal(404, 'this bench was started without hosts');
}

function host(bench: Bench, name: HostName): ReturnType<typeof hostOf> {
  needHosts(bench);
  return hostOf(bench, name);
}

function bankCore(bench: Bench): Bench['hosts']['bankCore'] {
  needHosts(bench);
  return bench.hosts.bankCore;
}

function faceProvider(bench: Bench): FaceProvider {
  if (bench.face === undefined) throw new Refusal(404, 'this bench was started without face');
  return bench.face;
}

/** Staff at the branch decide what has waited longest. */
function staffDecision(decision: 'approve' | 'refuse'): Route {
  return {
    path: `/api/staff/${decision}`,
    POST(bench, body) {
      allow(body);
      const { domain } = bankCore(bench);
      if (!domain[decision]()) throw new Refusal(409, 'nothing waits for the branch');
      return staffState(bench);
    },
  };
}

function hostFaults(name: HostName): Route {
  const kinds = Object.entries(hostFaultKinds).map(([kind, facts]) => ({ kind, ...facts }));
  return {
    path: `/api/hosts/${name}/faults`,
    GET: (bench) => ({ faults: host(bench, name).faults.list(), kinds }),
    async POST(bench, body) {
      const { faults } = host(bench, name);
      if (body['clear'] === undefined) {
        const fault = parseHostFault(body);
        if (!fault.ok) throw new Refusal(400, fault.error);
        await faults.set(fault.value);
      } else {
        allow(body, 'clear');
        const kind = kinds.find((candidate) => candidate.kind === body['clear'])?.kind;
        if (kind === undefined) yesOf(body, 'clear');
        await faults.clear(kind as keyof typeof hostFaultKinds | undefined);
      }
      return { faults: faults.list() };
    },
  };
}

function hostLedger(name: HostName): Route {
  return {
    path: `/api/hosts/${name}/ledger`,
    GET: (bench) => ({ entries: host(bench, name).ledger() }),
  };
}
