import { ok } from '#protocol/result.ts';
import type { CardDispenser } from '../../devices/card-dispenser.ts';
import { untilSeen } from '../common/waits.ts';
import { type K720Options, Unit } from './unit.ts';

/** A TTCE K720 or D1801: a dispenser that must be asked how its motions end, without contacts. */
export function createK720(options: K720Options & { readonly name: string }): CardDispenser {
  const { name } = options;
  const unit = new Unit(name, options);
  return {
    name,
    class: 'cardDispenser',
    driver: 'k720',
    report: () => unit.report(),
    onReport: (listener) => unit.life.onReport(listener),
    start: () => unit.start(),
    stop: () => unit.stop(),
    capabilities: () => ({
      moves: 'polled',
      canReturnToHopper: true,
      canAcceptInsert: false,
      countsBin: false,
      hasChip: false,
      model: unit.model,
      serialNumber: undefined,
    }),
    state: () => unit.state,
    onChange: (listener) => unit.onChange(() => listener(unit.state)),
    look: (given) => unit.look(given),
    init: (policy, given) => unit.init(policy, given),
    feedToRead: (given) => unit.move('feed', given),
    present: (given) => unit.move('present', given),
    capture: (given) => unit.move('capture', given),
    returnToHopper: (given) => unit.move('return', given),
    async waitForTaken(given) {
      const taken = await untilSeen(unit, given, () => (unit.state.path === 'empty' ? true : undefined));
      return taken.ok ? ok() : taken;
    },
  };
}
