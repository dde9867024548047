import { get, post, type State } from './api.ts';
import { type Language, startLanguage } from './words.ts';

/** How often the bench is asked while somebody looks. */
const lookMs = 400;
const hiddenMs = 4_000;

type Listener = () => void;

export type Pocket = 'cards' | 'documents';

/** What the bench said last, and what was chosen on this page. Everything drawn follows from it. */
export class Store {
  state: State | undefined;
  /** False once the bench does not answer any more. */
  connected = true;
  language: Language = startLanguage();
  /** The pocket of the wallet that is open. */
  pocket: Pocket = 'cards';
  /** The last thing that the bench refused, in its own words. */
  trouble: string | undefined;
  readonly #listeners = new Set<Listener>();
  #timer: number | undefined;
  #round = 0;

  start(): void {
    document.addEventListener('visibilitychange', () => void this.look());
    void this.look();
  }

  onChange(listener: Listener): void {
    this.#listeners.add(listener);
  }

  setLanguage(language: Language): void {
    this.language = language;
    localStorage.setItem('bench-language', language);
    this.#changed();
  }

  open(pocket: Pocket): void {
    this.pocket = pocket;
    this.#changed();
  }

  /** Does something and shows at once what came of it; undefined when the bench refused. */
  async act<Answer>(path: string, body: object): Promise<Answer | undefined> {
    let answer: Answer | undefined;
    try {
      answer = await post<Answer>(path, body);
      this.trouble = undefined;
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error);
    }
    await this.look();
    return answer;
  }

  /** Looks now; a look that was begun before is not listened to any more. */
  async look(): Promise<void> {
    clearTimeout(this.#timer);
    this.#round += 1;
    const round = this.#round;
    try {
      const state = await get<State>('state');
      if (round !== this.#round) return;
      this.state = state;
      this.connected = true;
    } catch {
      if (round !== this.#round) return;
      this.connected = false;
    }
    this.#timer = window.setTimeout(() => void this.look(), document.hidden ? hiddenMs : lookMs);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
