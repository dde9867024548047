import type { Act, ForWhom, Leg, LiveCheckKind } from '#protocol/generated/kiosk.ts';

/**
 * What may be done to a card, written by hand from the transition table of domain.md 2d with its rules J1 to J6, the hours
 * of 2g, the day of a PIN reset (S-23) and the consents of 4e. Nothing here is computed from the program: a mistake in its
 * rules is not repeated here. What no line allows is refused.
 */

export const acts = [
  'temporaryLoss',
  'formalLoss',
  'unfreeze',
  'enableSocial',
  'activate',
  'changePin',
  'changeCardPin',
  'resetPin',
  'unlockSocialPin',
] as const satisfies readonly Act[];

/** As the province tells it; then: no such side, not here, nobody answered, an act of ours is still open. */
export const socialStates = [
  'sealed',
  'normal',
  'tempLost',
  'lost',
  'locked',
  'cancelled',
  'unknown',
  'none',
  'notHere',
  'notConfirmed',
  'unsettled',
] as const;

/** As the bank tells it; then the same. */
export const financialStates = [
  'notOpened',
  'openFailed',
  'openedInactive',
  'active',
  'tempLost',
  'lost',
  'pinLocked',
  'frozen',
  'closed',
  'none',
  'notHere',
  'notConfirmed',
  'unsettled',
] as const;

export type Social = (typeof socialStates)[number];
export type Financial = (typeof financialStates)[number];
export type Document = 'ocr' | 'chip';
export type ShownCard = 'none' | 'read' | 'genuine';
export type Only = 'noReplacement' | 'formalAlone' | 'formalWithStaff' | 'notResetToday' | 'resetToday';

/** One line of the table: each column holds all the words that will do. */
export interface Line {
  readonly act: Act;
  readonly social: readonly Social[];
  readonly financial: readonly Financial[];
  /** The sides that change; a side in another state is left alone. */
  readonly changes: readonly Leg[];
  readonly forWhom: readonly ForWhom[];
  readonly document: readonly Document[];
  /** `genuine`: the card itself; it may still be asked for, but one that was read and is not proven ends it. */
  readonly card: 'any' | 'genuine';
  /** One of these must say that it is the holder, here and now; none: document and card are enough. */
  readonly check: readonly LiveCheckKind[];
  /** Staff approve, besides. A check by staff is an approval, too. */
  readonly staff: boolean;
  /** `open`: while staff can be reached. */
  readonly window: 'any' | 'open';
  /** What else must be so. */
  readonly only: readonly Only[];
}

/**
 * `any`: in whatever state, but not unsettled: while an act of ours is open nobody knows (design.md 8). `but x`: any, not x.
 *
 * Three acts are no transitions and have no row in 2d. A PIN is changed with the old one, at the card (2e, 7.8); of the
 * card's own the chip is the judge (invariant 4). It is reset also before it is locked: who has forgotten it need not
 * guess three times first.
 */
