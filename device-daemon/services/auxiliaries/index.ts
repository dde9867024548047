import type * as xfs from '#protocol/generated/xfs4iot.ts';
import {
  type Cabinet,
  type CabinetInputs,
  type CabinetLight,
  type FlashRate,
  flashRates,
} from '../../devices/cabinet.ts';
import { deviceStatusOf } from '../device-status.ts';
import {
  type CommandContext,
  commandError,
  interrupted,
  type Outcome,
  type ServiceDefinition,
  success,
} from '../service.ts';
import { usedByVisit } from '../visitor-first.ts';
import type { Volume } from './volume.ts';

export { Volume } from './volume.ts';

export interface AuxiliariesServiceOptions {
  /** True while a visit uses the lights: device clients are then answered `sequenceError` (design.md 4). */
  readonly busy: () => boolean;
  readonly volume: Volume;
}

const maximumRequests = 16;
/** A LED is written at once; the driver gives one up that is stuck before that. */
const lightTimeoutMs = 5_000;

/** Our lights by the names of the standard, each at its one place. */
const lightOf = {
  cardReader: 'cardReader',
  // A reader of identity documents.
  scanner: 'documentReader',
  pinPad: 'pinPad',
  receiptPrinter: 'receiptPrinter',
  // The second card unit is the one that issues.
  cardReader2: 'cardDispenser',
  statusInService: 'inService',
} as const satisfies Readonly<Partial<Record<keyof xfs.LightsStatus, CabinetLight>>>;
type LightName = keyof typeof lightOf;
const lightNames = Object.keys(lightOf) as LightName[];
const position = 'default';

type Parts = {
  readonly common: { readonly device: string };
  readonly auxiliaries: xfs.AuxiliariesStatus;
  readonly lights: xfs.LightsStatus;
};

/**
 * XFS4IoT's Auxiliaries and Lights over the cabinet, in one service (interfaces.md 1.7). Bolts, alarms, heating and the
 * start by the clock are not offered: the cabinet has none.
 */
export function auxiliariesService(cabinet: Cabinet, options: AuxiliariesServiceOptions): ServiceDefinition {
  const { volume } = options;
  let send: (name: string, payload?: object) => void = () => {};
  let onBattery = false;
  let recovered = false;

  const lights = (): readonly LightName[] =>
    lightNames.filter((name) => cabinet.capabilities().lights[lightOf[name]] !== undefined);

  const snapshot = (): Parts => ({
    common: { device: deviceStatusOf(cabinet.report()) },
    auxiliaries: auxiliariesOf(cabinet.inputs(), recovered, volume.value),
    lights: Object.fromEntries(
      lights().map((name) => [name, { [position]: { flashRate: cabinet.light(lightOf[name]) } }]),
    ),
  });
  let told = snapshot();
  /** One StatusChangedEvent with all that changed; nothing when nothing did. */
  const tell = (): void => {
    const { mains } = cabinet.inputs();
    if (mains === 'present' && onBattery) recovered = true;
    if (mains !== undefined) onBattery = mains === 'lost';
    if (onBattery) recovered = false;
    const now = snapshot();
    const payload = Object.fromEntries(
      (['common', 'auxiliaries', 'lights'] as const).flatMap((part) => {
        const changed = changes(told[part], now[part]);
        return changed === undefined ? [] : [[part, changed]];
      }),
    );
    told = now;
    if (Object.keys(payload).length > 0) send('Common.StatusChangedEvent', payload);
  };
  cabinet.onReport(tell);
  cabinet.onInputs(tell);
  cabinet.onLights(tell);
  volume.onChange(tell);

  const setLight = async (payload: xfs.LightsSetLightCommand, context: CommandContext): Promise<Outcome> => {
    if (options.busy()) return usedByVisit('guide lights');
    const wishes = wishesOf(payload, cabinet);
    if (wishes === undefined) return commandError('invalidLight');
    for (const [light, rate] of wishes) {
      const set = await cabinet.setLight(light, rate, { signal: context.signal, timeoutMs: lightTimeoutMs });
      if (!set.ok) return set.error.code === 'cancelled' ? interrupted(context) : commandError('lightError');
    }
    return success();
  };

  const setAuxiliaries = (payload: xfs.AuxiliariesSetAuxiliariesCommand): Outcome => {
    const { volume: loudness, ...others } = payload;
    if (Object.keys(others).length > 0) return commandError('invalidAuxiliary');
    if (loudness !== undefined) volume.set(loudness);
    return success();
  };

  return {
    name: 'Auxiliaries',
    family: 'standard',
    interfaces: ['Auxiliaries', 'Lights'],
    handlers: { 'Auxiliaries.SetAuxiliaries': setAuxiliaries, 'Lights.SetLight': setLight },
    events: ['Common.StatusChangedEvent'],
    immediate: new Set(),
    maximumRequests,
    status() {
      const { common, auxiliaries, lights: shining } = snapshot();
      return { device: common.device, members: { auxiliaries, lights: shining } };
    },
    capabilities: () => ({
      members: { auxiliaries: capabilitiesOf(cabinet), lights: lightCapabilities(cabinet, lights()) },
    }),
    attach(sender) {
      send = sender;
    },
  };
}

