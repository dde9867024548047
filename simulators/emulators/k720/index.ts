import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import {
  type CommandName,
  commands,
  decodeCommand,
  encodeControl,
  encodeFrame,
  encodeReply,
  encodeStatus,
  Framer,
  type StatusBit,
} from '#device-daemon/drivers/k720/index.ts';
import { type Cabled, cabled, FaultPanel, type Line } from '../line/index.ts';
import { type MechanicalCard, Mechanics, type Place } from '../mechanics/index.ts';
import { type K720FaultName, k720Faults } from './faults.ts';

export { type K720FaultName, k720Faults } from './faults.ts';

export interface K720Model {
  readonly address: number;
  readonly version: string;
  /** NAK with the address behind it, as some have it. */
  readonly nakWithAddress: boolean;
  /** A fresh card is brought to sensor 3 as soon as there is none. */
  readonly preFeeds: boolean;
}

const defaultModel: K720Model = { address: 0, version: 'TTCE_K720_V2.05', nakWithAddress: false, preFeeds: true };

/** Physical delay in ms from one sensor to the next; no list has it. */
const stepMs = 300;
/** Without time a motion goes on with the looks at it: so many show each place, so that one that is lost hides none. */
const looksPerStep = 2;

type Motion = { readonly bit: 'issuing' | 'collecting' | 'preparing'; readonly failed: StatusBit | undefined };
const issue: Motion = { bit: 'issuing', failed: 'issueFailed' };
const collect: Motion = { bit: 'collecting', failed: 'collectFailed' };

const sensorsAt: Partial<Record<Place, readonly StatusBit[]>> = {
  feeding: ['sensor3', 'sensor2'],
  read: ['sensor2', 'takeSensor'],
  leaving: ['sensor2', 'takeSensor'],
  gate: ['takeSensor'],
  binning: ['sensor2'],
};
/** From the hopper to the mouth. */
const outwards: readonly Place[] = ['hopper', 'feeding', 'read', 'leaving', 'gate'];

/** A TTCE K720 byte for byte, with a hopper, a fresh card that waits at sensor 3, a path, a mouth, a bin, and a person. */
export class K720Emulator implements Cabled {
  readonly line: Line;
  readonly mechanics: Mechanics;
  readonly panel = new FaultPanel<K720FaultName>(k720Faults);
  /** Every command that ENQ had it carry out. */
  readonly heard: CommandName[] = [];
  /** Happens at the next motion, whatever is asked before it: on the line at its frame, by hand and plug at its ENQ. */
  atMotion: 'nak' | 'ackLost' | 'enqLost' | 'pull' | 'unplug' | undefined;
  /** Every motion of a card that was begun. */
  motions = 0;
  readonly #model: K720Model;
  readonly #cable: Cabled;
  readonly #framer: Framer;
  readonly #latched = new Set<StatusBit>();
  #steps: { looks: number; readonly resolve: () => void }[] = [];
  #timeScale: number;
  #held: CommandName | undefined;
  #moving: Motion['bit'] | undefined;
  /** The first card of the hopper stands at sensor 3. */
  #waiting = false;
  #atEnq: 'pull' | 'unplug' | undefined;
  #closed = false;

  constructor(options: {
    readonly line: Line;
    readonly model?: Partial<K720Model>;
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
        frame: (address, text) => this.#onFrame(address, text),
        control: (name, address) => this.#onControl(name, address),
        damaged: () => this.#nak(),
      },
      500,
    );
    this.line.onReceive((bytes) => {
      if (this.mechanics.powered) this.#framer.push(bytes, performance.now());
    });
    this.line.onPlugged(() => this.#release());
  }

  faults = (): ReturnType<Cabled['faults']> => this.#cable.faults();
  setFault = (name: string, value: boolean | number): void => this.#cable.setFault(name, value);
  unplug = (): Promise<void> => this.#cable.unplug();
  replug = (): Promise<void> => this.#cable.replug();

  setTimeScale(scale: number): void {
    this.#timeScale = scale;
  }

