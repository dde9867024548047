import type { IncomingMessage } from 'node:http';
import type { ServerOptions } from 'node:https';
import type { ClientConnection } from '../services/service.ts';

export type Role = ClientConnection['role'];

/** How a listener treats one role. */
export interface RoleSettings {
  /**
   * `token`: cardholder and operator present the cookie that came with the page; a device client presents `bearer`.
   * `clientCertificate`: the TLS handshake proved it. `none`: loopback in the bench profile only.
   */
  readonly auth: 'none' | 'token' | 'clientCertificate';
  /** Device clients: the text after `Authorization: Bearer`. At least 16 characters. */
  readonly bearer?: string;
  /** Sends unsolicited events as `event` without a request id, for KAL clients from 3.3 on (protocol.md 7). */
  readonly unsolicitedAsEvent?: boolean;
  /** Programs send no Origin, browsers always do. */
  readonly allowMissingOrigin?: boolean;
}

export interface ListenerConfig {
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly roles: Readonly<Partial<Record<Role, RoleSettings>>>;
  /** `name:port` that the publisher tells; the request's Host header when absent. */
  readonly publicHost?: string;
  /** Host names, without port; those of loopback when absent. */
  readonly allowedHosts?: readonly string[];
  /** Whole origins (`https://name:port`) beside the listener's own. */
  readonly allowedOrigins?: readonly string[];
  /** Makes it an HTTPS listener. */
  readonly tls?: ServerOptions;
}

export type Profile = 'bench' | 'production';

const loopbackHosts: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const minimumBearerLength = 16;

export const isLoopback = (address: string): boolean =>
  address === '::1' || address === 'localhost' || /^127(?:\.\d{1,3}){3}$/.test(address);

/** What of the listeners' settings is not safe in this profile: one line each, with key, value and wish. */
export function listenerFaults(listeners: readonly ListenerConfig[], profile: Profile): readonly string[] {
  const faults: string[] = [];
  if (listeners.length === 0) faults.push('listeners is empty, wants at least one');
  listeners.forEach((listener, index) => {
    const key = `listeners[${index}]`;
    const local = isLoopback(listener.address);
    if (!local && listener.tls === undefined)
      faults.push(`${key}.address is ${listener.address} without tls, wants loopback or tls`);
    for (const [role, settings] of Object.entries(listener.roles)) {
      const { auth, bearer } = settings;
      const where = `${key}.roles.${role}.auth`;
      if (auth === 'none' && !(local && profile === 'bench')) {
        faults.push(`${where} is none, wants token or clientCertificate except on loopback in the bench profile`);
      }
      if (auth === 'clientCertificate' && listener.tls?.ca === undefined) {
        faults.push(`${where} is clientCertificate, wants tls with ca`);
      }
      if (auth === 'token' && role === 'device-client' && (bearer?.length ?? 0) < minimumBearerLength) {
        faults.push(`${where} is token, wants a bearer of at least ${minimumBearerLength} characters`);
      }
    }
  });
  return faults;
}

/** Guards against DNS rebinding: the name by which we were called must be ours. The port does not matter. */
export function hostAllowed(listener: ListenerConfig, request: IncomingMessage): boolean {
  const name = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::\d{1,5})?$/i.exec(request.headers.host ?? '')?.[1];
  return name !== undefined && (listener.allowedHosts ?? loopbackHosts).includes(name.toLowerCase());
}

/** Guards against other pages: any page may open a WebSocket to this machine, and says where it comes from. */
export function originAllowed(listener: ListenerConfig, settings: RoleSettings, request: IncomingMessage): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return settings.allowMissingOrigin ?? false;
  // Host was checked before: the same host and port is the listener's own page.
  const own = `${listener.tls === undefined ? 'http' : 'https'}://${request.headers.host ?? ''}`;
  return origin.toLowerCase() === own.toLowerCase() || (listener.allowedOrigins ?? []).includes(origin);
}
