import { setTimeout as delay } from 'node:timers/promises';
import {
  type Command,
  commands,
  controls,
  type Dialect,
  decodeCommand,
  encodeFrame,
  encodeRefusal,
  encodeReply,
  Framer,
} from '#device-daemon/drivers/crt591/index.ts';
import type { VirtualCard } from '../../virtual-reader/index.ts';
import { type Cabled, cabled, FaultPanel, type Line } from '../line/index.ts';
import { after, Mechanics, type Place } from '../mechanics/index.ts';
import { type CrtFaultName, crtFaults } from './faults.ts';

export { type CrtFaultName, crtFaults } from './faults.ts';

export interface CrtModel {
  /**
   * `b` frames with a CRC and tells two state bytes; its commands are A's all the same, since no source tells those of a unit of
   * dialect B.
   */
  readonly dialect: Dialect;
  readonly address: number;
  /** Whether it draws a card in that it holds at the gate when entry is allowed. No manual at hand says so. */
  readonly drawsHeld: boolean;
  readonly model: string;
  readonly serialNumber: string;
}

const defaultModel: CrtModel = {
  dialect: 'a',
  address: 0,
  drawsHeld: true,
  model: 'CRT-591-M001',
  serialNumber: 'SIM5910001',
};

/** Physical delays in ms: a third of a metre at 0.3 m/s in four steps, and what a motor needs to come to rest (1.7). */
const stepMs = 300;
const chipMs = 30;

/** A CRT-591-M byte for byte, with a hopper, a path, a gate, a bin, and a person before it. */
export class CrtEmulator implements Cabled {
  readonly line: Line;
  readonly mechanics: Mechanics;
  readonly panel = new FaultPanel<CrtFaultName>(crtFaults);
  /** CM and PM of every command that was whole. */
  readonly heard: string[] = [];
  /** Happens at the next motion command, whatever is asked before it. */
  atMotion: 'nak' | 'ackLost' | 'wrongBcc' | 'unplug' | undefined;
  /** Happens once, before the next command with one of these CM is acted on: between what the host saw and what it does. */
  before: { readonly cm: readonly number[]; readonly act: () => void } | undefined;
  /** Every motion of a card that was begun. */
  motions = 0;
  readonly #model: CrtModel;
  readonly #cable: Cabled;
  readonly #framer: Framer;
  #timeScale: number;
  #initialised = false;
  #counting = false;
  #counter = 0;
  #entry = false;
  #powered = false;
  #busy = false;
  #movedByHand = false;
  #last: Buffer | undefined;
  #closed = false;

