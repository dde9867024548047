import type { Consent, EvidenceRef } from '#protocol/generated/bank-core.ts';
import { type Decision, refuse } from './delivery.ts';

/** What a host wants to be shown before it changes a card (domain.md 2d), the same on both sides. */

export type EvidenceKind = EvidenceRef['kind'];

export interface Needs {
  /** `chipOrStaff`: a document that was only read will do where staff looked at it. */
  readonly document?: 'any' | 'chip' | 'chipOrStaff';
  /** The genuine card. */
  readonly card?: true;
  /** One of these says that it is the holder, here and now. */
  readonly live?: readonly EvidenceKind[];
  readonly staff?: true;
  readonly identityCheck?: true;
  /** The person agreed to what the act means, on record. */
  readonly consent?: true;
}

export const anyLiveCheck: readonly EvidenceKind[] = ['pinBlock', 'oneTimeCode', 'staffApproval', 'face'];

/** Undefined: nothing is missing. `proves` judges what the host itself issued, and believes the kiosk in the rest. */
export function missing(
  needs: Needs,
  evidence: readonly EvidenceRef[],
  consents: readonly Consent[],
  proves: (one: EvidenceRef) => boolean,
): Decision | undefined {
  const proven = evidence.filter(proves);
  const has = (kind: EvidenceKind): boolean => proven.some((one) => one.kind === kind);
  const grades = proven.filter((one) => one.kind === 'document').map((one) => one.grade);
  const document =
    needs.document === undefined ||
    grades.includes('chip') ||
    (grades.includes('ocr') && needs.document !== 'chip' && (needs.document === 'any' || has('staffApproval')));
  const enough =
    document &&
    (needs.card === undefined || proven.some(({ kind, grade }) => kind === 'cardGenuine' && grade === 'genuine')) &&
    (needs.live === undefined || needs.live.some(has)) &&
    (needs.staff === undefined || has('staffApproval')) &&
    (needs.identityCheck === undefined || has('identityCheck'));
  if (!enough) return refuse(422, 'evidenceMissing');
  const agreed = consents.some((consent) => consent.choice === 'agreed');
  return needs.consent === undefined || agreed ? undefined : refuse(422, 'consentMissing');
}

const minuteMs = 60_000;

/** A report may come late, from a kiosk that had no line: the safe side is the frozen one. */
const reportMs = 24 * 60 * minuteMs;

/** How long evidence serves an act: for a long visit, or for `ms`, where it is no report. */
export const freshMs = (action: string, ms = 30 * minuteMs): number =>
  action === 'temporaryLoss' || action === 'formalLoss' ? reportMs : ms;
