import type { DeviceReport } from '#protocol/generated/kiosk.ts';
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import {
  type Cabinet,
  type CabinetCapabilities,
  type CabinetFault,
  type CabinetInputs,
  type CabinetLight,
  cabinetLights,
  type FlashRate,
  lightColors,
} from '../../devices/cabinet.ts';
import type { OperationOptions } from '../../devices/device.ts';
import type { Delays } from './delays.ts';
import { faultOf } from './ends.ts';
import type { Service } from './service.ts';
import { Session } from './session.ts';
import type { ProviderSettings } from './settings.ts';

export interface XfsCabinetOptions {
  readonly name: string;
  readonly settings: ProviderSettings;
  readonly delays?: Partial<Delays>;
}

type LightName = keyof xfs.LightsCapabilitiesLights;

/** What stands for each of our lights at a provider; the first that it has. */
const names: Readonly<Record<CabinetLight, readonly LightName[]>> = {
  cardReader: ['cardReader'],
  documentReader: ['scanner', 'contactless'],
  pinPad: ['pinPad'],
  receiptPrinter: ['receiptPrinter'],
  cardDispenser: ['cardReader2'],
  inService: ['statusInService'],
};

/** One light of the provider's: its name, where it is, what it can. */
interface Place {
  readonly light: LightName;
  readonly position: string;
  readonly can: xfs.LightsPositionCaps;
}

/** Any of them open is a hand that may be in the machine. */
const doors = ['cabinetDoor', 'cabinetFrontDoor', 'cabinetRearDoor', 'cabinetLeftDoor', 'cabinetRightDoor'] as const;

/** Another provider's Auxiliaries, and Lights where they are on the same service (interfaces.md 1.7). */
export class XfsCabinet implements Cabinet {
  readonly class = 'cabinet';
  readonly driver = 'xfs4iot';
  readonly name: string;
  readonly #session: Session;
  readonly #listeners = new Set<(inputs: CabinetInputs) => void>();
  readonly #lightListeners = new Set<() => void>();
  readonly #rates = new Map<CabinetLight, FlashRate>();
  #told: CabinetInputs = {};

  constructor({ name, settings, delays }: XfsCabinetOptions) {
    this.name = name;
    this.#session = new Session({
      who: this,
      settings,
      needs: {
        commands: [],
        mayUse: ['Lights.SetLight'],
        fits: ({ auxiliaries }) => inputsOf(auxiliaries).length > 0,
      },
      ...(delays === undefined ? {} : { delays }),
      onOpened: (service) => {
        service.onChange(() => this.#felt(service));
        this.#felt(service);
        // It may have been started anew, and knows nothing of what shone before.
        for (const [light, rate] of this.#rates) void this.#shine(service, light, rate, {});
      },
      // What was felt holds: an open door is open until it was seen closed.
      onEnded: () => {},
      health: () => undefined,
    });
  }

  report(): DeviceReport {
    return this.#session.report();
  }

  onReport(listener: (report: DeviceReport) => void): () => void {
    return this.#session.onReport(listener);
  }

  start(): void {
    this.#session.start();
  }

  async stop(): Promise<void> {
    await this.#session.stop();
  }

  capabilities(): CabinetCapabilities {
    const capabilities = this.#session.service?.capabilities;
    const lights = cabinetLights.flatMap((light) => {
      const place = capabilities && placeOf(light, capabilities);
      if (place === undefined) return [];
      const colors = lightColors.filter((color) => place.can.color?.[color] === true);
      // Of several nobody here chooses.
      return [[light, colors.length === 1 ? { color: colors[0] } : {}] as const];
    });
    return { inputs: inputsOf(capabilities?.auxiliaries), lights: Object.fromEntries(lights) };
  }

  inputs(): CabinetInputs {
    return this.#told;
  }

