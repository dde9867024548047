/** What the failures of the five commands mean to the person, and what an act without an answer has come to. */

import type { ActOffer, FinancialActLeg, HolderCard, SocialActLeg } from '#protocol/generated/kiosk.ts';
import type { ActProblem, ProblemStep } from './card-act-context.ts';
import { type Answered, linkFaults } from './outcomes.ts';
import type { ActResult } from './port.ts';
import type { ActProblemCode } from './screens.ts';

interface Failed {
  readonly code: string;
  readonly caseCode?: string;
  readonly triesLeft?: number;
  readonly retryAfterSeconds?: number;
}

/** Where trying the same step again may help. */
const again: ReadonlySet<ActProblemCode> = new Set<ActProblemCode>([
  'noAnswer',
  'hostUnavailable',
  'pinCancelled',
  'pinTimedOut',
  'pinTooShort',
  'newPinRefused',
  'staffTimedOut',
  'faceDiffers',
  'lastTry',
  'lastCardTry',
]);

function retryOf(step: ProblemStep, problem: ActProblemCode): ActProblem['retry'] {
  if (problem === 'noSuchEvidence' || problem === 'evidenceMissing') {
    return 'restart';
  }
  if (problem === 'codeExpired' || problem === 'wrongCode') {
    return 'resend';
  }
  // Never blindly: an act that failed for another reason was not filed, and begins with a look at the card.
  return step === 'acting' ? (problem === 'noAnswer' ? 'restart' : 'none') : again.has(problem) ? 'again' : 'none';
}

export function problemAt(step: ProblemStep, problem: ActProblemCode, failed?: Omit<Failed, 'code'>): ActProblem {
  const { caseCode, triesLeft, retryAfterSeconds } = failed ?? {};
  return {
    step,
    problem,
    retry: retryOf(step, problem),
    ...(triesLeft !== undefined && { triesLeft }),
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    ...(caseCode !== undefined && { caseCode }),
  };
}

/** The command's own word; below the command there was no answer. */
export function problemOf(step: ProblemStep, output: Answered<unknown, Failed>): ActProblem {
  if (output.ok) {
    return problemAt(step, 'noAnswer');
  }
  const { code, ...rest } = output.error;
  const problem = linkFaults.has(code) || code === 'noSuchVisit' ? 'noAnswer' : (code as ActProblemCode);
  const { triesLeft } = rest;
  if (problem === 'wrongPin') {
    // The card's own has no other way; a locked one it says by a code of its own.
    if (step === 'newPin') return problemAt(step, 'lastCardTry', rest);
    return triesLeft === 0 ? problemAt(step, 'pinLocked', rest) : problemAt(step, 'lastTry', rest);
  }
  return problemAt(step, problem, rest);
}

/** A wrong PIN or code after which it is simply asked for once more; before the last try the person decides. */
export function asksAgain(output: Answered<unknown, Failed>): boolean {
  if (output.ok) {
    return false;
  }
  const { code, triesLeft } = output.error;
  return (code === 'wrongPin' && (triesLeft ?? 2) > 1) || (code === 'wrongCode' && (triesLeft ?? 1) > 0);
}

export function againOf(output: Answered<unknown, Failed>) {
  return {
    again: !output.ok && output.error.code === 'wrongCode' ? ('wrongCode' as const) : ('wrongPin' as const),
    triesLeft: output.ok ? undefined : output.error.triesLeft,
  };
}

/** Did the daemon hear it, did it do it? Nobody here knows: the safe word is "not confirmed". */
export function unansweredAct(offer: ActOffer | undefined, card: HolderCard | undefined): ActResult {
  const legs = offer?.legs ?? [];
  const { financial } = card ?? {};
  return {
    social: (legs.includes('social') ? { state: 'notConfirmed' } : { state: 'notAsked' }) satisfies SocialActLeg,
    financial: (financial?.state === 'notHere'
      ? financial
      : legs.includes('financial')
        ? { state: 'notConfirmed' }
        : { state: 'notAsked' }) satisfies FinancialActLeg,
  };
}
