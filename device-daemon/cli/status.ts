import { parseArgs } from 'node:util';
import { adviceOf, deviceNames, hostAdvice, pageWords, type Words } from '#assets/devices/index.ts';
import { catalogues } from '#assets/languages/all.ts';
import type { Entry, TextKey } from '#assets/languages/index.ts';
import { selfTestText } from '#assets/maintenance/index.ts';
import { chinaClock } from '../journal/index.ts';
import { padded } from './columns.ts';
import type { CliCommand } from './command.ts';
import { cliConfiguration } from './configuration.ts';
import { type DaemonHealth, healthOf } from './running-daemon.ts';
import { staffLanguage } from './staff-language.ts';

const width = 18;
const stateWidth = 10;
const serviceWidth = 36;

type State = DaemonHealth['devices' | 'hosts'][number]['state'];

const written = (entry: Entry): string => (typeof entry === 'string' ? entry : entry[0]);

/** A service that this kiosk does not give is no fault of today. */
const isOffered = ({ reasons }: DaemonHealth['services'][number]): boolean => !reasons.includes('notOffered');

/** One line for each device, host and service; under what is not well what it is and what to do. */
export function statusLines(
  { devices, hosts, services, dayDue }: DaemonHealth,
  say: (words: Words) => string,
): string[] {
  const name = (of: string): string => padded(say(deviceNames[of] ?? [of, of]), width);
  const asOnScreen = (key: TextKey): string => say([written(catalogues['zh-Hans'][key]), written(catalogues.en[key])]);
  // A shell's English is the wire's.
  const stateOf = (state: State): string => padded(say([pageWords[state][0], state]), stateWidth);
  const line = (of: string, state: State, since: string, advice: ReturnType<typeof adviceOf>): string[] => [
    `${state === 'ready' || state === 'up' ? '✓' : '!'} ${name(of)} ${stateOf(state)} ${chinaClock(since)}`,
    ...(advice === undefined ? [] : [`    ${say(advice.is)}`]),
    ...(advice?.todo === undefined ? [] : [`    → ${say(advice.todo)}`]),
  ];
  return [
    ...devices.flatMap(({ name: device, driver, state, reason, since }) =>
      line(device, state, since, adviceOf(driver, reason === undefined ? state : `${state} ${reason}`)),
    ),
    '',
    ...hosts.flatMap(({ host, state, since }) => line(host, state, since, hostAdvice[state])),
    ...dayLines(dayDue, say),
    '',
    ...services.map((one) => {
      const sign = one.available ? '✓' : isOffered(one) ? '✗' : '·';
      const why = one.reasons.map((reason) => `${asOnScreen(`reason.${reason}`)} (${reason})`);
      return `${sign} ${padded(asOnScreen(`service.${one.service}`), serviceWidth)} ${why.join('; ')}`.trimEnd();
    }),
  ];
}

/** Something to do, which takes nothing away from customers. */
function dayLines(due: string | undefined, say: (words: Words) => string): string[] {
  if (due === undefined) return [];
  const { subject, is, todo } = selfTestText({ subject: 'day', code: 'due', values: { clock: chinaClock(due) } });
  return ['', `! ${say(subject)} ${say(is)}`, ...(todo === undefined ? [] : [`    → ${say(todo)}`])];
}

export const statusCommand: CliCommand = {
  usage: 'status [--config FILE]',
  help: 'What the running daemon says of its devices, hosts and services, as on the overview of the maintenance pages.',
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { config: { type: 'string' } } });
    const loaded = cliConfiguration(values.config);
    if (!loaded.ok) {
      for (const line of loaded.error) console.error(line);
      return 1;
    }
    const health = await healthOf(loaded.value.config);
    if (!health.ok) {
      console.error(`✗ ${health.error}`);
      return 1;
    }
    for (const line of statusLines(health.value, staffLanguage())) console.log(line);
    return health.value.services.every((one) => one.available || !isOffered(one)) ? 0 : 1;
  },
};
