import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { TLSSocket } from 'node:tls';
import { err, ok, type Result } from '#protocol/result.ts';
import type { ServiceDefinition } from '../services/service.ts';
import type { Endpoint } from './connection.ts';
import { hostAllowed, type ListenerConfig, originAllowed, type Role, type RoleSettings } from './listener.ts';
import type { PageTokens } from './page-tokens.ts';
import { standardPrefix } from './publisher.ts';

const kioskPrefix = '/kiosk/v1';

interface Route {
  readonly endpoint: Endpoint;
  readonly role: Role;
}

/** Paths, in any letter case and with or without a trailing slash (protocol.md 2). */
export class Routes {
  readonly #byPath = new Map<string, Route>();

  constructor(publisher: Endpoint, hosts: readonly Endpoint[], definitions: readonly ServiceDefinition[]) {
    this.#byPath.set(standardPrefix, { endpoint: publisher, role: 'device-client' });
    hosts.forEach((endpoint, index) => {
      const kiosk = endpoint.family === 'kiosk';
      const role = kiosk ? (definitions[index]?.role ?? 'cardholder') : 'device-client';
      const path = `${kiosk ? kioskPrefix : standardPrefix}/${endpoint.name}`;
      this.#byPath.set(path.toLowerCase(), { endpoint, role });
    });
  }

  find(path: string): Route | undefined {
    return this.#byPath.get(path.toLowerCase().replace(/\/$/, ''));
  }
}

export interface Gate {
  readonly listener: ListenerConfig;
  readonly routes: Routes;
  readonly tokens: PageTokens;
  hasRoom(role: Role, endpoint: Endpoint): boolean;
}

export interface Admission extends Route {
  readonly listener: ListenerConfig;
  readonly settings: RoleSettings;
  /** The token of the next connection, to be set with the answer. */
  readonly cookie: string | undefined;
}

export interface Refusal {
  readonly status: 400 | 403 | 404 | 503;
  readonly reason: 'host' | 'path' | 'role' | 'origin' | 'credentials' | 'full';
}

/** May this request become a WebSocket? A page's token is spent only when everything else is right. */
export function admit(gate: Gate, request: IncomingMessage, path: string): Result<Admission, Refusal> {
  const { listener } = gate;
  if (!hostAllowed(listener, request)) return err({ status: 403, reason: 'host' });
  const route = gate.routes.find(path);
  if (route === undefined) return err({ status: 404, reason: 'path' });
  const settings = listener.roles[route.role];
  if (settings === undefined) return err({ status: 403, reason: 'role' });
  if (!originAllowed(listener, settings, request)) return err({ status: 403, reason: 'origin' });
  if (!gate.hasRoom(route.role, route.endpoint)) return err({ status: 503, reason: 'full' });
  const byCookie = settings.auth === 'token' && route.role !== 'device-client';
  const known = byCookie
    ? gate.tokens.spend(route.role, request.headers.cookie)
    : settings.auth === 'none' || proven(settings, request);
  if (!known) return err({ status: 403, reason: 'credentials' });
  const cookie = byCookie ? gate.tokens.issue(route.role, listener.tls !== undefined) : undefined;
  return ok({ ...route, listener, settings, cookie });
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function proven(settings: RoleSettings, request: IncomingMessage): boolean {
  if (settings.auth === 'clientCertificate') return (request.socket as Partial<TLSSocket>).authorized === true;
  const given = request.headers.authorization;
  return (
    given !== undefined &&
    settings.bearer !== undefined &&
    timingSafeEqual(digest(given), digest(`Bearer ${settings.bearer}`))
  );
}
