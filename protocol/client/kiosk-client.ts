import type * as kiosk from '../generated/kiosk.ts';
import type * as standard from '../generated/xfs4iot.ts';
import { type ClientOptions, createWireClient, type WireClient } from './client.ts';

type CommonOf<T> = Pick<T, keyof T & `Common.${string}`>;

/** The kiosk's own interfaces, and Common. */
export interface KioskCatalogue {
  readonly commands: kiosk.CommandPayloads & CommonOf<standard.CommandPayloads>;
  readonly completions: kiosk.CompletionPayloads & CommonOf<standard.CompletionPayloads>;
  readonly events: kiosk.EventPayloads & CommonOf<standard.EventPayloads>;
}

export type KioskClient = WireClient<KioskCatalogue>;

/** A client of one of the kiosk's own services. */
export function createKioskClient(options: Omit<ClientOptions, 'versionOf'>): KioskClient {
  return createWireClient<KioskCatalogue>({
    ...options,
    versionOf: (name) => (name.startsWith('Common.') ? '2.0' : '1.0'),
  });
}
