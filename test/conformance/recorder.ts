import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SentMessage } from '#device-daemon/wire/index.ts';
import { checkMessage } from './check.ts';
import type { Family } from './schemas.ts';

/**
 * Checks every message of the daemon against the catalogues and counts those that were right, one file per process in
 * out/conformance/, which scripts/conformance-report.js sums after all the tests.
 *
 *   a server in this process:      hooks: { onSent: recordSent }      or   startDaemon({ onSent: recordSent })
 *   a daemon in another process:   recordReceived(url, text) for each frame that its client receives
 *
 * A wrong message fails the run: it is thrown where no handler and no server can catch it.
 */

export const conformanceFolder = fileURLToPath(new URL('../../out/conformance', import.meta.url));

const counts = new Map<string, number>();
const file = `${conformanceFolder}/${process.pid}.json`;
let pending: NodeJS.Timeout | undefined;

function write(): void {
  clearTimeout(pending);
  pending = undefined;
  if (counts.size === 0) return;
  mkdirSync(conformanceFolder, { recursive: true });
  // A worker may be killed in the middle of this: half a file must not be found.
  writeFileSync(`${file}.part`, JSON.stringify(Object.fromEntries(counts), null, 1));
  renameSync(`${file}.part`, file);
}
process.once('exit', write);

/** `Service kind Interface.Message`: the same message of two services is two things to have seen. */
export const countKey = (service: string, kind: string, name: string): string => `${service} ${kind} ${name}`;

function count(service: string, kind: string, name: string): void {
  const key = countKey(service, kind, name);
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  // A test worker ends without an exit event. What was never seen before must not get lost, a number may lag.
  if (before === 0) soon(newMs);
  else if (pending === undefined) soon(moreMs);
}
const newMs = 20;
const moreMs = 1_000;

function soon(ms: number): void {
  clearTimeout(pending);
  pending = setTimeout(write, ms).unref();
}

/** Faults that were thrown: one is told once, not for each of a thousand messages. */
const told = new Set<string>();

function record(service: string, family: Family, text: string, counted: boolean): void {
  try {
    const { kind, name, succeeded } = checkMessage(family, text);
    if (counted) count(service, kind, name);
    if (counted && succeeded) count(service, 'success', name);
  } catch (error) {
    const fault = String(error).split('\n')[0] ?? '';
    if (told.has(fault)) return;
    told.add(fault);
    queueMicrotask(() => {
      throw error;
    });
  }
}

/** For `WireHooks.onSent` and `DaemonOptions.onSent`. */
export function recordSent({ service, family, text }: SentMessage): void {
  record(service, family === 'kiosk' ? 'kiosk' : 'standard', text, true);
}

/** As `recordSent` for services that exist in tests only: their messages must be right too, and count for nothing. */
export function checkSent({ service, family, text }: SentMessage): void {
  record(service, family === 'kiosk' ? 'kiosk' : 'standard', text, false);
}

/** For a client of a daemon in another process: `url` is that of its socket, which names the service. */
export function recordReceived(url: string, text: string): void {
  const path = new URL(url).pathname.replace(/\/$/, '');
  const family: Family = path.toLowerCase().startsWith('/kiosk/') ? 'kiosk' : 'standard';
  const service = /^\/xfs4iot\/v1\.0$/i.test(path) ? 'ServicePublisher' : path.slice(path.lastIndexOf('/') + 1);
  record(service, family, text, true);
}
