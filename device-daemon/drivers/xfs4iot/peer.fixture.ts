/** A provider whose every word a test chooses: one publisher, one service, on a real WebSocket. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { xfs4iotMessages } from '#protocol/generated/xfs4iot-messages.ts';

interface Command {
  readonly header: {
    readonly name: string;
    readonly requestId: number;
    readonly version: string;
    readonly timeout?: number;
  };
  readonly payload?: Readonly<Record<string, unknown>>;
}

export interface Turn {
  readonly payload: Readonly<Record<string, unknown>>;
  readonly requestId: number;
  readonly timeoutMs: number | undefined;
  readonly socket: WebSocket;
  /** Any text or message. */
  say(message: unknown): void;
  event(name: string, payload?: object): void;
  complete(payload?: object, completionCode?: string): void;
}

type Script = (turn: Turn) => void;

export interface PeerOptions {
  readonly name?: string;
  readonly interfaces: Readonly<Record<string, readonly string[]>>;
  readonly capabilities: object;
  readonly status: object;
  /** Of what the publisher lists; its own service when absent. */
  readonly services?: (port: number) => readonly string[];
  readonly port?: number;
}

const versions = new Map<string, string>(
  xfs4iotMessages.map(({ name, kind, version }) => [`${name} ${kind}`, version]),
);
const versionOf = (name: string, kind: string): string => versions.get(`${name} ${kind}`) ?? '1.0';

export class ScriptedPeer {
  status: object;
  capabilities: object;
  interfaces: PeerOptions['interfaces'];
  /** Instead of what it does by itself: by name of the command. */
  readonly scripts = new Map<string, Script>();
  /** Every command, in order of arrival. */
  readonly heard: Command[] = [];
  /** As KAL's framework sends what is unsolicited (protocol.md 7). */
  unsolicitedAsEvent = false;
  /** Connections to the service since the start. */
  connections = 0;
  readonly #options: PeerOptions;
  readonly #server: WebSocketServer;

  private constructor(options: PeerOptions, server: WebSocketServer) {
    this.#options = options;
    this.#server = server;
    this.status = options.status;
    this.capabilities = options.capabilities;
    this.interfaces = options.interfaces;
    server.on('connection', (socket, { url = '' }) => {
      const atPublisher = /\/v1\.0\/?$/.test(url);
      if (!atPublisher) this.connections += 1;
      socket.on('error', () => {});
      socket.on('message', (data) => this.#hear(socket, JSON.parse(String(data)) as Command));
    });
  }

  static async start(options: PeerOptions): Promise<ScriptedPeer> {
    const server = new WebSocketServer({ port: options.port ?? 0, host: '127.0.0.1' });
    await once(server, 'listening');
    return new ScriptedPeer(options, server);
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/xfs4iot/v1.0`;
  }

  /** How often a command of that name came. */
  count(name: string): number {
    return this.heard.filter(({ header }) => header.name === name).length;
  }

  /** To every connection of the service. */
  unsolicited(name: string, payload?: object): void {
    const type = this.unsolicitedAsEvent ? 'event' : 'unsolicited';
    this.shout({ header: { name, type, version: versionOf(name, 'unsolicited') }, payload });
  }

  shout(message: unknown): void {
    for (const socket of this.#server.clients) write(socket, message);
  }

  /** Changes the status and tells it. */
  change(change: Readonly<Record<string, object>>): void {
    const before = this.status as Readonly<Record<string, object>>;
    this.status = Object.fromEntries(
      [...new Set([...Object.keys(before), ...Object.keys(change)])].map((key) => [
        key,
        { ...before[key], ...change[key] },
      ]),
    );
    this.unsolicited('Common.StatusChangedEvent', change);
  }

  /** Ends every connection, as a process that is killed. */
  drop(): void {
    for (const socket of this.#server.clients) socket.terminate();
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #hear(socket: WebSocket, command: Command): void {
    this.heard.push(command);
    const { name, requestId, version, timeout } = command.header;
    const header = (type: string, more: object) => ({ header: { name, type, requestId, ...more } });
    const turn: Turn = {
      payload: command.payload ?? {},
      requestId,
      timeoutMs: timeout,
      socket,
      say: (message) => write(socket, message),
      event: (event, payload) =>
        write(socket, {
          header: { name: event, type: 'event', requestId, version: versionOf(event, 'event') },
          payload,
        }),
      complete: (payload, completionCode = 'success') =>
        write(socket, { ...header('completion', { version: versionOf(name, 'completion'), completionCode }), payload }),
    };
    write(socket, header('acknowledge', { version }));
    (this.scripts.get(name) ?? this.#byItself(name))(turn);
  }

  #byItself(name: string): Script {
    switch (name) {
      case 'ServicePublisher.GetServices':
        return ({ complete }) =>
          complete({
            vendorName: 'Scripted',
            services: (this.#options.services?.(this.port) ?? [`${this.url}/${this.#options.name ?? 'Device'}`]).map(
              (serviceURI) => ({ serviceURI }),
            ),
          });
      case 'Common.Capabilities':
        return ({ complete }) => complete({ interfaces: this.#listed(), common: {}, ...this.capabilities });
      case 'Common.Status':
        return ({ complete }) => complete(this.status);
      case 'Common.SetVersions':
        return ({ complete }) => complete();
      case 'Common.Cancel':
        return ({ complete }) => complete();
      default:
        return ({ complete }) => complete(undefined, 'unsupportedCommand');
    }
  }

  #listed(): object[] {
    return Object.entries(this.interfaces).map(([name, commands]) => ({
      name,
      commands: Object.fromEntries(commands.map((command) => [command, { versions: [versionOf(command, 'command')] }])),
    }));
  }
}

function write(socket: WebSocket, message: unknown): void {
  socket.send(typeof message === 'string' || message instanceof Uint8Array ? message : JSON.stringify(message), {
    binary: false,
  });
}
