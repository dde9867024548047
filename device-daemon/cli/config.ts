import { parseArgs } from 'node:util';
import type { CliCommand } from '../cli.ts';
import { allOptions, loadConfig, productionMistakes } from '../config/index.ts';

const secret = /token|secret|password/i;

export const configCommand: CliCommand = {
  usage: 'config [--config FILE]',
  help: 'Prints every setting with its value, where it comes from and what it is for; checks them.',
  run(args) {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
    const loaded = loadConfig(values.config);
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(line);
      return 1;
    }
    for (const { key, option } of allOptions()) {
      const value = key
        .split('.')
        .reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], loaded.value.config);
      const shown = secret.test(key) && value !== '' ? '(set)' : JSON.stringify(value);
      const unit = option.unit === undefined ? '' : ` ${option.unit}`;
      console.log(
        `${key} = ${shown}${unit}  (${loaded.value.origins.get(key) ?? 'default'})\n    ${option.help}; wants ${option.wants}`,
      );
    }
    const mistakes = productionMistakes(loaded.value.config);
    for (const line of mistakes) console.error(line);
    return mistakes.length === 0 ? 0 : 1;
  },
};
