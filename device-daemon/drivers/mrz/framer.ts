/**
 * What swipe readers send (printer, PIN pad and MRZ reader reference c.3; for 3M the RTE6701-OEM integration manual 9.1):
 *
 *     DESKO    STX line1 CR line2 CR [line3 CR] ETX
 *     3M       SOH length(2) "OU" STX flag line1 CR line2 CR line3 CR ETX BCC
 *     plain    each line CR or CR LF, perhaps with pauses between the lines
 *
 * 3M: the bottom line of the document is always line 3, a missing line still has its CR. Three lines are padded with `_`
 * to 30 characters, two to 44, so that the 36 of a TD2 arrive as 44. The length is two bytes of 7 bits, low first.
 */
export const shapes = ['desko', '3m', 'plain'] as const;
export type Shape = (typeof shapes)[number];

/** Bytes that occur around and between lines, never in one. */
export const controls = { soh: 0x01, stx: 0x02, etx: 0x03, lf: 0x0a, cr: 0x0d } as const;
const { soh, stx, etx, lf, cr } = controls;
const unread = 0x5f;
const space = 0x20;
const letterO = 0x4f;
const letterU = 0x55;

/** ICAO 9303: TD1, TD2, TD3. */
const lineCounts: Readonly<Record<number, number>> = { 30: 3, 36: 2, 44: 2 };
const longestLine = 44;
const padding3m = 8;

/** SOH excluded: length, "OU", STX, flag. */
const head3m = 6;
/** The most between SOH and BCC: the head, three lines of 30 with their CRs, ETX. */
const longestFrame = head3m + 3 * 31 + 1;

