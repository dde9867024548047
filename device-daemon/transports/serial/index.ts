import { stat } from 'node:fs/promises';
import { SerialPort } from 'serialport';
import { err, ok, type Result } from '#protocol/result.ts';
import type { ChannelFault, OpenChannel } from '../channel.ts';
import { streamChannel } from '../stream-channel.ts';

export interface SerialSpec {
  readonly kind: 'serial';
  /** A stable path: /dev/serial/by-id/… or by-path/…, never an enumeration order (/dev/ttyUSB0). */
  readonly path: string;
  readonly baudRate: number;
  readonly dataBits: 5 | 6 | 7 | 8;
  readonly parity: 'none' | 'even' | 'odd' | 'mark' | 'space';
  readonly stopBits: 1 | 1.5 | 2;
  /** Hardware flow control (RTS/CTS). */
  readonly rtscts: boolean;
  /** Software flow control towards the device (XON/XOFF). Never for binary protocols. */
  readonly xon: boolean;
  readonly writeTimeoutMs: number;
}

/** How often the device node is looked at: a hang-up between two reads can escape the serialport library. */
const NODE_WATCH_MS = 500;
/** tcdrain in the library's thread may outlive the cable; the rest of the daemon does not wait for it. */
const RELEASE_MS = 2_000;

/** The operating system's words for why a port cannot be had, as serialport passes them on. */
function openFault(path: string, message: string): ChannelFault {
  const detail = `serial://${path}: ${message.replace(/^Error:?\s*/, '')}`;
  if (/cannot lock port|resource busy|temporarily unavailable|already open/i.test(message)) {
    return { code: 'busy', detail };
  }
  if (/permission denied|not permitted/i.test(message)) return { code: 'denied', detail };
  return { code: 'absent', detail };
}

const nodeId = async (path: string): Promise<string | undefined> => {
  try {
    const { rdev, ino } = await stat(path);
    return `${rdev}.${ino}`;
  } catch {
    return undefined;
  }
};

/** Opens a serial port for this process alone (flock). Every failure is a `ChannelFault`. */
export function openSerial(spec: SerialSpec): OpenChannel {
  return async (signal) => {
    if (signal.aborted) return err({ code: 'closed', detail: `serial://${spec.path}: cancelled` });
    const port = new SerialPort({
      path: spec.path,
      baudRate: spec.baudRate,
      dataBits: spec.dataBits,
      parity: spec.parity,
      stopBits: spec.stopBits,
      rtscts: spec.rtscts,
      xon: spec.xon,
      xoff: spec.xon,
      lock: true,
      autoOpen: false,
    });
    const before = await nodeId(spec.path);
    const opened = await new Promise<Result<void, ChannelFault>>((resolve) => {
      port.open((error) => resolve(error ? err(openFault(spec.path, error.message)) : ok()));
    });
    if (!opened.ok) return opened;
    const openedId = await nodeId(spec.path);

    const release = () =>
      new Promise<void>((resolve) => {
        clearInterval(watch);
        const timer = setTimeout(resolve, RELEASE_MS);
        const finish = () => {
          clearTimeout(timer);
          resolve();
        };
        // Left over errors of operations that the close itself cancels.
        port.on('error', () => undefined);
        if (port.isOpen) port.close(finish);
        else finish();
      });
    const channel = streamChannel(port, {
      name: `serial://${spec.path}`,
      writeTimeoutMs: spec.writeTimeoutMs,
      flush: (done) => port.drain(done),
      release,
    });
    const watch = setInterval(() => {
      void nodeId(spec.path).then((id) => {
        if (id !== openedId) channel.fail('the device node is gone');
      });
    }, NODE_WATCH_MS);
    // Plugged in just now: the node may have come between the look and the opening. Another in its place is another cable.
    if (before !== undefined && before !== openedId) channel.fail('the device node is gone');
    if (signal.aborted) {
      await channel.close();
      return err({ code: 'closed', detail: `serial://${spec.path}: cancelled` });
    }
    return ok(channel);
  };
}
