import type { DeviceReport, HostReport, Readiness, ServiceAvailability } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import type { Config } from '../config/index.ts';

export interface DaemonHealth {
  readonly time: string;
  readonly devices: readonly DeviceReport[];
  readonly hosts: readonly HostReport[];
  readonly services: readonly ServiceAvailability[];
  /** Since when the business day is due to be closed. */
  readonly dayDue?: string;
}

/** Both hosts are asked on the way, each with its own deadline. */
const answerMs = 30_000;

async function answerOf<T>({ server }: Config, path: string): Promise<Result<T, string>> {
  try {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { signal: AbortSignal.timeout(answerMs) });
    if (response.ok) return ok((await response.json()) as T);
    return err(`port ${server.port} answers ${path} with ${response.status}: is it a kiosk daemon of this version?`);
  } catch {
    return err(`no daemon answers at port ${server.port} (server.port): npx kiosk doctor says why it may not run`);
  }
}

/** What the daemon of this machine tells about itself; else one line for a person. */
export const healthOf = (config: Config): Promise<Result<DaemonHealth, string>> => answerOf(config, '/healthz');
export const readinessOf = (config: Config): Promise<Result<Readiness, string>> => answerOf(config, '/selftest');
