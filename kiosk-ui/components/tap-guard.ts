/** A second tap this soon after the first is a trembling hand or an impatient one, not a second wish. */
export const tapGuardMs = 400;

/**
 * Lets a tap through unless another one went through less than `tapGuardMs` ago. One guard serves the whole page, so
 * that the second half of a double tap cannot hit what the first half brought up.
 * @param timeStampMs monotonic time of the tap, as in `Event.timeStamp`
 */
export function createTapGuard(intervalMs = tapGuardMs): (timeStampMs: number) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return (timeStampMs) => {
    if (timeStampMs - last < intervalMs) return false;
    last = timeStampMs;
    return true;
  };
}
