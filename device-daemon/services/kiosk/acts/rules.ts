import type { Act, FinancialStatus, LiveCheckKind, SocialStatus } from '#protocol/generated/kiosk.ts';

/** What an act needs and from where it leads: one row of the transition table (domain.md 2d). */
export interface Rule {
  /** States from which this side is changed; a side in any other state is left alone. Absent: not that side's act. */
  readonly social?: readonly SocialStatus[];
  readonly financial?: readonly FinancialStatus[];
  /** States in which this side is already where the act leads. */
  readonly reached: { readonly social: readonly SocialStatus[]; readonly financial: readonly FinancialStatus[] };
  /** The least that the document must be. `chipOrStaff`: printed lines will do where staff approve besides. */
  readonly document: 'ocr' | 'chip' | 'chipOrStaff';
  /** The genuine card itself has to be presented, and its holder is the document's. */
  readonly card: boolean;
  /** One of these, as far as the configuration allows them; none where the document (and the card) are enough. */
  readonly checks: readonly LiveCheckKind[];
  readonly staff: boolean;
  readonly newPin: boolean;
  /** The bank asks the citizen register about the document (联网核查). */
  readonly identityCheck: boolean;
  readonly consents: readonly string[];
  readonly confirmations: 1 | 2;
  /** `service`: only while staff can be reached (domain.md 2g). */
  readonly window: 'always' | 'service';
  /** May be done for a child by who stands here; everything else is the holder's own (J3, J5). */
  readonly forChild: boolean;
}

const everyCheck: readonly LiveCheckKind[] = ['bankPin', 'oneTimeCode', 'staff', 'face'];
/** Where the PIN is what is not known, or does not exist yet. */
const checksWithoutPin: readonly LiveCheckKind[] = ['oneTimeCode', 'staff', 'face'];

/** The only acts there are, and the only transitions (domain.md 2d). The hosts have the same table, and their word wins. */
export const rules: Readonly<Record<Act, Rule>> = {
  temporaryLoss: {
    social: ['normal'],
    financial: ['active'],
    reached: { social: ['tempLost', 'lost'], financial: ['tempLost', 'lost'] },
    document: 'ocr',
    card: false,
    checks: everyCheck,
    staff: false,
    newPin: false,
    identityCheck: false,
    consents: ['temporaryLoss-1'],
    confirmations: 1,
    window: 'always',
    forChild: true,
  },
  formalLoss: {
    social: ['normal', 'tempLost'],
    financial: ['active', 'tempLost'],
    reached: { social: ['lost'], financial: ['lost'] },
    document: 'chipOrStaff',
    card: false,
    checks: everyCheck,
    staff: false,
    newPin: false,
    identityCheck: false,
    consents: ['formalLoss-1'],
    confirmations: 2,
    window: 'service',
    forChild: false,
  },
  unfreeze: {
    social: ['tempLost', 'lost'],
    financial: ['tempLost', 'lost'],
    reached: { social: ['normal'], financial: ['active'] },
    document: 'chipOrStaff',
    card: true,
    checks: everyCheck,
    staff: false,
    newPin: false,
    identityCheck: false,
    consents: ['unfreeze-1'],
    confirmations: 1,
    window: 'service',
    forChild: false,
  },
  enableSocial: {
    social: ['sealed'],
    reached: { social: ['normal'], financial: [] },
    document: 'chip',
    card: true,
    checks: [],
    staff: false,
    newPin: false,
    identityCheck: false,
    consents: ['privacyNotice-1'],
    confirmations: 1,
    window: 'always',
    forChild: false,
  },
  activate: {
    financial: ['openedInactive'],
    reached: { social: [], financial: ['active'] },
    document: 'chip',
    card: true,
    checks: checksWithoutPin,
    staff: false,
    newPin: true,
    identityCheck: true,
    consents: ['accountAgreement-1', 'privacyNotice-1', 'identityCheck-1'],
    confirmations: 1,
    window: 'always',
    forChild: false,
  },
  changePin: {
    financial: ['active'],
    reached: { social: [], financial: [] },
    document: 'ocr',
    card: true,
    // The PIN as it is goes to the bank with the new one.
    checks: ['bankPin'],
    staff: false,
    newPin: true,
    identityCheck: false,
    consents: [],
    confirmations: 1,
    window: 'always',
    forChild: false,
  },
  changeCardPin: {
    social: ['normal'],
    reached: { social: [], financial: [] },
    document: 'ocr',
    card: true,
    // The chip checks its PIN as it is, before it takes a new one.
    checks: [],
    staff: false,
    newPin: true,
    identityCheck: false,
    consents: [],
    confirmations: 1,
    window: 'always',
    forChild: false,
  },
  resetPin: {
    financial: ['active', 'pinLocked'],
    reached: { social: [], financial: [] },
    document: 'chipOrStaff',
    card: true,
    checks: checksWithoutPin,
    staff: true,
    newPin: true,
    identityCheck: false,
    consents: ['resetPin-1'],
    confirmations: 1,
    window: 'service',
    forChild: false,
  },
  unlockSocialPin: {
    social: ['locked'],
    reached: { social: ['normal'], financial: [] },
    document: 'chipOrStaff',
    card: true,
    checks: everyCheck,
    staff: true,
    newPin: false,
    identityCheck: false,
    consents: ['resetPin-1'],
    confirmations: 1,
    window: 'service',
    forChild: false,
  },
};

export const acts = Object.keys(rules) as readonly Act[];
