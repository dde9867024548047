import { randomUUID } from 'node:crypto';

export const faceResults = ['match', 'differs', 'unavailable'] as const;
export type FaceResult = (typeof faceResults)[number];

/** Another provider's camera beside the kiosk: it says of whoever stands there what it was told to say. */
export class FaceProvider {
  /** Until it is told otherwise. */
  result: FaceResult = 'match';
  /** How often it was asked. */
  asked = 0;

  /** The answer of its own interface (device-daemon/services/kiosk/face-check.ts). */
  check(): { readonly verdict: FaceResult; readonly ref?: string } {
    this.asked += 1;
    const verdict = this.result;
    return verdict === 'unavailable' ? { verdict } : { verdict, ref: `F-${randomUUID()}` };
  }
}
