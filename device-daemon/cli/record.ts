import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { err, ok, type Result } from '#protocol/result.ts';
import { type Config, recordingRefusal } from '../config/index.ts';
import type { Device } from '../devices/device.ts';
import { parseChannel } from '../transports/index.ts';
import { personalDataWarning, type Recorder, type RecordingHead, recorder } from '../transports/recording/index.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';
import { daemonRuns, lifeOf } from './device.ts';
import { deviceAlone, untilInterrupted, useUntil } from './device-alone.ts';

/** Read and written by nobody but the technician who made it. */
const ownerOnly = 0o600;

const versionOf = (): string =>
  (JSON.parse(readFileSync('package.json', 'utf8')) as { readonly version: string }).version;

/** A new file: what somebody recorded before is never overwritten. */
function newFile(file: string): Result<number, string> {
  try {
    return ok(openSync(file, 'wx', ownerOnly));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    return err(
      code === 'EEXIST' ? `${file}: exists; a recording overwrites nothing` : `${file}: cannot be made (${code})`,
    );
  }
}

/** The device to be recorded, and what stands at the head of its recording. */
function recorded(
  config: Config,
  name: string,
  watch: () => Recorder | undefined,
): Result<{ readonly device: Device; readonly head: RecordingHead }, { readonly line: string; readonly exit: number }> {
  const opened = deviceAlone(config, name, (each) =>
    each === name
      ? {
          opened: () => watch()?.watcher.opened(),
          closed: (fault) => watch()?.watcher.closed(fault),
          sent: (bytes) => watch()?.watcher.sent(bytes),
          received: (bytes) => watch()?.watcher.received(bytes),
        }
      : undefined,
  );
  if (!opened.ok) return err({ line: opened.error.lines.join('\n'), exit: opened.error.exit });
  const device = opened.value;
  const settings = config.devices[name as keyof Config['devices']];
  const port = 'port' in settings ? parseChannel(settings.port) : undefined;
  if (port?.ok !== true) return err({ line: `${name}: has no port whose bytes could be recorded`, exit: 2 });
  const { driver } = device;
  return ok({
    device,
    head: { device: name, driver, version: versionOf(), begun: new Date().toISOString(), port: port.value },
  });
}

/** Opens this one device, without a daemon, uses it and writes its line down until Ctrl-C. */
export async function record(config: Config, name: string, file: string, signal?: AbortSignal): Promise<number> {
  let running: Recorder | undefined;
  const found = recorded(config, name, () => running);
  if (!found.ok) {
    console.error(found.error.line);
    return found.error.exit;
  }
  const made = newFile(file);
  if (!made.ok) {
    console.error(made.error);
    return 1;
  }
  const { device, head } = found.value;
  const full = new AbortController();
  const interrupted = untilInterrupted(signal === undefined ? full.signal : AbortSignal.any([signal, full.signal]));
  const write = (line: string): void => {
    if (full.signal.aborted) return;
    try {
      writeSync(made.value, line);
    } catch (error) {
      console.error(`${file}: cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`);
      full.abort();
    }
  };
  const stopListening = device.onReport(({ state, reason }) => console.log(`-- ${state}${reason ? ` ${reason}` : ''}`));
  console.log(`${name} is recorded into ${file} until Ctrl-C. ${personalDataWarning}`);
  running = recorder(head, write);
  try {
    device.start();
    await useUntil(device, interrupted.signal, (line) => console.log(line));
    return full.signal.aborted ? 1 : 0;
  } finally {
    interrupted.dispose();
    stopListening();
    await device.stop();
    running.end();
    closeSync(made.value);
    console.log(`${running.steps} lines`);
  }
}

export const recordCommand: CliCommand = {
  usage: 'record NAME FILE [--config FILE]',
  help: `While no daemon runs: opens a device by itself, has it read or scan, and writes every byte on its line into a new file until Ctrl-C, to be replayed in a test of its driver. ${personalDataWarning} The production profile refuses it.`,
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' } },
      allowPositionals: true,
    });
    const [name, file, ...more] = positionals;
    if (name === undefined || file === undefined || more.length > 0) {
      console.error(`Usage: npx kiosk ${recordCommand.usage}`);
      return 2;
    }
    const loaded = cliConfiguration(values.config);
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(line);
      return 1;
    }
    const { config } = loaded.value;
    const refusal = recordingRefusal(config);
    const life = refusal === undefined ? await lifeOf(config) : undefined;
    if (refusal !== undefined || life !== undefined) {
      console.error(refusal ?? daemonRuns);
      return 1;
    }
    return record(config, name, file);
  },
};
