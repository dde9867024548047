import type { Bitmap, Glyph, Mark, Sheet } from './sheet.ts';

/** Blank paper at both sides of the printable width, in dots. */
const MARGIN = 24;

/** The sheet as it lies in the hand: an SVG whose user units are the printer's dots. */
export function drawSheet(sheet: Sheet, dotsPerLine: number): string {
  const width = dotsPerLine + 2 * MARGIN;
  const height = Math.max(sheet.length, 8) + MARGIN;
  const body = sheet.marks.map((mark) => draw(mark)).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">` +
    `<rect width="${width}" height="${height}" fill="#fffdf8"/>` +
    `<g transform="translate(${MARGIN} ${MARGIN / 2})" fill="#1c1a17" font-size="22" text-anchor="middle" ` +
    `font-family="'Noto Sans Mono CJK SC','Noto Sans SC Variable',monospace" xml:space="preserve">${body}</g></svg>`
  );
}

const draw = (mark: Mark): string => (mark.kind === 'glyph' ? drawGlyph(mark) : drawBitmap(mark));

const xml = (text: string): string => text.replace(/[<>&"]/g, (character) => `&#${character.codePointAt(0)};`);

function drawGlyph({ text, x, y, width, height, bold, underline }: Glyph): string {
  const line = underline ? `<rect x="${x}" y="${y + height - 2}" width="${width}" height="2"/>` : '';
  if (text === ' ' || text === '\u3000') return line;
  const cells = /[^\u0020-\u007e]/.test(text) ? 2 : 1;
  const scaleX = width / (12 * cells);
  const scaleY = height / 24;
  const at = `translate(${x + width / 2} ${y + height - 5 * scaleY}) scale(${scaleX} ${scaleY})`;
  return `${line}<text transform="${at}"${bold ? ' font-weight="700"' : ''}>${xml(text)}</text>`;
}

/** Runs of black dots, one rectangle each. */
function drawBitmap({ x, y, widthBytes, rows, data, scaleX, scaleY }: Bitmap): string {
  let path = '';
  for (let row = 0; row < rows; row++) {
    let start = -1;
    for (let dot = 0; dot <= widthBytes * 8; dot++) {
      const byte = data[row * widthBytes + (dot >> 3)] ?? 0;
      const black = dot < widthBytes * 8 && (byte & (0x80 >> (dot & 7))) !== 0;
      if (black && start < 0) start = dot;
      if (!black && start >= 0) {
        path += `M${x + start * scaleX} ${y + row * scaleY}h${(dot - start) * scaleX}v${scaleY}h${-(dot - start) * scaleX}z`;
        start = -1;
      }
    }
  }
  return path === '' ? '' : `<path d="${path}" shape-rendering="crispEdges"/>`;
}
