/** What a snapshot means to a visitor: which tiles work, what to do instead, whether the kiosk is in service at all. */

import type { ServiceName, Snapshot, UnavailableReason } from '#protocol/generated/kiosk.ts';
import type { Elsewhere, Tile } from './screens.ts';

/** The home screen's order: most urgent first, never reordered by what works (ui.md, Home). */
const homeOrder: readonly ServiceName[] = [
  'lossReport',
  'unfreeze',
  'activation',
  'balance',
  'newCard',
  'pin',
  'progress',
  'information',
];

/** The services that have a machine here. A daemon that offers more is newer than this face. */
const served: ReadonlySet<ServiceName> = new Set<ServiceName>([
  'lossReport',
  'unfreeze',
  'activation',
  'balance',
  'pin',
  'progress',
  'information',
  'documentCheck',
]);

export function tileOf(snapshot: Snapshot | undefined, service: ServiceName): Tile {
  if (service === 'information') {
    return { service, state: 'ready', reasons: [] };
  }
  const said = snapshot?.services.find((one) => one.service === service);
  if (said === undefined || !served.has(service) || said.reasons.includes('notOffered')) {
    return { service, state: 'notOffered', reasons: ['notOffered'] };
  }
  const { available, reasons } = said;
  return { service, state: available ? (reasons.length === 0 ? 'ready' : 'limited') : 'unavailable', reasons };
}

export function tilesOf(snapshot: Snapshot | undefined): Tile[] {
  return homeOrder.map((service) => tileOf(snapshot, service));
}

export function works(tile: Tile): boolean {
  return tile.state === 'ready' || tile.state === 'limited';
}

/** Ways that stay open when a tile does not work, best first. */
export function elsewhereFor(tile: Tile): Elsewhere[] {
  const lines: Elsewhere[] = ['lossReport', 'unfreeze', 'progress'].includes(tile.service)
    ? ['bankHotline', 'socialSecurity12333', 'branch']
    : ['branch', 'bankHotline'];
  return tile.state === 'unavailable' ? ['later', ...lines] : lines;
}

export type Situation = 'starting' | 'disconnected' | 'finishing' | 'outOfService' | 'inService';

export interface Known {
  readonly snapshot: Snapshot | undefined;
  readonly connected: boolean;
  /** The daemon was given time to speak for the first time and did not. */
  readonly gaveUp: boolean;
}

export function outOfServiceReasons(snapshot: Snapshot | undefined): UnavailableReason[] {
  const reasons = new Set(tilesOf(snapshot).flatMap((tile) => tile.reasons));
  reasons.delete('notOffered');
  return reasons.size === 0 ? ['notOffered'] : [...reasons];
}

/** Where the kiosk stands while nobody of ours is in a visit. */
export function situationOf({ snapshot, connected, gaveUp }: Known): Situation {
  if (snapshot === undefined) {
    return gaveUp ? 'disconnected' : 'starting';
  }
  if (!connected) {
    return 'disconnected';
  }
  if (snapshot.visit !== undefined) {
    return 'finishing';
  }
  if (tilesOf(snapshot).some((tile) => tile.service !== 'information' && works(tile))) {
    return 'inService';
  }
  return outOfServiceReasons(snapshot).every((reason) => reason === 'starting') ? 'starting' : 'outOfService';
}
