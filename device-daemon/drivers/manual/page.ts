/** docs/devices.md, from the code. */
import { type DriverEntry, drivers } from './drivers.ts';
import { type Cell, type LineFault, lineFaults, mistakesOf, type RunReport } from './line-faults.ts';

const classes: Readonly<Record<string, string>> = {
  cardReader: 'card reader',
  cardDispenser: 'card dispenser',
  pinPad: 'PIN pad',
  receiptPrinter: 'receipt printer',
  identityReader: 'identity reader',
  codeScanner: 'code scanner',
  cabinet: 'cabinet',
};

const faults = Object.keys(lineFaults) as LineFault[];
const escaped = (text: string): string => text.replaceAll('|', '\\|');
const row = (...cells: readonly string[]): string => `| ${cells.map(escaped).join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
  rows.length === 0
    ? []
    : [row(...head), `|${head.map(() => '---').join('|')}|`, ...rows.map((cells) => row(...cells)), ''];

const capitalised = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
const readme = ({ driver }: DriverEntry): string => `../device-daemon/drivers/${driver}/README.md`;
const anchor = ({ driver }: DriverEntry): string => `[${driver}](#${driver})`;

const settings = ({ setting, alsoIn = [] }: DriverEntry): string =>
  [setting, ...alsoIn].map((name) => `\`devices.${name}\``).join(', ');

const briefly = (cell: Cell): string => {
  if (cell === 'notCovered') return 'not covered';
  return 'doesNotApply' in cell ? 'does not apply' : 'covered';
};
const fully = (cell: Cell): string => {
  if (cell === 'notCovered') return '**not covered**';
  return 'doesNotApply' in cell
    ? `does not apply: ${cell.doesNotApply}`
    : cell.tests.map((test) => `\`${test}\``).join('<br>');
};

function section(entry: DriverEntry): readonly string[] {
  const { driver, transport, commands, silence, reasons, covered } = entry;
  const states = Object.entries(reasons).flatMap(([reason, given]) =>
    given.map((state) => [`\`${state} ${reason}\``] as const),
  );
  return [
    `## ${driver}`,
    '',
    `${capitalised(classes[entry.class] ?? entry.class)}: ${entry.what}. Setting ${settings(entry)}. Transport: ${transport}. Wiring, switches, what to do about each report: [README](${readme(entry)}).`,
    '',
    ...(silence === undefined ? [] : [`Commands: ${silence}`, '']),
    ...table(
      ['command', 'bytes', 'carries'],
      commands.map(({ name, bytes, carries }) => [
        name,
        `\`${bytes}\``,
        carries.length === 0 ? '–' : carries.join(', '),
      ]),
    ),
    `Reports: \`absent\`, \`starting\`, \`ready\`, and with a reason ${states.map(([name]) => name).join(', ')}.`,
    '',
    ...table(
      ['fault', 'tests'],
      faults.map((fault) => [lineFaults[fault], fully(covered[fault])]),
    ),
  ];
}

export function devicePage(): string {
  return [
    '# Devices',
    '',
    'Generated from the drivers in `device-daemon/drivers/` by `npm run devices`. `npm test` fails when it is stale, and when a test that it names did not run and pass.',
    '',
    'A device is a folder in `device-daemon/drivers/`; its README has wiring, switches, settings and the table of faults.',
    '',
    ...table(
      ['device class', 'driver', 'for', 'setting', 'page'],
      drivers.map((entry) => [
        classes[entry.class] ?? entry.class,
        anchor(entry),
        entry.what,
        settings(entry),
        `[README](${readme(entry)})`,
      ]),
    ),
    'Every setting with its default: [configuration.md](configuration.md).',
    '',
    '## What holds for all of them',
    '',
    '* A device that is absent, silent, babbling or slow is a state (`absent`, `starting`, `ready`, `degraded`, `failed`, with a reason), never a crash, and never stops another device. Services that do not need it go on; the home screen says why the others do not.',
    '* Recovery is a ladder (resend, reset, reopen, give up and keep looking) with named delays, each with its reason, in one file per driver; the report says on which rung. A device that comes back is found by itself.',
    '* A physical act ends `done`, `notDone` or `unknown`. `unknown` is never repeated by itself.',
    '* A dip reader cannot hold a card: whoever pulls it ends what needs the card, and the screen says so. A service has no desktop session: for pcscd a polkit rule must allow `org.debian.pcsc-lite.access_pcsc` and `access_card` to the daemon’s user.',
    '* Name serial ports by `/dev/serial/by-id/…` or `by-path/…`: `/dev/ttyUSB0` changes with the order of plugging in.',
    '',
    '`npx kiosk doctor` checks ports, permissions and rivals; the running daemon’s `GET /healthz` tells each device’s state and since when, its page `/devices` shows it with what to do. `npx kiosk device NAME trace` shows a line, `npx kiosk record` writes it down: [technician.md](technician.md).',
    '',
    '## Without hardware',
    '',
    'The bench has an emulator for each of them that speaks the same bytes, with faults to switch on: [simulators/bench](../simulators/bench/README.md).',
    '',
    '## Faults covered',
    '',
    'Each on a real pseudo-terminal against an emulator of the bytes, the real pcscd, or a real WebSocket. The tests stand in the section of the driver.',
    '',
    ...table(
      ['fault', ...drivers.map(anchor)],
      faults.map((fault) => [lineFaults[fault], ...drivers.map(({ covered }) => briefly(covered[fault]))]),
    ),
    ...drivers.flatMap(section),
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

/** One sentence for each test that the page names and that did not run and pass. */
export const devicePageMistakes = (report: RunReport): readonly string[] =>
  drivers.flatMap(({ driver, covered }) => mistakesOf(`drivers/${driver}`, covered, report));
