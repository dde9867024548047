/** A device that talks without end. For tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ok } from '#protocol/result.ts';
import type { OpenChannel } from '../../transports/channel.ts';

export interface Babbler {
  /** What it says arrives on the channel too. */
  over(open: OpenChannel): OpenChannel;
  stop(): void;
}

/** Talks already when it resolves. In a process of its own: one that shares ours would fall silent whenever we are held up. */
export async function startBabbler(noise: Uint8Array): Promise<Babbler> {
  const program = `setInterval(() => process.stdout.write(Buffer.from('${Buffer.from(noise).toString('hex')}', 'hex')), 2)`;
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  return {
    over: (open) => async (signal) => {
      const channel = await open(signal);
      if (!channel.ok) return channel;
      const { value } = channel;
      return ok({
        write: (bytes) => value.write(bytes),
        onClose: (listener) => value.onClose(listener),
        close: () => value.close(),
        onData(listener) {
          const off = value.onData(listener);
          const hear = (bytes: Uint8Array): void => listener(bytes);
          child.stdout.on('data', hear);
          return () => {
            child.stdout.off('data', hear);
            off();
          };
        },
      });
    },
    stop: () => void child.kill(),
  };
}
