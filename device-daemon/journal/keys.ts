import {
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * The machine's own keys: an Ed25519 pair that signs journal heads and an HMAC key for tokens. They live outside the data
 * folder, mode 0600; losing them means that old tokens no longer join and old heads verify by the public key only.
 */
export class MachineKeys {
  readonly #signing: KeyObject;
  readonly publicKey: KeyObject;
  readonly #hmac: Buffer;

  private constructor(signing: KeyObject, hmac: Buffer) {
    this.#signing = signing;
    this.publicKey = createPublicKey(signing);
    this.#hmac = hmac;
  }

  /** Opens the folder's keys, or makes them on the first start. */
  static open(folder: string): MachineKeys {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const signingFile = join(folder, 'machine.key.pem');
    const hmacFile = join(folder, 'token.key');
    if (!existsSync(signingFile)) {
      const pair = generateKeyPairSync('ed25519');
      writeWhole(signingFile, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    }
    if (!existsSync(hmacFile)) writeWhole(hmacFile, randomBytes(32));
    return new MachineKeys(createPrivateKey(readFileSync(signingFile)), readFileSync(hmacFile));
  }

  get keyId(): string {
    return keyIdOf(this.publicKey);
  }

  sign(data: Uint8Array): Buffer {
    return sign(null, data, this.#signing);
  }

  verify(data: Uint8Array, signature: Uint8Array): boolean {
    return verify(null, data, this.publicKey, signature);
  }

  /** A keyed token (16 hex characters) that joins entries about the same thing without telling what it is. */
  token(kind: 'pan' | 'card' | 'person' | 'phone' | 'staff', value: Uint8Array): string {
    return createHmac('sha256', this.#hmac).update(`${kind}|`).update(value).digest('hex').slice(0, 16);
  }

  /** Authenticates the small file that remembers the journal's last entry. */
  mac(data: Uint8Array): Buffer {
    return createHmac('sha256', this.#hmac).update('tail|').update(data).digest();
  }
}

/** Names the signing key to whoever verifies: first 16 hex characters of the SHA-256 of the public key. */
export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

/** A key is there whole or not at all: half a file after a power cut or on a full disk would be a key for ever. */
function writeWhole(path: string, content: string | Uint8Array): void {
  // What an earlier attempt left may be open to others.
  rmSync(`${path}.new`, { force: true });
  const file = openSync(`${path}.new`, 'wx', 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
}
