/** A session of a driver at its emulator, recorded, and played to another driver. For tests. */
import type { OpenChannel } from '../../transports/index.ts';
import { watched } from '../../transports/index.ts';
import { parseRecording, type Recording, recorder } from '../../transports/recording/index.ts';

export interface Recorded {
  wrap(open: OpenChannel): OpenChannel;
  /** The session as a file. The driver has been stopped. */
  file(): string;
}

export function recorded(device: string, driver: string): Recorded {
  let text = '';
  const port = { kind: 'tcp', host: '127.0.0.1', port: 1, connectTimeoutMs: 1, writeTimeoutMs: 1 } as const;
  const made = recorder({ device, driver, version: 'test', begun: '2026-11-24T14:32:00.000Z', port }, (line) => {
    text += line;
  });
  return {
    wrap: (open) => watched(open, made.watcher),
    file() {
      made.end();
      return text;
    },
  };
}

/** Throws on a damaged file: a test has nothing to play. */
export function recordingOf(text: string): Recording {
  const read = parseRecording(text);
  if (!read.ok) throw new Error(read.error);
  return read.value;
}
