import { type BaseCommand, commands, qrcode } from 'receiptline';
import { cellsOf, encode, encodeCharacter, join, type Repertoire } from '../../drivers/escpos/index.ts';
import type { GlyphSource } from './font/glyphs.ts';

export interface PaperProfile {
  readonly charactersPerLine: number;
  readonly dotsPerLine: number;
  readonly repertoire: Repertoire;
}

interface Style {
  readonly wide: number;
  readonly high: number;
  readonly bold: boolean;
  readonly underline: boolean;
}

interface Placed extends Style {
  readonly character: string;
  readonly cell: number;
}

const PLAIN: Style = { wide: 1, high: 1, bold: false, underline: false };
const CELL_DOTS = 12;
const ROW_DOTS = 24;
/** Default line spacing is 30 dots; a drawn line is 24 high. */
const LEADING_DOTS = 6;
/** A missing glyph is shown as what it is: a character that is there and cannot be printed (〓, the printers' geta). */
const GETA = '〓';

const none = new Uint8Array();
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

/**
 * receiptline's idea of a printer, for Chinese ESC/POS models: only commands of the printer reference a.1 to a.3, columns
 * by spaces, two bytes for a Chinese character. A line with a character that the printer does not have is drawn.
 * receiptline carries bytes as the characters 00 to FF of a string.
 */
export function gbPrinter(paper: PaperProfile, glyphs: GlyphSource): BaseCommand {
  let row: Placed[] = [];
  let style = PLAIN;
  let cell = 0;
  let left = 0;
  let side = 0;

  const base = commands.base;
  return {
    ...base,
    open: () => text(join(encode('codePage', { page: 0 }), encode('chineseOn'), encode('lineSpacingDefault'))),
    close: () => '',
    area(areaLeft) {
      left = areaLeft;
      return '';
    },
    align(to) {
      side = to;
      return '';
    },
    absolute(position) {
      cell = left + position;
      return '';
    },
    relative(position) {
      cell += position;
      return '';
    },
    hr: (width) => text(encodeRun('─'.repeat(Math.floor(width / 2)), paper.repertoire)),
    normal() {
      style = PLAIN;
      return '';
    },
    ul() {
      style = { ...style, underline: true };
      return '';
    },
    em() {
      style = { ...style, bold: true };
      return '';
    },
    wh(scale) {
      style = { ...style, wide: scale < 2 ? scale + 1 : scale - 1, high: scale < 3 ? Math.max(1, scale) : scale - 1 };
      return '';
    },
    text(characters) {
      for (const character of characters) {
        row.push({ ...style, character, cell: Math.floor(cell) });
        cell += cellsOf(character) * style.wide;
      }
      return '';
    },
    lf() {
      const line = row;
      row = [];
      const bytes = writeLine(line, paper.repertoire) ?? drawLine(line, paper, glyphs);
      return text(bytes);
    },
    cut: () => '',
    image: () => refuse('pictures'),
    barcode: () => refuse('bar codes'),
    command: () => refuse('raw commands'),
    // Drawn, not sent as GS ( k: its layout differs between makers (a.2), and so paper and preview are the same.
    qrcode(symbol) {
      const modules = qrcode.generate(symbol);
      const dots = modules.length * symbol.cell;
      const isBlack = (x: number, y: number) =>
        modules[Math.floor(y / symbol.cell)]?.[Math.floor(x / symbol.cell)] === 1;
      return text(
        join(
          encode('align', { side }),
          raster(Math.ceil(dots / 8), dots, (x, y) => x < dots && isBlack(x, y)),
          encode('align', { side: 0 }),
        ),
      );
    },
  };
}

const refuse = (what: string): never => {
  throw new Error(`forms carry no ${what}`);
};

function encodeRun(characters: string, repertoire: Repertoire): Uint8Array {
  return join(...Array.from(characters, (character) => encodeCharacter(character, repertoire) ?? Uint8Array.of(0x2d)));
}

