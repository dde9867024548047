import type { CliCommand } from '../cli.ts';
import { eventManual } from '../journal/index.ts';

export const eventsCommand: CliCommand = {
  usage: 'events',
  help: 'Prints the event manual (Markdown).',
  run() {
    process.stdout.write(eventManual());
    return 0;
  },
};
