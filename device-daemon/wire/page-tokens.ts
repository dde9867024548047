import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Role } from './listener.ts';

/**
 * Tokens that a page gets as cookies and spends on its connections. One is good at a time per role, once: a page load
 * makes the earlier page's worthless, and the answer to a connection carries the next, so that a page whose socket broke
 * connects again without being loaded again.
 */
export class PageTokens {
  readonly #current = new Map<Role, Buffer>();

  /** `Set-Cookie` header with a new token of the role. */
  issue(role: Role, secure: boolean): string {
    const token = randomBytes(32).toString('base64url');
    this.#current.set(role, Buffer.from(token));
    return `${cookieName(role)}=${token}; Path=/kiosk/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
  }

  /** True once for the current token of the role in a `Cookie` header. */
  spend(role: Role, cookies: string | undefined): boolean {
    const name = `${cookieName(role)}=`;
    const given = cookies
      ?.split(';')
      .map((part) => part.trim())
      .find((part) => part.startsWith(name));
    const current = this.#current.get(role);
    if (given === undefined || current === undefined) return false;
    const bytes = Buffer.from(given.slice(name.length));
    if (bytes.length !== current.length || !timingSafeEqual(bytes, current)) return false;
    this.#current.delete(role);
    return true;
  }
}

const cookieName = (role: Role): string => `kiosk-${role}`;
