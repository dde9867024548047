import { element, setText } from './dom.ts';
import type { Store } from './store.ts';
import { say } from './words.ts';

/** The panel of the kiosk that is drawn here; its page is laid out for it and shown smaller. */
const panel = { width: 1080, height: 1920 } as const;

/** The live kiosk as the screen of the drawing; while it is away its place says so. */
export function kioskScreen(store: Store): HTMLElement {
  const frame = element('iframe', '');
  frame.width = String(panel.width);
  frame.height = String(panel.height);
  const title = element('p', 'away-title');
  const line = element('p', 'away-line');
  const away = element('div', 'away', element('div', 'away-dots', ...dots()), title, line);
  const display = element('div', 'display', frame, away);
  new ResizeObserver(([entry]) => {
    frame.style.transform = `scale(${(entry?.contentRect.width ?? panel.width) / panel.width})`;
  }).observe(display);

  /** The daemon whose page is in the frame. Another one gets a new page; the same one, back after a pause, keeps it. */
  let shown: string | undefined;
  store.onChange(() => {
    const { state, connected, language } = store;
    const kiosk = state?.kiosk;
    const running = connected && kiosk?.reachable === true;
    const daemon = kiosk?.health?.bootId ?? kiosk?.url;
    if (running && daemon !== shown) {
      frame.src = kiosk.url;
      shown = daemon;
    }
    display.classList.toggle('is-away', !running);
    frame.title = say(language, 'screen');
    setText(title, say(language, connected ? 'waiting' : 'benchGone'));
    setText(line, say(language, connected ? 'waitingLine' : 'benchGoneLine'));
  });
  return element('div', 'bezel', display);
}

const dots = (): HTMLElement[] => [0, 1, 2].map(() => element('i', ''));
