/** XFS4IoT's Storage over the ledger of cards (interfaces.md 1.2): units, counts, thresholds, exchange. */
import type * as xfs from '#protocol/generated/xfs4iot.ts';
import type { CardStock, StockUnit } from '../../journal/index.ts';
import { type CommandContext, type CommandHandler, commandError, failure, type Outcome, success } from '../service.ts';

type Replenishment = NonNullable<xfs.CardReaderStorageStatus['replenishmentStatus']>;

export interface StorageOptions {
  readonly stock: CardStock;
  /** What the unit's own sensors say; they decide where no threshold is set. */
  readonly sensed: (unit: StockUnit) => Replenishment | undefined;
  /** Whether counts may be set by whoever is connected: on a bench. In the field two operators load cards (S-15). */
  readonly mayLoad: () => boolean;
  readonly send: (name: string, payload?: object) => void;
}

export interface Storage {
  readonly handlers: Readonly<Record<string, CommandHandler>>;
  readonly events: readonly string[];
  readonly immediate: readonly string[];
  /** Somebody has the machine open: nothing is moved meanwhile. */
  readonly exchanging: () => boolean;
}

const mostInId = 5;

export function storage({ stock, sensed, mayLoad, send }: StorageOptions): Storage {
  /** Ends the exchange when whoever began it is gone: nobody else could. */
  let exchange: { readonly by: number; readonly stopWatching: () => void } | undefined;

  const replenishment = (unit: StockUnit): Replenishment => {
    const { count, threshold } = stock.counts(unit.id);
    if (threshold === 0) return sensed(unit) ?? (unit.kind === 'dispense' && count === 0 ? 'empty' : 'ok');
    if (unit.kind === 'dispense') return count === 0 ? 'empty' : count <= threshold ? 'low' : 'ok';
    return count >= unit.capacity ? 'full' : count >= threshold ? 'high' : 'ok';
  };

  const statusOf = (unit: StockUnit): xfs.CardReaderStorageStatus => {
    const { initial, count, retained } = stock.counts(unit.id);
    const ofHopper = unit.kind === 'dispense';
    return {
      ...(ofHopper && { initialCount: initial }),
      count,
      ...(ofHopper && { retainCount: retained }),
      replenishmentStatus: replenishment(unit),
    };
  };

  const whole = (unit: StockUnit): xfs.StorageStorageUnit => {
    const { threshold, cardId } = stock.counts(unit.id);
    return {
      id: unit.id.slice('unit'.length, 'unit'.length + mostInId),
      positionName: unit.id,
      capacity: unit.capacity,
      status: 'ok',
      card: {
        capabilities: { type: unit.kind, hardwareSensors: sensed(unit) !== undefined },
        configuration: { threshold, ...(cardId !== undefined && { cardID: cardId }) },
        status: statusOf(unit),
      },
    };
  };

  const told = new Map(stock.units.map((unit) => [unit.id, replenishment(unit)]));
  stock.onChange((unit) => {
    send('Storage.StorageChangedEvent', { [unit.id]: { card: { status: statusOf(unit) } } });
    const now = replenishment(unit);
    if (now !== told.get(unit.id) && now !== 'ok') send('Storage.StorageThresholdEvent', { [unit.id]: whole(unit) });
    told.set(unit.id, now);
  });

  const end = (): void => {
    exchange?.stopWatching();
    exchange = undefined;
    send('Common.StatusChangedEvent', { common: { exchange: 'inactive' } });
  };

  const startExchange = (_payload: unknown, { connection }: CommandContext): Outcome => {
    if (!mayLoad()) return failure('sequenceError', 'cards are loaded by two operators');
    if (exchange !== undefined) return commandError('exchangeActive');
    const { closed } = connection;
    closed.addEventListener('abort', end);
    exchange = { by: connection.id, stopWatching: () => closed.removeEventListener('abort', end) };
    send('Common.StatusChangedEvent', { common: { exchange: 'active' } });
    return success();
  };

  const endExchange = (_payload: unknown, { connection }: CommandContext): Outcome => {
    if (exchange === undefined) return commandError('noExchangeActive');
    if (exchange.by !== connection.id) return failure('sequenceError', 'another client has the exchange');
    end();
    return success();
  };

  /** All or nothing: a list that is wrong in one place sets no count. */
  const setStorage = ({ storage: wanted = {} }: xfs.StorageSetStorageCommand): Outcome => {
    if (!mayLoad()) return failure('sequenceError', 'cards are loaded by two operators');
    const changes: (() => boolean)[] = [];
    for (const [id, settings] of Object.entries(wanted)) {
      const card = settings?.card;
      const unit = stock.unit(id);
      if (unit === undefined) return commandError('invalidUnit');
      const { threshold, cardID } = card?.configuration ?? {};
      const initial = card?.status?.initialCount;
      if (threshold !== undefined && (threshold < 0 || threshold >= unit.capacity))
        return failure('invalidData', `/payload/storage/${id}/card/configuration/threshold is no part of the capacity`);
      if (initial !== undefined && (initial < 0 || initial > unit.capacity))
        return failure('invalidData', `/payload/storage/${id}/card/status/initialCount is more than it holds`);
      // A bin is emptied; nobody puts cards into it.
      if (unit.kind === 'retain' && (cardID !== undefined || (initial ?? 0) > 0))
        return failure('invalidData', `/payload/storage/${id} is a bin: only its threshold is set, and its count to 0`);
      if (threshold !== undefined || cardID !== undefined)
        changes.push(() =>
          stock.configure(id, {
            ...(threshold !== undefined && { threshold }),
            ...(cardID !== undefined && { cardId: cardID }),
          }),
        );
      if (initial !== undefined) changes.push(() => stock.load(id, initial));
    }
    if (changes.length === 0) return failure('invalidData', '/payload/storage says nothing about any unit');
    return changes.every((change) => change())
      ? success()
      : failure('internalError', 'the journal could not keep the count');
  };

  return {
    handlers: {
      'Storage.GetStorage': () =>
        success({ storage: Object.fromEntries(stock.units.map((unit) => [unit.id, whole(unit)])) }),
      'Storage.SetStorage': setStorage,
      'Storage.StartExchange': startExchange,
      'Storage.EndExchange': endExchange,
    },
    events: ['Storage.StorageChangedEvent', 'Storage.StorageThresholdEvent'],
    immediate: ['Storage.GetStorage'],
    exchanging: () => exchange !== undefined,
  };
}
