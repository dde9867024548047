import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HttpBankCore, loadHostCredentials } from '#device-daemon/hosts/index.ts';
import { JournalReader, MachineKeys } from '#device-daemon/journal/index.ts';
import { benchKeys } from '#simulators/crypto/index.ts';
import { type HostSimulators, startHostSimulators } from '#simulators/hosts/index.ts';
import { makePinBlock, unwrapKey } from '#simulators/hosts/pin-block.ts';
import { benchPin } from '#simulators/wallet/wallet.ts';
import { broken, type Evidence, sagasOf } from './check.ts';
import type { Job, Mutant, Said, Setting } from './contract.ts';
import { type Someone, someone, walletOf } from './people.ts';
import { cutPower } from './power.ts';
import { KioskProcess } from './process.ts';
import { type Scenario, scenario } from './scenario.ts';

export interface Report {
  readonly runs: number;
  /** How often the process died, by how. */
  readonly deaths: Readonly<Record<string, number>>;
  /** Where acts ended, by outcome. */
  readonly ends: Readonly<Record<string, number>>;
  readonly broken: readonly string[];
}

/** After so long a life without end is ended from outside. */
const longestLifeMs = 1_500;
const patienceMs = 60_000;

interface Life {
  readonly scenario: Scenario;
  readonly who: Someone;
  words: Readonly<Record<string, string>> | undefined;
  sagaId: string | undefined;
}

/**
 * One kiosk through many lives: each takes up what the last one left, does what its own scenario says, and dies. The hosts
 * live on; their ledgers are the truth. When all are dead, a last life settles everything in peace, and the books are
 * compared.
 */
