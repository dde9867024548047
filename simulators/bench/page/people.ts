import { get, type Message, type State } from './api.ts';
import { button, element, setText } from './dom.ts';
import type { Store } from './store.ts';
import { type Language, say, sayName, type Word } from './words.ts';

/** The people behind the kiosk: the holder with a telephone, and staff at the branch. Rows like those of the devices. */
export function peopleRows(store: Store): readonly HTMLElement[] {
  return [new Phone(store).row, branchRow(store)];
}

interface Row {
  readonly row: HTMLDetailsElement;
  readonly note: HTMLElement;
}

function makeRow(store: Store, name: 'phone' | 'branch', content: HTMLElement): Row {
  const title = element('span', 'row-name');
  const note = element('span', 'row-note');
  const row = element('details', 'row', element('summary', '', element('i', 'lamp'), title, note), content);
  row.name = 'row';
  row.dataset['row'] = name;
  store.onChange(() => setText(title, say(store.language, name)));
  return { row, note };
}

/** What came in, the newest first; the newest code can be read without opening anything. */
class Phone {
  readonly row: HTMLElement;
  readonly #store: Store;
  readonly #note: HTMLElement;
  readonly #list = element('ul', 'messages');
  #messages: readonly Message[] = [];
  #drawn = '';

  constructor(store: Store) {
    this.#store = store;
    const { row, note } = makeRow(store, 'phone', this.#list);
    this.row = row;
    this.#note = note;
    store.onChange(() => void this.#follow());
  }

  async #follow(): Promise<void> {
    const { state, language } = this.#store;
    const count = state?.phone?.messages ?? 0;
    if (count !== this.#messages.length)
      this.#messages = (await get<{ readonly messages: readonly Message[] }>('phone/messages')).messages;
    const newest = this.#messages.at(-1);
    this.row.hidden = state !== undefined && state.phone === undefined;
    this.row.dataset['lamp'] = newest === undefined ? 'unknown' : 'ready';
    setText(this.#note, newest === undefined ? say(language, 'noMessage') : newest.code);
    this.#note.classList.toggle('one-time-code', newest !== undefined);
    const drawn = `${language} ${this.#messages.length} ${newest?.at}`;
    if (drawn === this.#drawn) return;
    this.#drawn = drawn;
    this.#list.replaceChildren(...this.#messages.toReversed().map((message) => bubble(language, message)));
  }
}

const bubble = (language: Language, { at, to, purpose, code }: Message): HTMLElement =>
  element(
    'li',
    'message',
    element('span', 'message-about', `${new Date(at).toLocaleTimeString(language)} · ${to}`),
    element('span', '', sayName(language, purpose)),
    element('b', 'one-time-code', code),
  );

/** Opens by itself when something comes in, and closes when nothing waits any more. */
function branchRow(store: Store): HTMLElement {
  const what = element('p', 'waiting');
  const decide = (word: Extract<Word, 'approve' | 'refuse'>): HTMLButtonElement => {
    const made = button('quiet', () => void store.act(`staff/${word}`, {}));
    store.onChange(() => setText(made, say(store.language, word)));
    return made;
  };
  const buttons = [decide('approve'), decide('refuse')];
  const { row, note } = makeRow(store, 'branch', element('div', 'decision', what, ...buttons));
  let before = 0;
  store.onChange(() => {
    const { state, language } = store;
    const waiting = waitingOf(state);
    row.hidden = state !== undefined && state.staff === undefined;
    row.dataset['lamp'] = waiting.length === 0 ? 'unknown' : 'starting';
    const first = waiting[0];
    setText(what, first === undefined ? say(language, 'nothingWaits') : sayName(language, first.act));
    setText(note, first === undefined ? say(language, 'nothingWaits') : `${waiting.length} ${say(language, 'waits')}`);
    for (const one of buttons) one.disabled = first === undefined;
    if (waiting.length !== before) row.open = waiting.length > 0;
    before = waiting.length;
  });
  return row;
}

const waitingOf = (state: State | undefined): NonNullable<State['staff']>['waiting'] => state?.staff?.waiting ?? [];
