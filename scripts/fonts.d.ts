interface Cut {
  readonly slices: number;
  readonly kilobytes: number;
}
export const fontFolder: string;
export function buildFonts(out?: string): Promise<{ readonly text: Cut; readonly names: Cut }>;
/** By face, the simplified one first. */
export function charactersInUse(): ReadonlyMap<object, ReadonlySet<string>>;
export function gb2312(): readonly string[];
