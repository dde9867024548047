import type { Screen, ScreenName } from '#state-machines/screens.ts';
import type { Face } from '../components/kiosk-screen.ts';
import { callStaff } from './call-staff.ts';
import type { Draw, ScreenContext } from './context.ts';
import { attract, home, outOfService, serviceInfo, starting } from './home.ts';
import { information } from './information.ts';

/** What stands when nobody is here or nothing works, and where a first touch leads. */
const firstScreens = {
  starting,
  attract,
  home,
  'service-info': serviceInfo,
  'out-of-service': outOfService,
  information,
  'call-staff': callStaff,
} satisfies { readonly [N in ScreenName]?: Draw<N> };

/** One function per screen of the machines. A new screen is a new line in visit.ts; the compiler asks for it. */
export type VisitScreens = { readonly [N in Exclude<ScreenName, keyof typeof firstScreens>]: Draw<N> };

/** The face of any screen; undefined as long as those of a visit are not there. */
export function draw(screen: Screen, context: ScreenContext, visit: VisitScreens | undefined): Face | undefined {
  // The tables pair each name with its own screen type; TypeScript cannot follow that pairing through an index.
  const screens = { ...firstScreens, ...visit } as Readonly<Record<string, unknown>>;
  const drawing = screens[screen.name] as ((screen: Screen, context: ScreenContext) => Face) | undefined;
  return drawing?.(screen, context);
}
