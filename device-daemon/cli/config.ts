import { parseArgs } from 'node:util';
import { allOptions, productionMistakes, type SettingInForce, settingsInForce } from '../config/index.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';

const lineOf = ({ key, value, unit, origin, help, wants }: SettingInForce): string =>
  `${key} = ${value}${unit === undefined ? '' : ` ${unit}`}  (${origin})\n    ${help}; wants ${wants}`;

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
    for (const setting of settingsInForce(config, origins)) console.log(lineOf(setting));
    const mistakes = productionMistakes(config);
    for (const line of mistakes) console.error(line);
    return mistakes.length === 0 ? 0 : 1;
  },
};
