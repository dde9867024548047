import type * as standard from '../generated/xfs4iot.ts';
import { xfs4iotMessages } from '../generated/xfs4iot-messages.ts';
import { type ClientOptions, createWireClient, type WireClient } from './client.ts';

export interface StandardCatalogue {
  readonly commands: standard.CommandPayloads;
  readonly completions: standard.CompletionPayloads;
  readonly events: standard.EventPayloads;
}

export type StandardClient = WireClient<StandardCatalogue>;

const versions: ReadonlyMap<string, string> = new Map(
  xfs4iotMessages.filter(({ kind }) => kind === 'command').map(({ name, version }) => [name, version]),
);

export type StandardClientOptions = Omit<ClientOptions, 'versionOf'> & {
  /** As the service lists it; the catalogue's where that is undefined. */
  readonly versionOf?: (name: string) => string | undefined;
};

/** A client of one XFS4IoT service, ours or another vendor's. The table of versions comes with it: not for the page. */
export function createStandardClient({ versionOf, ...options }: StandardClientOptions): StandardClient {
  return createWireClient<StandardCatalogue>({
    ...options,
    versionOf: (name) => versionOf?.(name) ?? versions.get(name) ?? '1.0',
  });
}
