import { configCommand } from './cli/config.ts';
import { doctorCommand } from './cli/doctor.ts';
import { eventsCommand } from './cli/events.ts';
import { journalCommand } from './cli/journal.ts';

/** `npx kiosk COMMAND …`. Each command returns its exit code: 0 well, 1 something is wrong, 2 called wrongly. */
export interface CliCommand {
  readonly usage: string;
  readonly help: string;
  run(args: readonly string[]): number | Promise<number>;
}

const commands: Readonly<Record<string, CliCommand>> = {
  config: configCommand,
  doctor: doctorCommand,
  events: eventsCommand,
  journal: journalCommand,
};

const [name, ...args] = process.argv.slice(2);
const command = name === undefined ? undefined : commands[name];
if (command === undefined) {
  console.log('npx kiosk COMMAND\n');
  for (const { usage, help } of Object.values(commands)) console.log(`  ${usage}\n      ${help}`);
  process.exitCode = name === undefined || name === 'help' ? 0 : 2;
} else {
  try {
    process.exitCode = await command.run(args);
  } catch (error) {
    // parseArgs throws for unknown options: one line, then how it is called.
    console.error(error instanceof Error ? error.message : String(error));
    console.error(`Usage: npx kiosk ${command.usage}`);
    process.exitCode = 2;
  }
}
