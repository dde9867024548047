import {
  type FormField,
  isReceiptText,
  RECEIPT_TEXTS,
  type ReceiptCatalogue,
  type ReceiptForm,
} from '#assets/receipts/index.ts';
import { err, ok, type Result } from '#protocol/result.ts';
import { cellsOf, normalise } from '../../drivers/escpos/index.ts';

export type ReceiptLanguage = keyof typeof RECEIPT_TEXTS;
export type ReceiptFields = Readonly<Record<string, string | readonly string[]>>;

/** Which field is wrong, never what stood in it. */
export type ReceiptFault =
  | { readonly code: 'formNotFound' }
  | { readonly code: 'fieldUnknown' | 'fieldMissing' | 'fieldInvalid'; readonly field: string };

export interface FillOptions {
  readonly language: ReceiptLanguage;
  readonly charactersPerLine: number;
  readonly timeZone: string;
}

/** Thirteen digits in a row, whatever separates them, are a card or identity number. */
const LONG_NUMBER = /\d(?:[\s.-]?\d){12}/;

const SHAPES: Readonly<Record<FormField['kind'], (value: string) => boolean>> = {
  text: (value) => value.length <= 64 && !LONG_NUMBER.test(value),
  amount: (value) => /^-?\d{1,15}\.\d{2}$/.test(value),
  time: (value) => /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value)),
  date: (value) => /^\d{4}-\d\d-\d\d(T|$)/.test(value) && !Number.isNaN(Date.parse(value)),
  masked: (value) => /^\*+ ?[0-9A-Z]{4}$/.test(value),
  maskedName: (value) => /^\*+\P{C}?$/u.test(value),
  caseCode: (value) => /^[0-9A-Z]{4}-[0-9A-Z]{4}$/.test(value),
  reference: (value) => /^[0-9A-Za-z_-]{1,64}$/.test(value) && !LONG_NUMBER.test(value),
  count: (value) => /^\d{1,4}$/.test(value),
  term: () => true,
};

/** The form as a receiptline document in one language, every field in it; or the first field that does not fit. */
export function fillForm(form: ReceiptForm, given: ReceiptFields, options: FillOptions): Result<string, ReceiptFault> {
  const texts = RECEIPT_TEXTS[options.language];
  for (const field of Object.keys(given)) {
    if (!Object.hasOwn(form.fields, field)) return err({ code: 'fieldUnknown', field });
  }
  const values = new Map<string, readonly string[]>();
  for (const [field, declared] of Object.entries(form.fields)) {
    const value = given[field] ?? declared.standard;
    if (value === undefined) {
      if (declared.required) return err({ code: 'fieldMissing', field });
      continue;
    }
    const written = writeField(declared, value, texts, options);
    if (written === undefined) return err({ code: 'fieldInvalid', field });
    values.set(field, written);
  }
  for (const group of form.oneOf) {
    const there = group.filter((field) => values.has(field));
    const [first = ''] = group;
    if (there.length === 0) return err({ code: 'fieldMissing', field: first });
    if (there.length > 1) return err({ code: 'fieldInvalid', field: there[1] ?? first });
  }
  const lengths = new Set([...values].filter(([field]) => form.fields[field]?.repeats).map(([, list]) => list.length));
  if (lengths.size > 1) {
    const field = [...values.keys()].find((name) => form.fields[name]?.repeats) ?? '';
    return err({ code: 'fieldInvalid', field });
  }
  return ok(fillLines(form, values, texts, options));
}

/** What is printed of a field, one string for each element; undefined when it has not the declared shape. */
function writeField(
  declared: FormField,
  value: string | readonly string[],
  texts: ReceiptCatalogue,
  options: FillOptions,
): readonly string[] | undefined {
  if ((typeof value !== 'string') !== (declared.repeats === true)) return undefined;
  const written: string[] = [];
  for (const one of typeof value === 'string' ? [value] : value) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here.
    if (one === '' || /[\u0000-\u001f\u007f]/.test(one) || !SHAPES[declared.kind](one)) return undefined;
    if (declared.kind === 'term') {
      const key = `${declared.terms}.${one}`;
      if (!isReceiptText(key)) return undefined;
      written.push(texts[key]);
    } else if (declared.kind === 'amount') {
      written.push(texts.amount.replace('{amount}', groupAmount(one)));
    } else if (declared.kind === 'time') {
      written.push(writeTime(one, options));
    } else if (declared.kind === 'date') {
      written.push(writeDate(one, options));
    } else {
      written.push(one);
    }
  }
  return written.length === 0 ? undefined : written.map(normalise);
}

