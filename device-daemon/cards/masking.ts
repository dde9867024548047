/** What may be shown, printed or journalled of a personal datum (domain 4b). Everything else is a star. */

type Text = string | Uint8Array;

/** By code point, so that a rare character is not cut in half. Bytes are UTF-8. */
const characters = (text: Text): string[] =>
  Array.from(typeof text === 'string' ? text : Buffer.from(text.buffer, text.byteOffset, text.length).toString('utf8'));

function keep(text: Text, first: number, last: number): string {
  const all = characters(text);
  if (all.length <= first + last) return '*'.repeat(all.length);
  return all.map((character, index) => (index < first || index >= all.length - last ? character : '*')).join('');
}

/** Six and four. */
export const maskPan = (pan: Text): string => keep(pan, 6, 4);

/** First and last character; identity and passport numbers alike. */
export const maskIdNumber = (number: Text): string => keep(number, 1, 1);

/** Last character only; a name of one character is all stars. */
export const maskName = (name: Text): string => keep(name, 0, 1);

/** Three and two. */
export const maskPhone = (phone: Text): string => keep(phone, 3, 2);

/** Last four characters alone: card numbers on receipts and in the journal. Fewer than five: nothing. */
export function last4(number: Text): string {
  const all = characters(number);
  return all.length <= 4 ? '' : all.slice(-4).join('');
}
