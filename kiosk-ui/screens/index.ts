import type { Screen, ScreenName } from '#state-machines/screens.ts';
import type { Face } from '../components/kiosk-screen.ts';
import {
  callerQuestion,
  checkCode,
  checkFace,
  checkPin,
  checkStaff,
  chooseCheck,
  consent,
  newPin,
  staffLocked,
  staffPin,
  staffTakeCard,
  stopped,
} from './acts/checking.ts';
import { chooseAct, chooseCard, chooseFunctions, forSomebodyElse, forWhom, noCards } from './acts/choosing.ts';
import { actMeaning, confirmAct, confirmAgain } from './acts/meaning.ts';
import { myCards } from './acts/progress.ts';
import { acting, actProblem, actRefused, actResult } from './acts/result.ts';
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
  'for-whom': forWhom,
  'for-somebody-else': forSomebodyElse,
  'no-cards': noCards,
  'choose-card': chooseCard,
  'choose-act': chooseAct,
  'choose-functions': chooseFunctions,
  'act-refused': actRefused,
  'act-meaning': actMeaning,
  'check-pin': checkPin,
  'check-code': checkCode,
  'check-staff': checkStaff,
  'check-face': checkFace,
  'staff-pin': staffPin,
  'staff-locked': staffLocked,
  'staff-take-card': staffTakeCard,
  'choose-check': chooseCheck,
  consent,
  'new-pin': newPin,
  'caller-question': callerQuestion,
  stopped,
  'confirm-act': confirmAct,
  'confirm-again': confirmAgain,
  acting,
  'act-result': actResult,
  'act-problem': actProblem,
  'my-cards': myCards,
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