function fillLines(
  form: ReceiptForm,
  values: ReadonlyMap<string, readonly string[]>,
  texts: ReceiptCatalogue,
  { charactersPerLine }: FillOptions,
): string {
  const lines = form.template.trim().split('\n');
  const fieldsOf = (line: string): string[] =>
    [...line.matchAll(/\{\{([^{}]+)\}\}/g)]
      .map(([, inner = '']) => inner.split(' ').at(-1) ?? '')
      .filter((name) => !name.startsWith('t.'));
  const fill = (line: string, index: number): string =>
    line.replace(/\{\{([^{}]+)\}\}/g, (_, inner: string) => {
      const [name = '', verb] = inner.split(' ').reverse();
      if (verb === 'with') return '';
      const key = name.startsWith('t.') ? name.slice(2) : undefined;
      if (key !== undefined) {
        if (!isReceiptText(key)) throw new Error(`no sentence "${key}" for receipts`);
        return quote(normalise(texts[key]));
      }
      const list = values.get(name) ?? [];
      const text = list[index] ?? list[0] ?? '';
      const cells = Array.from(text).reduce((sum, character) => sum + cellsOf(character), 0);
      return verb === 'wide' && cells * 2 <= charactersPerLine ? `^${quote(text)}^` : quote(text);
    });

  const out: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const repeats = (line: string) => fieldsOf(line).some((field) => form.fields[field]?.repeats);
    let end = at + 1;
    if (repeats(lines[at] ?? '')) while (end < lines.length && repeats(lines[end] ?? '')) end++;
    const block = lines.slice(at, end);
    const times = repeats(block[0] ?? '')
      ? Math.max(0, ...block.flatMap(fieldsOf).map((name) => values.get(name)?.length ?? 0))
      : 1;
    for (let index = 0; index < times; index++) {
      out.push(
        ...block
          .filter((line) => fieldsOf(line).every((field) => values.has(field)))
          .map((line) => wrapCells(fill(line, index), charactersPerLine)),
      );
    }
    at = end;
  }
  return out.join('\n');
}

/**
 * receiptline wraps anywhere; Latin words stay whole. Breaks what is too long for its column at spaces, with the escape
 * that receiptline reads as a new line in the same column.
 */
function wrapCells(line: string, charactersPerLine: number): string {
  if (line.startsWith('{')) return line;
  const cells = line.split('|');
  const columns = line.replace(/^\||\|$/g, '').split('|').length;
  const width = Math.floor((charactersPerLine - (columns - 1)) / columns);
  return cells
    .map((cell) => {
      let used = 0;
      let out = '';
      for (const [word = ''] of cell.trim().matchAll(/ *[^ ]+/g)) {
        const cellsOfWord = measure(word);
        const breaks = used > 0 && used + cellsOfWord > width;
        out += breaks ? `\\n${word.trimStart()}` : word;
        used = breaks ? measure(word.trimStart()) : used + cellsOfWord;
      }
      // The spaces around a column are its alignment.
      return cell.replace(/^( *).*?( *)$/, (_, before: string, after: string) => before + out + after);
    })
    .join('|');
}

/** Cells of quoted text: an escape is one character, decoration none, `^` what doubles up to the next. */
function measure(text: string): number {
  let wide = 1;
  let sum = 0;
  for (const [token] of text.matchAll(/\\x[0-9a-f]{2}|\^+|./gu)) {
    if (token.startsWith('^')) wide = wide === 1 ? 2 : 1;
    else if (!/^["_`]$/.test(token)) sum += (token.length > 2 ? 1 : cellsOf(token)) * wide;
  }
  return sum;
}

/** Every character that means something to receiptline, as the escape that it prints. */
const quote = (text: string): string =>
  text.replace(/[\\|{}~_"`^=;:-]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`);

const groupAmount = (amount: string): string => amount.replace(/\B(?=(\d{3})+\.)/g, ',');

/** A date without a time is that day in every zone. */
const writeDate = (date: string, { language, timeZone }: FillOptions): string =>
  dayOf(partsOf(date, language, date.includes('T') ? timeZone : 'UTC'), language);

function writeTime(time: string, { language, timeZone }: FillOptions): string {
  const parts = partsOf(time, language, timeZone);
  return `${dayOf(parts, language)} ${parts['hour']}:${parts['minute']}:${parts['second']}`;
}

type Parts = Readonly<Record<string, string>>;

const dayOf = (parts: Parts, language: ReceiptLanguage): string =>
  language === 'en'
    ? `${Number(parts['day'])} ${parts['month']} ${parts['year']}`
    : `${parts['year']}年${Number(parts['month'])}月${Number(parts['day'])}日`;

function partsOf(time: string, language: ReceiptLanguage, timeZone: string): Parts {
  return Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: language === 'en' ? 'long' : 'numeric',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
      .formatToParts(new Date(time))
      .map(({ type, value }) => [type, value]),
  );
}
