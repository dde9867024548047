import type { OperationOptions } from '../../devices/device.ts';

/**
 * A face check by another provider's camera and software, injected: the kiosk has none of its own and works without. Its
 * verdict is all that comes back; no picture passes through here.
 */
export interface FaceCheck {
  /** `ref` names the provider's record of it. */
  check(
    about: { readonly visit: string },
    options: OperationOptions,
  ): Promise<{ readonly verdict: 'match' | 'differs' | 'unavailable'; readonly ref?: string }>;
}
