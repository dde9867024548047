import type {
  DeviceReport,
  HostReport,
  ServiceAvailability,
  ServiceName,
  UnavailableReason,
} from '#protocol/generated/kiosk.ts';
import { type Dependencies, dependencies, type Part } from './dependencies.ts';

/** What the services depend on, as it is now. */
export interface Means {
  readonly devices: readonly DeviceReport[];
  readonly hosts: readonly HostReport[];
  readonly pinPadHasKeys: boolean;
  readonly journalWritable: boolean;
  /** A card that an ended visit left behind is still in the reader. */
  readonly strangerInside: boolean;
  readonly maintenance: boolean;
  /** The machine runs from its battery. */
  readonly mainsLost: boolean;
}

/** A part as it is found: one device or host, or a device that is not even configured. */
interface Found {
  readonly report: DeviceReport | HostReport | undefined;
  /** Undefined while it works. */
  readonly why: UnavailableReason | undefined;
}

const services = Object.keys(dependencies) as ServiceName[];

/** A printer may call itself degraded and have no paper. */
const works = (report: DeviceReport): boolean =>
  (report.state === 'ready' || report.state === 'degraded') && report.reason !== 'paperOut';

/** Which services can be had, and why not; of one that can, what it lacks. */
export function availability(means: Means): readonly ServiceAvailability[] {
  return services.map((service): ServiceAvailability => {
    const rests = dependencies[service];
    if (rests === 'always') return { service, available: true, reasons: [] };
    if (rests === 'notOffered' || !isOffered(rests, means))
      return { service, available: false, reasons: ['notOffered'] };
    const needs = rests.needs.map((need) => need.flatMap((part) => find(part, means)));
    const stopping = [...whatStopsAll(means), ...needs.filter(isLost).flatMap(reasonsOfLost)];
    const available = stopping.length === 0;
    const lacking = [
      // One of several that do the same is worth a word only where there is something left to have.
      ...(available ? needs.flatMap(reasonsOf) : []),
      ...rests.prefers.flatMap((part) => reasonsOf(find(part, means))),
    ];
    return { service, available, reasons: [...new Set([...stopping, ...lacking])] };
  });
}

/**
 * The reports, each with the services that it stops or limits by how it is. One that is ready does neither: what else a
 * service lacks, only the service's own reasons tell.
 */
export function withEffects(means: Means): Pick<Means, 'devices' | 'hosts'> {
  const of = <R extends DeviceReport | HostReport>(report: R): R => {
    if (report.state === 'ready') return report;
    const effects = services.map((service) => ({ service, effect: effectOn(service, report, means) }));
    const stops = effects.filter(({ effect }) => effect === 'stops').map(({ service }) => service);
    const limits = effects.filter(({ effect }) => effect === 'limits').map(({ service }) => service);
    return { ...report, ...(stops.length > 0 && { stops }), ...(limits.length > 0 && { limits }) };
  };
  return { devices: means.devices.map(of), hosts: means.hosts.map(of) };
}

function effectOn(
  service: ServiceName,
  report: DeviceReport | HostReport,
  means: Means,
): 'stops' | 'limits' | undefined {
  const rests = dependencies[service];
  if (rests === 'always' || rests === 'notOffered') return undefined;
  const fails = (found: readonly Found[]): boolean =>
    found.some((one) => one.report === report && one.why !== undefined);
  const needs = rests.needs.map((need) => need.flatMap((part) => find(part, means))).filter(fails);
  if (needs.some(isLost)) return 'stops';
  return needs.length > 0 || rests.prefers.some((part) => fails(find(part, means))) ? 'limits' : undefined;
}

const isOffered = ({ offeredWith }: Dependencies, { devices }: Means): boolean =>
  offeredWith === undefined || devices.some((device) => device.class === offeredWith);

function find(part: Part, means: Means): readonly Found[] {
  if ('host' in part) {
    // One of which nobody knows anything yet counts as working.
    const report = means.hosts.find(({ host }) => host === part.host);
    return [{ report, why: report?.state === 'down' ? part.reason : undefined }];
  }
  const devices = means.devices.filter((device) => device.class === part.device);
  if (devices.length === 0) return [{ report: undefined, why: part.reason }];
  const useless = part.unless !== undefined && isUseless[part.unless](means) ? part.unless : undefined;
  return devices.map((report) => ({ report, why: works(report) ? useless : part.reason }));
}

const isUseless = {
  cardLeftInside: ({ strangerInside }: Means) => strangerInside,
  pinPadNeedsKeys: ({ pinPadHasKeys }: Means) => !pinPadHasKeys,
} as const;

/** Nothing of it works. */
const isLost = (found: readonly Found[]): boolean => found.every(({ why }) => why !== undefined);

const reasonsOf = (found: readonly Found[]): readonly UnavailableReason[] => found.flatMap(({ why }) => why ?? []);

/** What starts will be there soon: that is all there is to say. */
const reasonsOfLost = (found: readonly Found[]): readonly UnavailableReason[] =>
  found.some(({ report }) => report?.state === 'starting') ? ['starting'] : reasonsOf(found);

function whatStopsAll({ maintenance, mainsLost, journalWritable }: Means): readonly UnavailableReason[] {
  return [
    ...(maintenance ? (['maintenance'] as const) : []),
    ...(mainsLost ? (['mainsLost'] as const) : []),
    ...(journalWritable ? [] : (['journalUnavailable'] as const)),
  ];
}
