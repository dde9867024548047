import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { type CardManagementHost, newIdempotencyKey } from '../../hosts/index.ts';

/** In base64 well below what a host takes at once. */
const partBytes = 384 * 1024;

export interface DepositProgress {
  readonly part: 'sending';
  readonly done: number;
  readonly total: number;
}

/**
 * Sends a bundle to card management, part by part. A part whose answer is lost may be told again; the host compares the
 * whole with its hash.
 */
export async function deposit(
  path: string,
  host: CardManagementHost,
  signal: AbortSignal,
  onProgress: (progress: DepositProgress) => void,
): Promise<'taken' | 'notDelivered' | 'cancelled'> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(partBytes);
    const piece = async (part: number): Promise<Buffer> => {
      const { bytesRead } = await file.read(bytes, 0, partBytes, (part - 1) * partBytes);
      return bytes.subarray(0, bytesRead);
    };
    const parts = Math.ceil(size / partBytes);
    const hash = createHash('sha256');
    for (let part = 1; part <= parts; part += 1) hash.update(await piece(part));
    const sha256 = hash.digest('hex');
    const bundle = newIdempotencyKey();
    let missing = parts;
    for (let part = 1; part <= parts; part += 1) {
      const data = (await piece(part)).toString('base64');
      const told = await host.depositJournalPart({ bundle, part, parts, sha256, data }, { signal });
      if (signal.aborted) return 'cancelled';
      if (!told.ok) return 'notDelivered';
      missing = told.value.missing;
      onProgress({ part: 'sending', done: part, total: parts });
    }
    return missing === 0 ? 'taken' : 'notDelivered';
  } finally {
    await file.close();
  }
}
