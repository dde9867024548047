import './reflect-metadata.ts';
import { createPublicKey, generateKeyPairSync, KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The bench's public-key infrastructure in one folder, made on the first start and kept while it is good:
 *
 *   hosts/   what only the hosts know: ca.pem, ca.key, <host>.pem, <host>.expired.pem, <host>.key, <host>.signing.key,
 *            kiosk.public.pem
 *   daemon/  the kiosk's `hosts.credentialsFolder`: ca.pem, client.pem, client.key, signing.key, <host>.public.pem
 *
 * Every private key is 0600. None of it is good for anything but this bench.
 */
export interface BenchCredentials {
  readonly hostsFolder: string;
  readonly daemonFolder: string;
  readonly host: (name: HostFile) => {
    readonly ca: string;
    readonly certificate: string;
    /** Of the same key, past its end: for a fault. */
    readonly expiredCertificate: string;
    readonly key: string;
    readonly signingKey: string;
    /** PEM of the keys that sign requests. */
    readonly kioskKey: string;
  };
}

export type HostFile = 'card-management' | 'bank-core';
const hostFiles: readonly HostFile[] = ['card-management', 'bank-core'];
const lifetimeMs = 365 * 86_400_000;
/** Made anew when less is left. */
const reserveMs = 30 * 86_400_000;
const dayMs = 86_400_000;
/** What `complete` holds: a folder of another form is made again. */
const form = '2';

type X509 = typeof import('@peculiar/x509');
const curve = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

const makePair = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(curve, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
const privatePem = (key: webcrypto.CryptoKey): string =>
  KeyObject.from(key).export({ type: 'pkcs8', format: 'pem' }).toString();
const serialNumber = (): string => `00${randomBytes(15).toString('hex')}`;

async function makeAuthority(x509: X509, notBefore: Date, notAfter: Date) {
  const keys = await makePair();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Bench authority - good for nothing else',
    notBefore,
    notAfter,
    signingAlgorithm: curve,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = async (
    name: string,
    use: 'server' | 'client',
    pair: webcrypto.CryptoKeyPair,
    end = notAfter,
  ): Promise<string> => {
    const usage = use === 'server' ? x509.ExtendedKeyUsage.serverAuth : x509.ExtendedKeyUsage.clientAuth;
    const issued = await x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: `CN=${name}`,
      issuer: certificate.subject,
      notBefore: new Date(Math.min(notBefore.getTime(), end.getTime() - dayMs)),
      notAfter: end,
      signingAlgorithm: curve,
      publicKey: pair.publicKey,
      signingKey: keys.privateKey,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(use === 'server'
          ? [
              new x509.SubjectAlternativeNameExtension([
                { type: 'dns', value: 'localhost' },
                { type: 'ip', value: '127.0.0.1' },
              ]),
            ]
          : []),
      ],
    });
    return issued.toString('pem');
  };
  return { certificate: certificate.toString('pem'), key: privatePem(keys.privateKey), issue };
}

/** `terminalId` becomes the name in the kiosk's TLS certificate. */
export async function benchCredentials(
  folder: string,
  terminalId: string,
  now = new Date(),
): Promise<BenchCredentials> {
  const hostsFolder = join(folder, 'hosts');
  const daemonFolder = join(folder, 'daemon');
  if (!stillGood(hostsFolder, daemonFolder, terminalId, now)) await make(hostsFolder, daemonFolder, terminalId, now);
  const read = (name: string): string => readFileSync(join(hostsFolder, name), 'utf8');
  return {
    hostsFolder,
    daemonFolder,
    host: (name) => ({
      ca: read('ca.pem'),
      certificate: read(`${name}.pem`),
      expiredCertificate: read(`${name}.expired.pem`),
      key: read(`${name}.key`),
      signingKey: read(`${name}.signing.key`),
      kioskKey: read('kiosk.public.pem'),
    }),
  };
}

/** `complete` is written last, so a folder that a crash left half made is made again. */
function stillGood(hostsFolder: string, daemonFolder: string, terminalId: string, now: Date): boolean {
  const complete = join(hostsFolder, 'complete');
  if (!existsSync(complete) || readFileSync(complete, 'utf8') !== form) return false;
  const client = new X509Certificate(readFileSync(join(daemonFolder, 'client.pem')));
  return client.subject === `CN=${terminalId}` && Date.parse(client.validTo) > now.getTime() + reserveMs;
}

async function make(hostsFolder: string, daemonFolder: string, terminalId: string, now: Date): Promise<void> {
  const x509 = await import('@peculiar/x509');
  // Two separate declarations of the same Web Crypto interface: Node's and the DOM's.
  x509.cryptoProvider.set(webcrypto as unknown as Crypto);
  for (const folder of [hostsFolder, daemonFolder]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const write = (folder: string, name: string, text: string): void =>
    writeFileSync(join(folder, name), text, { mode: 0o600 });

  rmSync(join(hostsFolder, 'complete'), { force: true });
  // A bench whose clock is set back a little must still like what it made.
  const notBefore = new Date(now.getTime() - dayMs);
  const notAfter = new Date(now.getTime() + lifetimeMs);
  const authority = await makeAuthority(x509, notBefore, notAfter);
  write(hostsFolder, 'ca.key', authority.key);
  for (const folder of [hostsFolder, daemonFolder]) write(folder, 'ca.pem', authority.certificate);
  const client = await makePair();
  write(daemonFolder, 'client.pem', await authority.issue(terminalId, 'client', client));
  write(daemonFolder, 'client.key', privatePem(client.privateKey));
  const makeSigner = (folder: string, name: string): string => {
    const { privateKey } = generateKeyPairSync('ed25519');
    write(folder, name, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
  };
  write(hostsFolder, 'kiosk.public.pem', makeSigner(daemonFolder, 'signing.key'));
  for (const name of hostFiles) {
    const server = await makePair();
    write(hostsFolder, `${name}.pem`, await authority.issue(name, 'server', server));
    write(hostsFolder, `${name}.expired.pem`, await authority.issue(name, 'server', server, notBefore));
    write(hostsFolder, `${name}.key`, privatePem(server.privateKey));
    write(daemonFolder, `${name}.public.pem`, makeSigner(hostsFolder, `${name}.signing.key`));
  }
  write(hostsFolder, 'complete', form);
}
