import {
  type CommandName,
  commands,
  type Damage,
  decodeCommand,
  encodeFrame,
  encodeRefusal,
  encodeReply,
  Framer,
  statuses,
} from '#device-daemon/drivers/sam-v/index.ts';
import { FaultPanel } from '../line/index.ts';
import { type ReaderFaultName, readerFaults, refusedBy } from './faults.ts';

export { type ReaderFaultName, readerFaults } from './faults.ts';

/** What a chip gives away: bytes as they go over the line. */
export interface SamDocument {
  /** 256 bytes. */
  readonly text: Uint8Array;
  /** 1024 bytes. */
  readonly photo: Uint8Array;
  /** 70 bytes; absent when the chip has no appended address. */
  readonly appendedAddress?: Uint8Array;
  /** False: the SAM does not believe the chip (SW3 32). */
  readonly genuine?: boolean;
  /** False: the chip answers and cannot be read (SW3 41). */
  readonly readable?: boolean;
  /** False: a chip, but no document's (SW3 40). */
  readonly known?: boolean;
}

/** What makers do differently, as far as the reference knows (id-card-reader.md 0a, 6). */
export interface ReaderModel {
  /** As printed. */
  readonly serialNumber: string;
  /** SW3 to a command out of order. */
  readonly outOfOrder: 'commandWrong' | 'readFailed' | 'selectFailed';
  /** Whether a reset lets a card be found again that was read. */
  readonly resetFrees: boolean;
  /** Whether a card has to be lifted after a read that failed. */
  readonly failedReadHides: boolean;
  /** Whether a card that was read may be read again without a new find. */
  readonly rereads: boolean;
}

export const defaultModel: ReaderModel = {
  serialNumber: '05.03-20991231-0001234567-0987654321',
  outOfOrder: 'readFailed',
  resetFrees: false,
  failedReadHides: true,
  rereads: false,
};

/** Work of the module in ms; nobody publishes figures, the time-outs of section 6 bound them. */
const physical: Readonly<Record<CommandName, number>> = {
  reset: 300,
  selfTest: 30,
  readSamId: 30,
  find: 30,
  select: 60,
  read: 700,
  newestAddress: 120,
};
/** 10 bits per byte at 115200 baud. */
const byteMs = 10 / 115.2;

/** A pause inside a command after which its rest is not waited for. */
const gapMs = 250;

const noise = Buffer.from([0xff, 0x7e, 0x81, 0x55, 0xf0]);

const heardKept = 1_000;

type Mode = 'idle' | 'found' | 'selected' | 'read';

/** A reader, byte for byte: what comes in at `receive` is what the serial port hears, what goes out at `send` what it says. */
export class SamReader {
  readonly faultPanel = new FaultPanel<ReaderFaultName>(readerFaults, (name) => {
    if (name === 'powerOff' && this.faultPanel.on(name)) this.powerOff();
  });
  /** Names of the latest commands received, for tests and the bench page; polls come for days. */
  readonly heard: (CommandName | 'other' | 'damaged')[] = [];
  readonly #model: ReaderModel;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #framer: Framer;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #held: Buffer[] = [];
  #timeScale: number;
  #repeat: Buffer | undefined;
  #lastByteAtMs = 0;
  #mode: Mode = 'idle';
  #document: SamDocument | undefined;
  /** It was read, or tried to, and lies there still: not found again. */
  #hidden = false;

