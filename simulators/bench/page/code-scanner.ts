import { button, element, setText } from './dom.ts';
import type { Drawing } from './drawing.ts';
import type { Store } from './store.ts';
import { say, type Word } from './words.ts';

/** How long a telephone is held up. */
const heldMs = 1_400;

/** Of the field with codes, and what it keeps clear of. */
const width = 296;
const margin = 10;

/** A case code as the kiosk gives them out: digits and letters that nobody confuses. */
const caseCode = /\b[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}\b/g;
const someCaseCode = '7K2M-04QX';
const someAppointment = 'APPT:20261127001';
const somethingElse = 'https://example.invalid/';

/** The scanner of codes: a click brings up what could be held before it. `slips` are the texts of the receipts, newest last. */
export function codeScanner(store: Store, drawing: Drawing, slips: () => readonly string[]): HTMLElement {
  const { svg } = drawing.part('scanner');
  const whole = button('on-part', () => undefined);
  const part = element('div', 'part scanner', svg, whole);

  const title = element('h3', '');
  const dark = element('p', 'codes-dark');
  dark.setAttribute('role', 'status');
  const text = element('input', 'text');
  text.maxLength = 1_000;
  text.autocomplete = 'off';
  text.spellcheck = false;
  text.required = true;
  const send = element('button', 'primary');
  const suggestions = (
    [
      ['caseCode', () => slips().join('\n').match(caseCode)?.at(-1) ?? someCaseCode],
      ['appointment', () => someAppointment],
      ['otherCode', () => somethingElse],
    ] as const satisfies readonly (readonly [Word, () => string])[]
  ).map(([word, code]) => {
    const name = element('span', 'code-name');
    const content = element('span', 'code-text');
    return { word, code, name, content, node: button('code', () => void hold(code()), name, content) };
  });
  const codes = element(
    'form',
    'codes',
    title,
    ...suggestions.map(({ node }) => node),
    element('div', 'codes-own', text, send),
    dark,
  );
  codes.popover = 'auto';
  whole.popoverTargetElement = codes;
  document.body.append(codes);
  codes.addEventListener('submit', (event) => {
    event.preventDefault();
    void hold(text.value);
  });
  codes.addEventListener('beforetoggle', (event) => {
    if (event.newState !== 'open') return;
    dark.classList.remove('is-answer');
    draw();
    // In the hand, which is the wallet's side of the front.
    const { left, top } = part.getBoundingClientRect();
    codes.style.right = `${document.documentElement.clientWidth - left + margin}px`;
    codes.style.top = `${top}px`;
    codes.style.width = `${Math.min(width, left - 2 * margin)}px`;
  });

  async function hold(code: string): Promise<void> {
    const answer = await store.act<{ readonly seen: boolean }>('scanner', { scan: code });
    if (answer?.seen === false) {
      dark.classList.add('is-answer');
      draw();
    }
    if (answer?.seen !== true) return;
    codes.hidePopover();
    text.value = '';
    part.classList.add('is-reading');
    setTimeout(() => part.classList.remove('is-reading'), heldMs);
  }

  function draw(): void {
    const { state, language } = store;
    const scanner = state?.scanner;
    part.hidden = state !== undefined && scanner === undefined;
    part.classList.toggle('is-lit', scanner?.lit === true);
    part.classList.toggle('is-unplugged', scanner?.plugged === false);
    whole.title = say(language, 'holdCode');
    whole.setAttribute('aria-label', whole.title);
    setText(title, say(language, 'holdCode'));
    for (const { word, code, name, content } of suggestions) {
      setText(name, say(language, word));
      setText(content, code());
    }
    text.placeholder = say(language, 'ownCode');
    text.setAttribute('aria-label', text.placeholder);
    setText(send, say(language, 'hold'));
    // Not seen though it was lit: a fault, or the light went out meanwhile.
    const unseen = dark.classList.contains('is-answer');
    if (scanner?.lit !== true) setText(dark, say(language, 'scannerDark'));
    else setText(dark, unseen ? say(language, 'notSeen') : '');
  }

  store.onChange(draw);
  return part;
}
