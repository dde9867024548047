/**
 * A bundle is the journal as a file that stands by itself: a tar of
 *
 *   entries.jsonl   one entry a line: [seq, at, event, visit, body, hash]
 *   heads.jsonl     one signed head a line: [seq, hash, at, signature]
 *   machine.pem     the public key of the machine
 *   manifest.json   what it is, and size and SHA-256 of the three
 *   manifest.sig    the machine's signature (Ed25519) over the manifest
 *
 * Hashes are in hex, signatures in base64. The signature comes last: what was cut short has none.
 */
export const parts = ['entries.jsonl', 'heads.jsonl', 'machine.pem'] as const;
export type Part = (typeof parts)[number];
export const manifestName = 'manifest.json';
export const signatureName = 'manifest.sig';
export const bundleFormat = 'kiosk-journal-bundle/1';

export interface Manifest {
  readonly format: typeof bundleFormat;
  readonly terminal: string;
  readonly keyId: string;
  readonly made: string;
  readonly fromSeq: number;
  readonly uptoSeq: number;
  /** The hash that stands before the first entry. */
  readonly before: string;
  readonly files: Readonly<Record<Part, { readonly bytes: number; readonly sha256: string }>>;
}

/** What the machine key signs of a manifest: no head can be taken for it. */
export const manifestBytes = (manifest: Uint8Array): Buffer => Buffer.concat([Buffer.from('bundle|'), manifest]);

/** How far it is. */
export interface BundleProgress {
  readonly part: 'writing' | 'checking';
  readonly done: number;
  readonly total: number;
}
