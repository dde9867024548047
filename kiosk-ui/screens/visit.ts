import '../components/kiosk-picture.ts';
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
import {
  chooseDocument,
  documentElsewhere,
  documentProblem,
  documentRead,
  presentDocument,
  takeDocument,
} from './document.ts';
import { ending, goodbye, stillThere, visitEnded } from './ending.ts';
import type { VisitScreens } from './index.ts';
import { enterPin } from './pin.ts';
import { printing, printResult } from './print.ts';
import { cardProblem, pinProblem } from './problem.ts';

/** Fetched once the first screen stands (lazy.ts). */
export const visitScreens: VisitScreens = {
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
};
