import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { ContentKind, ContentPacks } from '#assets/content/index.ts';
import type { CommandPayloads } from '#protocol/generated/kiosk.ts';
import { err, ok, type Result } from '#protocol/result.ts';

/** Something that happened to the page itself. Never anything of a person (invariant 3). */
export type HealthEvent = CommandPayloads['Visit.ReportHealth']['events'][number];
export type AnyPack = ContentPacks[ContentKind];

/** All that the browser keeps. */
interface KioskDatabase extends DBSchema {
  packs: { key: ContentKind; value: AnyPack };
  health: { key: number; value: HealthEvent };
}

export type Database = IDBPDatabase<KioskDatabase>;

const version = 1;

/**
 * Opens the browser's store. There may be none (private window, full disk, damaged profile): everything that uses it works
 * without, only not across a restart.
 */
export async function openDatabase(): Promise<Result<Database, unknown>> {
  try {
    const database = await openDB<KioskDatabase>('kiosk', version, {
      upgrade(fresh) {
        fresh.createObjectStore('packs', { keyPath: 'kind' });
        fresh.createObjectStore('health', { autoIncrement: true });
      },
      // Another page of a newer release wants in.
      blocking: (_current, _blocked, event) => {
        (event.target as IDBDatabase | null)?.close();
      },
    });
    return ok(database);
  } catch (error) {
    return err(error);
  }
}
