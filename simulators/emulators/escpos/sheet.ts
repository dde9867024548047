import type { DecodedCommand } from '#device-daemon/drivers/escpos/index.ts';

export const DOTS_PER_MM = 8;
const CELL_WIDTH = 12;
const CELL_HEIGHT = 24;
const DEFAULT_SPACING = 30;

export interface Glyph {
  readonly kind: 'glyph';
  readonly text: string;
  readonly x: number;
  /** Top, in dots from the beginning of the sheet. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly bold: boolean;
  readonly underline: boolean;
}

export interface Bitmap {
  readonly kind: 'bitmap';
  readonly x: number;
  readonly y: number;
  readonly widthBytes: number;
  readonly rows: number;
  readonly data: Uint8Array;
  /** Dots of paper per dot of data. */
  readonly scaleX: number;
  readonly scaleY: number;
}

export type Mark = Glyph | Bitmap;

/** What one paper step needs: dots of paper, and what happens on it. */
export interface Step {
  readonly dots: number;
  /** Text of the line, undefined when only paper moves. */
  readonly line: string | undefined;
  commit(): void;
}

interface Style {
  readonly widthTimes: number;
  readonly heightTimes: number;
  readonly bold: boolean;
  readonly underline: boolean;
}

const PLAIN: Style = { widthTimes: 1, heightTimes: 1, bold: false, underline: false };

/**
 * Puts decoded commands on paper: the printer's own idea of line, style and position, independent of whoever wrote the
 * bytes. Coordinates in dots, 8 to the millimetre.
 */
export class Sheet {
  readonly #dotsPerLine: number;
  readonly marks: Mark[] = [];
  readonly lines: string[] = [];
  #y = 0;
  #pending: { text: string; style: Style; chinese: boolean }[] = [];
  #latin = PLAIN;
  #chinese = PLAIN;
  #align = 0;
  #spacing = DEFAULT_SPACING;

  constructor(dotsPerLine: number) {
    this.#dotsPerLine = dotsPerLine;
  }

