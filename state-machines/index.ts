/** The door of this folder: one object that is the kiosk's behaviour, for the shell to draw. */

import { type ActorOptions, type AnyActorLogic, createActor } from 'xstate';
import { kioskMachineWith } from './kiosk.ts';
import type { KioskPort } from './port.ts';
import { meaningOf, viewOf } from './screen-of.ts';
import type { UiEvent, View } from './screens.ts';

export type * from './port.ts';
export type * from './screens.ts';

export interface KioskOptions {
  /** For tests; the browser's timers otherwise. */
  readonly clock?: NonNullable<ActorOptions<AnyActorLogic>['clock']>;
  /** The root machine itself failed: a bug. Nothing more will happen; load the page anew. */
  readonly onCrash?: (error: unknown) => void;
}

export interface Kiosk {
  /** What to draw now. */
  readonly view: View;
  /** Events that the view does not offer are ignored. */
  send(event: UiEvent): void;
  /** Called with every view that differs from the one before, once per task, never during `send`. Returns how to stop. */
  subscribe(listener: (view: View) => void): () => void;
  /** Stops everything and aborts what is under way. The daemon ends an open visit when the connection goes. */
  stop(): void;
}

/** Starts at once: the port is subscribed before this returns. */
export function createKiosk(port: KioskPort, { clock, onCrash }: KioskOptions = {}): Kiosk {
  const listeners = new Set<(view: View) => void>();
  let scheduled = false;
  let stopped = false;
  let last = '';

  const tell = () => {
    scheduled = false;
    if (stopped) {
      return;
    }
    const view = viewOf(actor.getSnapshot());
    const text = JSON.stringify(view);
    if (text !== last) {
      last = text;
      for (const listener of [...listeners]) {
        listener(view);
      }
    }
  };

  const actor = createActor(kioskMachineWith(port), {
    ...(clock !== undefined && { clock }),
    // The screen depends on the root and on the machines below it; all of them report here.
    inspect: (event) => {
      if (event.type === '@xstate.snapshot' && !scheduled) {
        scheduled = true;
        queueMicrotask(tell);
      }
    },
  });
  actor.subscribe({
    error: (error) => {
      stopped = true;
      onCrash?.(error);
    },
  });
  actor.start();

  return {
    get view() {
      return viewOf(actor.getSnapshot());
    },
    send(event) {
      const meaning = meaningOf(event, viewOf(actor.getSnapshot()));
      if (meaning !== undefined) {
        actor.send(meaning);
      }
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop() {
      stopped = true;
      listeners.clear();
      actor.stop();
    },
  };
}
