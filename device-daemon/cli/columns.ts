/** Chinese characters and their punctuation are two columns wide in a terminal (Unicode UAX #11: W and F). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/g;

export const columnsOf = (text: string): number => text.length + (text.match(wide)?.length ?? 0);

/** With blanks, up to so many columns. */
export const padded = (text: string, columns: number): string =>
  text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
