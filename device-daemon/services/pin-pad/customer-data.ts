/** What a peer sends as `customerData` of PinPad.GetPinBlock; no two agree, and a wrong cut makes a wrong but well-formed block (b.8). */
export type CustomerData = 'pan' | 'panWithoutCheckDigit' | 'twelveDigits';

/**
 * The full card number, check digit included, as the device interface wants it: the driver does the cutting. Undefined
 * when the text is not what the peer agreed to send. The caller zeroes the answer.
 */
export function panOf(customerData: string, kind: CustomerData): Buffer | undefined {
  if (!lengths[kind].test(customerData)) return undefined;
  if (kind === 'pan') return Buffer.from(customerData, 'latin1');
  // The account number that the digits end; its check digit is cut off again before the number reaches the pad.
  return Buffer.from(`${customerData}${checkDigit(customerData)}`, 'latin1');
}

/** Card numbers have 8 to 19 digits (ISO/IEC 7812-1). */
const lengths: Readonly<Record<CustomerData, RegExp>> = {
  pan: /^[0-9]{8,19}$/,
  panWithoutCheckDigit: /^[0-9]{7,18}$/,
  twelveDigits: /^[0-9]{12}$/,
};

/** Luhn (ISO/IEC 7812-1 annex B). */
function checkDigit(account: string): number {
  let sum = 0;
  for (let i = 0; i < account.length; i += 1) {
    const digit = account.charCodeAt(account.length - 1 - i) - 0x30;
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}