  /** Fresh cards into the hopper. */
  load(count: number): void {
    for (let each = 0; each < count; each += 1) this.mechanics.make('hopper');
    this.#latched.delete('prepareFailed');
    if (this.#moving === undefined) void this.#prepare();
  }

  /** A person takes the card that stands in the mouth. */
  take(): boolean {
    const card = this.mechanics.inPath;
    if (card?.place !== 'gate' || this.#moving !== undefined) return false;
    this.mechanics.put(card, 'hand');
    return true;
  }

  /** By force, from wherever it is. */
  pull(): boolean {
    const card = this.mechanics.inPath;
    if (card === undefined) return false;
    this.mechanics.put(card, 'hand');
    return true;
  }

  emptyBin(): void {
    for (const card of this.mechanics.at('bin')) this.mechanics.put(card, 'hand');
  }

  /** The unit forgets everything; cards stay where they are. */
  setPower(on: boolean): void {
    if (on) this.mechanics.restore();
    else this.mechanics.cut();
    this.#held = undefined;
    this.#latched.clear();
    this.#latched.add('needsReset');
    this.#framer.reset();
    this.#release();
  }

  state() {
    const { mechanics } = this;
    return {
      plugged: this.line.plugged,
      hopper: mechanics.at('hopper').length,
      bin: mechanics.at('bin').length,
      path: mechanics.inPath?.place ?? null,
      waiting: this.#waiting,
      moving: this.#moving ?? null,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.mechanics.cut();
    this.#release();
    await this.line.close();
  }

  #say(bytes: Uint8Array): void {
    if (!this.panel.on('silent') && this.mechanics.powered && !this.#closed) this.line.send(bytes);
  }

  #nak(): void {
    const nak = encodeControl('nak', this.#model.address);
    this.#say(this.#model.nakWithAddress ? nak : nak.subarray(0, 1));
  }

  #onFrame(address: number, text: Uint8Array): void {
    if (address !== this.#model.address || this.panel.on('silent')) return;
    const name = decodeCommand(text);
    this.#held = undefined;
    const isMotion = name !== undefined && commands[name].kind === 'motion';
    if (isMotion && this.atMotion !== undefined) {
      if (this.atMotion === 'pull' || this.atMotion === 'unplug') this.#atEnq = this.atMotion;
      else this.panel.set(this.atMotion, 1);
      this.atMotion = undefined;
    }
    if (name === undefined || this.panel.take('nak') || (isMotion && this.#moving !== undefined)) {
      this.#nak();
      return;
    }
    this.#held = name;
    if (!this.panel.take('ackLost')) this.#say(encodeControl('ack', address));
  }

  #onControl(name: 'ack' | 'enq' | 'eot' | 'nak', address: number | undefined): void {
    if (address !== this.#model.address || this.panel.on('silent')) return;
    if (name === 'eot') {
      this.#held = undefined;
      this.#say(encodeControl('eot', address));
    }
    if (name !== 'enq') return;
    if (this.panel.take('enqLost')) return;
    const held = this.#held;
    if (held === undefined) return;
    this.#held = undefined;
    this.heard.push(held);
    if (commands[held].kind === 'motion') this.#begin(held);
    else this.#answer(held);
  }

  #answer(name: CommandName): void {
    if (name === 'version' && this.panel.on('noVersion')) return;
    if (this.panel.take('answerLost')) {
      this.#looked(name);
      return;
    }
    const text =
      name === 'version'
        ? encodeReply(commands.version, { version: this.#model.version })
        : name === 'status'
          ? encodeReply(commands.status, { head: 0x5346, characters: this.#status() })
          : encodeReply(commands.simpleStatus, { head: 0x5346, characters: this.#status().subarray(1) });
    const frame = encodeFrame(this.#model.address, text);
    let out = frame;
    if (this.panel.take('wrongBcc')) {
      out = Buffer.from(frame);
      out.writeUInt8(out.readUInt8(out.length - 1) ^ 0xff, out.length - 1);
    }
    if (this.panel.take('garbageBefore')) out = Buffer.concat([Buffer.from('02ff7e8106', 'hex'), out]);
    if (this.panel.take('answerTwice')) out = Buffer.concat([out, frame]);
    this.#say(out);
    this.#looked(name);
  }

  get #hopperEmpty(): boolean {
    const loaded = this.mechanics.at('hopper').length - (this.#waiting ? 1 : 0);
    return this.panel.on('hopperEmpty') || loaded === 0;
  }

  get #binFull(): boolean {
    return this.panel.on('binFull') || this.mechanics.at('bin').length >= this.mechanics.binCapacity;
  }

  #status(): Buffer {
    if (this.panel.on('unknownStatus')) return Buffer.from('zzzz');
    const { mechanics } = this;
    const card = mechanics.inPath;
    const set = new Set<StatusBit>(this.#latched);
    for (const sensor of (card && sensorsAt[card.place]) ?? []) set.add(sensor);
    const say = (bit: StatusBit, when: boolean): void => void (when && set.add(bit));
    if (this.#moving !== undefined) set.add(this.#moving);
    say('sensor3', this.#waiting && !this.panel.on('hopperEmpty'));
    say('hopperEmpty', this.#hopperEmpty);
    say('nearlyEmpty', this.panel.on('hopperLow') || mechanics.at('hopper').length <= mechanics.lowAt);
    say('binFull', this.#binFull);
    say('disputedFull', this.panel.on('hopperFull'));
    say('overlapping', card?.stuck !== undefined);
    say('needsReset', this.panel.on('resetNeeded'));
    return encodeStatus(set);
  }

  #begin(name: CommandName): void {
    if (name !== 'reset') this.motions += 1;
    if (this.#atEnq === 'pull') this.pull();
    const how = name === 'recycle' || name === 'toHopper' ? collect : name === 'reset' ? undefined : issue;
    for (const bit of ['jam', 'issueFailed', 'collectFailed'] as const) this.#latched.delete(bit);
    this.#moving = how?.bit ?? 'preparing';
    void this.#move(name).then((failure) => {
      this.#moving = undefined;
      if (failure === undefined || this.#latched.has('needsReset')) return this.#prepare();
      if (how?.failed !== undefined) this.#latched.add(how.failed);
      if (failure === 'jam') this.#latched.add('jam');
      return undefined;
    });
    if (this.#atEnq === 'unplug') void this.line.unplug();
    this.#atEnq = undefined;
  }

  /** Undefined: it is where it should be. */
  async #move(name: CommandName): Promise<'jam' | 'failed' | undefined> {
    if (name === 'reset') {
      await this.#step();
      if (this.mechanics.powered) this.#latched.clear();
      return undefined;
    }
    if (this.#latched.has('needsReset') || this.panel.on('resetNeeded')) return 'failed';
    const inside = this.mechanics.inPath;
    switch (name) {
      case 'recycle': {
        // The fresh card at sensor 3, when there is no other (0a).
        const card = inside ?? (this.#waiting ? this.#fresh() : undefined);
        if (card === undefined || this.#binFull) return 'failed';
        const way: readonly Place[] = card.place === 'gate' || card.place === 'leaving' ? ['read'] : [];
        return this.#carry(card, [...way, 'binning', 'bin'], 'jamRetain');
      }
      case 'toHopper':
        if (inside !== undefined) return this.#carry(inside, ['feeding', 'hopper'], 'jamReturn');
        this.#waiting = false;
        return undefined;
      case 'toRead':
        return this.#out(inside, 'read');
      case 'toTake':
      case 'dispense':
        return this.#out(inside, 'gate');
      default:
        return 'failed';
    }
  }

  async #out(inside: MechanicalCard | undefined, to: 'read' | 'gate'): Promise<'jam' | 'failed' | undefined> {
    if (inside === undefined && this.mechanics.at('hopper').length === 0) return 'failed';
    if (to === 'gate' && this.panel.on('gateBlocked')) return 'failed';
    let card = inside;
    if (card === undefined) {
      const behind = this.mechanics.at('hopper')[1];
      card = this.#fresh();
      if (card !== undefined && this.panel.take('doubleFeed')) card.stuck = behind;
    }
    if (card === undefined) return 'failed';
    const from = outwards.indexOf(card.place);
    const until = outwards.indexOf(to);
    const way = from < until ? outwards.slice(from + 1, until + 1) : outwards.slice(until, from).toReversed();
    const jam = inside === undefined ? 'jamFeed' : 'jamEject';
    return (await this.#carry(card, way, jam)) ?? (card.stuck === undefined ? undefined : 'failed');
  }

  #fresh(): MechanicalCard | undefined {
    this.#waiting = false;
    return this.mechanics.at('hopper')[0];
  }

  async #carry(card: MechanicalCard, way: readonly Place[], jam: K720FaultName): Promise<'jam' | 'failed' | undefined> {
    const cut = this.panel.take('powerLost');
    const last = way.length - 1;
    const jams = this.panel.take(jam);
    const pulled = this.panel.take('pulled');
    const result = await this.mechanics.carry(card, way, {
      step: async () => {
        await this.#step();
        if (pulled) this.pull();
      },
      ...(cut ? { cutBefore: last } : {}),
      ...(jams ? { stopBefore: last } : {}),
    });
    if (result === 'cut' && cut) {
      // The mains come back at once; the unit has forgotten everything.
      setImmediate(() => {
        if (!this.#closed) this.setPower(true);
      });
    }
    if (result === 'stuck') return jams ? 'jam' : 'failed';
    return result === 'there' ? undefined : 'failed';
  }

  async #prepare(): Promise<void> {
    const { mechanics } = this;
    if (!this.#model.preFeeds || this.#waiting || this.#latched.has('needsReset') || this.#closed) return;
    if (mechanics.at('hopper').length === 0 || this.panel.on('hopperEmpty')) return;
    this.#moving = 'preparing';
    await this.#step();
    this.#moving = undefined;
    if (!mechanics.powered) return;
    if (this.panel.on('prepareFails')) this.#latched.add('prepareFailed');
    else this.#waiting = true;
  }

  /** A card moves in the world's time; where there is none, with the looks at it, and unseen by itself. */
  #step = async (): Promise<void> => {
    if (this.#timeScale > 0) await delay(stepMs * this.#timeScale);
    else if (!this.line.plugged || !this.mechanics.powered || this.#closed) await nextTurn();
    else await new Promise<void>((resolve) => this.#steps.push({ looks: looksPerStep, resolve }));
  };

  #looked(name: CommandName): void {
    if (name !== 'status') return;
    for (const step of this.#steps) {
      step.looks -= 1;
      if (step.looks <= 0) step.resolve();
    }
    this.#steps = this.#steps.filter(({ looks }) => looks > 0);
  }

  #release(): void {
    for (const { resolve } of this.#steps.splice(0)) resolve();
  }
}
