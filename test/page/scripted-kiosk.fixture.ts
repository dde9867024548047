import {
  type ClientConnection,
  type CommandHandler,
  type ServiceDefinition,
  success,
} from '#device-daemon/services/service.ts';
import type { Snapshot } from '#protocol/generated/kiosk.ts';
import { aSnapshot } from '#state-machines/testing/scripted-port.ts';

interface Received {
  readonly name: string;
  readonly payload: object;
}

/** The daemon's end of the wire without a daemon behind it: the test answers, on real sockets with real validation. */
export interface ScriptedKiosk extends ServiceDefinition {
  readonly received: Received[];
  readonly connections: ClientConnection[];
  snapshot: Snapshot;
  /** Changes the snapshot and sends it. */
  say(change: Partial<Snapshot>): void;
  send(name: string, payload: object): void;
}

/** Handlers given here replace these: every quick command is answered well, a card is waited for until the signal. */
export function scriptedKiosk(handlers: Readonly<Record<string, CommandHandler>> = {}): ScriptedKiosk {
  let send: (name: string, payload: object) => void = () => undefined;
  const received: Received[] = [];
  const connections: ClientConnection[] = [];
  const all: Record<string, CommandHandler> = {
    'Visit.Begin': () => success({ visitId: 'visit-1', caseCode: 'TEST-0001' }),
    'Visit.End': () => success({ card: 'none' }),
    'Visit.Heartbeat': () => success(),
    'Visit.GetSnapshot': () => success(service.snapshot),
    'Visit.SetLanguage': () => success(),
    'Visit.CallStaff': () => success({ caseCode: 'TEST-0002' }),
    'Visit.ReportHealth': ({ events }: { readonly events: readonly object[] }) => success({ taken: events.length }),
    'SocialCard.Read': (_payload, { signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    'SocialCard.Return': () => success({ card: 'none' }),
    'CardService.EnterPin': () => success({ pinEvidence: 'pin-1' }),
    'CardService.BalanceInquiry': () => success({}),
    'Receipt.Print': () => success({ outcome: 'done' }),
    ...handlers,
  };
  const service: ScriptedKiosk = {
    name: 'Kiosk',
    family: 'kiosk',
    interfaces: ['Visit', 'SocialCard', 'CardService', 'Receipt'],
    immediate: new Set(Object.keys(all).filter((name) => name.startsWith('Visit.'))),
    maximumRequests: 8,
    events: [
      'Visit.SnapshotChangedEvent',
      'Visit.EndedEvent',
      'SocialCard.InsertCardEvent',
      'SocialCard.CardInsertedEvent',
      'SocialCard.ReadingEvent',
      'SocialCard.TakeCardEvent',
      'SocialCard.CardRemovedEvent',
      'CardService.PinReadyEvent',
      'CardService.PinKeyEvent',
      'CardService.CodeSentEvent',
      'CardService.StaffCalledEvent',
      'CardService.StaffCardEvent',
      'CardService.PinRoundEvent',
    ],
    status: () => ({ device: 'online', members: {} }),
    capabilities: () => ({ members: {} }),
    attach: (to) => {
      send = (name, payload) => to(name, payload);
    },
    onConnection: (connection) => {
      connections.push(connection);
    },
    handlers: Object.fromEntries(
      Object.entries(all).map(([name, handler]): [string, CommandHandler] => [
        name,
        (payload: object, context) => {
          received.push({ name, payload });
          return handler(payload, context);
        },
      ]),
    ),
    received,
    connections,
    snapshot: aSnapshot(),
    say(change) {
      service.snapshot = { ...service.snapshot, seq: service.snapshot.seq + 1, ...change };
      send('Visit.SnapshotChangedEvent', service.snapshot);
    },
    send: (name, payload) => send(name, payload),
  };
  return service;
}
