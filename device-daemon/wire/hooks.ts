import type { ClientConnection } from '../services/service.ts';
import type { PageRole } from './http.ts';

/** One message as it went out. `name` is empty where a refused frame had none. */
export interface SentMessage {
  readonly service: string;
  readonly family: 'standard' | 'kiosk' | 'publisher';
  readonly type: 'acknowledge' | 'completion' | 'event' | 'unsolicited';
  readonly name: string;
  readonly text: string;
}

export interface BadFrame {
  readonly service: string;
  readonly connection: ClientConnection;
  readonly status: 'invalidMessage' | 'invalidRequestID';
  /** How many of this connection so far. The hook is called at 1, 10, 100, …, and a few times a minute at most. */
  readonly count: number;
}

export interface ServiceFault {
  readonly service: string;
  /** Full name of the command or event. */
  readonly name: string;
  /**
   * `handlerThrew`: a bug. `handlerStuck`: it held on after a cancel or a time-out. `unknownEvent`: not in the
   * catalogue, of the wrong kind, or not declared by the service. `unsendable`: a payload that JSON cannot say.
   */
  readonly code: 'handlerThrew' | 'handlerStuck' | 'unknownEvent' | 'unsendable';
  readonly cause?: unknown;
}

export interface WireHooks {
  /** Every message sent, for conformance checks. */
  onSent?(message: SentMessage): void;
  onBadFrame?(frame: BadFrame): void;
  /** What went wrong inside a service; never told to a client. */
  onFault?(fault: ServiceFault): void;
  /** A page was loaded from `/`: whatever the page before it was doing has ended. */
  onPageLoad?(role: PageRole): void;
  /** A connection was refused before it existed: why, in one word, and from where. A few times a minute for each reason. */
  onRefused?(refusal: { readonly reason: string; readonly path: string }): void;
}
