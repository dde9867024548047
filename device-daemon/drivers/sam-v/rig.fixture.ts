/** A driver and a simulated reader at the two ends of a real pseudo-terminal. For tests. */
import { vi } from 'vitest';
import { ok, type Result } from '#protocol/result.ts';
import { openLine } from '#simulators/emulators/line/index.ts';
import {
  createSamEmulator,
  type ReaderModel,
  type SamDocument,
  type SamEmulator,
} from '#simulators/emulators/sam-v/index.ts';
import type { IdentityFault, IdentityReader } from '../../devices/identity-reader.ts';
import type { IdentityDocument } from '../../documents/index.ts';
import { openChannel } from '../../transports/index.ts';
import { type CommandName, createSamV, type DecodeDocument, type SamVOptions } from './index.ts';

/** Short, but each still many times what a pseudo-terminal on a busy machine needs. */
export const testDelays = {
  powerOnMs: 0,
  replyMs: 250,
  resetMs: 300,
  readMs: 400,
  addressMs: 250,
  quietMs: 10,
  gapMs: 100,
  pollMs: 5,
  reopenMs: 10,
  absentMs: 10,
  giveUpMs: 50,
} as const;

/** Until it is so; a busy machine may take its time. */
export const until = (so: () => boolean): Promise<boolean> => vi.waitUntil(so, { timeout: 20_000, interval: 5 });

export const soon = { timeoutMs: 40_000 } as const;

/** A chip whose every byte tells which document it is of, so that a mix of two is seen. */
export function chip(seed: number, more: Partial<SamDocument> = {}): SamDocument {
  const bytes = (size: number, from: number): Buffer =>
    Buffer.from(Uint8Array.from({ length: size }, (_, index) => (Math.imul(index + from, 2654435761) >>> 13) & 0xff));
  return { text: bytes(256, seed * 7919), photo: bytes(1024, seed * 104729 + 1), ...more };
}

export const addressOf = (seed: number): Buffer => Buffer.alloc(70, seed);

/** Text, photo and address as they came through, each in one field. */
export const raw: DecodeDocument = (text, photo, appendedAddress) => {
  const document: IdentityDocument = {
    kind: 'residentId',
    grade: 'chip',
    number: Buffer.from(text),
    sex: 'unknown',
    birth: Buffer.alloc(0),
    validUntil: 'longTerm',
    photo: Buffer.from(photo),
    ...(appendedAddress === undefined ? {} : { address: Buffer.from(appendedAddress) }),
    warnings: [],
    refusals: [],
    wipe: () => undefined,
  };
  return ok(document);
};

/** Whether that is the chip's document, all of it and nothing else. */
export const isOf = (document: IdentityDocument, of: SamDocument): boolean =>
  document.number.equals(of.text) &&
  document.photo?.equals(of.photo) === true &&
  (of.appendedAddress === undefined
    ? document.address === undefined
    : document.address?.equals(of.appendedAddress) === true);

export interface Rig {
  readonly emulator: SamEmulator;
  readonly driver: IdentityReader;
  readonly rungs: string[];
  /** What the person was told. */
  readonly hints: string[];
  /** Starts the driver and waits until the reader serves. */
  up(): Promise<void>;
  read(options?: {
    readonly signal?: AbortSignal;
    readonly timeoutMs?: number;
  }): Promise<Result<IdentityDocument, IdentityFault>>;
  /** `ok`, `wrong` when it is not that chip's document, or the fault's code. */
  readOf(of: SamDocument): Promise<string>;
  /** Calls back once, at the next such command, before its answer is made up. Returns what takes that back. */
  onCommand(name: CommandName, act: () => void): () => void;
  close(): Promise<void>;
}

export async function rig(
  options: {
    readonly model?: Partial<ReaderModel>;
    readonly driver?: Partial<SamVOptions>;
    readonly wrap?: (open: SamVOptions['open']) => SamVOptions['open'];
  } = {},
): Promise<Rig> {
  const line = await openLine({ kind: 'pty', query: 'baudRate=115200' });
  const emulator = createSamEmulator({
    line,
    timeScale: 0,
    ...(options.model === undefined ? {} : { model: options.model }),
  });
  const rungs: string[] = [];
  const hints: string[] = [];
  const open = openChannel(line.address);
  const driver = createSamV({
    name: 'identity-reader',
    open: options.wrap === undefined ? open : options.wrap(open),
    onRung: (rung) => rungs.push(rung),
    decode: raw,
    ...options.driver,
    delays: { ...testDelays, ...options.driver?.delays },
  });
  const made: Rig = {
    emulator,
    driver,
    rungs,
    hints,
    async up() {
      driver.start();
      await until(() => driver.report().state === 'ready');
    },
    read: (more = {}) => driver.read({ ...soon, ...more, onHint: (hint) => hints.push(hint) }),
    async readOf(of) {
      const read = await made.read();
      if (!read.ok) return read.error.code;
      return isOf(read.value, of) ? 'ok' : 'wrong';
    },
    onCommand(name, act) {
      let over = false;
      const { heard } = emulator.reader;
      const push = heard.push.bind(heard);
      heard.push = (...items) => {
        if (!over && items.includes(name)) {
          over = true;
          act();
        }
        return push(...items);
      };
      return () => {
        over = true;
      };
    },
    async close() {
      await driver.stop();
      await emulator.close();
    },
  };
  return made;
}
