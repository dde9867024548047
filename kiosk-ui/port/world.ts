import type { KioskClient } from '#protocol/client/kiosk-client.ts';
import type { Snapshot } from '#protocol/generated/kiosk.ts';
import type { WorldEvent } from '#state-machines/port.ts';
import { deadlines } from './deadlines.ts';

export interface World {
  /** Tells the state at once, then everything in the order in which the daemon said it. Returns how to stop. */
  subscribe(listener: (event: WorldEvent) => void): () => void;
  /** The latest word of the daemon, kept when it goes away. */
  readonly snapshot: Snapshot | undefined;
}

/** A connection that does not give its snapshot is asked again after this long. */
const askAgainMs = 1_000;

/** What the daemon says unasked, and the snapshot that is asked for whenever the connection comes (back). */
export function createWorld(client: KioskClient): World {
  const listeners = new Set<(event: WorldEvent) => void>();
  let state: WorldEvent = { type: 'DISCONNECTED' };
  let snapshot: Snapshot | undefined;

  const tell = (event: WorldEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };

  const heard = (fresh: Snapshot): void => {
    snapshot = fresh;
    state = { type: 'SNAPSHOT', snapshot: fresh };
    tell(state);
  };

  const ask = async (): Promise<void> => {
    const reply = await client.request('Visit.GetSnapshot', {}, { deadlineMs: deadlines.quickMs });
    if (reply.ok && reply.value.completionCode === 'success') heard(reply.value.payload);
    else if (client.state === 'open') setTimeout(() => void ask(), askAgainMs);
  };

  const follow = (): void => {
    if (client.state === 'open') {
      void ask();
    } else if (state.type !== 'DISCONNECTED') {
      state = { type: 'DISCONNECTED' };
      tell(state);
    }
  };

  client.onState(follow);
  client.subscribe((event) => {
    switch (event.name) {
      case 'Visit.SnapshotChangedEvent':
        heard(event.payload);
        break;
      case 'Visit.EndedEvent':
        tell({ type: 'ENDED', ...event.payload });
        break;
      case 'SocialCard.CardRemovedEvent':
        tell({ type: 'CARD_REMOVED', ...event.payload });
        break;
      default:
    }
  });
  follow();

  return {
    get snapshot() {
      return snapshot;
    },
    subscribe(listener) {
      listeners.add(listener);
      listener(state);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
