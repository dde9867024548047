import { eventManual } from '../journal/index.ts';
import type { CliCommand } from './command.ts';

export const eventsCommand: CliCommand = {
  usage: 'events',
  help: 'Prints the event manual (Markdown), docs/events.md.',
  run() {
    process.stdout.write(eventManual());
    return 0;
  },
};
