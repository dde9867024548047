import { err, ok, type Result } from '#protocol/result.ts';

/** More pieces than any response has; a chip that goes on beyond is broken. */
const maximumSteps = 300;

export interface DialogueOptions {
  /**
   * Le of a command with data (ISO/IEC 7816-3 case 4) over T=0: `send` leaves it to the reader to drop it, `omit` drops it
   * here, for readers that pass the bytes on as they are.
   */
  readonly caseFourLe: 'send' | 'omit';
  readonly protocol: 't0' | 't1';
}

/**
 * One command and its whole response. `61xx` is answered with GET RESPONSE until nothing is left, `6Cxx` with the same
 * command and the Le that the card names (ISO/IEC 7816-3, 12.2; social security card reference 1.1).
 * Gives data and the last status word. Nothing is repeated for any other reason: a repeated VERIFY costs a PIN try.
 */
export async function dialogue<E>(
  apdu: Uint8Array,
  options: DialogueOptions,
  exchange: (apdu: Uint8Array) => Promise<Result<Uint8Array, E>>,
): Promise<Result<Uint8Array, E | { readonly code: 'cardUnresponsive'; readonly detail: string }>> {
  const collected: Uint8Array[] = [];
  const copies: Uint8Array[] = [];
  let command = options.protocol === 't0' ? forT0(apdu, options.caseFourLe) : apdu;
  let corrected = false;
  try {
    for (let step = 0; step < maximumSteps; step++) {
      const answer = await exchange(command);
      if (!answer.ok) return answer;
      const response = answer.value;
      if (response.length < 2) return err({ code: 'cardUnresponsive', detail: 'response without a status word' });
      const [sw1, sw2] = [response[response.length - 2] ?? 0, response[response.length - 1] ?? 0];
      if (sw1 === 0x6c && !corrected) {
        corrected = true;
        // Its body may be a PIN: the copy does not outlive the dialogue.
        command = withLe(command, sw2);
        copies.push(command);
        continue;
      }
      collected.push(response.subarray(0, response.length - 2));
      if (sw1 !== 0x61) {
        return ok(Uint8Array.from(Buffer.concat([...collected, Uint8Array.of(sw1, sw2)])));
      }
      corrected = false;
      command = Uint8Array.of(0x00, 0xc0, 0x00, 0x00, sw2);
    }
    return err({ code: 'cardUnresponsive', detail: 'response without an end' });
  } finally {
    for (const piece of [...collected, ...copies]) piece.fill(0);
  }
}

/** Header alone is case 1: over T=0 its P3 is 0. */
function forT0(apdu: Uint8Array, caseFourLe: 'send' | 'omit'): Uint8Array {
  if (apdu.length === 4) return Uint8Array.of(...apdu, 0x00);
  if (caseFourLe === 'omit' && isShortCaseFour(apdu)) return apdu.subarray(0, apdu.length - 1);
  return apdu;
}

function isShortCaseFour(apdu: Uint8Array): boolean {
  const lc = apdu[4] ?? 0;
  return lc > 0 && apdu.length === 5 + lc + 1;
}

/** The same command with another Le: in place of the one it has, or after the data that had none. */
function withLe(apdu: Uint8Array, le: number): Uint8Array {
  const hasLe = apdu.length === 5 || isShortCaseFour(apdu);
  return Uint8Array.of(...(hasLe ? apdu.subarray(0, apdu.length - 1) : apdu), le);
}
