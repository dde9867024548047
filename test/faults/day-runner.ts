import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type JournalEntry, JournalReader, MachineKeys, readDay } from '#device-daemon/journal/index.ts';
import type { DayReport } from '#protocol/generated/kiosk.ts';
import { type HostFault, type HostSimulators, startHostSimulators } from '#simulators/hosts/index.ts';
import { Chance } from '../hostile/random.ts';
import type { DayJob, DayMutant, DaySaid, DaySetting, DayStep, World } from './day-contract.ts';
import { type Someone, someone, walletOf } from './people.ts';
import { cutPower } from './power.ts';
import { KioskProcess } from './process.ts';

export interface DayLives {
  readonly runs: number;
  readonly deaths: Readonly<Record<string, number>>;
  readonly daysClosed: number;
  readonly broken: readonly string[];
}

interface DayLife {
  /** A card that nobody booked has gone before the kiosk wakes. */
  readonly missing: boolean;
  readonly steps: readonly DayStep[];
  readonly faults: readonly { readonly host: 'cardManagement' | 'bankCore'; readonly fault: HostFault }[];
  readonly death: Pick<DayJob, 'dieAt' | 'cutAt'> & { readonly part: number };
}

const patienceMs = 60_000;
/** After so long a life without end is ended from outside. */
const longestLifeMs = 4_000;

/** What happens in one life, and what goes wrong: by its seed alone. */
function lifeOf(seed: number, who: Someone): DayLife {
  const chance = new Chance(seed * 7919 + 23);
  const steps: DayStep[] = [];
  if (seed === 0 || chance.happens(0.3)) steps.push({ step: 'load', cards: 5 + chance.below(20) });
  for (let left = chance.below(3); left > 0; left -= 1) steps.push({ step: chance.pick(['give', 'keep'] as const) });
  if (chance.happens(0.6)) steps.push({ step: 'act', documentNumber: who.number, name: who.name });
  if (chance.happens(0.8)) steps.push({ step: 'dayEnd' });
  const faults: DayLife['faults'][number][] = [];
  for (const host of ['cardManagement', 'bankCore'] as const) {
    if (chance.happens(0.25))
      faults.push({ host, fault: { kind: 'status', status: 503, operation: 'dayTotals', times: 1 } });
    if (chance.happens(0.35))
      faults.push({
        host,
        fault: {
          kind: chance.pick(['actThenDrop', 'halfAnswer', 'badSignature'] as const),
          operation: 'actOnCard',
          times: 1,
        },
      });
  }
  const roll = chance.next();
  const at = chance.below(40);
  const death: Pick<DayJob, 'dieAt' | 'cutAt'> =
    roll < 0.4
      ? { dieAt: at }
      : roll < 0.7
        ? { cutAt: 1 + Math.floor(at / 2) }
        : roll < 0.95
          ? { dieAt: chance.pick(['motion', 'slip', 'intent'] as const) }
          : {};
  return { missing: chance.happens(0.15), steps, faults, death: { ...death, part: chance.next() } };
}

/**
 * One kiosk through many lives, each with cards that move, acts, a day-end, and a death in the middle of it. Cards and paper
 * are here, the hosts live on; when all are dead a last life closes the last day in peace, and the books are compared with
 * the world.
 */
