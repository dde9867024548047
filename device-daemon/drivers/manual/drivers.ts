/** Every driver as its page shows it: what hangs on which setting, which bytes it speaks, from the tables of its codec. */
import type { DeviceClass, DeviceState } from '#protocol/generated/kiosk.ts';
import type { Config } from '../../config/index.ts';
import { covered as crtCovered } from '../crt591/covered.ts';
import { commands as crtCommands } from '../crt591/index.ts';
import { reasons as crtReasons } from '../crt591/reasons.ts';
import { covered as escposCovered } from '../escpos/covered.ts';
import { COMMANDS } from '../escpos/index.ts';
import { reasons as escposReasons } from '../escpos/reasons.ts';
import { covered as k720Covered } from '../k720/covered.ts';
import { commands as k720Commands } from '../k720/index.ts';
import { reasons as k720Reasons } from '../k720/reasons.ts';
import { covered as kmyCovered } from '../kmy350x/covered.ts';
import { commands as kmyCommands } from '../kmy350x/index.ts';
import { reasons as kmyReasons } from '../kmy350x/reasons.ts';
import { covered as mrzCovered } from '../mrz/covered.ts';
import { shapes } from '../mrz/index.ts';
import { reasons as mrzReasons } from '../mrz/reasons.ts';
import { covered as pcscCovered } from '../pcsc/covered.ts';
import { reasons as pcscReasons } from '../pcsc/reasons.ts';
import { covered as samVCovered } from '../sam-v/covered.ts';
import { commands as samVCommands } from '../sam-v/index.ts';
import { reasons as samVReasons } from '../sam-v/reasons.ts';
import { covered as scannerCovered } from '../serial-scanner/covered.ts';
import { triggers } from '../serial-scanner/index.ts';
import { reasons as scannerReasons } from '../serial-scanner/reasons.ts';
import { covered as sysfsCovered } from '../sysfs/covered.ts';
import { reasons as sysfsReasons } from '../sysfs/reasons.ts';
import { covered as xfsCovered } from '../xfs4iot/covered.ts';
import { reasons as xfsReasons } from '../xfs4iot/reasons.ts';
import type { FaultsCovered } from './line-faults.ts';

interface CommandRow {
  readonly name: string;
  /** Hex of what it always begins with. */
  readonly bytes: string;
  /** What else it carries, in wire order. */
  readonly carries: readonly string[];
}

export interface DriverEntry {
  /** Its folder. */
  readonly driver: string;
  readonly class: DeviceClass;
  readonly setting: keyof Config['devices'];
  /** Values of the setting's `driver` that choose it. */
  readonly chosenBy: readonly string[];
  /** Other settings in which the same value chooses it. */
  readonly alsoIn?: readonly (keyof Config['devices'])[];
  readonly what: string;
  readonly transport: string;
  readonly commands: readonly CommandRow[];
  /** Where there is no table of commands: why. */
  readonly silence?: string;
  readonly reasons: Readonly<Record<string, readonly DeviceState[]>>;
  readonly covered: FaultsCovered;
}

const hex = (...bytes: readonly number[]): string =>
  bytes.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');

const onLine = 'serial line (`serial:`), or through a terminal server (`tcp:`)';

