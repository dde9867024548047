import type {
  CardActionResult as BankActionResult,
  EvidenceRef as BankEvidenceRef,
  CardAction as FinancialAction,
  FinancialStatus,
} from '#protocol/generated/bank-core.ts';
import type {
  CardActionResult,
  Consent,
  EvidenceRef,
  CardAction as SocialAction,
  SocialStatus,
} from '#protocol/generated/card-management.ts';
import type { Act } from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';
import {
  type BankCoreHost,
  type CardManagementHost,
  type HostFailure,
  outcomeUnknown,
  type PinBlockOrder,
} from '../hosts/index.ts';
import { delays } from './delays.ts';
import type { Answer, Attempt, Facts, SagaTable } from './step.ts';

/** One side of the card as it was seen when the act was decided: the host compares and sets. */
interface Side<Status> {
  readonly cardRef: string;
  readonly holderRef: string;
  readonly expectedState: Status;
  readonly expectedRevision: number;
}

/** What is to be done to a card. Only references that the hosts issued: it goes into the journal. */
export interface CardActPlan {
  readonly act: Act;
  readonly social?: Side<SocialStatus> & { readonly agentRef?: string };
  readonly financial?: Side<FinancialStatus>;
  /** Done by the chip itself; the province's reference, so that it is counted and found. */
  readonly chip?: { readonly cardRef: string };
  readonly evidence: readonly EvidenceRef[];
  readonly consents: readonly Consent[];
}

/** What may not be kept: used in the first attempt, then wiped. */
export interface CardActSecrets {
  readonly pinBlock?: PinBlockOrder;
  readonly newPinBlocks?: readonly [PinBlockOrder, PinBlockOrder];
  readonly cardPin?: CardPinOrder;
}

/** A change of the card's own PIN, ready but for the command. The digits are inside. */
export interface CardPinOrder {
  /** Once. */
  send(signal: AbortSignal): Promise<Attempt>;
  wipe(): void;
}

export function wipeSecrets({ pinBlock, newPinBlocks, cardPin }: CardActSecrets): void {
  for (const { block } of [pinBlock ?? [], newPinBlocks ?? []].flat()) block.fill(0);
  cardPin?.wipe();
}

export interface CardActHosts {
  readonly cardManagement: CardManagementHost | undefined;
  readonly bankCore: BankCoreHost | undefined;
}

/** What each act is called at each host, and from which states on it has nothing left to do. Absent: not that side's. */
export const actions: Readonly<
  Record<
    Act,
    {
      readonly social?: { readonly action: SocialAction; readonly goal: readonly SocialStatus[] };
      readonly financial?: { readonly action: FinancialAction; readonly goal: readonly FinancialStatus[] };
      /** Neither host does it: the chip in the reader does. */
      readonly chip?: true;
      /** Which side is the safe one when nobody knows (domain 6d). */
      readonly repeat: 'keepTrying' | 'once';
    }
  >
> = {
  temporaryLoss: {
    social: { action: 'temporaryLoss', goal: ['tempLost', 'lost'] },
    financial: { action: 'temporaryLoss', goal: ['tempLost', 'lost'] },
    repeat: 'keepTrying',
  },
  formalLoss: {
    social: { action: 'formalLoss', goal: ['lost'] },
    financial: { action: 'formalLoss', goal: ['lost'] },
    repeat: 'keepTrying',
  },
  unfreeze: {
    social: { action: 'unfreeze', goal: ['normal'] },
    financial: { action: 'unfreeze', goal: ['active'] },
    repeat: 'once',
  },
  enableSocial: { social: { action: 'enableSocial', goal: ['normal'] }, repeat: 'once' },
  activate: { financial: { action: 'activate', goal: ['active'] }, repeat: 'once' },
  // A PIN has no state that would tell whether it is the new one.
  changePin: { financial: { action: 'changePin', goal: [] }, repeat: 'once' },
  changeCardPin: { chip: true, repeat: 'once' },
  resetPin: { financial: { action: 'resetPin', goal: [] }, repeat: 'once' },
  unlockSocialPin: { social: { action: 'unlockSocialPin', goal: ['normal'] }, repeat: 'once' },
};

const noHost: Attempt = { outcome: 'notDone', why: 'notConfigured' };

