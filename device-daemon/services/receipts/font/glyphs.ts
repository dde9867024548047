import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Face, type Outline, readFace } from './woff2.ts';

/** A character as dots: rows from the top, the leftmost dot in the highest of `width` bits. */
export interface Glyph {
  readonly width: 12 | 24;
  readonly rows: readonly number[];
}

export type GlyphSource = (character: string) => Glyph | undefined;

const DOTS = 24;
/** Samples a dot in each direction. */
const SAMPLES = 6;
const GRID = DOTS * SAMPLES;
/** How large an em is and where its baseline lies, in cells of 24 dots: Chinese fills the cell, Latin leaves room below. */
const SHAPE = { 24: { em: 1, baseline: 0.88 }, 12: { em: 0.82, baseline: 0.78 } } as const;
/**
 * Noto Sans is drawn from its default instance, the thinnest: its strokes grow by this many samples to two dots, or to
 * one where a dense character would clog.
 */
const GROWTHS = [3, 2, 1.2] as const;
/** Share of black dots above which a character clogs. */
const CLOGGED = 0.42;

const PACKAGES = ['@fontsource-variable/noto-sans-sc', '@fontsource-variable/noto-sans-tc'];

interface Slice {
  readonly ranges: readonly (readonly [number, number])[];
  readonly file: string;
}

/** Dots for what the printer has no character for, drawn from the faces that the screen uses; slices are read once. */
export function notoGlyphs(): GlyphSource {
  let slices: Slice[] | undefined;
  const faces = new Map<string, Face>();
  const drawn = new Map<string, Glyph | undefined>();

  function draw(character: string): Glyph | undefined {
    const code = character.codePointAt(0) ?? 0;
    slices ??= PACKAGES.flatMap(slicesOf);
    for (const { file } of slices.filter(({ ranges }) => ranges.some(([from, to]) => code >= from && code <= to))) {
      const face = faces.get(file) ?? readFace(readFileSync(file));
      faces.set(file, face);
      const outline = face.outline(code);
      if (outline !== undefined) return rasterise(outline, face, face.advance(code), code < 0x80 ? 12 : 24);
    }
    return compose(Array.from(character.normalize('NFKC')));
  }

  /** Ⅲ is in every Chinese printer and in no slice of Noto: letters side by side, each from the middle of its cell. */
  function compose(parts: readonly string[]): Glyph | undefined {
    const glyphs = parts.map((part) => (part.length === 1 && part < '\u007f' ? source(part) : undefined));
    const width = Math.floor(DOTS / parts.length);
    if (parts.length > 3 || glyphs.some((glyph) => glyph === undefined)) return undefined;
    const side = Math.max(0, 12 - width) / 2;
    const rows = Array.from({ length: DOTS }, (_, row) =>
      glyphs.reduce((bits, glyph, index) => {
        const middle = ((glyph?.rows[row] ?? 0) >> side) & (2 ** Math.min(12, width) - 1);
        return bits | (middle << (DOTS - (index + 1) * width + Math.max(0, width - 12) / 2));
      }, 0),
    );
    return { width: 24, rows };
  }

  const source: GlyphSource = (character) => {
    if (!drawn.has(character)) drawn.set(character, draw(character));
    return drawn.get(character);
  };
  return source;
}

/** Which file of a package has which characters, from the unicode-range lines of its style sheet. */
function slicesOf(name: string): Slice[] {
  const sheet = createRequire(import.meta.url).resolve(`${name}/index.css`);
  return [
    ...readFileSync(sheet, 'utf8').matchAll(/url\((\.\/files\/[^)]+\.woff2)\)[^}]*?unicode-range:\s*([^;}]+)/g),
  ].map(([, file = '', ranges = '']) => ({
    file: join(dirname(sheet), file),
    ranges: ranges.split(',').map((range) => {
      const [from = '', to = from] = range.trim().replace(/^U\+/i, '').split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
    }),
  }));
}

type Edge = readonly [x1: number, y1: number, x2: number, y2: number];

