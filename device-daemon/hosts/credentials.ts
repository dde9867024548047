import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { keyIdOf } from '#protocol/hosts/message-signatures.ts';
import { err, ok, type Result } from '#protocol/result.ts';

/**
 * What the kiosk shows to the hosts and what it believes them by, all in one folder (`hosts.credentialsFolder`):
 *
 * | file                       | holds                                                                  |
 * | -------------------------- | ---------------------------------------------------------------------- |
 * | ca.pem                     | the only authority a host's certificate may come from                  |
 * | client.pem, client.key     | the kiosk's TLS certificate (its name is the terminal number) and key  |
 * | signing.key                | PKCS #8 PEM, ed25519 or P-256: signs requests                          |
 * | card-management.public.pem | verifies the answers of card management; more keys may follow in it    |
 * | bank-core.public.pem       | the same for the bank core                                             |
 */
export interface HostCredentials {
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly signingKey: KeyObject;
  /** By key id; several while a host changes its key. */
  readonly answerKeys: Readonly<Record<'cardManagement' | 'bankCore', ReadonlyMap<string, KeyObject>>>;
}

export const credentialFiles = {
  ca: 'ca.pem',
  certificate: 'client.pem',
  key: 'client.key',
  signingKey: 'signing.key',
  cardManagement: 'card-management.public.pem',
  bankCore: 'bank-core.public.pem',
} as const;

/** One line: which file, and what is wrong with it. */
export interface CredentialsFault {
  readonly code: 'credentialsInvalid';
  readonly file: string;
  readonly detail: string;
}

function publicKeys(pem: string): ReadonlyMap<string, KeyObject> {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new Error('no PUBLIC KEY block');
  return new Map(blocks.map(createPublicKey).map((key) => [keyIdOf(key), key]));
}

export function loadHostCredentials(folder: string): Result<HostCredentials, CredentialsFault> {
  let file = '';
  const read = <T>(name: string, parse: (text: string) => T): T => {
    file = join(folder, name);
    return parse(readFileSync(file, 'utf8'));
  };
  const pem = (text: string): string => {
    if (!text.includes('-----BEGIN ')) throw new Error('not PEM');
    return text;
  };
  try {
    return ok({
      ca: read(credentialFiles.ca, pem),
      certificate: read(credentialFiles.certificate, pem),
      key: read(credentialFiles.key, pem),
      signingKey: read(credentialFiles.signingKey, createPrivateKey),
      answerKeys: {
        cardManagement: read(credentialFiles.cardManagement, publicKeys),
        bankCore: read(credentialFiles.bankCore, publicKeys),
      },
    });
  } catch (error) {
    const detail =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'missing' : 'cannot be read as what it should be';
    return err({ code: 'credentialsInvalid', file, detail });
  }
}