const table = `
act             | social           | financial        | changes          | for        | document | card    | check                          | staff | window | only

temporaryLoss   | normal           | active           | social financial | self child | ocr chip | any     | bankPin oneTimeCode staff face | no    | any    |
temporaryLoss   | normal           | but active       | social           | self child | ocr chip | any     | bankPin oneTimeCode staff face | no    | any    |
temporaryLoss   | but normal       | active           | financial        | self child | ocr chip | any     | bankPin oneTimeCode staff face | no    | any    |

formalLoss      | normal tempLost  | active tempLost  | social financial | self       | chip     | any     | bankPin oneTimeCode staff face | no    | open   |
formalLoss      | normal tempLost  | active tempLost  | social financial | self       | ocr      | any     | bankPin oneTimeCode staff face | yes   | open   |
formalLoss      | normal tempLost  | but active tempLost | social        | self       | chip     | any     | bankPin oneTimeCode staff face | no    | open   |
formalLoss      | normal tempLost  | but active tempLost | social        | self       | ocr      | any     | bankPin oneTimeCode staff face | yes   | open   |
formalLoss      | but normal tempLost | active tempLost | financial      | self       | chip     | any     | bankPin oneTimeCode staff face | no    | open   |
formalLoss      | but normal tempLost | active tempLost | financial      | self       | ocr      | any     | bankPin oneTimeCode staff face | yes   | open   |

unfreeze        | tempLost         | tempLost         | social financial | self       | chip     | genuine | bankPin oneTimeCode staff face | no    | open   | noReplacement
unfreeze        | tempLost         | tempLost         | social financial | self       | ocr      | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement
unfreeze        | tempLost         | but tempLost lost | social          | self       | chip     | genuine | bankPin oneTimeCode staff face | no    | open   | noReplacement
unfreeze        | tempLost         | but tempLost lost | social          | self       | ocr      | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement
unfreeze        | but tempLost lost | tempLost        | financial        | self       | chip     | genuine | bankPin oneTimeCode staff face | no    | open   | noReplacement
unfreeze        | but tempLost lost | tempLost        | financial        | self       | ocr      | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement
unfreeze        | lost             | tempLost lost    | social financial | self       | chip     | genuine | bankPin oneTimeCode staff face | no    | open   | noReplacement formalAlone
unfreeze        | lost             | tempLost lost    | social financial | self       | chip     | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement formalWithStaff
unfreeze        | lost             | tempLost lost    | social financial | self       | ocr      | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement
unfreeze        | tempLost         | lost             | social financial | self       | chip     | genuine | bankPin oneTimeCode staff face | no    | open   | noReplacement formalAlone
unfreeze        | tempLost         | lost             | social financial | self       | chip     | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement formalWithStaff
unfreeze        | tempLost         | lost             | social financial | self       | ocr      | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement
unfreeze        | lost             | but tempLost lost | social          | self       | chip     | genuine | bankPin oneTimeCode staff face | no    | open   | noReplacement formalAlone
unfreeze        | lost             | but tempLost lost | social          | self       | chip     | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement formalWithStaff
unfreeze        | lost             | but tempLost lost | social          | self       | ocr      | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement
unfreeze        | but tempLost lost | lost            | financial        | self       | chip     | genuine | bankPin oneTimeCode staff face | no    | open   | noReplacement formalAlone
unfreeze        | but tempLost lost | lost            | financial        | self       | chip     | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement formalWithStaff
unfreeze        | but tempLost lost | lost            | financial        | self       | ocr      | genuine | bankPin oneTimeCode staff face | yes   | open   | noReplacement

enableSocial    | sealed           | any              | social           | self       | chip     | genuine |                                | no    | any    |

activate        | any              | openedInactive   | financial        | self       | chip     | genuine | oneTimeCode staff face         | no    | any    |

changePin       | any              | active           | financial        | self       | ocr chip | genuine | bankPin                        | no    | any    | notResetToday
changePin       | any              | active           | financial        | self       | ocr chip | genuine | bankPin                        | yes   | open   | resetToday

changeCardPin   | normal           | any              | social           | self       | ocr chip | genuine |                                | no    | any    |

resetPin        | any              | active pinLocked | financial        | self       | ocr chip | genuine | oneTimeCode staff face         | yes   | open   |

unlockSocialPin | locked           | any              | social           | self       | ocr chip | genuine | bankPin oneTimeCode staff face | yes   | open   |
`;

export const lines: readonly Line[] = table
  .trim()
  .split('\n')
  .slice(1)
  .filter((line) => line.trim() !== '')
  .map(readLine);

/** What an act takes besides, on every line of it. */
export interface Besides {
  readonly newPin: boolean;
  /** Texts that the person agrees to, one by one. */
  readonly consents: readonly string[];
  /** Two: a second, deliberate yes (F1). */
  readonly confirmations: 1 | 2;
  /** A host does it only with a consent on record. */
  readonly onRecord: boolean;
  /** The bank asks the citizen register (联网核查). */
  readonly identityCheck: boolean;
}

