import { err, ok, type Result } from '#protocol/result.ts';
import type { Config } from './config/index.ts';
import {
  type BankCoreHost,
  type CardManagementHost,
  HttpBankCore,
  HttpCardManagement,
  loadHostCredentials,
} from './hosts/index.ts';
import type { Journal } from './journal/index.ts';

/** The two outside systems, as far as they are configured. They stay apart everywhere. */
export interface HostSet {
  readonly cardManagement: CardManagementHost | undefined;
  readonly bankCore: BankCoreHost | undefined;
  start(): void;
  stop(): Promise<void>;
}

export function openHosts(config: Config, journal: Journal): Result<HostSet, readonly string[]> {
  const { hosts, terminal } = config;
  if (hosts.cardManagement === '' && hosts.bankCore === '') {
    return ok({ cardManagement: undefined, bankCore: undefined, start: () => {}, stop: () => Promise.resolve() });
  }
  const credentials = loadHostCredentials(hosts.credentialsFolder);
  if (!credentials.ok) {
    return err([`hosts.credentialsFolder: ${credentials.error.file}: ${credentials.error.detail}`]);
  }
  const shared = {
    terminalId: terminal.id,
    credentials: credentials.value,
    deadlineMs: hosts.deadlineSeconds * 1000,
    probeMs: hosts.probeSeconds * 1000,
  };
  const cardManagement =
    hosts.cardManagement === '' ? undefined : new HttpCardManagement({ ...shared, url: hosts.cardManagement });
  const bankCore = hosts.bankCore === '' ? undefined : new HttpBankCore({ ...shared, url: hosts.bankCore });
  const all = [cardManagement, bankCore].filter((host) => host !== undefined);
  for (const host of all) {
    let before = host.report().state;
    host.onReport((report) => {
      if (report.state !== before) journal.record('host.state', { host: report.host, state: report.state });
      before = report.state;
    });
  }
  return ok({
    cardManagement,
    bankCore,
    start() {
      for (const host of all) host.start();
    },
    async stop() {
      await Promise.all(all.map((host) => host.stop()));
    },
  });
}