export async function runDayLives(
  script: string,
  seeds: readonly number[],
  options: { readonly mutant?: DayMutant } = {},
): Promise<DayLives> {
  const people = seeds.map((seed) => someone(seed, 'active'));
  const folder = mkdtempSync(join(tmpdir(), 'days-'));
  const [dataFolder, keyFolder] = [join(folder, 'data'), join(folder, 'keys')];
  mkdirSync(dataFolder);
  const hosts = await startHostSimulators({
    ...{ folder: join(folder, 'hosts'), database: 'memory', wallet: walletOf(people) },
  });
  const setting: DaySetting = {
    ...{ dataFolder, keyFolder, credentialsFolder: hosts.credentialsFolder },
    urls: { cardManagement: hosts.cardManagement.url, bankCore: hosts.bankCore.url },
    ...(options.mutant !== undefined && { mutant: options.mutant }),
  };
  const world = new Outside();
  const deaths: Record<string, number> = {};
  try {
    for (const [index, seed] of seeds.entries()) {
      const life = lifeOf(seed, people[index] ?? someone(seed, 'active'));
      const how = await live(script, setting, hosts, world, life);
      deaths[how] = (deaths[how] ?? 0) + 1;
    }
    await live(script, setting, hosts, world, { missing: false, steps: [], faults: [], death: { part: 0 } }, true);
    return { runs: seeds.length, deaths, ...compare(hosts, world, setting) };
  } finally {
    await hosts.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is not the kiosk's: cards, paper, and what was there when somebody looked. */
class Outside {
  readonly cards: World = { hopper: 0, bin: 0 };
  /** By day: what was counted last before it was signed. */
  readonly looked = new Map<number, World>();
  /** Slips by day. */
  readonly printed = new Map<number, number>();

  grant(said: Extract<DaySaid, { said: 'wish' }>): World {
    if (said.wish === 'load') this.cards.hopper += said.cards;
    if (said.wish === 'give' || said.wish === 'keep') this.cards.hopper -= 1;
    if (said.wish === 'keep') this.cards.bin += 1;
    if (said.wish === 'look') this.looked.set(said.day, { ...this.cards });
    if (said.wish === 'print') this.printed.set(said.day, (this.printed.get(said.day) ?? 0) + 1);
    return { ...this.cards };
  }
}

async function live(
  script: string,
  setting: DaySetting,
  hosts: HostSimulators,
  world: Outside,
  { missing, steps, faults, death }: DayLife,
  peace = false,
): Promise<string> {
  if (missing && world.cards.hopper > 0) world.cards.hopper -= 1;
  const kiosk = new KioskProcess<DaySaid>(script, setting);
  kiosk.child.on('message', (message: DaySaid) => {
    // The world moves whether the kiosk lives to hear of it or not.
    if (message.said === 'wish') kiosk.child.send({ world: world.grant(message) }, () => undefined);
  });
  if (!(await kiosk.until('ready', patienceMs))) throw new Error(`the kiosk did not start:\n${kiosk.errors}`);
  for (const { host, fault } of faults) await hosts[host].faults.set(fault);
  const { part, ...dying } = death;
  kiosk.child.send({ steps, ...dying, ...(peace && { peace }) } satisfies DayJob, () => undefined);
  const over = await kiosk.until('over', peace ? patienceMs : longestLifeMs);
  // What goes on in the background dies, too.
  if (over && !peace) await Promise.race([kiosk.gone, delay(50)]);
  const byItself = !kiosk.alive;
  await kiosk.kill();
  kiosk.assertNoBug();
  await Promise.all([hosts.cardManagement.faults.clear(), hosts.bankCore.faults.clear()]);
  if (peace && !over) throw new Error(`not everything settled in peace:\n${kiosk.errors}`);
  if (dying.cutAt !== undefined && byItself) cutPower(setting, part);
  return byItself ? (dying.cutAt === undefined ? 'point' : 'power') : 'outside';
}

/** Truth is what is outside. Every sentence is a broken promise. */
function compare(hosts: HostSimulators, world: Outside, { dataFolder, keyFolder }: DaySetting) {
  const reader = JournalReader.openReadOnly({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder) });
  if (reader === undefined) throw new Error('no journal');
  try {
    const broken: string[] = [];
    const { damage } = reader.verify();
    if (damage !== undefined) broken.push(`the journal: ${damage.what} at ${damage.seq}`);
    const signed = reader.entries({ event: 'day.signed' });
    for (const [index, entry] of signed.entries()) broken.push(...brokenBy(entry, index, signed[index - 1], world));
    for (const [day, slips] of world.printed) if (slips > 1) broken.push(`day ${day} was printed ${slips} times`);
    const { day } = readDay(reader);
    if (day.step !== 'open') broken.push(`after everything the day is ${day.step}`);
    if (day.day !== signed.length + 1) broken.push(`${signed.length} days were signed, and it is day ${day.day}`);
    // Nothing is left between the hosts and the journal, since everything has settled.
    if (signed.at(-1)?.fields['accepted'] !== '{}')
      broken.push(`the last day was signed with ${signed.at(-1)?.fields['accepted']} between hosts and journal`);
    for (const [leg, host] of [
      ['social', 'cardManagement'],
      ['financial', 'bankCore'],
    ] as const) {
      const done = hosts[host]
        .ledger()
        .filter(({ operation, act }) => operation === 'actOnCard' && act === 'done').length;
      const counted = (day.actsBefore[`${leg}.temporaryLoss`] ?? 0) + (day.acts[`${leg}.temporaryLoss`] ?? 0);
      if (done !== counted) broken.push(`${host} did ${done} acts, the books have ${counted}`);
    }
    return { broken, daysClosed: signed.length };
  } finally {
    reader.close();
  }
}

function brokenBy({ fields }: JournalEntry, index: number, before: JournalEntry | undefined, world: Outside): string[] {
  const broken: string[] = [];
  const day = Number(fields['day']);
  if (day !== index + 1) broken.push(`the ${index + 1}. signature is under day ${day}`);
  const { stock } = JSON.parse(String(fields['report'])) as DayReport;
  const last = before && (JSON.parse(String(before.fields['report'])) as DayReport);
  const real = world.looked.get(day);
  for (const unit of stock) {
    const there = unit.kind === 'dispense' ? real?.hopper : real?.bin;
    if (unit.count !== there)
      broken.push(`day ${day} was signed with ${unit.count} cards (${unit.unit}), ${there} were there`);
    const came = unit.carried + unit.loaded + unit.found + unit.kept + unit.unbooked;
    const went = unit.count + unit.removed + unit.test + unit.retained + unit.missing;
    if (came !== went) broken.push(`day ${day}, ${unit.unit}: ${came} came and ${went} went`);
    const carried = last?.stock.find((one) => one.unit === unit.unit)?.count;
    if (carried !== undefined && carried !== unit.carried)
      broken.push(`day ${day}, ${unit.unit}: ${unit.carried} carried over, ${carried} were left`);
  }
  return broken;
}
