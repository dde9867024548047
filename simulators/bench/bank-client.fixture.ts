import { HttpBankCore, loadHostCredentials, newIdempotencyKey } from '#device-daemon/hosts/index.ts';
import { personOf } from '../wallet/wallet.ts';
import type { Bench } from './bench.ts';

/** The kiosk's line to the bench's bank core, for tests of a bench without a daemon; stop it when done. */
export function bankOf(bench: Bench): HttpBankCore {
  const credentials = loadHostCredentials(bench.hosts.credentialsFolder);
  if (!credentials.ok) throw new Error(credentials.error.detail);
  return new HttpBankCore({
    url: bench.hosts.bankCore.url,
    terminalId: 'KIOSK001',
    credentials: credentials.value,
    deadlineMs: 10_000,
    probeMs: 60_000,
  });
}

/** Whom the bank finds by the first person's document. */
export async function firstHolder(bank: HttpBankCore): Promise<string> {
  const { idNumber, name } = personOf('jia');
  const found = await bank.identifyDocument({
    documentType: 'residentId',
    documentNumber: Buffer.from(idNumber),
    name: Buffer.from(name),
    grade: 'chip',
  });
  if (!found.ok) throw new Error(found.error.code);
  return found.value.holderRef;
}

export const once = (): { readonly idempotencyKey: string } => ({ idempotencyKey: newIdempotencyKey() });
