import iconv from 'iconv-lite';
import { type Suffix, suffixes, triggers } from '#device-daemon/drivers/serial-scanner/index.ts';
import { type Cabled, cabled, FaultPanel, type Line } from '../line/index.ts';

export const scannerFaults = {
  silent: { kind: 'switch', description: 'Sees no code' },
  deafToTrigger: { kind: 'switch', description: 'Does not know the trigger commands' },
  garbageBefore: { kind: 'number', unit: 'codes', description: 'Noise before the next codes' },
  garbageInside: { kind: 'number', unit: 'codes', description: 'Noise inside the next codes' },
  truncated: { kind: 'number', unit: 'codes', description: 'Sends half of the next codes' },
  missingSuffix: { kind: 'number', unit: 'codes', description: 'Leaves the suffix of the next codes out' },
  duplicate: { kind: 'number', unit: 'codes', description: 'Sends the next codes twice' },
  lateMs: { kind: 'number', unit: 'ms', description: 'Decodes so long, and says it whatever it is told meanwhile' },
  noise: { kind: 'switch', description: 'Babbles without end' },
} as const;
export type ScannerFaultName = keyof typeof scannerFaults;
export type ScanEncoding = 'utf8' | 'gb18030';

/** A scanner on a cable, as tests and the bench page handle it. */
export interface ScannerEmulator extends Cabled {
  /** A code held before it; a triggered scanner that is off does not see it. True when it was seen. */
  scan(text: string, encoding?: ScanEncoding): boolean;
  /** The same with any bytes. */
  scanBytes(bytes: Uint8Array): boolean;
  /** Every byte it was told, for tests. */
  readonly heard: number[];
  state(): {
    readonly lit: boolean;
    readonly scans: number;
    readonly decoding: boolean;
    readonly plugged: boolean;
  };
  close(): Promise<void>;
}

const noiseEveryMs = 20;
const noise = Buffer.from([0xff, 0x7e, 0x81, 0x55, 0xf0]);

/** Puts a scanner at the end of a cable. */
export function createScannerEmulator(options: {
  readonly line: Line;
  readonly suffix?: Suffix;
  /** `honeywell`: in serial trigger mode, sees only between SYN T CR and SYN U CR, one code each. */
  readonly trigger?: 'none' | 'honeywell';
}): ScannerEmulator {
  const { line, suffix = 'cr', trigger = 'none' } = options;
  const heard: number[] = [];
  const commandLength = triggers.honeywell.on.length;
  let command: number[] = [];
  let lit = false;
  let scans = 0;
  const decoding = new Set<NodeJS.Timeout>();
  let babble: NodeJS.Timeout | undefined;

  const panel = new FaultPanel<ScannerFaultName>(scannerFaults, (name) => {
    if (name !== 'noise') return;
    clearInterval(babble);
    babble = panel.on('noise') ? setInterval(() => line.send(noise), noiseEveryMs) : undefined;
  });

  function powerOff(): void {
    for (const timer of decoding) clearTimeout(timer);
    decoding.clear();
    lit = false;
    command = [];
  }

  function onCommand(): void {
    const is = (bytes: readonly number[]): boolean => bytes.every((byte, index) => command[index] === byte);
    if (panel.on('deafToTrigger')) return;
    if (is(triggers.honeywell.on)) lit = true;
    if (is(triggers.honeywell.off)) lit = false;
  }

  function spoil(code: Buffer): Buffer {
    const middle = code.length >> 1;
    let out = code;
    if (panel.take('garbageInside')) out = Buffer.concat([out.subarray(0, middle), noise, out.subarray(middle)]);
    if (panel.take('garbageBefore')) out = Buffer.concat([noise, out]);
    if (panel.take('truncated')) return out.subarray(0, middle);
    return panel.take('missingSuffix') ? out : Buffer.concat([out, Buffer.from(suffixes[suffix])]);
  }

  function scanBytes(bytes: Uint8Array): boolean {
    if (panel.on('silent') || !line.plugged || (trigger !== 'none' && !lit)) return false;
    scans += 1;
    // One code per trigger (reference d): the light goes out by itself.
    lit = false;
    const code = spoil(Buffer.from(bytes));
    const out = panel.take('duplicate') ? Buffer.concat([code, code]) : code;
    if (!panel.on('lateMs')) line.send(out);
    else {
      const timer = setTimeout(() => {
        decoding.delete(timer);
        line.send(out);
      }, panel.number('lateMs'));
      decoding.add(timer);
    }
    return true;
  }

  line.onReceive((bytes) => {
    for (const byte of bytes) {
      heard.push(byte);
      if (byte === triggers.honeywell.on[0]) command = [];
      command.push(byte);
      if (command.length === commandLength) onCommand();
    }
    command = command.slice(0, commandLength);
  });
  line.onPlugged(() => powerOff());

  return {
    ...cabled(line, panel),
    heard,
    scan: (text, encoding = 'utf8') =>
      scanBytes(encoding === 'utf8' ? Buffer.from(text) : iconv.encode(text, 'gb18030')),
    scanBytes,
    state: () => ({ lit, scans, decoding: decoding.size > 0, plugged: line.plugged }),
    async close() {
      clearInterval(babble);
      powerOff();
      await line.close();
    },
  };
}
