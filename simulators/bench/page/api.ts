/** The bench's HTTP API as this page sees it; simulators/bench/README.md tells it in words. */
import type { DocumentFace } from '../api/document-faces.ts';

export interface Fault {
  readonly name: string;
  readonly description: string;
  readonly kind: 'switch' | 'number';
  readonly unit?: string;
  readonly value: boolean | number;
}

export type HostFault = { readonly kind: string } & Readonly<Record<string, string | number>>;

export interface HostFaultKind {
  readonly kind: string;
  readonly description: string;
  readonly parameter?: {
    readonly name: string;
    readonly from?: number;
    readonly to?: number;
    readonly values?: readonly string[];
  };
}

interface Device {
  readonly plugged: boolean;
  readonly faults: readonly string[];
}

/** What the daemon says of its own devices and hosts on `/healthz`. */
export interface Report {
  readonly name?: string;
  readonly host?: string;
  readonly class?: string;
  readonly state: string;
  readonly reason?: string;
}

export interface State {
  readonly kiosk: {
    readonly url: string;
    readonly reachable: boolean;
    readonly health?: {
      readonly bootId?: string;
      readonly devices?: readonly Report[];
      readonly hosts?: readonly Report[];
    };
  };
  readonly 'card-reader'?: Device & { readonly card: string | null };
  /** Only where the reader moves the cards. */
  readonly dispenser?: {
    readonly hopper: number;
    readonly bin: number;
    readonly path: string | null;
    readonly gateOpen: boolean;
  };
  readonly 'pin-pad'?: Device & { readonly mode: string; readonly digits: number };
  readonly printer?: Device & {
    readonly paper: 'ok' | 'low' | 'out';
    readonly receipts: number;
    readonly revision: number;
  };
  readonly 'id-reader'?: Device & { readonly document: string | null; readonly looking: boolean };
  readonly 'passport-reader'?: Device & { readonly document: string | null; readonly swipes: number };
  readonly scanner?: Device & { readonly lit: boolean };
  readonly cabinet?: Device & {
    readonly door: 'open' | 'closed';
    readonly operatorSwitch: 'run' | 'maintenance';
    readonly mains: 'present' | 'lost';
    /** Guide lights that shine or flash. */
    readonly lit: readonly string[];
  };
  readonly hosts?: Readonly<Record<string, { readonly faults: readonly HostFault[] }>>;
  readonly phone?: { readonly messages: number };
  readonly staff?: { readonly waiting: readonly Waiting[] };
  readonly delays: { readonly scale: number };
  readonly clock: { readonly offset: number; readonly now: string };
}

/** An act that the branch is asked to stand for. */
export interface Waiting {
  readonly act: string;
  readonly since: string;
}

/** On the holder's telephone. */
export interface Message {
  readonly at: string;
  readonly to: string;
  readonly purpose: string;
  readonly code: string;
}

export interface WalletCard {
  readonly id: string;
  readonly label: Readonly<Record<'zh-Hans' | 'en', string>>;
  readonly use: Readonly<Record<'zh-Hans' | 'en', string>>;
  readonly pin: string | null;
  readonly face: {
    readonly kind: 'social' | 'debit' | 'staff';
    readonly generation: number | null;
    readonly bank: 'icbc' | 'abc' | null;
    readonly holder: string | null;
    readonly lastDigits: string | null;
  };
}

export interface WalletDocument {
  readonly id: string;
  readonly label: Readonly<Record<'zh-Hans' | 'en', string>>;
  readonly use: Readonly<Record<'zh-Hans' | 'en', string>>;
  /** What reads it. */
  readonly place: 'identityReader' | 'passportReader';
  readonly face: DocumentFace;
}

export interface Receipt {
  readonly id: number;
  readonly text: string;
  readonly picture: string;
  readonly lengthMm: number;
  readonly cut: 'full' | 'partial' | 'torn' | 'none';
  readonly taken: boolean;
}

export async function get<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`/api/${path}`);
  return answerOf<Answer>(response);
}

export async function post<Answer = unknown>(path: string, body: object): Promise<Answer> {
  const headers = { 'Content-Type': 'application/json' };
  return answerOf<Answer>(await fetch(`/api/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }));
}

async function answerOf<Answer>(response: Response): Promise<Answer> {
  const answer = (await response.json()) as Answer & { readonly error?: string };
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}
