import type { ChannelWatcher } from './watched.ts';

/** What may be seen of one piece of a stream. */
export interface Seen {
  /** By position in the piece. A byte of which nothing is said is hidden. */
  readonly shown: readonly (boolean | undefined)[];
  /** What the frames, commands or codes are called that end in the piece. */
  readonly names: readonly string[];
}

/**
 * What the codec of a driver lets be seen of its line: bytes that say nothing about a person whatever else is wrong with
 * the line, such as headers, command codes and status words. It is told every piece in order, and keeps none of them.
 */
export interface Mask {
  sent(bytes: Uint8Array): Seen;
  received(bytes: Uint8Array): Seen;
}

/** One for each opening of the channel. */
export type MakeMask = () => Mask;

export const nothingSeen: Seen = { shown: [], names: [] };

/** `AA AA 03 ·· 17 bytes EE`: hidden bytes are a length and nothing else. */
export function maskedHex(bytes: Uint8Array, shown: Seen['shown']): string {
  const parts: string[] = [];
  let hidden = 0;
  const flush = (): void => {
    if (hidden > 0) parts.push(`·· ${hidden} ${hidden === 1 ? 'byte' : 'bytes'}`);
    hidden = 0;
  };
  for (const [index, byte] of bytes.entries()) {
    if (shown[index] !== true) {
      hidden += 1;
      continue;
    }
    flush();
    parts.push(byte.toString(16).toUpperCase().padStart(2, '0'));
  }
  flush();
  return parts.join(' ');
}

/** `lineFeed ×3, cutPartial`: a receipt has many of the same. */
function told(names: readonly string[]): string {
  const runs: { readonly name: string; count: number }[] = [];
  for (const name of names) {
    const last = runs.at(-1);
    if (last?.name === name) last.count += 1;
    else runs.push({ name, count: 1 });
  }
  return runs.map(({ name, count }) => (count === 1 ? name : `${name} ×${count}`)).join(', ');
}

/**
 * Tells every piece that passes a channel as a line: seconds since the start, direction, bytes as far as the mask lets
 * them be seen, names.
 */
export function tracer(
  makeMask: MakeMask,
  print: (line: string) => void,
  nowMs: () => number = () => performance.now(),
): ChannelWatcher {
  const startMs = nowMs();
  let mask = makeMask();
  let lastFault = '';
  const line = (text: string): void => print(`${((nowMs() - startMs) / 1_000).toFixed(3).padStart(9)}  ${text}`);
  const piece = (arrow: string, bytes: Uint8Array, { shown, names }: Seen): void =>
    line([arrow, maskedHex(bytes, shown), ...(names.length === 0 ? [] : [`  (${told(names)})`])].join(' '));
  return {
    opened() {
      mask = makeMask();
      lastFault = '';
      line('-- opened');
    },
    closed({ code, detail }) {
      // A port that is not there is looked for every other second.
      const fault = `${code}: ${detail}`;
      if (fault !== lastFault) line(`-- ${fault}`);
      lastFault = fault;
    },
    sent: (bytes) => piece('→', bytes, mask.sent(bytes)),
    received: (bytes) => piece('←', bytes, mask.received(bytes)),
  };
}
