/** The screens of the balance: one row for every place of the machine. */

import type { SnapshotFrom } from 'xstate';
import type { Account } from '#protocol/generated/kiosk.ts';
import { type BalanceContext, type balanceMachine, printOf, unconfirmed } from './balance.ts';
import { ending, type Leaf, type Row } from './screen-rows.ts';
import type { Screen, ShownAccount, ShownFinancial } from './screens.ts';
import { tileOf } from './services.ts';

type BalanceSnapshot = SnapshotFrom<typeof balanceMachine>;

/** States that only lead on; no settled snapshot is ever in one. */
type Passing = 'read' | 'readAgain' | 'answered' | 'comingHome';

function hidden({ available, ...account }: Account, { amounts }: BalanceContext): ShownAccount {
  return { ...account, available: amounts === 'visible' ? available : null };
}

function financialOf(context: BalanceContext): ShownFinancial {
  const leg = context.result?.financial;
  if (leg === undefined) {
    return { state: 'notConfirmed', reason: 'noAnswer' };
  }
  switch (leg.state) {
    case 'done': {
      const accounts = leg.accounts.map((account) => hidden(account, context));
      return {
        state: 'done',
        socialSecurity: accounts.filter(({ kind }) => kind === 'socialSecurity'),
        debit: accounts.filter(({ kind }) => kind === 'debit'),
      };
    }
    case 'notActivated':
      return { ...leg, medicalUse: 'notAffected', activation: tileOf(context.snapshot, 'activation') };
    case 'notConfirmed':
      return context.pin === 'declined' ? { state: 'notAsked' } : leg;
    default:
      return leg;
  }
}

function balanceScreen(context: BalanceContext): Screen {
  const { result, read } = context;
  if (result === undefined || read === undefined) {
    return ending;
  }
  const { medical } = result;
  return {
    name: 'balance',
    card: read.card,
    cardIn: context.card,
    amounts: context.amounts,
    social: result.social,
    medical:
      medical.state === 'done'
        ? { ...medical, balance: context.amounts === 'visible' ? medical.balance : null }
        : medical,
    financial: financialOf(context),
    canRetry: unconfirmed(context) && context.card !== 'none',
    print: printOf(context),
    ...(result.caseCode !== undefined && { caseCode: result.caseCode }),
  };
}

const tries = ({ triesLeft }: BalanceContext) => (triesLeft === undefined ? {} : { triesLeft });

/** Drawn by the machine that runs there. */
type BalanceServed = 'card';

export const balanceScreens: Record<
  Exclude<Leaf<BalanceSnapshot['value']>, Passing | BalanceServed>,
  Row<BalanceContext>
> = {
  pin: {
    screen: (context) => ({
      name: 'enter-pin',
      ...context.pad,
      ...(context.again !== undefined && { again: context.again }),
      ...tries(context),
    }),
    actions: ['CONTINUE', 'BACK', 'END'],
    step: 2,
  },
  pinProblem: {
    screen: (context) => ({
      name: 'pin-problem',
      ...(context.pinProblem ?? { problem: 'noAnswer' }),
      ...tries(context),
    }),
    actions: ['RETRY', 'CONTINUE', 'BACK', 'END'],
    step: 2,
  },
  asking: {
    screen: ({ read, pinEvidence }) => ({
      name: 'asking',
      cardManagement: read?.card.social.present === true,
      bankCore: pinEvidence !== undefined,
    }),
    actions: ['BACK', 'END'],
    step: 3,
  },
  balance: {
    screen: balanceScreen,
    actions: ['TOGGLE_AMOUNTS', 'PRINT', 'RETRY', 'DONE', 'BACK', 'END'],
    step: 3,
  },
  printing: { screen: () => ({ name: 'printing' }), actions: ['END'], step: 3 },
  printResult: {
    screen: ({ print }) => ({
      name: 'print-result',
      outcome: print?.outcome ?? 'unknown',
      canRetry: print?.outcome === 'notDone',
      ...(print?.reason !== undefined && { reason: print.reason }),
      ...(print?.caseCode !== undefined && { caseCode: print.caseCode }),
    }),
    actions: ['RETRY', 'DONE', 'BACK', 'END'],
    step: 3,
  },
  finished: { screen: () => ending, actions: [] },
};
