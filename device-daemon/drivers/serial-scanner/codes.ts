/** What a scanned text is to this kiosk. */
export type ScannedCode =
  | { readonly kind: 'caseCode'; readonly caseCode: string }
  | { readonly kind: 'appointment'; readonly reference: string }
  | { readonly kind: 'unknown' };

/** The whole text must have one of these forms; its one group is what it is about. */
export const codeForms = {
  /** As the kiosk gives them out: Crockford's base 32 without letters that look like digits, four and four. */
  caseCode: /^([0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4})$/,
  /** As the bank's appointment service prints them. */
  appointment: /^APPT:([0-9A-Za-z]{1,32})$/,
} as const;

/** No form is longer. Longer texts are never made a string of: they may say who somebody is. */
const longestForm = 37;

export function readCode(text: Uint8Array): ScannedCode {
  if (text.length > longestForm) return { kind: 'unknown' };
  const code = Buffer.from(text).toString('latin1');
  const caseCode = codeForms.caseCode.exec(code)?.[1];
  if (caseCode !== undefined) return { kind: 'caseCode', caseCode };
  const reference = codeForms.appointment.exec(code)?.[1];
  return reference === undefined ? { kind: 'unknown' } : { kind: 'appointment', reference };
}