/** The line as text; undefined when a character is not in the printer. */
function writeLine(line: readonly Placed[], repertoire: Repertoire): Uint8Array | undefined {
  const out: Uint8Array[] = [];
  let style = PLAIN;
  let cell = 0;
  const switchTo = (next: Style) => {
    out.push(changeStyle(style, next));
    style = next;
  };
  for (const placed of trimEnd(line)) {
    if (placed.cell > cell) {
      switchTo(PLAIN);
      out.push(Buffer.alloc(placed.cell - cell, ' '));
    }
    const bytes = encodeCharacter(placed.character, repertoire);
    if (bytes === undefined) return undefined;
    switchTo(placed);
    out.push(bytes);
    cell = placed.cell + cellsOf(placed.character) * placed.wide;
  }
  switchTo(PLAIN);
  return join(...out, encode('lineFeed'));
}

/** Both the general commands and those of Chinese mode: models differ in which of them move Chinese characters. */
function changeStyle(from: Style, to: Style): Uint8Array {
  const out: Uint8Array[] = [];
  if (from.wide !== to.wide || from.high !== to.high) {
    out.push(encode('size', { size: ((to.wide - 1) << 4) | (to.high - 1) }));
    if (to.wide <= 2 && to.high <= 2) {
      out.push(encode('chineseMode', { bits: (to.wide === 2 ? 0x04 : 0) | (to.high === 2 ? 0x08 : 0) }));
    }
  }
  if (from.bold !== to.bold) out.push(encode('bold', { on: Number(to.bold) }));
  if (from.underline !== to.underline) {
    out.push(
      encode('underline', { dots: Number(to.underline) }),
      encode('chineseUnderline', { dots: Number(to.underline) }),
    );
  }
  return out.length === 0 ? none : join(...out);
}

function drawLine(line: readonly Placed[], paper: PaperProfile, glyphs: GlyphSource): Uint8Array {
  const placed = trimEnd(line);
  const tallest = Math.max(...placed.map(({ high }) => high));
  const black = new Set<number>();
  const width = paper.dotsPerLine;
  for (const { character, cell, wide, high, bold, underline } of placed) {
    const glyph = glyphs(character) ?? glyphs(GETA);
    const dots = cellsOf(character) * CELL_DOTS * wide;
    const top = (tallest - high) * ROW_DOTS;
    for (let y = 0; y < ROW_DOTS * high; y++) {
      const bits = glyph?.rows[Math.floor(y / high)] ?? 0;
      for (let x = 0; x < dots; x++) {
        const column = Math.floor(x / wide);
        const ink = glyph !== undefined && column < glyph.width && (bits >> (glyph.width - 1 - column)) & 1;
        if (!ink && !(underline && y >= ROW_DOTS * high - 2)) continue;
        const at = (top + y) * width + cell * CELL_DOTS + x;
        black.add(at);
        if (bold) black.add(at + 1);
      }
    }
  }
  const image = raster(Math.ceil(width / 8), tallest * ROW_DOTS, (x, y) => x < width && black.has(y * width + x));
  return join(image, encode('feedDots', { dots: LEADING_DOTS }));
}

/**
 * GS v 0. Many models act on 10 04, 10 05 and 10 14 even inside a picture (a.4): one dot more, beside one that is there
 * already, takes such a pair apart.
 */
export function raster(widthBytes: number, rows: number, isBlack: (x: number, y: number) => boolean): Uint8Array {
  const data = new Uint8Array(widthBytes * rows);
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < widthBytes * 8; x++) {
      const at = y * widthBytes + (x >> 3);
      if (isBlack(x, y)) data[at] = (data[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  data.forEach((byte, at) => {
    const next = data[at + 1];
    if (byte === 0x10 && (next === 0x04 || next === 0x05 || next === 0x14)) data[at] = 0x18;
  });
  return encode('raster', { mode: 0, widthBytes, rows, data });
}

function trimEnd(line: readonly Placed[]): readonly Placed[] {
  const last = line.findLastIndex(({ character, underline }) => character !== ' ' || underline);
  return line.slice(0, last + 1);
}
