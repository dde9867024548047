import type { HostFault, LedgerEntry } from '#simulators/hosts/index.ts';
import type { WalletDocumentId } from '#simulators/wallet/documents.ts';
import { documentOf } from '#simulators/wallet/documents.ts';
import type { StaffCardId } from '#simulators/wallet/staff.ts';
import type { WalletCardId } from '#simulators/wallet/wallet.ts';

type Json = Readonly<Record<string, unknown>>;

export type HostName = 'card-management' | 'bank-core';

export interface BenchReceipt {
  readonly lines: readonly string[];
  readonly text: string;
  readonly cut: 'full' | 'partial' | 'torn' | 'none';
}

/** The bench's HTTP API (simulators/bench/README.md), as a person's hands at the kiosk. */
export class BenchApi {
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  async #send(path: string, body?: Json): Promise<Json> {
    const answer = await fetch(new URL(`/api/${path}`, this.#base), {
      ...(body && { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return JSON.parse(text) as Json;
  }

  insert(card: WalletCardId | StaffCardId): Promise<Json> {
    return this.#send('card-reader', { insert: card });
  }

  remove(): Promise<Json> {
    return this.#send('card-reader', { remove: true });
  }

  /** Lays the document where its kind is read. */
  place(document: WalletDocumentId): Promise<Json> {
    return documentOf(document).content.place === 'identityReader'
      ? this.#send('id-reader', { place: document })
      : this.#send('passport-reader', { swipe: document });
  }

  lift(): Promise<Json> {
    return this.#send('id-reader', { lift: true });
  }

  /** Digits, E enter, C cancel, B clear. */
  keys(keys: string): Promise<Json> {
    return this.#send('pin-pad', { keys });
  }

  async receipts(): Promise<readonly BenchReceipt[]> {
    return (await this.#send('printer/receipts'))['receipts'] as readonly BenchReceipt[];
  }

  /** A hand at the machine's body. */
  cabinet(
    hand:
      | { readonly door: 'open' | 'closed' }
      | { readonly operatorSwitch: 'run' | 'maintenance' }
      | { readonly mains: 'present' | 'lost' },
  ): Promise<Json> {
    return this.#send('cabinet', hand);
  }

  loadPaper(): Promise<Json> {
    return this.#send('printer', { loadPaper: true });
  }

  fault(
    device: 'card-reader' | 'pin-pad' | 'printer' | 'id-reader' | 'passport-reader' | 'scanner' | 'cabinet',
    faults: Readonly<Record<string, boolean | number>>,
  ): Promise<Json> {
    return this.#send(`${device}/faults`, faults);
  }

  /** Holds a code before the scanner. */
  scan(text: string): Promise<Json> {
    return this.#send('scanner', { scan: text });
  }

  async faultsOf(device: string): Promise<readonly { readonly name: string; readonly kind: string }[]> {
    return (await this.#send(`${device}/faults`))['faults'] as readonly { name: string; kind: string }[];
  }

  hostFault(host: HostName, fault: HostFault | { readonly clear: true }): Promise<Json> {
    return this.#send(`hosts/${host}/faults`, fault);
  }

  /** The faults in force; one with `times` is gone when it was used so often. */
  async hostFaults(host: HostName): Promise<readonly HostFault[]> {
    return (await this.#send(`hosts/${host}/faults`))['faults'] as readonly HostFault[];
  }

  /** What really happened there, oldest first. */
  async ledger(host: HostName): Promise<readonly Pick<LedgerEntry, 'operation' | 'act' | 'result'>[]> {
    return (await this.#send(`hosts/${host}/ledger`))['entries'] as readonly LedgerEntry[];
  }

  /** The last code that the holder's telephone received. */
  async lastCode(): Promise<string> {
    const messages = (await this.#send('phone/messages'))['messages'] as readonly { code: string }[];
    return messages.at(-1)?.code ?? '';
  }

  /** The branch says yes or no to what has waited longest. */
  staff(decision: 'approve' | 'refuse'): Promise<Json> {
    return this.#send(`staff/${decision}`, {});
  }

  delays(scale: number): Promise<Json> {
    return this.#send('delays', { scale });
  }

  reset(): Promise<Json> {
    return this.#send('reset', {});
  }
}
