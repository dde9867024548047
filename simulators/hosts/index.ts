import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { validators as bankValidators } from '#protocol/generated/validators-bank-core.js';
import { validators as cardValidators } from '#protocol/generated/validators-card-management.js';
import { BankCore } from './bank-core.ts';
import { CardManagement } from './card-management.ts';
import { benchCredentials, type HostFile } from './certificates.ts';
import type { HostFaults } from './faults.ts';
import { type HostExchange, type HostOperation, HostServer } from './host-server.ts';
import { emptyDatabase, type LedgerEntry, openDatabase, Records } from './records.ts';
import { type BenchWallet, benchWallet } from './wallet-records.ts';

export type { PhoneMessage } from './bank-checks.ts';
export type { HostFile } from './certificates.ts';
export { type HostFault, type HostFaultKind, type HostFaults, hostFaultKinds, parseHostFault } from './faults.ts';
export type { HostExchange } from './host-server.ts';
export type { LedgerEntry } from './records.ts';
export type { BenchWallet } from './wallet-records.ts';

export interface HostSimulatorOptions {
  /** Certificates, keys and databases go here. */
  readonly folder: string;
  /** The one kiosk that the hosts know. */
  readonly terminalId?: string;
  readonly ports?: { readonly cardManagement?: number; readonly bankCore?: number };
  readonly database?: 'file' | 'memory';
  readonly wallet?: BenchWallet;
  readonly clock?: () => Date;
  /** Sees every request that was understood as HTTP, with its answer, before the answer leaves. */
  readonly onExchange?: (host: HostFile, exchange: HostExchange) => void;
}

export interface SimulatedHost<Domain> {
  readonly url: string;
  readonly faults: HostFaults;
  /** What really happened, oldest first. */
  ledger(): readonly LedgerEntry[];
  /** What a counter, or the holder elsewhere, may do meanwhile. */
  readonly domain: Domain;
}

export interface HostSimulators {
  readonly cardManagement: SimulatedHost<
    Pick<CardManagement, 'setSocialStatus' | 'requestReplacement' | 'cardsOf' | 'journalBundle' | 'journalBundles'>
  >;
  readonly bankCore: SimulatedHost<
    Pick<
      BankCore,
      | 'setStatus'
      | 'requestReplacement'
      | 'account'
      | 'cardsOf'
      | 'forgetWorkingKeys'
      | 'messages'
      | 'waitingApprovals'
      | 'approve'
      | 'refuse'
    >
  >;
  /** The daemon's `hosts.credentialsFolder`. */
  readonly credentialsFolder: string;
  now(): Date;
  /** Moves both hosts' domain time; signatures keep to the real clock. */
  setClockOffset(ms: number): void;
  /** As on the first day: no faults, an empty ledger, the wallet's people and accounts, the right time. A signed-on kiosk stays so. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

/** Both hosts on 127.0.0.1, as the contracts in protocol/hosts/ say, with the wallet's people and cards. */
export async function startHostSimulators(options: HostSimulatorOptions): Promise<HostSimulators> {
  const { folder, terminalId = 'KIOSK001', ports = {}, wallet = benchWallet, clock = () => new Date() } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const credentials = await benchCredentials(folder, terminalId);
  let offsetMs = 0;
  const now = (): Date => new Date(clock().getTime() + offsetMs);
  const databases: Database.Database[] = [];
  const open = (name: HostFile): Database.Database => {
    const db = openDatabase(options.database === 'memory' ? ':memory:' : join(folder, `${name}.sqlite`));
    databases.push(db);
    return db;
  };
  const serve = (
    name: HostFile,
    db: Database.Database,
    port: number | undefined,
    domain: Hosted,
  ): [HostServer, Records] => {
    const records = new Records(db);
    const server = new HostServer({
      credentials: credentials.host(name),
      port: port ?? 0,
      records,
      validators: name === 'bank-core' ? bankValidators : cardValidators,
      operations: domain.operations(),
      now,
      ...(options.onExchange && { onExchange: (exchange) => options.onExchange?.(name, exchange) }),
    });
    return [server, records];
  };
  const cardDatabase = open('card-management');
  const cards = new CardManagement(cardDatabase, now);
  cards.seed(wallet);
  const [cardServer, cardRecords] = serve('card-management', cardDatabase, ports.cardManagement, cards);
  const bankDatabase = open('bank-core');
  const bank = new BankCore(bankDatabase, now);
  bank.seed(wallet);
  const [bankServer, bankRecords] = serve('bank-core', bankDatabase, ports.bankCore, bank);

  const stop = async (): Promise<void> => {
    await Promise.all([cardServer.stop(), bankServer.stop()]);
    for (const db of databases) db.close();
  };
  try {
    await cardServer.start();
    await bankServer.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    cardManagement: {
      url: cardServer.url,
      faults: cardServer.faults,
      ledger: () => cardRecords.ledger(),
      domain: cards,
    },
    bankCore: { url: bankServer.url, faults: bankServer.faults, ledger: () => bankRecords.ledger(), domain: bank },
    credentialsFolder: credentials.daemonFolder,
    now,
    setClockOffset: (ms) => {
      offsetMs = ms;
    },
    async reset() {
      offsetMs = 0;
      await Promise.all([cardServer.faults.clear(), bankServer.faults.clear()]);
      for (const db of databases) emptyDatabase(db);
      cards.seed(wallet);
      bank.seed(wallet);
    },
    stop,
  };
}

interface Hosted {
  operations(): readonly HostOperation[];
}
