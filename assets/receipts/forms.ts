/**
 * What may stand in a field. Nothing but these shapes is printed, so that no number or name gets onto paper unmasked
 * (domain 4b):
 *
 *   text          any short text without a long number in it
 *   amount        yuan with two decimals, ungrouped; printed grouped
 *   time          date and time, ISO 8601; printed in the kiosk's zone
 *   masked        only the last four characters are readable
 *   maskedName    only the last character is readable
 *   caseCode      XXXX-XXXX
 *   reference     a host's number: letters, digits, hyphens
 *   count         a small whole number
 *   term          one of the catalogue's words: `terms` + '.' + value
 */
export type FieldKind =
  | 'text'
  | 'amount'
  | 'time'
  | 'masked'
  | 'maskedName'
  | 'caseCode'
  | 'reference'
  | 'count'
  | 'term';

export interface FormField {
  readonly kind: FieldKind;
  readonly terms?: string;
  /** Absent fields take their line with them; required ones may not be absent. */
  readonly required?: true;
  /** An array; the lines that name it are printed once for each element. */
  readonly repeats?: true;
  readonly standard?: string;
}

/**
 * A form is a receiptline document (one line of it is one line of paper) with fields in double braces: `{{time}}`;
 * `{{t.card}}` takes a sentence of the catalogue; `{{wide available}}` prints in double width where that fits;
 * `{{with available}}` prints nothing and ties its line to the field.
 */
export interface ReceiptForm {
  readonly fields: Readonly<Record<string, FormField>>;
  /** Of each group exactly one field is there: a leg is either answered or says why not. */
  readonly oneOf: readonly (readonly string[])[];
  readonly template: string;
}

/** Social function, bank account and medical account each under its own heading: never added up (BRIEF-05, BRIEF-12). */
const balance: ReceiptForm = {
  fields: {
    bankName: { kind: 'text', required: true },
    branchName: { kind: 'text' },
    terminalId: { kind: 'text', required: true },
    time: { kind: 'time', required: true },
    cardNumber: { kind: 'masked' },
    holderName: { kind: 'maskedName' },
    social: { kind: 'term', terms: 'social' },
    outOfArea: { kind: 'term', terms: 'outOfArea' },
    accountKind: { kind: 'term', terms: 'accountKind', repeats: true },
    accountClass: { kind: 'term', terms: 'accountClass', repeats: true },
    accountNumber: { kind: 'masked', repeats: true },
    available: { kind: 'amount', repeats: true },
    financial: { kind: 'term', terms: 'financial' },
    otherBank: { kind: 'text' },
    otherBankHotline: { kind: 'text' },
    medicalBalance: { kind: 'amount' },
    medical: { kind: 'term', terms: 'medical' },
    // BRIEF-13: nothing is charged, and the line says so.
    fee: { kind: 'amount', standard: '0.00' },
    caseCode: { kind: 'caseCode', required: true },
    reference: { kind: 'reference' },
    hotline: { kind: 'text', required: true },
  },
  oneOf: [['social'], ['available', 'financial'], ['medicalBalance', 'medical']],
  template: `
^^^{{bankName}}^^^
"{{t.balance.title}}"
{{branchName}}

{{t.time}} |{{time}}
{{t.terminal}} |{{terminalId}}
{{t.holder}} |{{holderName}}
{{t.card}} |{{cardNumber}}
-
"{{t.leg.social}}" |{{social}}
{{t.outOfArea}} |{{outOfArea}}
-
"{{t.leg.financial}}" |
{{accountKind}} · {{accountClass}} |{{accountNumber}}
{{with available}}{{t.available}} |
| {{wide available}}
{{financial}} |
{{t.otherBank}} |{{otherBank}}
{{t.hotline}} |{{otherBankHotline}}
-
"{{t.leg.medical}}" |
{{with medicalBalance}}{{t.medicalBalance}} |
| {{wide medicalBalance}}
{{medical}} |
-
{{t.fee}} |{{fee}}
{{t.reference}} |{{reference}}
{{t.caseCode}} |{{caseCode}}

{{t.notSummed}} |
{{t.keep}} |
{{t.hotline}} {{hotline}} |
`,
};

/** Shows a technician every script, the width, both sizes, dark and light, and the cutter. */
const test: ReceiptForm = {
  fields: {
    terminalId: { kind: 'text', required: true },
    time: { kind: 'time', required: true },
    printer: { kind: 'text' },
    charactersPerLine: { kind: 'count', required: true },
    ruler: { kind: 'text', required: true },
  },
  oneOf: [],
  template: `
^^^{{t.test.title}}^^^

{{t.time}} |{{time}}
{{t.terminal}} |{{terminalId}}
{{t.test.printer}} |{{printer}}
{{t.test.paper}} |{{charactersPerLine}}
-
{{t.test.characters}} |
^{{t.test.ruler}}^ _0123456789_ "ABC xyz" |
{{ruler}} |
-
{code:KIOSK {{terminalId}}; option:qrcode,4,m}
-
{{t.test.end}}
`,
};

export const FORMS = { balance, test } as const;
export type FormName = keyof typeof FORMS;
