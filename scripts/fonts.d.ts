interface Cut {
  readonly slices: number;
  readonly kilobytes: number;
}
export const fontFolder: string;
export function buildFonts(out?: string): Promise<{ readonly text: Cut; readonly names: Cut }>;