  constructor(options: {
    readonly line: Line;
    readonly model?: Partial<CrtModel>;
    readonly timeScale?: number;
    readonly mechanics?: Mechanics;
  }) {
    this.line = options.line;
    this.#model = { ...defaultModel, ...options.model };
    this.#timeScale = options.timeScale ?? 1;
    this.mechanics = options.mechanics ?? new Mechanics();
    this.#cable = cabled(this.line, this.panel);
    this.#framer = new Framer(
      {
        frame: (address, text) => this.#onFrame(address, Buffer.from(text)),
        control: (name) => this.#onControl(name),
        damaged: () => this.#say(Uint8Array.of(controls.nak)),
      },
      500,
      this.#model.dialect,
    );
    this.line.onReceive((bytes) => {
      if (this.mechanics.powered) this.#framer.push(bytes, performance.now());
    });
  }

  faults = (): ReturnType<Cabled['faults']> => this.#cable.faults();
  setFault = (name: string, value: boolean | number): void => this.#cable.setFault(name, value);
  unplug = (): Promise<void> => this.#cable.unplug();
  replug = (): Promise<void> => this.#cable.replug();

  setTimeScale(scale: number): void {
    this.#timeScale = scale;
  }

  /** Fresh cards into the hopper. */
  load(count: number, chip?: () => VirtualCard): void {
    for (let each = 0; each < count; each += 1) this.mechanics.make('hopper', chip?.());
  }

  /** A person puts a card into the gate. False: something is in the way, or the gate is shut. */
  insert(chip?: VirtualCard): boolean {
    const { mechanics } = this;
    if (!this.#entry || !mechanics.powered || mechanics.inPath !== undefined || this.#busy) return false;
    const card = mechanics.make('hand', chip);
    mechanics.put(card, 'gate');
    this.#busy = true;
    void mechanics.carry(card, ['leaving', 'read'], { step: after(stepMs * this.#timeScale) }).finally(() => {
      this.#busy = false;
    });
    return true;
  }

  /** A person takes the card that stands at the gate. */
  take(): boolean {
    const card = this.mechanics.inPath;
    if (card?.place !== 'gate' || this.#busy) return false;
    this.mechanics.put(card, 'hand');
    return true;
  }

  /** By force, from wherever it is: the unit notices when it next wants to move or read it. */
  pull(): boolean {
    const card = this.mechanics.inPath;
    if (card === undefined) return false;
    this.mechanics.put(card, 'hand');
    this.#movedByHand = true;
    this.#powered = false;
    return true;
  }

  emptyBin(): void {
    for (const card of this.mechanics.at('bin')) this.mechanics.put(card, 'hand');
  }

  /** The unit forgets everything but its counter; cards stay where they are. */
  setPower(on: boolean): void {
    if (on) this.mechanics.restore();
    else this.mechanics.cut();
    this.mechanics.inPath?.chip?.reset();
    this.#initialised = false;
    this.#entry = false;
    this.#powered = false;
    this.#last = undefined;
    this.#framer.reset();
  }

  state() {
    const { mechanics } = this;
    return {
      plugged: this.line.plugged,
      hopper: mechanics.at('hopper').length,
      bin: mechanics.at('bin').length,
      path: mechanics.inPath?.place ?? null,
      entry: this.#entry,
      counter: this.#counter,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.mechanics.cut();
    await this.line.close();
  }

  #onControl(name: keyof typeof controls): void {
    if (this.panel.on('silent')) return;
    if (name === 'nak' && this.#last !== undefined) this.line.send(this.#last);
    else if (name === 'ack') this.#last = undefined;
    else if (name === 'eot') this.#say(Uint8Array.of(controls.eot));
  }

  #say(bytes: Uint8Array): void {
    if (!this.panel.on('silent') && this.mechanics.powered && !this.#closed) this.line.send(bytes);
  }

  #onFrame(address: number, text: Buffer): void {
    if ((this.#model.dialect === 'a' && address !== this.#model.address) || this.panel.on('silent') || this.#busy)
      return;
    if (text[1] === commands.moveToGate.cm && this.atMotion !== undefined) {
      if (this.atMotion === 'unplug') void this.line.unplug();
      else this.panel.set(this.atMotion, 1);
      this.atMotion = undefined;
    }
    if (this.panel.take('nak')) {
      this.#say(Uint8Array.of(controls.nak));
      return;
    }
    if (this.before?.cm.includes(text[1] ?? 0) === true) {
      this.before.act();
      this.before = undefined;
    }
    this.heard.push(text.subarray(1, 3).toString('hex'));
    this.#last = undefined;
    if (!this.panel.take('ackLost')) this.#say(Uint8Array.of(controls.ack));
    this.#busy = true;
    void this.#answer(text).finally(() => {
      this.#busy = false;
    });
  }

  async #answer(text: Buffer): Promise<void> {
    const motion = text[1] === commands.moveToGate.cm;
    const answer = await this.#run(text);
    const slowMs = this.panel.number('slowMs');
    if (slowMs > 0) await delay(slowMs);
    if (!this.mechanics.powered) return;
    if (motion && this.panel.take('answerLost')) return;
    const frame = encodeFrame(this.#model.address, answer, this.#model.dialect);
    this.#last = frame;
    let out = frame;
    if (this.panel.take('wrongBcc')) {
      out = Buffer.from(frame);
      out.writeUInt8(out.readUInt8(out.length - 1) ^ 0xff, out.length - 1);
    }
    if (this.panel.take('garbageBefore')) out = Buffer.concat([Buffer.from('f2ff7e81', 'hex'), out]);
    this.#busy = false;
    this.#say(out);
  }

  get #hopperEmpty(): boolean {
    return this.panel.on('hopperEmpty') || this.mechanics.at('hopper').length === 0;
  }

  #status(): Uint8Array {
    const inDialect = (card: number, stacker: number, bin: number): Uint8Array =>
      this.#model.dialect === 'a' ? Uint8Array.of(card, stacker, bin) : Uint8Array.of(0x30, card);
    if (this.panel.on('unknownStatus')) return inDialect(0x39, 0x39, 0x39);
    const { mechanics } = this;
    const place = mechanics.inPath?.place;
    const hopper = mechanics.at('hopper').length;
    const full = this.panel.on('binFull') || mechanics.at('bin').length >= mechanics.binCapacity;
    return inDialect(
      place === 'gate' ? 0x31 : place === 'read' || place === 'leaving' ? 0x32 : 0x30,
      this.#hopperEmpty ? 0x30 : this.panel.on('hopperLow') || hopper <= mechanics.lowAt ? 0x31 : 0x32,
      full ? 0x31 : 0x30,
    );
  }

  #sensors(): Buffer {
    const place = this.mechanics.inPath?.place;
    const at: Partial<Record<Place, number>> = { gate: 0, read: 1, feeding: 2, leaving: 3, binning: 4 };
    const block = Buffer.alloc(8, 0x30);
    const index = place === undefined ? undefined : at[place];
    if (index !== undefined) block[index] = 0x31;
    return block;
  }

  async #run(text: Buffer): Promise<Buffer> {
    const [, cm = 0, pm = 0] = text;
    const refuse = (code: string): Buffer => encodeRefusal({ cm, pm }, code);
    const command = Object.values<Command>(commands).find((each) => each.cm === cm && each.pm === pm);
    if (command === undefined) return refuse('00');
    if (decodeCommand(command, text) === undefined) return refuse('01');
    if (command.kind === 'init') return this.#init(command, refuse);
    if (!this.#initialised) return refuse('B0');
    const done = (): Buffer =>
      encodeReply(command as typeof commands.status, this.#status(), { data: Buffer.alloc(0) });
    switch (command) {
      case commands.sensors:
        return encodeReply(commands.sensors, this.#status(), { data: this.#sensors() });
      case commands.entryEnable:
      case commands.entryDisable:
        this.#entry = command === commands.entryEnable;
        if (this.#entry && this.#model.drawsHeld && this.mechanics.inPath?.place === 'gate')
          void this.#carry(['leaving', 'read'], undefined);
        return done();
      case commands.serialNumber:
        return encodeReply(commands.serialNumber, this.#status(), { serialNumber: this.#model.serialNumber });
      case commands.version:
        return encodeReply(commands.version, this.#status(), { version: this.#model.model });
      case commands.binCounter:
        return encodeReply(commands.binCounter, this.#status(), {
          count: Buffer.from(String(this.#counter).padStart(3, '0')),
        });
      case commands.setBinCounter:
        this.#counter = Number(text.subarray(3).toString('latin1'));
        return done();
      case commands.moveToGate:
      case commands.moveToIc:
      case commands.moveToRf:
      case commands.moveToBin:
      case commands.moveOut:
        return this.#move(command, done, refuse);
      case commands.icReset:
      case commands.icWarmReset:
      case commands.icPowerOff:
      case commands.apduAuto:
        return this.#chip(command, text, done, refuse);
      default:
        return done();
    }
  }

  async #init(command: Command, refuse: (code: string) => Buffer): Promise<Buffer> {
    const card = this.mechanics.inPath;
    this.#initialised = true;
    this.#counting = command.pm >= 0x34;
    this.#entry = false;
    this.#powered = false;
    this.#movedByHand = false;
    card?.chip?.reset();
    const policy = command.pm & 0x03;
    if (card !== undefined && (command.pm === 0x30 || command.pm === 0x34)) {
      if (!(await this.#carry(['gate'], 'jamEject'))) return refuse('10');
    } else if (card !== undefined && policy === 0x01) {
      if (!(await this.#toBin())) return refuse('10');
    }
    return encodeReply(commands.initLeave, this.#status(), { firmware: this.#model.model }).fill(command.pm, 2, 3);
  }

  async #move(command: Command, done: () => Buffer, refuse: (code: string) => Buffer): Promise<Buffer> {
    const { mechanics } = this;
    if (this.#movedByHand) return refuse('45');
    if (this.#powered) return refuse('05');
    const card = mechanics.inPath;
    const inwards = command === commands.moveToIc || command === commands.moveToRf;
    if (card === undefined) {
      if (!inwards) return refuse('02');
      const [next, behind] = mechanics.at('hopper');
      if (next === undefined || this.#hopperEmpty) return refuse('A0');
      this.motions += 1;
      const double = this.panel.take('doubleFeed');
      if (double) next.stuck = behind;
      const fed = await this.#carry(['feeding', 'read'], 'jamFeed', next);
      if (!fed) return refuse('10');
      return double ? refuse('13') : done();
    }
    this.motions += 1;
    if (inwards) return (await this.#carry(['read'], undefined)) ? done() : refuse('43');
    if (command === commands.moveToBin) {
      const full = this.panel.on('binFull') || mechanics.at('bin').length >= mechanics.binCapacity;
      if (full) return refuse('A1');
      return (await this.#toBin()) ? done() : refuse('10');
    }
    if (this.panel.on('gateBlocked')) return refuse('10');
    return (await this.#carry(['leaving', 'gate'], 'jamEject')) ? done() : refuse('10');
  }

  async #toBin(): Promise<boolean> {
    const there = await this.#carry(['binning', 'bin'], 'jamRetain');
    if (there && this.#counting && !this.panel.take('counterSkips')) this.#counter += 1;
    return there;
  }

  async #carry(way: readonly Place[], jam: CrtFaultName | undefined, card = this.mechanics.inPath): Promise<boolean> {
    if (card === undefined) return false;
    const cut = this.panel.take('powerLost');
    const pulled = this.panel.take('pulled');
    const step = after(stepMs * this.#timeScale);
    const result = await this.mechanics.carry(card, way, {
      step: async () => {
        await step();
        if (pulled) this.pull();
      },
      ...(cut ? { cutBefore: way.length - 1 } : {}),
      ...(jam !== undefined && this.panel.take(jam) ? { stopBefore: way.length - 1 } : {}),
    });
    if (result === 'cut' && cut) {
      // The mains come back at once; the unit has forgotten everything.
      setImmediate(() => {
        if (!this.#closed) this.setPower(true);
      });
    }
    return result === 'there';
  }

  async #chip(command: Command, text: Buffer, done: () => Buffer, refuse: (code: string) => Buffer): Promise<Buffer> {
    if (this.#movedByHand) return refuse('45');
    const card = this.mechanics.inPath;
    if (command === commands.icPowerOff) {
      if (this.#powered) card?.chip?.reset();
      this.#powered = false;
      return done();
    }
    if (card?.place !== 'read') return refuse('02');
    if (chipMs * this.#timeScale > 0) await delay(chipMs * this.#timeScale);
    const { chip } = card;
    if (command === commands.apduAuto) {
      if (!this.#powered || chip === undefined) return refuse('65');
      const response = chip.process(text.subarray(3));
      if (this.#movedByHand) return refuse('45');
      return response.length < 2
        ? refuse('63')
        : encodeReply(commands.apduAuto, this.#status(), { response: Buffer.from(response) });
    }
    if (chip === undefined || chip.atr.length === 0) return refuse('61');
    chip.reset();
    this.#powered = true;
    const answer = Buffer.concat([Buffer.from('0'), chip.atr]);
    return encodeReply(command as typeof commands.icReset, this.#status(), { answer });
  }
}
