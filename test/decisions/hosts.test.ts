import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentOf, key, numberOf } from '#device-daemon/hosts/acts.fixture.ts';
import type { BankActionOrder, HostFailure } from '#device-daemon/hosts/index.ts';
import { good, type Rig, startRig, Terminal } from '#device-daemon/hosts/rig.fixture.ts';
import { authRefOf } from '#device-daemon/hosts/social-card.fixture.ts';
import type { CardAction as BankAction, EvidenceRef, FinancialStatus } from '#protocol/generated/bank-core.ts';
import type { Consent, CardAction as SocialAction, SocialStatus } from '#protocol/generated/card-management.ts';
import type { Act, Leg, LiveCheckKind } from '#protocol/generated/kiosk.ts';
import type { Result } from '#protocol/result.ts';
import { walletCard } from '#simulators/wallet/wallet.ts';
import {
  acts,
  besides,
  type Document,
  type Financial,
  financialStates,
  type Line,
  leadsTo,
  lines,
  type ShownCard,
  type Social,
  socialStates,
} from './expectations.ts';

/**
 * The same table against both hosts, over HTTPS with the kiosk's own clients: of every state of a side and every act, with
 * everything that a line takes and with each piece of it left out, a host does exactly what the line says.
 */

/** What a host is shown; it takes no notice of who stands there, nor of the hour. */
interface Shown {
  readonly document: Document | undefined;
  readonly card: ShownCard;
  readonly checks: readonly LiveCheckKind[];
  readonly identityCheck: boolean;
  readonly consent: boolean;
  /** The PIN as it is. */
  readonly pin: boolean;
  readonly newPin: boolean;
}

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const holder = 'jia';
const card = walletCard('gen3-active');
const cardNumber = card.social?.cardNumber ?? '';
const pan = card.financial?.pan ?? '';
const pins = ['902184', '371946'] as const;

let rig: Rig;
let terminal: Terminal;
let refs: {
  readonly social: { readonly holderRef: string; readonly cardRef: string };
  readonly financial: { readonly holderRef: string; readonly cardRef: string };
  readonly genuine: EvidenceRef;
  readonly identityCheck: EvidenceRef;
  readonly pin: EvidenceRef;
  readonly codes: ReadonlyMap<string, EvidenceRef>;
  readonly approvals: ReadonlyMap<string, EvidenceRef>;
};

/** The card's own PIN is between the holder and the chip. */
type HostAct = Exclude<Act, 'changeCardPin'>;

const purposes = ['lossReport', 'unfreeze', 'activation', 'pinReset'] as const;
const purposeOf: Readonly<Record<HostAct, (typeof purposes)[number]>> = {
  temporaryLoss: 'lossReport',
  formalLoss: 'lossReport',
  unfreeze: 'unfreeze',
  enableSocial: 'activation',
  activate: 'activation',
  changePin: 'pinReset',
  resetPin: 'pinReset',
  unlockSocialPin: 'pinReset',
};

beforeAll(async () => {
  rig = await startRig();
  terminal = await Terminal.signOn(rig.bank);
  const province = good(await rig.cards.identifyDocument(documentOf(holder)));
  const bank = good(await rig.bank.identifyDocument(documentOf(holder)));
  const social = { holderRef: province.holderRef, cardRef: province.cards[0]?.cardRef ?? '' };
  const financial = { holderRef: bank.holderRef, cardRef: bank.cards[0]?.cardRef ?? '' };
  const codes = new Map<string, EvidenceRef>();
  for (const [index, purpose] of purposes.entries()) {
    // One code a minute leaves the bank.
    rig.hosts.setClockOffset(index * 61_000);
    const { codeRef } = good(await rig.bank.sendCode({ holderRef: bank.holderRef, purpose }, key()));
    const { code = '' } = rig.hosts.bankCore.domain.messages().at(-1) ?? {};
    good(await rig.bank.verifyCode(codeRef, terminal.pinBlock('0'.repeat(16), code), key()));
    codes.set(purpose, { kind: 'oneTimeCode', ref: codeRef });
  }
  const approvals = new Map<string, EvidenceRef>();
  for (const service of acts) {
    if (service === 'enableSocial' || service === 'changeCardPin') continue;
    const order = { service, visitRef: 'visit', holderRef: bank.holderRef };
    const { requestRef } = good(await rig.bank.requestApproval(order, key()));
    rig.hosts.bankCore.domain.approve();
    const { approvalRef = '' } = good(await rig.bank.approvalState(requestRef));
    approvals.set(service, { kind: 'staffApproval', ref: approvalRef });
  }
  const verified = await rig.bank.act(
    financial.cardRef,
    {
      holderRef: bank.holderRef,
      action: 'verifyPin',
      expectedState: 'active',
      expectedRevision: 0,
      evidence: [],
      pinBlock: pinNow(),
    },
    key(),
  );
  refs = {
    social,
    financial,
    genuine: { kind: 'cardGenuine', grade: 'genuine', ref: await authRefOf(rig.cards, 'gen3-active') },
    identityCheck: {
      kind: 'identityCheck',
      ref: good(await rig.bank.checkIdentity(documentOf(holder), key())).checkRef,
    },
    pin: { kind: 'pinBlock', ref: good(verified).businessNumber },
    codes,
    approvals,
  };
});
afterAll(async () => {
  expect(rig.violations).toEqual([]);
  await rig.stop();
});