export const drivers: readonly DriverEntry[] = [
  {
    driver: 'pcsc',
    class: 'cardReader',
    setting: 'cardReader',
    chosenBy: ['pcsc', 'vpcd'],
    what: 'dip reader of contact chips: `pcsc`: any reader that pcscd knows; `vpcd`: the virtual reader without pcscd',
    transport:
      'pcscd, by npm pcsclite in a process of its own; `vpcd`: the virtual reader’s framing over TCP on loopback',
    commands: [],
    silence:
      'It passes APDUs on as they are. Of its own it has GET RESPONSE (`00 C0 00 00`) after 61xx, and Le corrected after 6Cxx.',
    reasons: pcscReasons,
    covered: pcscCovered,
  },
  {
    driver: 'crt591',
    class: 'cardDispenser',
    setting: 'cardDispenser',
    chosenBy: ['crt591'],
    alsoIn: ['cardReader'],
    what: 'card units CRT-571 and CRT-591-M: dispenser and motorised reader in one',
    transport: onLine,
    commands: Object.entries(crtCommands).map(([name, { cm, pm, request }]) => ({
      name,
      bytes: hex(cm, pm),
      carries: Object.keys(request),
    })),
    reasons: crtReasons,
    covered: crtCovered,
  },
  {
    driver: 'k720',
    class: 'cardDispenser',
    setting: 'cardDispenser',
    chosenBy: ['k720'],
    what: 'dispensers TTCE K720 and D1801, without contacts',
    transport: onLine,
    commands: Object.entries(k720Commands).map(([name, { text }]) => ({
      name,
      bytes: hex(...Buffer.from(text, 'latin1')),
      carries: [],
    })),
    reasons: k720Reasons,
    covered: k720Covered,
  },
  {
    driver: 'kmy350x',
    class: 'pinPad',
    setting: 'pinPad',
    chosenBy: ['kmy350x'],
    what: 'encrypting pads of the KMY350x family',
    transport: onLine,
    commands: Object.entries(kmyCommands).map(([name, { code, request }]) => ({
      name,
      bytes: hex(code),
      carries: Object.keys(request),
    })),
    reasons: kmyReasons,
    covered: kmyCovered,
  },
  {
    driver: 'escpos',
    class: 'receiptPrinter',
    setting: 'printer',
    chosenBy: ['escpos'],
    what: '58 mm and 80 mm printers with a GB 2312 or GBK character set',
    transport: onLine,
    commands: Object.entries(COMMANDS).map(([name, { prefix, fields }]) => ({
      name,
      bytes: hex(...prefix),
      carries: fields.map((field) => field.name),
    })),
    reasons: escposReasons,
    covered: escposCovered,
  },
  {
    driver: 'sam-v',
    class: 'identityReader',
    setting: 'identityReader',
    chosenBy: ['sam-v'],
    what: 'readers of resident ID cards and their relatives with a SAM_V module',
    transport: onLine,
    commands: Object.entries(samVCommands).map(([name, { code, parameter }]) => ({
      name,
      bytes: hex(code, parameter),
      carries: [],
    })),
    reasons: samVReasons,
    covered: samVCovered,
  },
  {
    driver: 'mrz',
    class: 'identityReader',
    setting: 'passportReader',
    chosenBy: ['mrz'],
    what: `swipe readers of machine-readable lines, in the shapes ${shapes.join(', ')}`,
    transport: onLine,
    commands: [],
    silence: 'None: it hears nothing.',
    reasons: mrzReasons,
    covered: mrzCovered,
  },
  {
    driver: 'serial-scanner',
    class: 'codeScanner',
    setting: 'codeScanner',
    chosenBy: ['serial-scanner'],
    what: 'scanners of bar and QR codes',
    transport: onLine,
    commands: Object.entries(triggers).flatMap(([maker, acts]) =>
      Object.entries(acts).map(([act, bytes]) => ({ name: `${maker} ${act}`, bytes: hex(...bytes), carries: [] })),
    ),
    reasons: scannerReasons,
    covered: scannerCovered,
  },
  {
    driver: 'sysfs',
    class: 'cabinet',
    setting: 'cabinet',
    chosenBy: ['sysfs'],
    what: 'door contact, operator switch, mains and UPS, guide lights of the machine itself',
    transport: 'files of the Linux kernel below `/sys/class`: `gpio`, `power_supply`, `leds`',
    commands: [],
    silence: 'None: it reads `0` or `1`, a charge in percent, and writes the brightness of LEDs.',
    reasons: sysfsReasons,
    covered: sysfsCovered,
  },
  {
    driver: 'xfs4iot',
    class: 'cardReader',
    setting: 'cardReader',
    chosenBy: ['xfs4iot'],
    alsoIn: ['cardDispenser', 'pinPad', 'printer', 'cabinet'],
    what: 'readers, card dispensers, PIN pads, receipt printers and cabinets of other makers, through their own XFS4IoT services (2023-2 and later)',
    transport: 'WebSocket, `ws:` on this machine, `wss:` over a network',
    commands: [],
    silence:
      'Those of the standard’s CardReader, Storage, Keyboard, PinPad, KeyManagement, Printer and Lights that its README lists.',
    reasons: xfsReasons,
    covered: xfsCovered,
  },
];
