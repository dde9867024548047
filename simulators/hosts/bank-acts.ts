import type Database from 'better-sqlite3';
import type { CardAction, CardActionRequest, EvidenceRef, FinancialStatus } from '#protocol/generated/bank-core.ts';
import type { AccountRow, BankAccounts } from './bank-accounts.ts';
import type { BankChecks } from './bank-checks.ts';
import type { BankIssuer } from './bank-issuer.ts';
import { type BankPins, isWeakPin } from './bank-pins.ts';
import { type Decision, refuse } from './delivery.ts';
import { anyLiveCheck, freshMs, missing, type Needs } from './evidence.ts';
import type { PersonRow, Persons } from './persons.ts';
import { daysLater, reference } from './wallet-records.ts';

interface Rule {
  readonly from: readonly FinancialStatus[];
  /** Undefined: the status stays. */
  readonly to?: FinancialStatus;
  readonly needs: Needs;
  /** The PIN as it is. */
  readonly pin?: true;
  readonly newPin?: true;
}

/** The bank's days of a temporary report (domain 2b). */
const temporaryDays = 15;

/** domain.md 2d, the financial side. */
const rules: Readonly<Record<CardAction, Rule>> = {
  temporaryLoss: { from: ['active'], to: 'tempLost', needs: { document: 'any', live: anyLiveCheck } },
  formalLoss: {
    from: ['active', 'tempLost'],
    to: 'lost',
    needs: { document: 'chipOrStaff', live: anyLiveCheck, consent: true },
  },
  unfreeze: {
    from: ['tempLost', 'lost'],
    to: 'active',
    needs: { document: 'chipOrStaff', card: true, live: anyLiveCheck },
  },
  activate: {
    from: ['openedInactive'],
    to: 'active',
    needs: {
      document: 'chip',
      card: true,
      identityCheck: true,
      // There is no PIN yet.
      live: ['oneTimeCode', 'staffApproval', 'face'],
      consent: true,
    },
    newPin: true,
  },
  // Also of a card that was reported: its PIN says who wants it back.
  verifyPin: { from: ['active', 'tempLost', 'lost'], needs: {}, pin: true },
  changePin: { from: ['active'], needs: { document: 'any', card: true }, pin: true, newPin: true },
  resetPin: {
    from: ['active', 'pinLocked'],
    to: 'active',
    needs: { document: 'any', card: true, staff: true },
    newPin: true,
  },
};

interface ChipAnswer {
  readonly arc?: string;
  readonly arpc?: string;
}

interface Books {
  readonly persons: Persons;
  readonly accounts: BankAccounts;
  readonly checks: BankChecks;
  readonly pins: BankPins;
  readonly issuer: BankIssuer;
}

/** What may be done to the bank's side of a card. */
export class BankActs {
  readonly #db: Database.Database;
  readonly #now: () => Date;
  readonly #books: Books;

  constructor(db: Database.Database, now: () => Date, books: Books) {
    this.#db = db;
    this.#now = now;
    this.#books = books;
    db.exec(`
      CREATE TABLE IF NOT EXISTS pin_verifications (
        business_number TEXT PRIMARY KEY, holder TEXT NOT NULL, at INTEGER NOT NULL);
    `);
  }

  act(cardRef: string, order: CardActionRequest, terminalId: string): Decision {
    const { persons, accounts } = this.#books;
    const account = accounts.byRef(cardRef);
    const holder = persons.byRef(order.holderRef);
    if (account === undefined || holder === undefined) return refuse(404, 'notFound');
    if (account.holder !== holder.number) return refuse(422, 'holderMismatch');
    const status = accounts.statusOf(account);
    if (status !== order.expectedState || account.revision !== order.expectedRevision)
      return refuse(409, 'stateChanged');
    const rule = rules[order.action];
    if (!rule.from.includes(status))
      return rule.pin && status === 'pinLocked'
        ? refuse(422, 'pinLocked', { triesLeft: 0 })
        : refuse(422, 'statusForbids');
    if (order.action === 'unfreeze' && account.replacement_requested === 1) return refuse(422, 'replacementRequested');
    const lacking = this.#lacking(rule, account, holder, order);
    if (lacking !== undefined) return lacking;
    const chip = this.#chip(account, order.de55);
    if ('refusal' in chip) return chip;
    const wrong = this.#wrongPin(account, order, terminalId);
    if (wrong !== undefined) return wrong;
    const newPin = rule.newPin ? this.#newPin(account, holder, order, terminalId) : undefined;
    if (newPin !== undefined && !('digits' in newPin)) return newPin;
    return this.#done(account, order.action, rule.to ?? status, newPin?.digits, chip);
  }

