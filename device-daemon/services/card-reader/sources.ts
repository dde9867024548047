import type { CardReaderReadRawDataCommand } from '#protocol/generated/xfs4iot.ts';

export type Source = Exclude<keyof CardReaderReadRawDataCommand, 'fluxInactive'>;

const sources: readonly Source[] = [
  'track1',
  'track2',
  'track3',
  'chip',
  'security',
  'watermark',
  'memoryChip',
  'track1Front',
  'frontImage',
  'backImage',
  'track1JIS',
  'track3JIS',
  'ddi',
];

/** What the client wants read; nothing at all means "accept the card only" (interfaces.md 1.3). */
export function requestedSources(payload: CardReaderReadRawDataCommand): readonly Source[] {
  return sources.filter((source) => payload[source] === true);
}

/** A chip reader's true answer about everything that is no chip; the images have no room for a status. */
export function unsupportedSources(wanted: readonly Source[]): Readonly<Record<string, object>> {
  const without = wanted.filter((source) => source !== 'chip' && source !== 'frontImage' && source !== 'backImage');
  return Object.fromEntries(without.map((source) => [source, { status: 'dataSourceNotSupported' }]));
}
