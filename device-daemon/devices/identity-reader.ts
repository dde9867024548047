import type { Result } from '#protocol/result.ts';
import type { DocumentFault, IdentityDocument } from '../documents/index.ts';
import type { Device, DeviceFault, OperationOptions } from './device.ts';

export type IdentityFault =
  | DeviceFault
  /** It was there and could not be read: lift it, put it down again (SW3 31, 41, 47; lines that do not add up). */
  | { readonly code: 'unreadable' }
  /** A chip, but no document's (SW3 40), or a document of a kind that is not parsed. */
  | { readonly code: 'unknownDocument' }
  /** The security module did not believe the chip (SW3 32, 33): forged or damaged. */
  | { readonly code: 'notGenuine' }
  /** Moved away in the middle. */
  | { readonly code: 'removed' };

/** What the person should do, told while a read is under way. */
export type IdentityHint = 'present' | 'holdStill' | 'lift';

export interface IdentityCapabilities {
  /** Documents it can read, by the sign that tells them apart at the reader. */
  readonly reads: 'chip' | 'mrz';
  /**
   * Whether the reader knows that a document lies on it. `inferred`: only that one which was read is found again after it
   * was lifted (id-card-reader.md 6). `unknown`: it cannot tell at all (a swipe).
   */
  readonly presence: 'sensed' | 'inferred' | 'unknown';
  /** Of the SAM, as printed; pinned in production. */
  readonly serialNumber: string | undefined;
}

export type DocumentPresence = 'present' | 'notPresent' | 'unknown';

/** A reader of identity documents. Nothing it reads is kept by it. */
export interface IdentityReader extends Device {
  readonly class: 'identityReader';
  capabilities(): IdentityCapabilities;
  /** Waits for a document and reads it. The caller wipes it. A read that is cancelled leaves nothing behind. */
  read(
    options: OperationOptions & { readonly onHint?: (hint: IdentityHint) => void },
  ): Promise<Result<IdentityDocument, IdentityFault>>;
  /** At the end of a visit: is a document still there? One look, never a read. */
  probe(options: OperationOptions): Promise<Result<DocumentPresence, IdentityFault>>;
}

/** A reader of documents with machine-readable lines. */
export interface LinesReader extends IdentityReader {
  /**
   * As `read`, but what the document has printed: its lines one behind the other, all of whose check digits hold. For who
   * must have them as they are; the caller zeroes them.
   */
  readLines(
    options: OperationOptions & { readonly onHint?: (hint: IdentityHint) => void },
  ): Promise<Result<Buffer, IdentityFault>>;
}

export type { DocumentFault };
