import 'kiosk-fonts/text.css';

/** A screen without its own face is better than none. */
const patienceMs = 3_000;

/**
 * Fetches every face of the text (of both scripts, so that changing the language does not flash either) before the first
 * screen is drawn.
 */
export async function textFonts(): Promise<void> {
  const faces = Promise.allSettled([...document.fonts].map((face) => face.load()));
  await Promise.race([faces, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
}

let declared = false;

/** Declares the faces of names, once; the browser fetches one of them when a name needs it. */
export function nameFonts(): void {
  if (declared) return;
  declared = true;
  void import('kiosk-fonts/names.css').catch(() => {
    declared = false;
  });
}

/** Whether the faces that are declared have every character of a text. */
export function covered(text: string): boolean {
  const ranges = [...document.fonts].flatMap(({ unicodeRange }) =>
    unicodeRange.split(',').map((range) => {
      const [from = '', to = from] = range.trim().slice(2).split('-');
      return [Number.parseInt(from, 16), Number.parseInt(to, 16)] as const;
    }),
  );
  return [...text].every((character) => {
    const code = character.codePointAt(0) ?? 0;
    return ranges.some(([from, to]) => code >= from && code <= to);
  });
}
