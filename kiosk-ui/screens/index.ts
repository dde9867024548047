import type { Screen, ScreenName } from '#state-machines/screens.ts';
import type { Face } from '../components/kiosk-screen.ts';
import { balance } from './balance.ts';
import { asking, insertCard, readingCard, takeCard } from './card.ts';
import type { Draw, ScreenContext } from './context.ts';
import {
  chooseDocument,
  documentElsewhere,
  documentProblem,
  documentRead,
  presentDocument,
  takeDocument,
} from './document.ts';
import { callStaff, ending, goodbye, stillThere, visitEnded } from './ending.ts';
import { attract, home, outOfService, serviceInfo, starting } from './home.ts';
import { information } from './information.ts';
import { enterPin } from './pin.ts';
import { printing, printResult } from './print.ts';
import { cardProblem, pinProblem } from './problem.ts';

/** One function per screen of the machines. A new screen is a new line here; the compiler asks for it. */
const screens: { readonly [N in ScreenName]: Draw<N> } = {
  starting,
  'out-of-service': outOfService,
  attract,
  home,
  'service-info': serviceInfo,
  information,
  'insert-card': insertCard,
  'reading-card': readingCard,
  'card-problem': cardProblem,
  'choose-document': chooseDocument,
  'document-elsewhere': documentElsewhere,
  'present-document': presentDocument,
  'document-problem': documentProblem,
  'document-read': documentRead,
  'take-document': takeDocument,
  'enter-pin': enterPin,
  'pin-problem': pinProblem,
  asking,
  balance,
  printing,
  'print-result': printResult,
  'take-card': takeCard,
  ending,
  goodbye,
  'visit-ended': visitEnded,
  'still-there': stillThere,
  'call-staff': callStaff,
};

/** The face of any screen. */
export function draw(screen: Screen, context: ScreenContext): Face {
  // The table pairs each name with its own screen type; TypeScript cannot follow that pairing through an index.
  const drawing = screens[screen.name] as (screen: Screen, context: ScreenContext) => Face;
  return drawing(screen, context);
}
