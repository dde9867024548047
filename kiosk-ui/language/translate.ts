import type { Catalogue, Entry, ParametersOf, TextKey } from '#assets/languages/index.ts';
import { spellDigits } from './format.ts';

type Values<K extends TextKey> = Readonly<Record<ParametersOf<K>, string | number>>;
type Arguments<K extends TextKey> = [ParametersOf<K>] extends [never] ? [] : [values: Values<K>];

/** The sentence of a key; a key with placeholders does not compile without their values. */
export interface Translate {
  <K extends TextKey>(key: K, ...values: Arguments<K>): string;
  /** The same sentence as the voice says it. */
  spoken<K extends TextKey>(key: K, ...values: Arguments<K>): string;
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{([a-zA-Z0-9]+)\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for {${name}}`);
    return String(value);
  });
}

const written = (entry: Entry): string => (typeof entry === 'string' ? entry : entry[0]);
const said = (entry: Entry): string => (typeof entry === 'string' ? entry : entry[1]);

/** Telephone numbers and codes are read out one by one, counts are not. */
function spell(values: Readonly<Record<string, string | number>>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      name === 'number' || name === 'code' || name === 'last4' ? spellDigits(String(value)) : value,
    ]),
  );
}

export function translator(catalogue: Catalogue): Translate {
  const translate = <K extends TextKey>(key: K, ...[values]: Arguments<K>): string =>
    fill(written(catalogue[key]), values ?? {});
  return Object.assign(translate, {
    spoken: <K extends TextKey>(key: K, ...[values]: Arguments<K>): string =>
      fill(said(catalogue[key]), spell(values ?? {})),
  });
}
