import type { KioskClient } from '#protocol/client/kiosk-client.ts';
import type { View } from '#state-machines/screens.ts';

/** The daemon calls a page dead after 10 s or so of silence (visit.heartbeatSeconds): several beats fit in. */
const everyMs = 2_000;
/** An answer that is missing for so long does not hold up the next beat. */
const deadlineMs = 5_000;

/**
 * Says "I am drawing" to the daemon, from the frames themselves: a page that is hidden, hung or crashed draws none.
 * @param onFrame called with every beat's time, for what else follows the frames (the lobby clock)
 * @returns how to stop
 */
export function startHeartbeat(client: KioskClient, view: () => View, onBeat: () => void): () => void {
  let waiting = false;
  let frame = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const beat = async (): Promise<void> => {
    const { screen, visitId } = view();
    waiting = true;
    await client.request(
      'Visit.Heartbeat',
      {
        screen: screen.name,
        visible: document.visibilityState === 'visible',
        ...(visitId !== undefined && { visitId }),
      },
      { deadlineMs },
    );
    waiting = false;
  };

  // One frame is asked for per beat: asking for every frame would draw, and burn, sixty times a second.
  const draw = (): void => {
    timer = setTimeout(ask, everyMs);
    onBeat();
    if (client.state === 'open' && !waiting) void beat();
  };
  const ask = (): void => {
    frame = requestAnimationFrame(draw);
  };
  ask();
  return () => {
    clearTimeout(timer);
    cancelAnimationFrame(frame);
  };
}
