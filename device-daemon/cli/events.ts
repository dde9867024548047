import { eventManual } from '../journal/index.ts';
import type { CliCommand } from './command.ts';
import { shellLanguage } from './staff-language.ts';

export const eventsCommand: CliCommand = {
  usage: 'events',
  help: 'Prints the event manual (Markdown) in the language of the shell, docs/events.md.',
  run() {
    process.stdout.write(eventManual(shellLanguage()));
    return 0;
  },
};