  onInputs(listener: (inputs: CabinetInputs) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  light(light: CabinetLight): FlashRate {
    return this.#rates.get(light) ?? 'off';
  }

  onLights(listener: () => void): () => void {
    this.#lightListeners.add(listener);
    return () => this.#lightListeners.delete(listener);
  }

  async setLight(light: CabinetLight, rate: FlashRate, options: OperationOptions): Promise<Result<void, CabinetFault>> {
    const { service } = this.#session;
    if (service === undefined) return err(this.#session.outage);
    if (placeOf(light, service.capabilities) === undefined) return err({ code: 'noSuchLight' });
    this.#rates.set(light, rate);
    for (const listener of [...this.#lightListeners]) listener();
    return this.#shine(service, light, rate, options);
  }

  async #shine(
    service: Service,
    light: CabinetLight,
    rate: FlashRate,
    options: Partial<OperationOptions>,
  ): Promise<Result<void, CabinetFault>> {
    const place = placeOf(light, service.capabilities);
    if (place === undefined || !service.offers('Lights.SetLight')) return err({ code: 'noSuchLight' });
    // One that cannot flash so shines: that somebody looks is what it is for.
    const flashRate = rate === 'off' || place.can.flashRate?.[rate] === true ? rate : 'continuous';
    const end = await service.request(
      'Lights.SetLight',
      { [place.light]: { [place.position]: { flashRate } } },
      options,
    );
    if (end.ok && end.value.completionCode === 'success') return ok();
    if (end.ok && end.value.completionCode === 'commandErrorCode')
      return err({ code: 'hardwareError', detail: 'lightError' });
    return err(faultOf(end));
  }

  #felt({ status }: Service): void {
    const now = { ...this.#told, ...feltIn(status.auxiliaries) };
    const before = this.#told;
    this.#told = now;
    const members = ['door', 'operatorSwitch', 'mains', 'battery'] as const;
    if (members.every((member) => now[member] === before[member])) return;
    for (const listener of [...this.#listeners]) listener(now);
  }
}

function placeOf(light: CabinetLight, { lights }: xfs.CommonCapabilitiesCompletion): Place | undefined {
  for (const name of names[light]) {
    const [[position, can] = []] = Object.entries(lights?.lights?.[name] ?? {});
    if (position !== undefined && can !== undefined) return { light: name, position, can };
  }
  return undefined;
}

function inputsOf(auxiliaries: xfs.AuxiliariesCapabilities | undefined): (keyof CabinetInputs)[] {
  const { cabinetDoor, frontCabinet, rearCabinet, leftCabinet, rightCabinet, operatorSwitch, ups } = auxiliaries ?? {};
  const has = (one: object | undefined): boolean => one !== undefined && Object.values(one).includes(true);
  return [
    ...([cabinetDoor, frontCabinet, rearCabinet, leftCabinet, rightCabinet].some(has) ? (['door'] as const) : []),
    ...(has(operatorSwitch) ? (['operatorSwitch'] as const) : []),
    ...(ups?.powering === true ? (['mains'] as const) : []),
    ...(ups?.low === true ? (['battery'] as const) : []),
  ];
}

/** What is told; what is not, is as it was. */
function feltIn(auxiliaries: xfs.AuxiliariesStatus | undefined): CabinetInputs {
  if (auxiliaries === undefined) return {};
  const { operatorSwitch, UPS } = auxiliaries;
  const stand = doors.map((door) => auxiliaries[door]).filter((door) => door !== undefined);
  // Tampered is nothing that one may call closed.
  const open = stand.some((door) => door === 'open' || door === 'tampered');
  return {
    ...(stand.length > 0 && { door: open ? 'open' : 'closed' }),
    ...(operatorSwitch !== undefined && { operatorSwitch: operatorSwitch === 'run' ? 'run' : 'maintenance' }),
    ...(UPS?.powering !== undefined && { mains: UPS.powering ? 'lost' : 'present' }),
    ...(UPS?.low !== undefined && { battery: UPS.low ? 'low' : 'good' }),
  };
}
