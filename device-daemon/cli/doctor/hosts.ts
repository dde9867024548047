/** The way to the hosts: credentials, reachability, and what the last sign-on said of the keys. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from '../../config/index.ts';
import { credentialFiles, loadHostCredentials } from '../../hosts/index.ts';
import { chinaClock } from '../../journal/index.ts';
import { openJournal } from '../journal-access.ts';
import { bad, type Finding, ok, warn } from './finding.ts';
import { type Machine, mayUse, type User } from './machine.ts';

const dayMs = 86_400_000;
/** A new certificate takes its time through two organisations. */
const renewalDays = 30;

function certificate(config: Config, machine: Machine, pem: string, key: string): Finding[] {
  const file = join(config.hosts.credentialsFolder, credentialFiles.certificate);
  const parsed = new X509Certificate(pem);
  if (!parsed.checkPrivateKey(createPrivateKey(key))) {
    return [bad(`${file} and ${credentialFiles.key} are not a pair`, 'put the key of this certificate beside it')];
  }
  const findings: Finding[] = [];
  const [from, to] = [new Date(parsed.validFrom), new Date(parsed.validTo)];
  const days = Math.floor((to.getTime() - machine.now().getTime()) / dayMs);
  const day = to.toISOString().slice(0, 10);
  if (from > machine.now()) {
    findings.push(
      bad(`${file} is valid only from ${from.toISOString()}`, 'look at the clock, then at the certificate'),
    );
  } else if (days < 0) {
    findings.push(bad(`${file} expired on ${day}`, 'ask the bank for a new certificate'));
  } else if (days < renewalDays) {
    findings.push(warn(`${file} expires on ${day}`, 'ask the bank for a new certificate now'));
  } else {
    findings.push(ok(`${file} is valid until ${day}`));
  }
  if (!parsed.subject.split('\n').some((line) => line === `CN=${config.terminal.id}`)) {
    findings.push(
      warn(
        `${file} is made out to ${parsed.subject.replaceAll('\n', ', ')}, this is ${config.terminal.id} (terminal.id)`,
        'use the certificate of this terminal',
      ),
    );
  }
  return findings;
}

function credentials(config: Config, machine: Machine, user: User): Finding[] {
  const { credentialsFolder } = config.hosts;
  if (credentialsFolder === '') {
    return [bad('hosts.credentialsFolder is not set', 'name the folder with the certificate and keys for the hosts')];
  }
  const loaded = loadHostCredentials(credentialsFolder);
  if (!loaded.ok) {
    return [bad(`${loaded.error.file}: ${loaded.error.detail}`, 'see the table of files in docs/integrator.md')];
  }
  const secret = [credentialFiles.key, credentialFiles.signingKey].map((name) => join(credentialsFolder, name));
  const closed = Object.values(credentialFiles)
    .map((name) => join(credentialsFolder, name))
    .filter((file) => machine.owned(file) !== undefined && !mayUse(machine, file, user, 0o4));
  const open = secret.filter((file) => ((machine.owned(file)?.mode ?? 0) & 0o077) !== 0);
  return [
    ...closed.map((file) => bad(`${user.name} may not read ${file}`, `chown ${user.name} ${file}`)),
    ...open.map((file) => warn(`others may read ${file}`, `chmod go= ${file}`)),
    ...certificate(config, machine, loaded.value.certificate, loaded.value.key),
  ];
}

/** Sign-on brings the PIN key with its check value, which the pad compares with what it unwrapped under its master key. */
function workingKeys(config: Config): Finding[] {
  const journal = openJournal(config);
  if (!journal.ok) return [];
  try {
    const events = ['host.signedOn', 'host.signOnFailed'].flatMap((event) => journal.value.entries({ event }));
    const last = events.sort((one, other) => one.seq - other.seq).at(-1);
    if (last === undefined) return [warn('no sign-on at the bank core is in the journal', 'start the daemon once')];
    return last.event === 'host.signedOn'
      ? [
          ok(
            `the PIN pad has working keys since ${chinaClock(last.at)}, check value ${String(last.fields['keyCheck'])}`,
          ),
        ]
      : [
          bad(
            `the last sign-on at the bank core failed at ${last.at}: ${String(last.fields['why'])}`,
            'where the pad refuses the key: compare the check value of its master key with the bank’s',
          ),
        ];
  } catch (error) {
    return [
      bad(
        `the journal cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
        'npx kiosk journal --verify',
      ),
    ];
  } finally {
    journal.value.close();
  }
}

export async function hosts(config: Config, machine: Machine, user: User): Promise<Finding[]> {
  const named = (['cardManagement', 'bankCore'] as const).filter((name) => config.hosts[name] !== '');
  if (named.length === 0) return [warn('no host is named', 'set hosts.cardManagement and hosts.bankCore')];
  const findings = credentials(config, machine, user);
  for (const name of named) {
    const url = new URL(config.hosts[name]);
    const port = Number(url.port === '' ? '443' : url.port);
    findings.push(
      (await machine.connects(url.hostname, port))
        ? ok(`hosts.${name}: ${url.hostname}:${port} takes connections`)
        : bad(`hosts.${name}: nothing answers at ${url.hostname}:${port}`, 'check network, firewall and name server'),
    );
  }
  return config.hosts.bankCore !== '' && config.devices.pinPad.driver !== 'none'
    ? [...findings, ...workingKeys(config)]
    : findings;
}
