/**
 * What may stand in a field. Nothing but these shapes is printed, so that no number or name gets onto paper unmasked
 * (domain 4b):
 *
 *   text          any short text without a long number in it
 *   amount        yuan with two decimals, ungrouped; printed grouped
 *   time          date and time, ISO 8601; printed in the kiosk's zone
 *   date          the day alone: of a date and time in the kiosk's zone, or a date as it is
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
  | 'date'
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

/**
 * What an act brought, each side under its own heading with its own word: nobody reads that a card is frozen where one side
 * is (domain 2c). A side that the act is not about is left out.
 */
const act: ReceiptForm = {
  fields: {
    bankName: { kind: 'text', required: true },
    branchName: { kind: 'text' },
    terminalId: { kind: 'text', required: true },
    time: { kind: 'time', required: true },
    cardNumber: { kind: 'masked' },
    holderName: { kind: 'maskedName' },
    act: { kind: 'term', terms: 'act', required: true },
    social: { kind: 'term', terms: 'outcome' },
    socialReason: { kind: 'term', terms: 'reason' },
    socialStatus: { kind: 'term', terms: 'social' },
    socialUntil: { kind: 'date' },
    socialNumber: { kind: 'reference' },
    socialBank: { kind: 'text' },
    socialBankHotline: { kind: 'text' },
    socialKeepTrying: { kind: 'term', terms: 'keepTrying' },
    financial: { kind: 'term', terms: 'outcome' },
    financialReason: { kind: 'term', terms: 'reason' },
    financialStatus: { kind: 'term', terms: 'account' },
    financialUntil: { kind: 'date' },
    financialNumber: { kind: 'reference' },
    financialBank: { kind: 'text' },
    financialBankHotline: { kind: 'text' },
    financialKeepTrying: { kind: 'term', terms: 'keepTrying' },
    formalBefore: { kind: 'date' },
    note: { kind: 'term', terms: 'note', repeats: true },
    // BRIEF-13: no report, lifting or activation costs anything, and the line says so.
    fee: { kind: 'amount', standard: '0.00' },
    caseCode: { kind: 'caseCode', required: true },
    hotline: { kind: 'text', required: true },
    offer: { kind: 'term', terms: 'offer' },
    offerUntil: { kind: 'date' },
  },
  oneOf: [],
  template: `
^^^{{bankName}}^^^
"{{t.act.title}}"
{{branchName}}

{{t.time}} |{{time}}
{{t.terminal}} |{{terminalId}}
{{t.holder}} |{{holderName}}
{{t.card}} |{{cardNumber}}
{{t.act.asked}} |"{{act}}"
{{with social}}-
"{{t.leg.social}}" |"{{social}}"
{{socialReason}} |
{{t.statusNow}} |{{socialStatus}}
{{t.liftsOn}} |{{socialUntil}}
{{t.businessNumber}} |{{socialNumber}}
{{t.otherBank}} |{{socialBank}}
{{t.hotline}} |{{socialBankHotline}}
{{socialKeepTrying}} {{hotline}} |
{{with financial}}-
"{{t.leg.financial}}" |"{{financial}}"
{{financialReason}} |
{{t.statusNow}} |{{financialStatus}}
{{t.liftsOn}} |{{financialUntil}}
{{t.businessNumber}} |{{financialNumber}}
{{t.otherBank}} |{{financialBank}}
{{t.hotline}} |{{financialBankHotline}}
{{financialKeepTrying}} {{hotline}} |
-
{{t.formalBefore}} {{formalBefore}} |
{{note}} |
{{t.fee}} |{{fee}}
{{t.caseCode}} |{{caseCode}}

{code:{{caseCode}}; option:qrcode,6,m}

{{t.keep}} |
{{t.hotline}} {{hotline}} |
{{with offer}}-
{{offer}} |
{{t.offerUntil}} |{{offerUntil}}
`,
};

/** With this the holder of a card that was kept gets it back: what, where, until when, with what. */
const claim: ReceiptForm = {
  fields: {
    bankName: { kind: 'text', required: true },
    branchName: { kind: 'text' },
    terminalId: { kind: 'text', required: true },
    time: { kind: 'time', required: true },
    cardNumber: { kind: 'masked' },
    claim: { kind: 'caseCode', required: true },
    days: { kind: 'count', required: true },
    hotline: { kind: 'text', required: true },
  },
  oneOf: [],
  template: `
^^^{{bankName}}^^^
"{{t.claim.title}}"
{{branchName}}

{{t.time}} |{{time}}
{{t.terminal}} |{{terminalId}}
{{t.card}} |{{cardNumber}}
-
{{t.claim.number}} |
^^{{claim}}^^

{code:{{claim}}; option:qrcode,6,m}

-
{{t.claim.why}} |
"{{t.claim.bring}}" |
{{t.claim.where}} |{{branchName}}
{{t.claim.days}} |{{days}}
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

/** What the self-test found, for the file of the branch. */
const readiness: ReceiptForm = {
  fields: {
    bankName: { kind: 'text', required: true },
    branchName: { kind: 'text', required: true },
    terminalId: { kind: 'text', required: true },
    time: { kind: 'time', required: true },
    verdict: { kind: 'term', terms: 'verdict', required: true, repeats: true },
    item: { kind: 'text', required: true, repeats: true },
  },
  oneOf: [],
  template: `
^^^{{bankName}}^^^
"{{t.readiness.title}}"
{{branchName}}

{{t.time}} |{{time}}
{{t.terminal}} |{{terminalId}}
-
{{verdict}} {{item}} |
-
{{t.readiness.signed}} |
`,
};

/** The end of a business day, as two persons have signed it: one line for each figure and each point. */
const day: ReceiptForm = {
  fields: {
    bankName: { kind: 'text', required: true },
    branchName: { kind: 'text' },
    terminalId: { kind: 'text', required: true },
    day: { kind: 'count', required: true },
    since: { kind: 'time', required: true },
    time: { kind: 'time', required: true },
    label: { kind: 'text', required: true, repeats: true },
    value: { kind: 'text', required: true, repeats: true },
    first: { kind: 'text', required: true },
    second: { kind: 'text', required: true },
  },
  oneOf: [],
  template: `
^^^{{bankName}}^^^
"{{t.day.title}}"
{{branchName}}

{{t.terminal}} |{{terminalId}}
{{t.day.number}} |{{day}}
{{t.day.from}} |{{since}}
{{t.day.until}} |{{time}}
-
{{t.day.both}} |
{{label}} |{{value}}
-
{{t.day.first}} |{{first}}
{{t.day.second}} |{{second}}
`,
};

export const FORMS = { balance, act, claim, test, readiness, day } as const;
export type FormName = keyof typeof FORMS;
