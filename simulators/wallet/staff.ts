import { benchKeys } from '../crypto/index.ts';

/** Staff of the branch with a card of their own: it enciphers a challenge, and has a PIN. */
export interface Staff {
  readonly number: string;
  readonly pin: string;
  /** SM4. */
  readonly key: Buffer;
}

export const benchStaff: readonly Staff[] = [{ number: '900001', pin: '975310', key: benchKeys.staffCard }];