  constructor(options: {
    readonly model: ReaderModel;
    readonly timeScale: number;
    readonly send: (bytes: Uint8Array) => void;
  }) {
    this.#model = options.model;
    this.#timeScale = options.timeScale;
    this.#send = options.send;
    this.#framer = new Framer({
      frame: (body) => this.#onCommand(body),
      damaged: (why) => this.#onDamage(why),
    });
  }

  /** 1 is physical time, 0 none; holds from the next command on. */
  setTimeScale(scale: number): void {
    this.#timeScale = scale;
  }

  receive(bytes: Uint8Array): void {
    if (this.faultPanel.on('powerOff')) return;
    // "Must time out on partial frames" (section 2): half a command does not swallow the next.
    const now = performance.now();
    if (now - this.#lastByteAtMs > gapMs) this.#framer.cut();
    this.#lastByteAtMs = now;
    this.#framer.push(bytes);
  }

  place(document: SamDocument): void {
    this.lift();
    this.#document = document;
  }

  lift(): void {
    this.#document = undefined;
    this.#hidden = false;
    this.#mode = 'idle';
  }

  /** Power gone: nothing is remembered, and a card that lies there will be found anew. */
  powerOff(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#held.length = 0;
    this.#repeat = undefined;
    this.#framer.reset();
    this.#mode = 'idle';
    this.#hidden = false;
  }

  /** What a person standing before it, or a bench page, can see. */
  view(): { readonly mode: Mode; readonly document: boolean } {
    return { mode: this.#mode, document: this.#document !== undefined };
  }

  #hear(name: (typeof this.heard)[number]): void {
    this.heard.push(name);
    if (this.heard.length > heardKept) this.heard.shift();
  }

  #onDamage(why: Damage): void {
    if (why === 'cut') return;
    this.#hear('damaged');
    this.#answer(encodeRefusal(why === 'checksum' ? statuses.checksumWrong : statuses.lengthWrong), 0);
  }

  #onCommand(body: Uint8Array): void {
    const name = decodeCommand(body);
    this.#hear(name ?? 'other');
    if (name === undefined) this.#answer(encodeRefusal(statuses.commandWrong), 0);
    else this.#answer(this.#refusal(name) ?? this.#run(name), physical[name]);
  }

  #answer(body: Buffer, workMs: number): void {
    if (this.faultPanel.on('silent')) return;
    if (this.#repeat !== undefined) this.#send(this.#repeat);
    this.#repeat = undefined;
    const frame = this.#spoil(encodeFrame(body));
    const kept = this.#held.splice(0);
    if (this.faultPanel.take('late')) {
      this.#held.push(frame);
      this.#later(workMs, kept);
      return;
    }
    const copies = this.faultPanel.take('duplicate') ? [frame, frame] : [frame];
    if (this.faultPanel.take('lateDuplicate')) this.#repeat = frame;
    this.#later(workMs, [...kept, ...copies]);
  }

  #spoil(frame: Buffer): Buffer {
    let out = frame;
    if (this.faultPanel.take('wrongChecksum')) {
      out = Buffer.from(out);
      out.writeUInt8(out.readUInt8(out.length - 1) ^ 0x5a, out.length - 1);
    }
    const middle = out.length >> 1;
    if (this.faultPanel.take('garbageInside'))
      out = Buffer.concat([out.subarray(0, middle), noise, out.subarray(middle)]);
    if (this.faultPanel.take('strayPreamble')) out = Buffer.concat([Buffer.from([0xaa, 0x00, 0xaa, 0xaa]), out]);
    if (this.faultPanel.take('doubledPreamble')) out = Buffer.concat([out.subarray(0, 5), out]);
    if (this.faultPanel.take('garbageBefore')) out = Buffer.concat([noise, out]);
    if (this.faultPanel.take('garbageAfter')) out = Buffer.concat([out, noise]);
    return this.faultPanel.take('truncated') ? out.subarray(0, middle) : out;
  }

  #later(workMs: number, frames: readonly Buffer[]): void {
    const bytes = frames.reduce((sum, frame) => sum + frame.length, 0);
    const ms = (workMs + bytes * byteMs) * this.#timeScale + this.faultPanel.number('slowMs');
    const say = (): void => {
      for (const frame of frames) this.#send(frame);
    };
    if (ms === 0) {
      say();
      return;
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      say();
    }, ms);
    this.#timers.add(timer);
  }

  /** A status word that a fault puts in the place of what the reader would have done. */
  #refusal(name: CommandName): Buffer | undefined {
    const own = name in refusedBy ? refusedBy[name as keyof typeof refusedBy] : [];
    const [, sw3] = [...refusedBy.any, ...own].find(([fault]) => this.faultPanel.take(fault)) ?? [];
    if (sw3 === undefined) return undefined;
    if (name === 'read') this.#readFailed();
    else if (name === 'find' || name === 'select') this.#mode = 'idle';
    return encodeRefusal(sw3);
  }

  #readFailed(): void {
    this.#hidden = this.#document !== undefined && this.#model.failedReadHides;
    this.#mode = 'idle';
  }

  #outOfOrder(): Buffer {
    this.#mode = 'idle';
    return encodeRefusal(statuses[this.#model.outOfOrder]);
  }

  #run(name: CommandName): Buffer {
    switch (name) {
      case 'reset':
        this.#mode = 'idle';
        if (this.#model.resetFrees) this.#hidden = false;
        return encodeReply(commands.reset, {});
      case 'selfTest':
        return encodeReply(commands.selfTest, {});
      case 'readSamId':
        return encodeReply(commands.readSamId, { serialNumber: this.#model.serialNumber });
      case 'find':
        this.#mode = this.#document === undefined || this.#hidden ? 'idle' : 'found';
        if (this.#mode === 'idle') return encodeRefusal(statuses.noCard);
        return encodeReply(commands.find, { reserved: Buffer.alloc(4) });
      case 'select':
        if (this.#document === undefined || this.#mode === 'idle' || this.#mode === 'read') {
          this.#mode = 'idle';
          return encodeRefusal(statuses.selectFailed);
        }
        this.#mode = 'selected';
        return encodeReply(commands.select, { reserved: Buffer.alloc(8) });
      case 'read':
        return this.#read();
      case 'newestAddress':
        return this.#newestAddress();
    }
  }

  #read(): Buffer {
    const document = this.#document;
    const inOrder = this.#mode === 'selected' || (this.#mode === 'read' && this.#model.rereads);
    if (document === undefined || !inOrder) return this.#outOfOrder();
    const refused =
      document.known === false
        ? statuses.cardTypeUnknown
        : document.genuine === false
          ? statuses.cardNotAuthenticated
          : document.readable === false
            ? statuses.readFailed
            : undefined;
    if (refused !== undefined) {
      this.#readFailed();
      return encodeRefusal(refused);
    }
    this.#mode = 'read';
    this.#hidden = true;
    const { text, photo } = document;
    return encodeReply(commands.read, {
      textLength: text.length,
      photoLength: photo.length,
      text: Buffer.from(text),
      photo: Buffer.from(photo),
    });
  }

  #newestAddress(): Buffer {
    if (this.#document === undefined || this.#mode !== 'read') return this.#outOfOrder();
    const { appendedAddress } = this.#document;
    if (appendedAddress === undefined) return encodeRefusal(statuses.nothingThere);
    return encodeReply(commands.newestAddress, { address: Buffer.from(appendedAddress) });
  }
}
