/** One device opened by itself, without a daemon: for a technician who wants to know what it says. */
import { err, ok, type Result } from '#protocol/result.ts';
import type { Config } from '../config/index.ts';
import { openDevices, type WatchDevice } from '../device-set.ts';
import { type Cabinet, cabinetLights } from '../devices/cabinet.ts';
import type { CardReader } from '../devices/card-reader.ts';
import type { CodeScanner } from '../devices/code-scanner.ts';
import type { Device } from '../devices/device.ts';
import type { IdentityReader } from '../devices/identity-reader.ts';
import { pause } from '../drivers/common/waits.ts';
import { type MakeMask, tracer } from '../transports/index.ts';

/** Any device is found and asked within it; what is not there by then is said to be absent. */
const findMs = 15_000;
const lookMs = 100;
/** A read or scan begins again after it: as long as somebody may take to lay the next document down. */
const useMs = 60_000;
/** After a fault of the device, before it is used again. */
const faultMs = 1_000;
/** One exchange with a chip. */
const chipMs = 5_000;
/** SELECT of the payment environment, 1PAY.SYS.DDF01: every bank card answers it, and it changes nothing. */
const selectPayment = Buffer.from('00a404000e315041592e5359532e444446303100', 'hex');

/** The device of that name, not started; else lines for the technician and an exit code. */
export function deviceAlone(
  config: Config,
  name: string,
  watch?: WatchDevice,
): Result<Device, { readonly lines: readonly string[]; readonly exit: number }> {
  const opened = openDevices(config, { record: () => true }, watch);
  if (!opened.ok) return err({ lines: opened.error, exit: 1 });
  const { all } = opened.value;
  const device = all.find((one) => one.name === name);
  if (device !== undefined) return ok(device);
  const there = all.map((one) => one.name).join(', ');
  return err({ lines: [`no device ${name} is configured; there are: ${there}`], exit: 2 });
}

/** Shows this device's line, of which the driver lets be seen what says nothing about anybody. */
export const tracing =
  (name: string): WatchDevice =>
  (each: string, mask: MakeMask) =>
    each === name ? tracer(mask, (line) => console.log(line)) : undefined;

const serves = (device: Device): boolean => ['ready', 'degraded'].includes(device.report().state);

/** Starts it and waits until it serves, or has had its time. */
export async function untilServes(device: Device, signal: AbortSignal): Promise<void> {
  device.start();
  const endMs = performance.now() + findMs;
  while (!signal.aborted && performance.now() < endMs) {
    if (serves(device)) return;
    await pause(lookMs, signal);
  }
}

/** A signal that aborts with the one given, and with Ctrl-C, until it is disposed of. */
export function untilInterrupted(outer?: AbortSignal): { readonly signal: AbortSignal; dispose(): void } {
  const interrupted = new AbortController();
  const end = (): void => interrupted.abort();
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  return {
    signal: outer === undefined ? interrupted.signal : AbortSignal.any([outer, interrupted.signal]),
    dispose() {
      process.off('SIGINT', end);
      process.off('SIGTERM', end);
    },
  };
}

/**
 * Has it do what it is for, again and again, so that its line says something: documents are read, codes scanned, chips
 * asked, and what they say is wiped unseen; of a cabinet what is felt is told, and its lights shine one after the other. PIN
 * pad and printer are only kept in service.
 */
export async function useUntil(device: Device, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  if (isCabinet(device)) {
    const tell = (): void => say(`-- ${JSON.stringify(device.inputs())}`);
    tell();
    const stop = device.onInputs(tell);
    signal.addEventListener('abort', stop, { once: true });
  }
  while (!signal.aborted) {
    if (!serves(device)) {
      await pause(lookMs, signal);
      continue;
    }
    const outcome = await useOnce(device, signal);
    if (signal.aborted) return;
    if (outcome === undefined) await pause(useMs, signal);
    else if (outcome.said !== 'timeOut') say(`-- ${outcome.said}`);
    if (outcome?.isFault === true) await pause(faultMs, signal);
  }
}

interface Outcome {
  readonly said: string;
  readonly isFault: boolean;
}

async function useOnce(device: Device, signal: AbortSignal): Promise<Outcome | undefined> {
  if (isIdentityReader(device)) {
    const read = await device.read({ timeoutMs: useMs, signal });
    if (!read.ok) return { said: read.error.code, isFault: read.error.code !== 'timeOut' };
    const { kind } = read.value;
    read.value.wipe();
    return { said: `a document was read: ${kind}`, isFault: false };
  }
  if (isCodeScanner(device)) {
    const scanned = await device.scan({ timeoutMs: useMs, signal });
    if (!scanned.ok) return { said: scanned.error.code, isFault: scanned.error.code !== 'timeOut' };
    scanned.value.text.fill(0);
    return { said: 'a code was scanned', isFault: false };
  }
  if (isCabinet(device)) return shine(device, signal);
  return isCardReader(device) ? askChip(device, signal) : undefined;
}

async function askChip(reader: CardReader, signal: AbortSignal): Promise<Outcome> {
  const waiting = { timeoutMs: useMs, signal };
  const asking = { timeoutMs: chipMs, signal };
  const inserted = await reader.waitForCard(waiting);
  if (!inserted.ok) return { said: inserted.error.code, isFault: inserted.error.code !== 'timeOut' };
  const answer = await reader.transmit(selectPayment, asking);
  if (answer.ok) answer.value.fill(0);
  await reader.powerOff(asking);
  await reader.waitForRemoval(waiting);
  return { said: answer.ok ? 'a chip answered' : answer.error.code, isFault: !answer.ok };
}

async function shine(cabinet: Cabinet, signal: AbortSignal): Promise<Outcome> {
  const there = cabinet.capabilities().lights;
  for (const light of cabinetLights.filter((one) => there[one] !== undefined)) {
    const lit = await cabinet.setLight(light, 'continuous', { timeoutMs: chipMs, signal });
    await pause(faultMs, signal);
    await cabinet.setLight(light, 'off', { timeoutMs: chipMs });
    if (!lit.ok) return { said: `${light}: ${lit.error.code}`, isFault: true };
  }
  await pause(useMs, signal);
  return { said: 'every light was lit once', isFault: false };
}

const isCabinet = (device: Device): device is Cabinet => device.class === 'cabinet';
const isCardReader = (device: Device): device is CardReader => device.class === 'cardReader';
const isIdentityReader = (device: Device): device is IdentityReader => device.class === 'identityReader';
const isCodeScanner = (device: Device): device is CodeScanner => device.class === 'codeScanner';