const isZoneCharacter = (byte: number): boolean =>
  (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x3c || byte === unread;

const xor = (bytes: Uint8Array): number => bytes.reduce((sum, byte) => sum ^ byte, 0);

/** The wire form of a swipe. `lines` as printed. The caller zeroes it. */
export function encodeSwipe(
  shape: Shape,
  lines: readonly Uint8Array[],
  options: { readonly flag?: number; readonly newLine?: 'cr' | 'crlf' } = {},
): Buffer {
  if (shape === 'desko') return Buffer.from([stx, ...lines.flatMap((line) => [...line, cr]), etx]);
  if (shape === 'plain') {
    const end = options.newLine === 'crlf' ? [cr, lf] : [cr];
    return Buffer.from(lines.flatMap((line) => [...line, ...end]));
  }
  const width = lines.length === 3 ? 30 : longestLine;
  const padded = lines.map((line) => [...line, ...Array.from({ length: width - line.length }, () => unread)]);
  const three = [...Array.from({ length: 3 - lines.length }, () => []), ...padded];
  const text = [letterO, letterU, stx, options.flag ?? 0x30, ...three.flatMap((line) => [...line, cr]), etx];
  // Counted from behind the length to the BCC.
  const length = text.length + 1;
  const body = [length & 0x7f, length >> 7, ...text];
  return Buffer.from([soh, ...body, xor(Uint8Array.from(body))]);
}

export interface FramerEvents {
  /**
   * The lines of a document, none with an unreadable character, whose frame and lengths are right; what they say is for
   * the parser to judge. `framed`: with a beginning and an end. Plain lines have neither: the same line may come in two
   * calls, as the last of one and the first of the next. Valid during the call only: what they lie in is zeroed.
   */
  lines(lines: readonly Uint8Array[], framed: boolean): void;
}

/**
 * Cuts the stream into lines of documents. STX and SOH occur in no line, so they begin a frame whatever went before; a
 * broken frame is skipped to its ETX, at most one longest frame or one pause long. Holds one frame and three lines.
 */
export class Framer {
  readonly #events: FramerEvents;
  readonly #accepts: ReadonlySet<Shape>;
  readonly #pauseMs: number;
  readonly #bytes = Buffer.alloc(longestFrame);
  #length = 0;
  #state: 'line' | 'spoiledLine' | 'desko' | '3m' | 'bcc' | 'skip' = 'line';
  /** Plain lines of one length, oldest first. */
  #lines: Buffer[] = [];
  #lastAtMs = 0;

  constructor(events: FramerEvents, shape: Shape | 'auto', pauseMs: number) {
    this.#events = events;
    this.#accepts = new Set(shape === 'auto' ? shapes : [shape]);
    this.#pauseMs = pauseMs;
  }

  /** `atMs` is the monotonic time of arrival. */
  push(bytes: Uint8Array, atMs: number): void {
    if (atMs - this.#lastAtMs > this.#pauseMs) this.wipe();
    this.#lastAtMs = atMs;
    for (const byte of bytes) this.#take(byte);
  }

  /** Forgets all that has not become a document. */
  wipe(): void {
    this.#begin('line');
    this.#forgetLines();
  }

  #begin(state: 'line' | 'spoiledLine' | 'desko' | '3m' | 'skip'): void {
    this.#bytes.fill(0);
    this.#length = 0;
    this.#state = state;
  }

  #forgetLines(): void {
    for (const line of this.#lines) line.fill(0);
    this.#lines = [];
  }

  #take(byte: number): void {
    if (this.#state === 'bcc') {
      this.#finish3m(byte);
    } else if (byte === soh && this.#accepts.has('3m') && !this.#isFlag()) {
      this.#forgetLines();
      this.#begin('3m');
    } else if (byte === stx && this.#accepts.has('desko') && !this.#isFlag() && !this.#isStx3m()) {
      this.#forgetLines();
      this.#begin('desko');
    } else if (this.#state === '3m') {
      this.#take3m(byte);
    } else if (this.#state === 'desko') {
      this.#takeDesko(byte);
    } else if (this.#state === 'skip') {
      this.#length += 1;
      if (byte === etx) this.#begin('line');
      else if (this.#length >= longestFrame) this.#begin('spoiledLine');
    } else if (this.#accepts.has('plain')) {
      this.#takePlain(byte);
    }
  }

  /** The flag is any byte. */
  #isFlag(): boolean {
    return this.#state === '3m' && this.#length === head3m - 1;
  }

  #isStx3m(): boolean {
    return this.#state === '3m' && this.#length === head3m - 2;
  }

  #put(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #take3m(byte: number): void {
    const at = this.#length;
    if (at < head3m) {
      const fixed = [undefined, undefined, letterO, letterU, stx, undefined][at];
      if (fixed !== undefined && byte !== fixed) this.#begin('skip');
      else this.#put(byte);
    } else if (at < longestFrame && (isZoneCharacter(byte) || byte === cr)) {
      this.#put(byte);
    } else if (at < longestFrame && byte === etx) {
      this.#put(byte);
      this.#state = 'bcc';
    } else {
      this.#begin(byte === etx ? 'line' : 'skip');
    }
  }

  #finish3m(bcc: number): void {
    const block = this.#bytes.subarray(0, this.#length);
    const length = ((block[0] ?? 0) & 0x7f) | (((block[1] ?? 0) & 0x7f) << 7);
    if (xor(block) === bcc && length === block.length - 2 + 1) {
      const three = split(block.subarray(head3m, -1));
      const lines = three[0]?.length === 0 ? three.slice(1) : three;
      if (three.length === 3) this.#emit(lines.every(isPaddedTd2) ? lines.map(withoutPadding) : lines);
    }
    this.#begin('line');
  }

  #takeDesko(byte: number): void {
    if (byte === etx) {
      this.#emit(split(this.#bytes.subarray(0, this.#length)));
      this.#begin('line');
    } else if (this.#length < longestFrame && (isZoneCharacter(byte) || byte === cr)) this.#put(byte);
    else this.#begin('skip');
  }

  #emit(lines: readonly Uint8Array[]): void {
    const width = lines[0]?.length ?? 0;
    const whole = lines.length === lineCounts[width] && lines.every((line) => line.length === width);
    if (whole && lines.every(isRead)) this.#events.lines(lines, true);
  }

  #takePlain(byte: number): void {
    if (byte === cr || byte === lf) {
      if (this.#state === 'spoiledLine') this.#forgetLines();
      else if (this.#length > 0) this.#finishLine();
      this.#begin('line');
    } else if (isZoneCharacter(byte) && this.#length < longestLine) {
      if (this.#state === 'line') this.#put(byte);
    } else if (byte >= space && this.#length > 0) {
      // Junk before a line is no part of it; other controls are none anywhere.
      this.#begin('spoiledLine');
    }
  }

  #finishLine(): void {
    const line = Buffer.from(this.#bytes.subarray(0, this.#length));
    const count = lineCounts[line.length];
    if (count === undefined || this.#lines.some((other) => other.length !== line.length)) this.#forgetLines();
    if (count === undefined) {
      line.fill(0);
      return;
    }
    this.#lines.push(line);
    if (this.#lines.length > count) this.#lines.shift()?.fill(0);
    if (this.#lines.length === count && this.#lines.every(isRead)) {
      this.#events.lines([...this.#lines], false);
    }
  }
}

const isRead = (line: Uint8Array): boolean => !line.includes(unread);

const isPaddedTd2 = (line: Uint8Array): boolean =>
  line.length === longestLine && line.subarray(-padding3m).every((byte) => byte === unread);

const withoutPadding = (line: Uint8Array): Uint8Array => line.subarray(0, -padding3m);

/** Lines that each end with CR; none when the last does not. */
function split(bytes: Uint8Array): Uint8Array[] {
  if (bytes.at(-1) !== cr) return [];
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(cr, from);
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return lines;
}
