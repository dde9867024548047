import {
  commands,
  decodeRequest,
  encodeFrame,
  encodeReply,
  Framer,
  pinKeyBytes,
  withCheckValue,
} from '#device-daemon/drivers/kmy350x/index.ts';
import { FaultPanel } from '../line/index.ts';
import { decipher, encipher, type PadAlgorithm, padCheckValue, plainPinBlock } from './pin-block.ts';

/** How this pad was built and set up; see the driver's settings for the same questions. */
export interface PadModel {
  readonly algorithm: PadAlgorithm;
  readonly cipherParameter: number;
  readonly clearRemoves: 'one' | 'all';
  /** When it joins PIN and account into a block. */
  readonly accountAt: 'start' | 'fetch';
  /** Whether the length of 35 is exact (enter is dead before it) or the most it takes. */
  readonly lengthIs: 'exact' | 'maximum';
  /** A full entry ends by itself, with 0D. */
  readonly endsByItself: boolean;
  readonly timeOutUnit: 'seconds' | 'tenths';
  readonly firmware: string;
  readonly serialNumber: string;
}

export const defaultModel: PadModel = {
  algorithm: 'tdes',
  cipherParameter: 0x30,
  clearRemoves: 'all',
  accountAt: 'start',
  lengthIs: 'maximum',
  endsByItself: false,
  timeOutUnit: 'seconds',
  firmware: 'KMY350X-SIM V1.0',
  serialNumber: '0000000000350001',
};

export const padFaults = {
  silent: { kind: 'switch', description: 'Answers nothing; keys are dead' },
  slowMs: { kind: 'number', unit: 'ms', description: 'Every answer comes so much later' },
  garbageBefore: { kind: 'number', unit: 'answers', description: 'Noise before the next answers' },
  garbageInside: { kind: 'number', unit: 'answers', description: 'Noise inside the next answers' },
  wrongBcc: { kind: 'number', unit: 'answers', description: 'Wrong check byte in the next answers' },
  parameterError: { kind: 'number', unit: 'answers', description: 'Refuses the next commands with ST 15' },
  truncated: { kind: 'number', unit: 'answers', description: 'Sends half of the next answers' },
  duplicate: { kind: 'number', unit: 'answers', description: 'Sends the next answers twice' },
  late: {
    kind: 'number',
    unit: 'answers',
    description: 'Keeps the next answers back until after the command that follows',
  },
  lateDuplicate: {
    kind: 'number',
    unit: 'answers',
    description: 'Repeats the next answers when the command after them comes',
  },
  batteryLow: { kind: 'switch', description: 'Battery low (ST C4, D5)' },
  masterKeyLost: { kind: 'switch', description: 'Master key not valid (ST A4, B5)' },
  selfTest: { kind: 'number', unit: 'ST', description: 'Self-test fails with this ST: 240 CPU to 247 other' },
} as const;
export type PadFaultName = keyof typeof padFaults;

/** Physical delays in ms (b.1): time per 8-byte TDES block, self-test, and per character at 9600 baud. */
const physical = { command: 10, block: 75, selfTest: 800 } as const;

type Mode =
  | { readonly kind: 'closed' }
  | { readonly kind: 'data' }
  | { readonly kind: 'pin'; readonly length: number; pin: string }
  | { readonly kind: 'entered'; readonly pin: string; readonly block: Buffer | undefined };

const never = Number.POSITIVE_INFINITY;

/** A pad, byte for byte: what comes in at `receive` is what the serial port hears, what goes out at `send` what it says. */
export class KmyPad {
  readonly faultPanel = new FaultPanel<PadFaultName>(padFaults);
  /** Codes of all commands received, for tests and the bench page. */
  readonly heard: number[] = [];
  readonly #model: PadModel;
  readonly #send: (bytes: Uint8Array) => void;
  #timeScale: number;
  readonly #masterKeys: Map<number, Buffer>;
  readonly #workingKeys = new Map<string, Buffer>();
  readonly #framer: Framer;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #held: Buffer[] = [];
  #account = '000000000000';
  #activeKey: string | undefined;
  #mode: Mode = { kind: 'closed' };
  #entryTimer: NodeJS.Timeout | undefined;
  #repeat: Buffer | undefined;

  constructor(options: {
    readonly model: PadModel;
    /** Index 0 to 15 -> key of 8 or 16 bytes, as the maker's loader left them. */
    readonly masterKeys: ReadonlyMap<number, Uint8Array>;
    readonly timeScale: number;
    readonly send: (bytes: Uint8Array) => void;
  }) {
    this.#model = options.model;
    this.#timeScale = options.timeScale;
    this.#send = options.send;
    this.#masterKeys = new Map([...options.masterKeys].map(([index, key]) => [index, Buffer.from(key)]));
    // The host's keys are no business of the pad: bytes outside frames are dropped.
    this.#framer = new Framer(
      { frame: (body) => this.#onCommand(body), byte: () => undefined, damaged: () => undefined },
      never,
    );
  }

