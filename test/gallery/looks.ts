import type { Language } from '#protocol/generated/kiosk.ts';
import type { Preferences, ScreenName, View } from '#state-machines/screens.ts';
import { kiosk, type Stage } from './stages.ts';

export const languages: readonly Language[] = ['zh-Hans', 'zh-Hant', 'en'];

export interface Panel {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Pixels per millimetre of the panel that is meant. */
  readonly millimetre: number;
}

/** 21.5-inch panels have 4.03 px/mm (config: display.pixelsPerMillimetre); the 19-inch 5:4 one has 3.4. */
export const panels: readonly Panel[] = [
  { name: 'portrait', width: 1080, height: 1920, millimetre: 4.03 },
  { name: 'landscape', width: 1920, height: 1080, millimetre: 4.03 },
  { name: 'landscape-5x4', width: 1280, height: 1024, millimetre: 3.4 },
];

export interface Look {
  readonly name: string;
  readonly preferences: Omit<Preferences, 'language'>;
  /** Screens and panels where this look differs from the others; all of them when absent. */
  readonly screens?: ReadonlySet<ScreenName>;
  readonly panels?: ReadonlySet<string>;
  /** Judged by axe too: structure and colours depend on neither language nor panel, so once for each theme. */
  readonly axe?: boolean;
}

const plain = { textSize: 'normal', contrast: 'normal', elder: false, sound: 'normal' } as const;

export const looks: readonly Look[] = [
  { name: 'normal', preferences: plain, axe: true },
  { name: 'elder', preferences: { ...plain, elder: true } },
  {
    name: 'largest',
    preferences: { ...plain, textSize: 'largest' },
    // As large as the simple view, which shows fewer things at a time on these.
    screens: new Set<ScreenName>(['attract', 'home', 'balance', 'information']),
  },
  // Colours take no room: one panel of each orientation shows them.
  {
    name: 'contrast',
    preferences: { ...plain, contrast: 'high' },
    panels: new Set(['portrait', 'landscape']),
    axe: true,
  },
];

/** The whole view that a stage makes in a language and a look. */
export function viewOf(stage: Stage, language: Language, look: Look): View {
  return {
    screen: stage.screen,
    preferences: { ...look.preferences, language },
    kiosk,
    actions: stage.actions,
    visitId: 'visit-1',
    ...(stage.called === true && { staffCaseCode: '7K3M-9QXA' }),
    ...(stage.step !== undefined && { step: { now: stage.step, of: stage.steps ?? 4 } }),
  };
}
