import { kiosk, standard } from '../conformance/schemas.ts';
import { mutated, type Payloads } from './payloads.ts';
import type { Chance } from './random.ts';

type Header = Readonly<Record<string, unknown>>;

/** One text frame, and what the acknowledge of it must say: known by how it was made, not by reading it. */
export interface HostileFrame {
  readonly text: string;
  /** Header of the acknowledge. Without a `status` it may also be `tooManyRequests`, or a duplicate where one is meant. */
  readonly acknowledge: Header;
  readonly mayBeDuplicate: boolean;
  /** A valid envelope of an implemented command whose payload was changed. */
  readonly isMutated: boolean;
}

interface HeaderFault {
  readonly change: Header;
  readonly status: 'invalidMessage' | 'invalidRequestID';
  /** Members of the header that the acknowledge does not echo. */
  readonly lost: readonly string[];
}

const invalid = (change: Header, ...lost: string[]): HeaderFault => ({ change, status: 'invalidMessage', lost });
const badId = (requestId: unknown, ...lost: string[]): HeaderFault => ({
  change: { requestId },
  status: 'invalidRequestID',
  lost,
});

/** protocol.md 9 and 14, row by row. */
const headerFaults: readonly HeaderFault[] = [
  badId(0),
  badId(-1, 'requestId'),
  badId(1.5, 'requestId'),
  badId(2 ** 31, 'requestId'),
  badId('7', 'requestId'),
  badId(true, 'requestId'),
  badId([1], 'requestId'),
  badId({}, 'requestId'),
  invalid({ requestId: null }, 'requestId'),
  invalid({ requestId: undefined }, 'requestId'),
  invalid({ type: 'event' }),
  invalid({ type: 'completion' }),
  invalid({ type: 'Command' }),
  invalid({ type: 7 }),
  invalid({ type: undefined }),
  invalid({ name: 'nodot' }, 'name'),
  invalid({ name: 'Two.Dots.Here' }, 'name'),
  invalid({ name: '1.2' }, 'name'),
  invalid({ name: '' }, 'name'),
  invalid({ name: 7 }, 'name'),
  invalid({ name: { toString: 'x' } }, 'name'),
  invalid({ name: undefined }, 'name'),
  invalid({ name: `A.${'b'.repeat(5_000)}` }, 'name'),
  invalid({ name: 'A.B\n' }, 'name'),
  invalid({ version: '2' }, 'version'),
  invalid({ version: '02.0' }, 'version'),
  invalid({ version: '0.1' }, 'version'),
  invalid({ version: '2.00' }, 'version'),
  invalid({ version: 2.5 }, 'version'),
  invalid({ version: undefined }, 'version'),
  invalid({ timeout: -1 }),
  invalid({ timeout: 0.5 }),
  invalid({ timeout: 2 ** 31 }),
  invalid({ timeout: '5' }),
  invalid({ timeout: true }),
  invalid({ timeout: [] }),
];

const garbage: readonly string[] = [
  ...[
    '',
    ' ',
    '{',
    '}',
    '[]',
    '[{}]',
    'null',
    'true',
    '7',
    '"x"',
    '{}',
    '{"header":null}',
    '{"header":[]}',
    '{"header":7}',
  ],
  ...[
    '{"header":{"name":"CardReader.Move"',
    '\ufeff{"header":{}}',
    'GET / HTTP/1.1',
    '\u0000',
    "{'header':{}}",
    '{"a":1}{"b":2}',
  ],
  `${'['.repeat(20_000)}`,
  `${'{"header":'.repeat(5_000)}{}${'}'.repeat(5_000)}`.slice(0, 40_000),
  `"${'x'.repeat(50_000)}"`,
  '{"header":{"name":"A.B","requestId":NaN}}',
];

const unknownNames = [
  'CardReader.Juggle',
  'Nobody.KnowsThis',
  'Common.toString',
  'constructor.name',
  'x.y',
  'Printer.__proto__',
];

/** Frames for one service, from an endless seeded stream. At least half are mutated payloads in valid envelopes. */
export class FrameMaker {
  readonly #chance: Chance;
  readonly #payloads: Payloads;
  readonly #commands: readonly string[];

  /** `commands`: what the service implements. */
  constructor(chance: Chance, payloads: Payloads, commands: readonly string[]) {
    this.#chance = chance;
    this.#payloads = payloads;
    this.#commands = commands;
  }