const pinNow = () => terminal.pinBlock(pan, rig.hosts.bankCore.domain.account(pan)?.pin ?? '');

function evidenceOf(act: HostAct, shown: Shown): EvidenceRef[] {
  const of: Readonly<Record<LiveCheckKind, EvidenceRef | undefined>> = {
    bankPin: refs.pin,
    oneTimeCode: refs.codes.get(purposeOf[act]),
    staff: refs.approvals.get(act),
    face: { kind: 'face' },
  };
  return [
    ...(shown.document === undefined ? [] : [{ kind: 'document' as const, grade: shown.document }]),
    ...(shown.card === 'genuine' ? [refs.genuine] : []),
    ...(shown.card === 'read' ? [{ kind: 'cardGenuine' as const, grade: 'read' as const }] : []),
    ...shown.checks.flatMap((kind) => of[kind] ?? []),
    ...(shown.identityCheck ? [refs.identityCheck] : []),
  ];
}

const consentsOf = (act: HostAct, { consent }: Shown): Consent[] =>
  consent ? besides[act].consents.map((text) => ({ text, choice: 'agreed', at: rig.hosts.now().toISOString() })) : [];

// --- what the table says

interface Today {
  readonly resetToday: boolean;
  readonly replacement: boolean;
}
const plainDay: Today = { resetToday: false, replacement: false };

/** The lines that concern this side in this state. A host that wants staff for a formal report says so by refusing. */
const linesOf = (leg: Leg, state: Social | Financial, act: HostAct, today: Today): readonly Line[] =>
  lines.filter(
    (line) =>
      line.act === act &&
      line.changes.includes(leg) &&
      (leg === 'social' ? line.social : line.financial).some((one) => one === state) &&
      line.only.every(
        (word) =>
          ({
            noReplacement: !today.replacement,
            formalAlone: true,
            formalWithStaff: false,
            notResetToday: !today.resetToday,
            resetToday: today.resetToday,
          })[word],
      ),
  );

/** What the act takes on every line of it. */
const wantsOf = ({ act }: Line) => ({
  identityCheck: besides[act].identityCheck,
  consent: besides[act].onRecord,
  pin: act === 'changePin',
  newPin: besides[act].newPin,
});

/** Every way to show all that a line takes. */
const completeFor = (line: Line): Shown[] =>
  line.document.flatMap((document) =>
    (line.check.length === 0 ? [undefined] : line.check).map((check) => ({
      document,
      checks: [...new Set([...(check === undefined ? [] : [check]), ...(line.staff ? (['staff'] as const) : [])])],
      card: line.card === 'genuine' ? 'genuine' : 'none',
      ...wantsOf(line),
    })),
  );

/** The same with one piece less, or a lesser one. */
function lessThan(shown: Shown): Shown[] {
  const less: Shown[] = [
    { ...shown, document: undefined },
    ...shown.checks.map((left) => ({ ...shown, checks: shown.checks.filter((kind) => kind !== left) })),
  ];
  if (shown.document === 'chip') less.push({ ...shown, document: 'ocr' });
  if (shown.card === 'genuine') less.push({ ...shown, card: 'none' }, { ...shown, card: 'read' });
  for (const piece of ['identityCheck', 'consent', 'pin', 'newPin'] as const)
    if (shown[piece]) less.push({ ...shown, [piece]: false });
  return less;
}

