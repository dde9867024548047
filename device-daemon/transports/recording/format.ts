/**
 * A recorded session: a text file of JSON lines, in the order in which things happened on the line.
 *
 *     {"recording":1,"device":…,"driver":…,"version":…,"begun":…,"port":{…},"warning":…}   the first line
 *     {"ms":0.1,"opened":true}                        the port was opened
 *     {"ms":1.2,"sent":"AAAAAA96690003…"}             one piece to the device, hex
 *     {"ms":9.8,"received":"AAAAAA96690014…"}         one piece from it
 *     {"ms":51.0,"closed":"closed","detail":"…"}      the port ended, or could not be had; a ChannelFault
 *     {"ms":51.1,"end":4}                             the last line: how many lines stand between it and the first
 *
 * `ms` is since the start. A file without its end was cut off.
 */
import { err, ok, type Result } from '#protocol/result.ts';
import type { ChannelFault } from '../channel.ts';
import type { ChannelSpec } from '../index.ts';

export interface RecordingHead {
  /** The device's name in the configuration. */
  readonly device: string;
  readonly driver: string;
  /** Of this software. */
  readonly version: string;
  /** ISO 8601. */
  readonly begun: string;
  readonly port: ChannelSpec;
}

export type RecordedStep =
  | { readonly ms: number; readonly opened: true }
  | { readonly ms: number; readonly sent: Buffer }
  | { readonly ms: number; readonly received: Buffer }
  | { readonly ms: number; readonly closed: ChannelFault };

export interface Recording {
  readonly head: RecordingHead;
  /** Line numbers are an index plus two: the head is line 1. */
  readonly steps: readonly RecordedStep[];
}

const format = 1;

/** In every file, for whoever finds it. */
export const personalDataWarning =
  'This file holds everything that went over the line: names, numbers, photos, codes, PIN blocks. Unless it was made ' +
  'with a test document it is personal data: keep it no longer than needed, show it to nobody who need not see it.';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const rounded = (ms: number): number => Math.round(ms * 10) / 10;

export const headLine = (head: RecordingHead): string =>
  JSON.stringify({ recording: format, ...head, warning: personalDataWarning });

export function stepLine(step: RecordedStep): string {
  const ms = rounded(step.ms);
  if ('sent' in step) return JSON.stringify({ ms, sent: hexOf(step.sent) });
  if ('received' in step) return JSON.stringify({ ms, received: hexOf(step.received) });
  if ('closed' in step) return JSON.stringify({ ms, closed: step.closed.code, detail: step.closed.detail });
  return JSON.stringify({ ms, opened: true });
}

export const endLine = (ms: number, steps: number): string => JSON.stringify({ ms: rounded(ms), end: steps });

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(line: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a whole file. The error is one sentence that names the line. */
export function parseRecording(text: string): Result<Recording, string> {
  const lines = text.split('\n');
  // What stands behind the last line's end.
  const rest = lines.pop();
  const wrong = (line: number, why: string) => err(`the recording is damaged at line ${line}: ${why}`);
  const first = fieldsOf(lines[0] ?? rest ?? '');
  if (first === undefined || first['recording'] === undefined)
    return err('this is no recording: its first line is no head of one');
  if (first['recording'] !== format)
    return err(`this is a recording of another format (${String(first['recording'])}), not of ${format}`);
  const head = headOf(first);
  if (head === undefined) return wrong(1, 'the head lacks device, driver, version, begun or port');

  const steps: RecordedStep[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const fields = fieldsOf(line);
    if (fields === undefined) return wrong(index + 1, 'it is no JSON object');
    if ('end' in fields) {
      if (fields['end'] !== steps.length)
        return wrong(index + 1, `it counts ${String(fields['end'])} lines, there are ${steps.length}`);
      if (index !== lines.length - 1 || rest !== '') return wrong(index + 2, 'something stands behind the end');
      return ok({ head, steps });
    }
    const step = stepOf(fields);
    if (typeof step === 'string') return wrong(index + 1, step);
    if (step.ms < (steps.at(-1)?.ms ?? 0)) return wrong(index + 1, 'it lies before the line above it');
    steps.push(step);
  }
  return wrong(lines.length + 1, 'its end is missing, it was cut off');
}

function headOf(fields: Fields): RecordingHead | undefined {
  const { device, driver, version, begun, port } = fields as Partial<Record<keyof RecordingHead, unknown>>;
  const texts = [device, driver, version, begun];
  if (!texts.every((text) => typeof text === 'string') || typeof port !== 'object' || port === null) return undefined;
  return { device, driver, version, begun, port } as RecordingHead;
}

const faultCodes = ['absent', 'busy', 'denied', 'closed'] as const satisfies readonly ChannelFault['code'][];

/** What is wrong with it, where it is no step. */
function stepOf(fields: Fields): RecordedStep | string {
  const { ms, opened, sent, received, closed, detail } = fields as Readonly<Record<string, unknown>> & {
    readonly [Name in 'ms' | 'opened' | 'sent' | 'received' | 'closed' | 'detail']?: unknown;
  };
  if (typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0) return 'ms is no time';
  const kinds = [opened, sent, received, closed].filter((kind) => kind !== undefined);
  if (kinds.length !== 1) return 'it wants exactly one of opened, sent, received, closed';
  if (opened === true) return { ms, opened };
  if (closed !== undefined) {
    const code = faultCodes.find((known) => known === closed);
    if (code === undefined || typeof detail !== 'string') return 'closed is no fault of a port';
    return { ms, closed: { code, detail } };
  }
  const hex = sent ?? received;
  if (typeof hex !== 'string' || !/^(?:[0-9A-F]{2})+$/.test(hex)) return 'the bytes are no hex';
  const bytes = Buffer.from(hex, 'hex');
  return sent === undefined ? { ms, received: bytes } : { ms, sent: bytes };
}
