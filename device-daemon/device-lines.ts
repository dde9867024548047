import type { WatchDevice } from './device-set.ts';
import type { DeviceLines } from './services/kiosk/index.ts';
import { type ChannelWatcher, type MakeMask, tracer } from './transports/index.ts';

interface Line {
  readonly mask: MakeMask;
  /** Ends the opening that there is now; the driver looks for its device again, as after a pull. */
  close?: () => Promise<void>;
  /** Whoever looks. */
  watcher?: ChannelWatcher;
}

/** The lines of the running devices, for a technician who looks at one; as long as nobody looks it costs nothing. */
export class RunningLines implements DeviceLines {
  readonly #lines = new Map<string, Line>();

  readonly watch: WatchDevice = (name, mask) => {
    const line: Line = { mask };
    this.#lines.set(name, line);
    return {
      opened(close) {
        if (close !== undefined) line.close = close;
        line.watcher?.opened();
      },
      closed(fault) {
        delete line.close;
        line.watcher?.closed(fault);
      },
      sent: (bytes) => line.watcher?.sent(bytes),
      received: (bytes) => line.watcher?.received(bytes),
    };
  };

  look(name: string, print: (line: string) => void): (() => void) | undefined {
    const line = this.#lines.get(name);
    if (line === undefined) return undefined;
    // A mask of its own, which begins in the middle: what it cannot place it hides.
    const watcher = tracer(line.mask, print);
    line.watcher = watcher;
    return () => {
      if (line.watcher === watcher) delete line.watcher;
    };
  }

  canReopen(name: string): boolean {
    return this.#lines.get(name)?.close !== undefined;
  }

  async reopen(name: string): Promise<boolean> {
    const close = this.#lines.get(name)?.close;
    await close?.();
    return close !== undefined;
  }
}
