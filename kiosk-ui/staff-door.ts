/** So long a finger must rest: nobody does so by chance. */
const restMs = 3_000;
/** Of the screen's short side. */
const cornerPart = 0.1;

/**
 * The way to the sign-on of staff where no operator switch is: a finger that rests in the upper right corner while nobody
 * is being served. It opens a door at which one must show who one is, and nothing else (domain 3e, F7).
 */
export function watchStaffDoor(mayOpen: () => boolean, open: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => clearTimeout(timer);
  addEventListener('pointerdown', ({ clientX, clientY, isPrimary }) => {
    stop();
    const corner = cornerPart * Math.min(innerWidth, innerHeight);
    if (!isPrimary || clientX < innerWidth - corner || clientY > corner || !mayOpen()) return;
    timer = setTimeout(() => {
      if (mayOpen()) open();
    }, restMs);
  });
  for (const type of ['pointerup', 'pointercancel', 'pointerleave'] as const) addEventListener(type, stop);
}
