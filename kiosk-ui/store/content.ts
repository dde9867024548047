import type { ContentKind, ContentPacks } from '#assets/content/index.ts';
import type { AnyPack, Database } from './database.ts';

/** Where the daemon serves the packs: stable names, so that a bank may replace a file without a new release. */
const addressOf = (kind: ContentKind): string => `/content/${kind}.json`;
const kinds: readonly ContentKind[] = ['branches', 'questions', 'bring', 'notices'];
const fetchMs = 5_000;

export type Packs = Partial<ContentPacks>;

export interface ContentOptions {
  readonly database: Database | undefined;
  readonly show: (packs: Packs) => void;
  readonly onMissing: (kind: ContentKind) => void;
  readonly onStorageFailed: (error: unknown) => void;
}

/**
 * Branches, questions, what to bring, notices: shown from the browser's store at once, and renewed from the daemon when
 * it is there. The daemon being away therefore takes nothing from a person who only wants to know something.
 */
export class Content {
  readonly #options: ContentOptions;
  #packs: Packs = {};

  constructor(options: ContentOptions) {
    this.#options = options;
  }

  /** What was kept from before. */
  async restore(): Promise<void> {
    const { database, onStorageFailed } = this.#options;
    try {
      for (const pack of (await database?.getAll('packs')) ?? []) this.#take(pack);
    } catch (error) {
      onStorageFailed(error);
    }
  }

  /** Asks the daemon for newer ones and keeps them. */
  async renew(): Promise<void> {
    await Promise.all(kinds.map((kind) => this.#renew(kind)));
  }

  async #renew(kind: ContentKind): Promise<void> {
    const { database, onMissing, onStorageFailed } = this.#options;
    const pack = await fetchPack(kind);
    if (pack === undefined) {
      if (this.#packs[kind] === undefined) onMissing(kind);
      return;
    }
    if (!this.#take(pack)) return;
    try {
      await database?.put('packs', pack);
    } catch (error) {
      onStorageFailed(error);
    }
  }

  /** True when it is newer than what is shown. */
  #take(pack: AnyPack): boolean {
    const shown = this.#packs[pack.kind];
    if (shown !== undefined && shown.version >= pack.version) return false;
    this.#packs = { ...this.#packs, [pack.kind]: pack };
    this.#options.show(this.#packs);
    return true;
  }
}

async function fetchPack(kind: ContentKind): Promise<AnyPack | undefined> {
  try {
    const response = await fetch(addressOf(kind), { cache: 'no-store', signal: AbortSignal.timeout(fetchMs) });
    const body: unknown = response.ok ? await response.json() : undefined;
    return isPack(body, kind) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** Our own server's file, but possibly edited by hand: a pack that cannot be drawn must not replace one that can. */
export function isPack(value: unknown, kind: ContentKind): value is AnyPack {
  if (typeof value !== 'object' || value === null) return false;
  const pack = value as { readonly kind?: unknown; readonly version?: unknown; readonly items?: unknown };
  return (
    pack.kind === kind &&
    typeof pack.version === 'string' &&
    /^\d{4}-\d{2}-\d{2}$/.test(String((value as { readonly validFrom?: unknown }).validFrom)) &&
    Array.isArray(pack.items) &&
    pack.items.every((item) => hasMembers(item, members[kind]))
  );
}

type Shape = 'text' | 'texts' | 'day';
const members: Readonly<Record<ContentKind, Readonly<Record<string, Shape>>>> = {
  branches: { campus: 'text', name: 'text', address: 'text', hours: 'text' },
  questions: { question: 'text', answer: 'text' },
  bring: { title: 'text', things: 'texts' },
  notices: { validFrom: 'day', validUntil: 'day', text: 'text' },
};

function hasMembers(item: unknown, shapes: Readonly<Record<string, Shape>>): boolean {
  if (typeof item !== 'object' || item === null) return false;
  return Object.entries(shapes).every(([name, shape]) => {
    const value = (item as Readonly<Record<string, unknown>>)[name];
    if (shape === 'texts') return Array.isArray(value) && value.every(isLocalized);
    return shape === 'day' ? typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) : isLocalized(value);
  });
}

function isLocalized(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return ['zh-Hans', 'zh-Hant', 'en'].every(
    (language) => typeof (value as Readonly<Record<string, unknown>>)[language] === 'string',
  );
}