function rasterise(outline: Outline, face: Face, advance: number, width: 12 | 24): Glyph {
  const { em, baseline } = SHAPE[width];
  const unit = (GRID * em) / face.unitsPerEm;
  // Latin letters are proportional: each stands in the middle of its cell.
  const left = (width * SAMPLES - advance * unit) / 2;
  const edges = outline.flatMap((contour) =>
    flatten(contour.map(({ x, y, onCurve }) => ({ x: left + x * unit, y: GRID * baseline - y * unit, onCurve }))),
  );
  const thin = fill(edges, width * SAMPLES);
  let rows: number[] = [];
  for (const growth of GROWTHS) {
    rows = dots(grow(thin, width * SAMPLES, growth), width);
    const black = rows.reduce((sum, row) => sum + row.toString(2).replaceAll('0', '').length, 0);
    if (black <= CLOGGED * width * DOTS) break;
  }
  return { width, rows };
}

/** A dot is black when half its samples are. */
function dots(inside: Uint8Array, width: number): number[] {
  return Array.from({ length: DOTS }, (_, row) => {
    let bits = 0;
    for (let dot = 0; dot < width; dot++) {
      let count = 0;
      for (let dy = 0; dy < SAMPLES; dy++) {
        for (let dx = 0; dx < SAMPLES; dx++) {
          count += inside[(row * SAMPLES + dy) * width * SAMPLES + dot * SAMPLES + dx] ?? 0;
        }
      }
      if (count * 2 >= SAMPLES * SAMPLES) bits |= 1 << (width - 1 - dot);
    }
    return bits;
  });
}

/** Straight edges of one contour; between two control points lies a point on the curve, as TrueType has it. */
function flatten(contour: readonly { x: number; y: number; onCurve: boolean }[]): Edge[] {
  const points = contour.flatMap((point, index) => {
    const next = contour[(index + 1) % contour.length] ?? point;
    return point.onCurve || next.onCurve
      ? [point]
      : [point, { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2, onCurve: true }];
  });
  const first = points.findIndex(({ onCurve }) => onCurve);
  const start = points[first];
  if (start === undefined) return [];
  const edges: Edge[] = [];
  let from = start;
  let control: { x: number; y: number } | undefined;
  for (let step = 1; step <= points.length; step++) {
    const point = points[(first + step) % points.length] ?? start;
    if (!point.onCurve) {
      control = point;
      continue;
    }
    const bend = control;
    if (bend === undefined) {
      edges.push([from.x, from.y, point.x, point.y]);
    } else {
      let [x, y] = [from.x, from.y];
      for (let part = 1; part <= 6; part++) {
        const t = part / 6;
        const nx = (1 - t) ** 2 * from.x + 2 * t * (1 - t) * bend.x + t ** 2 * point.x;
        const ny = (1 - t) ** 2 * from.y + 2 * t * (1 - t) * bend.y + t ** 2 * point.y;
        edges.push([x, y, nx, ny]);
        [x, y] = [nx, ny];
      }
    }
    control = undefined;
    from = point;
  }
  return edges;
}

/** Non-zero winding, sampled in the middle of each sample. */
function fill(edges: readonly Edge[], width: number): Uint8Array {
  const inside = new Uint8Array(width * GRID);
  for (let row = 0; row < GRID; row++) {
    const y = row + 0.5;
    const crossings = edges
      .filter(([, y1, , y2]) => y1 <= y !== y2 <= y)
      .map(([x1, y1, x2, y2]) => ({ x: x1 + ((y - y1) / (y2 - y1)) * (x2 - x1), turn: y2 > y1 ? 1 : -1 }))
      .sort((a, b) => a.x - b.x);
    let winding = 0;
    crossings.forEach(({ x, turn }, index) => {
      winding += turn;
      const end = crossings[index + 1]?.x ?? x;
      if (winding === 0) return;
      for (let column = Math.max(0, Math.ceil(x - 0.5)); column < Math.min(width, end - 0.5); column++) {
        inside[row * width + column] = 1;
      }
    });
  }
  return inside;
}

function grow(inside: Uint8Array, width: number, by: number): Uint8Array {
  const reach = Math.floor(by);
  const grown = Uint8Array.from(inside);
  inside.forEach((sample, at) => {
    if (sample === 0) return;
    const [column, row] = [at % width, Math.floor(at / width)];
    for (let dy = -reach; dy <= reach; dy++) {
      for (let dx = -reach; dx <= reach; dx++) {
        const [x, y] = [column + dx, row + dy];
        if (dx * dx + dy * dy <= by * by && x >= 0 && x < width && y >= 0 && y < GRID) grown[y * width + x] = 1;
      }
    }
  });
  return grown;
}
