import type { ContentPacks, Localized } from '#assets/content/index.ts';
import type { KioskIdentity, Language } from '#protocol/generated/kiosk.ts';
import type { Preferences, Screen, ScreenName, UiEvent, UiEventType } from '#state-machines/screens.ts';
import type { Face } from '../components/kiosk-screen.ts';
import type { Translate } from '../language/translate.ts';

/** What every screen may use besides its own data. */
export interface ScreenContext {
  readonly t: Translate;
  readonly language: Language;
  readonly preferences: Preferences;
  readonly kiosk: KioskIdentity | undefined;
  readonly packs: Partial<ContentPacks>;
  /** Today in the lobby, `2026-11-23`. */
  readonly today: string;
  /** Whether the machine listens to this event now. */
  readonly can: (event: UiEventType) => boolean;
  readonly send: (event: UiEvent) => void;
  /** The text of a content pack in the language of the screen. */
  readonly say: (text: Localized) => string;
}

export type ScreenOf<N extends ScreenName> = Extract<Screen, { name: N }>;

/** Draws one screen: data in, face out. */
export type Draw<N extends ScreenName> = (screen: ScreenOf<N>, context: ScreenContext) => Face;