export const besides: Readonly<Record<Act, Besides>> = {
  temporaryLoss: {
    newPin: false,
    consents: ['temporaryLoss-1'],
    confirmations: 1,
    onRecord: false,
    identityCheck: false,
  },
  formalLoss: { newPin: false, consents: ['formalLoss-1'], confirmations: 2, onRecord: true, identityCheck: false },
  unfreeze: { newPin: false, consents: ['unfreeze-1'], confirmations: 1, onRecord: false, identityCheck: false },
  enableSocial: {
    newPin: false,
    consents: ['privacyNotice-1'],
    confirmations: 1,
    onRecord: false,
    identityCheck: false,
  },
  activate: {
    newPin: true,
    consents: ['accountAgreement-1', 'privacyNotice-1', 'identityCheck-1'],
    confirmations: 1,
    onRecord: true,
    identityCheck: true,
  },
  changePin: { newPin: true, consents: [], confirmations: 1, onRecord: false, identityCheck: false },
  changeCardPin: { newPin: true, consents: [], confirmations: 1, onRecord: false, identityCheck: false },
  // The elder-protection question (S-23).
  resetPin: { newPin: true, consents: ['resetPin-1'], confirmations: 1, onRecord: false, identityCheck: false },
  unlockSocialPin: { newPin: false, consents: ['resetPin-1'], confirmations: 1, onRecord: false, identityCheck: false },
};

/** Where an act leads; a PIN that is changed or set leaves the account in use. */
export const leadsTo: Readonly<Record<Act, { readonly social?: Social; readonly financial?: Financial }>> = {
  temporaryLoss: { social: 'tempLost', financial: 'tempLost' },
  formalLoss: { social: 'lost', financial: 'lost' },
  unfreeze: { social: 'normal', financial: 'active' },
  enableSocial: { social: 'normal' },
  activate: { financial: 'active' },
  changePin: { financial: 'active' },
  changeCardPin: {},
  resetPin: { financial: 'active' },
  unlockSocialPin: { social: 'normal' },
};

/** States in which a side is already where the act would bring it, or further on. */
export const already: Readonly<
  Record<Act, { readonly social: readonly Social[]; readonly financial: readonly Financial[] }>
> = {
  temporaryLoss: { social: ['tempLost', 'lost'], financial: ['tempLost', 'lost'] },
  formalLoss: { social: ['lost'], financial: ['lost'] },
  unfreeze: { social: ['normal'], financial: ['active'] },
  enableSocial: { social: ['normal'], financial: [] },
  activate: { social: [], financial: ['active'] },
  changePin: { social: [], financial: [] },
  changeCardPin: { social: [], financial: [] },
  resetPin: { social: [], financial: [] },
  unlockSocialPin: { social: ['normal'], financial: [] },
};

/** What decides; `checks` are the ones that work now. */
export interface Case {
  readonly act: Act;
  readonly social: Social;
  readonly financial: Financial;
  readonly document: Document;
  readonly card: ShownCard;
  readonly forWhom: ForWhom;
  readonly open: boolean;
  readonly replacement: boolean;
  readonly checks: readonly LiveCheckKind[];
  readonly limitReached: boolean;
  readonly resetToday: boolean;
  readonly formalNeedsStaff: boolean;
}

const bothSides: ReadonlySet<Act> = new Set<Act>(['temporaryLoss', 'formalLoss', 'unfreeze']);
const withCard: ReadonlySet<Act> = new Set<Act>([
  'unfreeze',
  'enableSocial',
  'activate',
  'changePin',
  'changeCardPin',
  'resetPin',
  'unlockSocialPin',
]);
const withChip: ReadonlySet<Act> = new Set<Act>(['enableSocial', 'activate']);
const inHours: ReadonlySet<Act> = new Set<Act>(['formalLoss', 'unfreeze', 'resetPin', 'unlockSocialPin']);

const ofThisAct = ({ act, social, financial }: Case): readonly Line[] =>
  lines.filter((line) => line.act === act && line.social.includes(social) && line.financial.includes(financial));

const isAlready = ({ act, social, financial }: Case): boolean =>
  (already[act].social.includes(social) || already[act].financial.includes(financial)) &&
  // Nobody says that a card is frozen, or in use again, while one of its sides is not known (2c).
  !(bothSides.has(act) && (social === 'notConfirmed' || financial === 'notConfirmed'));

const ofSocial: ReadonlySet<Act> = new Set<Act>([
  'temporaryLoss',
  'formalLoss',
  'unfreeze',
  'enableSocial',
  'changeCardPin',
  'unlockSocialPin',
]);
const ofFinancial: ReadonlySet<Act> = new Set<Act>([
  'temporaryLoss',
  'formalLoss',
  'unfreeze',
  'activate',
  'changePin',
  'resetPin',
]);

