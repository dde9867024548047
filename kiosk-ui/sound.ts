/** What the kiosk says without words: a chime for a card to be taken, a tone for a question, a low one for trouble. */
import type { Preferences, Screen, ScreenName, View } from '#state-machines/screens.ts';

/** Loudness above the lobby is set on the machine's amplifier; these are steps of it (domain.md 5a, sound). */
const gains: Readonly<Record<Preferences['sound'], number>> = { off: 0, normal: 0.25, loud: 0.7 };

interface Note {
  readonly hertz: number;
  readonly startS: number;
}
type Tune = readonly Note[];

/** Falling thirds are heard as "look here", rising ones as "done", a low pair as "something is wrong". */
const chime: Tune = [
  { hertz: 1318.5, startS: 0 },
  { hertz: 1046.5, startS: 0.22 },
];
const louder: Tune = [...chime, ...chime.map(({ hertz, startS }) => ({ hertz, startS: startS + 0.55 }))];
const question: Tune = [
  { hertz: 880, startS: 0 },
  { hertz: 1108.7, startS: 0.18 },
];
const trouble: Tune = [
  { hertz: 440, startS: 0 },
  { hertz: 349.2, startS: 0.2 },
];
const decayS = 0.5;
/** Nobody hears it; an exponential cannot begin or end at nothing. */
const silence = 0.001;
/** A card or a document that waits to be taken is called for again (domain.md 5c). */
const chimeEveryMs = 5_000;

const tunes: Readonly<Partial<Record<ScreenName, Tune>>> = {
  'take-card': chime,
  'take-document': chime,
  'still-there': question,
  'card-problem': trouble,
  'document-problem': trouble,
  'pin-problem': trouble,
  'act-problem': trouble,
  'caller-question': question,
  'visit-ended': trouble,
};

type Waiting = Extract<Screen, { name: 'take-card' | 'take-document' }>;
const isWaiting = (screen: Screen): screen is Waiting => screen.name === 'take-card' || screen.name === 'take-document';

function tuneOf({ screen }: View): Tune | undefined {
  return isWaiting(screen) && screen.attention === 'louder' ? louder : tunes[screen.name];
}

/** Follows the views; silent where the browser has no sound to give. */
export class Sound {
  /** Loudness of the machine, from 0 to 1; what the visitor chose is a part of it. */
  volume = 1;
  #context: AudioContext | undefined;
  #tune: Tune | undefined;
  #gain = gains.normal;
  #again: ReturnType<typeof setInterval> | undefined;
  /** Tones that were begun, or are about to be. */
  #sounding = 0;
  #rest: Promise<void> | undefined;

  follow(view: View): void {
    this.#gain = gains[view.preferences.sound];
    const tune = tuneOf(view);
    if (tune === this.#tune) return;
    this.#tune = tune;
    clearInterval(this.#again);
    if (tune === undefined) return;
    void this.#play(tune);
    if (isWaiting(view.screen)) this.#again = setInterval(() => void this.#play(tune), chimeEveryMs);
  }

  async #play(tune: Tune): Promise<void> {
    if (this.#gain === 0) return;
    this.#sounding += tune.length;
    let left = tune.length;
    const over = (): void => {
      if (left === 0) return;
      left -= 1;
      this.#sounding -= 1;
      // An idle sound card costs the kiosk processor time all day and night.
      if (this.#sounding === 0) this.#rest = this.#context?.suspend().catch(() => undefined);
    };
    try {
      this.#context ??= new AudioContext();
      const context = this.#context;
      await this.#rest;
      // A browser may hold sound back until somebody has touched the page.
      if (context.state === 'suspended') await context.resume();
      for (const { hertz, startS } of tune) {
        const at = context.currentTime + startS;
        const tone = new OscillatorNode(context, { type: 'sine', frequency: hertz });
        const fade = new GainNode(context, { gain: 0 });
        fade.gain.setValueAtTime(Math.max(this.#gain * this.volume, silence), at);
        fade.gain.exponentialRampToValueAtTime(silence, at + decayS);
        tone.connect(fade).connect(context.destination);
        tone.onended = over;
        tone.start(at);
        tone.stop(at + decayS);
      }
    } catch {
      // No sound card: light, picture and words say it too.
      while (left > 0) over();
    }
  }
}
