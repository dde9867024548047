/** Hoppers and bins of another provider's dispenser, as its Storage tells them (interfaces.md 1.2). */
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { BinLevel, HopperLevel } from '../../devices/card-dispenser.ts';
import { merged } from './service.ts';

type Units = Readonly<Record<string, xfs.StorageStorageUnit | undefined>>;
type Kind = NonNullable<xfs.CardReaderStorageCapabilities['type']>;
type Level = NonNullable<xfs.CardReaderStorageStatus['replenishmentStatus']>;

const hoppers: Readonly<Record<Level, HopperLevel>> = {
  ok: 'ok',
  full: 'ok',
  high: 'ok',
  low: 'low',
  empty: 'empty',
};

export class StorageUnits {
  #units: Units = {};

  set(units: Units): void {
    this.#units = units;
  }

  /** What an event tells of units that are known. */
  change(change: object | undefined): void {
    const known = Object.entries(change ?? {}).filter(([id]) => this.#units[id] !== undefined);
    this.#units = merged(this.#units, Object.fromEntries(known));
  }

  /** The one to use next: in order and with room or cards, else the first. */
  of(kind: Kind): string | undefined {
    const units = this.#all(kind);
    const spent: Level = kind === 'retain' ? 'full' : 'empty';
    const usable = units.find(([, { status, card }]) => inOrder(status) && card?.status?.replenishmentStatus !== spent);
    return (usable ?? units[0])?.[0];
  }

  get levels(): { readonly hopper: HopperLevel; readonly bin: BinLevel } {
    const [hopper, bin] = [this.#level('dispense'), this.#level('retain')];
    return {
      hopper: hopper === undefined ? 'unknown' : hoppers[hopper],
      bin: bin === undefined ? 'unknown' : bin === 'full' ? 'full' : 'ok',
    };
  }

  /** Cards in all hoppers and in all bins; undefined where one of them does not count. */
  get counts(): { readonly hopper: number | undefined; readonly bin: number | undefined } {
    return { hopper: this.#sum('dispense'), bin: this.#sum('retain') };
  }

  #all(kind: Kind): readonly (readonly [string, xfs.StorageStorageUnit])[] {
    return Object.entries(this.#units).flatMap(([id, unit]) =>
      unit?.card?.capabilities?.type === kind ? [[id, unit] as const] : [],
    );
  }

  #level(kind: Kind): Level | undefined {
    const unit = this.#units[this.of(kind) ?? ''];
    return unit !== undefined && inOrder(unit.status) ? unit.card?.status?.replenishmentStatus : undefined;
  }

  #sum(kind: Kind): number | undefined {
    const units = this.#all(kind);
    if (units.length === 0) return undefined;
    return units.reduce<number | undefined>((sum, [, { card }]) => {
      const count = card?.status?.count;
      return sum === undefined || count === undefined ? undefined : sum + count;
    }, 0);
  }
}

const inOrder = (status: xfs.StorageStorageUnit['status']): boolean => status === undefined || status === 'ok';
