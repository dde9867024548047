import { encodeSwipe, type Shape } from '#device-daemon/drivers/mrz/index.ts';
import { type Cabled, cabled, FaultPanel, type Line } from '../line/index.ts';

export const mrzFaults = {
  silent: { kind: 'switch', description: 'Swipes make it say nothing' },
  garbageBefore: { kind: 'number', unit: 'swipes', description: 'Noise before the next swipes' },
  garbageInside: { kind: 'number', unit: 'swipes', description: 'Noise inside the next swipes' },
  wrongBcc: { kind: 'number', unit: 'swipes', description: 'Wrong check byte in the next swipes (3M)' },
  truncated: { kind: 'number', unit: 'swipes', description: 'Sends half of the next swipes' },
  missingEnd: { kind: 'number', unit: 'swipes', description: 'Leaves out the last byte of the next swipes' },
  duplicate: { kind: 'number', unit: 'swipes', description: 'Sends the next swipes twice' },
  unreadable: { kind: 'number', unit: 'swipes', description: 'One character of the next swipes is read as _' },
  burstPauseMs: { kind: 'number', unit: 'ms', description: 'So much time between the lines of a swipe' },
  noise: { kind: 'switch', description: 'Babbles without end' },
} as const;
export type MrzFaultName = keyof typeof mrzFaults;

/** A swipe reader on a cable, as tests and the bench page handle it. */
export interface MrzEmulator extends Cabled {
  /** A hand: the lines as printed, top first. Resolves when the last byte is on its way. */
  swipe(lines: readonly string[]): Promise<void>;
  setShape(shape: Shape): void;
  /** 1 is physical time, 0 none. */
  setTimeScale(scale: number): void;
  state(): { readonly shape: Shape; readonly swipes: number; readonly plugged: boolean };
  close(): Promise<void>;
}

/** Recognition of one line, as it feels; the reference has no figure. */
const recognitionMs = 150;
const noiseEveryMs = 20;
const noise = Buffer.from([0xff, 0x7e, 0x81, 0x55, 0xf0]);
const cr = 0x0d;

/** Puts a swipe reader at the end of a cable. It hears nothing; `timeScale` 1 is physical time, 0 none. */
export function createMrzEmulator(options: {
  readonly line: Line;
  readonly shape: Shape;
  /** Plain shape only. */
  readonly newLine?: 'cr' | 'crlf';
  readonly timeScale?: number;
}): MrzEmulator {
  const { line } = options;
  let { shape } = options;
  let timeScale = options.timeScale ?? 1;
  let swipes = 0;
  let babble: NodeJS.Timeout | undefined;
  /** Ends the pauses of swipes when the power goes. */
  const pauses = new Map<NodeJS.Timeout, () => void>();
  let powered = 0;

  const panel = new FaultPanel<MrzFaultName>(mrzFaults, (name) => {
    if (name !== 'noise') return;
    clearInterval(babble);
    babble = panel.on('noise') ? setInterval(() => line.send(noise), noiseEveryMs) : undefined;
  });

  function pause(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        pauses.delete(timer);
        resolve();
      };
      const timer = setTimeout(done, ms);
      pauses.set(timer, done);
    });
  }

  function powerOff(): void {
    powered += 1;
    for (const done of [...pauses.values()]) done();
  }

  function spoil(swipe: Buffer): Buffer {
    let out = swipe;
    if (shape === '3m' && panel.take('wrongBcc')) {
      out = Buffer.from(out);
      out[out.length - 1] = (out.at(-1) ?? 0) ^ 0x01;
    }
    const middle = out.length >> 1;
    if (panel.take('garbageInside')) out = Buffer.concat([out.subarray(0, middle), noise, out.subarray(middle)]);
    if (panel.take('garbageBefore')) out = Buffer.concat([Buffer.from([0xff, 0x81, 0x7e, 0xf0]), out]);
    if (panel.take('missingEnd')) out = out.subarray(0, -1);
    return panel.take('truncated') ? out.subarray(0, middle) : out;
  }

  /** After each CR, so that framed shapes come in the same bursts. */
  function bursts(bytes: Buffer): Buffer[] {
    if (!panel.on('burstPauseMs')) return [bytes];
    const pieces: Buffer[] = [];
    let from = 0;
    for (let end = bytes.indexOf(cr); end >= 0; end = bytes.indexOf(cr, from)) {
      pieces.push(bytes.subarray(from, end + 1));
      from = end + 1;
    }
    return [...pieces, bytes.subarray(from)].filter((piece) => piece.length > 0);
  }

  line.onPlugged((plugged) => {
    if (!plugged) powerOff();
  });

  return {
    ...cabled(line, panel),
    async swipe(lines) {
      swipes += 1;
      if (panel.on('silent')) return;
      const seen = lines.map((text) => Buffer.from(text, 'latin1'));
      if (panel.take('unreadable')) seen.at(-1)?.fill('_', 3, 4);
      const bytes = spoil(encodeSwipe(shape, seen, options.newLine === undefined ? {} : { newLine: options.newLine }));
      const power = powered;
      await pause(recognitionMs * timeScale);
      for (const out of panel.take('duplicate') ? [bytes, bytes] : [bytes]) {
        for (const [index, piece] of bursts(out).entries()) {
          if (index > 0) await pause(panel.number('burstPauseMs'));
          if (power !== powered) return;
          line.send(piece);
        }
      }
    },
    setShape(next) {
      shape = next;
    },
    setTimeScale(scale) {
      timeScale = scale;
    },
    state: () => ({ shape, swipes, plugged: line.plugged }),
    async close() {
      clearInterval(babble);
      powerOff();
      await line.close();
    },
  };
}