function auxiliariesOf(inputs: CabinetInputs, recovered: boolean, volume: number): xfs.AuxiliariesStatus {
  const { door, operatorSwitch, mains, battery } = inputs;
  return {
    ...(door !== undefined && { cabinetDoor: door }),
    ...(operatorSwitch !== undefined && { operatorSwitch }),
    ...(mains !== undefined && {
      UPS: { low: battery === 'low', engaged: false, powering: mains === 'lost', recovered },
    }),
    volume,
  };
}

function capabilitiesOf(cabinet: Cabinet): xfs.AuxiliariesCapabilities {
  const { inputs } = cabinet.capabilities();
  return {
    ...(inputs.includes('door') && {
      cabinetDoor: { closed: true, open: true, locked: false, bolted: false, tampered: false },
    }),
    ...(inputs.includes('operatorSwitch') && { operatorSwitch: { run: true, maintenance: true, supervisor: false } }),
    ...(inputs.includes('mains') && {
      ups: { low: inputs.includes('battery'), engaged: false, powering: true, recovered: true },
    }),
    volume: loudest,
  };
}
const loudest = 1_000;

function lightCapabilities(cabinet: Cabinet, names: readonly LightName[]): xfs.LightsCapabilities {
  const all = cabinet.capabilities().lights;
  const flashRate = Object.fromEntries(flashRates.map((rate) => [rate, true]));
  return {
    individualFlashRates: true,
    lights: Object.fromEntries(
      names.map((name) => {
        const { color } = all[lightOf[name]] ?? {};
        return [name, { [position]: { flashRate, ...(color !== undefined && { color: { [color]: true } }) } }];
      }),
    ),
  };
}

/** What is asked of which light; undefined when it is of none that is there, or what that one cannot. */
function wishesOf(payload: xfs.LightsSetLightCommand, cabinet: Cabinet): [CabinetLight, FlashRate][] | undefined {
  const all = cabinet.capabilities().lights;
  const wishes: [CabinetLight, FlashRate][] = [];
  for (const [name, places] of Object.entries(payload)) {
    const light = lightNames.includes(name as LightName) ? lightOf[name as LightName] : undefined;
    const there = light && all[light];
    if (light === undefined || there === undefined || typeof places !== 'object') return undefined;
    for (const [place, wish] of Object.entries(places)) {
      const { flashRate, color, direction }: xfs.LightsPositionStatus = wish ?? {};
      if (place !== position || flashRate === undefined || direction !== undefined) return undefined;
      if (color !== undefined && color !== there.color) return undefined;
      wishes.push([light, flashRate]);
    }
  }
  return wishes;
}

/** The members that are otherwise; undefined when none is. */
function changes<T extends object>(before: T, now: T): Partial<T> | undefined {
  const changed = Object.entries(now).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof T]),
  );
  return changed.length === 0 ? undefined : (Object.fromEntries(changed) as Partial<T>);
}