  #lacking(rule: Rule, account: AccountRow, holder: PersonRow, order: CardActionRequest): Decision | undefined {
    const { checks, accounts } = this.#books;
    const { action, evidence, consents = [] } = order;
    if ((rule.pin && order.pinBlock === undefined) || (rule.newPin && order.newPinBlocks === undefined))
      return refuse(422, 'evidenceMissing');
    const other = evidence.find((one) => one.kind === 'identityCheck');
    if (rule.needs.identityCheck && other && checks.identityChecked(other.ref ?? '', holder, action) === 'differs')
      return refuse(422, 'identityDiffers');
    // A PIN that comes with the order is verified with it.
    const proves = (one: EvidenceRef): boolean =>
      one.kind === 'pinBlock'
        ? order.pinBlock !== undefined || this.#pinVerified(one.ref, holder, action)
        : checks.proves(one, holder, action);
    // Reset and changed on one day is how it looks when somebody is told by telephone what to do (S-23).
    const hasty = action === 'changePin' && account.reset_day === accounts.today();
    return missing(hasty ? { ...rule.needs, staff: true } : rule.needs, evidence, consents, proves);
  }

  /** What to tell the chip, if one spoke; a cryptogram that is not right proves the opposite. */
  #chip(account: AccountRow, de55: string | undefined): ChipAnswer | ReturnType<typeof refuse> {
    if (de55 === undefined) return {};
    const chip = this.#books.issuer.authorise(account, Buffer.from(de55, 'hex'));
    if (chip.verdict === 'right') return chip.answer('00');
    return refuse(422, chip.verdict === 'malformed' ? 'de55Malformed' : 'notGenuine');
  }

  #wrongPin(account: AccountRow, { pinBlock }: CardActionRequest, terminalId: string): Decision | undefined {
    const { accounts, pins } = this.#books;
    if (pinBlock === undefined) return undefined;
    const entered = pins.open(terminalId, pinBlock, account.pan);
    if (!('digits' in entered)) return entered;
    if (accounts.triesLeft(account) === 0) return refuse(422, 'pinLocked', { triesLeft: 0 });
    if (entered.digits === account.pin) {
      accounts.refillTries(account.pan);
      return undefined;
    }
    const triesLeft = accounts.countWrongPin(account);
    return refuse(422, triesLeft === 0 ? 'pinLocked' : 'wrongPin', { triesLeft });
  }

  #newPin(
    { pan }: AccountRow,
    holder: PersonRow,
    { newPinBlocks = [] }: CardActionRequest,
    terminalId: string,
  ): { digits: string } | Decision {
    const entered: string[] = [];
    for (const block of newPinBlocks) {
      const one = this.#books.pins.open(terminalId, block, pan);
      if (!('digits' in one)) return one;
      entered.push(one.digits);
    }
    const [first = '', second] = entered;
    if (first !== second) return refuse(422, 'pinsDiffer');
    return isWeakPin(first, holder) ? refuse(422, 'weakPin') : { digits: first };
  }

  #done(
    account: AccountRow,
    action: CardAction,
    financialStatus: FinancialStatus,
    newPin: string | undefined,
    chip: ChipAnswer,
  ): Decision {
    const { accounts } = this.#books;
    const now = this.#now();
    const until =
      action === 'temporaryLoss'
        ? daysLater(now, temporaryDays)
        : action === 'verifyPin'
          ? account.temporary_until
          : null;
    const businessNumber = reference('N');
    if (newPin !== undefined) accounts.setPin(account.pan, newPin, action === 'resetPin');
    if (action === 'verifyPin')
      this.#db
        .prepare('INSERT INTO pin_verifications VALUES (?, ?, ?)')
        .run(businessNumber, account.holder, now.getTime());
    else accounts.setStatus(account.pan, financialStatus, until === null ? undefined : new Date(until));
    return {
      answer: {
        cardRef: account.card_ref,
        action,
        financialStatus,
        revision: accounts.byPan(account.pan)?.revision,
        businessNumber,
        at: now.toISOString(),
        ...(financialStatus === 'tempLost' && until !== null && { temporaryUntil: until }),
        ...(action === 'verifyPin' && { triesLeft: accounts.triesLeft(accounts.byPan(account.pan) ?? account) }),
        ...chip,
      },
    };
  }

  #pinVerified(businessNumber: string | undefined, holder: PersonRow, action: CardAction): boolean {
    const row = this.#db
      .prepare('SELECT * FROM pin_verifications WHERE business_number = ?')
      .get(businessNumber ?? '') as { holder: string; at: number } | undefined;
    return row?.holder === holder.number && this.#now().getTime() - row.at <= freshMs(action);
  }
}