  /** The paper behind the cut: settings stay, marks do not. */
  next(): Sheet {
    const sheet = new Sheet(this.#dotsPerLine);
    sheet.#latin = this.#latin;
    sheet.#chinese = this.#chinese;
    sheet.#align = this.#align;
    sheet.#spacing = this.#spacing;
    return sheet;
  }

  /** Length so far in dots. */
  get length(): number {
    return this.#y;
  }

  get empty(): boolean {
    return this.marks.length === 0 && this.#pending.length === 0;
  }

  initialise(): void {
    this.#pending = [];
    this.#latin = PLAIN;
    this.#chinese = PLAIN;
    this.#align = 0;
    this.#spacing = DEFAULT_SPACING;
  }

  /** Takes a character; when the line is full, returns the step that prints it, and the character must be offered again. */
  character(text: string, chinese: boolean): Step | undefined {
    const style = chinese ? this.#chinese : this.#latin;
    const width = (chinese ? 2 : 1) * CELL_WIDTH * style.widthTimes;
    if (this.#pending.length > 0 && this.#pendingWidth() + width > this.#dotsPerLine)
      return this.#printLine(this.#spacing);
    this.#pending.push({ text, style, chinese });
    return undefined;
  }

  /** What a command does to the paper; undefined when it only changes settings. */
  command({ name, fields }: DecodedCommand): Step | undefined {
    const n = (field: string): number => {
      const value = fields[field];
      return typeof value === 'number' ? value : 0;
    };
    const style = (change: Partial<Style>) => {
      this.#latin = { ...this.#latin, ...change };
    };
    const chinese = (change: Partial<Style>) => {
      this.#chinese = { ...this.#chinese, ...change };
    };
    switch (name) {
      case 'initialise':
        this.initialise();
        return undefined;
      case 'printMode':
        style({
          bold: (n('bits') & 0x08) !== 0,
          heightTimes: n('bits') & 0x10 ? 2 : 1,
          widthTimes: n('bits') & 0x20 ? 2 : 1,
          underline: (n('bits') & 0x80) !== 0,
        });
        return undefined;
      case 'chineseMode':
        chinese({
          widthTimes: n('bits') & 0x04 ? 2 : 1,
          heightTimes: n('bits') & 0x08 ? 2 : 1,
          underline: (n('bits') & 0x80) !== 0,
        });
        return undefined;
      case 'chineseQuadruple':
        chinese({ widthTimes: n('on') & 1 ? 2 : 1, heightTimes: n('on') & 1 ? 2 : 1 });
        return undefined;
      case 'chineseUnderline':
        chinese({ underline: n('dots') !== 0 });
        return undefined;
      case 'size': {
        const change = { widthTimes: ((n('size') >> 4) & 7) + 1, heightTimes: (n('size') & 7) + 1 };
        style(change);
        chinese(change);
        return undefined;
      }
      case 'bold': {
        const change = { bold: (n('on') & 1) !== 0 };
        style(change);
        chinese(change);
        return undefined;
      }
      case 'underline':
        style({ underline: n('dots') % 48 !== 0 });
        return undefined;
      case 'align':
        if (this.#pending.length === 0) this.#align = n('side') % 48;
        return undefined;
      case 'lineSpacing':
        this.#spacing = n('dots');
        return undefined;
      case 'lineSpacingDefault':
        this.#spacing = DEFAULT_SPACING;
        return undefined;
      case 'lineFeed':
        return this.#printLine(this.#spacing);
      case 'feedLines':
        return this.#printLine(n('lines') * this.#spacing);
      case 'feedDots':
        return this.#printLine(n('dots'));
      case 'raster':
        return this.#bitmap(n('mode') & 3, n('widthBytes'), n('rows'), fields['data']);
      default:
        return undefined;
    }
  }

  feed(dots: number): Step {
    return this.#printLine(dots);
  }

  #pendingWidth(): number {
    return this.#pending.reduce(
      (sum, { style, chinese }) => sum + (chinese ? 2 : 1) * CELL_WIDTH * style.widthTimes,
      0,
    );
  }

  #indent(width: number): number {
    return Math.floor(((this.#dotsPerLine - width) * this.#align) / 2);
  }

  #printLine(advance: number): Step {
    const pending = this.#pending;
    const width = this.#pendingWidth();
    const tallest = pending.reduce((most, { style }) => Math.max(most, CELL_HEIGHT * style.heightTimes), 0);
    const dots = Math.max(advance, tallest);
    return {
      dots,
      line: pending.length === 0 ? undefined : pending.map(({ text }) => text).join(''),
      commit: () => {
        let x = this.#indent(width);
        for (const { text, style, chinese } of pending) {
          const glyphWidth = (chinese ? 2 : 1) * CELL_WIDTH * style.widthTimes;
          const height = CELL_HEIGHT * style.heightTimes;
          const { bold, underline } = style;
          this.marks.push({
            kind: 'glyph',
            text,
            x,
            y: this.#y + tallest - height,
            width: glyphWidth,
            height,
            bold,
            underline,
          });
          x += glyphWidth;
        }
        if (pending.length > 0)
          this.lines.push(
            pending
              .map(({ text }) => text)
              .join('')
              .trimEnd(),
          );
        else if (advance > 0) this.lines.push('');
        this.#pending = this.#pending.filter((character) => !pending.includes(character));
        this.#y += dots;
      },
    };
  }

  #bitmap(mode: number, widthBytes: number, rows: number, data: number | Uint8Array | undefined): Step | undefined {
    // Only valid when the line buffer is empty (a.3).
    if (!(data instanceof Uint8Array) || this.#pending.length > 0) return undefined;
    const scaleX = mode & 1 ? 2 : 1;
    const scaleY = mode & 2 ? 2 : 1;
    const kept = Uint8Array.from(data);
    return {
      dots: rows * scaleY,
      line: `[${widthBytes * 8}x${rows}]`,
      commit: () => {
        const x = this.#indent(widthBytes * 8 * scaleX);
        this.marks.push({ kind: 'bitmap', x, y: this.#y, widthBytes, rows, data: kept, scaleX, scaleY });
        this.lines.push(`[image ${widthBytes * 8}x${rows}]`);
        this.#y += rows * scaleY;
      },
    };
  }
}