export async function runLives(
  script: string,
  seeds: readonly number[],
  options: { readonly mutant?: Mutant } = {},
): Promise<Report> {
  const scenarios = seeds.map(scenario);
  const lives = scenarios.map(
    (one, index): Life => ({ scenario: one, who: someone(index, one.status), words: undefined, sagaId: undefined }),
  );
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const [dataFolder, keyFolder] = [join(folder, 'data'), join(folder, 'keys')];
  mkdirSync(dataFolder);
  const hosts = await startHostSimulators({
    folder: join(folder, 'hosts'),
    database: 'memory',
    wallet: walletOf(lives.map(({ who }) => who)),
  });
  const setting: Setting = {
    dataFolder,
    keyFolder,
    urls: { cardManagement: hosts.cardManagement.url, bankCore: hosts.bankCore.url },
    credentialsFolder: hosts.credentialsFolder,
    ...(options.mutant !== undefined && { mutant: options.mutant }),
  };
  const deaths: Record<string, number> = {};
  try {
    const pad = await signOn(hosts);
    for (const life of lives) {
      const how = await live(script, setting, hosts, life, pad);
      deaths[how] = (deaths[how] ?? 0) + 1;
    }
    await settle(script, setting);
    return { runs: lives.length, deaths, ...compare(hosts, lives, setting) };
  } finally {
    await hosts.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** PIN blocks as the pad would make them. */
async function signOn(hosts: HostSimulators): Promise<(who: Someone) => NonNullable<Job['pins']>> {
  const credentials = loadHostCredentials(hosts.credentialsFolder);
  if (!credentials.ok) throw new Error(credentials.error.detail);
  const bank = new HttpBankCore({
    url: hosts.bankCore.url,
    terminalId: 'KIOSK001',
    credentials: credentials.value,
    deadlineMs: 20_000,
    probeMs: 600_000,
  });
  const keys = await bank.signOn('tdes');
  await bank.stop();
  if (!keys.ok) throw new Error('no working keys');
  const wrapped = keys.value.keys.find(({ usage }) => usage === 'pin')?.encrypted ?? '';
  const key = unwrapKey('3des', benchKeys.terminalMaster['3des'], wrapped);
  const block = (pan: string, pin: string): string => makePinBlock('iso0', key, pan, pin).toString('hex');
  const { keySetId } = keys.value;
  const newPin = '739164';
  return ({ pan }) => ({ keySetId, blocks: [block(pan, benchPin), block(pan, newPin), block(pan, newPin)] });
}

async function live(
  script: string,
  setting: Setting,
  hosts: HostSimulators,
  life: Life,
  pad: (who: Someone) => NonNullable<Job['pins']>,
): Promise<string> {
  const { scenario: plan, who } = life;
  const { death, act, legs, faults, faultsForMs, branch } = plan;
  const kiosk = new KioskProcess<Said>(script, setting);
  if (!(await kiosk.until('ready', patienceMs))) throw new Error(`the kiosk did not start:\n${kiosk.errors}`);
  const job: Job = {
    act,
    legs,
    documentNumber: who.number,
    name: who.name,
    ...(act === 'changePin' && { pins: pad(who) }),
    ...(death.kind === 'point' && { dieAt: death.at }),
    ...(death.kind === 'power' && { cutAt: death.at }),
  };
  const calm = new AbortController();
  const sleep = (ms: number) => delay(ms, undefined, { signal: calm.signal }).catch(() => undefined);
  for (const name of ['cardManagement', 'bankCore'] as const)
    for (const fault of faults[name]) if (fault.kind !== 'down') await hosts[name].faults.set(fault);
  kiosk.child.send(job);
  // Whoever is known may act: a host that is down from the start knows nobody.
  await Promise.race([kiosk.until('began', longestLifeMs), kiosk.gone]);
  for (const name of ['cardManagement', 'bankCore'] as const)
    for (const fault of faults[name]) if (fault.kind === 'down') await hosts[name].faults.set(fault);
  const end = sleep(faultsForMs).then(() =>
    Promise.all([hosts.cardManagement.faults.clear(), hosts.bankCore.faults.clear()]),
  );
  if (branch !== undefined) void sleep(branch.afterMs).then(() => branchActs(hosts, who, branch.side));
  if (death.kind === 'random') {
    await sleep(death.afterMs);
  } else {
    await Promise.race([kiosk.until('word', longestLifeMs), kiosk.gone]);
    // What goes on in the background dies, too.
    if (death.kind !== 'none' && kiosk.alive) await Promise.race([kiosk.gone, sleep(100)]);
  }
  const byItself = !kiosk.alive;
  await kiosk.kill();
  kiosk.assertNoBug();
  calm.abort();
  await end;
  for (const said of kiosk.said) {
    if (said.said === 'began') life.sagaId = said.saga;
    if (said.said === 'word') life.words = said.words;
  }
  if (death.kind === 'power' && byItself) cutPower(setting, death.part);
  return byItself ? death.kind : 'random';
}

/** The counter unfreezes or freezes the card meanwhile. */
function branchActs(hosts: HostSimulators, who: Someone, side: 'social' | 'financial'): void {
  if (side === 'social') hosts.cardManagement.domain.setSocialStatus(who.cardNumber, 'normal');
  else hosts.bankCore.domain.setStatus(who.pan, 'active');
}

/** A last life in peace. */
async function settle(script: string, setting: Setting): Promise<void> {
  const kiosk = new KioskProcess<Said>(script, setting);
  await kiosk.until('ready', patienceMs);
  kiosk.child.send('drain');
  const drained = await kiosk.until('drained', patienceMs);
  await kiosk.kill();
  if (!drained) throw new Error(`not everything settled in peace:\n${kiosk.errors}`);
}

function compare(hosts: HostSimulators, lives: readonly Life[], setting: Setting): Pick<Report, 'broken' | 'ends'> {
  const { dataFolder, keyFolder } = setting;
  const reader = JournalReader.openReadOnly({ dataFolder, keyFolder, keys: MachineKeys.open(keyFolder) });
  if (reader === undefined) throw new Error('no journal');
  const faults: string[] = [];
  const ends: Record<string, number> = {};
  try {
    const { damage } = reader.verify();
    if (damage !== undefined) faults.push(`the journal: ${damage.what} at ${damage.seq}`);
    const sagas = sagasOf(reader.entries({}));
    const bySubject = new Map(sagas.map((saga) => [subjectOf(saga.plan), saga]));
    const counts = { social: countOf(hosts.cardManagement.ledger()), financial: countOf(hosts.bankCore.ledger()) };
    for (const { scenario: plan, who, words } of lives) {
      const bankRef = hosts.bankCore.domain.cardsOf(who.number)[0]?.cardRef ?? '';
      const socialRef = hosts.cardManagement.domain.cardsOf(who.number)[0]?.cardRef ?? '';
      const saga = bySubject.get(bankRef);
      const evidence: Evidence = {
        scenario: plan,
        words,
        saga,
        done: {
          social: counts.social.get(`${socialRef} ${plan.act}`) ?? 0,
          financial: counts.financial.get(`${bankRef} ${plan.act}`) ?? 0,
        },
      };
      faults.push(...broken(evidence));
      if (saga === undefined) ends['notBegun'] = (ends['notBegun'] ?? 0) + 1;
      else
        for (const leg of plan.legs) {
          const outcome = saga.steps.get(leg)?.end?.outcome ?? 'none';
          ends[outcome] = (ends[outcome] ?? 0) + 1;
        }
    }
  } finally {
    reader.close();
  }
  return { broken: faults, ends };
}

const subjectOf = (plan: unknown): string =>
  (plan as { financial?: { cardRef: string } } | undefined)?.financial?.cardRef ?? '';

/** `<cardRef> <action>` -> how often it was really done. */
function countOf(ledger: readonly { operation: string; act: string; result: unknown }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { operation, act, result } of ledger) {
    if (operation !== 'actOnCard' || act !== 'done') continue;
    const { cardRef, action } = result as { cardRef: string; action: string };
    counts.set(`${cardRef} ${action}`, (counts.get(`${cardRef} ${action}`) ?? 0) + 1);
  }
  return counts;
}