/** A side that the act is about did not answer. */
const aboutSilent = ({ act, social, financial }: Case): boolean =>
  (ofSocial.has(act) && social === 'notConfirmed') || (ofFinancial.has(act) && financial === 'notConfirmed');

/**
 * Why not, in the order in which a person is told: what concerns who stands here, then what the card can never do, then
 * what another document, the card, another day or another hour would mend. The first that applies is the one.
 */
export const refusals = [
  // Everything is the holder's own (J3, J5); a temporary report may be made for a child, by rule of the province (J1).
  ['holderOnly', ({ act, forWhom }) => forWhom === 'other' || (forWhom === 'child' && act !== 'temporaryLoss')],
  ['unconfirmedBefore', ({ social, financial }) => social === 'unsettled' || financial === 'unsettled'],
  ['replacementRequested', ({ act, replacement }) => act === 'unfreeze' && replacement],
  ['alreadyDone', (one) => ofThisAct(one).length === 0 && isAlready(one)],
  ['stateUnknown', (one) => ofThisAct(one).length === 0 && aboutSilent(one)],
  ['statusForbids', (one) => ofThisAct(one).length === 0],
  ['documentTooWeak', ({ act, document }) => withChip.has(act) && document === 'ocr'],
  ['cardNotGenuine', ({ act, card }) => withCard.has(act) && card === 'read'],
  ['limitReached', ({ limitReached }) => limitReached],
  ['outsideWindow', ({ act, open, resetToday }) => !open && (inHours.has(act) || (act === 'changePin' && resetToday))],
  [
    'noCheckPossible',
    (one) => ofThisAct(one).every(({ check }) => check.length > 0 && !check.some((kind) => one.checks.includes(kind))),
  ],
] as const satisfies readonly (readonly [string, (one: Case) => boolean])[];

export const refusalOf = (one: Case): string | undefined => refusals.find(([, applies]) => applies(one))?.[0];

/** The line that allows it, if one does. */
export function lineFor(one: Case): Line | undefined {
  const holds: Readonly<Record<Only, boolean>> = {
    noReplacement: !one.replacement,
    formalAlone: !one.formalNeedsStaff,
    formalWithStaff: one.formalNeedsStaff,
    notResetToday: !one.resetToday,
    resetToday: one.resetToday,
  };
  return ofThisAct(one).find(
    (line) =>
      line.forWhom.includes(one.forWhom) &&
      line.document.includes(one.document) &&
      (line.card === 'any' || one.card !== 'read') &&
      (line.check.length === 0 || line.check.some((kind) => one.checks.includes(kind))) &&
      (line.window === 'any' || one.open) &&
      line.only.every((word) => holds[word]) &&
      !one.limitReached,
  );
}

// --- the table's words

function readLine(text: string): Line {
  const [act, social, financial, changes, forWhom, document, card, check, staff, window, only] = text
    .split('|')
    .map((cell) => cell.trim());
  return {
    act: word(act, acts),
    social: states(social, socialStates),
    financial: states(financial, financialStates),
    changes: words(changes, ['social', 'financial']),
    forWhom: words(forWhom, ['self', 'child', 'other']),
    document: words(document, ['ocr', 'chip']),
    card: word(card, ['any', 'genuine']),
    check: words(check, ['bankPin', 'oneTimeCode', 'staff', 'face']),
    staff: word(staff, ['yes', 'no']) === 'yes',
    window: word(window, ['any', 'open']),
    only: words(only, ['noReplacement', 'formalAlone', 'formalWithStaff', 'notResetToday', 'resetToday']),
  };
}

function states<State extends string>(cell: string | undefined, all: readonly State[]): readonly State[] {
  const settled = all.filter((state) => state !== 'unsettled');
  if (cell === 'any') return settled;
  if (!cell?.startsWith('but ')) return words(cell, all);
  const left = words(cell.slice(4), all);
  return settled.filter((state) => !left.includes(state));
}

function words<Word extends string>(cell: string | undefined, all: readonly Word[]): readonly Word[] {
  const parts = (cell ?? '').split(' ').filter((part) => part !== '');
  return parts.map((part) => word(part, all));
}

function word<Word extends string>(part: string | undefined, all: readonly Word[]): Word {
  const found = all.find((one) => one === part);
  if (found === undefined) throw new Error(`no word of the table: ${part}`);
  return found;
}
