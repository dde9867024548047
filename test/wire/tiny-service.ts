import {
  type ClientConnection,
  type CommandHandler,
  commandError,
  type ServiceDefinition,
  success,
} from '#device-daemon/services/service.ts';

/** A promise that the test settles. */
export function deferred<T>(): { readonly promise: Promise<T>; resolve(value: T): void; reject(cause: unknown): void } {
  let settle: { resolve(value: T): void; reject(cause: unknown): void } | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return {
    promise,
    resolve: (value) => settle?.resolve(value),
    reject: (cause) => settle?.reject(cause),
  };
}

const tinyServices = new WeakSet<ServiceDefinition>();

/** Services of tests only: what they say is no proof that the daemon says it. */
export const isTiny = (service: ServiceDefinition): boolean => tinyServices.has(service);

export interface TinyService extends ServiceDefinition {
  send(name: string, payload?: object, audience?: (connection: ClientConnection) => boolean): void;
}

/**
 * A card reader of a few lines: Move refuses, QueryIFMIdentifier answers at once, ReadRawData waits for a card until it
 * is told to stop, Reset throws. Handlers given by a test replace or join these.
 */
export function tinyService(
  handlers: Readonly<Record<string, CommandHandler>> = {},
  more: Partial<ServiceDefinition> = {},
): TinyService {
  let send: TinyService['send'] = () => {
    throw new Error('not attached');
  };
  const service: TinyService = {
    name: 'CardReader',
    family: 'standard',
    interfaces: ['CardReader', 'Storage'],
    immediate: new Set(['Storage.GetStorage']),
    maximumRequests: 4,
    events: [
      'Common.StatusChangedEvent',
      'CardReader.InsertCardEvent',
      'CardReader.MediaInsertedEvent',
      'CardReader.MediaRemovedEvent',
    ],
    status: () => ({ device: 'online', members: { cardReader: { media: 'notPresent' } } }),
    capabilities: () => ({ members: { cardReader: { type: 'motor' } } }),
    attach(to) {
      send = to;
    },
    send: (name, payload, audience) => send(name, payload, audience),
    ...more,
    handlers: {
      'CardReader.Move': () => commandError('noMedia'),
      'CardReader.QueryIFMIdentifier': () => success({ ifmIdentifiers: { emv: 'Tiny' } }),
      'CardReader.ReadRawData': (_payload, { signal, emit }) => {
        void emit;
        return new Promise((_, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      },
      'CardReader.Reset': () => {
        throw new Error('secret of the implementation');
      },
      'Storage.GetStorage': () => success({ storage: {} }),
      ...handlers,
    },
  };
  tinyServices.add(service);
  return service;
}

/** The kiosk's own service with one command, for one of the page's roles. */
export function tinyKiosk(name = 'Kiosk', role: 'cardholder' | 'operator' = 'cardholder'): ServiceDefinition {
  const service: ServiceDefinition = {
    name,
    family: 'kiosk',
    role,
    interfaces: ['Visit'],
    immediate: new Set(['Visit.Heartbeat']),
    maximumRequests: 4,
    events: [],
    status: () => ({ device: 'online', members: {} }),
    capabilities: () => ({ members: {} }),
    attach() {},
    handlers: { 'Visit.Heartbeat': () => success() },
  };
  tinyServices.add(service);
  return service;
}
