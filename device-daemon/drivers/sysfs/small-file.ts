import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { err, ok, type Result } from '#protocol/result.ts';

/** Why a file of the kernel cannot be used. */
export type FileFault = 'missing' | 'denied' | 'stuck' | 'failed';

/** More than any attribute that is looked at has. */
const mostBytes = 64;

const faults: Readonly<Record<string, FileFault>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  // The device behind it has gone, its file not yet.
  ENODEV: 'missing',
  ENXIO: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
};

/**
 * One attribute of sysfs (Documentation/filesystems/sysfs.rst): a short text, read anew from its beginning each time,
 * written whole. One access at a time: a driver that hangs holds one thread and not all of them.
 */
export class SmallFile {
  readonly path: string;
  readonly #stuckMs: number;
  #pending: Promise<Result<string, FileFault>> | undefined;

  constructor(path: string, stuckMs: number) {
    this.path = path;
    this.#stuckMs = stuckMs;
  }

  /** Without the line's end. */
  read(): Promise<Result<string, FileFault>> {
    return this.#alone(async () => {
      // O_NONBLOCK: a pipe in the place of an attribute waits for nobody.
      const file = await open(this.path, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
        return buffer.toString('latin1', 0, bytesRead).trim();
      } finally {
        await file.close();
      }
    });
  }

  /** Never makes a file: one that is not there is a device that is not there. */
  write(text: string): Promise<Result<string, FileFault>> {
    return this.#alone(async () => {
      const file = await open(this.path, constants.O_WRONLY | constants.O_NONBLOCK);
      try {
        await file.write(`${text}\n`);
        return text;
      } finally {
        await file.close();
      }
    });
  }

  async #alone(access: () => Promise<string>): Promise<Result<string, FileFault>> {
    if (this.#pending !== undefined) return err('stuck');
    const pending = outcomeOf(access).finally(() => {
      this.#pending = undefined;
    });
    this.#pending = pending;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Result<string, FileFault>>((resolve) => {
      timer = setTimeout(() => resolve(err('stuck')), this.#stuckMs);
    });
    return Promise.race([pending, late]).finally(() => clearTimeout(timer));
  }
}

async function outcomeOf(access: () => Promise<string>): Promise<Result<string, FileFault>> {
  try {
    return ok(await access());
  } catch (error) {
    return err(faultOf(error));
  }
}

function faultOf(error: unknown): FileFault {
  if (!(error instanceof Error) || !('code' in error)) throw error;
  return faults[String(error.code)] ?? 'failed';
}
