import type { CliCommand } from './command.ts';
import { configCommand } from './config.ts';
import { dayEndCommand } from './day-end.ts';
import { deviceCommand } from './device.ts';
import { doctorCommand } from './doctor/index.ts';
import { eventsCommand } from './events.ts';
import { journalCommand } from './journal.ts';
import { readinessCommand, selfTestCommand } from './readiness.ts';
import { recordCommand } from './record.ts';
import { statusCommand } from './status.ts';
import { stockCommand } from './stock.ts';
import { unresolvedCommand } from './unresolved.ts';

const commands: Readonly<Record<string, CliCommand>> = {
  config: configCommand,
  'day-end': dayEndCommand,
  device: deviceCommand,
  doctor: doctorCommand,
  events: eventsCommand,
  journal: journalCommand,
  readiness: readinessCommand,
  record: recordCommand,
  selftest: selfTestCommand,
  status: statusCommand,
  stock: stockCommand,
  unresolved: unresolvedCommand,
};

export const commandNames: readonly string[] = Object.keys(commands);

function overview(): string {
  const lines = Object.values(commands).map(({ usage, help }) => `  ${usage}\n      ${help}`);
  return ['npx kiosk COMMAND', '', ...lines].join('\n');
}

/**
 * Runs `npx kiosk …`.
 * @param args what stands behind `kiosk`
 * @returns the exit code
 */
export async function runCli(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || name === '--help') {
    console.log(overview());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) {
    console.error(`there is no command "${name}"\n\n${overview()}`);
    return 2;
  }
  if (rest.includes('--help')) {
    console.log(`npx kiosk ${command.usage}\n    ${command.help}`);
    return 0;
  }
  try {
    return await command.run(rest);
  } catch (error) {
    // parseArgs throws for unknown options: one line, then how it is called.
    if (!isWrongCall(error)) throw error;
    console.error(`${error.message}\nUsage: npx kiosk ${command.usage}`);
    return 2;
  }
}

function isWrongCall(error: unknown): error is Error {
  return error instanceof Error && String((error as NodeJS.ErrnoException).code).startsWith('ERR_PARSE_ARGS');
}
