import type { KioskClient } from '#protocol/client/kiosk-client.ts';

/** What a page can do about a connection that does not come back by itself. */
export interface RecoveryOptions {
  readonly client: KioskClient;
  /** Boot of the daemon that we last heard; undefined before its first word. */
  readonly bootId: () => string | undefined;
  /** Nobody is reading something that a reload would take away. */
  readonly atRest: () => boolean;
  readonly reload: () => void;
  /** Boot of the daemon that answers over HTTP now; undefined when none does. */
  readonly askBootId: () => Promise<string | undefined>;
}

/** A socket that breaks is renewed by the client; this many failures beside a daemon that is well mean a stale cookie. */
const failuresBeforeReload = 4;

/**
 * The page's cookie is good for one daemon (page-tokens.ts): after the daemon has restarted, or when the answer that
 * carried the next token was lost, connecting can never work again. Then the page is loaded anew, but only when the
 * daemon is there to serve it and nobody is reading.
 */
export function watchRecovery({ client, bootId, atRest, reload, askBootId }: RecoveryOptions): () => void {
  let failures = 0;
  let asking = false;

  const look = async (): Promise<void> => {
    if (asking) return;
    asking = true;
    try {
      const there = await askBootId();
      if (there === undefined || client.state === 'open' || client.state === 'closed') return;
      failures += 1;
      const other = there !== bootId();
      if ((other || failures >= failuresBeforeReload) && atRest()) reload();
    } finally {
      asking = false;
    }
  };

  return client.onState((state) => {
    if (state === 'open') failures = 0;
    else if (state === 'waiting') void look();
  });
}

/** Asks `GET /healthz`. */
export async function askBootId(): Promise<string | undefined> {
  try {
    const response = await fetch('/healthz', { cache: 'no-store', signal: AbortSignal.timeout(3_000) });
    if (!response.ok) return undefined;
    const body = (await response.json()) as { readonly bootId?: unknown };
    return typeof body.bootId === 'string' ? body.bootId : 'unknown';
  } catch {
    return undefined;
  }
}
