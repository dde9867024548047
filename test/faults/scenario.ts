import type { Act } from '#protocol/generated/kiosk.ts';
import type { HostFault } from '#simulators/hosts/index.ts';
import { Chance } from '../hostile/random.ts';
import type { Someone } from './people.ts';

/** One life of the kiosk: what somebody wants, what goes wrong at each host, and when the power goes. */
export interface Scenario {
  readonly seed: number;
  readonly act: Act;
  readonly status: Someone['status'];
  readonly legs: readonly ('social' | 'financial')[];
  readonly faults: Readonly<Record<'cardManagement' | 'bankCore', readonly HostFault[]>>;
  /** All faults end after so long. */
  readonly faultsForMs: number;
  /** The branch acts on the card meanwhile, on this side, after so long. */
  readonly branch: { readonly side: 'social' | 'financial'; readonly afterMs: number } | undefined;
  readonly death: /** At a named point, before or after a sync or a call. */
    | { readonly kind: 'point'; readonly at: number }
    /** SIGKILL out of the blue. */
    | { readonly kind: 'random'; readonly afterMs: number }
    /** The mains go: of the last entry only a part is on the disk. */
    | { readonly kind: 'power'; readonly at: number; readonly part: number }
    | { readonly kind: 'none' };
}

const spoilers = [
  'actThenDrop',
  'halfAnswer',
  'garbage',
  'wrongShape',
  'badSignature',
  'answerTwice',
  'staleAnswer',
] as const;

function faultOf(chance: Chance): HostFault[] {
  const operation = 'actOnCard';
  const faults: HostFault[] = [];
  const roll = chance.next();
  const times = 1 + chance.below(2);
  if (roll < 0.3) return [];
  if (roll < 0.65) faults.push({ kind: chance.pick(spoilers), operation, times });
  else if (roll < 0.75) faults.push({ kind: 'slow', ms: 20 + chance.below(200), operation, times: 1 });
  else if (roll < 0.82) faults.push({ kind: 'status', status: 500 + chance.below(4), operation, times });
  else if (roll < 0.88) faults.push({ kind: 'retryAfter', seconds: chance.below(2), operation, times });
  else faults.push({ kind: 'down', how: chance.pick(['refuse', 'reset'] as const) });
  // The question is answered no better than the act.
  if (chance.happens(0.4))
    faults.push({ kind: chance.pick(spoilers), operation: 'askRequest', times: 1 + chance.below(3) });
  // One fault of a kind.
  return faults.filter((fault, index) => faults.findIndex(({ kind }) => kind === fault.kind) === index);
}

export function scenario(seed: number): Scenario {
  const chance = new Chance(seed * 7919 + 17);
  const act = chance.pick(['temporaryLoss', 'temporaryLoss', 'formalLoss', 'unfreeze', 'changePin'] as const);
  const status =
    act === 'unfreeze'
      ? chance.pick(['tempLost', 'lost'] as const)
      : act === 'formalLoss'
        ? chance.pick(['active', 'tempLost'] as const)
        : 'active';
  // The card that would have to be presented to the province is not at hand here: the bank's side alone.
  const legs =
    act === 'unfreeze' || act === 'changePin' ? (['financial'] as const) : (['social', 'financial'] as const);
  const roll = chance.next();
  const death: Scenario['death'] =
    roll < 0.45
      ? { kind: 'point', at: chance.below(18) }
      : roll < 0.65
        ? { kind: 'random', afterMs: chance.below(250) }
        : roll < 0.9
          ? { kind: 'power', at: 1 + chance.below(6), part: chance.next() }
          : { kind: 'none' };
  return {
    seed,
    act,
    status,
    legs,
    faults: { cardManagement: faultOf(chance), bankCore: faultOf(chance) },
    faultsForMs: 50 + chance.below(400),
    branch: chance.happens(0.12) ? { side: chance.pick(legs), afterMs: chance.below(200) } : undefined,
    death,
  };
}
