import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignOn } from '#protocol/generated/bank-core.ts';
import { Contract } from '#protocol/hosts/contract.fixture.ts';
import type { Result } from '#protocol/result.ts';
import { buildCard, directChannel } from '#simulators/cards/index.ts';
import { benchKeys } from '#simulators/crypto/index.ts';
import {
  type HostExchange,
  type HostFile,
  type HostSimulators,
  type LedgerEntry,
  startHostSimulators,
} from '#simulators/hosts/index.ts';
import { makePinBlock, unwrapKey } from '#simulators/hosts/pin-block.ts';
import type { VirtualCard } from '#simulators/virtual-reader/virtual-card.ts';
import { benchPin, type WalletCardId } from '#simulators/wallet/wallet.ts';
import { type FinancialCard, type OnlineRequest, readFinancialCard, terminalDefaults } from '../cards/index.ts';
import { type CircuitOptions, defaultCircuit } from './circuit-breaker.ts';
import {
  type BalanceOrder,
  type HostClientOptions,
  type HostCredentials,
  HttpBankCore,
  HttpCardManagement,
  loadHostCredentials,
  newIdempotencyKey,
} from './index.ts';

/** Both simulated hosts on HTTPS, and the daemon's own clients in front of them. */
export interface Rig {
  readonly hosts: HostSimulators;
  readonly credentials: HostCredentials;
  readonly cards: HttpCardManagement;
  readonly bank: HttpBankCore;
  clientOptions(host: 'cardManagement' | 'bankCore', more?: Partial<HostClientOptions>): HostClientOptions;
  /** Stopped with the rig. */
  another<Client extends { stop(): Promise<void> }>(client: Client): Client;
  /** What crossed the wire and breaks the OpenAPI documents, one line each. */
  readonly violations: string[];
  readonly seen: { readonly host: HostFile; readonly exchange: HostExchange }[];
  stop(): Promise<void>;
}

export const hostNow = new Date('2026-11-24T08:00:00.000Z');
export const today = '2026-11-24';

/** The circuit of a test that is not about it never opens. */
const patient: CircuitOptions = { ...defaultCircuit, failures: 1_000 };

export async function startRig(): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'hosts-'));
  const contracts = { 'card-management': new Contract('card-management'), 'bank-core': new Contract('bank-core') };
  const violations: string[] = [];
  const seen: Rig['seen'] = [];
  const hosts = await startHostSimulators({
    folder,
    clock: () => hostNow,
    onExchange(host, exchange) {
      seen.push({ host, exchange });
      // An answer that is spoilt on purpose breaks the contract on purpose.
      if (exchange.fault !== 'wrongShape') violations.push(...contracts[host].violations(exchange));
    },
  });
  const credentials = good(loadHostCredentials(hosts.credentialsFolder));
  const clientOptions: Rig['clientOptions'] = (host, more = {}) => ({
    url: hosts[host].url,
    terminalId: 'KIOSK001',
    credentials,
    deadlineMs: 20_000,
    probeMs: 60_000,
    circuit: patient,
    random: () => 0,
    ...more,
  });
  const stops: (() => Promise<void>)[] = [];
  const another: Rig['another'] = (client) => {
    stops.push(() => client.stop());
    return client;
  };
  return {
    hosts,
    credentials,
    clientOptions,
    another,
    violations,
    seen,
    cards: another(new HttpCardManagement(clientOptions('cardManagement'))),
    bank: another(new HttpBankCore(clientOptions('bankCore'))),
    async stop() {
      for (const stop of stops) await stop();
      await hosts.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** The value, or a test that fails with the failure's name. */
export function good<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

/** Lines that the ledger got while something was done. */
export async function ledgerOf(
  host: { ledger(): readonly LedgerEntry[] },
  act: () => Promise<unknown>,
): Promise<readonly LedgerEntry[]> {
  const before = host.ledger().length;
  await act();
  return host.ledger().slice(before);
}

export interface Inquiry {
  readonly order: BalanceOrder;
  readonly card: FinancialCard;
  readonly online: OnlineRequest;
  readonly idempotencyKey: string;
}

export interface InquiryOptions {
  readonly pin?: string;
  readonly unpredictableNumber?: Uint8Array;
}

/** A reader and a PIN pad before a signed-on bank core; chips keep their counters from one inquiry to the next. */
export class Terminal {
  #signOn: SignOn;
  readonly #chips = new Map<WalletCardId, VirtualCard>();
  #counter = 0;

  private constructor(signOn: SignOn) {
    this.#signOn = signOn;
  }

  static async signOn(bank: HttpBankCore): Promise<Terminal> {
    return new Terminal(good(await bank.signOn('tdes')));
  }

  async signOnAgain(bank: HttpBankCore, algorithm: 'tdes' | 'sm4' = 'tdes'): Promise<void> {
    this.#signOn = good(await bank.signOn(algorithm));
  }

  /** Under the working key as the pad decrypts it. */
  pinBlock(pan: string, pin: string): BalanceOrder['pinBlock'] {
    const [alg, format] = this.#signOn.keyAlgorithm === 'sm4' ? (['sm4', 'sm4'] as const) : (['3des', 'iso0'] as const);
    const wrapped = this.#signOn.keys.find((key) => key.usage === 'pin')?.encrypted ?? '';
    const key = unwrapKey(alg, benchKeys.terminalMaster[alg], wrapped);
    return { format, block: makePinBlock(format, key, pan, pin), keySetId: this.#signOn.keySetId };
  }

  /** Reads the card, has it make an ARQC, and puts the order together. */
  async inquire(id: WalletCardId | VirtualCard, options: InquiryOptions = {}): Promise<Inquiry> {
    const chip = typeof id === 'string' ? (this.#chips.get(id) ?? buildCard(id)) : id;
    if (typeof id === 'string') this.#chips.set(id, chip);
    chip.reset();
    this.#counter += 1;
    const terminal = { ...terminalDefaults, serialNumber: 'KIOSK001', merchantName: 'KIOSK' };
    const card = good(await readFinancialCard(directChannel(chip), { terminal, today, timeoutMs: 1_000 }));
    const online = good(
      await card.firstGenerateAc(
        {
          date: '261124',
          time: '160000',
          type: '31',
          unpredictableNumber: options.unpredictableNumber ?? crypto.getRandomValues(new Uint8Array(4)),
          counter: this.#counter,
          onlinePin: true,
        },
        { timeoutMs: 1_000 },
      ),
    );
    const { pan, panSequence, track2 } = card.data;
    const order: BalanceOrder = {
      stan: String(this.#counter).padStart(6, '0'),
      pan,
      panSequence,
      ...(track2 && { track2 }),
      de55: online.de55,
      pinBlock: this.pinBlock(pan.toString('latin1'), options.pin ?? benchPin),
    };
    return { order, card, online, idempotencyKey: newIdempotencyKey() };
  }
}
