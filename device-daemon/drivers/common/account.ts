/**
 * The account number of a PIN block (b.1 command 34, b.4): the rightmost 12 digits without the check digit, filled with
 * zeros on the left when it is shorter. `pan` is the FULL number, check digit included, 8 to 19 ASCII digits (ISO/IEC
 * 7812-1); undefined when it is anything else. The caller zeroes the answer.
 */
export function accountDigits(pan: Uint8Array): Buffer | undefined {
  if (pan.length < 8 || pan.length > 19) return undefined;
  if (!pan.every((character) => character >= 0x30 && character <= 0x39)) return undefined;
  const account = Buffer.alloc(12, '0');
  const cut = pan.subarray(Math.max(0, pan.length - 13), -1);
  account.set(cut, 12 - cut.length);
  return account;
}