function isEnough(line: Line, shown: Shown): boolean {
  // The PIN as it is, in the order itself, is the check.
  const checks: readonly LiveCheckKind[] = shown.pin ? [...shown.checks, 'bankPin'] : shown.checks;
  return (
    shown.document !== undefined &&
    line.document.includes(shown.document) &&
    (line.check.length === 0 || line.check.some((kind) => checks.includes(kind))) &&
    (line.card === 'any' || shown.card === 'genuine') &&
    (!line.staff || checks.includes('staff')) &&
    Object.entries(wantsOf(line)).every(([piece, wanted]) => !wanted || shown[piece as keyof Shown])
  );
}

type Told = 'done' | string;

function toldBy(leg: Leg, state: Social | Financial, act: HostAct, shown: Shown, today: Today): Told {
  const concerned = linesOf(leg, state, act, today);
  if (concerned.length === 0) {
    if (act === 'unfreeze' && today.replacement && linesOf(leg, state, act, plainDay).length > 0)
      return 'replacementRequested';
    return act === 'changePin' && state === 'pinLocked' ? 'pinLocked' : 'statusForbids';
  }
  if (concerned.some((line) => isEnough(line, shown))) return 'done';
  const withConsent = { ...shown, consent: true };
  return concerned.some((line) => isEnough(line, withConsent)) ? 'consentMissing' : 'evidenceMissing';
}

// --- what the hosts do

interface Side {
  readonly leg: Leg;
  readonly states: readonly (Social | Financial)[];
  readonly acts: readonly HostAct[];
  readonly host: () => Rig['hosts']['cardManagement'] | Rig['hosts']['bankCore'];
  readonly cardRef: () => string;
  /** A counter brings the card into this state. */
  set(state: Social | Financial): void;
  requestReplacement(): void;
  now(): Now;
  act(act: HostAct, now: Now, shown: Shown): Promise<Result<{ readonly businessNumber: string }, HostFailure>>;
}

interface Now {
  readonly state: string;
  readonly revision: number;
}

/** The others are the kiosk's own words for what it does not know. */
const ofTheKiosk: ReadonlySet<string> = new Set(['unknown', 'none', 'notHere', 'notConfirmed', 'unsettled']);
const toldByHost = (state: string): boolean => !ofTheKiosk.has(state);
const untilOf = (state: string): Date | undefined =>
  state === 'tempLost' ? new Date(rig.hosts.now().getTime() + 3 * dayMs) : undefined;

const province: Side = {
  leg: 'social',
  states: socialStates.filter(toldByHost),
  acts: ['temporaryLoss', 'formalLoss', 'unfreeze', 'enableSocial', 'unlockSocialPin'],
  host: () => rig.hosts.cardManagement,
  cardRef: () => refs.social.cardRef,
  set(state) {
    rig.hosts.cardManagement.domain.setSocialStatus(cardNumber, state as SocialStatus, untilOf(state));
  },
  requestReplacement() {
    rig.hosts.cardManagement.domain.requestReplacement(cardNumber);
  },
  now() {
    const [one] = rig.hosts.cardManagement.domain.cardsOf(numberOf(holder));
    return { state: one?.socialStatus ?? '', revision: one?.revision ?? -1 };
  },
  act(act, { state, revision }, shown) {
    const order = {
      holderRef: refs.social.holderRef,
      action: act as SocialAction,
      expectedState: state as SocialStatus,
      expectedRevision: revision,
      evidence: evidenceOf(act, shown),
      consents: consentsOf(act, shown),
    };
    return rig.cards.act(refs.social.cardRef, order, key());
  },
};

const bank: Side = {
  leg: 'financial',
  states: financialStates.filter(toldByHost),
  acts: ['temporaryLoss', 'formalLoss', 'unfreeze', 'activate', 'changePin', 'resetPin'],
  host: () => rig.hosts.bankCore,
  cardRef: () => refs.financial.cardRef,
  set(state) {
    rig.hosts.bankCore.domain.setStatus(pan, state as FinancialStatus, untilOf(state));
  },
  requestReplacement() {
    rig.hosts.bankCore.domain.requestReplacement(pan);
  },
  now() {
    const [one] = rig.hosts.bankCore.domain.cardsOf(numberOf(holder));
    return { state: one?.financialStatus ?? '', revision: one?.revision ?? -1 };
  },
  act(act, { state, revision }, shown) {
    const [first, second] = pins;
    const newPin = rig.hosts.bankCore.domain.account(pan)?.pin === first ? second : first;
    const order: BankActionOrder = {
      holderRef: refs.financial.holderRef,
      action: act as BankAction,
      expectedState: state as FinancialStatus,
      expectedRevision: revision,
      evidence: evidenceOf(act, shown),
      consents: consentsOf(act, shown),
      ...(shown.pin && { pinBlock: pinNow() }),
      ...(shown.newPin && { newPinBlocks: [terminal.pinBlock(pan, newPin), terminal.pinBlock(pan, newPin)] }),
    };
    return rig.bank.act(refs.financial.cardRef, order, key());
  },
};