function factsOf(status: string, answer: { temporaryUntil?: string; businessNumber?: string }): Facts {
  const { temporaryUntil, businessNumber } = answer;
  return {
    status,
    ...(temporaryUntil !== undefined && { until: temporaryUntil }),
    ...(businessNumber !== undefined && { businessNumber }),
  };
}

/** A failure as the saga sees it; `look` tells how the card is now, where the host found it changed. */
async function judge(failure: HostFailure, look: () => Promise<Attempt>): Promise<Attempt> {
  if (outcomeUnknown(failure)) return { outcome: 'unknown', why: failure.code };
  if (failure.code === 'unavailable') {
    const { reason, retryAfterSeconds } = failure;
    return { outcome: 'notDone', why: reason, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  }
  if (failure.code !== 'refused') return { outcome: 'unknown', why: failure.code };
  const { reason, triesLeft, retryAfterSeconds } = failure;
  const refusal = {
    code: reason,
    ...(triesLeft !== undefined && { triesLeft }),
    ...(retryAfterSeconds !== undefined && { retryAfter: retryAfterSeconds }),
  };
  return judgeRefusal(refusal, look);
}

interface Refusal {
  readonly code: string;
  readonly triesLeft?: number;
  readonly retryAfter?: number;
}

async function judgeRefusal(
  { code: reason, triesLeft, retryAfter }: Refusal,
  look: () => Promise<Attempt>,
): Promise<Attempt> {
  if (reason === 'stateChanged') return look();
  // The key was seen with another request: what that was, only asking tells.
  if (reason === 'idempotencyMismatch') return { outcome: 'unknown', why: reason };
  // The bank took new keys meanwhile; nothing was looked at.
  if (reason === 'signOnRequired') return { outcome: 'notDone', why: reason };
  const facts = {
    ...(triesLeft !== undefined && { triesLeft }),
    ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
  };
  return { outcome: 'refused', why: reason, facts };
}

const already = (status: string, until: string | undefined, goal: readonly string[]): Attempt =>
  goal.includes(status)
    ? { outcome: 'already', facts: factsOf(status, until === undefined ? {} : { temporaryUntil: until }) }
    : { outcome: 'overtaken' };

/** What a host reports about a key, in the saga's words. */
async function judgeReport(
  report: Result<{ readonly state: string; readonly answer?: unknown; readonly problem?: Refusal }, HostFailure>,
  done: (answer: unknown) => Attempt,
  look: () => Promise<Attempt>,
): Promise<Answer> {
  if (!report.ok) return { outcome: 'unknown', why: report.error.code };
  const { state, answer, problem } = report.value;
  if (state === 'inProgress' || state === 'neverSeen') return { outcome: state };
  const found = state === 'done' ? done(answer) : await judgeRefusal(problem ?? { code: 'other' }, look);
  // Refused, and worth another attempt: nothing was done under this key.
  return found.outcome === 'notDone' ? { outcome: 'refused', why: found.why } : found;
}

const isActionResult = (answer: unknown): answer is CardActionResult | BankActionResult =>
  typeof answer === 'object' && answer !== null && 'action' in answer;

/** Acts on a card, one step for each of its two sides; or one for the chip. */
export function cardActTable({ cardManagement, bankCore }: CardActHosts): SagaTable<CardActPlan, CardActSecrets> {
  const social = {
    done: (answer: unknown): Attempt =>
      isActionResult(answer) && 'socialStatus' in answer
        ? { outcome: 'done', facts: factsOf(answer.socialStatus, answer) }
        : { outcome: 'unknown', why: 'badAnswer' },
    async look({ act, social: side }: CardActPlan, signal: AbortSignal): Promise<Attempt> {
      const cards = await cardManagement?.holderCards(side?.holderRef ?? '', { signal });
      if (cards?.ok !== true) return { outcome: 'unknown', why: 'stateChanged' };
      const card = cards.value.cards.find(({ cardRef }) => cardRef === side?.cardRef);
      return already(card?.socialStatus ?? 'cancelled', card?.temporaryUntil, actions[act].social?.goal ?? []);
    },
  };
  const financial = {
    done: (answer: unknown): Attempt =>
      isActionResult(answer) && 'financialStatus' in answer
        ? { outcome: 'done', facts: factsOf(answer.financialStatus, answer) }
        : { outcome: 'unknown', why: 'badAnswer' },
    async look({ act, financial: side }: CardActPlan, signal: AbortSignal): Promise<Attempt> {
      const cards = await bankCore?.holderCards(side?.holderRef ?? '', { signal });
      if (cards?.ok !== true) return { outcome: 'unknown', why: 'stateChanged' };
      const card = cards.value.cards.find(({ cardRef }) => cardRef === side?.cardRef);
      return already(card?.financialStatus ?? 'closed', card?.temporaryUntil, actions[act].financial?.goal ?? []);
    },
  };
  return {
    name: 'cardAct',
    title: ({ act }) => act,
    parse: (plan) => (isPlan(plan) ? plan : undefined),
    wipe: wipeSecrets,
    steps: [
      {
        name: 'social',
        applies: (plan) => plan.social !== undefined,
        card: ({ social: side }) => side?.cardRef ?? '',
        repeat: ({ act }) => actions[act].repeat,
        task: 'askCardManagement',
        async act(plan, idempotencyKey, _secrets, signal) {
          const action = actions[plan.act].social?.action;
          const { social: side, evidence, consents } = plan;
          if (cardManagement === undefined || side === undefined || action === undefined) return noHost;
          const { cardRef, ...expected } = side;
          const order = { ...expected, action, evidence: [...evidence], consents: [...consents] };
          const answer = await cardManagement.act(cardRef, order, { idempotencyKey, signal });
          return answer.ok ? social.done(answer.value) : judge(answer.error, () => social.look(plan, signal));
        },
        async ask(plan, key, signal) {
          if (cardManagement === undefined) return { outcome: 'unknown', why: 'notConfigured' };
          const report = await cardManagement.ask(key, { signal, deadlineMs: delays.askDeadlineMs });
          return judgeReport(report, social.done, () => social.look(plan, signal));
        },
      },
      {
        name: 'financial',
        applies: (plan) => plan.financial !== undefined,
        card: ({ financial: side }) => side?.cardRef ?? '',
        repeat: ({ act }) => actions[act].repeat,
        task: 'askBankCore',
        async act(plan, idempotencyKey, secrets, signal) {
          const action = actions[plan.act].financial?.action;
          const { financial: side, evidence, consents } = plan;
          if (bankCore === undefined || side === undefined || action === undefined) return noHost;
          const { cardRef, ...expected } = side;
          const order = {
            ...expected,
            action,
            evidence: [...evidence] as BankEvidenceRef[],
            consents: [...consents],
            ...secrets,
          };
          const answer = await bankCore.act(cardRef, order, { idempotencyKey, signal });
          return answer.ok ? financial.done(answer.value) : judge(answer.error, () => financial.look(plan, signal));
        },
        async ask(plan, key, signal) {
          if (bankCore === undefined) return { outcome: 'unknown', why: 'notConfigured' };
          const report = await bankCore.ask(key, { signal, deadlineMs: delays.askDeadlineMs });
          return judgeReport(report, financial.done, () => financial.look(plan, signal));
        },
      },
      {
        name: 'chip',
        applies: (plan) => plan.chip !== undefined,
        card: ({ chip }) => chip?.cardRef ?? '',
        repeat: ({ act }) => actions[act].repeat,
        task: 'tryBothPins',
        act: (_plan, _key, secrets, signal) =>
          secrets?.cardPin?.send(signal) ?? Promise.resolve({ outcome: 'notDone', why: 'interrupted' }),
      },
    ],
  };
}

/** Our own journal, under its chain: only the form is looked at, since another version may have written it. */
function isPlan(plan: unknown): plan is CardActPlan {
  if (typeof plan !== 'object' || plan === null) return false;
  const { act, social, financial, chip, evidence, consents } = plan as Readonly<Record<string, unknown>>;
  const isSide = (side: unknown): boolean =>
    side === undefined ||
    (typeof side === 'object' && side !== null && 'cardRef' in side && 'expectedRevision' in side);
  return (
    typeof act === 'string' &&
    Object.hasOwn(actions, act) &&
    [social, financial, chip].some((part) => part !== undefined) &&
    isSide(social) &&
    isSide(financial) &&
    Array.isArray(evidence) &&
    Array.isArray(consents)
  );
}
