import type { MakeMask } from '../../transports/index.ts';
import { delays } from './delays.ts';
import { controls, Framer, type Shape } from './framer.ts';

const harmless: ReadonlySet<number> = new Set(Object.values(controls));

/**
 * Seen are the controls around and between the lines, as the framer knows them; they occur in no line. Every other byte is
 * a line, or may be. The driver says nothing.
 */
export const mask =
  (shape: Shape | 'auto'): MakeMask =>
  () => {
    let names: string[] = [];
    const framer = new Framer(
      { lines: (lines, framed) => names.push(`${lines.length} ${framed ? 'framed' : 'plain'} lines`) },
      shape,
      delays.quietMs,
    );
    return {
      sent: () => ({ shown: [], names: [] }),
      received(bytes) {
        names = [];
        framer.push(bytes, performance.now());
        return { shown: [...bytes].map((byte) => harmless.has(byte)), names };
      },
    };
  };
