/** A line under trace, and what of somebody's data stands in the trace. For tests. */
import { SecretSearch } from '#test/privacy/search.ts';
import { type MakeMask, type OpenChannel, tracer, watched } from '../../transports/index.ts';

export interface Traced {
  readonly lines: string[];
  /** Everything it said, the hex of neighbouring pieces joined too: a value may lie across two. */
  readonly text: () => string;
  /** The bytes that were seen of what came from the device, since the line with this index. */
  received(sinceLine?: number): readonly number[];
  wrap(open: OpenChannel): OpenChannel;
  /** Which of the values stand in it, in any encoding and notation. */
  leaks(values: readonly string[]): readonly string[];
}

export function traced(makeMask: MakeMask): Traced {
  const lines: string[] = [];
  const watcher = tracer(makeMask, (line) => lines.push(line));
  const hexOf = (arrow: string, sinceLine = 0): string =>
    lines
      .slice(sinceLine)
      .filter((line) => line.includes(` ${arrow} `))
      .map((line) => line.slice(line.indexOf(arrow) + 2).replace(/ {2}\(.*$/, ''))
      .join(' ')
      .replaceAll(/·· \d+ bytes?/g, '')
      .replaceAll(/ +/g, '');
  const text = (): string => [...lines, hexOf('→'), hexOf('←')].join('\n');
  return {
    lines,
    text,
    received: (sinceLine) => [...Buffer.from(hexOf('←', sinceLine), 'hex')],
    wrap: (open) => watched(open, watcher),
    leaks(values) {
      const search = new SecretSearch(values.map((value) => ({ kind: 'idNumber', owner: value, text: value })));
      const raw = Buffer.concat([Buffer.from(text()), Buffer.from(hexOf('→'), 'hex'), Buffer.from(hexOf('←'), 'hex')]);
      return search.searchBuffer(raw, 'trace').map(({ owner, encoding }) => `${owner} as ${encoding}`);
    },
  };
}
