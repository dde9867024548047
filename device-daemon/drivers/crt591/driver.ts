import { err, ok, type Result } from '#protocol/result.ts';
import type { CardDispenser, DispenserFault } from '../../devices/card-dispenser.ts';
import type { CardFault, CardMedia, Insertion, MotorCardReader } from '../../devices/card-reader.ts';
import { untilSeen } from '../common/waits.ts';
import { chipContacts } from './chip.ts';
import { commands } from './codec.ts';
import { type CrtOptions, faultOf, Unit } from './unit.ts';

export interface Crt591 {
  readonly reader: MotorCardReader;
  readonly dispenser: CardDispenser;
}

/** A CRT-571 or CRT-591-M: one unit, one link, two faces. Each face is started and stopped by itself. */
export function createCrt591(
  options: CrtOptions & { readonly names: { readonly reader: string; readonly dispenser: string } },
): Crt591 {
  const unit = new Unit(options.names, options);
  const started = new Set<string>();
  const face = (name: 'reader' | 'dispenser') => ({
    start() {
      started.add(name);
      unit.start();
    },
    async stop() {
      started.delete(name);
      if (started.size === 0) await unit.stop();
    },
  });
  return {
    reader: { ...face('reader'), ...readerFace(unit, options.names.reader) },
    dispenser: { ...face('dispenser'), ...dispenserFace(unit, options.names.dispenser) },
  };
}

function readerFace(unit: Unit, name: string): Omit<MotorCardReader, 'start' | 'stop'> {
  const chip = chipContacts(unit, 'reader');
  /** The same object for as long as the stay lasts. */
  let last: Insertion | undefined;
  const insertion = (): Insertion | undefined => {
    const { card } = unit;
    if (!unit.reachable || card?.owner !== 'reader') return undefined;
    if (last?.number !== card.number || last.atr !== card.atr)
      last = { number: card.number, atr: card.atr, origin: card.origin === 'found' ? 'found' : 'inserted' };
    return last;
  };
  const media = (): CardMedia => {
    const { path } = unit.state;
    if (path === 'unknown') return 'unknown';
    if (path === 'empty' || unit.card?.owner === 'dispenser') return 'notPresent';
    if (path === 'inTransit') return unit.readerLife.reason === 'jammed' ? 'jammed' : 'unknown';
    return path === 'atGate' ? 'entering' : 'present';
  };
  let kept: number | undefined;
  const move: MotorCardReader['move'] = async (to, options) => {
    if (to !== 'bin') return unit.move(to === 'gate' ? 'present' : 'inside', 'reader', options);
    const before = kept;
    kept = insertion()?.number;
    const captured = await unit.move('capture', 'reader', options);
    if (captured.outcome !== 'done') kept = before;
    return captured;
  };
  return {
    name,
    class: 'cardReader',
    driver: 'crt591',
    report: () => unit.report(unit.readerLife),
    onReport: (listener) => unit.readerLife.onReport(listener),
    capabilities: () => ({
      type: 'motor',
      canEject: true,
      canRetain: true,
      chipProtocols: { t0: true, t1: true },
      identifier: unit.known?.model,
      serialNumber: unit.known?.serialNumber,
    }),
    protocol: () => (unit.power.on && unit.card?.owner === 'reader' ? unit.power.protocol : undefined),
    media,
    insertion,
    onMedia(listener) {
      let before = [media(), insertion()?.number].join();
      return unit.onChange(() => {
        const now = [media(), insertion()?.number].join();
        if (now === before) return;
        before = now;
        listener(media(), insertion());
      });
    },
    waitForCard: (options): Promise<Result<Insertion, CardFault>> => untilSeen(unit, options, insertion),
    async waitForRemoval(options) {
      const first = unit.card?.owner === 'reader' ? unit.card.number : undefined;
      const gone = await untilSeen(unit, options, () => {
        if (!unit.reachable || unit.state.path === 'unknown') return undefined;
        const swapped = first !== undefined && unit.card?.number !== first;
        return media() === 'notPresent' || swapped ? true : undefined;
      });
      return gone.ok ? ok() : gone;
    },
    ...chip,
    eject: async (options) => (await move('gate', options)).outcome,
    retain: async (options) => (await move('bin', options)).outcome,
    place: () => (unit.card?.owner === 'dispenser' ? 'empty' : unit.state.path),
    move,
    async acceptInsert(on, options) {
      const set = await unit.setAccepts(on, options);
      if (set.ok) return set;
      return err(set.error.code === 'unsupported' ? { code: 'hardwareError', detail: 'unsupported' } : set.error);
    },
    accepts: () => unit.accepts,
    kept: () => kept,
  };
}

function dispenserFace(unit: Unit, name: string): Omit<CardDispenser, 'start' | 'stop'> {
  return {
    name,
    class: 'cardDispenser',
    driver: 'crt591',
    report: () => unit.report(unit.dispenserLife),
    onReport: (listener) => unit.dispenserLife.onReport(listener),
    capabilities: () => ({
      moves: 'answered',
      canReturnToHopper: false,
      canAcceptInsert: true,
      countsBin: unit.countsBin,
      hasChip: true,
      model: unit.known?.model,
      serialNumber: unit.known?.serialNumber,
    }),
    state: () => unit.state,
    onChange(listener) {
      let before = JSON.stringify(unit.state);
      return unit.onChange(() => {
        const now = JSON.stringify(unit.state);
        if (now === before) return;
        before = now;
        listener(unit.state);
      });
    },
    look: (options) => unit.look(options),
    init: (policy, options) => unit.init(policy, options),
    feedToRead: (options) => unit.move('feed', 'dispenser', options),
    present: (options) => unit.move('present', 'dispenser', options),
    capture: (options) => unit.move('capture', 'dispenser', options),
    acceptInsert: (on, options) => unit.setAccepts(on, options),
    async waitForTaken(options) {
      const taken = await untilSeen(unit, options, () => (unit.state.path === 'empty' ? true : undefined));
      return taken.ok ? ok() : taken;
    },
    chip: chipContacts(unit, 'dispenser'),
    binCount: (options) =>
      unit.operate<number, DispenserFault>(options, async ({ session, signal }) => {
        const count = await session.binCount(signal);
        return count === undefined ? err({ code: 'hardwareError', detail: 'the counter does not answer' }) : ok(count);
      }),
    clearBinCount: (options) =>
      unit.operate<void, DispenserFault>(options, async ({ session, signal }) => {
        const set = await session.ask(commands.setBinCounter, { count: Buffer.from('000') }, signal);
        return set.ok ? ok() : err(faultOf(set.error));
      }),
  };
}