/** Everything that anybody may ever show. */
const everything: Shown = {
  document: 'chip',
  card: 'genuine',
  checks: ['bankPin', 'oneTimeCode', 'staff', 'face'],
  identityCheck: true,
  consent: true,
  pin: true,
  newPin: true,
};

const counts = { orders: 0, done: 0, refused: 0 };

/** One act on a card in one state: what was told, what became of the card, and what the ledger says of it. */
async function tryOut(side: Side, state: Social | Financial, act: HostAct, shown: Shown, told: Told): Promise<void> {
  side.set(state);
  const before = side.now();
  const entries = side.host().ledger().length;
  const answer = await side.act(act, before, shown);
  const what = JSON.stringify({ leg: side.leg, state, act, shown });
  const got = answer.ok ? 'done' : answer.error.code === 'refused' ? answer.error.reason : answer.error.code;
  expect(got, what).toBe(told);
  const done = told === 'done';
  const after = done ? { state: leadsTo[act][side.leg], revision: before.revision + 1 } : before;
  expect(side.now(), what).toEqual(after);
  const about = { cardRef: side.cardRef(), action: act };
  const result = answer.ok ? { ...about, businessNumber: answer.value.businessNumber } : { code: told };
  expect(side.host().ledger().slice(entries), what).toMatchObject([
    { operation: 'actOnCard', act: done ? 'done' : 'refused', about, result },
  ]);
  counts.orders++;
  counts[done ? 'done' : 'refused']++;
}

/** All that the table says of an act from this state, complete and with each piece less; of another state, in vain. */
function attempts(leg: Leg, state: Social | Financial, act: HostAct, today: Today): Shown[] {
  const complete = linesOf(leg, state, act, today).flatMap(completeFor);
  if (complete.length === 0) return [everything];
  const all = complete.flatMap((shown) => [shown, ...lessThan(shown)]);
  return [...new Map(all.map((shown) => [JSON.stringify(shown), shown])).values()];
}

async function everyState(side: Side, act: HostAct, today: Today): Promise<void> {
  const { leg } = side;
  for (const state of side.states)
    for (const shown of attempts(leg, state, act, today))
      await tryOut(side, state, act, shown, toldBy(leg, state, act, shown, today));
}

describe.each([
  ['the province', province],
  ['the bank', bank],
] as const)('%s', (_name, side) => {
  test.each(side.acts)('%s: from every state, by what the line takes and no less', (act) =>
    everyState(side, act, plainDay),
  );
});

test('the bank: a PIN that was reset today is changed only with staff', async () => {
  expect(rig.hosts.bankCore.domain.account(pan)?.reset_day).toBe(rig.hosts.now().toISOString().slice(0, 10));
  await everyState(bank, 'changePin', { resetToday: true, replacement: false });
});

test.each([
  ['the province', province],
  ['the bank', bank],
] as const)('%s: a card whose replacement was requested is never unfrozen; all else goes on', async (_name, side) => {
  side.requestReplacement();
  const today = { resetToday: true, replacement: true };
  for (const act of side.acts) {
    for (const state of side.states)
      await tryOut(side, state, act, everything, toldBy(side.leg, state, act, everything, today));
  }
});

test('how often they were asked', () => {
  const { orders, done, refused } = counts;
  console.info(`decisions: ${orders} orders to the two hosts, ${done} done, ${refused} refused`);
  const ledgers = [province, bank].map((side) =>
    side
      .host()
      .ledger()
      .filter(({ operation }) => operation === 'actOnCard'),
  );
  // And the one by which the bank has verified a PIN.
  expect(ledgers.flat()).toHaveLength(orders + 1);
});
