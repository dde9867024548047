import 'kiosk-fonts/text.css';

/** A screen without its own face is better than none. */
const patienceMs = 3_000;

/**
 * Fetches every face of the text (of both scripts, so that changing the language does not flash either) before the first
 * screen is drawn. The names' faces are declared afterwards; the browser fetches one of them when a name needs it.
 */
export async function textFonts(): Promise<void> {
  const faces = Promise.allSettled([...document.fonts].map((face) => face.load()));
  await Promise.race([faces, new Promise((resolve) => setTimeout(resolve, patienceMs))]);
  void import('kiosk-fonts/names.css').catch(() => undefined);
}
