import type { CliCommand } from './command.ts';

/** Each is read when it is wanted: somebody on ssh waits for one of them, not for the drivers behind another. */
const commands: Readonly<Record<string, () => Promise<CliCommand>>> = {
  config: async () => (await import('./config.ts')).configCommand,
  'day-end': async () => (await import('./day-end.ts')).dayEndCommand,
  device: async () => (await import('./device.ts')).deviceCommand,
  doctor: async () => (await import('./doctor/index.ts')).doctorCommand,
  events: async () => (await import('./events.ts')).eventsCommand,
  journal: async () => (await import('./journal.ts')).journalCommand,
  readiness: async () => (await import('./readiness.ts')).readinessCommand,
  record: async () => (await import('./record.ts')).recordCommand,
  selftest: async () => (await import('./readiness.ts')).selfTestCommand,
  status: async () => (await import('./status.ts')).statusCommand,
  stock: async () => (await import('./stock.ts')).stockCommand,
  unresolved: async () => (await import('./unresolved.ts')).unresolvedCommand,
};

export const commandNames: readonly string[] = Object.keys(commands);

async function overview(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((read) => read()));
  const lines = all.map(({ usage, help }) => `  ${usage}\n      ${help}`);
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
    console.log(await overview());
    return 0;
  }
  const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
  if (command === undefined) {
    console.error(`there is no command "${name}"\n\n${await overview()}`);
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
