import type { ChannelWatcher } from '../watched.ts';
import { endLine, headLine, type RecordedStep, type RecordingHead, stepLine } from './format.ts';

export interface Recorder {
  readonly watcher: ChannelWatcher;
  /** Lines so far, without head and end. */
  readonly steps: number;
  /** Writes the end. Nothing is written after it. */
  end(): void;
}

/** Writes a session down as it happens; `write` is given whole lines. */
export function recorder(
  head: RecordingHead,
  write: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): Recorder {
  const startMs = nowMs();
  let steps = 0;
  let over = false;
  const put = (line: string): void => write(`${line}\n`);
  const since = (): number => nowMs() - startMs;
  const step = (of: RecordedStep): void => {
    if (over) return;
    steps += 1;
    put(stepLine(of));
  };
  put(headLine(head));
  return {
    watcher: {
      opened: () => step({ ms: since(), opened: true }),
      closed: (fault) => step({ ms: since(), closed: fault }),
      sent: (bytes) => step({ ms: since(), sent: Buffer.from(bytes) }),
      received: (bytes) => step({ ms: since(), received: Buffer.from(bytes) }),
    },
    get steps() {
      return steps;
    },
    end() {
      if (over) return;
      over = true;
      put(endLine(since(), steps));
    },
  };
}
