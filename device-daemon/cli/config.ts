import { parseArgs } from 'node:util';
import { allOptions, type Config, type Origin, productionMistakes } from '../config/index.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';

const secret = /token|secret|password/i;

function settingOf(config: Config, key: string): unknown {
  return key.split('.').reduce<unknown>((node, name) => (node as Record<string, unknown>)[name], config);
}

function lines(config: Config, origins: ReadonlyMap<string, Origin>): string[] {
  return allOptions().map(({ key, option }) => {
    const value = settingOf(config, key);
    const shown = secret.test(key) && value !== '' ? '(set)' : JSON.stringify(value);
    const unit = option.unit === undefined ? '' : ` ${option.unit}`;
    const origin = origins.get(key) ?? 'default';
    return `${key} = ${shown}${unit}  (${origin})\n    ${option.help}; wants ${option.wants}`;
  });
}

/** The table of settings, Markdown: docs/configuration.md. */
export function configurationManual(): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const rows = allOptions().map(({ key, option }) => {
    const fallback = option.default === '' ? 'empty' : `\`${JSON.stringify(option.default)}\``;
    return `| \`${key}\` | ${fallback} | ${option.unit ?? '-'} | ${cell(option.help)} | ${cell(option.wants)} | ${option.since} |`;
  });
  return [
    '# Configuration',
    '',
    'Generated from `device-daemon/config/schema.ts` by `npx kiosk config --manual`.',
    '',
    'One JSON file, given with `--config FILE`; the dots are groups: `{ "server": { "port": 5846 } }`. What is left out has its',
    'default. A mistake is one line that names the key, what it got and what it wants; the daemon then does not start.',
    '',
    '| setting | default | unit | what for | wants | since |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

export const configCommand: CliCommand = {
  usage: 'config [--config FILE] [--manual]',
  help: 'Prints every setting with its value, where it comes from and what it is for, and checks them; --manual: as a table.',
  run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { config: { type: 'string' }, manual: { type: 'boolean' } },
    });
    if (values.manual === true) {
      process.stdout.write(configurationManual());
      return 0;
    }
    const loaded = cliConfiguration(values.config);
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(line);
      return 1;
    }
    const { config, origins, file } = loaded.value;
    console.log(`Configuration: ${file ?? 'none, the defaults'}\n`);
    for (const line of lines(config, origins)) console.log(line);
    const mistakes = productionMistakes(config);
    for (const line of mistakes) console.error(line);
    return mistakes.length === 0 ? 0 : 1;
  },
};