  /** 1 is physical time, 0 none; holds from the next command on. */
  setTimeScale(scale: number): void {
    this.#timeScale = scale;
  }

  receive(bytes: Uint8Array): void {
    this.#framer.push(bytes, 0);
  }

  /** Power gone: an open entry and the active key are lost, loaded keys are in battery-backed memory. */
  powerOff(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#held.length = 0;
    this.#repeat = undefined;
    this.#close();
    this.#activeKey = undefined;
  }

  /** A finger: digits, E enter, C cancel, B clear. Anything else throws. */
  press(text: string): void {
    if (!/^[0-9ECB]*$/.test(text)) throw new Error(`keys are 0 to 9, E enter, C cancel, B clear; got "${text}"`);
    for (const key of text) if (!this.faultPanel.on('silent')) this.#pressOne(key);
  }

  /** The pad's own time-out, as if nobody had pressed a key for that long. */
  expire(): void {
    if (this.#mode.kind !== 'pin') return;
    this.#close();
    this.#send(Uint8Array.of(pinKeyBytes.timeOut));
  }

  /** What a person standing before it, or a bench page, can see. */
  view(): { readonly mode: Mode['kind']; readonly digits: number; readonly workingKeys: number } {
    const digits = this.#mode.kind === 'pin' || this.#mode.kind === 'entered' ? this.#mode.pin.length : 0;
    return { mode: this.#mode.kind, digits, workingKeys: this.#workingKeys.size };
  }

  #pressOne(key: string): void {
    const mode = this.#mode;
    if (mode.kind === 'data') {
      const code = key === 'E' ? 0x0d : key === 'C' ? 0x1b : key === 'B' ? 0x08 : key.charCodeAt(0);
      this.#send(Uint8Array.of(code));
    } else if (mode.kind === 'pin') {
      this.#pressPin(mode, key);
    }
  }

  #pressPin(mode: Extract<Mode, { kind: 'pin' }>, key: string): void {
    const full = mode.pin.length >= mode.length;
    if (key === 'C') {
      this.#close();
      this.#send(Uint8Array.of(pinKeyBytes.cancel));
    } else if (key === 'B') {
      mode.pin = this.#model.clearRemoves === 'all' ? '' : mode.pin.slice(0, -1);
      this.#send(Uint8Array.of(pinKeyBytes.clear));
    } else if (key === 'E') {
      if (full || this.#model.lengthIs === 'maximum') this.#enter(mode.pin);
    } else if (!full) {
      mode.pin += key;
      this.#send(Uint8Array.of(pinKeyBytes.digit));
      if (this.#model.endsByItself && mode.pin.length === mode.length) this.#enter(mode.pin);
    }
  }

  #enter(pin: string): void {
    clearTimeout(this.#entryTimer);
    const block = this.#model.accountAt === 'start' ? this.#pinBlock(pin) : undefined;
    this.#mode = { kind: 'entered', pin, block };
    this.#send(Uint8Array.of(pinKeyBytes.enter));
  }

  #pinBlock(pin: string): Buffer | undefined {
    const key = this.#activeKey === undefined ? undefined : this.#workingKeys.get(this.#activeKey);
    if (key === undefined) return undefined;
    const { algorithm } = this.#model;
    return encipher(algorithm, key, plainPinBlock(algorithm, pin, this.#account));
  }

  #close(): void {
    clearTimeout(this.#entryTimer);
    this.#mode = { kind: 'closed' };
  }

  #onCommand(body: Uint8Array): void {
    if (this.faultPanel.on('silent')) return;
    this.heard.push(body[0] ?? 0);
    if (this.#repeat !== undefined) this.#send(this.#repeat);
    this.#repeat = undefined;
    const [answer, workMs] = this.faultPanel.take('parameterError')
      ? [this.#refused(), physical.command]
      : this.#run(body);
    const frame = this.#spoil(encodeFrame(answer));
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
    if (this.faultPanel.take('wrongBcc')) {
      out = Buffer.from(out);
      const at = out.length - 2;
      out[at] = out[at] === 0x30 ? 0x31 : 0x30;
    }
    const middle = out.length >> 1;
    const noise = Buffer.from([0xff, 0x7e, 0x81, 0x55, 0xf0]);
    if (this.faultPanel.take('garbageInside'))
      out = Buffer.concat([out.subarray(0, middle), noise, out.subarray(middle)]);
    if (this.faultPanel.take('garbageBefore')) out = Buffer.concat([noise, out]);
    return this.faultPanel.take('truncated') ? out.subarray(0, middle) : out;
  }

  #later(workMs: number, frames: readonly Buffer[]): void {
    const characters = frames.reduce((sum, frame) => sum + frame.length, 0);
    const ms = (workMs + characters) * this.#timeScale + this.faultPanel.number('slowMs');
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

  #status(base: 0x04 | 0x15): number {
    if (this.faultPanel.on('masterKeyLost') || this.#masterKeys.size === 0) return base | 0xa0;
    return this.faultPanel.on('batteryLow') ? base | 0xc0 : base;
  }

  #accepted = (): Buffer => Buffer.from([this.#status(0x04)]);
  #refused = (): Buffer => Buffer.from([this.#status(0x15)]);

  /** The answer's body, and how long the pad works on it. */
  #run(body: Uint8Array): readonly [Buffer, number] {
    switch (body[0]) {
      case commands.version.code: {
        const values = {
          firmware: this.#model.firmware,
          serialNumber: this.#model.serialNumber,
          suffix: Buffer.alloc(2),
        };
        return [encodeReply(commands.version, this.#status(0x04), values), physical.command];
      }
      case commands.reset.code: {
        this.#close();
        this.#activeKey = undefined;
        const failed = this.faultPanel.number('selfTest');
        return [failed === 0 ? this.#accepted() : Buffer.from([failed]), physical.selfTest];
      }
      case commands.loadWorkingKey.code:
        return [this.#loadKey(body), 4 * physical.block];
      case commands.account.code: {
        const asked = decodeRequest(commands.account, body);
        if (asked !== undefined) this.#account = Buffer.from(asked.digits).toString('latin1');
        return [asked === undefined ? this.#refused() : this.#accepted(), physical.command];
      }
      case commands.startPin.code:
        return [this.#startPin(body), physical.command];
      case commands.fetchPinBlock.code:
        return [this.#fetch(body), physical.block];
      case commands.activateKey.code: {
        const asked = decodeRequest(commands.activateKey, body);
        const name = asked === undefined ? '' : `${asked.masterKey}.${asked.slot}`;
        if (!this.#workingKeys.has(name)) return [this.#refused(), physical.command];
        this.#activeKey = name;
        return [this.#accepted(), physical.command];
      }
      case commands.keypad.code: {
        const asked = decodeRequest(commands.keypad, body);
        if (asked === undefined) return [this.#refused(), physical.command];
        this.#close();
        if (asked.mode !== 'close') this.#mode = { kind: 'data' };
        return [this.#accepted(), physical.command];
      }
      case commands.parameter.code: {
        const asked = decodeRequest(commands.parameter, body);
        return [asked?.value === this.#model.cipherParameter ? this.#accepted() : this.#refused(), physical.command];
      }
      default:
        return [Buffer.from([0xe0]), physical.command];
    }
  }

  #loadKey(body: Uint8Array): Buffer {
    const asked = decodeRequest(commands.loadWorkingKey, body);
    const master = asked === undefined ? undefined : this.#masterKeys.get(asked.masterKey);
    if (asked === undefined || master === undefined || this.faultPanel.on('masterKeyLost')) return this.#refused();
    const { algorithm } = this.#model;
    const key = decipher(algorithm, master, asked.key);
    this.#workingKeys.set(`${asked.masterKey}.${asked.slot & ~withCheckValue}`, key);
    if ((asked.slot & withCheckValue) === 0) return this.#accepted();
    return encodeReply(commands.loadWorkingKey, this.#status(0x04), { checkValue: padCheckValue(algorithm, key) });
  }

  #startPin(body: Uint8Array): Buffer {
    const asked = decodeRequest(commands.startPin, body);
    if (asked === undefined || asked.length < 4 || asked.length > 12 || this.faultPanel.on('masterKeyLost')) {
      return this.#refused();
    }
    this.#close();
    this.#mode = { kind: 'pin', length: asked.length, pin: '' };
    const timeOutMs = asked.timeOut * (this.#model.timeOutUnit === 'seconds' ? 1_000 : 100) * this.#timeScale;
    // Without physical time nobody waits; tests let it expire by hand.
    if (timeOutMs > 0) this.#entryTimer = setTimeout(() => this.expire(), timeOutMs);
    return this.#accepted();
  }

  #fetch(body: Uint8Array): Buffer {
    const mode = this.#mode;
    if (body.length !== 1 || mode.kind !== 'entered') return this.#refused();
    const block = mode.block ?? this.#pinBlock(mode.pin);
    this.#close();
    if (block === undefined) return this.#refused();
    return encodeReply(commands.fetchPinBlock, this.#status(0x04), { block });
  }
}
