import { parseArgs } from 'node:util';
import { type Config, productionMistakes } from '../../config/index.ts';
import type { CliCommand } from '../command.ts';
import { cliConfiguration } from '../configuration.ts';
import { cabinet, cardReader, lineDevices, report, rivals } from './devices.ts';
import { bad, type Finding, linesOf, summaryOf } from './finding.ts';
import { hosts } from './hosts.ts';
import { type Machine, thisMachine, type User } from './machine.ts';
import { clock, ownPort, screen, storage, whoRuns } from './platform.ts';

/** Looks at everything the kiosk needs on this machine; changes nothing. */
export async function examine(config: Config, machine: Machine, user: User): Promise<readonly Finding[]> {
  const health = await machine.health(config.server.port);
  return [
    ...productionMistakes(config).map((line) => bad(line, 'change the configuration')),
    ...whoRuns(config, user),
    await ownPort(config, machine, health),
    ...(health === undefined ? [] : report(health)),
    ...cardReader(config, machine, user),
    ...(await lineDevices(config, machine, user, health !== undefined)),
    ...cabinet(config, machine, user),
    ...rivals(machine),
    ...clock(machine),
    ...storage(config, machine, user),
    ...screen(config, machine),
    ...(await hosts(config, machine, user)),
  ];
}

export const doctorCommand: CliCommand = {
  usage: 'doctor [--user NAME] [--config FILE]',
  help: 'Checks this machine for everything the kiosk needs and says what to do; --user: whom the daemon runs as.',
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, user: { type: 'string' } },
    });
    const loaded = cliConfiguration(values.config);
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(`✗ ${line}`);
      return 1;
    }
    const user = thisMachine.user(values.user);
    if (user === undefined) {
      console.error(`✗ --user: got ${values.user ?? 'nobody'}, wants a user of this machine`);
      return 2;
    }
    console.log(`Configuration: ${loaded.value.file ?? 'none, the defaults'}\n`);
    const findings = await examine(loaded.value.config, thisMachine, user);
    for (const finding of findings) console.log(linesOf(finding));
    console.log(`\n${summaryOf(findings)}`);
    return findings.some(({ verdict }) => verdict === 'bad') ? 1 : 0;
  },
};
