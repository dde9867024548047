import { ok } from '#protocol/result.ts';
import type { ApduChannel } from './apdu-channel.ts';
import type { ChannelFault, OpenChannel } from './channel.ts';

/** Sees what passes a channel, in the order in which it passes, before the driver or the device does. Changes nothing. */
export interface ChannelWatcher {
  /** @param close ends this opening, as a pulled plug would; where the line can be let go of */
  opened(close?: () => Promise<void>): void;
  /** The channel ended, or could not be had. */
  closed(fault: ChannelFault): void;
  /** Valid during the call only: the driver zeroes what it sent and what it was given. */
  sent(bytes: Uint8Array): void;
  received(bytes: Uint8Array): void;
}

/** The same channel, watched through every reconnection. */
export function watched(open: OpenChannel, watcher: ChannelWatcher): OpenChannel {
  return async (signal) => {
    const opened = await open(signal);
    if (!opened.ok) {
      watcher.closed(opened.error);
      return opened;
    }
    const channel = opened.value;
    const listeners = new Set<(bytes: Uint8Array) => void>();
    let listening = false;
    watcher.opened(() => channel.close());
    channel.onClose((fault) => watcher.closed(fault));
    return ok({
      write(bytes) {
        watcher.sent(bytes);
        return channel.write(bytes);
      },
      onData(listener) {
        listeners.add(listener);
        // Not before the driver listens: until then the channel keeps what arrives.
        if (!listening) {
          listening = true;
          channel.onData((bytes) => {
            watcher.received(bytes);
            for (const each of [...listeners]) each(bytes);
          });
        }
        return () => listeners.delete(listener);
      },
      onClose: (listener) => channel.onClose(listener),
      close: () => channel.close(),
    });
  };
}

/** The same for a slot: each stay of a chip in our hands is one opening, each command and response one piece. */
export function watchedSlot(channel: ApduChannel, watcher: ChannelWatcher): ApduChannel {
  return {
    start: () => channel.start(),
    state: () => channel.state(),
    onState: (listener) => channel.onState(listener),
    async connect(timeoutMs) {
      const connected = await channel.connect(timeoutMs);
      if (connected.ok) watcher.opened();
      else watcher.closed({ code: 'absent', detail: connected.error.code });
      return connected;
    },
    async disconnect(disposition, timeoutMs) {
      const disconnected = await channel.disconnect(disposition, timeoutMs);
      watcher.closed({ code: 'closed', detail: disposition });
      return disconnected;
    },
    async transmit(apdu, timeoutMs) {
      watcher.sent(apdu);
      const response = await channel.transmit(apdu, timeoutMs);
      if (response.ok) watcher.received(response.value);
      else watcher.closed({ code: 'closed', detail: response.error.code });
      return response;
    },
    close: () => channel.close(),
  };
}