  /** `requestId` was never used on this connection before, those of `used` were. */
  next(requestId: number, used: readonly number[]): HostileFrame {
    const kind = this.#chance.next();
    if (kind < 0.72) return this.#command(requestId);
    if (kind < 0.78) return this.#cancel(requestId, used);
    if (kind < 0.85) return this.#unsupported(requestId);
    if (kind < 0.89 && used.length > 0) return this.#duplicate(this.#chance.pick(used));
    if (kind < 0.95) return this.#badHeader(requestId);
    return this.#garbage();
  }

  #header(name: string, requestId: number, version = versionOf(name)): Header {
    const chance = this.#chance.next();
    const timeout = chance < 0.7 ? { timeout: 1 + this.#chance.below(30) } : chance < 0.8 ? { timeout: 0 } : {};
    return { name, type: 'command', requestId, version, ...timeout };
  }

  #frame(header: Header, payload: unknown, more: Partial<HostileFrame> = {}): HostileFrame {
    const { name, requestId, version } = header;
    return {
      text: JSON.stringify({ header, payload }),
      acknowledge: { name, type: 'acknowledge', requestId, version },
      mayBeDuplicate: false,
      isMutated: false,
      ...more,
    };
  }

  #command(requestId: number): HostileFrame {
    const name = this.#chance.pick(this.#commands);
    const header = this.#header(name, requestId);
    const payload = this.#payloads.valid(name);
    if (this.#chance.happens(0.2)) return this.#frame(header, payload);
    let changed = mutated(payload, this.#chance);
    for (let more = this.#chance.below(3); more > 0; more--) changed = mutated(changed, this.#chance);
    const frame = this.#frame(header, changed, { isMutated: true });
    // What JSON.stringify cannot write: a member given twice, and a prototype.
    if (!this.#chance.happens(0.05)) return frame;
    const twice = '"payload":{"__proto__":{"x":1},"from":1,"from":2';
    return {
      ...frame,
      text: frame.text.replace(/"payload":\{(?=(\}?))/, (_, end) => (end === '' ? `${twice},` : twice)),
    };
  }

  #cancel(requestId: number, used: readonly number[]): HostileFrame {
    const header = this.#header('Common.Cancel', requestId);
    if (this.#chance.happens(0.6)) return this.#frame(header, undefined);
    const requestIds = Array.from({ length: 1 + this.#chance.below(3) }, () => this.#chance.pick([requestId, ...used]));
    return this.#frame(header, { requestIds });
  }

  #unsupported(requestId: number): HostileFrame {
    const others = [...standard.messages, ...kiosk.messages].filter(({ kind }) => kind === 'command');
    const name = this.#chance.happens(0.3) ? this.#chance.pick(unknownNames) : this.#chance.pick(others).name;
    const known = wellFormed(name);
    const header = this.#header(name, requestId, this.#chance.pick([versionOf(name), '1.0', '9.9', '2.1']));
    const frame = this.#frame(header, mutated({}, this.#chance));
    if (known) return frame;
    const { name: _lost, ...rest } = frame.acknowledge;
    return { ...frame, acknowledge: { ...rest, status: 'invalidMessage' } };
  }

  #duplicate(requestId: number): HostileFrame {
    const name = this.#chance.pick(this.#commands);
    return this.#frame(this.#header(name, requestId), this.#payloads.valid(name), { mayBeDuplicate: true });
  }

  #badHeader(requestId: number): HostileFrame {
    const name = this.#chance.pick(this.#commands);
    const { change, status, lost } = this.#chance.pick(headerFaults);
    const header = { ...this.#header(name, requestId), ...change };
    const frame = this.#frame(header, this.#payloads.valid(name));
    const echoed = Object.entries(frame.acknowledge).filter(([member]) => !lost.includes(member));
    return { ...frame, acknowledge: { ...Object.fromEntries(echoed), status } };
  }

  #garbage(): HostileFrame {
    const text = this.#chance.happens(0.5) ? this.#chance.pick(garbage) : this.#cut();
    const acknowledge = { type: 'acknowledge', status: 'invalidMessage' };
    return { text, acknowledge, mayBeDuplicate: false, isMutated: false };
  }

  /** A good message that ends too early: never JSON. */
  #cut(): string {
    const { text } = this.#command(1);
    return text.slice(0, this.#chance.below(text.length));
  }
}

const wellFormed = (name: string): boolean => /^[A-Za-z][A-Za-z0-9]*\.[A-Za-z][A-Za-z0-9]*$/.test(name);
const versionOf = (name: string): string =>
  (standard.find('command', name) ?? kiosk.find('command', name))?.version ?? '1.0';
